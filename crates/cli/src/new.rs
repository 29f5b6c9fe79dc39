//! `journey new`: a starter folder that passes check and test.

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
    /// Where to put it; by default a folder with the recipe's name.
    folder: Option<PathBuf>,
    /// What to start from; `--list` shows all recipes.
    #[arg(long, value_name = "NAME", default_value = FIRST)]
    recipe: String,
    /// Show the recipes, and write nothing.
    #[arg(long)]
    list: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    if arguments.list {
        output::print(&list())?;
        return Ok(End::Good);
    }
    let name = arguments.recipe.replace('-', "_");
    let Some(recipe) = RECIPES.get_dir(&name) else {
        let why = format!("there is no recipe `{}`; there are:\n{}", arguments.recipe, list().trim_end());
        return Err(Failure::Unusable(why));
    };
    let folder = arguments.folder.clone().unwrap_or_else(|| PathBuf::from(&name));
    let files = write_all(recipe, &folder)?;
    output::print(&written(&folder, &files))?;
    Ok(End::Good)
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

/// What there is now, and what to do with it.
fn written(folder: &Path, files: &[String]) -> String {
    let mut out = String::new();
    for file in files {
        let what = match file.as_str() {
            "charter.journey" => "the rules that hold for every journey",
            "tests.journey" => "customers played through it in virtual time",
            "events.jsonl" => "what some customers did, to play with",
            "journey.toml" => "how loud each finding of `journey check` is",
            _ => "the journey",
        };
        let _ = writeln!(out, "{}  {what}", folder.join(file).display());
    }
    let folder = folder.display();
    let _ = write!(
        out,
        "\nNow try:\n  journey check {folder}\n  journey test {folder}\n  journey preview {folder}\n  \
         journey graph {folder} --format html > picture.html\n  \
         journey run {folder} --events {folder}/events.jsonl --format text\n"
    );
    out
}
