//! The second pass: each part of the people is played by itself.

use crate::first::First;
use crate::read::History;
use crate::record::{Head, Order, Place, input, number_of};
use crate::runs::{Piece, Runs};
use crate::store::{SHELVES, each, shelf};
use crate::{Progress, Settings};
use journey::replay::{Replay, Sink};
use journey::{Effect, Input, InputKind, Profile, Program, write_effect};
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many parts of a shelf are played one behind the other: few people at once stay near the processor.
const PARTS: u64 = 8;

/// Something that the person who plays a history should know: the line it is about, whose it is, and what it is.
pub type Notice = (Place, String, String);

/// Counts what comes out, in each thread by itself.
pub trait Count: Send {
    /// An effect of a profile, `number` being its place in [`Replay::profiles`] of this part. Whether it is to be written.
    fn effect(&mut self, program: &Program, profile: &Profile, number: usize, effect: &Effect) -> bool;
    /// An input has been played; what happened before its instant was counted before.
    fn input(&mut self, _program: &Program, _replay: &Replay<'_>, _input: &Input) {}
    /// A part of the people has been played to its end.
    fn part(&mut self, replay: &Replay<'_>);
    /// Takes in what another thread counted. It must not matter which comes first.
    fn absorb(&mut self, other: Self);
}

/// What came of a history.
pub struct Played<C> {
    /// What was counted.
    pub counted: C,
    /// The effects that are to be written; none where they were not asked for.
    pub effects: Runs,
    /// The first few notices, in the order of the lines.
    pub notices: Vec<Notice>,
    /// How many there were.
    pub noticed: u64,
    /// Whether journeys that go round for ever were still going at the end.
    pub is_cut_off: bool,
}

impl History {
    /// The part in which an id is played.
    fn home(&self, id: u64) -> u64 {
        self.homes.get(&id).copied().unwrap_or(id)
    }

    /// Plays it. Effects are kept to be written where `keeps_effects`. `watch` is told how far it is.
    ///
    /// # Errors
    /// When a line cannot be played, with its place, or what does not fit the memory cannot be written.
    pub fn play<C: Count>(
        self,
        program: &Program,
        settings: &Settings,
        keeps_effects: bool,
        new: impl Fn() -> C + Sync,
        watch: &(dyn Fn(Progress) + Sync),
    ) -> Result<Played<C>, Failure> {
        let threads = settings.threads.clamp(1, SHELVES);
        let runs = Runs::new(settings.memory / 4, settings.temp.clone());
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = || -> Result<Thread<'_, C>, Failure> {
            let mut thread = Thread {
                history: &self,
                program,
                settings,
                runs: &runs,
                keeps_effects,
                room: (settings.memory / (8 * threads as u64)).max(1 << 16),
                counted: new(),
                notices: First::default(),
                failed: None,
                is_cut_off: false,
            };
            loop {
                let shelf = next.fetch_add(1, Ordering::Relaxed);
                if shelf >= SHELVES {
                    return Ok(thread);
                }
                thread.shelf(shelf)?;
                watch(Progress::Played(done.fetch_add(1, Ordering::Relaxed) + 1, SHELVES));
            }
        };
        let mut threads: Vec<Thread<'_, C>> = if threads == 1 {
            vec![work()?]
        } else {
            std::thread::scope(|scope| {
                let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
                all.into_iter().map(|thread| thread.join().map_err(|_| Failure::stopped())?).collect::<Result<_, _>>()
            })?
        };
        let Some(mut all) = threads.pop() else { return Err(Failure::stopped()) };
        for thread in threads {
            all.absorb(thread);
        }
        if let Some(failed) = all.failed {
            return Err(failed);
        }
        let (counted, is_cut_off) = (all.counted, all.is_cut_off);
        let (noticed, notices) = (all.notices.all, all.notices.into_list());
        Ok(Played { counted, effects: runs, notices, noticed, is_cut_off })
    }
}

/// Why a history could not be played.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// The line that could not be; [`Place::is_none`] where it is about no line.
    pub place: Place,
    /// Why.
    pub why: String,
}

impl Failure {
    fn stopped() -> Self {
        Self::from("a thread stopped".to_string())
    }
}

impl From<String> for Failure {
    fn from(why: String) -> Self {
        Self { place: Place::default(), why }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for Failure {}

/// One thread, and what it finds.
struct Thread<'a, C> {
    history: &'a History,
    program: &'a Program,
    settings: &'a Settings,
    runs: &'a Runs,
    keeps_effects: bool,
    /// Bytes of records that are taken at once, and of effects that are kept before they are a piece.
    room: u64,
    counted: C,
    notices: First<Notice>,
    failed: Option<Failure>,
    is_cut_off: bool,
}

impl<C: Count> Thread<'_, C> {
    fn shelf(&mut self, at: usize) -> Result<(), Failure> {
        // What is too large is taken in several goes, each with some of the people.
        let goes = self.history.store.size(at).div_ceil(self.room).clamp(1, 1 << 10);
        let mut pieces = 0;
        for go in 0..goes {
            let wanted = |head: &Head| {
                let home = self.history.home(head.person);
                shelf(home) == at && home / (SHELVES as u64 * PARTS) % goes == go
            };
            let records = self.history.store.take(at, go + 1 == goes, wanted)?;
            let mut index: Vec<(u64, Order, usize)> = vec![];
            let mut from = 0;
            each(&records, |head, whole, _| {
                index.push((self.history.home(head.person) / SHELVES as u64 % PARTS, head.order, from));
                from += whole.len();
            });
            index.sort_unstable();
            let mut piece = Piece::default();
            for part in index.chunk_by(|a, b| a.0 == b.0) {
                self.part(part, &records, &mut piece, (at, &mut pieces))?;
            }
            self.runs.put((at, pieces), piece)?;
            pieces += 1;
        }
        Ok(())
    }

    fn part(
        &mut self,
        index: &[(u64, Order, usize)],
        records: &[u8],
        piece: &mut Piece,
        (shelf, pieces): (usize, &mut usize),
    ) -> Result<(), Failure> {
        let mut replay = Replay::new(self.program, self.settings.until, false);
        let mut sink = Playing {
            counted: &mut self.counted,
            notices: &mut self.notices,
            keeps: self.keeps_effects,
            piece,
            first: vec![],
            line: (Place::default(), String::new()),
            last: i64::MIN,
        };
        for (_, order, from) in index {
            let Some((head, rest)) = records.get(*from..).and_then(Head::read) else { continue };
            let text = rest.get(..head.length as usize).unwrap_or_default();
            let Some(mut input) = input(&head, text) else { continue };
            let home = self.history.home(head.person);
            if input.other().is_some_and(|other| self.history.home(number_of(other)) != home) {
                alone(&mut input);
            }
            sink.line.0 = order.place;
            sink.line.1.clear();
            sink.line.1.push_str(&input.profile);
            if let Err(error) = replay.input(&input, &mut sink) {
                self.fail(Some(Failure { place: order.place, why: error.to_string() }));
                return Ok(());
            }
            sink.counted.input(self.program, &replay, &input);
            sink.first.resize(replay.profiles().len(), *order);
            if sink.piece.size() as u64 > self.room {
                self.runs.put((shelf, *pieces), std::mem::take(sink.piece))?;
                *pieces += 1;
            }
        }
        sink.line = (Place::default(), String::new());
        let last = self.history.facts.span.map_or(i64::MIN, |(_, last)| last);
        if let Err(error) = replay.finish_at(last, &mut sink) {
            self.fail(Some(Failure::from(error.to_string())));
            return Ok(());
        }
        self.is_cut_off |= replay.is_cut_off();
        self.counted.part(&replay);
        Ok(())
    }

    fn absorb(&mut self, other: Thread<'_, C>) {
        self.counted.absorb(other.counted);
        self.notices.absorb(other.notices);
        self.fail(other.failed);
        self.is_cut_off |= other.is_cut_off;
    }

    /// Of all that could not be played the first line is told of, whichever thread met it.
    fn fail(&mut self, failure: Option<Failure>) {
        self.failed = self.failed.take().into_iter().chain(failure).min();
    }
}

/// A line whose other id belongs to somebody else, and so is another name of nobody here.
fn alone(input: &mut Input) {
    input.anonymous = None;
    if matches!(input.kind, InputKind::Alias { .. }) {
        input.kind = InputKind::Group;
    }
}

/// Takes the effects of one part.
struct Playing<'a, C> {
    counted: &'a mut C,
    notices: &'a mut First<Notice>,
    keeps: bool,
    piece: &'a mut Piece,
    /// Of each profile, the line that first names it.
    first: Vec<Order>,
    /// The line that is being played, and whose it is.
    line: (Place, String),
    /// The instant of the last effect.
    last: i64,
}

impl<C: Count> Sink for Playing<'_, C> {
    fn effect(&mut self, program: &Program, profile: &Profile, effect: &Effect) {
        self.numbered(program, profile, 0, effect);
    }

    fn numbered(&mut self, program: &Program, profile: &Profile, number: usize, effect: &Effect) {
        let is_wanted = self.counted.effect(program, profile, number, effect);
        self.last = self.last.max(effect.at);
        if is_wanted && self.keeps {
            write_effect(profile.id(), effect, &mut self.piece.lines);
            self.piece.lines.push(b'\n');
            self.piece.end_line((self.last, self.first.get(number).copied().unwrap_or_default()));
        }
    }

    fn notice(&mut self, profile: &Profile, notice: &journey::Notice) {
        // What an alarm brings about is about no line.
        let place = if self.line.1 == profile.id() { self.line.0 } else { Place::default() };
        self.notices.put((place, profile.id().to_string(), notice.to_string()));
    }
}
