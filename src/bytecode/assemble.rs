//! From the typed form to instructions.

use super::*;
use crate::chance;
use crate::engagement::{self, Tells};
use crate::ir::{Branch, Expr, Program, Step, StepKind, Until};
use crate::wire::Json;
use rust_decimal::Decimal;

/// Compiles a program; `fingerprint` names what it was made from.
pub(crate) fn assemble(program: &Program, fingerprint: u64) -> Code {
    let mut rank: Vec<usize> = (0..program.journeys.len()).collect();
    let place = |journey: &ir::Journey| {
        program.charter.priority.iter().position(|c| *c == journey.category).unwrap_or(usize::MAX)
    };
    rank.sort_by_key(|&at| program.journeys.get(at).map(|j| (place(j), j.name.clone())));
    let mut out = Assembler {
        code: Code {
            channels: program.channels.clone(),
            categories: program.categories.clone(),
            messages: program.messages.clone(),
            audiences: program.audiences.clone(),
            events: Names::default(),
            event_names: program.events.clone(),
            answered: vec![],
            asked: vec![],
            attributes: program.attributes.clone(),
            properties: program.properties.clone(),
            charter: Charter {
                timezone: program.charter.timezone,
                consent: program.charter.consent.clone(),
                stop: program.charter.stop.iter().map(|s| (s.list.clone(), s.text.clone())).collect(),
                exclude: vec![],
                avoid: program.charter.avoid.clone(),
                holdout: program
                    .charter
                    .holdout
                    .as_ref()
                    .map(|(share, text)| (chance::threshold(*share), text.clone())),
                quiet: vec![],
                gaps: vec![],
                caps: vec![],
            },
            listeners: vec![],
            roots: HashMap::default(),
            watch: Watch::default(),
            has: Has::default(),
            segments: vec![],
            histories: vec![],
            looks: None,
            standing: vec![],
            journeys: vec![],
            ops: vec![],
            spans: vec![],
            terms: vec![],
            constants: vec![],
            keys: vec![],
            texts: program.texts.clone(),
            sends: vec![],
            splits: vec![],
            repeats: vec![],
            sets: vec![],
            calls: vec![],
            untils: vec![],
            decisions: vec![],
            exits_when: false,
            memory: 0,
            rates: false,
            answers: false,
            greets: false,
            fingerprint,
            of_bytes: 0,
            shelf: vec![],
            predecessors: vec![],
        },
        keys: Keys::default(),
    };
    for segment in &program.segments {
        let cond = out.formula(&segment.cond);
        out.code.segments.push(Segment { name: segment.name.clone(), cond, recurs: false });
    }
    for history in &program.histories {
        let cond = out.maybe(&history.cond);
        out.history(program, history, cond);
    }
    out.charter(&program.charter);
    for (at, journey) in program.journeys.iter().enumerate() {
        let rank = rank.iter().position(|&r| r == at).unwrap_or(at) as u16;
        let journey = out.journey(journey, at as u16, rank);
        out.code.journeys.push(journey);
    }
    out.code.exits_when = out.code.journeys.iter().any(|j| j.exits_when);
    out.look_back();
    out.code.index();
    out.code
}

/// What the program does with every event that it knows.
fn uses(events: &[SmolStr], channels: &[SmolStr], categories: &[SmolStr]) -> Names {
    let number = |name: &str| events.iter().position(|event| event == name).map(|at| ir::EventId(at as u16));
    let mut uses = Names::default();
    for (at, name) in events.iter().enumerate() {
        uses.entry(name.clone()).or_default().own = Some(ir::EventId(at as u16));
    }
    let tells = |name: &str| {
        let is_among = |names: &[SmolStr], name: &str| names.iter().any(|n| n == name);
        let found = engagement::tells(name, |n| is_among(channels, n), |n| is_among(categories, n));
        found.map(|(tells, of)| (tells, of.map(SmolStr::new)))
    };
    // The narrower names that the program itself has for what events tell.
    let narrow: Vec<(Tells, SmolStr, ir::EventId)> = (0u16..)
        .zip(events)
        .filter_map(|(at, name)| tells(name).and_then(|(tells, of)| Some((tells, of?, ir::EventId(at)))))
        .collect();
    for name in engagement::names(channels, categories) {
        let Some((told, of)) = tells(&name) else { continue };
        let plain = if told.word() == name { None } else { number(told.word()) };
        let entry = uses.entry(name).or_default();
        let others = narrow.iter().filter(|(tells, _, id)| *tells == told && entry.own != Some(*id));
        entry.narrowed = others.map(|(_, of, id)| (of.clone(), *id)).collect();
        (entry.of, entry.plain) = (of, plain);
        match told {
            Tells::Engagement(engagement) => entry.engagement = Some(engagement),
            Tells::Subscription(yes) => entry.subscribes = Some(yes),
        }
    }
    uses
}

impl Code {
    /// Whether traits of an input concern the program.
    pub(crate) fn reads(&self, traits: &Json) -> bool {
        let of_all = ["timezone", "preferred_channel", "consent", "reachable"];
        let read =
            |name: &str| of_all.contains(&name) || self.roots.contains_key(name) || self.is_misplaced_answer(name);
        matches!(traits, Json::Object(fields) if fields.iter().any(|(name, _)| read(name)))
    }

    /// Whether an attribute looks like an answer about consent or reachability that was written as one name, such as
    /// `consent.email`.
    pub(crate) fn is_misplaced_answer(&self, name: &str) -> bool {
        let answers = ["consent_", "reachable_"].into_iter().find_map(|start| name.strip_prefix(start));
        let is_ours = |of: &str| self.channels.iter().chain(&self.categories).any(|known| known == of);
        answers.is_some_and(is_ours) && !self.attributes.iter().any(|f| f.path.first().is_some_and(|p| p == name))
    }

    /// Makes the tables that follow from the others.
    pub(super) fn index(&mut self) {
        self.events = uses(&self.event_names, &self.channels, &self.categories);
        self.listeners = vec![Vec::new(); self.event_names.len()];
        let mut order: Vec<(u16, usize)> = self.journeys.iter().enumerate().map(|(at, j)| (j.rank, at)).collect();
        order.sort_unstable();
        for (_, at) in order {
            let Some(journey) = self.journeys.get(at) else { continue };
            for event in journey.entries.iter().flat_map(|e| &e.events) {
                if let Some(list) = self.listeners.get_mut(event.index())
                    && list.last() != Some(&(at as u16))
                {
                    list.push(at as u16);
                }
            }
        }
        self.roots.clear();
        for (number, field) in self.attributes.iter().enumerate() {
            let Some(root) = field.path.first() else { continue };
            self.roots.entry(root.clone()).or_default().attributes.push(number as u16);
        }
        for (number, field) in self.shelf.iter().enumerate() {
            let Some(root) = field.path.first() else { continue };
            self.roots.entry(root.clone()).or_default().shelf.push(number as u16);
        }
        self.watch = self.watched();
        self.answered = self.names_answered();
        let lives_by =
            |field: &ir::Field| matches!(field.path.as_slice(), [n] if n == "timezone" || n == "preferred_channel");
        self.asked = self.attributes.iter().map(lives_by).collect();
        for term in &self.terms {
            if let Term::Attribute(at) = term
                && let Some(asked) = self.asked.get_mut(usize::from(*at))
            {
                *asked = true;
            }
        }
        let charter = &self.charter;
        let holdouts = charter.holdout.is_some() || self.journeys.iter().any(|j| j.holdout.is_some());
        let timed_rules = charter.quiet.iter().any(|rule| rule.when.is_some())
            || charter.gaps.iter().any(|rule| rule.when.is_some())
            || charter.caps.iter().any(|rule| rule.when.is_some());
        let past = !self.histories.is_empty() || !self.standing.is_empty();
        self.has = Has { holdouts, timed_rules, past };
    }

    /// The channels and categories, and what else conditions and `set` name.
    fn names_answered(&self) -> Vec<SmolStr> {
        let mut names: Vec<SmolStr> = self.channels.iter().chain(&self.categories).cloned().collect();
        for term in &self.terms {
            if let Term::Consent(at) | Term::ReachableFlag(at) = term
                && let Some(Value::Text(name)) = self.constants.get(*at as usize)
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        }
        names.extend(self.sets.iter().filter_map(|set| match &set.target {
            ir::SetTarget::Consent(name) | ir::SetTarget::Reachable(name) => Some(name.clone()),
            ir::SetTarget::Attribute(_) => None,
        }));
        names
    }

    /// Whether the calendar alone lets people in, for ever.
    pub(crate) fn recurs(&self, standing: &Standing) -> bool {
        match standing.cause {
            Cause::Every(..) | Cause::Yearly(_) => true,
            Cause::Segment { segment, .. } => self.segments.get(usize::from(segment)).is_some_and(|s| s.recurs),
            Cause::Date(_) | Cause::Once(..) => false,
        }
    }

    /// Shows all terms of a segment and of the segments within.
    pub(crate) fn parts_of(&self, segment: u16, see: &mut impl FnMut(Term)) {
        let mut open = vec![segment];
        let mut done = vec![];
        while let Some(next) = open.pop() {
            if done.contains(&next) {
                continue;
            }
            done.push(next);
            let Some(segment) = self.segments.get(usize::from(next)) else { continue };
            let terms = self.terms.get(segment.cond.start as usize..segment.cond.end as usize);
            for term in terms.unwrap_or_default() {
                if let Term::In(inner) = term {
                    open.push(*inner);
                }
                see(*term);
            }
        }
    }

    /// Which standing entries and histories each kind of input may change.
    fn watched(&self) -> Watch {
        let none = || vec![Vec::new(); self.event_names.len()];
        let mut watch = Watch { histories: none(), events: none(), ..Watch::default() };
        let add = |list: &mut Vec<u16>, at: usize| {
            if list.last() != Some(&(at as u16)) {
                list.push(at as u16);
            }
        };
        for (at, history) in self.histories.iter().enumerate() {
            match history.of {
                HistoryOf::Event(id) => watch.histories.get_mut(id.index()).into_iter().for_each(|list| add(list, at)),
                HistoryOf::Engagement | HistoryOf::Looks => add(&mut watch.engagement, at),
            }
        }
        for (at, standing) in self.standing.iter().enumerate() {
            let segment = match standing.cause {
                Cause::Segment { segment, .. } => segment,
                Cause::Date(_) | Cause::Yearly(_) => {
                    add(&mut watch.traits, at);
                    add(&mut watch.zone, at);
                    continue;
                }
                Cause::Every(..) | Cause::Once(..) => {
                    add(&mut watch.zone, at);
                    continue;
                }
            };
            self.parts_of(segment, &mut |term| match term {
                Term::Attribute(_)
                | Term::Consent(_)
                | Term::ReachableFlag(_)
                | Term::Reachable(..)
                | Term::Prefers(_) => {
                    add(&mut watch.traits, at);
                }
                Term::Today | Term::LocalMoment(..) | Term::LocalTime(..) | Term::Day(_) => add(&mut watch.zone, at),
                Term::Rate(..) => {
                    add(&mut watch.sends, at);
                    add(&mut watch.engaged, at);
                }
                Term::Occurred(id) | Term::Count(id) | Term::Sum(id) | Term::Last(id) | Term::Since(id) => {
                    match self.histories.get(usize::from(id)).map(|h| h.of) {
                        Some(HistoryOf::Event(id)) => {
                            watch.events.get_mut(id.index()).into_iter().for_each(|list| add(list, at));
                        }
                        _ => add(&mut watch.engaged, at),
                    }
                }
                _ => {}
            });
        }
        watch
    }
}

struct Assembler {
    code: Code,
    keys: Keys,
}

const DAY: Millis = 86_400_000;
/// The best time and the best channel are those of the last while.
const BEST: Millis = 90 * DAY;

fn hash(text: &str) -> u64 {
    within(0, text)
}

/// The hash of a text within something that has one.
fn within(outer: u64, text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(text.as_bytes(), outer)
}

/// Makes the keys of the steps of one block: what they are about, and their place among their like.
#[derive(Default)]
struct Keys {
    block: u64,
    seen: HashMap<u64, u32, BuildHasherDefault<FxHasher>>,
}

impl Keys {
    fn of(journey: &str) -> Self {
        Self { block: hash(journey), ..Self::default() }
    }

    /// Begins a block; gives back the keys of the one around it.
    fn enter(&mut self, block: u64) -> Keys {
        std::mem::replace(self, Keys { block, ..Keys::default() })
    }

    fn step(&mut self, kind: &str, object: &str) -> StepKey {
        let mut number = |like: u64| {
            let count = self.seen.entry(like).or_default();
            *count += 1;
            xxhash_rust::xxh3::xxh3_64_with_seed(&count.to_le_bytes(), like)
        };
        let place = within(self.block, kind);
        StepKey { exact: number(within(place ^ 1, object)), place: number(place) }
    }
}

impl StepKey {
    /// The key of a further arm of a step.
    fn arm(self, at: usize, text: &str) -> StepKey {
        let place = xxhash_rust::xxh3::xxh3_64_with_seed(&at.to_le_bytes(), self.place);
        StepKey { exact: within(self.exact, text), place }
    }
}

/// A condition as it is written.
fn branch_text(branch: &Branch) -> String {
    match branch {
        Branch::Ask(_, text) | Branch::Window { text, .. } => text.to_string(),
        Branch::Not(inner) => format!("!{}", branch_text(inner)),
        Branch::And(parts) => parts.iter().map(branch_text).collect::<Vec<_>>().join(" and "),
        Branch::Or(parts) => parts.iter().map(branch_text).collect::<Vec<_>>().join(" or "),
    }
}

impl Assembler {
    fn charter(&mut self, charter: &ir::Charter) {
        for rule in &charter.exclude {
            let when = self.formula(&rule.when);
            self.code.charter.exclude.push(Exclude { when, list: rule.list.clone(), text: rule.text.clone() });
        }
        self.rules(None, &charter.quiet, &charter.gaps, &charter.caps);
    }

    /// Rules of the charter, or of one journey.
    fn rules(&mut self, journey: Option<u16>, quiet: &[ir::Quiet], gaps: &[ir::Gap], caps: &[ir::Cap]) {
        for q in quiet {
            let when = self.maybe(&q.when);
            self.code.charter.quiet.push(Quiet {
                journey,
                from: q.from,
                to: q.to,
                days: q.days,
                list: q.list.clone(),
                skip: q.skip,
                when,
                text: q.text.clone(),
            });
        }
        for g in gaps {
            let when = self.maybe(&g.when);
            self.code.memory = self.code.memory.max(g.least);
            self.code.charter.gaps.push(Gap {
                journey,
                least: g.least,
                list: g.list.clone(),
                skip: g.skip,
                when,
                text: g.text.clone(),
            });
        }
        for c in caps {
            let when = self.maybe(&c.when);
            // Calendar windows with room for the clock and zone changes that make one longer.
            let reach = match c.per {
                Window::Day => 3 * DAY,
                Window::Week => 9 * DAY,
                Window::Month => 33 * DAY,
                Window::Rolling(millis) => millis,
            };
            self.code.memory = self.code.memory.max(reach);
            self.code.charter.caps.push(Cap {
                journey,
                limit: c.limit,
                per: c.per,
                list: c.list.clone(),
                hold: c.hold,
                when,
                text: c.text.clone(),
            });
        }
    }

    /// What a history keeps, and what it is known by: its parts by name.
    fn history(&mut self, program: &Program, history: &ir::History, cond: Option<Formula>) {
        let property = history.property.and_then(|id| program.properties.get(id.index()));
        let of = match history.of {
            HistoryOf::Event(id) => program.events.get(id.index()).map(SmolStr::as_str),
            HistoryOf::Engagement => Some("engagement of any kind"),
            HistoryOf::Looks => Some("opens and clicks"),
        };
        let mut named = format!("{of:?} {:?} {:?} {property:?}", history.kind, history.window);
        if let Some(cond) = &history.cond {
            cond.visit(&mut |part| match part {
                ir::Expr::EventProperty(id) => {
                    named.push_str(&format!(" {:?}", program.properties.get(id.index())));
                }
                ir::Expr::And(_) | ir::Expr::Or(_) | ir::Expr::Arithmetic(..) => named.push_str(" ("),
                other => named.push_str(&format!(" {other:?}")),
            });
        }
        let ir::History { of, kind, property, window, .. } = *history;
        self.code.histories.push(History { of, cond, kind, property, window, key: hash(&named) });
    }

    /// What has to be remembered for how long.
    fn look_back(&mut self) {
        let code = &mut self.code;
        if code.sends.iter().any(|send| send.best_time.is_some()) {
            let of = HistoryOf::Looks;
            let (kind, window) = (HistoryKind::Count, Some(BEST));
            let key = hash("the best time");
            code.looks = Some(code.histories.len() as u16);
            code.histories.push(History { of, cond: None, kind, property: None, window, key });
        }
        if code.ops.iter().any(|op| matches!(op, Op::BestOf(..))) {
            (code.memory, code.answers) = (code.memory.max(BEST), true);
        }
        for term in &code.terms {
            if let Term::Rate(_, _, window) = term {
                (code.memory, code.rates, code.answers) = (code.memory.max(*window), true, true);
            }
        }
        code.greets = !code.standing.is_empty() || code.terms.iter().any(|t| matches!(t, Term::KnownFor(_)));
        for at in 0..code.segments.len() {
            let mut recurs = false;
            code.parts_of(at as u16, &mut |term| recurs |= matches!(term, Term::LocalTime(..) | Term::Day(_)));
            if let Some(segment) = code.segments.get_mut(at) {
                segment.recurs = recurs;
            }
        }
    }

    fn journey(&mut self, journey: &ir::Journey, number: u16, rank: u16) -> Journey {
        let eligible = self.maybe(&journey.eligible);
        self.rules(Some(number), &journey.quiet, &journey.gaps, &journey.caps);
        self.keys = Keys::of(&journey.name);
        let mut entries = vec![];
        let mut first = None;
        for (order, entry) in journey.entries.iter().enumerate() {
            let order = order as u16;
            let key = self.keys.step("entry", &self.cause_name(&entry.cause));
            let cause = match &entry.cause {
                ir::EntryCause::Event { events, cond } => {
                    let cond = self.maybe(cond);
                    let start = self.keyed_block(key.exact, &entry.steps, entry.span);
                    first = first.or(Some((start, entry.span)));
                    entries.push(Entry { order, events: events.clone(), cond, start, span: entry.span });
                    continue;
                }
                ir::EntryCause::Segment { segment, entering } => {
                    Cause::Segment { segment: segment.0, entering: *entering }
                }
                ir::EntryCause::Date(moment) => Cause::Date(self.value_moment(moment)),
                ir::EntryCause::Yearly(moment) => Cause::Yearly(self.value_moment(moment)),
                ir::EntryCause::Every(days, at) => Cause::Every(*days, *at),
                ir::EntryCause::Once(date, at) => Cause::Once(*date, *at),
            };
            let start = self.keyed_block(key.exact, &entry.steps, entry.span);
            first = first.or(Some((start, entry.span)));
            self.code.standing.push(Standing {
                journey: number,
                order,
                cause,
                start,
                span: entry.span,
                key: key.exact,
            });
        }
        let mut goals = vec![];
        for g in &journey.goals {
            let key = self.keys.step("goal", "");
            let cond = self.maybe(&g.cond);
            let start = self.keyed_block(key.exact, &g.steps, g.span);
            goals.push(Goal {
                triggers: g.triggers.clone(),
                within: g.within,
                worth: g.worth,
                cond,
                start,
                span: g.span,
            });
        }
        let mut exits: Vec<Exit> = vec![];
        for e in &journey.exits {
            let key = self.keys.step("exit clause", "");
            let start = self.keyed_block(key.exact, &e.steps, e.span);
            let (triggers, cond) = match &e.cause {
                ir::ExitCause::On(triggers, cond) => (Some(triggers.clone()), self.maybe(cond)),
                ir::ExitCause::When(cond) => (None, Some(self.formula(cond))),
            };
            exits.push(Exit { triggers, cond, start, span: e.span });
        }
        let happenings =
            journey.happenings.iter().map(|h| Happening { event: h.event, cond: self.maybe(&h.cond) }).collect();
        Journey {
            name: journey.name.clone(),
            rank,
            eligible,
            reenter: journey.reenter,
            overlap: journey.overlap,
            key: journey.key,
            active: journey.active,
            holdout: journey.holdout.as_ref().map(|(share, text)| (chance::threshold(*share), text.clone())),
            paused: journey.paused.clone(),
            own_rules: !journey.gaps.is_empty() || !journey.caps.is_empty(),
            entries,
            first: first.unwrap_or_default(),
            goals,
            exits_when: exits.iter().any(|exit| exit.triggers.is_none()),
            exits,
            entry_properties: journey.entry_properties.clone(),
            happenings,
            converts_for: journey.goals.iter().filter_map(|g| g.within).max(),
        }
    }

    /// What an entry is about, by name.
    fn cause_name(&self, cause: &ir::EntryCause) -> String {
        let code = &self.code;
        match cause {
            ir::EntryCause::Event { events, .. } => {
                format!("{:?}", events.iter().map(|e| code.event_names.get(e.index())).collect::<Vec<_>>())
            }
            ir::EntryCause::Segment { segment, entering } => {
                format!("{entering} {:?}", code.segments.get(segment.index()).map(|s| &s.name))
            }
            ir::EntryCause::Date(moment) => format!("date {}", self.attribute_name(&moment.of)),
            ir::EntryCause::Yearly(moment) => format!("year {}", self.attribute_name(&moment.of)),
            ir::EntryCause::Every(..) => "every".to_string(),
            ir::EntryCause::Once(date, _) => format!("{date}"),
        }
    }

    fn attribute_name(&self, of: &Expr) -> String {
        match of {
            Expr::Attribute(id) => format!("{:?}", self.code.attributes.get(id.index()).map(|f| &f.path)),
            _ => String::new(),
        }
    }

    fn value_moment(&mut self, moment: &ir::ValueMoment) -> ValueMoment {
        let ir::ValueMoment { of, offset, whole_days, at } = moment;
        ValueMoment { of: self.formula(of), offset: *offset, whole_days: *whole_days, at: *at }
    }

    /// A block of steps whose keys begin with this one.
    fn keyed_block(&mut self, key: u64, steps: &[Step], span: Span) -> Place {
        let outer = self.keys.enter(key);
        let start = self.block(steps, span);
        self.keys = outer;
        start
    }

    /// Steps within a step, whose keys begin with its own.
    fn keyed_steps(&mut self, key: StepKey, label: &str, steps: &[Step]) {
        let outer = self.keys.enter(within(key.place, label));
        self.steps(steps);
        self.keys = outer;
    }

    fn here(&self) -> Place {
        self.code.ops.len() as Place
    }

    fn push(&mut self, op: Op, span: Span, key: StepKey) {
        self.code.ops.push(op);
        self.code.spans.push(span);
        self.code.keys.push(key);
    }

    /// A block of steps with its end.
    fn block(&mut self, steps: &[Step], span: Span) -> Place {
        let start = self.here();
        self.steps(steps);
        let key = self.keys.step("end", "");
        self.push(Op::Done, span, key);
        start
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        let (kind, object) = self.name(&step.kind);
        let key = self.keys.step(kind, &object);
        let op = match &step.kind {
            StepKind::Wait(millis) => Op::Wait(*millis),
            StepKind::WaitUntil { until, or_exit } => {
                let moment = match until {
                    Until::Value(moment) => Moment::Value(self.value_moment(moment)),
                    Until::Calendar(calendar) => Moment::Calendar(calendar.clone()),
                };
                self.code.untils.push((moment, *or_exit));
                Op::WaitUntil((self.code.untils.len() - 1) as u32)
            }
            StepKind::WaitBetween { from, to, days } => Op::WaitBetween(*from, *to, *days),
            StepKind::WaitFor { cond, up_to } => Op::WaitFor(self.formula(cond), *up_to),
            StepKind::Send(alternatives) => {
                let first = self.sends(alternatives);
                Op::Send(first, alternatives.len() as u16)
            }
            StepKind::BestOf(alternatives) => {
                let first = self.sends(alternatives);
                Op::BestOf(first, alternatives.len() as u16)
            }
            StepKind::Add(audience, millis) => Op::Add(*audience, *millis),
            StepKind::Remove(audience) => Op::Remove(*audience),
            StepKind::Set { target, name, value } => {
                let value = self.formula(value);
                self.code.sets.push(Set { target: target.clone(), name: name.clone(), value });
                Op::Set((self.code.sets.len() - 1) as u32)
            }
            StepKind::Emit { event, properties } => Op::Emit(self.call(event, properties)),
            StepKind::Call { hook, arguments } => Op::Call(self.call(hook, arguments)),
            StepKind::Start(journey) => Op::Start(journey.0),
            StepKind::Exit => Op::Exit,
            StepKind::If { arms, otherwise } => return self.branches(key, arms, otherwise),
            StepKind::Match { value, arms, otherwise } => return self.matches(key, value, arms, otherwise),
            StepKind::Split { name, arms } => return self.split(key, name, arms, step.span),
            StepKind::Repeat { times, every, until, steps } => {
                let until = self.maybe(until);
                let number = self.code.repeats.len();
                self.code.repeats.push(Repeat { times: *times, every: *every, until, start: 0, exit: 0 });
                self.push(Op::Repeat(number as u32), step.span, key);
                let start = self.here();
                self.push(Op::Round(number as u32), step.span, key);
                self.keyed_steps(key, "round", steps);
                let again = StepKey { exact: key.exact ^ 1, place: key.place ^ 1 };
                self.push(Op::Again(number as u32), step.span, again);
                let exit = self.here();
                if let Some(repeat) = self.code.repeats.get_mut(number) {
                    (repeat.start, repeat.exit) = (start, exit);
                }
                return;
            }
        };
        self.push(op, step.span, key);
    }

    /// What kind of step it is, and what it is about, by name.
    fn name(&self, kind: &StepKind) -> (&'static str, String) {
        let code = &self.code;
        let audience = |id: &AudienceId| code.audiences.get(id.index()).map(ToString::to_string).unwrap_or_default();
        let sends = |sends: &[ir::Send]| {
            let mut all = String::new();
            for send in sends {
                for name in [code.channels.get(send.channel.index()), code.messages.get(send.message.index())] {
                    all.push_str(name.map_or("", SmolStr::as_str));
                    all.push(' ');
                }
            }
            all
        };
        let asked = |arms: &[ir::Arm]| arms.first().map(|arm| branch_text(&arm.cond)).unwrap_or_default();
        match kind {
            StepKind::Wait(_) => ("wait", String::new()),
            StepKind::WaitUntil { .. } => ("wait until", String::new()),
            StepKind::WaitBetween { .. } => ("wait between", String::new()),
            StepKind::WaitFor { .. } => ("wait for", String::new()),
            StepKind::Send(all) => ("send", sends(all)),
            StepKind::BestOf(all) => ("best of", sends(all)),
            StepKind::If { arms, .. } => ("if", asked(arms)),
            StepKind::Match { .. } => ("match", String::new()),
            StepKind::Split { name, .. } => ("split", name.to_string()),
            StepKind::Repeat { .. } => ("repeat", String::new()),
            StepKind::Add(id, _) => ("add", audience(id)),
            StepKind::Remove(id) => ("remove", audience(id)),
            StepKind::Set { name, .. } => ("set", name.to_string()),
            StepKind::Emit { event, .. } => ("emit", event.to_string()),
            StepKind::Start(journey) => ("start", format!("{}", journey.0)),
            StepKind::Call { hook, .. } => ("call", hook.to_string()),
            StepKind::Exit => ("exit", String::new()),
        }
    }

    fn sends(&mut self, alternatives: &[ir::Send]) -> u32 {
        let first = self.code.sends.len() as u32;
        for send in alternatives {
            let (values, reads) = (self.values(&send.values), self.values(&send.reads));
            self.code.sends.push(Send {
                channel: send.channel,
                message: send.message,
                category: send.category,
                best_time: send.best_time.clone(),
                values,
                reads,
            });
        }
        first
    }

    fn values(&mut self, values: &[(SmolStr, Expr)]) -> Vec<(SmolStr, Formula)> {
        values.iter().map(|(name, value)| (name.clone(), self.formula(value))).collect()
    }

    fn call(&mut self, name: &SmolStr, values: &[(SmolStr, Expr)]) -> u32 {
        let values = self.values(values);
        self.code.calls.push(Call { name: name.clone(), values });
        (self.code.calls.len() - 1) as u32
    }

    fn branches(&mut self, key: StepKey, arms: &[ir::Arm], otherwise: &[Step]) {
        let mut ends = Vec::new();
        for (at, arm) in arms.iter().enumerate() {
            let decision = self.decision(&arm.cond);
            let arm_key = if at == 0 { key } else { key.arm(at, &branch_text(&arm.cond)) };
            self.arm(decision, arm_key, &at.to_string(), &arm.steps, arm.span, &mut ends);
        }
        self.keyed_steps(key, "else", otherwise);
        self.land(ends);
    }

    fn matches(&mut self, key: StepKey, value: &Expr, arms: &[ir::MatchArm], otherwise: &[Step]) {
        let mut ends = Vec::new();
        for (at, arm) in arms.iter().enumerate() {
            let cond = Expr::OneOf(Box::new(value.clone()), arm.values.clone());
            let decision = self.decision(&Branch::Ask(cond, arm.text.clone()));
            self.arm(decision, key.arm(at, &arm.text), &arm.text, &arm.steps, arm.span, &mut ends);
        }
        self.keyed_steps(key, "else", otherwise);
        self.land(ends);
    }

    /// A decision with the steps behind it, and a jump to the end that is not known yet.
    fn arm(&mut self, decision: u32, key: StepKey, label: &str, steps: &[Step], span: Span, ends: &mut Vec<usize>) {
        let branch = self.code.ops.len();
        self.push(Op::Branch(decision, 0), span, key);
        self.keyed_steps(key, label, steps);
        ends.push(self.code.ops.len());
        self.push(Op::Jump(0), span, StepKey::default());
        let next = self.here();
        if let Some(op) = self.code.ops.get_mut(branch) {
            *op = Op::Branch(decision, next);
        }
    }

    /// Jumps come out here.
    fn land(&mut self, jumps: Vec<usize>) {
        let end = self.here();
        for at in jumps {
            if let Some(op) = self.code.ops.get_mut(at) {
                *op = Op::Jump(end);
            }
        }
    }

    fn split(&mut self, key: StepKey, name: &SmolStr, arms: &[ir::SplitArm], span: Span) {
        let number = self.code.splits.len();
        self.code.splits.push(Split { name: name.clone(), arms: vec![] });
        self.push(Op::Split(number as u32), span, key);
        let mut ends = Vec::new();
        let mut sum = Decimal::ZERO;
        for arm in arms {
            sum += arm.share;
            let (label, below, start) = (arm.label.clone(), chance::threshold(sum), self.here());
            if let Some(split) = self.code.splits.get_mut(number) {
                split.arms.push(SplitArm { label, below, start });
            }
            self.keyed_steps(key, &arm.label, &arm.steps);
            ends.push(self.code.ops.len());
            self.push(Op::Jump(0), span, StepKey::default());
        }
        self.land(ends);
    }

    fn decision(&mut self, branch: &Branch) -> u32 {
        let mut decision = Decision { leaves: vec![], shape: vec![] };
        self.leaves(branch, &mut decision);
        self.code.decisions.push(decision);
        (self.code.decisions.len() - 1) as u32
    }

    fn leaves(&mut self, branch: &Branch, out: &mut Decision) {
        let (cond, text, window) = match branch {
            Branch::Ask(cond, text) => (cond, text, None),
            Branch::Window { cond, within, engagement, text } => {
                (cond, text, Some(LeafWindow { within: *within, sends: engagement.clone() }))
            }
            Branch::Not(inner) => {
                self.leaves(inner, out);
                out.shape.push(Shape::Not);
                return;
            }
            Branch::And(parts) | Branch::Or(parts) => {
                for part in parts {
                    self.leaves(part, out);
                }
                let count = parts.len() as u16;
                out.shape.push(if matches!(branch, Branch::And(_)) { Shape::And(count) } else { Shape::Or(count) });
                return;
            }
        };
        let cond = self.formula(cond);
        out.shape.push(Shape::Leaf(out.leaves.len() as u16));
        out.leaves.push(Leaf { cond, text: text.clone(), window });
    }

    fn maybe(&mut self, expr: &Option<Expr>) -> Option<Formula> {
        expr.as_ref().map(|expr| self.formula(expr))
    }

    fn formula(&mut self, expr: &Expr) -> Formula {
        let start = self.code.terms.len() as u32;
        self.terms(expr);
        Formula { start, end: self.code.terms.len() as u32 }
    }

    fn constant(&mut self, value: Value) -> u32 {
        self.code.constants.push(value);
        (self.code.constants.len() - 1) as u32
    }

    fn terms(&mut self, expr: &Expr) {
        let term = match expr {
            Expr::Const(value) => Term::Const(self.constant(value.clone())),
            Expr::LocalMoment(date, minute) => Term::LocalMoment(*date, *minute),
            Expr::Attribute(id) => Term::Attribute(id.0),
            Expr::Consent(name) => Term::Consent(self.constant(Value::Text(name.clone()))),
            Expr::ReachableFlag(name) => Term::ReachableFlag(self.constant(Value::Text(name.clone()))),
            Expr::EntryProperty(at) => Term::EntryProperty(*at),
            Expr::EventProperty(id) => Term::EventProperty(*id),
            Expr::Now => Term::Now,
            Expr::Today => Term::Today,
            Expr::Compare(op, a, b) => self.two(a, b, Term::Compare(*op)),
            Expr::OneOf(value, items) => {
                self.terms(value);
                for item in items {
                    self.terms(item);
                }
                Term::OneOf(items.len() as u16)
            }
            Expr::Contains(a, b) => self.two(a, b, Term::Contains),
            Expr::Between(value, from, to) => {
                self.terms(value);
                self.two(from, to, Term::Between)
            }
            Expr::Known(inner) => self.one(inner, Term::Known),
            Expr::LocalTime(from, to) => Term::LocalTime(*from, *to),
            Expr::Day(days) => Term::Day(*days),
            Expr::Happened(id) => Term::Happened(*id),
            Expr::Engaged(engagement, message) => Term::Engaged(*engagement, *message),
            Expr::Sent => Term::Sent,
            Expr::Suppressed => Term::Suppressed,
            Expr::Reachable(channel, category) => Term::Reachable(*channel, *category),
            Expr::Prefers(channel) => Term::Prefers(*channel),
            Expr::In(id) => Term::In(id.0),
            Expr::KnownFor(millis) => Term::KnownFor(*millis),
            Expr::Occurred(id) => Term::Occurred(id.0),
            Expr::Count(id, _) => Term::Count(id.0),
            Expr::Sum(id, _) => Term::Sum(id.0),
            Expr::Last(id, _) => Term::Last(id.0),
            Expr::Since(id) => Term::Since(id.0),
            Expr::Rate(engagement, channel, window) => Term::Rate(*engagement, *channel, *window),
            Expr::Not(inner) => self.one(inner, Term::Not),
            Expr::And(parts) => return self.chain(parts, Term::And),
            Expr::Or(parts) => return self.chain(parts, Term::Or),
            Expr::Arithmetic(first, parts) => {
                self.terms(first);
                for (op, part) in parts {
                    self.terms(part);
                    self.code.terms.push(Term::Arithmetic(*op));
                }
                return;
            }
        };
        self.code.terms.push(term);
    }

    fn one(&mut self, inner: &Expr, term: Term) -> Term {
        self.terms(inner);
        term
    }

    fn two(&mut self, a: &Expr, b: &Expr, term: Term) -> Term {
        self.terms(a);
        self.terms(b);
        term
    }

    /// `a and b and c`: never more than two on the stack.
    fn chain(&mut self, parts: &[Expr], term: Term) {
        for (at, part) in parts.iter().enumerate() {
            self.terms(part);
            if at > 0 {
                self.code.terms.push(term);
            }
        }
    }
}
