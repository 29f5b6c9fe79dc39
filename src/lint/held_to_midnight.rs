//! `held-to-midnight`: what a cap of a calendar day, week or month holds goes out at midnight.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::ir::{Cap, ChannelId, Journey, Quiet, TRANSACTIONAL, Window, names};
use crate::prove;
use std::collections::BTreeSet;

pub(super) const FINDING: Finding = Finding {
    name: "held-to-midnight",
    level: Level::Warning,
    title: "What a cap holds goes out at midnight",
    meaning: "A cap `per day`, `per week` or `per month` has room again at 00:00 of the person's local day. What it held until \
              then is sent at that very minute, unless quiet hours hold it on. No quiet hours stand at midnight for a channel \
              that this cap counts.",
    customers: "They get the message in the middle of the night.",
    bad: "\
charter:
  timezone \"Europe/Paris\"
  cap email 1 per day, hold up to 2d
journey cart:
  on cart_abandoned: email recs
  goal order_placed
",
    good: "\
charter:
  timezone \"Europe/Paris\"
  quiet 21:00-08:00
  cap email 1 per day, hold up to 2d
journey cart:
  on cart_abandoned: email recs
  goal order_placed
",
    allow: Some("Where the hour does not matter, such as for what waits in an inbox."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    let Some(program) = view.whole else { return };
    let charter = &program.charter;
    let of = |journeys: &[&Journey], cap: &Cap, own: &[Quiet], out: &mut Vec<Diagnostic>| {
        if cap.hold.is_none() || matches!(cap.per, Window::Rolling(_)) {
            return;
        }
        let mut awake: BTreeSet<ChannelId> = BTreeSet::new();
        for kind in journeys.iter().flat_map(|journey| prove::sent_of(journey, &cap.list)) {
            let quiet = charter
                .quiet
                .iter()
                .chain(own)
                .any(|quiet| stands_at_midnight(quiet) && names(&quiet.list, kind.0, kind.1));
            if kind.1 != TRANSACTIONAL && !quiet {
                awake.insert(kind.0);
            }
        }
        let names: Vec<&str> = awake
            .iter()
            .filter_map(|channel| program.channels.get(channel.index()))
            .map(|name| name.as_str())
            .collect();
        if names.is_empty() {
            return;
        }
        let names = names.join(", ");
        let title = format!("What `{}` holds goes out at midnight: nothing is quiet then for {names}", cap.text);
        let edit = format!("write `quiet 21:00-08:00 for {names}` in the charter");
        out.push(FINDING.at(cap.span, title, edit));
    };
    let all: Vec<&Journey> = program.journeys.iter().collect();
    charter.caps.iter().for_each(|cap| of(&all, cap, &[], out));
    for journey in &program.journeys {
        journey.caps.iter().for_each(|cap| of(&[journey], cap, &journey.quiet, out));
    }
}

fn stands_at_midnight(quiet: &Quiet) -> bool {
    let (from, to) = (quiet.from, quiet.to);
    from == 0 || from > to
}
