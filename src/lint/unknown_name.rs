//! `unknown-name`: as an error found in `check/`, where names are looked up; as a warning here, for an event that nobody
//! declares and that looks like a slip of the pen.

use super::Finding;
use super::view::View;
use crate::check::NameKind;
use crate::diagnostic::{Advice, Diagnostic, Level};
use crate::ir::Engagement;
use crate::source::{Span, snake_case};
use crate::syntax::tree::{ExprKind, Name, Root};
use crate::syntax::walk::Bare;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::collections::BTreeMap;

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
    attributes(view, out);
    audiences(view, out);
    properties(view, out);
    consents(view, out);
    if !view.names.declared_events.is_empty() {
        return;
    }
    let events = || view.names.resolutions.used(NameKind::Event);
    let alike = Alike::new(events().map(|(event, _)| event));
    for (event, places) in events() {
        let [place] = places else { continue };
        if view.names.is_built_in_event(event) {
            continue;
        }
        let Some((meant, what)) = meant_by(view, &alike, event) else { continue };
        // Of two that stand once each the later one is blamed, and both are shown.
        let pair = match view.uses_of(&meant) {
            [other] if meant_by(view, &alike, &meant).is_some_and(|(of_it, _)| of_it == *event) => Some(*other),
            _ => None,
        };
        if pair.is_some_and(|other| other > *place) {
            continue;
        }
        let mut finding = FINDING.at(
            *place,
            format!("`{event}` is named only here, and is one slip away from {what} `{meant}`: it may never happen"),
            Advice::meant(&meant),
        );
        finding.level = Level::Warning;
        if let Some(other) = pair {
            finding.message =
                format!("`{event}` and `{meant}` stand once each, and are one slip apart: one may never happen");
            finding = finding.with_label(other, "the other one");
        }
        out.push(finding.with_unsafe_fix(*place, meant.as_str()));
    }
}

/// Attributes of which no `profile:` says which there are: one that stands once, one slip away from another.
fn attributes(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    if view.names.profile.is_some() {
        return;
    }
    slips(
        &named(view, NameKind::Attribute),
        |name, meant| {
            format!(
                "`profile.{name}` is named only here, and is one slip away from `profile.{meant}`: it may always be missing"
            )
        },
        out,
    );
}

/// Properties of events of which none lists its own: one that stands once, one slip away from another.
fn properties(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    if !view.names.event_schemas.is_empty() {
        return;
    }
    let mut uses: BTreeMap<SmolStr, Vec<Span>> = BTreeMap::new();
    let mut add = |name: &Name| uses.entry(SmolStr::new(snake_case(&name.text))).or_default().push(name.span);
    for condition in view.conditions() {
        condition.expr.visit(condition.bare, &mut |part, bare| match (&part.kind, part.path()) {
            (ExprKind::Aggregate { of: path, .. } | ExprKind::Last { path, .. }, _) => {
                path.parts.get(1).into_iter().for_each(&mut add);
            }
            (_, Some(path)) if path.root == Root::Event || path.root == Root::Bare && bare == Bare::Properties => {
                let is_property = |name: &&Name| !matches!(name.text.as_str(), "known" | "missing" | "now" | "today");
                path.parts.first().filter(is_property).into_iter().for_each(&mut add);
            }
            _ => {}
        });
    }
    // Of one thing and of several something may be told by two names.
    let several = |a: &str, b: &str| a.strip_suffix('s') == Some(b) || b.strip_suffix('s') == Some(a);
    let names: Vec<SmolStr> = uses.keys().cloned().collect();
    uses.retain(|name, _| !names.iter().any(|other| several(name, other)));
    slips(
        &uses,
        |name, meant| {
            format!(
                "The property `{name}` is named only here, and is one slip away from `{meant}`: it may always be missing"
            )
        },
        out,
    );
}

/// `profile.consents.push`: an attribute of one's own, where consent was meant.
fn consents(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    if view.names.profile.is_some() {
        return;
    }
    for condition in view.conditions() {
        condition.expr.visit(condition.bare, &mut |part, _| {
            let Some(path) = part.path().filter(|path| path.root == Root::Profile) else { return };
            let [name, channel] = path.parts.as_slice() else { return };
            let meant = ["consent", "reachable"].into_iter().find(|of| one_slip(&name.text, of));
            let Some(meant) = meant.filter(|_| view.names.is_channel(&channel.text)) else { return };
            let title = format!(
                "`profile.{}` is an attribute of your own, and one slip away from `profile.{meant}`: it may always be missing",
                name.text
            );
            let mut finding = FINDING.at(name.span, title, Advice::meant(meant));
            finding.level = Level::Warning;
            out.push(finding.with_unsafe_fix(name.span, meant));
        });
    }
}

/// Audiences of which none is declared: one that stands once, one slip away from another.
fn audiences(view: &View<'_>, out: &mut Vec<Diagnostic>) {
    if !view.names.declared_audiences.is_empty() {
        return;
    }
    slips(
        &named(view, NameKind::Audience),
        |name, meant| {
            format!("The audience `{name}` is named only here, and is one slip away from `{meant}`: they are two lists")
        },
        out,
    );
}

/// The names of a kind, with their places.
fn named(view: &View<'_>, kind: NameKind) -> BTreeMap<SmolStr, Vec<Span>> {
    let used = view.names.resolutions.used(kind);
    // What lies within an attribute is looked at elsewhere.
    let whole = used.filter(|(name, _)| !name.contains('.'));
    whole.map(|(name, places)| (name.clone(), places.to_vec())).collect()
}

/// Names that most programs have.
const USUAL: [&str; 16] = [
    "total",
    "amount",
    "price",
    "value",
    "quantity",
    "name",
    "title",
    "category",
    "country",
    "city",
    "language",
    "cart_id",
    "order_id",
    "product_id",
    "first_name",
    "birthday",
];

/// Names that stand once, and are one slip away from another of their kind.
fn slips(uses: &BTreeMap<SmolStr, Vec<Span>>, title: impl Fn(&SmolStr, &SmolStr) -> String, out: &mut Vec<Diagnostic>) {
    let alike = Alike::new(uses.keys());
    for (name, places) in uses {
        let near = alike.of(name);
        let ([place], [meant]) = (places.as_slice(), near.as_slice()) else { continue };
        let others = uses.get(*meant).map_or(&[][..], Vec::as_slice);
        // Of two that stand once each the one that many programs have is right, and else the first.
        let usual = |name: &str| USUAL.contains(&name);
        let blamed = match (usual(name), usual(meant)) {
            (true, false) => false,
            (false, true) => true,
            _ => others.first().is_none_or(|other| other < place),
        };
        if others.len() == 1 && !blamed {
            continue;
        }
        let mut finding = FINDING.at(*place, title(name, meant), Advice::meant(meant));
        finding.level = Level::Warning;
        if let [other] = others {
            finding = finding.with_label(*other, "the other one");
        }
        out.push(finding.with_unsafe_fix(*place, meant.as_str()));
    }
}

/// What an event's name is one slip away from.
fn meant_by(view: &View<'_>, alike: &Alike<'_>, event: &SmolStr) -> Option<(SmolStr, &'static str)> {
    let engagement = match event.as_str() {
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
    // The one that more places name; of two the first by name.
    let near = alike.of(event).into_iter().max_by_key(|name| (view.uses_of(name).len(), std::cmp::Reverse(*name)));
    near.map(|name| (name.clone(), "the event"))
}

/// Names by what is left of them without one of their letters: two that are one slip apart share one of these.
struct Alike<'a> {
    by_rest: FxHashMap<String, Vec<&'a SmolStr>>,
}

impl<'a> Alike<'a> {
    fn new(names: impl Iterator<Item = &'a SmolStr>) -> Self {
        let mut by_rest: FxHashMap<String, Vec<&'a SmolStr>> = FxHashMap::default();
        for name in names {
            for rest in rests(name) {
                by_rest.entry(rest).or_default().push(name);
            }
        }
        Self { by_rest }
    }

    /// The names that are one slip away from this one.
    fn of(&self, name: &str) -> Vec<&'a SmolStr> {
        let rests = rests(name);
        let found = rests.iter().filter_map(|rest| self.by_rest.get(rest)).flatten();
        let mut found: Vec<&SmolStr> = found.copied().filter(|other| one_slip(name, other)).collect();
        // Two neighbours exchanged, or a letter doubled, share two rests.
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// A name, and what is left of it without each of its letters. Digits stay: numbered names are meant to be alike.
fn rests(name: &str) -> Vec<String> {
    let letters = name.char_indices().take(LONGEST).filter(|(_, c)| !c.is_ascii_digit());
    let without = letters.map(|(at, c)| {
        let (before, after) = name.split_at_checked(at).unwrap_or((name, ""));
        before.to_string() + after.get(c.len_utf8()..).unwrap_or_default()
    });
    std::iter::once(name.to_string()).chain(without).collect()
}

/// Slips behind so many letters are not looked for.
const LONGEST: usize = 64;

/// A letter more, less or other, or two neighbours exchanged.
fn one_slip(a: &str, b: &str) -> bool {
    // Names of a few letters are all one slip apart, and numbered ones are meant to be.
    fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
        name.chars().filter(|c| !c.is_ascii_digit())
    }
    let comparable = a.len().max(b.len()) > 3 && a.len().abs_diff(b.len()) <= 4;
    comparable && !letters(a).eq(letters(b)) && strsim::osa_distance(a, b) == 1
}
