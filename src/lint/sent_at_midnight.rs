//! `sent-at-midnight`: a message right behind a day that begins at 00:00, or at an hour of the night; quiet hours by day.

use super::Finding;
use super::view::{Journey, View};
use crate::diagnostic::{Diagnostic, Level};
use crate::ir::{self, Quiet};
use crate::source::{Span, snake_case};
use crate::syntax::tree::{Clause, ClauseKind, Entry, Path, Root, RuleKind, Step, StepKind, Until};
use crate::value::Type;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

pub(super) const FINDING: Finding = Finding {
    name: "sent-at-midnight",
    level: Level::Warning,
    title: "A message goes out at midnight",
    meaning: "A date without a time is the beginning of that day: `wait until profile.renewal_date - 7d` goes on at 00:00 of \
              the person's local day, and `every year on profile.birthday:` lets people in at 00:00. The next step sends, and no \
              quiet hours stand at midnight for that message. Only values that are dates for sure are looked at. A time before 05:00 \
              is told too, and quiet hours that stand by day and not at night.",
    customers: "They get the message in the middle of the night.",
    bad: "\
charter: timezone \"Europe/Paris\"
journey birthday:
  every year on profile.birthday:
    email happy_birthday
  goal order_placed within 7d
",
    good: "\
charter: timezone \"Europe/Paris\"
journey birthday:
  every year on profile.birthday at 09:00:
    email happy_birthday
  goal order_placed within 7d
",
    allow: Some("Where the hour does not matter, such as for what waits in an inbox."),
    fix: Some("With `--unsafe` it writes `at 09:00` behind the date."),
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    let Some(program) = view.whole else { return };
    let typed: FxHashMap<Span, &ir::Journey> = program.journeys.iter().map(|typed| (typed.span, typed)).collect();
    for (rule, span) in
        view.rules().map(|rule| (&rule.kind, rule.span)).chain(view.journeys.iter().flat_map(Journey::rules))
    {
        out.extend(quiet_by_day(rule, span));
    }
    for journey in &view.journeys {
        let own = typed.get(&journey.item.span).into_iter().flat_map(|own| &own.quiet);
        let quiet: Vec<&Quiet> = program.charter.quiet.iter().chain(own).collect();
        let look = Look { view, journey, program, quiet };
        for clause in &journey.tree.clauses {
            look.clause(clause, out);
        }
    }
}

/// `quiet 08:00-21:00`: what was meant to be kept from the night is kept from the day.
fn quiet_by_day(rule: &RuleKind, span: Span) -> Option<Diagnostic> {
    const FORENOON: u32 = 10 * 60;
    const AFTERNOON: u32 = 17 * 60;
    let RuleKind::Quiet { from, to, days, when: None, .. } = rule else { return None };
    let by_day = *from <= FORENOON && (AFTERNOON..24 * 60).contains(to) && *from > 0;
    (by_day && days.is_empty()).then(|| {
        let times = format!("{}-{}", clock(*to), clock(*from));
        let title = "This is quiet by day, and what it holds goes out in the evening or at night".to_string();
        FINDING.at(span, title, format!("write `quiet {times}` if the night is meant"))
    })
}

fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// An hour at which nobody wants a message.
fn is_night(at: Option<u32>) -> Option<u32> {
    at.filter(|at| *at < 5 * 60)
}

struct Look<'v, 'a> {
    view: &'v View<'a>,
    journey: &'v Journey<'a>,
    program: &'v ir::Program,
    quiet: Vec<&'v Quiet>,
}

impl Look<'_, '_> {
    fn clause(&self, clause: &Clause, out: &mut Vec<Diagnostic>) {
        if let ClauseKind::Entry { entry, steps } = &clause.kind {
            let at_midnight = match entry {
                Entry::Yearly { at: None, .. } | Entry::Once { at: None, .. } => true,
                Entry::OnDate { path, at: None, .. } => self.is_date(path),
                _ => false,
            };
            let at_night = match entry {
                Entry::OnDate { at, .. } | Entry::Yearly { at, .. } | Entry::Once { at, .. } => is_night(*at),
                Entry::Every { at, .. } => is_night(Some(*at)),
                _ => None,
            };
            self.at_night(at_night, steps.first(), Span { end: clause.span.end, ..clause.span }, out);
            if let Some(message) = steps.first().filter(|_| at_midnight).and_then(|step| self.woken(step)) {
                let title = format!("This lets people in at midnight, and `{message}` goes out at once");
                let line = Span { end: clause.span.end, ..clause.span };
                let text = self.view.text(line);
                let finding = FINDING.at(line, title, "write a time behind the date, such as `at 09:00`");
                out.push(match text.strip_suffix(':') {
                    Some(before) => {
                        let end = line.start + before.trim_end().len() as u32;
                        finding.with_unsafe_fix(Span { start: end, end, ..line }, " at 09:00")
                    }
                    None => finding,
                });
            }
        }
        self.block(clause.steps(), out);
    }

    fn block(&self, steps: &[Step], out: &mut Vec<Diagnostic>) {
        for (at, step) in steps.iter().enumerate() {
            step.blocks().into_iter().for_each(|inner| self.block(inner, out));
            let StepKind::WaitUntil { until, or_exit } = &step.kind else { continue };
            let at_midnight = match until {
                Until::Path { path, at: None, .. } => self.is_date(path),
                Until::Date { at: None, .. } => true,
                _ => false,
            };
            let at_night = match until {
                Until::Time(at) => is_night(Some(*at)),
                Until::Day { at, .. } | Until::Next { at, .. } | Until::NthDay { at, .. } => is_night(*at),
                Until::Date { at, .. } | Until::Path { at, .. } => is_night(*at),
            };
            self.at_night(at_night, steps.get(at + 1), step.span, out);
            let next = steps.get(at + 1).filter(|_| at_midnight);
            let Some(message) = next.and_then(|next| self.woken(next)) else { continue };
            let title = format!("This goes on at midnight, when that day begins, and `{message}` goes out at once");
            let text = self.view.text(step.span);
            let before = if *or_exit { text.strip_suffix("exit").map(|t| t.trim_end()) } else { Some(text) };
            let before = before.and_then(|t| if *or_exit { t.strip_suffix("or").map(str::trim_end) } else { Some(t) });
            let finding = FINDING.at(step.span, title, "write a time behind the date, such as `at 09:00`");
            out.push(match before {
                Some(before) => {
                    let end = step.span.start + before.len() as u32;
                    finding.with_unsafe_fix(Span { start: end, end, ..step.span }, " at 09:00")
                }
                None => finding,
            });
        }
    }

    /// Says that a message goes out at this hour of the night, where it does.
    fn at_night(&self, at: Option<u32>, next: Option<&Step>, place: Span, out: &mut Vec<Diagnostic>) {
        let Some((at, message)) = at.and_then(|at| Some((at, self.woken_at(next?, at)?))) else { return };
        let title = format!("`{message}` goes out at {}, in the night", clock(at));
        let edit = format!(
            "write a time by day, such as `at {:02}:00`, or keep the night free by `quiet 21:00-08:00`",
            9 + at / 60 % 3
        );
        out.push(FINDING.at(place, title, edit));
    }

    /// What a step sends at once to somebody whom no quiet hours guard at midnight.
    fn woken(&self, step: &Step) -> Option<String> {
        self.woken_at(step, 0)
    }

    /// What a step sends at once to somebody whom no quiet hours guard at this minute of the night.
    fn woken_at(&self, step: &Step, minute: u32) -> Option<String> {
        // An `if` is asked at that moment too.
        if matches!(step.kind, StepKind::If { .. } | StepKind::Split { .. } | StepKind::Match { .. }) {
            return step.blocks().into_iter().find_map(|block| self.woken_at(block.first()?, minute));
        }
        let sent = step.alternatives().first()?;
        let own = self.view.sends_of(self.journey).iter().find(|known| known.what.span == sent.span)?;
        if own.is_transactional()
            || sent.options.iter().any(|o| matches!(o, crate::syntax::tree::SendOption::BestTime(..)))
        {
            return None;
        }
        let channel = self.program.channels.iter().position(|name| *name == sent.channel.text)?;
        let category = self.program.categories.iter().position(|name| *name == own.category)?;
        let (channel, category) = (ir::ChannelId(channel as u16), ir::CategoryId(category as u16));
        let guarded = self.quiet.iter().any(|quiet| {
            let overnight = quiet.from > quiet.to;
            let stands = minute < quiet.to && (overnight || quiet.from <= minute) || overnight && minute >= quiet.from;
            stands && ir::names(&quiet.list, channel, category)
        });
        (!guarded).then(|| format!("{} {}", sent.channel.text, sent.message.text))
    }

    /// Whether a value is a date without a time, by its declaration or, without one, by its name.
    fn is_date(&self, path: &Path) -> bool {
        let parts: Vec<SmolStr> = path.parts.iter().map(|part| SmolStr::new(snake_case(&part.text))).collect();
        let names = self.view.names;
        let known: Vec<Type> = match path.root {
            Root::Profile => names.attributes.get(&parts).map(|ty| names.slots.resolve(ty)).into_iter().collect(),
            _ => {
                let schemas = names.event_schemas.values().filter_map(|schema| schema.get(&parts));
                schemas.map(|ty| names.slots.resolve(ty)).collect()
            }
        };
        if known.contains(&Type::Moment) {
            return false;
        }
        if !known.is_empty() && known.iter().all(|ty| *ty == Type::Date) {
            return true;
        }
        let last = parts.last().map_or("", SmolStr::as_str);
        last.split('_').any(|word| matches!(word, "date" | "birthday" | "birthdate" | "anniversary"))
            && !last.split('_').any(|word| matches!(word, "time" | "at" | "datetime"))
    }
}
