//! The service as a whole: what is opened in which order, and how it stops.

pub mod door;
mod http;
mod load;
mod service;
mod sink;
mod tidy;
pub mod turns;
mod watch;

use crate::loaded::{self, Finding, Loaded};
use crate::store::sqlite::Sqlite;
use crate::turn::Owner;
use door::Door;
pub use load::Load;
pub use service::Service;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

/// Where it listens when nothing else is said.
pub const PORT: u16 = 4321;
/// In `--dev` the first free one of so many is taken.
const PORTS: u16 = 20;
/// Requests that are being answered have this long when it stops.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// How a service is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The program: a .journey file, or a folder of them.
    pub program: PathBuf,
    /// To try a program: a store that is gone afterwards, every key is good, messages go to the mailbox, the clock can be
    /// moved.
    pub dev: bool,
    /// The file of the store; in `dev` it may be left out.
    pub store: Option<PathBuf>,
    /// The address to listen at; none: port 4321 of this machine.
    pub listen: Option<SocketAddr>,
    /// Keys that clients show.
    pub write_keys: Vec<String>,
    /// What the clock says at first; in `dev` alone.
    pub at: Option<i64>,
    /// How long lines are kept after they were played.
    pub keep_lines: Duration,
}

/// Why a service did not start, or stopped.
#[derive(Debug)]
pub enum Failure {
    /// The program has mistakes.
    Program(Vec<Finding>),
    /// Something else, in words.
    Other(String),
}

impl From<String> for Failure {
    fn from(why: String) -> Failure {
        Failure::Other(why)
    }
}

/// Runs a service until it is asked to stop; `say` prints a line for people.
///
/// # Errors
/// When it cannot start: what is wrong, and what to do.
pub fn serve(options: &Options, say: impl Fn(&str) + Send + Sync + 'static) -> Result<(), Failure> {
    if !options.program.exists() {
        return Err(Failure::Other(format!("{}: there is no such file or folder", options.program.display())));
    }
    let loaded = loaded::load(&options.program).map_err(Failure::Program)?;
    if !options.dev && !options.write_keys.iter().any(|key| !key.is_empty()) {
        return Err(Failure::Other(no_key()));
    }
    if !options.dev && options.store.is_none() {
        return Err(Failure::Other("name the file of the store: --store shop.db".into()));
    }
    let listener = listen(options)?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    // It is removed when this goes out of scope.
    let temporary = match &options.store {
        Some(_) => None,
        None => Some(tempfile::tempdir().map_err(|error| format!("no folder for a temporary store: {error}"))?),
    };
    let path = match (&options.store, &temporary) {
        (Some(path), _) => path.clone(),
        (None, Some(folder)) => folder.path().join("store.db"),
        (None, None) => PathBuf::new(),
    };
    let store = Sqlite::open_alone(&path).map_err(|trouble| format!("{}: {trouble}", path.display()))?;
    let store = Arc::new(store.keeping(options.keep_lines));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| format!("the service cannot start its threads: {error}"))?;
    runtime.block_on(run(options, loaded, store, listener, address, Arc::new(say)))
}

async fn run(
    options: &Options,
    mut loaded: Loaded,
    store: Arc<Sqlite>,
    listener: std::net::TcpListener,
    address: SocketAddr,
    say: Arc<dyn Fn(&str) + Send + Sync>,
) -> Result<(), Failure> {
    let words = |trouble: crate::store::Trouble| trouble.to_string();
    let clock = service::clock(options, &store).map_err(words)?;
    let (program, sweep) = store.deploy((*loaded.program).clone(), clock.now()).map_err(words)?;
    loaded.program = Arc::new(program);
    let current = Arc::new(RwLock::new(loaded.program.clone()));
    let workspace = service::workspace(&store).map_err(words)?;
    let door = Arc::new(Door::new(clock.clone()));
    let worker = format!("{}-{}", std::process::id(), clock.now());
    let partitions = usize::from(crate::people::PARTITIONS);
    let owner = Owner::new(store.clone(), current.clone(), clock.clone(), &worker, partitions, &workspace)
        .sweeping(sweep)
        .recording_all(options.dev);
    let stop = Arc::new(AtomicBool::new(false));
    let load = Arc::new(Load::new(store.counts().map_err(words)?.inbox));
    let (signal, _) = tokio::sync::watch::channel(0_u64);
    let (outgoing, has_outgoing) = std::sync::mpsc::channel();
    let after = service::after(signal.clone(), load.clone(), outgoing.clone(), say.clone());
    let (turns, thread) = turns::Turns::start(owner, clock.clone(), door.clone(), stop.clone(), after);
    let service = Arc::new(Service {
        store,
        workspace,
        clock,
        door,
        load,
        turns,
        current,
        loaded: RwLock::new(Arc::new(loaded)),
        broken: RwLock::new(vec![]),
        signal,
        outgoing,
        options: options.clone(),
        address,
        say: say.clone(),
    });
    service::say_start(&service);
    if !options.dev {
        tidy::start(&service, stop.clone());
    }
    let mailbox = options.dev.then(|| crate::dev::mailbox::start(service.clone(), has_outgoing, stop.clone()));
    let watching = if options.dev { watch::start(&service).map_err(Failure::Other)? } else { None };
    let answered = http::run(service.clone(), listener).await;
    stop.store(true, Ordering::Release);
    drop(watching);
    service.turns.look();
    let _ = thread.join();
    let _ = service.outgoing.send(());
    if let Some(mailbox) = mailbox {
        let _ = mailbox.join();
    }
    answered.map_err(Failure::Other)
}

fn listen(options: &Options) -> Result<std::net::TcpListener, String> {
    let local = |port| SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port));
    let last = if options.dev { PORT + PORTS } else { PORT + 1 };
    let ports: Vec<SocketAddr> = match options.listen {
        Some(address) => vec![address],
        None => (PORT..last).map(local).collect(),
    };
    let mut why = String::new();
    for address in ports {
        match std::net::TcpListener::bind(address) {
            Ok(listener) => {
                listener.set_nonblocking(true).map_err(|error| error.to_string())?;
                return Ok(listener);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                why = format!(
                    "{address} is in use: stop what runs there, or name another address, such as --listen 127.0.0.1:{}",
                    address.port().wrapping_add(1)
                );
            }
            Err(error) => why = format!("it is not possible to listen at {address}: {error}"),
        }
    }
    Err(why)
}

fn no_key() -> String {
    let mut bytes = [0_u8; 16];
    let fresh =
        getrandom::fill(&mut bytes).map(|()| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let key = fresh.unwrap_or_else(|_| "A_LONG_RANDOM_TEXT".into());
    format!(
        "clients have to show a key, and none was given: put a long one into JOURNEY_WRITE_KEY or behind --write-key, such as {key}, and the same into \
         your clients; to try a program without keys start with --dev"
    )
}
