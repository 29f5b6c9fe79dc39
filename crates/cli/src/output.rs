//! What commands print.

use crate::End;
use std::io::{self, Write};

/// Prints a text. A reader that has seen enough is no failure.
pub(crate) fn print(text: &str) -> End {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => End::Good,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => End::Good,
        Err(error) => End::Unusable(format!("the output cannot be written: {error}")),
    }
}
