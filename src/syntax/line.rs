//! What the grammar makes of one line, before the lines are put together; and its small helpers.

use super::token::Key;
use super::tree::*;
use crate::source::Span;
use crate::syntax::problem::{Problem, kind};
use rust_decimal::Decimal;

/// One line without its block. It lives as long as it takes to put it into the tree.
#[derive(Debug, Clone)]
pub(crate) enum Line {
    Item(ItemHead),
    Rule(RuleKind),
    Clause(ClauseKind),
    Step(StepLine),
    Field(Vec<Name>, TypeExpr),
    ChannelPart(ChannelPart),
    Variant(Name),
    VariantPart(Part),
    MatchArm(Vec<Expr>),
    MatchElse,
    SplitArm(Decimal, Name),
    Test(Option<i64>, TestKind),
    Trait(Vec<Name>, Expr),
    Condition(Expr),
}

/// The line that opens an item.
#[derive(Debug, Clone)]
pub(crate) enum ItemHead {
    Charter,
    Profile,
    Event(Name, bool),
    Channel(Name),
    Audience(Name, Option<Text>),
    Segment(Name),
    Message(Name, Option<Text>),
    Journey(Name, Option<Text>),
    Test(Name, Option<Text>),
    Entry(Entry),
}

/// A line of steps. What is large stands in boxes: the parser moves its values about.
#[derive(Debug, Clone)]
pub(crate) enum StepLine {
    Simple(Step),
    If(Expr),
    IfThen { cond: Expr, step: Box<Step>, tail: Option<Box<Tail>> },
    Else,
    ElseIf(Expr),
    ElseIfThen { cond: Expr, step: Box<Step>, tail: Option<Box<Tail>> },
    ElseStep(Step),
    Match(Expr),
    Split(Name),
    Repeat { times: (Decimal, Span), every: i64, until: Option<Expr> },
}

/// What follows the step of a one-line `if`.
#[derive(Debug, Clone)]
pub(crate) enum Tail {
    Else(Step),
    If { cond: Expr, step: Step, tail: Option<Box<Tail>> },
}

/// What may stand between the events of a goal and its `where`.
#[derive(Debug, Clone)]
pub(crate) enum GoalPart {
    Within(i64, Span),
    Worth(Vec<Name>, Span),
}

pub(crate) fn goal(
    events: Vec<EventRef>,
    parts: Vec<GoalPart>,
    cond: Option<Expr>,
) -> Result<ClauseKind, lalrpop_util::ParseError<u32, super::token::Token, Problem>> {
    let (mut within, mut worth) = (None, None);
    for part in parts {
        let twice = match part {
            GoalPart::Within(d, span) => within.replace(d).map(|_| span),
            GoalPart::Worth(path, span) => worth.replace(path).map(|_| span),
        };
        if let Some(span) = twice {
            let error = Problem::new(span, kind::Rule::GoalTwice);
            return Err(lalrpop_util::ParseError::User { error });
        }
    }
    Ok(ClauseKind::Goal { events, within, worth, cond, steps: vec![] })
}

pub(crate) fn best_time(
    span: Span,
    first: Name,
    second: Name,
    within: i64,
) -> Result<SendOption, lalrpop_util::ParseError<u32, super::token::Token, Problem>> {
    if first.text == "best" && second.text == "time" {
        return Ok(SendOption::BestTime(within, span));
    }
    let error = Problem::new(first.span.to(second.span), kind::Step::NoBestTime);
    Err(lalrpop_util::ParseError::User { error })
}

pub(crate) fn zero_offset(
    span: Span,
    number: Decimal,
) -> Result<i64, lalrpop_util::ParseError<u32, super::token::Token, Problem>> {
    if number.is_zero() {
        return Ok(0);
    }
    let error = Problem::new(span, kind::Test::NoUnit { number: number.to_string() });
    Err(lalrpop_util::ParseError::User { error })
}

/// A keyword that stands as a name.
pub(crate) fn keyword(file: u16, start: u32, end: u32, key: Key) -> Name {
    Name { text: smol_str::SmolStr::new_static(key.word()), quoted: false, span: Span::new(file, start, end) }
}

/// What the file says is put in when the files of the program are there.
pub(crate) fn from_file(name: Name, file: Text) -> Part {
    let text = Text { text: smol_str::SmolStr::default(), span: file.span };
    Part { name: Some(name), text, file: Some(file) }
}

pub(crate) fn expr(file: u16, start: u32, end: u32, kind: ExprKind) -> Expr {
    Expr { kind, span: Span::new(file, start, end) }
}

pub(crate) fn suffix(cond: Option<Expr>, window: Option<Option<i64>>) -> Suffix {
    Suffix { cond: cond.map(Box::new), in_last: window.flatten(), ever: window == Some(None) }
}

pub(crate) fn named_type(name: Name) -> TypeExpr {
    match name.quoted {
        true => TypeExpr::Choice(vec![Text { text: name.text, span: name.span }]),
        false => TypeExpr::Named(name),
    }
}

pub(crate) fn prepend<T>(first: T, mut others: Vec<T>) -> Vec<T> {
    others.insert(0, first);
    others
}
