//! Who comes into a journey again, who is kept out of it to compare, and when it is on, as people say it.

use super::phrase::Phrase;
use super::slots::Slots;
use crate::syntax::problem::Problem;

const ACTIVE: &str = "When a journey lets customers in is said by `active`, with its first and its last day";

/// `reenter every 30 days`, `allow re-entry`, `once per customer`, `never reenter`
pub(super) fn reenter(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let says = |at: usize| {
        let low = phrase.low(at);
        matches!(
            low.as_str(),
            "reenter"
                | "reentry"
                | "re_entry"
                | "reentrance"
                | "reenrol"
                | "reenroll"
                | "reenrollment"
                | "re_enter"
                | "cooldown"
                | "repeatable"
                | "reenters"
        ) || low == "re"
            && matches!(phrase.text(at + 1), "-" | "entry" | "enter" | "enroll" | "eligible" | "eligibility")
    };
    let named = (0..all.min(4)).any(says);
    // `once per cart_id` tells carts apart, and not who comes in again.
    let by_property = phrase.low(0) == "once"
        && matches!(phrase.low(1).as_str(), "per" | "by" | "each")
        && (2..all).all(|at| !is_person(&phrase.low(at)) && super::slots::length(phrase, at).is_none())
        && (phrase.names().properties.iter().any(|[_, property, _]| (2..all).any(|at| phrase.text(at) == property))
            || super::clauses::by_property(phrase).is_some());
    if by_property {
        return None;
    }
    let once = matches!(phrase.low(0).as_str(), "once" | "onetime" | "one_time")
        || phrase.low(0) == "only" && phrase.low(1) == "once"
        || matches!(phrase.low(0).as_str(), "one" | "once") && phrase.low(1) == "per" && is_person(&phrase.low(2));
    let once = once || phrase.low(0) == "one" && phrase.low(1) == "per" && super::slots::length(phrase, 2).is_some();
    let once = once
        || phrase.low(0) == "max" && (1..4).any(|at| matches!(phrase.low(at).as_str(), "entries" | "entry"))
        || phrase.low(0) == "entry" && phrase.low(1) == "limit";
    let frequency = phrase.low(0) == "frequency" && phrase.find(&["once", "always", "unlimited"]).is_some();
    if !named && !once && !frequency || phrase.low(0) == "on" {
        return None;
    }
    let around = [
        "reenter",
        "reentry",
        "re",
        "entry",
        "enter",
        "re_entry",
        "re_enter",
        "after",
        "every",
        "in",
        "each",
        "once",
        "only",
        "allow",
        "allowed",
        "per",
        "within",
        "a",
        "the",
        "of",
        "customer",
        "customers",
        "can",
        "may",
        "window",
        "delay",
        "period",
        "wait",
        "to",
        "frequency",
        "one",
        "time",
        "times",
        "max",
        "maximum",
        "minimum",
        "least",
        "at",
        "eligible",
        "reenters",
        "repeatable",
        "again",
        "enroll",
        "reenroll",
        "journey",
        "after",
        "cooldown",
        "person",
        "user",
        "contact",
    ];
    let said = Slots::of(phrase, 0, phrase.end(), &around);
    let title = "Who may come in again is said by `reenter after` and a length of time, or `reenter never`";
    if let ([length], false) = (said.lengths.as_slice(), said.odd) {
        return phrase.whole(title, &format!("reenter after {length}"));
    }
    if let ([number], 3, "after") = (said.numbers.as_slice(), all, phrase.low(1).as_str()) {
        return phrase.whole("A length of time has a unit", &format!("reenter after {number}d"));
    }
    if let [number] = said.numbers.as_slice()
        && phrase.find(&["times", "max", "maximum"]).is_some()
        && number != "1"
    {
        let title = "How often somebody comes in cannot be counted; how soon again can";
        return Some(phrase.say(0, all, title, "write `reenter after 30d`, or `reenter never` for once only"));
    }
    // `once per month`, `once a week`, `only once every 30 days`
    let per = phrase.find(&["per", "a", "each", "every"]).filter(|_| phrase.find(&["once", "one", "1"]).is_some());
    if let Some(per) = per
        && let Some(length) = ["day", "week", "month", "year"]
            .iter()
            .zip(["1d", "7d", "30d", "365d"])
            .find_map(|(unit, length)| (phrase.low(per + 1) == **unit && per + 2 == phrase.end()).then_some(length))
    {
        return phrase.whole(title, &format!("reenter after {length}"));
    }
    let refused = phrase.find(&[
        "never",
        "no",
        "not",
        "once",
        "false",
        "off",
        "none",
        "disallow",
        "disallowed",
        "forbidden",
        "onetime",
        "one_time",
        "disabled",
    ]);
    if refused.is_some() || once {
        return phrase.whole(title, "reenter never");
    }
    if phrase
        .find(&[
            "always",
            "yes",
            "true",
            "allow",
            "allowed",
            "any",
            "unlimited",
            "on",
            "anytime",
            "enabled",
            "immediately",
        ])
        .is_some()
    {
        let title = "Customers come in again whenever they are not inside, without a line that says so";
        return Some(phrase.say(0, all, title, "take this line away, or write `reenter after 30d`"));
    }
    let length = said.lengths.first().map_or("30d", String::as_str);
    Some(phrase.say(0, all, title, &format!("write `reenter after {length}` or `reenter never`")))
}

pub(super) fn is_person(word: &str) -> bool {
    matches!(
        word,
        "customer" | "person" | "user" | "contact" | "profile" | "recipient" | "people" | "subscriber" | "lifetime"
    )
}

/// `overlap none`, `no overlap`, `concurrent: yes`
pub(super) fn overlap(phrase: &Phrase<'_>) -> Option<Problem> {
    let says = phrase.find(&["overlap", "overlapping", "overlaps", "concurrent", "concurrency", "parallel"])?;
    if says > 1 {
        return None;
    }
    let title = "What happens to who comes in while inside is said by `overlap ignore`, `restart` or `allow`";
    let word = |words: &[&str]| phrase.find(words).is_some();
    let meant = if word(&["restart", "restarts", "reset", "replace", "latest", "newest"]) {
        "restart"
    } else if word(&[
        "no", "none", "never", "ignore", "ignored", "false", "off", "not", "skip", "first", "deny", "forbid",
    ]) {
        "ignore"
    } else if word(&["yes", "allow", "allowed", "true", "on", "always", "parallel", "multiple", "unlimited"]) {
        "allow"
    } else {
        return Some(phrase.say(0, phrase.len(), title, "write `overlap restart`, or take this line away"));
    };
    phrase.whole(title, &format!("overlap {meant}"))
}

/// `holdout: 10%`, `control group 10%`, `holdout 10`
pub(super) fn holdout(phrase: &Phrase<'_>) -> Option<Problem> {
    let says = phrase.find(&["holdout", "control", "hold", "holdouts", "hold_out"])?;
    let hold = phrase.low(says) == "hold" && (phrase.low(says + 1) == "out" || phrase.low(says + 2) == "out");
    let named = matches!(phrase.low(says).as_str(), "holdout" | "holdouts" | "hold_out") || hold;
    let control = phrase.low(says) == "control" && (phrase.low(says + 1) == "group" || says == 0);
    if says > 1 || !named && !control {
        return None;
    }
    let around = [
        "holdout",
        "holdouts",
        "hold_out",
        "control",
        "group",
        "hold",
        "out",
        "global",
        "of",
        "is",
        "size",
        "customers",
        "for",
        "the",
        "universal",
        "get",
        "nothing",
    ];
    let said = Slots::of(phrase, 0, phrase.len(), &around);
    let title = "The share of customers who get nothing is `holdout` and a percentage";
    if let ([share], false) = (said.shares.as_slice(), said.list.is_empty()) {
        let share = share.trim_end_matches('%');
        let list = said.joined();
        let title = "A control group gets nothing of a whole journey, or of all journeys";
        let edit = match phrase.mode_is_rule() {
            true => format!("take this line away, and write `holdout {share}%` in each journey of `{list}`"),
            false => format!("write `holdout {share}%`: nothing of this journey goes to them"),
        };
        return Some(phrase.say(0, phrase.len(), title, &edit));
    }
    let share = match (said.shares.as_slice(), said.numbers.as_slice()) {
        ([share], []) => share.clone(),
        ([], [share]) if share.starts_with("0.") => {
            let tenths = share.trim_start_matches("0.");
            let tenths = if tenths.len() == 1 { format!("{tenths}0") } else { tenths.to_string() };
            tenths.trim_start_matches('0').to_string()
        }
        ([], [share]) => share.clone(),
        _ => return Some(phrase.say(0, phrase.len(), title, "write `holdout 10%`")),
    };
    phrase
        .whole(title, &format!("holdout {share}%"))
        .or_else(|| Some(phrase.say(0, phrase.len(), title, "write `holdout 10%`")))
}

/// `active from 2026-11-01 until 2026-12-31`, `start date: 2026-11-01`
pub(super) fn active(phrase: &Phrase<'_>) -> Option<Problem> {
    // `active 01.03.2026 - 31.03.2026`
    if let ([first, last], "active" | "valid" | "from" | "runs") =
        (super::dotted_dates(phrase).as_slice(), phrase.low(0).as_str())
    {
        return phrase.whole(ACTIVE, &format!("active {first} to {last}"));
    }
    const BEGINS: &[&str] = &[
        "active",
        "from",
        "valid",
        "start",
        "starts",
        "starting",
        "end",
        "ends",
        "ending",
        "until",
        "runs",
        "run",
        "schedule",
        "scheduled",
        "launch",
        "expires",
        "between",
        "live",
        "to",
        "dates",
        "date",
    ];
    const GOES_ON: &[&str] = &["till", "and", "on", "at", "through", "is", "yes", "true", "always", "now"];
    if !BEGINS.contains(&phrase.low(0).as_str()) {
        return None;
    }
    let around = [BEGINS, GOES_ON].concat();
    let said = Slots::of(phrase, 0, phrase.len(), &around);
    let month = (0..phrase.len()).any(|at| super::schedule::is_month(&phrase.low(at)));
    if month && phrase.low(0) == "active" {
        let days: Vec<String> = (1..phrase.len()).filter_map(|at| super::schedule::date(phrase, at)).collect();
        if let [from, to] = days.as_slice() {
            return phrase.whole(ACTIVE, &format!("active {from} to {to}")).map(Problem::shared);
        }
        return Some(
            phrase
                .say(0, phrase.len(), ACTIVE, "write both days year-month-day: `active 2026-12-01 to 2026-12-31`")
                .shared(),
        );
    }
    if said.odd || !said.names.is_empty() {
        return None;
    }
    match said.dates.as_slice() {
        [from, to] => phrase.whole(ACTIVE, &format!("active {from} to {to}")).map(Problem::shared),
        [one] => {
            let first = !matches!(phrase.low(0).as_str(), "end" | "ends" | "ending" | "until" | "expires" | "to")
                && phrase.find(&["until", "till"]).is_none();
            let edit = if first {
                format!("write both: `active {one} to 2099-12-31`")
            } else {
                format!("write both: `active 2026-01-01 to {one}`")
            };
            Some(phrase.say(0, phrase.len(), ACTIVE, &edit).shared())
        }
        _ => (phrase.low(0) == "active" && said.lengths.is_empty()).then(|| {
            let title = "A journey is on unless it says `paused`";
            phrase.say(0, phrase.len(), title, "take this line away, or write `active 2026-11-01 to 2026-12-31`")
        }),
    }
}

/// `status: draft`, `disabled`, `paused: true`
pub(super) fn status(phrase: &Phrase<'_>) -> Option<Problem> {
    let first = phrase.low(0);
    let names = [
        "status", "state", "mode", "enabled", "disabled", "draft", "live", "paused", "pause", "inactive", "archived",
        "off", "running", "stopped",
    ];
    if !names.contains(&first.as_str()) || phrase.len() > 4 && first != "paused" {
        return None;
    }
    let off = ["draft", "paused", "pause", "inactive", "disabled", "archived", "off", "stopped", "stop"];
    let refused = phrase.find(&["false", "no", "not"]).is_some();
    let is_off = phrase.find(&off).is_some() != refused;
    if phrase.find(&["until", "from"]).is_some() {
        let title = "A pause has no end of its own: the line is taken away again";
        return Some(phrase.perhaps(0, phrase.len(), title, "paused"));
    }
    if is_off && phrase.find(&["live", "running", "enabled", "active"]).is_none() || refused && first == "enabled" {
        return phrase.whole("A journey that lets nobody in says `paused`", "paused");
    }
    let title = "A journey is on unless it says `paused`";
    Some(phrase.say(0, phrase.len(), title, "take this line away"))
}
