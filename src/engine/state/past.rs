//! What some programs keep of a person beside journeys and messages: the past that conditions ask about, entries that
//! no event lets in, audiences for a while, arms of splits.

use super::codec::fields as with;
use crate::bytecode::{Code, History, StandingId};
use crate::ir::{AudienceId, HistoryId, HistoryKind, JourneyId};
use crate::limits;
use crate::value::{Timestamp, Value};
use minicbor::{Decode, Encode};
use rust_decimal::Decimal;
use smol_str::SmolStr;
use thin_vec::ThinVec;

/// Exactly what the program asks for, since when it has been kept.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Past {
    /// The first input; none: the program does not ask.
    #[cbor(n(0), with = "with::maybe_time")]
    pub(crate) first_seen: Option<Timestamp>,
    /// By number.
    #[cbor(n(1), with = "with::rows", has_nil)]
    pub(crate) histories: ThinVec<HistoryRow>,
    /// By number.
    #[cbor(n(2), with = "with::rows", has_nil)]
    pub(crate) standing: ThinVec<StandingRow>,
    #[cbor(n(3), with = "with::rows", has_nil)]
    pub(crate) removals: ThinVec<Removal>,
    #[cbor(n(4), with = "with::rows", has_nil)]
    pub(crate) arms: ThinVec<Arm>,
    /// The id that is hashed for splits and control groups, where it is not the profile's own: it is kept over a merge, so
    /// that nobody changes sides.
    #[cbor(n(5), with = "with::maybe_text")]
    pub(crate) bucketing_id: Option<SmolStr>,
    /// Whether the person had been seen before the program began to ask for it.
    #[cbor(n(6), with = "with::flag", has_nil)]
    pub(crate) seen_before: bool,
    /// The soonest of what is due here; follows from the others.
    #[cbor(skip)]
    pub(crate) alarm: Option<Timestamp>,
}

/// One history.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct HistoryRow {
    #[n(0)]
    pub(crate) number: HistoryId,
    #[n(1)]
    pub(crate) memory: Memory,
    /// Since when it is kept; none: from the person's first input on.
    #[cbor(n(2), with = "with::maybe_time")]
    pub(crate) since: Option<Timestamp>,
}

/// What is remembered.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) enum Memory {
    #[n(0)]
    Nothing,
    #[n(1)]
    Latest(#[cbor(n(0), with = "with::time")] Timestamp, #[cbor(n(1), with = "with::value")] Value),
    /// Ascending.
    #[n(2)]
    Times(#[cbor(n(0), with = "with::times")] ThinVec<Timestamp>),
    /// Ascending.
    #[n(3)]
    Amounts(#[cbor(n(0), with = "with::rows")] ThinVec<Amount>),
    #[n(4)]
    Count(#[n(0)] u64),
    /// None: more than a number can hold.
    #[n(5)]
    Sum(#[cbor(n(0), with = "with::maybe_number")] Option<Decimal>),
}

/// A value with its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Amount {
    #[cbor(n(0), with = "with::time")]
    pub(crate) at: Timestamp,
    #[cbor(n(1), with = "with::number")]
    pub(crate) value: Decimal,
}

/// An entry that no event lets in.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct StandingRow {
    #[n(0)]
    pub(crate) number: StandingId,
    /// When it has to be asked anew.
    #[cbor(n(1), with = "with::maybe_time")]
    pub(crate) due: Option<Timestamp>,
    /// What it let in last, so that it lets nobody in twice: of a date a hash of its value, of an anniversary the year, of a day
    /// of the calendar its number since the year 1.
    #[n(2)]
    pub(crate) last_fired: Option<i64>,
    /// Whether the person is in its segment.
    #[cbor(n(3), with = "with::flag", has_nil)]
    pub(crate) inside: bool,
}

/// An audience that the person is taken out of again.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(context_bound = "AsMut<with::Base>")]
pub(crate) struct Removal {
    #[n(0)]
    pub(crate) audience: AudienceId,
    #[n(1)]
    pub(crate) journey: JourneyId,
    #[cbor(n(2), with = "with::time")]
    pub(crate) at: Timestamp,
}

/// An arm of a split that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Arm {
    /// A hash of the journey and the split.
    #[n(0)]
    pub(crate) split: u64,
    /// A hash of the label.
    #[n(1)]
    pub(crate) label: u64,
}

impl Past {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self {
            first_seen: None,
            histories: ThinVec::new(),
            standing: ThinVec::new(),
            removals: ThinVec::new(),
            arms: ThinVec::new(),
            bucketing_id: None,
            seen_before: false,
            alarm: None,
        }
    }

    /// One history, if anything is kept of it.
    pub(crate) fn history(&self, number: HistoryId) -> Option<&HistoryRow> {
        let at = self.histories.binary_search_by_key(&number, |row| row.number).ok()?;
        self.histories.get(at)
    }

    fn history_row(&mut self, number: HistoryId) -> Option<&mut HistoryRow> {
        let at = self.histories.binary_search_by_key(&number, |row| row.number).unwrap_or_else(|at| {
            self.histories.reserve_exact(1);
            self.histories.insert(at, HistoryRow { number, memory: Memory::Nothing, since: None });
            at
        });
        self.histories.get_mut(at)
    }

    /// An entry that no event lets in, as it stands; what is not kept is as at first.
    pub(crate) fn standing(&self, number: StandingId) -> StandingRow {
        let at = self.standing.binary_search_by_key(&number, |row| row.number);
        let row = at.ok().and_then(|at| self.standing.get(at)).cloned();
        row.unwrap_or(StandingRow { number, ..StandingRow::default() })
    }

    /// Keeps it, unless it is as at first; [`Past::set_alarm`] follows when all are set.
    pub(crate) fn set_standing(&mut self, row: StandingRow) {
        let is_plain = row.due.is_none() && row.last_fired.is_none() && !row.inside;
        match (self.standing.binary_search_by_key(&row.number, |r| r.number), is_plain) {
            (Ok(at), true) => drop(self.standing.remove(at)),
            (Ok(at), false) => {
                if let Some(slot) = self.standing.get_mut(at) {
                    *slot = row;
                }
            }
            (Err(_), true) => {}
            (Err(at), false) => {
                self.standing.reserve_exact(1);
                self.standing.insert(at, row);
            }
        }
    }

    /// Works out when something here is due next.
    pub(crate) fn set_alarm(&mut self) {
        let standing = self.standing.iter().filter_map(|row| row.due);
        self.alarm = standing.chain(self.removals.iter().map(|r| r.at)).min();
    }

    /// Remembers an event of a history; says whether an older one had to be forgotten for it.
    pub(crate) fn remember(
        &mut self,
        number: HistoryId,
        of: &History,
        at: Timestamp,
        value: Value,
        now: Timestamp,
    ) -> bool {
        if of.window.is_some_and(|window| at <= now.saturating_sub(window)) {
            return false;
        }
        let Some(row) = self.history_row(number) else { return false };
        let amount = match &value {
            Value::Number(number) => Some(*number),
            _ => None,
        };
        match (of.kind, of.window, &mut row.memory) {
            (HistoryKind::Latest, _, Memory::Latest(before, _)) if *before > at => {}
            (HistoryKind::Latest, _, memory) => *memory = Memory::Latest(at, value),
            (HistoryKind::Count, None, Memory::Count(count)) => *count = count.saturating_add(1),
            (HistoryKind::Count, None, memory) => *memory = Memory::Count(1),
            (HistoryKind::Sum, None, memory) => {
                let sum = match memory {
                    Memory::Sum(sum) => *sum,
                    _ => Some(Decimal::ZERO),
                };
                let sum = sum.and_then(|sum| sum.checked_add(amount.unwrap_or_default()));
                *memory = Memory::Sum(sum);
            }
            (HistoryKind::Count, Some(_), memory) => {
                if !matches!(memory, Memory::Times(_)) {
                    *memory = Memory::Times(ThinVec::new());
                }
                if let Memory::Times(times) = memory {
                    times.insert(times.partition_point(|t| *t <= at), at);
                    if times.len() > limits::HISTORY {
                        times.remove(0);
                        return true;
                    }
                }
            }
            (HistoryKind::Sum, Some(_), memory) => {
                let Some(value) = amount else { return false };
                if !matches!(memory, Memory::Amounts(_)) {
                    *memory = Memory::Amounts(ThinVec::new());
                }
                if let Memory::Amounts(amounts) = memory {
                    amounts.insert(amounts.partition_point(|a| a.at <= at), Amount { at, value });
                    if amounts.len() > limits::HISTORY {
                        amounts.remove(0);
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Forgets what no window reaches any more.
    pub(crate) fn age(&mut self, code: &Code, now: Timestamp) {
        self.histories.retain_mut(|row| {
            let Some(of) = code.histories.get(row.number) else { return false };
            let Some(window) = of.window else { return true };
            let gone = now.saturating_sub(window);
            let is_empty = match &mut row.memory {
                Memory::Times(times) => {
                    drop(times.drain(..times.partition_point(|t| *t <= gone)));
                    times.is_empty()
                }
                Memory::Amounts(amounts) => {
                    drop(amounts.drain(..amounts.partition_point(|a| a.at <= gone)));
                    amounts.is_empty()
                }
                Memory::Latest(at, _) => *at <= gone,
                Memory::Nothing => true,
                Memory::Count(_) | Memory::Sum(_) => false,
            };
            // Once its beginning lies before every window it is as if it had been kept from the first.
            if row.since.is_some_and(|since| since <= gone) {
                row.since = None;
            }
            if is_empty && row.since.is_some() {
                row.memory = Memory::Nothing;
            }
            !is_empty || row.since.is_some()
        });
    }

    /// The label of an arm that was taken in a split, as a hash.
    pub(crate) fn arm(&self, split: u64) -> Option<u64> {
        self.arms.iter().find(|arm| arm.split == split).map(|arm| arm.label)
    }

    /// Remembers an arm; says whether an older one had to be forgotten for it.
    pub(crate) fn take_arm(&mut self, split: u64, label: u64) -> bool {
        match self.arms.iter_mut().find(|arm| arm.split == split) {
            Some(arm) => arm.label = label,
            None => self.arms.push(Arm { split, label }),
        }
        let is_full = self.arms.len() > limits::ARMS;
        if is_full {
            self.arms.remove(0);
        }
        is_full
    }
}
