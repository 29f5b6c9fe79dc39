//! Tests: a person is played through the program in virtual time, and what must happen is said.

use super::{ChannelId, Expr, JourneyId};
use crate::source::Span;
use crate::value::{Millis, Minute};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use smol_str::SmolStr;

/// A test.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The journey it is about.
    pub journey: JourneyId,
    /// What it shows.
    pub title: Option<SmolStr>,
    /// The person's id; none: somebody outside of all control groups.
    pub id: Option<SmolStr>,
    /// What is known of the person before the start: names in snake case from the outside in, and values.
    pub traits: Vec<(Vec<SmolStr>, Expr)>,
    /// The local moment of the start; without a time, 09:00 of that day.
    pub start: Option<(NaiveDate, Option<Minute>)>,
    /// Channels whose sends need not be expected.
    pub allowed: Vec<ChannelId>,
    /// What happens and what is expected, in written order.
    pub lines: Vec<TestLine>,
    /// The line that opens it.
    pub span: Span,
}

impl Test {
    /// A test of a journey that says nothing yet.
    pub(crate) fn of(journey: JourneyId, span: Span) -> Self {
        Self { journey, title: None, id: None, traits: vec![], start: None, allowed: vec![], lines: vec![], span }
    }
}

/// A line of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct TestLine {
    /// Since the start.
    pub offset: Millis,
    /// What it does.
    pub kind: TestKind,
    /// Where it stands.
    pub span: Span,
}

/// What a line of a test does.
#[derive(Debug, Clone, PartialEq)]
pub enum TestKind {
    /// An event of the person, by its name in snake case, with its properties: names from the outside in.
    Event(SmolStr, Vec<(Vec<SmolStr>, Expr)>),
    /// A trait: names in snake case from the outside in, and its value.
    Set(Vec<SmolStr>, Expr),
    /// An effect that must happen at this moment.
    Expect(Expectation),
}

/// An effect that a test demands. Where a part is none, any will do.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// `nothing`: no message is sent, held or suppressed, whoever asked for it.
    Nothing,
    /// `entered`
    Entered,
    /// `email recs`
    Sent(SmolStr, SmolStr),
    /// `suppressed push reminder by "RULE"`
    Suppressed(SmolStr, Option<SmolStr>, Option<SmolStr>),
    /// `held push reminder by "RULE" until +3d`
    Held(SmolStr, Option<SmolStr>, Option<SmolStr>, Option<Millis>),
    /// `exited goal`
    Exited(Option<SmolStr>),
    /// `converted (value: 80)`
    Converted(Option<Decimal>),
    /// `chose offer a`
    Chose(SmolStr, Option<SmolStr>),
    /// `add to retargeting`
    Added(SmolStr),
    /// `remove from retargeting`
    Removed(SmolStr),
    /// `emit cart_saved (total: 80)`: these properties, whatever others there are.
    Emitted(SmolStr, Vec<(SmolStr, Expr)>),
    /// `call crm_update (tier: "gold")`: these arguments, whatever others there are.
    Called(SmolStr, Vec<(SmolStr, Expr)>),
    /// `set stage to "warm"`
    Set(SmolStr, Option<Expr>),
}
