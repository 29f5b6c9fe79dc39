//! What shells and readers of manuals want to know of the commands.

use crate::{End, output};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::path::PathBuf;

/// What `journey completions` takes.
#[derive(Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints a script that completes the commands in a shell.
pub(crate) fn completions(arguments: &Completions) -> End {
    let mut out = vec![];
    clap_complete::generate(arguments.shell, &mut crate::Arguments::command(), "journey", &mut out);
    output::print(&String::from_utf8_lossy(&out))
}

/// What `journey man` takes.
#[derive(Args)]
pub(crate) struct Man {
    /// Write a page for each command into this folder instead of printing the first page.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// Prints the manual page, or writes those of all commands.
pub(crate) fn man(arguments: &Man) -> End {
    let command = crate::Arguments::command();
    let Some(folder) = &arguments.out else {
        let mut page = vec![];
        return match clap_mangen::Man::new(command).render(&mut page) {
            Ok(()) => output::print(&String::from_utf8_lossy(&page)),
            Err(error) => End::Unusable(format!("the page cannot be made: {error}")),
        };
    };
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    match written {
        Ok(()) => End::Good,
        Err(error) => End::Unusable(format!("{} cannot be written: {error}", folder.display())),
    }
}
