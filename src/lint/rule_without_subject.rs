//! `rule-without-subject`: a cap, gap or quiet time over something that nothing sends.

use super::Finding;
use super::view::{Sent, View};
use crate::diagnostic::{Advice, Diagnostic, Level};
use crate::source::Span;
use crate::syntax::tree::{Name, RuleKind, Subject};
use std::collections::BTreeSet;

pub(super) const FINDING: Finding = Finding {
    name: "rule-without-subject",
    level: Level::Warning,
    title: "A cap, gap or quiet time names something that nothing sends",
    meaning: "No step of the program (or, for a journey's own rule, of the journey) sends on that channel or in that \
              category. Most often the category is spelt differently where messages are sent; of `priority` only such \
              categories are told of, and journeys in their place.",
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
    // A line that could not be read may send it.
    if view.files.iter().all(|file| !file.broken) {
        let sent = kinds(&view.sends);
        for rule in view.rules() {
            without_subject(view, &sent, "this program", &rule.kind, rule.span, out);
            if let RuleKind::Priority(categories) = &rule.kind {
                misspelt_priority(&sent, categories, rule.span, out);
                priority_of_journeys(view, &sent, categories, rule.span, out);
            }
        }
    }
    for journey in view.journeys.iter().filter(|journey| !journey.tree.broken) {
        let sent = kinds(view.sends_of(journey));
        for (rule, span) in journey.rules() {
            without_subject(view, &sent, "this journey", rule, span, out);
        }
    }
}

/// The channels and categories of sends, each pair once.
type Kinds<'a> = BTreeSet<(&'a str, &'a str)>;

fn kinds<'a>(sends: &'a [Sent<'_>]) -> Kinds<'a> {
    sends.iter().map(|sent| (sent.what.channel.text.as_str(), sent.category.as_str())).collect()
}

/// Looks at the list of a rule, beside what goes by it.
fn without_subject(
    view: &View<'_>,
    sent: &Kinds<'_>,
    whose: &str,
    rule: &RuleKind,
    span: Span,
    out: &mut Vec<Diagnostic>,
) {
    // Consent stands ready for channels to come; what is neither a channel nor sent is a slip.
    let agrees = matches!(rule, RuleKind::Consent(_));
    if !agrees && !matches!(rule, RuleKind::Cap { .. } | RuleKind::Gap { .. } | RuleKind::Quiet { .. }) {
        return;
    }
    for subject in rule.list().unwrap_or_default() {
        let lost = view.lost(&subject.name.text) || subject.category.as_ref().is_some_and(|name| view.lost(&name.text));
        if lost || sent.iter().any(|kind| fits(view, subject, kind)) {
            continue;
        }
        let name = &subject.name.text;
        if agrees && (subject.category.is_some() || view.names.is_channel(name)) {
            continue;
        }
        let what = match &subject.category {
            Some(category) => format!("by `{name} as {}`", category.text),
            None if view.names.is_channel(name) => format!("by `{name}`"),
            None => format!("as `{name}`"),
        };
        let mut known = sent.iter().flat_map(|(channel, category)| [*channel, *category]);
        let called = known.clone().find(|known| also_called(name, known));
        let near = called.or_else(|| crate::nearest::nearest(name, known.by_ref()));
        let edit = match near {
            None if agrees => continue,
            Some(near) => Advice::meant(near),
            // What stands on a line that is wrong, or below it, may send it.
            None if view.whole.is_none() => continue,
            None => format!("take `{name}` away, or send something so").into(),
        };
        let title = format!("Nothing in {whose} is sent {what}, so this rule protects nobody from it");
        let mut finding = FINDING.at(span, title, edit);
        if let Some(label) = finding.labels.first_mut() {
            label.span = subject.name.span;
        }
        out.push(finding);
    }
}

/// Other words for a channel.
pub(super) fn also_called(word: &str, channel: &str) -> bool {
    match channel {
        "push" => matches!(word, "notification" | "notifications" | "pushes" | "push_notifications"),
        "email" => matches!(word, "mail" | "mails" | "emails" | "newsletter"),
        "sms" => matches!(word, "text" | "texts" | "text_messages"),
        _ => false,
    }
}

/// Looks at the categories of `priority`: one that nothing is sent as, and that is nearly one that something is.
fn misspelt_priority(sent: &Kinds<'_>, categories: &[Name], span: Span, out: &mut Vec<Diagnostic>) {
    let known = || sent.iter().map(|(_, category)| *category);
    for category in categories.iter().filter(|category| known().all(|known| known != category.text)) {
        // Those that the line names rightly are not meant.
        let others = known().filter(|known| categories.iter().all(|named| named.text != **known));
        let Some(near) = crate::nearest::nearest(&category.text, others) else { continue };
        let title = format!("Nothing is sent as `{}`, so this puts nothing before anything", category.text);
        let mut finding = FINDING.at(span, title, Advice::meant(near));
        if let Some(label) = finding.labels.first_mut() {
            label.span = category.span;
        }
        out.push(finding);
    }
}

/// Looks for journeys where `priority` lists categories.
fn priority_of_journeys(view: &View<'_>, sent: &Kinds<'_>, names: &[Name], span: Span, out: &mut Vec<Diagnostic>) {
    for name in names.iter().filter(|name| sent.iter().all(|(_, category)| *category != name.text)) {
        let Some(journey) = view.journeys.iter().find(|journey| journey.name == name.text) else { continue };
        let own: BTreeSet<&str> = kinds(view.sends_of(journey)).into_iter().map(|(_, category)| category).collect();
        let free = own.iter().find(|category| names.iter().all(|named| named.text != **category));
        let title =
            format!("`{}` is a journey, and nothing is sent as it, so this puts nothing before anything", name.text);
        let edit = match free {
            Some(category) => format!("write `{category}`, the category of its messages"),
            None => format!("write `category {}` below that journey", name.text),
        };
        let mut finding = FINDING.at(span, title, edit);
        if let Some(label) = finding.labels.first_mut() {
            label.span = name.span;
        }
        out.push(finding);
    }
}

fn fits(view: &View<'_>, subject: &Subject, (channel, category): &(&str, &str)) -> bool {
    let name = subject.name.text.as_str();
    let first = if view.names.is_channel(name) { *channel == name } else { *category == name };
    first && subject.category.as_ref().is_none_or(|wanted| *category == wanted.text)
}
