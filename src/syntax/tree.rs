//! The tree of a program, as written: every node knows its place, nothing is looked up yet.

use crate::source::Span;
use crate::value::Comparison;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use smol_str::SmolStr;

/// A name or a text that stands for one.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// The name as written, without quotes.
    pub text: SmolStr,
    /// Whether it stood in quotes.
    pub quoted: bool,
    /// Where it stands.
    pub span: Span,
}

/// What the dots of a path start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// `profile.…`
    Profile,
    /// `event.…`, the event that the journey was entered by.
    Event,
    /// A bare name: an event, or inside `where` a property.
    Bare,
}

/// `profile.plan.name`, `event.cart_id`, `order_placed.total`.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// What it starts from.
    pub root: Root,
    /// The names between the dots; for a bare path the first one included.
    pub parts: Vec<Name>,
    /// Where it stands.
    pub span: Span,
}

/// A top-level item: `charter`, `profile`, `event`, `message`, `journey`, `test` and their like, with the line that opens it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// The line that opens it.
    pub span: Span,
}

/// The kinds of item.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is named as the word that begins it")]
pub enum ItemKind {
    Charter(Vec<Rule>),
    Profile(Vec<Field>),
    Event { name: Name, fields: Option<Vec<Field>> },
    Channel { name: Name, parts: Vec<ChannelPart> },
    Audience { name: Name, title: Option<Text> },
    Segment { name: Name, cond: Option<Expr> },
    Message { name: Name, title: Option<Text>, variants: Vec<Variant> },
    Journey(Journey),
    Test(Test),
}

/// A text in quotes.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The text itself.
    pub text: SmolStr,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// `first_name: text`
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The attribute or property.
    pub path: Vec<Name>,
    /// Its type.
    pub ty: TypeExpr,
    /// Where it stands.
    pub span: Span,
}

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeExpr {
    /// `number`, `text` …
    Named(Name),
    /// `list of T`
    List(Box<TypeExpr>),
    /// `"bronze" | "silver"`
    Choice(Vec<Text>),
    /// `(title: text, price: number)`, what each thing of a list has.
    Thing(Vec<Field>),
}

/// A part of a channel.
#[derive(Debug, Clone, PartialEq)]
pub enum ChannelPart {
    /// `tracks opened, clicked`
    Tracks(Vec<Name>),
    /// `limit 1024 characters`
    Limit(Decimal, Span),
    /// `provides unsubscribe_url`: variables that the host fills in by itself.
    Provides(Vec<Name>),
    /// `filters money`: filters of Liquid that the host adds.
    Filters(Vec<Name>),
    /// `tags unsubscribe`: tags of Liquid that the host adds.
    Tags(Vec<Name>),
}

/// One channel's text of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// The channel.
    pub channel: Name,
    /// Its parts; one without a name is the whole text.
    pub parts: Vec<Part>,
    /// Where it stands.
    pub span: Span,
}

/// `subject "…"`, `body file "recs.mjml"`
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The part, such as `subject`.
    pub name: Option<Name>,
    /// What it says. Where it is from a file, its place is the whole of that file, once the files of the program are there.
    pub text: Text,
    /// The file that it is from, as it is named here.
    pub file: Option<Text>,
}

/// A journey.
#[derive(Debug, Clone, PartialEq)]
pub struct Journey {
    /// Its name; none for a bare `on …:` block, which takes the file's.
    pub name: Option<Name>,
    /// What it is for.
    pub title: Option<Text>,
    /// Its clauses and entry blocks.
    pub clauses: Vec<Clause>,
    /// Whether a line of it could not be read.
    pub broken: bool,
}

/// A line of a journey, with the steps under it.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// What it is.
    pub kind: ClauseKind,
    /// The line.
    pub span: Span,
}

/// The kinds of clause.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is named as the word that begins it")]
pub enum ClauseKind {
    Category(Name),
    For(Expr),
    ReenterNever,
    ReenterAfter(i64),
    Overlap(Name),
    OnePer(Path),
    Holdout(Decimal),
    Paused,
    Active { from: NaiveDate, to: NaiveDate },
    Goal { events: Vec<EventRef>, within: Option<i64>, worth: Option<Vec<Name>>, cond: Option<Expr>, steps: Vec<Step> },
    ExitOn { events: Vec<EventRef>, cond: Option<Expr>, steps: Vec<Step> },
    ExitWhen { cond: Expr, steps: Vec<Step> },
    Entry { entry: Entry, steps: Vec<Step> },
    Rule(RuleKind),
}

/// An event, or an engagement with a named message.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRef {
    /// The event or the engagement.
    pub name: Name,
    /// The message of an engagement.
    pub message: Option<Name>,
}

/// What lets a profile in.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are the parts of the line, in its order")]
pub enum Entry {
    /// `on EVENT or EVENT where COND:`
    On { events: Vec<EventRef>, cond: Option<Expr> },
    /// `on entering SEGMENT:`
    Entering(Name),
    /// `on leaving SEGMENT:`
    Leaving(Name),
    /// `on date profile.ATTR + 3d at 09:00:`
    OnDate { path: Path, offset: Option<Offset>, at: Option<u32> },
    /// `every year on profile.ATTR:`
    Yearly { words: Vec<Name>, path: Path, offset: Option<Offset>, at: Option<u32> },
    /// `every monday, thursday at 09:00:`
    Every { days: Vec<Name>, at: u32 },
    /// `on 2026-11-27 at 09:00:`
    Once { date: NaiveDate, at: Option<u32> },
}

/// A rule of the charter.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// What it says.
    pub kind: RuleKind,
    /// The line.
    pub span: Span,
}

/// The kinds of rule.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is named as the word that begins it")]
pub enum RuleKind {
    Timezone(Text),
    Consent(Vec<Subject>),
    Transactional(Vec<Name>),
    Stop(Vec<Subject>),
    Quiet {
        from: u32,
        to: u32,
        list: Option<Vec<Subject>>,
        days: Vec<Name>,
        skip: bool,
        when: Option<Expr>,
        times: Span,
    },
    Cap {
        list: Option<Vec<Subject>>,
        limit: (Decimal, Span),
        per: Window,
        hold: Option<i64>,
        when: Option<Expr>,
    },
    Gap {
        least: i64,
        list: Option<Vec<Subject>>,
        skip: bool,
        when: Option<Expr>,
    },
    Avoid {
        channel: Name,
        other: Name,
        within: i64,
    },
    Exclude {
        when: Expr,
        list: Option<Vec<Subject>>,
    },
    Priority(Vec<Name>),
    Holdout(Decimal),
}

/// A part of a LIST: a channel, a category, or both at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// A channel or a category.
    pub name: Name,
    /// The category of `sms as promo`.
    pub category: Option<Name>,
}

/// What a cap counts over.
#[derive(Debug, Clone, PartialEq)]
pub enum Window {
    /// `day`, `week`, `month`
    Calendar(Name),
    /// A duration in milliseconds, which rolls.
    Rolling(i64),
}

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// Its text; for a block, its first line.
    pub span: Span,
}

/// The kinds of step.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is named as the word that begins it")]
pub enum StepKind {
    Wait(i64),
    WaitUntil { until: Until, or_exit: bool },
    WaitBetween { from: u32, to: u32, days: Vec<Name> },
    WaitFor { cond: Expr, up_to: i64 },
    Send(Vec<Alternative>),
    BestOf(Vec<Alternative>),
    If { arms: Vec<Arm>, otherwise: Option<Vec<Step>> },
    Match { value: Expr, arms: Vec<(Vec<Expr>, Vec<Step>, Span)>, otherwise: Option<Vec<Step>> },
    Split { name: Name, arms: Vec<(Decimal, Name, Vec<Step>)> },
    Repeat { times: (Decimal, Span), every: i64, until: Option<Expr>, steps: Vec<Step> },
    Add { audience: Name, for_: Option<i64> },
    Remove(Name),
    Set { path: Path, value: Expr },
    Emit { event: Name, args: Vec<(Name, Expr)> },
    Start(Name),
    Call { hook: Name, args: Vec<(Name, Expr)> },
    Exit,
}

/// `if COND`, with what is done where it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// The condition.
    pub cond: Expr,
    /// What is done.
    pub steps: Vec<Step>,
}

/// `email recs as promo`, one alternative of a send.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// The channel.
    pub channel: Name,
    /// The message.
    pub message: Name,
    /// What follows them.
    pub options: Vec<SendOption>,
    /// Where it stands.
    pub span: Span,
}

/// An option of a send.
#[derive(Debug, Clone, PartialEq)]
pub enum SendOption {
    /// `as CATEGORY`
    As(Name),
    /// `at best time within D`, in milliseconds.
    BestTime(i64, Span),
    /// `with (name: EXPR)`
    With(Vec<(Name, Expr)>, Span),
}

/// The moment of a `wait until`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are the parts of the line, in its order")]
pub enum Until {
    /// `18:00`
    Time(u32),
    /// `tomorrow 09:00`, `monday`
    Day { word: Name, at: Option<u32> },
    /// `next monday 09:00`
    Next { next: Name, word: Name, at: Option<u32> },
    /// `day 5 at 18:00`
    NthDay { word: Name, number: (Decimal, Span), at: Option<u32> },
    /// `2026-12-24 18:00`
    Date { date: NaiveDate, at: Option<u32> },
    /// `profile.trial_end - 3d at 10:00`
    Path { path: Path, offset: Option<Offset>, at: Option<u32> },
}

/// `- 3d`
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offset {
    /// Milliseconds, less than nothing for `-`.
    pub millis: i64,
    /// Whether it is written in days and weeks alone, and so counts calendar days on a date.
    pub whole_days: bool,
}

/// An expression or a condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is named as what is written")]
pub enum ExprKind {
    Number(Decimal),
    Percent(Decimal),
    Text(SmolStr),
    Bool(bool),
    Duration(i64),
    Time(u32),
    Date(NaiveDate),
    Moment(NaiveDate, u32),
    /// `["A", "B"]`, in tests.
    List(Vec<Expr>),
    /// A path, and what narrows it where it is an event.
    Path {
        path: Path,
        suffix: Suffix,
    },
    /// `opened recs`, `prefers sms`, `local time`.
    Pair(Name, Name, Suffix),
    /// `reachable by CHANNEL`
    Reachable {
        word: Name,
        channel: Name,
    },
    KnownFor(i64),
    InSegment(Name),
    /// `count of E`, `sum of E.prop`, `rate of opened email`
    Aggregate {
        word: Name,
        of: Path,
        channel: Option<Name>,
        suffix: Suffix,
    },
    Last {
        path: Path,
        suffix: Suffix,
    },
    /// `time since E`
    Since {
        word: Name,
        path: Path,
        suffix: Suffix,
    },
    Compare {
        op: Comparison,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    OneOf {
        value: Box<Expr>,
        list: Vec<Expr>,
        not: bool,
    },
    Contains(Box<Expr>, Box<Expr>),
    Between {
        value: Box<Expr>,
        from: Box<Expr>,
        to: Box<Expr>,
        not: bool,
    },
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Within(Box<Expr>, i64),
    Negative(Box<Expr>),
    Sum(Box<Expr>, Vec<(bool, Expr)>),
    Product(Box<Expr>, Vec<(bool, Expr)>),
}

/// `where (…) in last 30d`, `ever`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Suffix {
    /// `where (…)`
    pub cond: Option<Box<Expr>>,
    /// `in last D`, in milliseconds.
    pub in_last: Option<i64>,
    /// `ever`
    pub ever: bool,
}

impl Suffix {
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        *self == Suffix::default()
    }
}

/// A test.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The journey it is about.
    pub journey: Name,
    /// What it shows.
    pub title: Option<Text>,
    /// Its lines.
    pub lines: Vec<TestLine>,
}

/// A line of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct TestLine {
    /// Milliseconds after the start; none: as the line before.
    pub offset: Option<i64>,
    /// What is done or expected.
    pub kind: TestKind,
    /// The line.
    pub span: Span,
}

/// What a line of a test does.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is named as the word that begins it")]
pub enum TestKind {
    Profile(Vec<(Vec<Name>, Expr)>),
    Start(NaiveDate, Option<u32>),
    Event { event: EventRef, args: Vec<(Vec<Name>, Expr)> },
    Set { path: Vec<Name>, value: Expr },
    Allow(Vec<Name>),
    Expect { words: Vec<Name>, by: Option<Text>, until: Option<i64>, args: Vec<(Vec<Name>, Expr)> },
    ExpectSet { path: Vec<Name>, value: Option<Expr> },
}

/// A file of a program.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct File {
    /// Its items, in order.
    pub items: Vec<Item>,
    /// The words on lines that could not be read: an unknown name among them may have been declared there.
    pub lost_words: Vec<SmolStr>,
    /// Whether a line of the first column could not be read.
    pub broken: bool,
}
