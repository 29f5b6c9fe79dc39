//! What conditions ask of the past: `in last`, `ever`, counts, sums, rates, the latest.

use super::Checker;
use super::conditions::{Lowered, Scope};
use super::types::Ty;
use crate::diagnostic::{Advice, syntax};
use crate::ir::{self, Engagement, Expr as Ir, HistoryId, HistoryKind, HistoryOf};
use crate::limits::LOOK_BACK;
use crate::source::{Span, snake_case};
use crate::syntax::tree::{Name, Path, Root, Suffix};
use smol_str::SmolStr;

impl Checker<'_> {
    /// Looking back has an end.
    pub(super) fn longest(&mut self, millis: i64, span: Span) -> Option<()> {
        if millis <= LOOK_BACK {
            return Some(());
        }
        self.error(syntax(span, "This looks back more than 400 days", "write 400d or less, or `ever`"));
        None
    }

    /// The history that a condition asks about, a new one where nobody asked the same before.
    pub(super) fn history(
        &mut self,
        name: &Name,
        property: Option<&[Name]>,
        suffix: &Suffix,
        kind: HistoryKind,
        span: Span,
        scope: &mut Scope,
    ) -> Option<HistoryId> {
        if scope.where_events.is_some() {
            self.error(syntax(
                span,
                "Inside `where`, names are properties of the event",
                "ask this outside of the `where`",
            ));
            return None;
        }
        if let Some(millis) = suffix.in_last {
            self.longest(millis, span)?;
        }
        let snake = SmolStr::new(snake_case(&name.text));
        let of = match name.text.as_str() {
            "engagement" if !name.quoted => HistoryOf::Engagement,
            _ => HistoryOf::Event(self.names.event(name, &mut self.errors)),
        };
        let property = match property {
            Some(parts) => {
                let (property, ty) = self.property(std::slice::from_ref(&snake), parts)?;
                if kind == HistoryKind::Sum {
                    let span = parts.first()?.span;
                    self.names.slots.unify(&ty, &Ty::NUMBER, span).map_err(|e| self.errors.push(e)).ok()?;
                }
                Some(property)
            }
            None => None,
        };
        let cond = match &suffix.cond {
            Some(cond) => {
                let mut inner = Scope { where_events: Some(vec![snake]), constants: true, ..Scope::default() };
                Some(self.condition(cond, &mut inner)?)
            }
            None => None,
        };
        let history = ir::History { of, cond, kind, property, window: suffix.in_last };
        let at = self.histories.iter().position(|h| *h == history).unwrap_or_else(|| {
            self.histories.push(history);
            self.histories.len() - 1
        });
        Some(HistoryId(at.min(usize::from(u16::MAX)) as u16))
    }

    /// `count of E`, `sum of E.prop`, `rate of opened email`
    pub(super) fn aggregate(
        &mut self,
        word: &Name,
        of: &Path,
        channel: Option<&Name>,
        suffix: &Suffix,
        span: Span,
        scope: &mut Scope,
    ) -> Lowered {
        let (name, property) = self.event_of(of)?;
        if let Some(channel) = channel.filter(|_| word.text != "rate") {
            self.error(syntax(
                channel.span,
                format!("`{}` does not belong here", channel.text),
                "take it away: only `rate of` narrows to a channel",
            ));
            return None;
        }
        let windowed = suffix.in_last.is_some();
        match (word.text.as_str(), property) {
            ("count", None) => {
                let id = self.history(name, None, suffix, HistoryKind::Count, span, scope)?;
                Some((Ir::Count(id, windowed), Ty::NUMBER))
            }
            ("count", Some(_)) => {
                let edit = format!("write `count of {}`", name.text);
                self.error(syntax(of.span, "Events are counted, not what they bear", edit));
                None
            }
            ("sum", Some(property)) => {
                let id = self.history(name, Some(property), suffix, HistoryKind::Sum, span, scope)?;
                Some((Ir::Sum(id, windowed), Ty::NUMBER))
            }
            ("sum", None) => {
                let own = self.event_with(name).map(|event| format!("{event}.{}", name.text));
                let error = match own {
                    Some(own) => {
                        let title = format!("`{}` is a number of an event, which is named before it", name.text);
                        syntax(of.span, title, format!("write `{own}`")).with_unsafe_fix(of.span, own)
                    }
                    None => {
                        let edit = format!("write which of its numbers: `sum of {}.total`", name.text);
                        syntax(of.span, "An event has no sum", edit)
                    }
                };
                self.error(error);
                None
            }
            ("rate", _) => self.rate(name, property, channel, suffix, span),
            (other, property) => {
                self.error(no_such_number(word, other, &name.text, property));
                None
            }
        }
    }

    /// The event that bears a number of this name: one of the goals first, else the only one that has it.
    fn event_with(&self, property: &Name) -> Option<SmolStr> {
        if self.names.declared_events.contains_key(property.text.as_str()) {
            return None;
        }
        let path = [property.text.clone()];
        let mut with = self.names.event_schemas.iter().filter(|(_, schema)| schema.contains_key(path.as_slice()));
        let bought = with.clone().find(|(event, _)| event.starts_with("order") || event.starts_with("purchase"));
        let first = with.next();
        bought.or(first.filter(|_| with.next().is_none())).map(|(event, _)| event.clone())
    }

    fn rate(
        &mut self,
        name: &Name,
        property: Option<&[Name]>,
        channel: Option<&Name>,
        suffix: &Suffix,
        span: Span,
    ) -> Lowered {
        let engagement = Engagement::of(&name.text).filter(|_| property.is_none() && !name.quoted);
        let Some(engagement) = engagement else {
            let edit = Advice::nearest(
                &name.text,
                Engagement::ALL.map(Engagement::word),
                "write `rate of opened in last 90d`, or clicked, replied and the like",
            );
            self.error(syntax(name.span, format!("There is no rate of `{}`", name.text), edit));
            return None;
        };
        let channel = match channel {
            Some(channel) => Some(self.channel(channel)?),
            None => None,
        };
        let (Some(millis), None) = (suffix.in_last, &suffix.cond) else {
            let text = format!("write `rate of {} in last 90d`", name.text);
            self.error(syntax(span, "A rate is of the messages of the last while", text));
            return None;
        };
        self.longest(millis, span)?;
        Some((Ir::Rate(engagement, channel, millis), Ty::NUMBER))
    }

    /// `last order_placed.total`
    pub(super) fn last(&mut self, path: &Path, suffix: &Suffix, span: Span, scope: &mut Scope) -> Lowered {
        let (name, property) = self.event_of(path)?;
        let Some(property) = property else {
            let edit = format!("write which of its values, `last {0}.total`, or `time since {0}`", name.text);
            self.error(syntax(path.span, "An event is no value", edit));
            return None;
        };
        let id = self.history(name, Some(property), suffix, HistoryKind::Latest, span, scope)?;
        let snake = SmolStr::new(snake_case(&name.text));
        let (_, ty) = self.property(std::slice::from_ref(&snake), property)?;
        Some((Ir::Last(id, suffix.in_last.is_some()), ty))
    }

    /// `time since order_placed`
    pub(super) fn since(
        &mut self,
        word: &Name,
        path: &Path,
        suffix: &Suffix,
        span: Span,
        scope: &mut Scope,
    ) -> Lowered {
        if word.text != "time" {
            let edit = "write `time since`";
            self.error(syntax(word.span, format!("`{} since` means nothing here", word.text), edit));
            return None;
        }
        let (name, property) = self.event_of(path)?;
        if property.is_some() {
            let edit = format!("write `time since {}`", name.text);
            self.error(syntax(path.span, "Time is counted since an event, not since a value", edit));
            return None;
        }
        let id = self.history(name, None, suffix, HistoryKind::Latest, span, scope)?;
        Some((Ir::Since(id), Ty::DURATION))
    }

    /// The event of a path, and the property behind it.
    fn event_of<'p>(&mut self, path: &'p Path) -> Option<(&'p Name, Option<&'p [Name]>)> {
        if path.root != Root::Bare {
            self.error(syntax(
                path.span,
                "Only events have a history to look back on",
                "write the name of an event, such as `order_placed`",
            ));
            return None;
        }
        let (name, property) = path.parts.split_first()?;
        Some((name, (!property.is_empty()).then_some(property)))
    }
}

/// `average of E.total`, `max of E.total`, `number of E`: what is not counted so, and what comes nearest.
fn no_such_number(word: &Name, other: &str, event: &str, property: Option<&[Name]>) -> crate::diagnostic::Diagnostic {
    let of = property.and_then(|names| names.first()).map_or("total", |name| name.text.as_str());
    let (title, edit) = match other {
        "number" | "amount" | "quantity" | "times" | "nb" | "anzahl" | "nombre" => {
            let title = format!("How often something happened is counted by `count of`, not by `{other} of`");
            return syntax(word.span, title, "write `count`").with_unsafe_fix(word.span, "count");
        }
        "average" | "avg" | "mean" | "median" => (
            "There is no average of events".to_string(),
            format!("ask for what they come to together, such as `sum of {event}.{of} in last 90d > 100`"),
        ),
        "max" | "maximum" | "highest" | "largest" => (
            "There is no largest of events".to_string(),
            format!("ask whether there was one that large, such as `{event} where ({of} > 50) in last 90d`"),
        ),
        "min" | "minimum" | "lowest" | "smallest" => (
            "There is no smallest of events".to_string(),
            format!("ask whether there was one that small, such as `{event} where ({of} < 50) in last 90d`"),
        ),
        "total" => {
            let title = "Values of many events are added up with `sum of`, not with `total of`";
            return syntax(word.span, title, "write `sum`").with_unsafe_fix(word.span, "sum");
        }
        _ => {
            let near = crate::nearest::nearest(other, ["count", "sum", "rate"]);
            let edit = near
                .map_or("write `count of`, `sum of` or `rate of`".into(), |near| Advice::meant(&format!("{near} of")));
            return syntax(word.span, format!("`{other} of` means nothing here"), edit);
        }
    };
    syntax(word.span, title, edit)
}
