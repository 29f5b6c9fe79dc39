//! Tests: their names and values are checked like all others. What they expect is read here, word by word.

use super::Checker;
use super::conditions::Scope;
use super::types::Ty;
use crate::diagnostic::{Advice, syntax};
use crate::ir::{self, Engagement, Expectation, Expr as Ir, TestKind};
use crate::limits::LONGEST_WAIT;
use crate::nearest::nearest;
use crate::reason::ExitReason;
use crate::source::{Span, snake_case};
use crate::syntax::tree::{self, EventRef, Expr, Name, Test, Text};
use crate::value::{Millis, Type, Value};
use smol_str::SmolStr;

/// Why a journey is left, as `expect exited` says it: a test plays one person under one id.
fn reasons() -> impl Iterator<Item = &'static str> + Clone {
    ExitReason::ALL.into_iter().filter(|reason| *reason != ExitReason::Merged).map(ExitReason::name)
}

/// Values with their names from the outside in.
type Args = Vec<(Vec<SmolStr>, Ir)>;

impl Checker<'_> {
    /// Reads a test; what is wrong with it is reported.
    pub(crate) fn test(&mut self, test: &Test, span: Span) -> Option<ir::Test> {
        let journey = self.journey_name(&test.journey);
        let mut out = ir::Test::of(journey.unwrap_or(ir::JourneyId(0)), span);
        out.title = test.title.as_ref().map(|title| title.text.clone());
        let mut offset = 0;
        for line in &test.lines {
            offset = line.offset.unwrap_or(offset);
            if offset > LONGEST_WAIT {
                let title = "A test lasts ten years at most";
                self.error(syntax(line.span, title, "write a shorter time since the start"));
                offset = 0;
            }
            let about_all = matches!(line.kind, tree::TestKind::Profile(_) | tree::TestKind::Start(..));
            if about_all && line.offset.is_some() {
                let label = "take the `+…` away: this line is about the whole test";
                self.error(syntax(line.span, "This happens at no moment of the test", label));
            }
            let kind = match &line.kind {
                tree::TestKind::Profile(traits) => {
                    for (path, value) in traits {
                        self.test_profile(path, value, &mut out);
                    }
                    continue;
                }
                tree::TestKind::Start(date, time) => {
                    if out.start.replace((*date, *time)).is_some() {
                        self.error(syntax(line.span, "This test starts twice", "take one of the two lines away"));
                    }
                    continue;
                }
                tree::TestKind::Allow(channels) => {
                    out.allowed.extend(channels.iter().filter_map(|channel| self.channel(channel)));
                    continue;
                }
                tree::TestKind::Set { path, value } => {
                    let value = self.test_attribute(path, value);
                    value.map(|value| TestKind::Set(snake(path), value))
                }
                tree::TestKind::Event { event, args } => self.test_event(event, args),
                tree::TestKind::Expect { words, by, until, args } => {
                    self.expectation(words, by.as_ref(), *until, args, line.span).map(TestKind::Expect)
                }
                tree::TestKind::ExpectSet { path, value } => {
                    let value = match value {
                        Some(value) => self.test_attribute(path, value).map(Some),
                        None => Some(None),
                    };
                    value.map(|value| TestKind::Expect(Expectation::Set(snake(path).join(".").into(), value)))
                }
            };
            out.lines.extend(kind.map(|kind| ir::TestLine { offset, kind, span: line.span }));
        }
        journey.map(|_| out)
    }

    /// What is known of the person before the start. `id` is who it is, which decides splits and control groups.
    fn test_profile(&mut self, path: &[Name], value: &Expr, out: &mut ir::Test) {
        let snake = snake(path);
        if let ([only], tree::ExprKind::Text(id)) = (snake.as_slice(), &value.kind)
            && only == "id"
        {
            out.id = Some(id.clone());
            return;
        }
        let value = self.test_attribute(path, value);
        out.traits.extend(value.map(|value| (snake, value)));
    }

    fn test_event(&mut self, event: &EventRef, args: &[(Vec<Name>, Expr)]) -> Option<TestKind> {
        let is_expected = self.names.is_channel(&event.name.text)
            || matches!(event.name.text.as_str(), "exited" | "suppressed" | "held" | "chose");
        let declared = &self.names.declared_messages;
        let may_be_sent = |message: &&Name| declared.is_empty() || declared.contains_key(&message.text);
        if let Some(message) = event.message.as_ref().filter(|_| is_expected).filter(may_be_sent) {
            let span = event.name.span.to(message.span);
            let title = "What a journey does is expected by a test";
            let label = format!("write `expect {} {}`", event.name.text, message.text);
            let start = Span { end: span.start, ..span };
            self.error(syntax(span, title, label).with_unsafe_fix(start, "expect "));
            return None;
        }
        let engagement = Engagement::of(&event.name.text).filter(|_| !event.name.quoted);
        let told = self.errors.len();
        let id = self.names.event(&event.name, &mut self.errors);
        if event.message.is_some() && self.errors.len() > told {
            return None;
        }
        let name = self.names.events.name(id.0);
        let mut properties = self.test_values(args, Some(&name))?;
        match (&event.message, engagement) {
            (Some(message), Some(_)) => {
                self.message(message)?;
                properties.push((vec!["message".into()], Ir::Const(Value::Text(message.text.clone()))));
            }
            (Some(message), None) => {
                let title = format!("`{}` is no engagement, and so has no message", event.name.text);
                self.error(syntax(message.span, title, "write its properties in parentheses: `(total: 80)`"));
                return None;
            }
            (None, _) => {}
        }
        Some(TestKind::Event(name, properties))
    }

    /// Named values of an event, an `emit` or a `call`; the properties of an event have types.
    fn test_values(&mut self, args: &[(Vec<Name>, Expr)], event: Option<&SmolStr>) -> Option<Args> {
        let mut out = vec![];
        let mut whole = true;
        for (name, value) in args {
            let snake = snake(name);
            let ty = match event.filter(|event| !self.names.is_built_in_event(event)) {
                Some(event) => self.property_type(event, &snake, name).map(Some),
                None => Some(None),
            };
            let value = ty.and_then(|ty| self.test_value(value, ty.as_ref()));
            whole &= value.is_some();
            out.extend(value.map(|value| (snake, value)));
        }
        whole.then_some(out)
    }

    /// A value that is written down, and fits a type.
    fn test_value(&mut self, value: &Expr, ty: Option<&Ty>) -> Option<Ir> {
        if let tree::ExprKind::List(items) = &value.kind {
            return self.test_list(items, value.span, ty);
        }
        if let tree::ExprKind::Path { path: tree::Path { root: tree::Root::Bare, parts, .. }, suffix } = &value.kind
            && let ([name], true) = (parts.as_slice(), suffix.is_empty())
        {
            let said = match name.text.to_lowercase().as_str() {
                "yes" | "on" | "true" => Some("true"),
                "no" | "off" | "false" => Some("false"),
                _ => None,
            };
            if let Some(said) = said {
                let title = format!("Whether something holds is `true` or `false`, and not `{}`", name.text);
                let error = syntax(value.span, title, format!("write `{said}` instead"));
                self.error(error.with_unsafe_fix(value.span, said));
                return None;
            }
            let otherwise = format!("write a text in quotes, such as `\"{}\"`, a number or a date", name.text);
            let edit = Advice::nearest(&name.text, ["true", "false"], &otherwise);
            self.error(syntax(value.span, format!("`{}` is a name, and a test gives plain values", name.text), edit));
            return None;
        }
        let (ir, found) = self.value(value, &mut Scope::default())?;
        let ir = match ir {
            Ir::Arithmetic(..) if matches!(value.kind, tree::ExprKind::Negative(_)) => match &value.kind {
                tree::ExprKind::Negative(inner) => match &inner.kind {
                    tree::ExprKind::Number(number) => Ir::Const(Value::Number(-*number)),
                    _ => ir,
                },
                _ => ir,
            },
            other => other,
        };
        if !matches!(ir, Ir::Const(_) | Ir::LocalMoment(..)) {
            self.error(syntax(value.span, "A test gives plain values", "write a number, a text, a date or the like"));
            return None;
        }
        if let Some(ty) = ty {
            if let Err(error) = self.names.slots.unify(ty, &found, value.span) {
                self.error(error);
                return None;
            }
            self.check_choice(ty, &ir, value.span)?;
        }
        Some(ir)
    }

    /// A list whose values are of one type.
    fn test_list(&mut self, items: &[Expr], span: Span, ty: Option<&Ty>) -> Option<Ir> {
        let of = match ty.map(|ty| self.names.slots.resolve(ty)) {
            Some(Type::List(of)) => Ty::Known(*of),
            _ => self.names.slots.open(),
        };
        let mut values = vec![];
        for item in items {
            let Ir::Const(value) = self.test_value(item, Some(&of))? else {
                let title = "A moment cannot stand in a list";
                self.error(syntax(item.span, title, "write numbers, texts, dates or the like"));
                return None;
            };
            values.push(value);
        }
        if let Some(ty) = ty {
            let list = Ty::Known(Type::List(Box::new(self.names.slots.resolve(&of))));
            if let Err(error) = self.names.slots.unify(ty, &list, span) {
                self.error(error);
                return None;
            }
        }
        Some(Ir::Const(Value::List(values)))
    }

    /// Values that an effect bears, each under one name.
    fn test_flat(&mut self, args: &[(Vec<Name>, Expr)], event: Option<&SmolStr>) -> Option<Vec<(SmolStr, Ir)>> {
        if let Some((path, _)) = args.iter().find(|(path, _)| path.len() > 1) {
            let place = path.first()?.span.to(path.last()?.span);
            let title = "What a journey emits or calls with has no values within values";
            self.error(syntax(place, title, "write the name that the step gives it"));
            return None;
        }
        let values = self.test_values(args, event)?;
        Some(values.into_iter().filter_map(|(path, value)| Some((path.into_iter().next()?, value))).collect())
    }

    fn test_attribute(&mut self, path: &[Name], value: &Expr) -> Option<Ir> {
        let snake = snake(path);
        let flag = matches!(snake.first().map(SmolStr::as_str), Some("consent" | "reachable"));
        let ty = if flag {
            self.answer_about(path.get(1));
            Ty::BOOL
        } else {
            let ty = self.attribute_type(&snake, path)?;
            self.attribute_named(&snake, path);
            ty
        };
        self.test_value(value, Some(&ty))
    }

    /// `expect …`, word by word.
    fn expectation(
        &mut self,
        words: &[Name],
        by: Option<&Text>,
        until: Option<Millis>,
        args: &[(Vec<Name>, Expr)],
        span: Span,
    ) -> Option<Expectation> {
        let (first, rest) = words.split_first()?;
        let rule = by.map(|text| text.text.clone());
        let is_send = self.names.is_channel(&first.text);
        let may_have = |what: &str| match what {
            "by" => matches!(first.text.as_str(), "suppressed" | "held"),
            "until" => first.text == "held",
            _ => matches!(first.text.as_str(), "converted" | "emit" | "call"),
        };
        let odd = [("by", by.is_some()), ("until", until.is_some()), ("(", !args.is_empty())];
        if let Some((what, _)) = odd.iter().find(|(what, is_there)| *is_there && !may_have(what)) {
            let what = if *what == "(" { "values in parentheses" } else { what };
            let title = format!("`expect {}` takes no {what}", first.text);
            self.error(syntax(span, title, "take that away, or write another expectation"));
            return None;
        }
        match (first.text.as_str(), rest) {
            ("nothing", []) => Some(Expectation::Nothing),
            ("entered", []) => Some(Expectation::Entered),
            ("converted", []) => {
                let values = self.test_flat(args, None)?;
                match values.as_slice() {
                    [] => Some(Expectation::Converted(None)),
                    [(name, Ir::Const(Value::Number(value)))] if name == "value" => {
                        Some(Expectation::Converted(Some(*value)))
                    }
                    _ => {
                        self.error(syntax(span, "A conversion has a value and nothing else", "write `(value: 80)`"));
                        None
                    }
                }
            }
            ("exited", []) => Some(Expectation::Exited(None)),
            ("exited", [reason]) => {
                if !reasons().any(|known| known == reason.text) {
                    let near = nearest(&reason.text, reasons());
                    let label =
                        near.map_or_else(|| "write `completed`, `goal`, `exit` or `restarted`".into(), Advice::meant);
                    let title = format!("No journey is left for the reason `{}`", reason.text);
                    self.error(syntax(reason.span, title, label));
                    return None;
                }
                Some(Expectation::Exited(Some(reason.text.clone())))
            }
            ("suppressed", [channel]) => {
                self.channel(channel)?;
                Some(Expectation::Suppressed(channel.text.clone(), None, rule))
            }
            ("suppressed", [channel, message]) => {
                self.channel(channel)?;
                self.message(message)?;
                Some(Expectation::Suppressed(channel.text.clone(), Some(message.text.clone()), rule))
            }
            ("held", [channel]) => {
                self.channel(channel)?;
                Some(Expectation::Held(channel.text.clone(), None, rule, until))
            }
            ("held", [channel, message]) => {
                self.channel(channel)?;
                self.message(message)?;
                Some(Expectation::Held(channel.text.clone(), Some(message.text.clone()), rule, until))
            }
            ("chose", [split]) => Some(Expectation::Chose(split.text.clone(), None)),
            ("chose", [split, arm]) => Some(Expectation::Chose(split.text.clone(), Some(arm.text.clone()))),
            ("add", [to, audience]) if to.text == "to" => {
                self.audience(audience)?;
                Some(Expectation::Added(audience.text.clone()))
            }
            ("remove", [from, audience]) if from.text == "from" => {
                self.audience(audience)?;
                Some(Expectation::Removed(audience.text.clone()))
            }
            ("emit", [event]) => {
                let id = self.names.event(event, &mut self.errors);
                let name = self.names.events.name(id.0);
                Some(Expectation::Emitted(name.clone(), self.test_flat(args, Some(&name))?))
            }
            ("call", [hook]) => Some(Expectation::Called(hook.text.clone(), self.test_flat(args, None)?)),
            (_, [message]) if is_send => {
                self.channel(first)?;
                self.message(message)?;
                Some(Expectation::Sent(first.text.clone(), message.text.clone()))
            }
            (_, []) if is_send => {
                let label = format!("write the message too: `expect {} recs`", first.text);
                self.error(syntax(span, "Which message is expected?", label));
                None
            }
            (word, _) if let Some(meant) = meant(word) => {
                self.error(syntax(first.span, format!("`{word}` is not how a test says it"), meant));
                None
            }
            ("a" | "an" | "the", [second]) if self.names.is_channel(&second.text) => {
                let edit = format!("write which message, such as `{} recs`", second.text);
                self.error(syntax(second.span, "This does not say which message is expected", edit));
                None
            }
            (_, [second]) if self.wrong_way_round(first, second) => None,
            (_, []) if self.names.declared_messages.contains_key(&first.text) => {
                let title = "A message that is expected is its channel and its name";
                let edit = format!("write the channel before it, such as `email {}`", first.text);
                self.error(syntax(first.span, title, edit));
                None
            }
            (_, [_]) => {
                // Two plain words: what was meant is a send on a channel that there is not.
                self.channel(first);
                None
            }
            _ => {
                let label = "write `email recs`, `suppressed push`, `held push until +3d`, `exited goal`, `converted`, \
                             `add to …`, `remove from …`, `emit …`, `call …` or `set …`";
                let title = format!("`{}` is nothing that a test can expect", self.source(span));
                self.error(syntax(span, title, label));
                None
            }
        }
    }
}

/// What is written for a word that comes to mind.
fn meant(word: &str) -> Option<&'static str> {
    Some(match word {
        "sent" | "send" | "message" => "write the channel and the message alone: `expect email recs`",
        "exit" | "exits" | "left" => "write `exited`: `expect exited goal`",
        "hold" | "holds" | "waits" => "write `held`: `expect held push until +3d`",
        "suppress" | "suppresses" | "blocked" | "dropped" => "write `suppressed`: `expect suppressed push`",
        "goal" | "convert" | "conversion" | "converts" => "write `converted`",
        "enter" | "enters" | "entry" => "write `entered`",
        "added" | "adds" => "write `add to`: `expect add to retargeting`",
        "removed" | "removes" => "write `remove from`: `expect remove from retargeting`",
        _ => return None,
    })
}

fn snake(path: &[Name]) -> Vec<SmolStr> {
    path.iter().map(|p| snake_case(&p.text).into()).collect()
}
