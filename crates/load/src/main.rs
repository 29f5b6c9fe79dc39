//! How much a running service takes: turns a second, beside what the bare store takes of the same rows in the same run.

mod alarms;
mod bare;
mod clients;
mod idle;
mod lines;
mod own;

use clap::Parser;
use lines::Mix;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Sends events to a service for a while, and says how many it played a second.
#[derive(Parser)]
#[command(name = "journey-load", version, max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    /// The service, such as http://127.0.0.1:4321.
    #[arg(long, required_unless_present_any = ["own", "alarms", "idle"])]
    url: Option<String>,
    /// The key that the service knows.
    #[arg(long, value_name = "KEY", default_value = "load")]
    write_key: String,
    /// The file of the service's store, if it lies here: then turns are counted there.
    #[arg(long, value_name = "FILE", conflicts_with = "own")]
    store: Option<PathBuf>,
    /// Starts a service of its own in this process, on a store that is gone afterwards, and compares it with the bare store.
    #[arg(long, conflicts_with = "url")]
    own: bool,
    /// Where stores lie that are gone afterwards; without it where temporary files lie.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// How many people the events are about.
    #[arg(long, default_value_t = 100_000)]
    people: u64,
    /// Events a second at most; 0: as many as are taken.
    #[arg(long, default_value_t = 0)]
    rate: u64,
    /// How long events are sent.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How often each kind of event comes.
    #[arg(long, value_name = "KIND=N,…", default_value = "abandoned=5,ordered=2,opened=3,signed_up=1,identify=1")]
    mix: Mix,
    /// Events of one request.
    #[arg(long, default_value_t = 100)]
    batch: usize,
    /// Clients that send at once.
    #[arg(long, default_value_t = 8)]
    clients: u64,
    /// Instead: so many people with one common alarm, and how long it takes until all have been woken.
    #[arg(long, value_name = "PEOPLE", conflicts_with_all = ["url", "own", "idle"])]
    alarms: Option<u64>,
    /// Instead: how much memory `journeyd`, which lies beside this program, takes while nothing happens.
    #[arg(long, conflicts_with_all = ["url", "own"])]
    idle: bool,
}

const EXAMPLES: &str = "\
Examples:
  journey-load --own --seconds 20
      a service of its own, beside the bare store
  journey-load --url http://127.0.0.1:4321 --write-key 4f0c… --rate 500 --store shop.db
      a service that runs here
  journey-load --alarms 1000000
      a million people who wait for the same moment
  journey-load --idle
      the memory of a service that has nothing to do";

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let folder = match &arguments.folder {
        Some(folder) => tempfile::tempdir_in(folder),
        None => tempfile::tempdir(),
    };
    let folder = folder.map_err(|error| format!("no folder for a store: {error}"))?;
    if let Some(people) = arguments.alarms {
        return alarms::run(folder.path(), people);
    }
    if arguments.idle {
        return idle::run(folder.path());
    }
    let load = clients::Load {
        people: arguments.people.max(1),
        rate: arguments.rate,
        lasts: Duration::from_secs(arguments.seconds),
        mix: arguments.mix.clone(),
        batch: arguments.batch.max(1),
        clients: arguments.clients.max(1),
    };
    if !arguments.own {
        let url = arguments.url.clone().unwrap_or_default();
        let sent = clients::send(&url, &arguments.write_key, &load, arguments.store.as_deref())?;
        sent.tell();
        return Ok(());
    }
    let own = own::start(folder.path(), &arguments.write_key)?;
    let sent = clients::send(&own.url, &arguments.write_key, &load, Some(&own.store))?;
    sent.tell();
    let limit = bare::limit(&own.store, &folder.path().join("bare.db"), &sent, &load)?;
    println!("bare store: {limit:.0} turns/s with the same rows");
    println!("ratio: {:.2}", sent.speed() / limit);
    Ok(())
}
