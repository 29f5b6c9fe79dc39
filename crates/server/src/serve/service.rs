//! What all parts of a running service share.

use super::door::Door;
use super::turns::Turns;
use super::{Load, Options};
use crate::clock::Clock;
use crate::loaded::{Finding, Loaded};
use crate::store::Trouble;
use crate::store::sqlite::Sqlite;
use crate::turn::{Current, Ticked};
use std::net::SocketAddr;
use std::sync::mpsc::Sender;
use std::sync::{Arc, RwLock};
use tokio::sync::watch;

/// A running service.
pub struct Service {
    pub(crate) store: Arc<Sqlite>,
    /// What keys of messages are made within.
    pub(crate) workspace: String,
    pub(crate) clock: Clock,
    pub(crate) door: Arc<Door>,
    pub(crate) load: Arc<Load>,
    pub(crate) turns: Turns,
    pub(crate) current: Current,
    pub(crate) loaded: RwLock<Arc<Loaded>>,
    /// What is wrong with the newest save; while there is something the program before goes on.
    pub(crate) broken: RwLock<Vec<Finding>>,
    /// Counts what happened, for pages that are open.
    pub(crate) signal: watch::Sender<u64>,
    /// Wakes who hands messages over.
    pub(crate) outgoing: Sender<()>,
    pub(crate) options: Options,
    pub(crate) address: SocketAddr,
    pub(crate) say: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Service {
    /// The program that runs, with its names and texts.
    pub(crate) fn loaded(&self) -> Arc<Loaded> {
        self.loaded.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Tells pages that something is new.
    pub(crate) fn changed(&self) {
        self.signal.send_modify(|count| *count += 1);
    }

    /// Puts another program in the place of the one that runs: people are taken over.
    pub(crate) fn deploy(&self, mut loaded: Loaded) -> Result<(), Trouble> {
        let before = self.loaded();
        if loaded.program.fingerprint() == before.program.fingerprint() {
            // Comments, say: what runs is the same, and its lines may stand elsewhere.
            loaded.program = before.program.clone();
        } else {
            let (program, _) = self.store.deploy((*loaded.program).clone(), self.clock.now())?;
            loaded.program = Arc::new(program);
            *self.current.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = loaded.program.clone();
            self.store.try_again()?;
        }
        *self.loaded.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Arc::new(loaded);
        self.turns.look();
        let _ = self.outgoing.send(());
        Ok(())
    }
}

/// The clock: the machine's, or in `--dev` one that may stand elsewhere, and goes on where it was.
pub(super) fn clock(options: &Options, store: &Sqlite) -> Result<Clock, Trouble> {
    if !options.dev {
        return Ok(Clock::default());
    }
    if let Some(at) = options.at {
        let clock = Clock::starting_at(at);
        // A store that is kept goes on from there.
        store.set_note("clock_ahead", clock.offset().to_string())?;
        return Ok(clock);
    }
    Ok(Clock::ahead(store.note("clock_ahead")?.and_then(|text| text.parse().ok()).unwrap_or(0)))
}

/// What keys of messages are made within: a random text that the store was given when it was made.
pub(super) fn workspace(store: &Sqlite) -> Result<String, Trouble> {
    if let Some(workspace) = store.note("workspace")? {
        return Ok(workspace);
    }
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| Trouble::Unreachable(format!("no random numbers: {error}")))?;
    let workspace: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    store.set_note("workspace", workspace.clone())?;
    Ok(workspace)
}

/// What happens after each tick that did something.
pub(super) fn after(
    signal: watch::Sender<u64>,
    load: Arc<Load>,
    outgoing: Sender<()>,
    say: Arc<dyn Fn(&str) + Send + Sync>,
) -> impl Fn(&Result<Ticked, Trouble>) + Send + 'static {
    let last = std::sync::Mutex::new(None::<Trouble>);
    move |ticked| match ticked {
        Ok(ticked) => {
            load.played(ticked.lines);
            if ticked.outgoing > 0 {
                let _ = outgoing.send(());
            }
            signal.send_modify(|count| *count += 1);
            *last.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = None;
        }
        Err(trouble) => {
            // It is tried again twice a second, and said once.
            let mut last = last.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            if last.as_ref() != Some(trouble) {
                say(&format!("nothing is played for now: {trouble}"));
                *last = Some(trouble.clone());
            }
        }
    }
}

/// What people read when the service has started.
pub(super) fn say_start(service: &Service) {
    let loaded = service.loaded();
    let url = format!("http://{}", service.address);
    if service.options.dev {
        (service.say)(&format!("{url}  messages, people and the clock: open this in a browser"));
        if service.options.listen.is_none() && service.address.port() != super::PORT {
            (service.say)(&format!("{} is in use, so it is {} here", super::PORT, service.address.port()));
        }
        say_troubles(service);
        return;
    }
    (service.say)(&format!("{url}  events come in here: POST /v1/track, /v1/identify, /v1/batch"));
    let channels = loaded.channels();
    if !channels.is_empty() {
        (service.say)(&format!(
            "no connector sends {} yet: their messages wait in the outbox of {}",
            channels.join(", "),
            service.store.path().display()
        ));
    }
    say_troubles(service);
}

/// Says what is wrong with texts of messages: otherwise it would be seen when a message is due, and does not go.
pub(super) fn say_troubles(service: &Service) {
    for trouble in &service.loaded().troubles {
        (service.say)(trouble);
    }
}
