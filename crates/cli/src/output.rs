//! What commands print. Nothing else writes to standard output and standard error, so that a full disk is told of and
//! a reader that has gone does no harm; `clippy.toml` refuses other ways.

#![allow(clippy::disallowed_methods, reason = "this is the one place that may")]

use crate::end::Failure;
use std::io::{self, IsTerminal, Write};

/// Prints a text for people: with colours where they are shown.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    settle(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Prints a text for machines, byte for byte.
pub(crate) fn exactly(text: &str) -> Result<(), Failure> {
    bytes(text.as_bytes())
}

/// Prints what is no text.
pub(crate) fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut lines = Lines::open();
    lines.write(bytes);
    lines.close()
}

/// Says something beside what is printed. Where nobody can hear it, it is lost, and the command goes on.
pub(crate) fn say(text: &str) {
    let mut err = anstream::stderr().lock();
    // In one piece, so that lines of two commands on one terminal do not mix.
    let _ = err.write_all(format!("{text}\n").as_bytes());
}

/// Says something, if there is anything to say.
pub(crate) fn say_if_any(text: &str) {
    if !text.is_empty() {
        say(text);
    }
}

/// Says why a command could not do its work, in clap's colours.
pub(crate) fn say_error(why: &str) {
    let styles = clap::builder::Styles::styled();
    let red = styles.get_error();
    say(&format!("{red}error:{red:#} {why}"));
}

/// Whether what is printed is looked at by people.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether what is said beside it is looked at by people.
pub(crate) fn is_heard_on_a_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Lines for machines, printed as they come.
pub(crate) struct Lines {
    out: io::BufWriter<io::StdoutLock<'static>>,
    written: io::Result<()>,
}

impl Lines {
    pub(crate) fn open() -> Lines {
        Lines { out: io::BufWriter::new(io::stdout().lock()), written: Ok(()) }
    }

    /// Prints some bytes; nothing once that has failed.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        if self.written.is_ok() {
            self.written = self.out.write_all(bytes);
        }
    }

    /// Whether nobody will read what is still to come.
    pub(crate) fn is_broken(&self) -> bool {
        self.written.is_err()
    }

    /// Ends the output.
    pub(crate) fn close(mut self) -> Result<(), Failure> {
        settle(self.written.and_then(|()| self.out.flush()))
    }
}

/// A reader that has seen enough is no failure, and changes nothing about what was found; a full disk is one.
fn settle(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Unusable(format!("the output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}
