//! Holds what happened against what a test expects.

use super::{Problem, Scene, json};
use crate::engine::local_time;
use crate::engine::{Effect, EffectKind};
use crate::ir::{Expectation, Expr, Test, TestKind, TestLine};
use crate::timeline;
use crate::value::{Json, Millis, Timestamp, Value, show_duration};
use chrono::NaiveTime;
use smol_str::SmolStr;

/// For each line of the test, the effect that it expects, if that happened.
pub(super) type Matches = Vec<Option<usize>>;

/// Finds the effect of every expectation. Each message that is expected wants one of its own, as many as can be given;
/// anything else may be said of one effect in several lines.
pub(super) fn matches(scene: &Scene, journey: &str, test: &Test, happened: &[&Effect]) -> Matches {
    let mut taken: Vec<Option<usize>> = vec![None; happened.len()];
    let mut out = vec![None; test.lines.len()];
    for (number, line) in test.lines.iter().enumerate() {
        match &line.kind {
            TestKind::Expect(Expectation::Sent(..)) => {
                let mut tried = vec![false; happened.len()];
                place(scene, journey, test, happened, number, &mut taken, &mut tried);
            }
            TestKind::Expect(expectation) => {
                let at = scene.start.saturating_add(line.offset);
                let found = happened.iter().position(|e| e.at == at && fits(scene, journey, expectation, e));
                if let Some(slot) = out.get_mut(number) {
                    *slot = found;
                }
            }
            _ => {}
        }
    }
    for (effect, line) in taken.iter().enumerate() {
        if let Some(slot) = line.and_then(|line| out.get_mut(line)) {
            *slot = Some(effect);
        }
    }
    out
}

/// Finds a message for a line; one that another line has is taken from it if that line finds another.
fn place(
    scene: &Scene,
    journey: &str,
    test: &Test,
    happened: &[&Effect],
    number: usize,
    taken: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    // Depth is bounded by the effects of one moment: each is tried once.
    let Some(line) = test.lines.get(number) else { return false };
    let TestKind::Expect(expectation) = &line.kind else { return false };
    let at = scene.start.saturating_add(line.offset);
    let from = happened.partition_point(|effect| effect.at < at);
    for (which, effect) in happened.iter().enumerate().skip(from).take_while(|(_, effect)| effect.at == at) {
        let was_tried = tried.get_mut(which).is_none_or(|tried| std::mem::replace(tried, true));
        if was_tried || !fits(scene, journey, expectation, effect) {
            continue;
        }
        let holder = taken.get(which).copied().flatten();
        if holder.is_none_or(|other| place(scene, journey, test, happened, other, taken, tried)) {
            if let Some(slot) = taken.get_mut(which) {
                *slot = Some(number);
            }
            return true;
        }
    }
    false
}

/// Whether an effect is what was expected. What becomes of a journey is asked of the one that the test is about; what is
/// sent, set or called may come from any.
fn fits(scene: &Scene, journey: &str, expectation: &Expectation, effect: &Effect) -> bool {
    let own = effect.journey == journey;
    let any = |wanted: &Option<SmolStr>, found: &SmolStr| wanted.as_ref().is_none_or(|wanted| wanted == found);
    match (expectation, &effect.kind) {
        (Expectation::Entered, EffectKind::Entered) => own,
        (Expectation::Sent(channel, message), EffectKind::Sent { channel: c, message: m, .. }) => {
            channel == c && message == m
        }
        (
            Expectation::Suppressed(channel, message, by),
            EffectKind::Suppressed { channel: c, message: m, reason, rule },
        ) => channel == c && any(message, m) && by.as_ref().is_none_or(|by| is_rule(by, rule) || by == reason.name()),
        (
            Expectation::Held(channel, message, by, until),
            EffectKind::Held { channel: c, message: m, until: u, rule },
        ) => {
            let then = until.is_none_or(|until| scene.start.saturating_add(until) == *u);
            channel == c && any(message, m) && then && by.as_ref().is_none_or(|by| is_rule(by, rule))
        }
        (Expectation::Exited(reason), EffectKind::Exited { reason: found }) => {
            own && reason.as_ref().is_none_or(|reason| reason == found.name())
        }
        (Expectation::Converted(value), EffectKind::Converted { value: found, .. }) => {
            own && value.is_none_or(|value| *found == Some(value))
        }
        (Expectation::Chose(split, arm), EffectKind::Chose { split: s, arm: a }) => split == s && any(arm, a),
        (Expectation::Added(audience), EffectKind::AudienceAdded(found))
        | (Expectation::Removed(audience), EffectKind::AudienceRemoved(found)) => audience == found,
        (Expectation::Emitted(name, values), EffectKind::Emitted { event, properties }) => {
            name == event && all(scene, values, properties)
        }
        (Expectation::Called(name, values), EffectKind::Called { hook, arguments }) => {
            name == hook && all(scene, values, arguments)
        }
        (Expectation::Set(name, value), EffectKind::ProfileSet { attribute, value: found }) => {
            name == attribute && value.as_ref().is_none_or(|value| is_value(scene, value, found))
        }
        _ => false,
    }
}

/// A rule is the same however its words are spaced.
fn is_rule(wanted: &str, found: &str) -> bool {
    wanted.split_whitespace().eq(found.split_whitespace())
}

fn all(scene: &Scene, wanted: &[(SmolStr, Expr)], found: &[(SmolStr, Value)]) -> bool {
    wanted.iter().all(|(name, value)| found.iter().any(|(n, found)| n == name && is_value(scene, value, found)))
}

fn is_value(scene: &Scene, wanted: &Expr, found: &Value) -> bool {
    match wanted {
        Expr::LocalMoment(date, minute) => {
            let time = NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap_or_default();
            *found == Value::Moment(local_time::instant_of(scene.zone, date.and_time(time)))
        }
        Expr::Const(Value::Number(number)) => *found == Value::Number(*number),
        wanted => json(wanted) == Json::of(found),
    }
}

/// What did not come as expected, in the order of time.
pub(super) fn problems(
    scene: &Scene,
    journey: &str,
    test: &Test,
    happened: &[&Effect],
    matches: &Matches,
    allowed: &impl Fn(&str) -> bool,
) -> Vec<Problem> {
    let mut found: Vec<(Timestamp, Problem)> = vec![];
    for (line, matched) in test.lines.iter().zip(matches) {
        if let (TestKind::Expect(expectation), None) = (&line.kind, matched) {
            let at = scene.start.saturating_add(line.offset);
            if *expectation == Expectation::Nothing && is_quiet(happened, at) {
                continue;
            }
            let text = format!("{} was expected at {}", capital(&words(expectation)), offset(line.offset));
            found.push((at, Problem { span: line.span, text, label: instead(scene, line, happened), why: None }));
        }
    }
    for (number, effect) in happened.iter().enumerate() {
        let EffectKind::Sent { channel, message, .. } = &effect.kind else { continue };
        if matches.contains(&Some(number)) || allowed(channel) {
            continue;
        }
        let since = effect.at.saturating_sub(scene.start);
        // The line below which the expectation would be written.
        let above = test.lines.iter().rfind(|line| line.offset <= since).map_or(test.span, |line| line.span);
        let since = offset(since);
        let (by, label) = match effect.journey == journey {
            true => {
                (String::new(), format!("write `{since} expect {channel} {message}` below this, or `allow {channel}`"))
            }
            // That another journey writes too may be what the test has found.
            false => (
                format!(" by the journey `{}`", effect.journey),
                format!(
                    "`{}` lets this person in too: write a `profile:` that it keeps out, `allow {channel}` to pass over all \
                     {channel}, or `{since} expect {channel} {message}` if it is meant",
                    effect.journey
                ),
            ),
        };
        let text = format!("{channel} {message} was sent at {since}{by}, and no line expects it");
        found.push((effect.at, Problem { span: above, text: capital(&text), label, why: None }));
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, problem)| problem).collect()
}

/// Whether no message is sent, held or suppressed at a moment.
pub(super) fn is_quiet(happened: &[&Effect], at: Timestamp) -> bool {
    !happened.iter().any(|effect| effect.at == at && is_about(&Expectation::Nothing, effect))
}

/// What happened instead of what a line expects: the same at another moment, or what became of the message.
fn instead(scene: &Scene, line: &TestLine, happened: &[&Effect]) -> String {
    let TestKind::Expect(expectation) = &line.kind else { return String::new() };
    let at = scene.start.saturating_add(line.offset);
    let alike = || happened.iter().filter(|effect| is_about(expectation, effect));
    match alike().min_by_key(|effect| effect.at.abs_diff(at)) {
        Some(Effect { kind: EffectKind::Sent { channel, message, .. }, at: then, .. })
            if *then == at && *expectation == Expectation::Sent(channel.clone(), message.clone()) =>
        {
            "it was sent, and another line expects that already".to_string()
        }
        Some(effect) if effect.at == at => format!("instead: {}", timeline::words_of(scene.zone, effect)),
        Some(effect) => {
            let since = effect.at.saturating_sub(scene.start);
            format!("it came at {}: {}", offset(since), timeline::words_of(scene.zone, effect))
        }
        None => "it did not happen at all".to_string(),
    }
}

/// Whether an effect has to do with an expectation that it does not fit: the same message, the same audience.
pub(super) fn is_about(expectation: &Expectation, effect: &Effect) -> bool {
    use EffectKind::{Held, Sent, Suppressed};
    let sent = match &effect.kind {
        Sent { channel, message, .. } | Held { channel, message, .. } | Suppressed { channel, message, .. } => {
            Some((channel, message))
        }
        _ => None,
    };
    match (expectation, &effect.kind) {
        (Expectation::Nothing, _) => sent.is_some(),
        (Expectation::Sent(_, wanted), _) if sent.is_some() => sent.is_some_and(|(_, message)| message == wanted),
        (Expectation::Suppressed(channel, wanted, _) | Expectation::Held(channel, wanted, ..), _) if sent.is_some() => {
            sent.is_some_and(|(c, message)| c == channel && wanted.as_ref().is_none_or(|wanted| wanted == message))
        }
        (Expectation::Exited(_), EffectKind::Exited { .. })
        | (Expectation::Entered, EffectKind::Entered)
        | (Expectation::Converted(_), EffectKind::Converted { .. })
        | (Expectation::Chose(..), EffectKind::Chose { .. }) => true,
        (Expectation::Added(a), EffectKind::AudienceAdded(b))
        | (Expectation::Removed(a), EffectKind::AudienceRemoved(b))
        | (Expectation::Emitted(a, _), EffectKind::Emitted { event: b, .. })
        | (Expectation::Called(a, _), EffectKind::Called { hook: b, .. })
        | (Expectation::Set(a, _), EffectKind::ProfileSet { attribute: b, .. }) => a == b,
        _ => false,
    }
}

/// An expectation as it is written, after `expect`.
pub(super) fn words(expectation: &Expectation) -> String {
    let maybe =
        |before: &str, text: &Option<SmolStr>| text.as_ref().map_or_else(String::new, |t| format!("{before}{t}"));
    let by = |rule: &Option<SmolStr>| rule.as_ref().map_or_else(String::new, |rule| format!(" by \"{rule}\""));
    let list = |values: &[(SmolStr, Expr)]| {
        let parts: Vec<String> = values.iter().map(|(name, value)| format!("{name}: {}", written(value))).collect();
        if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
    };
    match expectation {
        Expectation::Nothing => "nothing".to_string(),
        Expectation::Entered => "entered".to_string(),
        Expectation::Sent(channel, message) => format!("{channel} {message}"),
        Expectation::Suppressed(channel, message, rule) => {
            format!("suppressed {channel}{}{}", maybe(" ", message), by(rule))
        }
        Expectation::Held(channel, message, rule, until) => {
            let until = until.map_or_else(String::new, |until| format!(" until {}", offset(until)));
            format!("held {channel}{}{}{until}", maybe(" ", message), by(rule))
        }
        Expectation::Exited(reason) => format!("exited{}", maybe(" ", reason)),
        Expectation::Converted(value) => {
            format!("converted{}", value.map_or_else(String::new, |v| format!(" (value: {})", v.normalize())))
        }
        Expectation::Chose(split, arm) => format!("chose {split}{}", maybe(" ", arm)),
        Expectation::Added(audience) => format!("add to {audience}"),
        Expectation::Removed(audience) => format!("remove from {audience}"),
        Expectation::Emitted(event, values) => format!("emit {event}{}", list(values)),
        Expectation::Called(hook, values) => format!("call {hook}{}", list(values)),
        Expectation::Set(name, value) => {
            format!("set {name}{}", value.as_ref().map_or_else(String::new, |v| format!(" to {}", written(v))))
        }
    }
}

fn written(value: &Expr) -> String {
    match (value, json(value)) {
        (Expr::Const(value), _) => value.to_string(),
        (_, Json::Text(text)) => text.to_string(),
        _ => String::new(),
    }
}

/// `+1d12h`
pub(super) fn offset(millis: Millis) -> String {
    if millis == 0 { "+0".to_string() } else { format!("+{}", show_duration(millis)) }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
