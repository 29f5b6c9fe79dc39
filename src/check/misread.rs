//! Comparisons that people write of events, of the clock and of lists, and that mean something else here.

use super::Checker;
use super::conditions::bare_word;
use super::types::Ty;
use crate::diagnostic::Diagnostic;
use crate::ir::{Comparison, Engagement};
use crate::source::snake_case;
use crate::syntax::tree::{Expr, ExprKind, Name, Root};
use crate::syntax::words::days;
use crate::value::Type;

impl Checker<'_> {
    /// `NAME is known` of an event, which has happened or has not; says so.
    pub(super) fn knows_an_event(&mut self, left: &Expr, word: &Name) -> bool {
        let Some(name) = bare_word(left).filter(|name| !matches!(name.text.as_str(), "now" | "today")) else {
            return false;
        };
        let title = format!("`{}` by itself is an event, and an event is never `{}`", name.text, word.text);
        let error = match self.happens(name) {
            true => {
                self.names.event_named(name);
                let edit = format!("{}{}", if word.text == "missing" { "!" } else { "" }, name.text);
                Diagnostic::error(
                    "type-mismatch",
                    left.span,
                    title,
                    format!("ask whether it has happened: `if {edit}`"),
                )
            }
            false => {
                let edit = format!("profile.{}", snake_case(&name.text));
                Diagnostic::error("type-mismatch", left.span, title, format!("write `{edit}`"))
                    .with_unsafe_fix(left.span, edit)
            }
        };
        self.errors.push(error);
        true
    }

    /// Whether a name is an event beyond doubt: the program declares it, or it is one everywhere.
    pub(super) fn happens(&self, name: &Name) -> bool {
        let snake = snake_case(&name.text);
        Engagement::of(&snake).is_some()
            || matches!(snake.as_str(), "sent" | "suppressed")
            || self.names.is_built_in_event(&snake)
            || self.names.declared_events.contains_key(snake.as_str())
    }

    /// A bare name compared with a value: a text without quotes, or an attribute without `profile.`; says so.
    pub(super) fn compares_an_event(&mut self, left: &Expr, right: &Expr) -> bool {
        let is_event = |name: &&Name| {
            let word = name.text.as_str();
            Engagement::of(word).is_none() && !["now", "today", "sent", "suppressed"].contains(&word)
        };
        let rooted = |expr: &Expr| matches!(&expr.kind, ExprKind::Path { path, .. } if path.root != Root::Bare);
        let literal = |expr: &Expr| {
            matches!(
                expr.kind,
                ExprKind::Text(_) | ExprKind::Number(_) | ExprKind::Date(_) | ExprKind::Percent(_) | ExprKind::Bool(_)
            )
        };
        if let (Some(name), ExprKind::Bool(yes)) = (bare_word(left).filter(|name| self.happens(name)), &right.kind) {
            self.names.event_named(name);
            let edit = format!("{}{}", if *yes { "" } else { "!" }, name.text);
            let title = format!("`{}` has happened or has not, and is compared with nothing", name.text);
            let span = left.span.to(right.span);
            self.errors.push(
                Diagnostic::error("type-mismatch", span, title, format!("write `{edit}` alone"))
                    .with_unsafe_fix(span, edit),
            );
            return true;
        }
        let counts = |name: &&Name| self.happens(name) || is_event(name) && self.sounds_like_an_event(name);
        if let (Some(name), ExprKind::Number(_)) = (bare_word(left).filter(counts), &right.kind) {
            self.names.event_named(name);
            let edit = format!("count of {}", name.text);
            let title = format!("How often `{}` has happened is compared as `count of`", name.text);
            let error = Diagnostic::error("type-mismatch", name.span, title, format!("write `{edit}`"));
            self.errors.push(error.with_unsafe_fix(name.span, edit));
            return true;
        }
        if self.asks_the_clock(left, right) {
            return true;
        }
        let answer = bare_word(right).filter(|_| rooted(left)).and_then(|name| match name.text.as_str() {
            "yes" | "on" => Some((name, "")),
            "no" | "off" => Some((name, "!")),
            _ => None,
        });
        if let Some((name, bang)) = answer {
            let edit = format!("{bang}{}", self.source(left.span));
            let title = format!("Whether something is true is asked by its name alone, without `{}`", name.text);
            let span = left.span.to(right.span);
            let error = Diagnostic::error("type-mismatch", span, title, format!("write `{edit}`"));
            self.errors.push(error.with_unsafe_fix(span, edit));
            return true;
        }
        let (name, edit) = match (bare_word(left).filter(is_event), bare_word(right).filter(is_event)) {
            (Some(name), Some(text)) if !self.happens(name) && !self.happens(text) => {
                let person =
                    matches!(name.text.as_str(), "customer" | "user" | "contact" | "person" | "subscriber" | "they");
                let edit = match person {
                    true => self.said_of_somebody(text),
                    false => format!("profile.{} is \"{}\"", snake_case(&name.text), text.text),
                };
                let title = format!(
                    "`{}` and `{}` by themselves are events, and events are not compared",
                    name.text, text.text
                );
                let span = left.span.to(right.span);
                let error = Diagnostic::error("type-mismatch", span, title, format!("write `{edit}`"));
                self.errors.push(error);
                return true;
            }
            (None, Some(name)) if rooted(left) => (name, format!("\"{}\"", name.text)),
            (Some(name), None) if literal(right) || rooted(right) => (name, format!("profile.{}", name.text)),
            _ => return false,
        };
        let day = match name.text.as_str() {
            "tomorrow" => Some("today + 1d"),
            "yesterday" => Some("today - 1d"),
            _ => None,
        };
        if let Some(day) = day.filter(|_| edit.starts_with('"')) {
            let title = format!("`{}` is no date here: days are counted from `today`", name.text);
            let error = Diagnostic::error("type-mismatch", name.span, title, format!("write `{day}`"));
            self.errors.push(error.with_unsafe_fix(name.span, day));
            return true;
        }
        let is_nothing =
            matches!(name.text.as_str(), "null" | "none" | "nil" | "empty" | "blank" | "undefined" | "unknown");
        if edit.starts_with('"') && is_nothing {
            let title =
                format!("Whether there is a value is asked with `is known` and `is missing`, not with `{}`", name.text);
            self.errors.push(Diagnostic::error(
                "type-mismatch",
                name.span,
                title,
                "write `is missing` or `is known` instead",
            ));
            return true;
        }
        let is_attribute =
            self.names.profile.as_ref().is_some_and(|s| s.contains_key(std::slice::from_ref(&name.text)));
        if edit.starts_with("profile.") && is_attribute {
            return false;
        }
        let title = match edit.starts_with('"') {
            true => format!("`{}` without quotes is an event and no text, so this would never hold", name.text),
            false => format!("`{}` by itself is an event, and an event is no value to compare", name.text),
        };
        let error = Diagnostic::error("type-mismatch", name.span, title, format!("write `{edit}`"));
        self.errors.push(error.with_unsafe_fix(name.span, edit));
        true
    }

    /// `customer is vip`: a segment, or an attribute that says so.
    fn said_of_somebody(&self, word: &Name) -> String {
        let word = snake_case(&word.text);
        match self.names.declared_segments.contains_key(word.as_str()) {
            true => format!("in {word}"),
            false => format!("profile.{word}"),
        }
    }

    /// `hour >= 9`, `day_of_week is monday`: the clock has names of its own; says so.
    pub(super) fn asks_the_clock(&mut self, left: &Expr, right: &Expr) -> bool {
        let Some(name) = bare_word(left).filter(|name| !self.happens(name)) else { return false };
        let of_day = bare_word(right).is_some_and(|day| days(&day.text).is_some());
        let of_clock = matches!(right.kind, ExprKind::Number(_) | ExprKind::Time(_));
        let (title, edit) = match name.text.as_str() {
            "hour" | "time" | "current_time" | "current_hour" | "time_of_day" | "hour_of_day" if of_clock => {
                let place = left.span.to(right.span);
                let sign = self.source(crate::source::Span { start: left.span.end, end: right.span.start, ..place });
                let sign = sign.trim();
                let ordered = matches!(sign, "<" | "<=" | ">" | ">=");
                let title = "The time of day is asked with `local time`";
                let Some(edit) = clock(right).filter(|_| ordered).map(|time| format!("local time {sign} {time}"))
                else {
                    let label = "write `local time is between 09:00 and 18:00`, with your hours";
                    self.errors.push(Diagnostic::error("type-mismatch", place, title, label));
                    return true;
                };
                let error = Diagnostic::error("type-mismatch", place, title, format!("write `{edit}`"));
                self.errors.push(error.with_unsafe_fix(place, edit));
                return true;
            }
            "day" | "weekday" | "day_of_week" | "dayofweek" | "current_day" if of_day => (
                "The day of the week is asked with `today is`",
                format!("write `today is {}`", self.source(right.span)),
            ),
            _ => return false,
        };
        self.errors.push(Diagnostic::error("type-mismatch", left.span.to(right.span), title, edit));
        true
    }

    /// `age is between 18 and 30`, `plan is one of ("pro", "team")`, `email contains "@"`: a bare name is an event; says so.
    pub(super) fn asks_a_bare_name(&mut self, value: &Expr) -> bool {
        let is_value = |name: &&Name| !matches!(name.text.as_str(), "now" | "today" | "sent" | "suppressed");
        let Some(name) = bare_word(value).filter(is_value) else { return false };
        if self.happens(name) {
            self.names.event_named(name);
            let title = format!("`{}` has happened or has not: how often is compared as `count of`", name.text);
            let edit = format!("count of {}", name.text);
            let error = Diagnostic::error("type-mismatch", name.span, title, format!("write `{edit}`"));
            self.errors.push(error.with_unsafe_fix(name.span, edit));
            return true;
        }
        let edit = format!("profile.{}", snake_case(&name.text));
        let title = format!("`{}` by itself is an event, and an event is no value to compare", name.text);
        let error = Diagnostic::error("type-mismatch", name.span, title, format!("write `{edit}`"));
        self.errors.push(error.with_unsafe_fix(name.span, edit));
        true
    }

    /// `profile.vip is "true"` of what is yes or no; says so.
    pub(super) fn compares_a_yes(&mut self, ty: &Ty, is: bool, left: &Expr, right: &Expr) -> bool {
        let kind = self.names.slots.resolve(ty);
        if let (Type::Number, ExprKind::Text(text)) = (&kind, &right.kind)
            && text.parse::<rust_decimal::Decimal>().is_ok()
        {
            let title = "A number stands without quotes";
            let error = Diagnostic::error("type-mismatch", right.span, title, format!("write `{text}`"));
            self.errors.push(error.with_unsafe_fix(right.span, text.to_string()));
            return true;
        }
        let text = match (&kind, &right.kind) {
            (Type::Bool, ExprKind::Text(text)) => text.to_string(),
            (Type::Bool, ExprKind::Number(number)) => number.to_string(),
            _ => return false,
        };
        let yes = match text.to_lowercase().as_str() {
            "true" | "yes" | "1" | "on" => true,
            "false" | "no" | "0" | "off" => false,
            _ => return false,
        };
        let edit = format!("{}{}", if yes == is { "" } else { "!" }, self.source(left.span));
        let title =
            format!("Whether something is true is asked by its name alone, not with `{}`", self.source(right.span));
        let span = left.span.to(right.span);
        let error = Diagnostic::error("type-mismatch", span, title, format!("write `{edit}`"));
        self.errors.push(error.with_unsafe_fix(span, edit));
        true
    }

    /// Whether a name that is compared with a number is most likely something that happens: how often is meant.
    fn sounds_like_an_event(&self, name: &Name) -> bool {
        let snake = snake_case(&name.text);
        let last = snake.rsplit('_').next().unwrap_or(&snake);
        let known = self.names.events.things().iter().any(|event| *event == snake);
        known || snake.contains('_') && last.len() > 4 && last.ends_with("ed")
    }

    /// `profile.tags contains vip`: a text without quotes is an event, which no list and no text contains; says so.
    pub(super) fn contains_an_event(&mut self, value: &Expr, part: &Expr) -> bool {
        let rooted = matches!(&value.kind, ExprKind::Path { path, .. } if path.root != Root::Bare);
        let is_text = |name: &&Name| rooted && !matches!(name.text.as_str(), "now" | "today");
        let Some(name) = bare_word(part).filter(is_text) else { return false };
        let edit = format!("\"{}\"", name.text);
        let title = format!("`{}` without quotes is an event and no text, so this would never hold", name.text);
        let error = Diagnostic::error("type-mismatch", name.span, title, format!("write `{edit}`"));
        self.errors.push(error.with_unsafe_fix(name.span, edit));
        true
    }

    /// `profile.points is 5 or 6`: the second value by itself asks nothing; says so.
    pub(super) fn lists_a_value(&mut self, parts: &[Expr]) -> bool {
        let literal = |expr: &Expr| {
            matches!(
                expr.kind,
                ExprKind::Number(_)
                    | ExprKind::Percent(_)
                    | ExprKind::Date(_)
                    | ExprKind::Time(_)
                    | ExprKind::Duration(_)
                    | ExprKind::Negative(_)
            )
        };
        let Some(second) = parts.iter().position(literal) else { return false };
        let first = parts.iter().take(second).enumerate().rev().find_map(|(at, part)| match &part.kind {
            ExprKind::Compare { op, left, right } if literal(right) => Some((at, part.span, *op, &**left, &**right)),
            _ => None,
        });
        let Some((at, place, op, left, right)) = first else { return false };
        let more: Vec<&Expr> = parts.iter().skip(second).take_while(|part| literal(part)).collect();
        let path = self.source(left.span);
        let values: Vec<String> =
            std::iter::once(right).chain(more.iter().copied()).map(|v| self.source(v.span)).collect();
        let (Some(blamed), Some(last)) = (more.first(), more.last()) else { return false };
        let one_of = match op {
            Comparison::Is => Some("is one of"),
            Comparison::IsNot => Some("is not one of"),
            _ => None,
        };
        let title = format!("`{}` by itself asks nothing: each value is compared by name", self.source(blamed.span));
        let error = match one_of {
            Some(one_of) => {
                let line = format!("{path} {one_of} ({})", values.join(", "));
                let title = format!(
                    "`{}` by itself asks nothing: several values are asked with `{one_of}`",
                    self.source(blamed.span)
                );
                let error = Diagnostic::error("type-mismatch", blamed.span, title, format!("write `{line}`"));
                if at + 1 == second { error.with_unsafe_fix(place.to(last.span), line) } else { error }
            }
            None => {
                let edit = format!("say what is compared with it, such as `{path} is {}`", self.source(blamed.span));
                Diagnostic::error("type-mismatch", blamed.span, title, edit)
            }
        };
        self.errors.push(error);
        true
    }
}

/// `18:00`, or the hour 18, as a time.
fn clock(value: &Expr) -> Option<String> {
    use rust_decimal::prelude::ToPrimitive;
    match &value.kind {
        ExprKind::Time(minutes) => Some(format!("{:02}:{:02}", minutes / 60, minutes % 60)),
        ExprKind::Number(hour) => {
            let whole = hour.is_integer().then(|| hour.to_u32()).flatten();
            whole.filter(|hour| *hour < 24).map(|hour| format!("{hour:02}:00"))
        }
        _ => None,
    }
}
