//! `journey fmt`: files in their canonical form.

use crate::end::{End, Ending};
use crate::{findings, load, output, write};
use clap::Args;
use journey::{FormatError, SourceFile};
use std::path::PathBuf;

/// What `journey fmt` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// .journey files, and folders of them; `-` is standard input, whose canonical form is printed.
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Change nothing; name the files that are not in canonical form, and exit with 1 if there are any.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    let files = load::programs(&arguments.paths)?;
    if files.sources.is_empty() {
        load::say_no_journey(&arguments.paths, &files.sources, "nothing was formatted");
    }
    let mut end = End::Good;
    let mut listed = String::new();
    // Named with a program, as by `*`, the text of a message stays as it is.
    let texts = journey::files_named(&files.sources);
    let is_text = |source: &SourceFile| texts.iter().any(|(_, name)| load::same(name, &source.name));
    for (source, path) in files.sources.iter().zip(&files.paths).filter(|(source, _)| !is_text(source)) {
        match (journey::format(source), path) {
            (Ok(text), None) if !arguments.check => output::exactly(&text)?,
            (Ok(text), _) if text == source.text => {}
            (Ok(_), _) if arguments.check => {
                listed.push_str(&format!("{}\n", source.name));
                end = End::Findings;
            }
            (Ok(text), path) => {
                if let Some(path) = path {
                    write::file(path, text.as_bytes())?;
                    output::say(&format!("{}: formatted", source.name));
                }
            }
            (Err(FormatError::Syntax(errors)), _) => {
                let drawn = findings::draw(&errors, std::slice::from_ref(source));
                output::say(&format!("{drawn}{}: not formatted, for it cannot be read", source.name));
                end = End::Findings;
            }
            (Err(why @ FormatError::Different), _) => {
                output::say(&format!("{}: {why}; this is a mistake of `journey fmt`, please report it", source.name));
                end = End::Findings;
            }
        }
    }
    output::print(&listed)?;
    Ok(end)
}
