//! `journey fix`: mends what can be mended, and formats.

use crate::config::Settings;
use crate::end::{End, Ending, Failure};
use crate::{findings, load, output, write};
use clap::Args;
use journey::diagnostic::Level;
use std::path::PathBuf;

/// What `journey fix` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// .journey files and folders of them, together one program.
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Apply fixes too that may change what the program does; read what they did before you keep it.
    #[arg(long = "unsafe")]
    also_unsafe: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    if arguments.paths.iter().any(|path| load::is_stdin(path)) {
        return Err(Failure::Unusable(
            "`journey fix` mends files in their place, and standard input has none: name a file".into(),
        ));
    }
    let files = load::files(&arguments.paths)?;
    let settings = Settings::of(&arguments.paths)?;
    let mut mended = journey::mend(&files.sources, arguments.also_unsafe);
    settings.apply(&files, &mut mended.left);
    for ((before, after), path) in files.sources.iter().zip(&mended.sources).zip(&files.paths).take(files.programs) {
        if let Some(path) = path
            && before.text != after.text
        {
            write::file(path, after.text.as_bytes())?;
        }
    }
    let line = |r: &journey::Repair| format!("{}:{}: {} [{}]\n", r.file, r.line, r.message, r.name);
    output::print(&mended.repairs.iter().map(line).collect::<String>())?;
    if files.sources.is_empty() {
        load::say_no_journey(&arguments.paths, &files.sources, "nothing was mended");
        return Ok(End::Good);
    }
    let name = load::shown(&arguments.paths);
    let more = mended.left.iter().filter(|finding| finding.fix.is_some()).count();
    let (mended_count, left) = (mended.repairs.len(), findings::count(&mended.left));
    output::say(&match mended.left.is_empty() {
        true => format!("{name}: {mended_count} mended, nothing left"),
        false => format!("{name}: {mended_count} mended, {left} left: see `journey check`"),
    });
    if more > 0 && !arguments.also_unsafe {
        output::say(&format!("{more} of them can be mended with `--unsafe`, which may change what the program does"));
    }
    Ok(End::good_if(!mended.left.iter().any(|finding| finding.level == Level::Error)))
}
