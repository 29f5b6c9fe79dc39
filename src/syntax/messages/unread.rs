//! Lines of which nobody knows what was meant: where they stop making sense, and what could stand there.

use super::{Said, join, say, shorten};
use crate::syntax::problem::kind::{Could, Place, Unread, Wanted};
use crate::syntax::token::Key;
use crate::syntax::words::Mode;

pub(super) fn said(kind: Unread) -> Said {
    let (title, could, at_end) = match kind {
        Unread::StopsAfter { before, could } => {
            let title = before.map_or_else(
                || "This line is not finished".to_string(),
                |before| format!("This line stops after `{}` and is not finished", shorten(&before)),
            );
            (title, could, true)
        }
        Unread::CannotStand { word, could } => (format!("`{}` cannot stand here", shorten(&word)), could, false),
        Unread::CannotFollow { word, before, could } => {
            (format!("`{}` cannot follow `{}` here", shorten(&word), shorten(&before)), could, false)
        }
    };
    let Could { wanted, place } = could;
    let wanted: Vec<String> = wanted.iter().map(|wanted| shown(wanted, place)).collect();
    let edit = match wanted.as_slice() {
        [] => "take this away, or put it on a line of its own".to_string(),
        some if at_end => format!("write {} here", join(some)),
        some => format!("write {} instead, or take this away", join(some)),
    };
    match example(place.mode, place.head) {
        Some(example) => say(title, edit).with_help(format!("Such a line looks like this: {example}")),
        None => say(title, edit),
    }
}

/// What could stand somewhere, in the words of a person.
fn shown(wanted: &Wanted, place: Place) -> String {
    let text = match wanted {
        Wanted::Condition => "a condition such as `opened` or `profile.tier is \"gold\"`",
        Wanted::Value => "a value such as `event.total`, `30` or `\"gold\"`",
        Wanted::Name => name_of(place),
        Wanted::Text => "a text in quotes",
        Wanted::Length => "a length of time such as `2d`",
        Wanted::Number => "a number",
        Wanted::Time => "a time such as `09:00`",
        Wanted::Date => "a date such as `2026-12-24`",
        Wanted::Share => "a share such as `50%`",
        Wanted::Comparison => "a comparison such as `is` or `>=`",
        Wanted::Word(word) => return format!("`{word}`"),
    };
    text.to_string()
}

/// What a name that could stand at a place is the name of.
pub(super) fn name_of(place: Place) -> &'static str {
    use Key::*;
    match (place.mode, place.head, place.before) {
        (Mode::Item, ..) => "its name",
        (Mode::Rule | Mode::Clause, Some(Priority | Category), _) => "a category",
        (Mode::Rule, Some(Transactional), _) => "a message",
        (Mode::Rule, Some(Avoid), _) => "a channel",
        (_, Some(Cap), Some(Per)) => "`day`, `week`, `month`",
        (_, Some(Consent | Quiet | Cap | Gap | Stop | Exclude), _) => "a channel or a category",
        (Mode::Clause, Some(Overlap), _) => "`ignore`, `restart`, `allow`",
        (Mode::Clause, Some(On | Goal | Exit), Some(On | Goal | Or)) => "an event",
        (_, _, Some(In)) => "a segment",
        (_, _, Some(As)) => "a category",
        (Mode::Step, Some(Add | Remove), _) => "an audience",
        (Mode::Step, _, Some(Until)) => "a day such as `monday` or `tomorrow`",
        (Mode::Step, _, Some(Or | Then | Else)) => "a channel and a message",
        (Mode::Step, None, None) => "a message",
        _ => "a name",
    }
}

/// A line as it should be, for the word that begins it.
fn example(mode: Mode, head: Option<Key>) -> Option<&'static str> {
    use Key::*;
    Some(match (mode, head?) {
        (_, Wait) => "`wait 1d`, `wait until 09:00`, `wait for opened up to 2d`",
        (Mode::Step, If) => "`if !opened within 48h then push reminder`",
        (Mode::Step, Add) => "`add to retargeting`",
        (Mode::Step, Remove) => "`remove from retargeting`",
        (_, Goal) => "`goal order_placed within 7d`",
        (Mode::Clause, Exit) => "`exit on unsubscribed`, `exit when profile.vip`",
        (_, On) => "`on cart_abandoned where total >= 30:`",
        (_, Every) => "`every monday at 09:00:`",
        (_, Reenter) => "`reenter after 7d`, `reenter never`",
        (_, One) => "`one per event.cart_id`",
        (_, Active) => "`active 2026-11-01 to 2026-12-31`",
        (_, Overlap) => "`overlap restart`",
        (_, Quiet) => "`quiet 21:00-08:00 for sms, push`",
        (_, Cap) => "`cap 1 per day`, `cap promo 4 per 7d`",
        (_, Gap) => "`gap 4h for sms`",
        (_, Consent) => "`consent required for sms, push`",
        (_, Timezone) => "`timezone \"Europe/Paris\"`",
        (_, Avoid) => "`avoid push when email scheduled within 24h`",
        (_, Exclude) => "`exclude when profile.blocked for promo`",
        (_, Priority) => "`priority transactional, cart, promo`",
        (_, Journey) => "`journey cart_recovery \"Bring back carts\":`",
        (_, Message) => "`message recs \"Picked for you\":`",
        (_, Segment) => "`segment big_spender: profile.lifetime_value >= 500`",
        (_, Test) => "`test cart_recovery \"what it shows\":`",
        (_, Repeat) => "`repeat 3 times every 2d:`",
        _ => return None,
    })
}
