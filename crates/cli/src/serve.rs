//! `journey serve`: starts the service, a program of its own that lies beside this one. Who works on programs alone need not
//! build it.

use crate::end::{End, Ending, Failure};
use clap::Args;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;

/// What the service's program is called.
const NAME: &str = "journeyd";

/// What `journey serve` takes: all of it goes to the service.
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    /// What the service takes: a program, --dev, --store FILE, --write-key KEY …; --help lists all.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    given: Vec<OsString>,
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    let beside = std::env::current_exe().ok().and_then(|this| Some(this.parent()?.join(NAME)));
    let beside = beside.map(|path| path.with_extension(std::env::consts::EXE_EXTENSION)).filter(|path| path.is_file());
    let service = beside.unwrap_or_else(|| PathBuf::from(NAME));
    match start(Command::new(&service).args(&arguments.given)) {
        Ok(0) => Ok(End::Good),
        Ok(1) => Ok(End::Findings),
        // It has said why itself.
        Ok(_) => Err(Failure::Called(String::new())),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Failure::Unusable(format!(
            "the service is a program of its own, `{NAME}`, and it does not lie beside `journey`: install it by \
             `cargo install --path crates/server --locked`, from a checkout of the repository"
        ))),
        Err(error) => Err(Failure::Unusable(format!("{} cannot be started: {error}", service.display()))),
    }
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
