//! People and inputs that are made up from what a program names: its events, values, messages and lengths of time.

use super::{DAY, HOUR, MINUTE};
use crate::generate::Random;
use journey::ir::{self, Arithmetic, EntryCause, Expr};
use journey::value::{Timestamp, Value, parse_instant, show_instant};
use std::collections::{BTreeMap, BTreeSet};

/// What a program asks about.
#[derive(Default)]
pub(super) struct Pool {
    attributes: BTreeMap<String, BTreeSet<String>>,
    properties: BTreeMap<String, BTreeSet<String>>,
    /// Events that let in, and all others.
    entries: BTreeSet<String>,
    events: BTreeSet<String>,
    messages: Vec<String>,
    channels: Vec<String>,
    categories: Vec<String>,
    past: BTreeSet<String>,
    lengths: BTreeSet<i64>,
    /// The days that stand in the program.
    days: BTreeSet<i64>,
}

fn json(value: &Value) -> Option<String> {
    Some(match value {
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("{:?}", text.as_str()),
        _ => return None,
    })
}

fn nested(path: &str, value: &str) -> String {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    match rest {
        "" => format!("\"{first}\":{value}"),
        rest => format!("\"{first}\":{{{}}}", nested(rest, value)),
    }
}

impl Pool {
    /// What a program asks about, with the days that stand in its text.
    pub(super) fn of(program: &ir::Program, text: &str) -> Self {
        let words = text.split([' ', '\n', ':']).filter(|word| word.len() == 10 && word.starts_with("20"));
        let days = words.filter_map(|day| parse_instant(&format!("{day}T00:00:00Z"))).collect();
        Pool { days, ..Self::asked(program) }
    }

    fn asked(program: &ir::Program) -> Self {
        let mut pool = Pool {
            messages: program.messages.iter().map(ToString::to_string).collect(),
            channels: program.channels.iter().map(ToString::to_string).collect(),
            categories: program.categories.iter().map(ToString::to_string).collect(),
            ..Pool::default()
        };
        for field in &program.attributes {
            pool.attributes.insert(field.path.join("."), kinds(&field.ty));
        }
        for field in &program.properties {
            pool.properties.insert(field.path.join("."), kinds(&field.ty));
        }
        for history in &program.histories {
            if let ir::HistoryOf::Event(event) = history.of {
                pool.past.insert(program.events[event.index()].to_string());
            } else {
                pool.past.insert("opened".into());
            }
            pool.lengths.extend(history.window);
        }
        pool.events.extend(program.events.iter().map(ToString::to_string));
        for segment in &program.segments {
            pool.cond(program, None, &segment.cond);
        }
        for journey in &program.journeys {
            journey.eligible.iter().for_each(|cond| pool.cond(program, Some(journey), cond));
            for entry in &journey.entries {
                match &entry.cause {
                    EntryCause::Event { events, cond } => {
                        pool.entries.extend(events.iter().map(|event| program.events[event.index()].to_string()));
                        cond.iter().for_each(|cond| pool.cond(program, Some(journey), cond));
                    }
                    EntryCause::Date(moment) | EntryCause::Yearly(moment) => pool.lengths.extend([-moment.offset]),
                    _ => {}
                }
            }
            for block in journey.blocks() {
                ir::visit_steps(block, &mut |step| match &step.kind {
                    ir::StepKind::If { arms, .. } => {
                        arms.iter().for_each(|arm| pool.branch(program, journey, &arm.cond));
                    }
                    ir::StepKind::WaitFor { cond, up_to } => {
                        pool.cond(program, Some(journey), cond);
                        pool.lengths.insert(*up_to);
                    }
                    ir::StepKind::Match { value, arms, .. } => {
                        for item in arms.iter().flat_map(|arm| &arm.values) {
                            let is = Expr::Compare(ir::Comparison::Is, Box::new(value.clone()), Box::new(item.clone()));
                            pool.cond(program, Some(journey), &is);
                        }
                    }
                    ir::StepKind::Repeat { until: Some(cond), every, .. } => {
                        pool.cond(program, Some(journey), cond);
                        pool.lengths.insert(*every);
                    }
                    ir::StepKind::Repeat { every: length, .. } | ir::StepKind::Wait(length) => {
                        pool.lengths.insert(*length);
                    }
                    ir::StepKind::WaitUntil { until: ir::Until::Value(moment), .. } => {
                        pool.lengths.extend([-moment.offset]);
                    }
                    _ => {}
                });
            }
        }
        pool
    }

    fn branch(&mut self, program: &ir::Program, journey: &ir::Journey, branch: &ir::Branch) {
        match branch {
            ir::Branch::Ask(cond, _) => self.cond(program, Some(journey), cond),
            ir::Branch::Window { cond, within, .. } => {
                self.lengths.insert(*within);
                self.cond(program, Some(journey), cond);
            }
            ir::Branch::Not(inner) => self.branch(program, journey, inner),
            ir::Branch::And(parts) | ir::Branch::Or(parts) => {
                parts.iter().for_each(|part| self.branch(program, journey, part));
            }
        }
    }

    fn cond(&mut self, program: &ir::Program, journey: Option<&ir::Journey>, cond: &Expr) {
        let mut add = |of: &Expr, value: &Expr| {
            let Expr::Const(value) = value else { return };
            if let Value::Duration(length) = value {
                self.lengths.insert(*length);
            }
            let mut values: Vec<String> = json(value).into_iter().collect();
            if let Value::Number(number) = value {
                for other in [1.into(), (-1).into()] {
                    values.push(Arithmetic::Add.apply(&Value::Number(*number), &Value::Number(other)).number());
                }
            }
            let property = |id: &ir::PropertyId| program.properties[id.index()].path.join(".");
            let slot = match of {
                Expr::Attribute(id) => {
                    self.attributes.entry(program.attributes[id.index()].path.join(".")).or_default()
                }
                Expr::EventProperty(id) => self.properties.entry(property(id)).or_default(),
                Expr::EntryProperty(at) => {
                    let Some(journey) = journey else { return };
                    self.properties.entry(property(&journey.entry_properties[usize::from(*at)])).or_default()
                }
                _ => return,
            };
            slot.extend(values);
        };
        cond.visit(&mut |part| match part {
            Expr::Compare(_, a, b) => {
                add(a, b);
                add(b, a);
            }
            Expr::Contains(a, b) => add(a, b),
            Expr::OneOf(a, items) => items.iter().for_each(|item| add(a, item)),
            Expr::Between(a, from, to) => [from, to].into_iter().for_each(|item| add(a, item)),
            _ => {}
        });
        let mut lengths = vec![];
        cond.visit(&mut |part| {
            if let Expr::Const(Value::Duration(length)) = part {
                lengths.push(*length);
            }
        });
        self.lengths.extend(lengths);
    }
}

trait Number {
    fn number(&self) -> String;
}

impl Number for Value {
    fn number(&self) -> String {
        json(self).unwrap_or_else(|| "0".into())
    }
}

/// Values of a kind; of dates and moments none: they lie about the time of the test.
fn kinds(ty: &journey::value::Type) -> BTreeSet<String> {
    use journey::value::Type;
    let all: &[&str] = match ty {
        Type::Bool => &["true", "false"],
        Type::Number => &["0", "7"],
        Type::Date | Type::Moment | Type::DateOrMoment => &["date"],
        Type::List(_) => &["[]", "[\"zzz\"]"],
        _ => &["\"zzz\""],
    };
    all.iter().map(ToString::to_string).collect()
}

/// The inputs of one try; they begin at this time of day more often than at others.
pub(super) fn inputs(pool: &Pool, begins: Option<i64>, r: &mut Random) -> Vec<(Timestamp, String)> {
    let monday = parse_instant("2026-03-02T00:00:00Z").unwrap();
    let of_day = match (r.below(3), begins) {
        (0..=1, Some(begins)) => begins,
        _ => r.below(48) as i64 * HOUR / 2,
    };
    // About the days that stand in the program, or anywhere in three weeks.
    let days: Vec<i64> = pool.days.iter().map(|day| day + (r.below(3) as i64 - 1) * DAY).collect();
    let day = match days.is_empty() || r.chance(20) {
        true => monday + r.below(21) as i64 * DAY,
        false => days[r.below(days.len())],
    };
    let begin = day + of_day;
    let lengths: Vec<i64> = pool.lengths.iter().copied().chain([0, MINUTE, HOUR, 12 * HOUR, DAY]).collect();
    let moment = |r: &mut Random| {
        let jitter = [0, 0, -MINUTE, MINUTE, HOUR, 6 * HOUR][r.below(6)];
        let mut at = begin + jitter + lengths[r.below(lengths.len())];
        if r.chance(40) {
            at += lengths[r.below(lengths.len())];
        }
        at.max(begin)
    };
    let value = |r: &mut Random, values: &BTreeSet<String>| -> Option<String> {
        let picked = values.iter().nth(r.below(values.len() + 1))?.clone();
        if picked != "date" {
            return Some(if r.chance(15) && picked.starts_with('"') { format!("[{picked}]") } else { picked });
        }
        let far = [0, 1, 2, 3, 7, 10, 14, 30, 40][r.below(9)] * DAY + lengths[r.below(lengths.len())];
        let at = begin + far;
        Some(format!("{:?}", if r.chance(50) { show_instant(at) } else { show_instant(at)[..10].to_string() }))
    };
    let fields = |r: &mut Random, of: &BTreeMap<String, BTreeSet<String>>| -> Vec<String> {
        of.iter().filter_map(|(path, values)| Some(nested(path, &value(r, values)?))).collect()
    };
    let object = |fields: Vec<String>| fields.join(",");
    let line =
        |at: Timestamp, what: &str| format!("{{\"userId\":\"ana\",\"timestamp\":\"{}\",{what}}}", show_instant(at));
    let identify = |r: &mut Random, at: Timestamp, all: bool| {
        let mut traits = fields(r, &pool.attributes);
        if !all && traits.len() > 1 {
            let at = r.below(traits.len());
            traits = vec![traits.swap_remove(at)];
        }
        let mut text = object(traits);
        if all {
            let names = pool.channels.iter().chain(&pool.categories);
            let yes: Vec<String> = names.map(|name| format!("\"{name}\":true")).collect();
            let more = format!(
                "\"consent\":{{{}}},\"preferred_channel\":\"{}\"",
                yes.join(","),
                ["email", "push", "sms"][r.below(3)]
            );
            text = if text.is_empty() { more } else { format!("{text},{more}") };
        }
        (at, line(at, &format!("\"type\":\"identify\",\"traits\":{{{text}}}")))
    };
    let track = |r: &mut Random, at: Timestamp, event: &str| {
        let mut properties = object(fields(r, &pool.properties));
        if !pool.messages.is_empty() && r.chance(60) && journey_engagement(event) {
            let message = &pool.messages[r.below(pool.messages.len())];
            properties = format!("\"message\":\"{message}\",\"type\":\"soft\"");
        }
        (at, line(at, &format!("\"type\":\"track\",\"event\":\"{event}\",\"properties\":{{{properties}}}")))
    };
    let mut out = vec![];
    for event in &pool.past {
        for _ in 0..r.below(3) {
            let age = [1, 10, 25, 45, 75, 100, 200][r.below(7)] * DAY;
            out.push(track(r, begin - age - DAY, event));
        }
    }
    let seen_first = begin - DAY + r.below(24) as i64 * HOUR;
    out.push(identify(r, seen_first, true));
    for event in &pool.entries {
        let at = if r.chance(60) { begin } else { moment(r) };
        out.push(track(r, at, event));
    }
    let others: Vec<&str> = pool
        .events
        .iter()
        .map(String::as_str)
        .chain(["opened", "clicked", "failed", "opened", "clicked", "dismissed", "bounced", "delivered"])
        .collect();
    for _ in 0..r.below(5) {
        let (at, event) = (moment(r), others[r.below(others.len())]);
        out.push(if r.chance(25) { identify(r, at, false) } else { track(r, at, event) });
    }
    let end = begin + 45 * DAY;
    out.push((end, line(end, "\"type\":\"track\",\"event\":\"the_end\"")));
    out.sort_by_key(|(at, _)| *at);
    out
}

fn journey_engagement(event: &str) -> bool {
    ["opened", "clicked", "failed", "dismissed", "bounced", "delivered"].contains(&event)
}
