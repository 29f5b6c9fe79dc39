//! `hold-shifts-step`: a step whose moment is past when a held message lets it begin.

use super::Finding;
use super::evidence::step;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::value::{Millis, show_duration};

const DAY: Millis = 24 * 60 * 60 * 1000;

pub(super) const FINDING: Finding = Finding {
    name: "hold-shifts-step",
    level: Level::Warning,
    title: "A hold before this step can let its moment pass",
    meaning: "A journey stays at a message while quiet hours, a gap or a cap hold it. What follows then comes later than it is \
              written: a day that has passed is not waited for, `tomorrow` is a day later, and a window about an earlier message has ended. Best times and \
              `paused` are not looked at.",
    customers: "The next step comes at once, or at another time than planned, and an answer that came during the hold counts as none.",
    bad: "\
charter:
  timezone \"Europe/Paris\"
  consent required for sms
  quiet 21:00-08:00 for sms
  gap 4h
journey trial:
  on trial_started:
    sms hello
    wait until day 1 at 07:00
    email tips
  goal subscribed_to_plan
",
    good: "\
charter:
  timezone \"Europe/Paris\"
  consent required for sms
  quiet 21:00-08:00 for sms
  gap 4h
journey trial:
  on trial_started:
    sms hello
    wait until day 1 at 18:00
    email tips
  goal subscribed_to_plan
",
    allow: Some("Where it does not matter that the step comes at once after the held message."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for shifted in view.shifted() {
        let (send, hold) = (step(view, shifted.send), show_duration(shifted.hold));
        let text = view.text(shifted.place);
        let title = match text.contains("tomorrow") {
            true => format!("This can be a day later when `{send}` has been held overnight"),
            false => format!("This moment can be past already when `{send}` has been held"),
        };
        let why = match shifted.alone < shifted.hold {
            true => format!(
                "this can be held, up to {hold}: {} by one rule, and then by quiet hours, a gap or a cap that stand at its end",
                show_duration(shifted.alone)
            ),
            false => format!("this can be held, up to {hold}"),
        };
        let finding = FINDING
            .at(shifted.place, title, edit(text, shifted.hold, shifted.day))
            .with_label(shifted.send, why)
            .about_rule(shifted.rule, "by this rule", 0);
        out.push(finding.with_help(format!("{send} · held for {hold} · {}", step(view, shifted.place))));
    }
}

/// What may be done about a step whose moment can be past, by what it waits for.
fn edit(text: &str, hold: Millis, first: Option<Millis>) -> String {
    if text.contains("tomorrow") {
        return "wait before the message for a time at which nothing holds it, such as `wait between 09:00 and 20:00`"
            .to_string();
    }
    let day = text.strip_prefix("wait until day ").map(|rest| rest.split_whitespace().next().unwrap_or_default());
    if let Some(day) = day.and_then(|day| day.parse::<i64>().ok()) {
        let later =
            first.filter(|first| *first > day).unwrap_or_else(|| day.saturating_add((hold - 1).div_euclid(DAY) + 1));
        return format!(
            "write a later day, such as `day {later}`, or wait before the message for a time at which nothing holds it"
        );
    }
    match text.starts_with("wait") {
        // What stands on the calendar or in the profile comes when it comes.
        true => {
            "write `or exit` behind this if what follows is too late then, or wait before the message for a time at \
                 which nothing holds it"
                .to_string()
        }
        false => format!("make the window longer by {}, or ask this before the message", show_duration(hold)),
    }
}
