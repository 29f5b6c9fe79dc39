//! `rule-without-subject`: a cap, gap or quiet time over something that nothing sends.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::source::Span;
use crate::syntax::tree::{RuleKind, Subject};

pub(super) const FINDING: Finding = Finding {
    name: "rule-without-subject",
    level: Level::Warning,
    title: "A cap, gap or quiet time names something that nothing sends",
    meaning: "No step of the program (or, for a journey's own rule, of the journey) sends on that channel or in that \
              category. Most often the category is spelt differently where messages are sent.",
    customers: "What the rule was written for goes out uncounted, at any hour.",
    bad: "\
charter: cap promotion 2 per 7d
journey offers:
  category promo
  on signed_up: email offer
  goal order_placed
",
    good: "\
charter: cap promo 2 per 7d
journey offers:
  category promo
  on signed_up: email offer
  goal order_placed
",
    allow: Some("For a rule that stands ready for journeys to come."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for rule in view.rules() {
        without_subject(view, None, &rule.kind, rule.span, out);
    }
    for (at, journey) in view.journeys.iter().enumerate() {
        for (rule, span) in journey.rules() {
            without_subject(view, Some(at), rule, span, out);
        }
    }
}

/// Looks at the list of a rule of the charter, or of one journey.
fn without_subject(view: &View<'_>, journey: Option<usize>, rule: &RuleKind, span: Span, out: &mut Vec<Diagnostic>) {
    if !matches!(rule, RuleKind::Cap { .. } | RuleKind::Gap { .. } | RuleKind::Quiet { .. }) {
        return;
    }
    let is_broken = match journey {
        Some(at) => view.journeys.get(at).is_some_and(|journey| journey.tree.broken),
        // A line that could not be read may send it.
        None => view.files.iter().any(|file| file.broken),
    };
    for subject in rule.list().unwrap_or_default() {
        let subjects =
            |sent: &&super::view::Sent<'_>| journey.is_none_or(|at| sent.journey == at) && fits(view, subject, sent);
        let lost = view.lost(&subject.name.text) || subject.category.as_ref().is_some_and(|name| view.lost(&name.text));
        if is_broken || lost || view.sends.iter().find(subjects).is_some() {
            continue;
        }
        let what = match &subject.category {
            Some(category) => format!("{} as {}", subject.name.text, category.text),
            None => subject.name.text.to_string(),
        };
        let whose = if journey.is_some() { "this journey" } else { "this program" };
        let mut finding = FINDING.at(
            span,
            format!("Nothing in {whose} is sent as `{what}`, so this rule protects nobody from it"),
            edit(view, subject, &what),
        );
        if let Some(label) = finding.labels.first_mut() {
            label.span = subject.name.span;
        }
        out.push(finding);
    }
}

fn edit(view: &View<'_>, subject: &Subject, what: &str) -> String {
    let known = view.sends.iter().flat_map(|sent| [sent.category.as_str(), sent.what.channel.text.as_str()]);
    match crate::check::nearest::nearest(&subject.name.text, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("take `{what}` away, or send something so"),
    }
}

fn fits(view: &View<'_>, subject: &Subject, sent: &super::view::Sent<'_>) -> bool {
    let name = &subject.name.text;
    let first = if view.names.is_channel(name) { sent.what.channel.text == *name } else { sent.category == *name };
    first && subject.category.as_ref().is_none_or(|category| sent.category == category.text)
}
