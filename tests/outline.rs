//! A tree as indented lines, for snapshots: a line for each item, clause, rule and step, a list in parentheses for each
//! expression. Places are left out.

use journey::syntax::tree::*;
use journey::value::Comparison;
use std::fmt::Write;

/// The items of a file.
pub fn outline(file: &File) -> String {
    let mut out = Outline(String::new());
    file.items.iter().for_each(|item| out.item(&item.kind));
    out.0
}

struct Outline(String);

impl Outline {
    fn line(&mut self, depth: usize, words: impl AsRef<str>) {
        writeln!(self.0, "{}{}", "  ".repeat(depth), words.as_ref()).unwrap();
    }

    fn item(&mut self, kind: &ItemKind) {
        match kind {
            ItemKind::Charter(rules) => {
                self.line(0, "charter");
                rules.iter().for_each(|rule| self.line(1, words([rule_of(&rule.kind)])));
            }
            ItemKind::Profile(all) => self.fields("profile".into(), Some(all)),
            ItemKind::Event { name: event, fields } => {
                self.fields(words(["event".into(), name(event)]), fields.as_ref())
            }
            ItemKind::Channel { name: channel, parts } => {
                self.line(0, words(["channel".into(), name(channel)]));
                parts.iter().for_each(|part| self.line(1, part_of(part)));
            }
            ItemKind::Audience { name: audience, title } => {
                self.line(0, words(["audience".into(), name(audience), maybe("", title, text)]));
            }
            ItemKind::Segment { name: segment, cond } => {
                self.line(0, words(["segment".into(), name(segment), maybe("", cond, expr)]));
            }
            ItemKind::Message { name: message, title, variants } => {
                self.line(0, words(["message".into(), name(message), maybe("", title, text)]));
                for variant in variants {
                    self.line(1, name(&variant.channel));
                    for part in &variant.parts {
                        let said = match &part.file {
                            Some(file) => format!("(file {})", text(file)),
                            None => text(&part.text),
                        };
                        self.line(2, words([maybe("", &part.name, name), said]));
                    }
                }
            }
            ItemKind::Journey(journey) => self.journey(journey),
            ItemKind::Test(test) => {
                self.line(0, words(["test".into(), name(&test.journey), maybe("", &test.title, text)]));
                for line in &test.lines {
                    let offset = maybe("", &line.offset, |at| format!("+{}", duration(*at)));
                    self.line(1, words([offset, test_of(&line.kind)]));
                }
            }
        }
    }

    fn fields(&mut self, head: String, fields: Option<&Vec<Field>>) {
        self.line(0, words([head, fields.map_or("(fields not said)".into(), |_| String::new())]));
        fields.into_iter().flatten().for_each(|field| self.line(1, field_of(field)));
    }

    fn journey(&mut self, journey: &Journey) {
        let broken = if journey.broken { "(broken)" } else { "" };
        let title = maybe("", &journey.title, text);
        self.line(0, words(["journey".into(), maybe("", &journey.name, name), title, broken.into()]));
        for clause in &journey.clauses {
            self.line(1, clause_of(&clause.kind));
            if let ClauseKind::Goal { steps, .. }
            | ClauseKind::ExitOn { steps, .. }
            | ClauseKind::ExitWhen { steps, .. }
            | ClauseKind::Entry { steps, .. } = &clause.kind
            {
                self.steps(2, steps);
            }
        }
    }

    fn steps(&mut self, depth: usize, steps: &[Step]) {
        for step in steps {
            match &step.kind {
                StepKind::If { arms, otherwise } => {
                    for (at, arm) in arms.iter().enumerate() {
                        self.line(depth, words([if at == 0 { "if" } else { "else if" }.into(), expr(&arm.cond)]));
                        self.steps(depth + 1, &arm.steps);
                    }
                    self.otherwise(depth, otherwise.as_ref());
                }
                StepKind::Match { value, arms, otherwise } => {
                    self.line(depth, words(["match".into(), expr(value)]));
                    for (values, steps, _) in arms {
                        self.line(depth + 1, list(values, expr));
                        self.steps(depth + 2, steps);
                    }
                    self.otherwise(depth + 1, otherwise.as_ref());
                }
                StepKind::Split { name: split, arms } => {
                    self.line(depth, words(["split".into(), name(split)]));
                    for (share, arm, steps) in arms {
                        self.line(depth + 1, words([format!("{share}%"), name(arm)]));
                        self.steps(depth + 2, steps);
                    }
                }
                StepKind::Repeat { times, every, until, steps } => {
                    let (times, every) = (times.0.to_string(), duration(*every));
                    self.line(
                        depth,
                        words(["repeat".into(), times, "every".into(), every, maybe("until", until, expr)]),
                    );
                    self.steps(depth + 1, steps);
                }
                simple => self.line(depth, step_of(simple)),
            }
        }
    }

    fn otherwise(&mut self, depth: usize, steps: Option<&Vec<Step>>) {
        if let Some(steps) = steps {
            self.line(depth, "else");
            self.steps(depth + 1, steps);
        }
    }
}

fn words(words: impl IntoIterator<Item = String>) -> String {
    let said: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
    said.join(" ")
}

/// What is written, behind its word; nothing, where nothing is.
fn maybe<T>(word: &str, of: &Option<T>, show: impl Fn(&T) -> String) -> String {
    of.as_ref().map_or(String::new(), |of| words([word.into(), show(of)]))
}

fn list<T>(all: &[T], show: impl Fn(&T) -> String) -> String {
    all.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn name(name: &Name) -> String {
    if name.quoted { format!("{:?}", name.text) } else { name.text.to_string() }
}

fn names(all: &[Name]) -> String {
    list(all, name)
}

fn text(text: &Text) -> String {
    format!("{:?}", text.text)
}

fn duration(millis: i64) -> String {
    let (length, sign) = (millis.abs(), if millis < 0 { "-" } else { "" });
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
    let unit = units.into_iter().find(|(unit, _)| length % unit == 0);
    let (unit, letter) = unit.unwrap_or((1, "ms"));
    if length == 0 { "0".into() } else { format!("{sign}{}{letter}", length / unit) }
}

fn span(millis: &i64) -> String {
    duration(*millis)
}

fn time(minute: &u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn path(path: &Path) -> String {
    let root = match path.root {
        Root::Profile => "profile.",
        Root::Event => "event.",
        Root::Bare => "",
    };
    format!("{root}{}", dotted(&path.parts))
}

fn dotted(parts: &[Name]) -> String {
    parts.iter().map(name).collect::<Vec<_>>().join(".")
}

fn subjects(all: &[Subject]) -> String {
    list(all, |subject| words([name(&subject.name), maybe("as", &subject.category, name)]))
}

fn event(event: &EventRef) -> String {
    words([name(&event.name), maybe("", &event.message, name)])
}

fn events(all: &[EventRef]) -> String {
    list(all, event)
}

fn offset(offset: &Offset) -> String {
    let sign = if offset.millis < 0 { "" } else { "+" };
    words([format!("{sign}{}", duration(offset.millis)), if offset.whole_days { "(whole days)" } else { "" }.into()])
}

fn field_of(field: &Field) -> String {
    format!("{}: {}", dotted(&field.path), type_of(&field.ty))
}

fn type_of(ty: &TypeExpr) -> String {
    match ty {
        TypeExpr::Named(named) => name(named),
        TypeExpr::List(of) => format!("(list {})", type_of(of)),
        TypeExpr::Choice(texts) => format!("(choice {})", list(texts, text)),
        TypeExpr::Thing(fields) => format!("(thing {})", list(fields, field_of)),
    }
}

fn part_of(part: &ChannelPart) -> String {
    match part {
        ChannelPart::Tracks(all) => format!("tracks {}", names(all)),
        ChannelPart::Limit(limit, _) => format!("limit {limit}"),
        ChannelPart::Provides(all) => format!("provides {}", names(all)),
        ChannelPart::Filters(all) => format!("filters {}", names(all)),
        ChannelPart::Tags(all) => format!("tags {}", names(all)),
    }
}

fn rule_of(rule: &RuleKind) -> String {
    let skips = |skip: bool| if skip { "skip" } else { "" }.to_string();
    match rule {
        RuleKind::Timezone(zone) => format!("timezone {}", text(zone)),
        RuleKind::Consent(all) => format!("consent {}", subjects(all)),
        RuleKind::Transactional(all) => format!("transactional {}", names(all)),
        RuleKind::Stop(all) => format!("stop {}", subjects(all)),
        RuleKind::Quiet { from, to, list, days, skip, when, .. } => words([
            format!("quiet {}-{}", time(from), time(to)),
            maybe("for", list, |all| subjects(all)),
            if days.is_empty() { String::new() } else { format!("on {}", names(days)) },
            skips(*skip),
            maybe("when", when, expr),
        ]),
        RuleKind::Cap { list, limit, per, hold, when } => {
            let per = match per {
                Window::Calendar(word) => name(word),
                Window::Rolling(length) => format!("rolling {}", duration(*length)),
            };
            let limit = limit.0.to_string();
            let (list, hold) = (maybe("for", list, |all| subjects(all)), maybe("hold", hold, span));
            words(["cap".into(), limit, "per".into(), per, list, hold, maybe("when", when, expr)])
        }
        RuleKind::Gap { least, list, skip, when } => words([
            format!("gap {}", duration(*least)),
            maybe("for", list, |all| subjects(all)),
            skips(*skip),
            maybe("when", when, expr),
        ]),
        RuleKind::Avoid { channel, other, within } => {
            format!("avoid {} when {} within {}", name(channel), name(other), duration(*within))
        }
        RuleKind::Exclude { when, list } => {
            words(["exclude".into(), expr(when), maybe("for", list, |all| subjects(all))])
        }
        RuleKind::Priority(all) => format!("priority {}", names(all)),
        RuleKind::Holdout(share) => format!("holdout {share}%"),
    }
}

fn clause_of(clause: &ClauseKind) -> String {
    match clause {
        ClauseKind::Category(category) => format!("category {}", name(category)),
        ClauseKind::For(cond) => format!("for {}", expr(cond)),
        ClauseKind::ReenterNever => "reenter never".into(),
        ClauseKind::ReenterAfter(length) => format!("reenter after {}", duration(*length)),
        ClauseKind::Overlap(word) => format!("overlap {}", name(word)),
        ClauseKind::OnePer(key) => format!("one per {}", path(key)),
        ClauseKind::Holdout(share) => format!("holdout {share}%"),
        ClauseKind::Paused => "paused".into(),
        ClauseKind::Active { from, to } => format!("active {from} to {to}"),
        ClauseKind::Goal { events: of, within, worth, cond, .. } => words([
            format!("goal {}", events(of)),
            maybe("within", within, span),
            maybe("worth", worth, |parts| dotted(parts)),
            maybe("where", cond, expr),
        ]),
        ClauseKind::ExitOn { events: of, cond, .. } => {
            words([format!("exit on {}", events(of)), maybe("where", cond, expr)])
        }
        ClauseKind::ExitWhen { cond, .. } => format!("exit when {}", expr(cond)),
        ClauseKind::Entry { entry, .. } => entry_of(entry),
        ClauseKind::Rule(rule) => rule_of(rule),
    }
}

fn entry_of(entry: &Entry) -> String {
    match entry {
        Entry::On { events: of, cond } => words([format!("on {}", events(of)), maybe("where", cond, expr)]),
        Entry::Entering(segment) => format!("on entering {}", name(segment)),
        Entry::Leaving(segment) => format!("on leaving {}", name(segment)),
        Entry::OnDate { path: of, offset: by, at } => {
            words([format!("on date {}", path(of)), maybe("", by, offset), maybe("at", at, time)])
        }
        Entry::Yearly { path: of, offset: by, at, .. } => {
            words([format!("every year on {}", path(of)), maybe("", by, offset), maybe("at", at, time)])
        }
        Entry::Every { days, at } => format!("every {} at {}", names(days), time(at)),
        Entry::Once { date, at } => words([format!("once on {date}"), maybe("at", at, time)]),
    }
}

fn step_of(step: &StepKind) -> String {
    let audience_for = |length: &Option<i64>| maybe("for", length, span);
    match step {
        StepKind::Wait(length) => format!("wait {}", duration(*length)),
        StepKind::WaitUntil { until, or_exit } => {
            words(["wait until".into(), until_of(until), if *or_exit { "or exit" } else { "" }.into()])
        }
        StepKind::WaitBetween { from, to, days } => words([
            format!("wait between {} and {}", time(from), time(to)),
            if days.is_empty() { String::new() } else { format!("on {}", names(days)) },
        ]),
        StepKind::WaitFor { cond, up_to } => format!("wait for {} up to {}", expr(cond), duration(*up_to)),
        StepKind::Send(all) => format!("send {}", list(all, alternative)),
        StepKind::BestOf(all) => format!("best of {}", list(all, alternative)),
        StepKind::Add { audience, for_ } => words([format!("add to {}", name(audience)), audience_for(for_)]),
        StepKind::Remove(audience) => format!("remove from {}", name(audience)),
        StepKind::Set { path: of, value } => format!("set {} to {}", path(of), expr(value)),
        StepKind::Emit { event, args } => format!("emit {} ({})", name(event), named(args)),
        StepKind::Start(journey) => format!("start {}", name(journey)),
        StepKind::Call { hook, args } => format!("call {} ({})", name(hook), named(args)),
        StepKind::Exit => "exit".into(),
        StepKind::If { .. } | StepKind::Match { .. } | StepKind::Split { .. } | StepKind::Repeat { .. } => {
            unreachable!("blocks are shown with what stands in them")
        }
    }
}

fn named(args: &[(Name, Expr)]) -> String {
    list(args, |(of, value)| format!("{}: {}", name(of), expr(value)))
}

fn given(args: &[(Vec<Name>, Expr)]) -> String {
    list(args, |(of, value)| format!("{}: {}", dotted(of), expr(value)))
}

fn alternative(send: &Alternative) -> String {
    let options = send.options.iter().map(|option| match option {
        SendOption::As(category) => format!("as {}", name(category)),
        SendOption::BestTime(within, _) => format!("at best time within {}", duration(*within)),
        SendOption::With(args, _) => format!("with ({})", named(args)),
    });
    words([name(&send.channel), name(&send.message)].into_iter().chain(options))
}

fn until_of(until: &Until) -> String {
    match until {
        Until::Time(at) => time(at),
        Until::Day { word, at } => words([name(word), maybe("at", at, time)]),
        Until::Next { word, at, .. } => words(["next".into(), name(word), maybe("at", at, time)]),
        Until::NthDay { number, at, .. } => words([format!("day {}", number.0), maybe("at", at, time)]),
        Until::Date { date, at } => words([date.to_string(), maybe("at", at, time)]),
        Until::Path { path: of, offset: by, at } => words([path(of), maybe("", by, offset), maybe("at", at, time)]),
    }
}

fn test_of(kind: &TestKind) -> String {
    match kind {
        TestKind::Profile(args) => format!("profile ({})", given(args)),
        TestKind::Start(date, at) => words([format!("start {date}"), maybe("at", at, time)]),
        TestKind::Event { event: of, args } => format!("{} ({})", event(of), given(args)),
        TestKind::Set { path: of, value } => format!("set {} to {}", dotted(of), expr(value)),
        TestKind::Allow(all) => format!("allow {}", names(all)),
        TestKind::Expect { words: said, by, until, args } => words([
            "expect".into(),
            words(said.iter().map(name)),
            maybe("by", by, text),
            maybe("until", until, span),
            if args.is_empty() { String::new() } else { format!("({})", given(args)) },
        ]),
        TestKind::ExpectSet { path: of, value } => words(["expect set".into(), dotted(of), maybe("to", value, expr)]),
    }
}

fn expr(of: &Expr) -> String {
    let all = |head: &str, parts: &[Expr]| format!("({head} {})", words(parts.iter().map(expr)));
    let not = |not: bool, word: &str| if not { format!("not {word}") } else { word.to_string() };
    match &of.kind {
        ExprKind::Number(number) => number.to_string(),
        ExprKind::Percent(number) => format!("{number}%"),
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Bool(yes) => yes.to_string(),
        ExprKind::Duration(length) => duration(*length),
        ExprKind::Time(at) => time(at),
        ExprKind::Date(date) => date.to_string(),
        ExprKind::Moment(date, at) => format!("{date} {}", time(at)),
        ExprKind::List(parts) => all("list", parts),
        ExprKind::Path { path: of, suffix } => narrowed(path(of), suffix),
        ExprKind::Pair(a, b, suffix) => narrowed(format!("(pair {} {})", name(a), name(b)), suffix),
        ExprKind::Reachable { channel, .. } => format!("(reachable {})", name(channel)),
        ExprKind::KnownFor(length) => format!("(known for {})", duration(*length)),
        ExprKind::InSegment(segment) => format!("(in {})", name(segment)),
        ExprKind::Aggregate { word, of, channel, suffix } => {
            narrowed(words([format!("({} of {}", name(word), path(of)), maybe("by", channel, name)]) + ")", suffix)
        }
        ExprKind::Last { path: of, suffix } => narrowed(format!("(last {})", path(of)), suffix),
        ExprKind::Since { path: of, suffix, .. } => narrowed(format!("(time since {})", path(of)), suffix),
        ExprKind::Compare { op, left, right } => format!("({} {} {})", sign(*op), expr(left), expr(right)),
        ExprKind::OneOf { value, list, not: negated } => {
            format!("({} {} {})", not(*negated, "one of"), expr(value), words(list.iter().map(expr)))
        }
        ExprKind::Contains(whole, part) => format!("(contains {} {})", expr(whole), expr(part)),
        ExprKind::Between { value, from, to, not: negated } => {
            format!("({} {} {} {})", not(*negated, "between"), expr(value), expr(from), expr(to))
        }
        ExprKind::Not(inner) => format!("(not {})", expr(inner)),
        ExprKind::And(parts) => all("and", parts),
        ExprKind::Or(parts) => all("or", parts),
        ExprKind::Within(inner, length) => format!("(within {} {})", duration(*length), expr(inner)),
        ExprKind::Negative(inner) => format!("(- {})", expr(inner)),
        ExprKind::Sum(first, rest) => chain(first, rest, ["+", "-"]),
        ExprKind::Product(first, rest) => chain(first, rest, ["*", "/"]),
    }
}

/// `(a + b - c)`: of each part whether the first sign stands before it.
fn chain(first: &Expr, rest: &[(bool, Expr)], [yes, no]: [&str; 2]) -> String {
    let parts = rest.iter().map(|(is_first, part)| format!("{} {}", if *is_first { yes } else { no }, expr(part)));
    format!("({})", words([expr(first)].into_iter().chain(parts)))
}

fn sign(op: Comparison) -> &'static str {
    match op {
        Comparison::Is => "is",
        Comparison::IsNot => "is not",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn narrowed(what: String, suffix: &Suffix) -> String {
    if suffix.is_empty() {
        return what;
    }
    let Suffix { cond, in_last, ever } = suffix;
    let cond = maybe("where", cond, |cond| expr(cond));
    format!("({})", words([what, cond, maybe("in last", in_last, span), if *ever { "ever" } else { "" }.into()]))
}
