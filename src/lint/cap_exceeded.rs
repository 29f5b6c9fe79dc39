//! `cap-exceeded`: a message that a cap suppresses, because the journey itself has sent too many before.

use super::Finding;
use super::evidence::timeline;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::ir::{Cap, Window};
use crate::limits::LONGEST_HOLD;
use crate::prove::Takes;
use crate::value::show_duration;
use std::fmt::Write;

pub(super) const FINDING: Finding = Finding {
    name: "cap-exceeded",
    level: Level::Warning,
    title: "A journey can ask for more messages than a cap lets through",
    meaning: "On some path this message comes while as many as the cap allows lie in its window already. One entry is followed \
              from its start to its end, and further entries only where the program says when they come: `reenter after 2d`, \
              `every monday`, and two at once with `overlap allow`, `overlap restart` and `one per`. That an event may happen \
              twice is not counted. A cap that holds is exceeded where its hold ends too soon. A day is taken as 24 hours.",
    customers: "The message does not go out: the cap suppresses it. Whoever planned it believes that it does.",
    bad: "\
charter: cap 1 per 1d
journey cart:
  on cart_abandoned:
    email recs
    wait 12h
    email more
  goal order_placed
",
    good: "\
charter: cap 1 per 1d
journey cart:
  on cart_abandoned:
    email recs
    wait 1d
    email more
  goal order_placed
",
    allow: Some("Where the message may be dropped, because the cap is there to choose between several."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for exceeded in &view.exceeding().by_one {
        let cap = exceeded.cap;
        let number = ordinal(u64::from(cap.limit) + 1);
        let title = format!(
            "This can be the {number} message {} to one person, and `{}` lets {} through",
            span_of(cap.per),
            cap.text,
            cap.limit
        );
        let edit = match cap.hold {
            Some(hold) if hold >= LONGEST_HOLD => {
                "wait longer before this, or let the cap allow more: nothing is held for more than 7 days"
            }
            None => "wait longer before this, or let the cap allow more: as it is, the cap suppresses it",
            Some(_) => "wait longer before this, or let the cap hold longer: as it is, its hold ends too soon",
        };
        let in_a_day = cap.per == Window::Day;
        let mut evidence = timeline(view, &exceeded.path, exceeded.ends, in_a_day);
        if let Some((other, ends)) = &exceeded.beside {
            let _ = write!(evidence, "; beside it: {}", timeline(view, other, *ends, in_a_day));
        }
        evidence.push_str(taken(exceeded.takes));
        let Takes { earlier_entry, hold } = exceeded.takes;
        let coincidences = [exceeded.beside.is_some(), earlier_entry, hold].into_iter().filter(|takes| *takes).count();
        let finding = FINDING.at(exceeded.place, title, edit);
        out.push(finding.about_rule(cap.span, rule(cap), coincidences).with_help(evidence));
    }
}

/// What the path takes, behind it.
fn taken(takes: Takes) -> &'static str {
    match (takes.earlier_entry, takes.hold) {
        (false, false) => "",
        (true, false) => " (of two entries, one after the other)",
        (false, true) => " (if quiet hours, a gap or a cap held one of them that long)",
        (true, true) => {
            " (of two entries, one after the other, if quiet hours, a gap or a cap held one of them that long)"
        }
    }
}

fn rule(cap: &Cap) -> String {
    match cap.hold {
        None => "this cap suppresses it".to_string(),
        Some(hold) => format!("this cap holds it for {} and then suppresses it", show_duration(hold)),
    }
}

/// `in one day`, `in any 7d`
pub(super) fn span_of(window: Window) -> String {
    match window {
        Window::Day => "in one day".to_string(),
        Window::Week => "in one week".to_string(),
        Window::Month => "in one month".to_string(),
        Window::Rolling(length) => format!("within {}", show_duration(length)),
    }
}

/// `1st`, `2nd`
fn ordinal(number: u64) -> String {
    let end = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}
