//! What shells and readers of manuals want to know of the commands.

use crate::end::{End, Ending};
use crate::{help, output, write};
use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::roff::{Roff, bold, roman};
use std::path::PathBuf;

/// What `journey completions` takes.
#[derive(Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints a script that completes the commands in a shell.
pub(crate) fn completions(arguments: &Completions) -> Ending {
    let mut out = vec![];
    clap_complete::generate(arguments.shell, &mut crate::Arguments::command(), "journey", &mut out);
    output::exactly(&String::from_utf8_lossy(&out))?;
    Ok(End::Good)
}

/// What `journey man` takes.
#[derive(Args)]
pub(crate) struct Man {
    /// Write a page for each command into this folder instead of printing the first page.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// Prints the manual page, or writes those of all commands.
pub(crate) fn man(arguments: &Man) -> Ending {
    let mut command = crate::Arguments::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &arguments.out else {
        output::exactly(&page(&command)?)?;
        return Ok(End::Good);
    };
    std::fs::create_dir_all(folder).map_err(|e| format!("{} cannot be written: {e}", folder.display()))?;
    for command in std::iter::once(&command).chain(command.get_subcommands()) {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name());
        write::file(&folder.join(format!("{name}.1")), page(command)?.as_bytes())?;
    }
    Ok(End::Good)
}

/// The page of a command, with sections of its own for what stands below its help.
fn page(command: &Command) -> Result<String, String> {
    let below = help::of(command.get_name());
    let command = command.clone().after_help(None::<&str>);
    let mut page = vec![];
    let mut more = Roff::new();
    if !below.examples.is_empty() {
        more.control("SH", ["EXAMPLES"]);
        for (line, what) in below.examples {
            more.control("TP", []).text([bold(*line)]).text([roman(*what)]);
        }
    }
    more.control("SH", ["EXIT STATUS"]);
    for (status, meaning) in below.statuses {
        more.control("TP", []).text([bold(status.to_string())]).text([roman(*meaning)]);
    }
    let written = clap_mangen::Man::new(command).render(&mut page);
    written.map_err(|e| format!("the page cannot be made: {e}"))?;
    Ok(String::from_utf8_lossy(&page).into_owned() + &more.to_roff())
}
