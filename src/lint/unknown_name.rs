//! `unknown-name`: as an error found in `check/`, where names are looked up; as a warning here, for an event that nobody
//! declares and that looks like a slip of the pen.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::ir::Engagement;
use smol_str::SmolStr;

pub(super) const FINDING: Finding = Finding {
    name: "unknown-name",
    level: Level::Error,
    title: "A name that nothing has",
    meaning: "A name of a segment, journey, channel or time zone that does not exist; of an attribute, property, event, \
              message or audience that is not declared where others of its kind are. Where no event is declared any name will \
              do, and so one that only one place names and that is one letter away from another is a warning.",
    customers: "Nobody: a condition about something that never comes is never true, and a journey on such an event is never \
                entered.",
    bad: "\
event cart_abandoned
event order_placed
journey cart:
  on cart_abandond: email recs
  goal order_placed
",
    good: "\
event cart_abandoned
event order_placed
journey cart:
  on cart_abandoned: email recs
  goal order_placed
",
    allow: Some("As a warning, where both events exist. As an error never."),
    fix: Some("With `--unsafe` it writes the nearest name that exists."),
};

/// Built-in names that people are one slip away from.
const BUILT_IN: [&str; 4] = ["subscribed", "unsubscribed", "page_viewed", "screen_viewed"];

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    if !view.names.declared_events.is_empty() {
        return;
    }
    for (event, places) in &view.uses.events {
        let [place] = places.as_slice() else { continue };
        if view.names.is_built_in_event(event) {
            continue;
        }
        let Some((meant, what)) = meant(view, event) else { continue };
        let mut finding = FINDING.at(
            *place,
            format!("`{event}` is named only here, and is one slip away from {what} `{meant}`: it may never happen"),
            format!("did you mean `{meant}`?"),
        );
        finding.level = Level::Warning;
        out.push(finding.with_unsafe_fix(*place, meant.as_str()));
    }
}

/// What an event's name is one slip away from.
fn meant(view: &View<'_>, event: &str) -> Option<(SmolStr, &'static str)> {
    let engagement = match event {
        "open" => Some(Engagement::Opened),
        "click" => Some(Engagement::Clicked),
        _ => Engagement::ALL.into_iter().find(|e| one_slip(event, e.word())),
    };
    if let Some(engagement) = engagement {
        return Some((SmolStr::new_static(engagement.word()), "the engagement"));
    }
    if let Some(word) = BUILT_IN.into_iter().find(|word| one_slip(event, word)) {
        return Some((SmolStr::new_static(word), "the event"));
    }
    let others = view.uses.events.iter().filter(|(other, places)| other.as_str() != event && !places.is_empty());
    // The one that more places name.
    let near = others.filter(|(other, _)| one_slip(event, other)).max_by_key(|(_, places)| places.len());
    near.map(|(other, _)| (other.clone(), "the event"))
}

/// A letter more, less or other, or two neighbours exchanged.
fn one_slip(a: &str, b: &str) -> bool {
    // Names of a few letters are all one slip apart.
    a.len().max(b.len()) > 3 && a.len().abs_diff(b.len()) <= 4 && strsim::osa_distance(a, b) == 1
}
