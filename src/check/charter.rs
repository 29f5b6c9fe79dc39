//! The charter: rules with their lists, windows and conditions.

use super::Checker;
use super::conditions::Scope;
use crate::diagnostic::{Advice, Diagnostic, syntax};
use crate::ir::{self, Cap, Charter, Gap, List, Quiet, Window};
use crate::source::Span;
use crate::syntax::tree::{self, Item, ItemKind, Name, Rule, RuleKind, Subject};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use smol_str::SmolStr;

impl Checker<'_> {
    pub(crate) fn charter(&mut self, items: &[&Item]) -> Charter {
        let mut charter = Charter {
            timezone: Tz::UTC,
            consent: vec![],
            stop: vec![],
            exclude: vec![],
            avoid: vec![],
            holdout: None,
            quiet: vec![],
            gaps: vec![],
            caps: vec![],
            priority: vec![],
            rules: vec![],
        };
        let (mut zone, mut priority, mut holdout) = (None, None, None);
        let rules = items.iter().filter_map(|item| match &item.kind {
            ItemKind::Charter(rules) => Some(rules),
            _ => None,
        });
        for rule in rules.flatten() {
            match &rule.kind {
                RuleKind::Timezone(_) => self.once(&mut zone, rule.span),
                RuleKind::Priority(_) => self.once(&mut priority, rule.span),
                RuleKind::Holdout(_) => self.once(&mut holdout, rule.span),
                _ => {}
            }
            self.rule(rule, &mut charter);
        }
        charter
    }

    fn once(&mut self, first: &mut Option<Span>, span: Span) {
        if let Some(first) = first.replace(span) {
            let error = Diagnostic::error(
                "duplicate-name",
                span,
                "The charter says this twice",
                "take one of the two lines away",
            );
            self.error(error.with_label(first, "the first one"));
        }
    }

    fn rule(&mut self, rule: &Rule, charter: &mut Charter) {
        let text = SmolStr::new(self.source(rule.span));
        if !matches!(
            rule.kind,
            RuleKind::Timezone(_) | RuleKind::Transactional(_) | RuleKind::Priority(_) | RuleKind::Holdout(_)
        ) {
            charter.rules.push((text.clone(), rule.span));
        }
        match &rule.kind {
            RuleKind::Timezone(zone) => match zone.text.parse::<Tz>() {
                Ok(found) => charter.timezone = found,
                Err(_) => {
                    // Letters such as CEST name a clock, and no place whose clock is changed twice a year.
                    let is_place = zone.text.contains('/');
                    let zones = chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name()).filter(|_| is_place);
                    let near = crate::nearest::nearest(&zone.text, zones);
                    let edit = near.map_or_else(|| "write a zone such as \"Europe/Paris\"".into(), Advice::meant_text);
                    self.error(Diagnostic::error(
                        "unknown-name",
                        zone.span,
                        format!("There is no time zone `{}`", zone.text),
                        edit,
                    ));
                }
            },
            RuleKind::Consent(list) => {
                for subject in list {
                    let lowered = self.subject(subject);
                    charter.consent.extend(lowered.map(|s| (s, text.clone())));
                }
            }
            RuleKind::Quiet { .. } | RuleKind::Cap { .. } | RuleKind::Gap { .. } => {
                let Charter { quiet, gaps, caps, .. } = charter;
                self.shared_rule(&rule.kind, (text, rule.span), quiet, gaps, caps);
            }
            RuleKind::Priority(names) => {
                for name in names {
                    let category = self.category(name);
                    charter.priority.extend(category);
                }
            }
            RuleKind::Transactional(names) => {
                for name in names {
                    self.message(name);
                }
            }
            RuleKind::Stop(list) => {
                let list = self.list(&Some(list.clone()));
                charter.stop.push(ir::Stop { list, text });
            }
            RuleKind::Avoid { channel, other, within } => {
                let unknown = |name: &&Name| {
                    let near = crate::nearest::nearest(&name.text, self.names.channels.iter());
                    !self.names.is_channel(&name.text) && near.is_none() && !self.names.lost(&name.text)
                };
                if let Some(odd) = [channel, other].into_iter().find(unknown) {
                    let title = format!("`avoid` keeps two channels apart, and `{}` is no channel", odd.text);
                    let edit = "write two channels, such as `avoid push when email scheduled within 24h`";
                    let help = "Which category goes first at one moment is said by `priority cart, promo`.";
                    self.error(syntax(odd.span, title, edit).with_help(help));
                    return;
                }
                if let (Some(channel), Some(other)) = (self.channel(channel), self.channel(other)) {
                    charter.avoid.push(ir::Avoid { channel, other, within: *within, text });
                }
            }
            RuleKind::Exclude { when, list } => {
                let (list, when) = (self.list(list), self.when(&Some(when.clone())));
                charter.exclude.extend(when.map(|when| ir::Exclude { when, list, text, span: rule.span }));
            }
            RuleKind::Holdout(share) => charter.holdout = self.holdout(*share, rule.span),
        }
    }

    /// The share of a control group, in percent.
    pub(crate) fn holdout(&mut self, share: Decimal, span: Span) -> Option<(Decimal, SmolStr)> {
        let fits = share > Decimal::ZERO && share <= Decimal::ONE_HUNDRED;
        if !fits {
            self.error(syntax(
                span,
                "A control group is more than nobody and at most everybody",
                "write a share such as 10%",
            ));
        }
        self.exact_share(share, span)?;
        fits.then(|| (share, SmolStr::new(self.source(span))))
    }

    /// A share is told exactly where its digits have an end.
    pub(crate) fn exact_share(&mut self, share: Decimal, span: Span) -> Option<()> {
        if share.normalize().scale() <= crate::chance::MOST_DIGITS {
            return Some(());
        }
        let title = format!("A share has at most {} digits behind its point", crate::chance::MOST_DIGITS);
        self.error(syntax(span, title, "write fewer digits"));
        None
    }

    /// `quiet`, `cap` and `gap`, which charter and journeys share.
    pub(crate) fn shared_rule(
        &mut self,
        rule: &RuleKind,
        (text, span): (SmolStr, Span),
        quiets: &mut Vec<Quiet>,
        gaps: &mut Vec<Gap>,
        caps: &mut Vec<Cap>,
    ) {
        match rule {
            RuleKind::Quiet { from, to, list, days, skip, when, times } => {
                self.check_window(*from, *to, *times);
                let days = self.days(days).unwrap_or(ir::Days::ALL);
                let (list, when) = (self.list(list), self.when(when));
                quiets.push(Quiet { from: *from, to: *to, days, list, skip: *skip, when, text, span });
            }
            RuleKind::Cap { list, limit, per, hold, when } => {
                let limit = self.count(*limit, "A cap allows at least one message");
                let window = self.window(per);
                let (list, when) = (self.list(list), self.when(when));
                if let (Some(limit), Some(per)) = (limit, window) {
                    caps.push(Cap { limit, per, list, hold: *hold, when, text, span });
                }
            }
            RuleKind::Gap { least, list, skip, when } => {
                let (list, when) = (self.list(list), self.when(when));
                gaps.push(Gap { least: *least, list, skip: *skip, when, text, span });
            }
            _ => {}
        }
    }

    fn when(&mut self, when: &Option<tree::Expr>) -> Option<ir::Expr> {
        when.as_ref().and_then(|cond| self.condition(cond, &mut Scope::default()))
    }

    pub(crate) fn list(&mut self, list: &Option<Vec<Subject>>) -> List {
        list.as_ref().map(|list| list.iter().filter_map(|subject| self.subject(subject)).collect())
    }

    fn subject(&mut self, subject: &Subject) -> Option<ir::Subject> {
        let category = match &subject.category {
            Some(name) => Some(self.category(name)?),
            None => None,
        };
        if self.names.is_channel(&subject.name.text) {
            let channel = self.channel(&subject.name)?;
            return Some(ir::Subject { channel: Some(channel), category });
        }
        if category.is_some() {
            self.channel(&subject.name)?;
        }
        let category = self.category(&subject.name)?;
        Some(ir::Subject { channel: None, category: Some(category) })
    }

    fn window(&mut self, window: &tree::Window) -> Option<Window> {
        match window {
            tree::Window::Rolling(millis) => Some(Window::Rolling(*millis)),
            tree::Window::Calendar(name) => match name.text.as_str() {
                "day" => Some(Window::Day),
                "week" => Some(Window::Week),
                "month" => Some(Window::Month),
                _ => {
                    self.window_mistake(name);
                    None
                }
            },
        }
    }

    fn window_mistake(&mut self, name: &Name) {
        let title = format!("A cap cannot count per `{}`", name.text);
        let length = match name.text.as_str() {
            "hour" => "1h",
            "minute" => "1m",
            "quarter" => "90d",
            "year" => "365d",
            _ => "",
        };
        if !length.is_empty() {
            let error = syntax(name.span, title, format!("write a length of time: `per {length}`"));
            self.error(error.with_unsafe_fix(name.span, length));
            return;
        }
        let edit = Advice::nearest(
            &name.text,
            ["day", "week", "month"],
            "write day, week, month, or a length of time such as 7d",
        );
        self.error(syntax(name.span, title, edit));
    }

    /// A whole number of at least one.
    pub(crate) fn count(&mut self, (number, span): (Decimal, Span), title: &str) -> Option<u32> {
        match number.to_u32().filter(|n| *n >= 1 && number.is_integer()) {
            Some(n) => Some(n),
            None => {
                self.error(syntax(span, title, "write a whole number from 1 on"));
                None
            }
        }
    }
}
