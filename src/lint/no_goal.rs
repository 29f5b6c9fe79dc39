//! `no-goal`: a journey that sells, and does not say what it wants.

use super::Finding;
use super::view::{Journey, View};
use crate::check::NameKind;
use crate::diagnostic::{Diagnostic, Level};
use crate::source::snake_case;
use crate::syntax::tree::{Clause, ClauseKind, Entry};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const FINDING: Finding = Finding {
    name: "no-goal",
    level: Level::Warning,
    title: "A journey sends marketing and has no goal",
    meaning: "A goal says what a journey is for. It ends the journey for whoever has reached it, and counts the conversions. \
              Only named journeys are asked for one, and only if something that they send is not transactional: no newsletters \
              (`every …`, or on one day), no surveys, and none that begins with a purchase.",
    customers: "Somebody who has just bought goes on getting the messages that ask them to buy.",
    bad: "\
journey cart_recovery \"Bring back carts\":
  on cart_abandoned:
    wait 1d
    email recs
",
    good: "\
journey cart_recovery \"Bring back carts\":
  on cart_abandoned:
    wait 1d
    email recs
  goal order_placed within 7d
",
    allow: Some("For news and greetings that want nothing in return."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    let goals = Goals::of(view);
    for journey in &view.journeys {
        // A line that could not be read may have been the goal.
        if journey.goals().next().is_some()
            || journey.tree.name.is_none()
            || journey.tree.broken
            || wants_nothing(journey)
        {
            continue;
        }
        if view.sends_of(journey).iter().any(|sent| !sent.is_transactional()) {
            // Whom an exit takes out is not written to any more, and not counted either.
            let exit = journey.tree.clauses.iter().find_map(|clause| match &clause.kind {
                ClauseKind::ExitOn { events, .. } => {
                    events.iter().find(|event| is_wanted(&snake_case(&event.name.text)))
                }
                _ => None,
            });
            let (title, edit) = match exit {
                Some(event) => (
                    format!("`{}` does not count whom it has brought to `{}`", journey.name, event.name.text),
                    format!("write `goal {}` in place of the exit, if that is what it is for", event.name.text),
                ),
                None => (
                    format!("`{}` goes on writing to customers who have done what it is for", journey.name),
                    match wanted(view, &goals, journey) {
                        Some(wanted) => format!("write a goal below, such as `goal {wanted} within 7d`"),
                        None => "write below what it wants them to do: `goal`, the event that says so, and `within 7d`"
                            .to_string(),
                    },
                ),
            };
            out.push(FINDING.at(journey.item.span, title, edit));
        }
    }
}

/// The goals of journeys, by the events that they begin with and the words that say what they are about; worked out once.
struct Goals {
    /// Of each journey.
    of: Vec<Vec<String>>,
    by_event: BTreeMap<String, Vec<usize>>,
    by_word: BTreeMap<String, Vec<usize>>,
}

impl Goals {
    fn of(view: &View<'_>) -> Self {
        let mut out = Self { of: vec![], by_event: BTreeMap::new(), by_word: BTreeMap::new() };
        for journey in &view.journeys {
            let named = journey.goals().flat_map(Clause::events).filter(|event| event.message.is_none());
            let named: Vec<String> = named.map(|event| snake_case(&event.name.text)).collect();
            if named.is_empty() {
                continue;
            }
            let at = out.of.len();
            out.of.push(named);
            begins_with(journey).into_iter().for_each(|event| out.by_event.entry(event).or_default().push(at));
            subject(journey).into_iter().for_each(|word| out.by_word.entry(word).or_default().push(at));
        }
        out
    }
}

/// What a journey most likely wants: the goal that most of those have which begin with the same event or are about the
/// same thing; of one that is about buying, a purchase.
fn wanted(view: &View<'_>, known: &Goals, journey: &Journey<'_>) -> Option<String> {
    let (events, subject) = (begins_with(journey), subject(journey));
    let by_event = events.iter().filter_map(|event| known.by_event.get(event));
    let near: BTreeSet<usize> =
        by_event.chain(subject.iter().filter_map(|word| known.by_word.get(word))).flatten().copied().collect();
    let mut goals: BTreeMap<&String, usize> = BTreeMap::new();
    near.iter().filter_map(|at| known.of.get(*at)).flatten().for_each(|goal| *goals.entry(goal).or_default() += 1);
    let most = goals.into_iter().min_by_key(|(name, count)| (Reverse(*count), *name)).map(|(name, _)| name.clone());
    let sells = subject.iter().any(|word| SHOP.contains(&word.as_str()));
    let events = || view.names.resolutions.used(NameKind::Event).map(|(event, _)| event);
    let bought = || events().find(|event| is_a_purchase(event)).map(ToString::to_string);
    most.or_else(|| sells.then(|| bought().unwrap_or_else(|| "order_placed".to_string())))
}

/// The events that a journey begins with.
fn begins_with(journey: &Journey<'_>) -> BTreeSet<String> {
    let entries = journey.tree.clauses.iter().filter_map(|clause| match &clause.kind {
        ClauseKind::Entry { entry: Entry::On { events, .. }, .. } => Some(events),
        _ => None,
    });
    entries.flatten().filter(|event| event.message.is_none()).map(|event| snake_case(&event.name.text)).collect()
}

/// What a journey is about: the words of its name and of its events, without those that are said of anything.
fn subject(journey: &Journey<'_>) -> BTreeSet<String> {
    let names = begins_with(journey).into_iter().chain([snake_case(&journey.name)]);
    let words: Vec<String> = names.flat_map(|name| name.split('_').map(str::to_string).collect::<Vec<_>>()).collect();
    words.into_iter().filter(|word| word.len() > 3 && !SAID_OF_ANYTHING.contains(&word.as_str())).collect()
}

/// Words that tell of a shop.
const SHOP: [&str; 10] =
    ["cart", "basket", "checkout", "product", "browse", "wishlist", "shop", "price", "stock", "item"];

/// Words of events and journeys that say nothing of what they are about.
const SAID_OF_ANYTHING: [&str; 34] = [
    "abandoned",
    "added",
    "after",
    "before",
    "began",
    "back",
    "bring",
    "cancelled",
    "changed",
    "completed",
    "created",
    "ended",
    "ends",
    "event",
    "failed",
    "finished",
    "first",
    "flow",
    "follow",
    "from",
    "journey",
    "left",
    "message",
    "opened",
    "placed",
    "recovery",
    "removed",
    "reminder",
    "sent",
    "started",
    "submitted",
    "updated",
    "viewed",
    "with",
];

/// News that come by the calendar, surveys, and what follows a purchase ask nobody to buy.
fn wants_nothing(journey: &Journey<'_>) -> bool {
    let mut entries = journey.tree.clauses.iter().filter_map(|clause| match &clause.kind {
        ClauseKind::Entry { entry, .. } => Some(entry),
        _ => None,
    });
    let is_news = |entry: &Entry| match entry {
        Entry::Every { .. } | Entry::Once { .. } => true,
        Entry::On { events, .. } => events.iter().all(|event| is_a_purchase(&snake_case(&event.name.text))),
        _ => false,
    };
    let asks =
        snake_case(&journey.name).split('_').any(|word| matches!(word, "survey" | "nps" | "csat" | "newsletter"));
    asks || entries.all(is_news)
}

/// Whether an exit may be what a journey is for: nobody wants somebody to cancel, or to leave.
fn is_wanted(event: &str) -> bool {
    const UNWANTED: [&str; 12] = [
        "unsubscribed",
        "unsubscribe",
        "cancelled",
        "canceled",
        "cancellation",
        "refunded",
        "returned",
        "expired",
        "failed",
        "complained",
        "deleted",
        "closed",
    ];
    !event.split('_').any(|word| UNWANTED.contains(&word))
}

/// Whether an event's name says that somebody has bought.
fn is_a_purchase(event: &str) -> bool {
    const ENDS: [&str; 9] =
        ["abandoned", "started", "failed", "cancelled", "canceled", "viewed", "created", "expired", "due"];
    let mut words = event.split('_');
    let bought = words.clone().any(|word| {
        matches!(word, "order" | "ordered" | "purchase" | "purchased" | "bought" | "paid" | "payment" | "delivered")
    });
    bought && !words.any(|word| ENDS.contains(&word))
}
