//! `hold-shifts-step`: a step whose moment is past when a held message lets it begin.

use super::Finding;
use super::evidence::step;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::value::show_duration;

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
        let (title, edit) = match view.text(shifted.place).contains("tomorrow") {
            true => (
                format!("This can be a day later when `{send}` has been held overnight"),
                "wait before the message for a time at which nothing holds it, such as `wait between 09:00 and 20:00`",
            ),
            false => (
                format!("This moment can be past already when `{send}` has been held"),
                "choose a later moment, or wait before the message for a time at which nothing holds it",
            ),
        };
        let finding = FINDING
            .at(shifted.place, title, edit)
            .with_label(shifted.send, format!("this can be held, up to {hold}"))
            .about_rule(shifted.rule, "by this rule", 0);
        out.push(finding.with_help(format!("{send} · held for {hold} · {}", step(view, shifted.place))));
    }
}
