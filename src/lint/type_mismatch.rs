//! `type-mismatch`: found where types are inferred (`check/types.rs`, `check/conditions.rs`); as a warning here, for yes and no
//! that are compared as texts.

use super::Finding;
use super::view::View;
use crate::diagnostic::{Diagnostic, Level};
use crate::syntax::tree::{Expr, ExprKind, Path, Root};
use crate::value::{Comparison, Type};

pub(super) const FINDING: Finding = Finding {
    name: "type-mismatch",
    level: Level::Error,
    title: "Values of different kinds are compared, or a value is used as two kinds",
    meaning: "A number is compared with a text, a date with a number, or an attribute is a number in one place and a text in \
              another. A text that is none of a choice's values counts too. Where no line says what kind a value is, \"true\" and \
              \"false\" in quotes are a warning: yes and no are asked by the name alone.",
    customers: "The condition would hold for nobody.",
    bad: "\
profile:
  tier: \"bronze\" | \"silver\" | \"gold\"
journey offers:
  for profile.tier is \"golden\"
  on cart_abandoned: email offer
  goal order_placed
",
    good: "\
profile:
  tier: \"bronze\" | \"silver\" | \"gold\"
journey offers:
  for profile.tier is \"gold\"
  on cart_abandoned: email offer
  goal order_placed
",
    allow: Some("As a warning, where your systems send these texts. As an error never."),
    fix: Some("With `--unsafe` it writes the nearest value of a choice, and the name alone for yes and no."),
};

pub(super) fn check(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    for condition in view.conditions() {
        condition.expr.visit(condition.bare, &mut |part, _| {
            let ExprKind::Compare { op, left, right } = &part.kind else { return };
            let (Comparison::Is | Comparison::IsNot, ExprKind::Text(text)) = (op, &right.kind) else { return };
            let yes = match text.to_lowercase().as_str() {
                "true" => true,
                "false" => false,
                _ => return,
            };
            if let Some(path) = left.path().filter(|path| path.root != Root::Bare && !is_a_text(view, path)) {
                out.push(yes_in_quotes(view, part, path, text, yes == (*op == Comparison::Is)));
            }
        });
    }
}

/// Whether a line says that the value is a text.
fn is_a_text(view: &View<'_>, path: &Path) -> bool {
    let parts: Vec<_> = path.parts.iter().map(|part| crate::source::snake_case(&part.text).into()).collect();
    let declared = match path.root {
        Root::Profile => view.names.profile.is_some(),
        _ => view.names.event_schemas.values().any(|schema| schema.contains_key(&parts)),
    };
    let kind = view.names.attributes.get(&parts).map(|ty| view.names.slots.resolve(ty));
    declared && (path.root != Root::Profile || matches!(kind, Some(Type::Text | Type::Choice(_))))
}

fn yes_in_quotes(view: &View<'_>, part: &Expr, path: &Path, text: &str, yes: bool) -> Diagnostic {
    let name = view.text(path.span);
    let edit = if yes { name.to_string() } else { format!("!{name}") };
    let title = format!("\"{text}\" in quotes is a text: of a value that is told as yes or no this never holds");
    let mut finding = FINDING.at(part.span, title, format!("write `{edit}`"));
    finding.level = Level::Warning;
    finding.with_unsafe_fix(part.span, edit)
}
