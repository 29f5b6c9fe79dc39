//! `journey new`: a starter folder that passes check and test, or one recipe more for a folder that is there.

mod charter;
mod join;

use crate::end::{End, Ending, Failure};
use crate::{output, write};
use clap::Args;
use include_dir::{Dir, include_dir};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A folder a recipe: charter, journey, tests, inputs, settings.
static RECIPES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/recipes");

/// The recipe that is taken where none is named.
const FIRST: &str = "cart_recovery";

/// What `journey new` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where to put it; by default a folder with the recipe's name. A folder with the name of a recipe gets that one.
    folder: Option<PathBuf>,
    /// What to start from, unless the folder's name says it; `--list` shows all recipes [default: cart_recovery].
    #[arg(long, value_name = "NAME")]
    recipe: Option<String>,
    /// Add the recipe to this folder, which has journeys already: what it declares stays as it is.
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,
    /// Show the recipes, and write nothing.
    #[arg(long)]
    list: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    if arguments.list {
        output::print(&list())?;
        return Ok(End::Good);
    }
    let (asked, into) = match (&arguments.recipe, &arguments.folder, &arguments.into) {
        (Some(recipe), None, into) => (recipe.clone(), into.as_ref()),
        (None, Some(name), Some(into)) => (name.display().to_string(), Some(into)),
        (None, None, Some(_)) => {
            let why = format!("which recipe is to be added? There are:\n{}", list().trim_end());
            return Err(Failure::Unusable(why));
        }
        (Some(_), Some(folder), Some(into)) => {
            let why = format!("{} and {} are two folders: name one", folder.display(), into.display());
            return Err(Failure::Unusable(why));
        }
        (Some(recipe), Some(_), None) => (recipe.clone(), None),
        (None, Some(folder), None) => (named_by(folder).unwrap_or(FIRST).to_string(), None),
        (None, None, None) => (FIRST.to_string(), None),
    };
    let name = recipe_name(&asked);
    let Some(recipe) = RECIPES.get_dir(&name) else {
        let why = format!("there is no recipe `{asked}`; there are:\n{}", list().trim_end());
        return Err(Failure::Unusable(why));
    };
    if let Some(folder) = into {
        let joined = join::join(recipe, &name, folder)?;
        output::print(&format!("{}{}{}", described(&joined.files), joined.notes, now_try(folder, None)))?;
        return Ok(End::Good);
    }
    let folder = arguments.folder.clone().unwrap_or_else(|| PathBuf::from(&name));
    let files: Vec<PathBuf> = write_all(recipe, &folder)?.iter().map(|file| folder.join(file)).collect();
    output::print(&format!("{}{}", described(&files), now_try(&folder, Some("events.jsonl"))))?;
    Ok(End::Good)
}

/// The name of a recipe as its folder is called.
fn recipe_name(asked: &str) -> String {
    asked.trim_end_matches('/').replace('-', "_")
}

/// The recipe that a folder is called after.
fn named_by(folder: &Path) -> Option<&'static str> {
    let name = recipe_name(&folder.file_name()?.to_string_lossy());
    RECIPES.get_dir(name)?.path().to_str()
}

/// Each recipe with what it is for: the first line of its journey.
fn list() -> String {
    let mut out = String::new();
    let mut recipes: Vec<&Dir<'_>> = RECIPES.dirs().collect();
    recipes.sort_by_key(|recipe| recipe.path());
    let width = recipes.iter().map(|recipe| recipe.path().as_os_str().len()).max().unwrap_or(0);
    for recipe in recipes {
        let journey = recipe.files().find(|file| {
            let name = file.path().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            name.ends_with(".journey") && name != "charter.journey" && name != "tests.journey"
        });
        let text = journey.and_then(|file| file.contents_utf8()).unwrap_or_default();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("# ");
        let _ = writeln!(out, "{:width$}  {first}", recipe.path().display());
    }
    out
}

/// Writes the files of a recipe into a folder that is new or empty.
fn write_all(recipe: &Dir<'_>, folder: &Path) -> Result<Vec<String>, String> {
    let cannot = |e: std::io::Error| format!("{} cannot be written: {e}", folder.display());
    if folder.is_dir() && std::fs::read_dir(folder).map_err(cannot)?.next().is_some() {
        return Err(format!("{} is not empty, and nothing is overwritten: name another folder", folder.display()));
    }
    std::fs::create_dir_all(folder).map_err(cannot)?;
    let mut files = vec![];
    for file in recipe.files() {
        let Some(name) = file.path().file_name() else { continue };
        write::new(&folder.join(name), file.contents())?;
        files.push(name.to_string_lossy().into_owned());
    }
    files.sort();
    Ok(files)
}

/// What there is now, file by file.
fn described(files: &[PathBuf]) -> String {
    let mut out = String::new();
    for file in files {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let what = match name.as_str() {
            name if name.ends_with("charter.journey") => "the rules that hold for every journey",
            name if name.ends_with("tests.journey") => "customers played through it in virtual time",
            name if name.ends_with("events.jsonl") => "what some customers did, to play with",
            "journey.toml" => "how loud each finding of `journey check` is",
            _ => "the journey",
        };
        let _ = writeln!(out, "{}  {what}", file.display());
    }
    out
}

/// What to do with it; inputs are played where they are all those of the folder.
fn now_try(folder: &Path, events: Option<&str>) -> String {
    let folder = folder.display();
    let mut out = format!(
        "\nNow try:\n  journey check {folder}\n  journey test {folder}\n  journey preview {folder}\n  \
         journey graph {folder} --format html > picture.html\n"
    );
    if let Some(events) = events {
        let _ = writeln!(out, "  journey run {folder} --events {folder}/{events} --format text");
    }
    out
}
