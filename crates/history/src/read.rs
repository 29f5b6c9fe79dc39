//! The first pass: all files are read, and their lines put by person.

use crate::columns::Columns;
use crate::first::First;
use crate::homes::Names;
use crate::lines::{self, Inputs};
use crate::record::{Order, Place, number_of, write};
use crate::store::{SHELVES, Store, lock, shelf};
use crate::{Progress, Settings};
use journey::{Engagement, Input, InputKind, Program};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};

/// Bytes of rows that go to a thread at once.
const BATCH: usize = 1 << 20;
/// So many names of events that mean nothing are kept.
const UNHEARD: usize = 1_000;

/// A line that could not be used, and why.
pub type Broken = (Place, String);

/// What was found while reading.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Lines that are played.
    pub used: u64,
    /// Lines before [`Settings::since`] that were left out.
    pub before: u64,
    /// Lines behind [`Settings::until`].
    pub after: u64,
    /// What people did with messages: the lines that [`Settings::no_responses`] leaves out.
    pub responses: u64,
    /// The arrivals of the first and the last line that is played.
    pub span: Option<(i64, i64)>,
    /// Lines that could not be used, and why: the first few, in the order of files.
    pub broken: Vec<Broken>,
    /// How many could not be used.
    pub unusable: u64,
    /// Events that mean nothing to the program, with how often they stand there; of very many names not all.
    pub unheard: BTreeMap<String, u64>,
}

/// A history that was read, ready to be played.
pub struct History {
    pub(crate) store: Store,
    pub(crate) homes: HashMap<u64, u64>,
    /// What was found.
    pub facts: Facts,
}

/// Whether an event tells what somebody did with a message, or that it arrived; what goes wrong with one is none.
pub fn is_response(program: &Program, event: &str) -> bool {
    let stays = [Engagement::Bounced, Engagement::Complained, Engagement::Failed];
    program.engagement(event).is_some_and(|told| !stays.contains(&told))
}

/// From where to where in the bytes.
type Part = (usize, usize);

/// Rows that go to a thread at once.
struct Batch {
    file: usize,
    bytes: Vec<u8>,
    /// Where each begins, and which part of the bytes it is; or why it cannot be used.
    rows: Vec<(u64, Result<Part, &'static str>)>,
    columns: Option<Arc<Columns>>,
}

impl History {
    /// Reads files; `-` among them is standard input. `watch` is told how far it is.
    ///
    /// # Errors
    /// When a file cannot be read, or what does not fit the memory cannot be written.
    pub fn read(
        program: &Program,
        files: &[PathBuf],
        settings: &Settings,
        watch: &dyn Fn(Progress),
    ) -> Result<History, String> {
        let store = Store::new(settings.memory / 2, settings.temp.clone());
        let stop = AtomicBool::new(false);
        let reader = |to: &mut dyn FnMut(Batch) -> Result<(), String>| read(files, &stop, watch, to);
        let new = || Worker::new(program, settings, &store, &stop);
        let mut all = if settings.threads <= 1 {
            let mut worker = new();
            reader(&mut |batch| worker.batch(&batch))?;
            worker
        } else {
            in_threads(settings.threads, &new, reader)?
        };
        all.put_all()?;
        let Worker { names, mut facts, broken, .. } = all;
        (facts.unusable, facts.broken) = (broken.all, broken.into_list());
        let homes = names.homes();
        if !homes.is_empty() {
            for shelf in 0..SHELVES {
                store.move_home(shelf, &homes)?;
            }
        }
        Ok(History { store, homes, facts })
    }
}

/// Reads in one thread, and parses in others.
fn in_threads<'a>(
    threads: usize,
    new: &(dyn Fn() -> Worker<'a> + Sync),
    reader: impl FnOnce(&mut dyn FnMut(Batch) -> Result<(), String>) -> Result<(), String>,
) -> Result<Worker<'a>, String> {
    let (send, receive) = sync_channel::<Batch>(threads * 2);
    let receive = Mutex::new(receive);
    std::thread::scope(|scope| {
        let work = || -> Result<Worker<'a>, String> {
            let mut worker = new();
            loop {
                let next = lock(&receive).recv();
                let Ok(batch) = next else { break };
                if worker.failed.is_none() {
                    worker.failed = worker.batch(&batch).err();
                }
            }
            worker.put_all()?;
            Ok(worker)
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let gone = || "a thread stopped".to_string();
        let read = reader(&mut |batch| send.send(batch).map_err(|_| gone()));
        drop(send);
        let mut all = new();
        for worker in workers {
            all.absorb(worker.join().map_err(|_| gone())??);
        }
        read?;
        match all.failed.take() {
            Some(why) => Err(why),
            None => Ok(all),
        }
    })
}

/// Cuts files into batches.
fn read(
    files: &[PathBuf],
    stop: &AtomicBool,
    watch: &dyn Fn(Progress),
    to: &mut dyn FnMut(Batch) -> Result<(), String>,
) -> Result<(), String> {
    let mut before = 0;
    for (file, path) in files.iter().enumerate() {
        let mut inputs = Inputs::open(path)?;
        let mut is_more = true;
        while is_more && !stop.load(Ordering::Relaxed) {
            let mut batch = Batch { file, bytes: Vec::with_capacity(BATCH), rows: vec![], columns: inputs.columns() };
            while is_more && batch.bytes.len() < BATCH {
                let from = batch.bytes.len();
                let row = inputs.raw(&mut batch.bytes);
                let row = row.map_err(|why| format!("{}: behind line {}: {why}", path.display(), inputs.at()))?;
                match row {
                    Some((line, row)) => batch.rows.push((line, row.map(|()| (from, batch.bytes.len())))),
                    None => is_more = false,
                }
            }
            to(batch)?;
            watch(Progress::Read(before + inputs.position()));
        }
        before += inputs.position();
    }
    Ok(())
}

/// What one thread finds.
struct Worker<'a> {
    program: &'a Program,
    settings: &'a Settings,
    store: &'a Store,
    stop: &'a AtomicBool,
    /// By shelf: records that are not put there yet.
    records: Vec<Vec<u8>>,
    /// Bytes at which they are.
    enough: usize,
    names: Names,
    facts: Facts,
    broken: First<Broken>,
    failed: Option<String>,
}

impl<'a> Worker<'a> {
    fn new(program: &'a Program, settings: &'a Settings, store: &'a Store, stop: &'a AtomicBool) -> Self {
        let share = settings.memory / (8 * SHELVES * settings.threads.max(1)) as u64;
        Self {
            program,
            settings,
            store,
            stop,
            records: vec![vec![]; SHELVES],
            enough: share.clamp(1 << 10, 1 << 16) as usize,
            names: Names::default(),
            facts: Facts::default(),
            broken: First::default(),
            failed: None,
        }
    }

    fn batch(&mut self, batch: &Batch) -> Result<(), String> {
        for (number, row) in &batch.rows {
            let place = Place::new(batch.file, *number);
            let bytes = row.map(|(from, to)| batch.bytes.get(from..to).unwrap_or_default());
            let read = match lines::as_json(bytes, batch.columns.as_deref()) {
                Some(Ok(line)) => self.line(&line, place)?,
                Some(Err(why)) => Err(why),
                None => continue,
            };
            if let Err(why) = read {
                self.broken.put((place, why));
                if self.settings.strict {
                    self.stop.store(true, Ordering::Relaxed);
                }
            }
        }
        Ok(())
    }

    /// Takes a line in; within, why it cannot be used.
    fn line(&mut self, line: &str, place: Place) -> Result<Result<(), String>, String> {
        let input = match Input::from_json(line) {
            Ok(input) => input,
            Err(why) => return Ok(Err(why.to_string())),
        };
        if self.settings.until.is_some_and(|until| input.arrived > until) {
            self.facts.after += 1;
            return Ok(Ok(()));
        }
        if self.settings.since.is_some_and(|since| input.arrived < since) && self.passes(&input) {
            self.facts.before += 1;
            return Ok(Ok(()));
        }
        if matches!(&input.kind, InputKind::Track { event, .. } if is_response(self.program, event)) {
            self.facts.responses += 1;
            if self.settings.no_responses {
                return Ok(Ok(()));
            }
        }
        self.facts.used += 1;
        let (from, to) = self.facts.span.unwrap_or((input.arrived, input.arrived));
        self.facts.span = Some((from.min(input.arrived), to.max(input.arrived)));
        if let InputKind::Track { event, .. } = &input.kind
            && !self.program.hears(event)
        {
            if let Some(times) = self.facts.unheard.get_mut(event.as_str()) {
                *times += 1;
            } else if self.facts.unheard.len() < UNHEARD {
                self.facts.unheard.insert(event.to_string(), 1);
            }
        }
        let person = number_of(&input.profile);
        if let Some(other) = input.other() {
            let is_alias = matches!(input.kind, InputKind::Alias { .. });
            self.names.pair(number_of(other), person, is_alias, Order { arrived: input.arrived, place });
        }
        if input.kind == InputKind::Delete {
            self.names.delete(person);
        }
        let at = shelf(person);
        let Some(records) = self.records.get_mut(at) else { return Ok(Ok(())) };
        write(&input, line, place, self.program.concerns(&input), records);
        if records.len() >= self.enough {
            let records = std::mem::take(records);
            self.store.put(at, records)?;
        }
        Ok(Ok(()))
    }

    /// Whether a line of long ago means nothing any more: it says neither who somebody is nor what they agreed to.
    fn passes(&self, input: &Input) -> bool {
        matches!(&input.kind, InputKind::Track { event, .. } if !self.program.is_consent(event))
            && input.other().is_none()
    }

    /// Puts all records on their shelves.
    fn put_all(&mut self) -> Result<(), String> {
        for (at, records) in self.records.iter_mut().enumerate().filter(|(_, records)| !records.is_empty()) {
            self.store.put(at, std::mem::take(records))?;
        }
        Ok(())
    }

    fn absorb(&mut self, other: Worker<'_>) {
        self.names.absorb(other.names);
        self.broken.absorb(other.broken);
        self.failed = self.failed.take().or(other.failed);
        let (mine, theirs) = (&mut self.facts, other.facts);
        mine.used += theirs.used;
        mine.before += theirs.before;
        mine.after += theirs.after;
        mine.responses += theirs.responses;
        mine.span = match (mine.span, theirs.span) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (mine, theirs) => mine.or(theirs),
        };
        for (name, times) in theirs.unheard {
            *mine.unheard.entry(name).or_default() += times;
        }
    }
}
