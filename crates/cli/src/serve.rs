//! `journey serve`: starts the service, a program of its own that lies beside this one. Who works on programs alone need not
//! build it.

use crate::end::{End, Ending, Failure};
use clap::Args;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the service's program is called.
const NAME: &str = "journeyd";

/// What `journey serve` takes: all of it goes to the service.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A .journey file or a folder, and the service's options.
    ///
    /// --dev            try it: a mailbox in the browser, a clock that moves, no keys, a save runs at once
    /// --store FILE     where people and messages are kept; with --dev they are gone afterwards without it
    /// --write-key KEY  what clients show; several are parted by commas, or stand in JOURNEY_WRITE_KEY
    /// --listen ADDRESS where it listens, 127.0.0.1:4321 without it
    /// --at MOMENT      what the clock says at first, with --dev
    /// --keep-lines N   keep lines for so many days after they were played
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "PROGRAM AND OPTIONS",
        verbatim_doc_comment
    )]
    given: Vec<OsString>,
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    let Some(service) = service() else {
        return Err(Failure::Unusable(format!(
            "the service is a program of its own, `{NAME}`, and it lies neither beside `journey` nor on the path: install it by \
             `cargo install --path crates/server --locked`, from a checkout of the repository"
        )));
    };
    match start(Command::new(&service).args(&arguments.given)) {
        Ok(0) => Ok(End::Good),
        Ok(1) => Ok(End::Findings),
        // It has said why itself.
        Ok(_) => Err(Failure::Called(String::new())),
        Err(error) => Err(Failure::Unusable(format!("{} cannot be started: {error}", service.display()))),
    }
}

/// Where the service lies: beside this program, else where the path leads.
fn service() -> Option<PathBuf> {
    let name = Path::new(NAME).with_extension(std::env::consts::EXE_EXTENSION);
    let beside = std::env::current_exe().ok().and_then(|this| Some(this.parent()?.join(&name)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(&name));
    beside.into_iter().chain(on_path).find(|file| file.is_file())
}

/// Becomes the service, so that whoever stops this process stops the service.
#[cfg(unix)]
fn start(service: &mut Command) -> std::io::Result<i32> {
    Err(std::os::unix::process::CommandExt::exec(service))
}

#[cfg(not(unix))]
fn start(service: &mut Command) -> std::io::Result<i32> {
    service.status().map(|status| status.code().unwrap_or(2))
}
