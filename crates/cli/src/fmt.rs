//! `journey fmt`: files in their canonical form.

use crate::{End, load};
use clap::Args;
use journey::{FormatError, SourceFile};
use std::path::PathBuf;

/// What `journey fmt` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// .journey files, and folders of them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Change nothing; name the files that are not in canonical form, and exit with 1 if there are any.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> End {
    let mut sources: Vec<SourceFile> = Vec::new();
    for path in &arguments.paths {
        match load::sources(path) {
            Ok(found) => sources.extend(found),
            Err(why) => return End::Unusable(why),
        }
    }
    let mut end = End::Good;
    for source in &sources {
        match journey::format(source) {
            Ok(text) if text == source.text => {}
            Ok(_) if arguments.check => {
                anstream::println!("{}", source.name);
                end = End::Findings;
            }
            Ok(text) => match load::write(&source.name, &text) {
                Ok(()) => anstream::eprintln!("{}: formatted", source.name),
                Err(why) => return End::Unusable(why),
            },
            Err(FormatError::Syntax(errors)) => {
                anstream::eprint!("{}", load::draw(&errors, std::slice::from_ref(source)));
                anstream::eprintln!("{}: not formatted, for it cannot be read", source.name);
                end = End::Findings;
            }
            Err(why @ FormatError::Different) => {
                anstream::eprintln!("{}: {why}; this is a mistake of `journey fmt`, please report it", source.name);
                end = End::Findings;
            }
        }
    }
    end
}
