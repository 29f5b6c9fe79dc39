//! Who gets in: which block of a journey an event begins, and whether the journey begins now, beside what has begun
//! already.

use super::view::View;
use crate::bytecode::{Entry, Journey, Place};
use crate::engine::io::happened::Happened;
use crate::engine::io::notice::Notice;
use crate::engine::io::trace::Refusal;
use crate::engine::state::parked::Parked;
use crate::engine::time::local_time;
use crate::ir::{JourneyId, Overlap, Reenter};
use crate::limits;
use crate::source::Span;
use crate::value::{Timestamp, Value, unlike};
use smol_str::SmolStr;

/// An entry that was let in.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) journey: JourneyId,
    pub(crate) start: Place,
    /// The line of the entry block.
    pub(crate) span: Span,
    pub(crate) key: Option<SmolStr>,
    pub(crate) event: Vec<Value>,
    /// When its event happened; without one, now.
    pub(crate) happened: Timestamp,
}

/// A journey that did not begin.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) why: Refusal,
    /// What the host should know of it.
    pub(crate) notice: Option<Notice>,
}

impl From<Refusal> for Refused {
    fn from(why: Refusal) -> Self {
        Self { why, notice: None }
    }
}

/// What an event is to the entries of a journey.
#[derive(Debug, Default)]
pub(crate) struct Listened {
    /// The first block that it begins, and what of the event is kept.
    pub(crate) block: Option<((Place, Span), Vec<Value>)>,
    /// Properties of another type than the program says.
    pub(crate) odd: Vec<SmolStr>,
    /// What is to be said of properties that are too long.
    pub(crate) long: Vec<Notice>,
}

/// The first block, before a place in written order, that an event lets in; none: the journey does not listen to it.
pub(crate) fn listen(view: View<'_>, journey: &Journey, happened: &Happened<'_>, before: u16) -> Option<Listened> {
    let named = |e: &&Entry| e.order < before && e.events.iter().any(|id| happened.is(*id));
    let first = journey.entries.iter().find(named)?;
    let mut listened = Listened::default();
    let properties = journey.entry_properties.iter();
    let event: Vec<Value> = properties
        .map(|id| {
            let Some(field) = view.code.properties.get(*id) else { return Value::Missing };
            match happened.view().typed(field, view.zone) {
                Some(Ok(Some(value))) if !value.fits() => {
                    listened.long.push(Notice::too_long(SmolStr::new(field.path.join(".")), &value));
                    Value::Missing
                }
                Some(Ok(Some(value))) => {
                    if let Some(json) = happened.view().walk(&field.path) {
                        listened.odd.extend(unlike(json, &value, &field.ty, &field.path));
                    }
                    value
                }
                Some(Ok(None)) => Value::Missing,
                Some(Err(())) => {
                    listened.odd.push(SmolStr::new(field.path.join(".")));
                    Value::Missing
                }
                None => Value::Missing,
            }
        })
        .collect();
    // Most have one block without a condition.
    let block = if first.cond.is_none() {
        Some((first.start, first.span))
    } else {
        let mut asker = view.ask_happened(happened);
        asker.entry = &event;
        let entry = journey.entries.iter().filter(named).find(|e| asker.holds(e.cond));
        let odd = std::mem::take(&mut asker.odd);
        listened.odd.extend(odd);
        entry.map(|e| (e.start, e.span))
    };
    listened.block = block.map(|block| (block, event));
    Some(listened)
}

/// Whether a journey begins, beside what has begun already at this input.
pub(crate) fn judge(
    view: View<'_>,
    number: JourneyId,
    (start, span): (Place, Span),
    event: Vec<Value>,
    before: &[Admitted],
) -> Result<Admitted, Refused> {
    let code = view.code;
    let Some(journey) = view.journey(number) else { return Err(Refusal::Limit.into()) };
    let notice =
        |why: Refusal, notice: fn(SmolStr) -> Notice| Refused { why, notice: Some(notice(journey.name.clone())) };
    if journey.paused.is_some() {
        return Err(Refusal::Paused.into());
    }
    if journey.eligible.is_some() {
        let mut asker = view.ask();
        asker.entry = &event;
        if !asker.holds(journey.eligible) {
            return Err(Refusal::For.into());
        }
    }
    if let Some((from, to)) = journey.active {
        let today = local_time::date(code.charter.timezone, view.now);
        if today < from || today > to {
            return Err(Refusal::NotActive.into());
        }
    }
    let key = match journey.key {
        Some(at) => match key_text(event.get(usize::from(at))) {
            Some(key) => Some(key),
            None => return Err(notice(Refusal::NoKey, |journey| Notice::NoKey { journey })),
        },
        None => None,
    };
    let instances = &view.profile.instances;
    let inside = instances.iter().filter(|i| i.journey == number && i.parked != Parked::Left);
    let beside = inside.clone().count();
    let is_inside = inside.clone().any(|i| i.key() == key.as_ref());
    let may = match (is_inside, journey.overlap) {
        (true, Overlap::Ignore) => false,
        (true, _) => true,
        (false, _) => may_reenter(view, number, key.as_ref(), journey.reenter),
    };
    if !may {
        return Err(if is_inside { Refusal::Inside.into() } else { Refusal::Reenter.into() });
    }
    let restarts = is_inside && journey.overlap == Overlap::Restart;
    if beside >= limits::BESIDE && !restarts {
        return Err(notice(Refusal::Limit, |journey| Notice::ManyBeside { journey }));
    }
    let kept = || {
        let events = instances.iter().map(|i| i.event()).chain(before.iter().map(|e| e.event.as_slice()));
        events.flatten().chain(&event).map(Value::size).sum::<usize>()
    };
    if instances.len() + before.len() >= limits::INSTANCES || !event.is_empty() && kept() > limits::EVENTS {
        return Err(notice(Refusal::Limit, |journey| Notice::ProfileFull { journey }));
    }
    Ok(Admitted { journey: number, start, span, key, event, happened: view.now })
}

fn may_reenter(view: View<'_>, journey: JourneyId, key: Option<&SmolStr>, reenter: Reenter) -> bool {
    let last = view.profile.entries.iter().find(|e| e.journey == journey && e.key.as_ref() == key && !e.erased);
    match (reenter, last) {
        (Reenter::Always, _) | (_, None) => true,
        (_, Some(last)) if key.is_some() && view.now >= last.at.saturating_add(limits::REMEMBER_KEYS) => true,
        (Reenter::Never, Some(_)) => false,
        (Reenter::After(d), Some(last)) => view.now >= last.at.saturating_add(d),
    }
}

/// A key as a text; one that is missing is none.
fn key_text(value: Option<&Value>) -> Option<SmolStr> {
    match value? {
        Value::Missing | Value::List(_) => None,
        Value::Text(text) if text.len() > limits::NAME => None,
        Value::Text(text) => Some(text.clone()),
        other => Some(SmolStr::new(other.to_string())),
    }
}
