//! What is to be done next in a turn.

use crate::bytecode::Place;
use crate::engine::facts::gate::rework::Changed;
use crate::engine::state::entry::{EntryNo, Leaving};
use crate::engine::state::parked::{Hold, Parked};
use crate::ir::JourneyId;
use crate::reason::ExitReason;
use crate::value::Timestamp;
use smol_str::SmolStr;

/// What is to be done next. Entries are called by their numbers: their places in the list move while others end.
#[derive(Debug)]
pub(crate) enum Task {
    /// The event is added to the histories that conditions ask about.
    KeepHistories,
    /// The event is noted in the entries whose journeys ask whether it has happened since they began.
    KeepOccurrences,
    /// Holds whose end is another one now are worked out anew.
    Rework(Changed),
    /// Every entry acts: on the event, where there is one; else it is asked whether it can go on now, because something that
    /// it waits for may have become true.
    Act,
    /// One entry acts: goal, else exit, else a wait that this ends.
    Meet(EntryNo),
    /// An entry of this journey and key that is still inside does the steps of the goal: entries alike, whose own steps were
    /// over, converted, and do nothing more.
    PassOver(Box<(JourneyId, Option<SmolStr>)>),
    /// The steps of the goals that were reached after an entry's own steps.
    LateSteps,
    /// A parked entry goes on, if it can now; this alarm woke it.
    Resume(EntryNo, Option<Timestamp>),
    /// The steps of an entry begin.
    Run(EntryNo),
    /// A step of an entry that is the business of another room than running.
    Do(EntryNo, Place),
    /// A message that was held, and whose hold ends or is asked about.
    Held(EntryNo, Place, Box<Hold>),
    /// An entry leaves its steps and begins those at a place.
    Leave(EntryNo, Place, Leaving),
    /// An entry ends.
    End(EntryNo, ExitReason),
    /// Journeys are judged that this event, or what was asked anew, may begin.
    Enter,
    /// The next of the entries that were let in begins; those that it restarts end before.
    Admit,
    /// It is written down, and its steps begin.
    Enroll,
    /// Everything known of the person is forgotten.
    Erase,
    /// Entries beyond what one person may have end.
    Trim,
}

/// What became of a step.
#[derive(Debug)]
pub(crate) enum Step {
    /// The next one is at this place.
    Next(Place),
    /// It stays, and goes on by itself then.
    Stay(Parked, Option<Timestamp>),
    /// The journey ends.
    End(ExitReason),
}
