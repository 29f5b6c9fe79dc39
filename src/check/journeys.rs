//! Journeys: their clauses, their entries, what they leave for.

use super::Checker;
use super::conditions::Scope;
use crate::diagnostic::{Advice, Diagnostic, syntax};
use crate::ir::{self, Days, Engagement, EntryCause, ExitCause, Overlap, Reenter, Trigger};
use crate::source::{Span, snake_case};
use crate::syntax::tree::{Clause, ClauseKind, Entry, EventRef, Expr, Item, ItemKind, Journey, Name, Path, Root};
use smol_str::SmolStr;

impl Checker<'_> {
    pub(crate) fn journeys(&mut self, items: &[&Item]) -> Vec<ir::Journey> {
        let mut out = Vec::new();
        let mut bare: Vec<(u16, Span)> = Vec::new();
        for item in items {
            let ItemKind::Journey(journey) = &item.kind else { continue };
            if journey.name.is_none() {
                match bare.iter().find(|(file, _)| *file == item.span.file) {
                    Some((_, first)) => {
                        // The names clash too; this says why.
                        self.errors.retain(|e| !(e.name == "duplicate-name" && e.span() == item.span));
                        let error = syntax(
                            item.span,
                            "A file holds one entry block without a journey",
                            "write `journey NAME:` above each of the two",
                        );
                        self.error(error.with_label(*first, "the first one"));
                    }
                    None => bare.push((item.span.file, item.span)),
                }
            }
            out.push(self.journey(journey, item.span));
        }
        out.sort_by(|a, b| a.name.cmp(&b.name));
        pass_properties_on(&mut out);
        out
    }

    fn journey(&mut self, journey: &Journey, span: Span) -> ir::Journey {
        let name = journey.name.as_ref().map_or_else(|| self.file_name(span), |name| name.text.clone());
        let mut entry_events: Vec<SmolStr> = Vec::new();
        for clause in &journey.clauses {
            if let ClauseKind::Entry { entry: Entry::On { events, .. }, .. } = &clause.kind {
                for event in events {
                    let snake = SmolStr::new(snake_case(&event.name.text));
                    if !entry_events.contains(&snake) {
                        entry_events.push(snake);
                    }
                }
            }
        }
        self.clauses_once(&journey.clauses);
        let mut out = ir::Journey {
            name,
            title: journey.title.as_ref().map(|t| t.text.clone()),
            category: ir::MARKETING,
            eligible: None,
            eligible_at: None,
            reenter: Reenter::Always,
            overlap: Overlap::Ignore,
            key: None,
            active: None,
            holdout: None,
            paused: None,
            quiet: vec![],
            gaps: vec![],
            caps: vec![],
            entries: vec![],
            goals: vec![],
            exits: vec![],
            entry_properties: vec![],
            happenings: vec![],
            span,
        };
        for clause in &journey.clauses {
            if let ClauseKind::Category(name) = &clause.kind {
                out.category = self.category(name).unwrap_or(ir::MARKETING);
            }
        }
        let mut scope =
            Scope { entry_events: Some(entry_events.into()), category: Some(out.category), ..Scope::default() };
        for clause in &journey.clauses {
            self.clause(clause, &mut out, &mut scope);
        }
        let has_entry = journey.clauses.iter().any(|c| matches!(c.kind, ClauseKind::Entry { .. }));
        if !has_entry && !journey.broken {
            self.error(syntax(
                span,
                "Nobody can enter this journey",
                "write a line such as `on cart_abandoned:` below it, with its steps",
            ));
        }
        out.entry_properties = scope.entry_properties;
        out.happenings = scope.happenings;
        out
    }

    /// Clauses other than entries, goals, exits and rules stand once.
    fn clauses_once(&mut self, clauses: &[Clause]) {
        let mut seen: Vec<(&'static str, Span)> = Vec::new();
        for clause in clauses {
            let word = match &clause.kind {
                ClauseKind::Category(_) => "category",
                ClauseKind::For(_) => "for",
                ClauseKind::ReenterNever | ClauseKind::ReenterAfter(_) => "reenter",
                ClauseKind::Overlap(_) => "overlap",
                ClauseKind::OnePer(_) => "one per",
                ClauseKind::Holdout(_) => "holdout",
                ClauseKind::Paused => "paused",
                ClauseKind::Active { .. } => "active",
                _ => continue,
            };
            match seen.iter().find(|(other, _)| *other == word) {
                Some((_, first)) => {
                    let error = Diagnostic::error(
                        "duplicate-name",
                        clause.span,
                        format!("A journey says `{word}` once, and this is a second time"),
                        "take one of the two lines away",
                    );
                    self.error(error.with_label(*first, "the first one"));
                }
                None => seen.push((word, clause.span)),
            }
        }
    }

    fn clause(&mut self, clause: &Clause, out: &mut ir::Journey, scope: &mut Scope) {
        match &clause.kind {
            ClauseKind::Category(_) => {}
            ClauseKind::For(cond) => {
                out.eligible = self.condition(cond, scope);
                out.eligible_at = Some(cond.span);
            }
            ClauseKind::ReenterNever => out.reenter = Reenter::Never,
            ClauseKind::ReenterAfter(millis) => out.reenter = Reenter::After(*millis),
            ClauseKind::Overlap(word) => match word.text.as_str() {
                "ignore" => out.overlap = Overlap::Ignore,
                "restart" => out.overlap = Overlap::Restart,
                "allow" => out.overlap = Overlap::Allow,
                other => {
                    let edit = Advice::nearest(other, ["ignore", "restart", "allow"], "write ignore, restart or allow");
                    self.error(syntax(word.span, format!("An overlap cannot be `{other}`"), edit));
                }
            },
            ClauseKind::OnePer(path) => self.one_per(path, out, scope),
            ClauseKind::Holdout(share) => out.holdout = self.holdout(*share, clause.span),
            ClauseKind::Paused => out.paused = Some(SmolStr::new_static("paused")),
            ClauseKind::Active { from, to } => {
                if to < from {
                    self.error(syntax(
                        clause.span,
                        "This journey ends before it begins",
                        "write the earlier day first",
                    ));
                }
                out.active = Some((*from, *to));
            }
            ClauseKind::Goal { events, within, worth, cond, steps } => {
                let names = self.event_names(events);
                let triggers = self.triggers(events);
                let worth = worth.as_ref().and_then(|parts| {
                    let (property, ty) = self.property(&names, parts)?;
                    let span = parts.first()?.span;
                    self.names
                        .slots
                        .unify(&ty, &super::types::Ty::NUMBER, span)
                        .map_err(|e| self.errors.push(e))
                        .ok()?;
                    Some(property)
                });
                let cond = self.event_condition(cond, names, scope);
                let steps = self.steps(steps, scope, out.category);
                out.goals.push(ir::Goal { triggers, within: *within, worth, cond, steps, span: clause.span });
            }
            ClauseKind::ExitOn { events, cond, steps } => {
                let names = self.event_names(events);
                let triggers = self.triggers(events);
                let cond = self.event_condition(cond, names, scope);
                let steps = self.steps(steps, scope, out.category);
                out.exits.push(ir::Exit { cause: ExitCause::On(triggers, cond), steps, span: clause.span });
            }
            ClauseKind::ExitWhen { cond, steps } => {
                let cond = self.in_steps(scope, |this, scope| this.condition(cond, scope));
                let steps = self.steps(steps, scope, out.category);
                if let Some(cond) = cond {
                    out.exits.push(ir::Exit { cause: ExitCause::When(cond), steps, span: clause.span });
                }
            }
            ClauseKind::Entry { entry, steps } => self.entry(entry, steps, clause.span, out, scope),
            ClauseKind::Rule(rule) => {
                let text = SmolStr::new(self.source(clause.span));
                self.shared_rule(rule, (text, clause.span), &mut out.quiet, &mut out.gaps, &mut out.caps);
            }
        }
    }

    fn entry(
        &mut self,
        entry: &Entry,
        steps: &[crate::syntax::tree::Step],
        span: Span,
        out: &mut ir::Journey,
        scope: &mut Scope,
    ) {
        let cause = match entry {
            Entry::On { events, cond } => {
                if let Some((event, message)) = events.iter().find_map(|e| Some((&e.name, e.message.as_ref()?))) {
                    let is_segment = self.names.declared_segments.contains_key(&message.text);
                    let declared = |name: &Name| {
                        self.names.declared_events.contains_key(crate::source::snake_case(&name.text).as_str())
                    };
                    let error = match (declared(event), declared(message)) {
                        (true, false) => one_too_many(message, event.span.to(message.span), event),
                        (false, true) => one_too_many(event, event.span.to(message.span), message),
                        _ => two_names(event, message, is_segment),
                    };
                    self.error(error);
                    return;
                }
                let names = self.event_names(events);
                let events = events.iter().map(|e| self.names.event(&e.name, &mut self.errors)).collect();
                let cond = self.event_condition(cond, names, scope);
                Some(EntryCause::Event { events, cond })
            }
            Entry::Entering(name) => self.segment(name).map(|segment| EntryCause::Segment { segment, entering: true }),
            Entry::Leaving(name) => self.segment(name).map(|segment| EntryCause::Segment { segment, entering: false }),
            Entry::OnDate { path, offset, at } => self.entry_moment(path, *offset, *at, scope).map(EntryCause::Date),
            Entry::Yearly { words, path, offset, at } => {
                if let Some(word) = words.iter().find(|word| word.text != "year" || words.len() > 1) {
                    self.error(syntax(
                        word.span,
                        format!("`every {}` is followed by no date", word.text),
                        "write `every year on profile.birthday`",
                    ));
                }
                self.entry_moment(path, *offset, *at, scope).map(EntryCause::Yearly)
            }
            Entry::Every { days, at } => {
                let mut all = 0;
                for day in days {
                    match crate::syntax::words::days(&day.text) {
                        _ if day.text == "day" => all |= Days::ALL.0,
                        Some(found) => all |= found.0,
                        None if day.text == "week" => self.error(syntax(
                            day.span,
                            "This does not say on which day of the week",
                            "write the day: `every monday at 09:00:`",
                        )),
                        None => self.error(super::conditions::unknown_day(day)),
                    }
                }
                Some(EntryCause::Every(Days(all), *at))
            }
            Entry::Once { date, at } => Some(EntryCause::Once(*date, at.unwrap_or(0))),
        };
        let steps = self.steps(steps, scope, out.category);
        out.entries.extend(cause.map(|cause| ir::Entry { cause, steps, span }));
    }

    /// The moment of `on date` and `every year`, which follows an attribute.
    fn entry_moment(
        &mut self,
        path: &Path,
        offset: Option<crate::syntax::tree::Offset>,
        at: Option<u32>,
        scope: &mut Scope,
    ) -> Option<ir::ValueMoment> {
        if path.root != Root::Profile {
            self.error(syntax(
                path.span,
                "Before a journey begins there is no event to take a date from",
                "write an attribute, such as `profile.renewal_date`",
            ));
            return None;
        }
        let of = self.moment_of(path, scope)?;
        Some(value_moment(of, offset, at))
    }

    fn one_per(&mut self, path: &Path, out: &mut ir::Journey, scope: &mut Scope) {
        if path.root != Root::Event {
            self.error(syntax(
                path.span,
                "A journey is keyed by a property of its entry's event",
                "write `one per event.cart_id`",
            ));
            return;
        }
        let expr = Expr {
            kind: crate::syntax::tree::ExprKind::Path { path: path.clone(), suffix: Default::default() },
            span: path.span,
        };
        if let Some((ir::Expr::EntryProperty(at), _)) = self.value(&expr, scope) {
            out.key = Some(at);
        }
    }

    fn event_names(&self, events: &[EventRef]) -> Vec<SmolStr> {
        events.iter().map(|e| SmolStr::new(snake_case(&e.name.text))).collect()
    }

    fn event_condition(&mut self, cond: &Option<Expr>, events: Vec<SmolStr>, scope: &mut Scope) -> Option<ir::Expr> {
        let cond = cond.as_ref()?;
        scope.where_events = Some(events);
        let lowered = self.condition(cond, scope);
        scope.where_events = None;
        lowered
    }

    fn triggers(&mut self, events: &[EventRef]) -> Vec<Trigger> {
        let mut out = Vec::new();
        for event in events {
            let engagement = Engagement::of(&event.name.text).filter(|_| !event.name.quoted);
            match (engagement, &event.message) {
                (Some(engagement), message) => {
                    let message = match message {
                        Some(name) => match self.message(name) {
                            Some(message) => Some(message),
                            None => continue,
                        },
                        None => None,
                    };
                    out.push(Trigger::Engagement(engagement, message));
                }
                (None, Some(message)) => {
                    let near = crate::nearest::nearest(&event.name.text, Engagement::ALL.map(Engagement::word));
                    let edit = near.map_or_else(
                        || "write one event, or join several with `or`".into(),
                        |near| Advice::meant(&format!("{near} {}", message.text)),
                    );
                    self.error(syntax(
                        message.span,
                        format!("`{} {}` is no event", event.name.text, message.text),
                        edit,
                    ));
                }
                (None, None) => out.push(Trigger::Event(self.names.event(&event.name, &mut self.errors))),
            }
        }
        out
    }

    /// Lowers something that has the journey's steps to ask about.
    pub(crate) fn in_steps<T>(&mut self, scope: &mut Scope, lower: impl FnOnce(&mut Self, &mut Scope) -> T) -> T {
        let before = std::mem::replace(&mut scope.in_steps, true);
        let out = lower(self, scope);
        scope.in_steps = before;
        out
    }
}

/// A moment of a value, moved and at a local time.
pub(super) fn value_moment(
    of: ir::Expr,
    offset: Option<crate::syntax::tree::Offset>,
    at: Option<u32>,
) -> ir::ValueMoment {
    ir::ValueMoment { of, offset: offset.map_or(0, |o| o.millis), whole_days: offset.is_none_or(|o| o.whole_days), at }
}

/// What a started journey reads of its event, the one that starts it keeps of its own.
pub(super) fn pass_properties_on(journeys: &mut [ir::Journey]) {
    let starts: Vec<Vec<usize>> = journeys.iter().map(|journey| journey.starts().collect()).collect();
    let mut changed = true;
    while changed {
        changed = false;
        for (at, started) in starts.iter().enumerate() {
            for other in started {
                let wanted = journeys.get(*other).map(|j| j.entry_properties.clone()).unwrap_or_default();
                let Some(journey) = journeys.get_mut(at) else { continue };
                for property in wanted {
                    if !journey.entry_properties.contains(&property) {
                        journey.entry_properties.push(property);
                        changed = true;
                    }
                }
            }
        }
    }
}

/// `on the order_placed:`, where one of two names is that of an event.
fn one_too_many(name: &Name, both: Span, event: &Name) -> Diagnostic {
    let title = format!("`{}` has no place beside the event", name.text);
    syntax(name.span, title, format!("take `{}` away", name.text)).with_unsafe_fix(both, event.text.as_str())
}

/// `on cart abandoned:`, `on enter vip:` and `on opened recs:` are two names where one event should stand.
fn two_names(event: &Name, message: &Name, is_segment: bool) -> Diagnostic {
    let span = event.span.to(message.span);
    let name = &message.text;
    let enters = matches!(event.text.as_str(), "enter" | "enters" | "segment" | "joining" | "joins" | "in");
    if enters || is_segment {
        let word =
            if matches!(event.text.as_str(), "leave" | "leaves" | "left" | "exiting") { "leaving" } else { "entering" };
        let text = format!("{word} {name}");
        let title = format!("Whoever comes into a segment or goes out of it begins with `on {word}`");
        return syntax(span, title, format!("write `on {text}:`")).with_safe_fix(span, text);
    }
    if ir::Engagement::of(&event.text).is_none() {
        let one = format!("{}_{name}", event.text);
        let title = "The name of an event is one word";
        return syntax(span, title, format!("write `{one}`")).with_safe_fix(span, one);
    }
    syntax(
        message.span,
        "A journey begins with an event, not with one message's engagement",
        format!("take `{name}` away, and ask `where message is \"{name}\"`"),
    )
}
