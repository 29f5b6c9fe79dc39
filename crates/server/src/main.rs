//! `journeyd`: the service as a program. `journey serve` starts it.

use clap::Parser;
use journey_server::serve::{self, Failure, Options};
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// The service around a program: it takes events in over HTTP, plays them, and sends; with --dev it shows all of it live in
/// a browser.
#[derive(Parser)]
#[command(name = "journey serve", version, max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    /// A .journey file, or a folder of them.
    #[arg(default_value = ".")]
    program: PathBuf,
    /// Try it: messages go to a mailbox in the browser, the clock can be moved, a save runs at once, no keys are needed.
    #[arg(long)]
    dev: bool,
    /// The file in which people and messages are kept; with --dev it is gone afterwards, unless this names one.
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// Where it listens; without it at 127.0.0.1:4321, and with --dev at the next port that is free.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// A key that clients show when they send events; more than one are parted by commas, or given one by one.
    #[arg(
        long = "write-key",
        value_name = "KEY",
        env = "JOURNEY_WRITE_KEY",
        hide_env_values = true,
        value_delimiter = ','
    )]
    write_keys: Vec<String>,
    /// What the clock says at first, such as 2026-03-02T09:00:00Z.
    #[arg(long, value_name = "MOMENT", requires = "dev", value_parser = moment)]
    at: Option<i64>,
    /// Keep lines for so many days after they were played: `journey run` can then play them again.
    #[arg(long, value_name = "DAYS", default_value_t = 0)]
    keep_lines: u16,
}

const EXAMPLES: &str = "\
Examples:
  journey serve --dev shop
      try the program in shop, and see its messages in a browser
  journey serve --dev shop --at 2026-03-02T09:00:00Z
      the same, on a Monday morning
  journey serve shop --store shop.db --write-key 4f0c…
      run it for clients that show this key

Exit status: 0 it was asked to stop; 1 the program has errors; 2 it cannot start.";

fn moment(text: &str) -> Result<i64, String> {
    journey::value::parse_instant(text).ok_or_else(|| "write a moment such as 2026-03-02T09:00:00Z".into())
}

fn main() -> ExitCode {
    let Arguments { program, dev, store, listen, write_keys, at, keep_lines } = Arguments::parse();
    let keep_lines = Duration::from_secs(u64::from(keep_lines) * 86_400);
    let options = Options { program, dev, store, listen, write_keys, at, keep_lines };
    match serve::serve(&options, say) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Program(findings)) => {
            for finding in findings {
                say(finding.text.trim_end());
            }
            say(&format!("\n{} does not run: nothing was started", options.program.display()));
            ExitCode::from(1)
        }
        Err(Failure::Other(why)) => {
            say(&format!("error: {why}"));
            ExitCode::from(2)
        }
    }
}

/// A line for people. Where nobody can read it the service goes on.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
