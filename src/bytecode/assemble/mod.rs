//! From the typed form to instructions.

mod keys;
mod steps;
mod terms;

use super::*;
use crate::chance;
use crate::ir::{Branch, Expr, Program, Step, StepKind, Until};
use crate::limits::{BEST, DAY};
use keys::{Keys, hash, within};
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
            channels: program.channels.clone().into(),
            categories: program.categories.clone().into(),
            messages: program.messages.clone().into(),
            audiences: program.audiences.clone().into(),
            events: Names::default(),
            event_names: program.events.clone().into(),
            answered: vec![],
            asked: Table::default(),
            attributes: program.attributes.clone().into(),
            properties: program.properties.clone().into(),
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
            listeners: Table::default(),
            roots: HashMap::default(),
            watch: Watch::default(),
            uses: Uses::default(),
            parts: vec![],
            segments: Table::default(),
            histories: Table::default(),
            looks: None,
            standing: Table::default(),
            journeys: Table::default(),
            ops: Table::default(),
            spans: Table::default(),
            terms: vec![],
            constants: Table::default(),
            keys: Table::default(),
            texts: program.texts.clone(),
            sends: Table::default(),
            splits: Table::default(),
            repeats: Table::default(),
            sets: Table::default(),
            calls: Table::default(),
            untils: Table::default(),
            decisions: Table::default(),
            exits_when: false,
            memory: 0,
            rates: false,
            keeps_engagement_after_exit: false,
            tracks_first_seen: false,
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
        let journey = out.journey(journey, JourneyId::at(at), rank);
        out.code.journeys.push(journey);
    }
    out.code.exits_when = out.code.journeys.iter().any(|j| j.exits_when);
    out.look_back();
    out.code.index();
    out.code
}

struct Assembler {
    code: Code,
    keys: Keys,
}

impl Assembler {
    fn charter(&mut self, charter: &ir::Charter) {
        for rule in &charter.exclude {
            let ir::Exclude { when, list, text, span } = rule.clone();
            let when = self.formula(&when);
            self.code.charter.exclude.push(Exclude { when, list, text, span });
        }
        self.rules(None, &charter.quiet, &charter.gaps, &charter.caps);
    }

    /// Rules of the charter, or of one journey.
    fn rules(&mut self, journey: Option<JourneyId>, quiet: &[ir::Quiet], gaps: &[ir::Gap], caps: &[ir::Cap]) {
        for rule in quiet {
            let rule = rule.with_condition(|when| self.formula(when));
            self.code.charter.quiet.push(Owned { journey, rule });
        }
        for rule in gaps {
            let rule = rule.with_condition(|when| self.formula(when));
            self.code.memory = self.code.memory.max(rule.least);
            self.code.charter.gaps.push(Owned { journey, rule });
        }
        for rule in caps {
            let rule = rule.with_condition(|when| self.formula(when));
            // Calendar windows with room for the clock and zone changes that make one longer.
            let reach = match rule.per {
                Window::Day => 3 * DAY,
                Window::Week => 9 * DAY,
                Window::Month => 33 * DAY,
                Window::Rolling(millis) => millis,
            };
            self.code.memory = self.code.memory.max(reach);
            self.code.charter.caps.push(Owned { journey, rule });
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
            code.looks = Some(code.histories.push(History { of, cond: None, kind, property: None, window, key }));
        }
        if code.ops.iter().any(|op| matches!(op, Op::BestOf(..))) {
            (code.memory, code.keeps_engagement_after_exit) = (code.memory.max(BEST), true);
        }
        for term in &code.terms {
            if let Term::Rate(_, _, window) = term {
                (code.memory, code.rates, code.keeps_engagement_after_exit) = (code.memory.max(*window), true, true);
            }
        }
        code.tracks_first_seen = !code.standing.is_empty() || code.terms.iter().any(|t| matches!(t, Term::KnownFor(_)));
        for at in code.segments.ids() {
            let mut recurs = false;
            code.parts_of(at, &mut |term| recurs |= matches!(term, Term::LocalTime(..) | Term::Day(_)));
            if let Some(segment) = code.segments.get_mut(at) {
                segment.recurs = recurs;
            }
        }
    }

    fn journey(&mut self, journey: &ir::Journey, number: JourneyId, rank: u16) -> Journey {
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
                    Cause::Segment { segment: *segment, entering: *entering }
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
            watches_on: journey.watches_for().is_some(),
        }
    }

    /// What an entry is about, by name.
    fn cause_name(&self, cause: &ir::EntryCause) -> String {
        let code = &self.code;
        match cause {
            ir::EntryCause::Event { events, .. } => {
                format!("{:?}", events.iter().map(|e| code.event_names.get(*e)).collect::<Vec<_>>())
            }
            ir::EntryCause::Segment { segment, entering } => {
                format!("{entering} {:?}", code.segments.get(*segment).map(|s| &s.name))
            }
            ir::EntryCause::Date(moment) => format!("date {}", self.attribute_name(&moment.of)),
            ir::EntryCause::Yearly(moment) => format!("year {}", self.attribute_name(&moment.of)),
            ir::EntryCause::Every(..) => "every".to_string(),
            ir::EntryCause::Once(date, _) => format!("{date}"),
        }
    }

    fn attribute_name(&self, of: &Expr) -> String {
        match of {
            Expr::Attribute(id) => format!("{:?}", self.code.attributes.get(*id).map(|f| &f.path)),
            _ => String::new(),
        }
    }

    fn value_moment(&mut self, moment: &ir::ValueMoment) -> ValueMoment {
        let ir::ValueMoment { of, offset, whole_days, at } = moment;
        ValueMoment { of: self.formula(of), offset: *offset, whole_days: *whole_days, at: *at }
    }
}
