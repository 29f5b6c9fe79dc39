//! `not-transactional`: a message that passes all rules, and is not on the charter's list.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::syntax::tree::RuleKind;
use std::collections::BTreeSet;

pub(super) const FINDING: Finding = Finding {
    name: "not-transactional",
    level: Level::Error,
    title: "A message is sent as transactional, and the charter does not list it",
    meaning: "Transactional messages go past consent, quiet hours, gaps and caps. Once a charter has a line \
              `transactional`, only the messages on it may go so. Without one any message may, which is a warning.",
    customers: "Advertising would reach people who have said no to it.",
    bad: "\
charter: transactional receipt
journey order:
  on order_placed:
    email receipt as transactional
    email offer as transactional
",
    good: "\
charter: transactional receipt
journey order:
  on order_placed:
    email receipt as transactional
",
    allow: Some("As a warning, where the list of such messages is kept elsewhere. As an error never."),
    fix: None,
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    let mut listed = view.rules().filter_map(|rule| match &rule.kind {
        RuleKind::Transactional(names) => Some(names),
        _ => None,
    });
    let Some(first) = listed.next() else { return unlisted(view, out) };
    let listed: Vec<&str> = first.iter().chain(listed.flatten()).map(|name| name.text.as_str()).collect();
    // A name on the list that is none of a message may have been meant for any.
    let declared = &view.names.declared_messages;
    if !declared.is_empty() && listed.iter().any(|name| !declared.contains_key(*name)) {
        return;
    }
    for sent in view.sends.iter().filter(|sent| sent.is_transactional()) {
        let message = sent.what.message.text.as_str();
        if !listed.contains(&message) && !view.lost(message) {
            out.push(FINDING.at(
                sent.what.span,
                format!(
                    "`{message}` would go as transactional, past consent and caps, and the charter does not list it"
                ),
                format!("add `{message}` to the charter's `transactional` line, or send it as something else"),
            ));
        }
    }
}

/// Messages that go past all rules, though no line says which may.
fn unlisted(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    if !view.knows_charter || view.lost("transactional") {
        return;
    }
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for sent in view.sends.iter().filter(|sent| sent.is_transactional()) {
        let message = sent.what.message.text.as_str();
        if !told.insert(message) {
            continue;
        }
        let title = format!(
            "`{message}` goes past consent, quiet hours, gaps and caps, and no line of a charter says that it may"
        );
        let edit = format!(
            "write `transactional {message}` in the charter if it is no advertising, or take `as transactional` away"
        );
        let mut finding = FINDING.at(sent.what.span, title, edit);
        finding.level = Level::Warning;
        out.push(finding);
    }
}
