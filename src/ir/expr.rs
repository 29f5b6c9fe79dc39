//! Values and conditions.

use super::{
    AttributeId, CategoryId, ChannelId, Days, Engagement, HappeningId, HistoryId, MessageId, PropertyId, SegmentId,
};
use crate::value::{Comparison, Millis, Minute, Timestamp, Value};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A value or a condition. A condition is true, false or unknown.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A value that is written in the program.
    Const(Value),
    /// A local moment that is written in the program, in the profile's zone.
    LocalMoment(NaiveDate, Minute),
    /// An attribute of the profile.
    Attribute(AttributeId),
    /// `profile.consent.NAME`: the answer that was given.
    Consent(SmolStr),
    /// `profile.reachable.NAME`
    ReachableFlag(SmolStr),
    /// A property of the entry's event.
    EntryProperty(u16),
    /// Inside `where`, a property of the event in question.
    EventProperty(PropertyId),
    /// This instant.
    Now,
    /// This local day.
    Today,
    /// A comparison; with something missing it is unknown.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// Whether a value is one of several.
    OneOf(Box<Expr>, Vec<Expr>),
    /// Whether a text holds a text, or a list a value.
    Contains(Box<Expr>, Box<Expr>),
    /// From the first up to and with the second; of times of day, without the second.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Whether it is not missing.
    Known(Box<Expr>),
    /// Whether the local time lies between two minutes, the second not included.
    LocalTime(Minute, Minute),
    /// Whether the local day is one of these.
    Day(Days),
    /// Whether an event of [`super::Journey::happenings`] has happened since the entry.
    Happened(HappeningId),
    /// Whether the last message, or the last one of this name, has this engagement.
    Engaged(Engagement, Option<MessageId>),
    /// Whether the last send went.
    Sent,
    /// Whether the last send was suppressed.
    Suppressed,
    /// Consent and reachability as the gate sees them, for a send of this category.
    Reachable(ChannelId, Option<CategoryId>),
    /// Whether the profile prefers this channel.
    Prefers(ChannelId),
    /// Whether the profile is in a segment; unknown counts as outside.
    In(SegmentId),
    /// Whether the profile was first seen at least so long ago.
    KnownFor(Millis),
    /// Whether a history has anything.
    Occurred(HistoryId),
    /// How often.
    Count(HistoryId, Windowed),
    /// The sum of its values.
    Sum(HistoryId, Windowed),
    /// The latest value.
    Last(HistoryId, Windowed),
    /// The time since the latest.
    Since(HistoryId),
    /// The share of the messages of the last while that were engaged with, on this channel or on any.
    Rate(Engagement, Option<ChannelId>, Millis),
    /// Three-valued.
    Not(Box<Expr>),
    /// Three-valued.
    And(Vec<Expr>),
    /// Three-valued.
    Or(Vec<Expr>),
    /// Exact arithmetic from left to right: a value, then what is done to it.
    Arithmetic(Box<Expr>, Vec<(Arithmetic, Expr)>),
}

impl Expr {
    /// Shows every part of an expression, the whole first.
    pub fn visit(&self, see: &mut impl FnMut(&Expr)) {
        see(self);
        match self {
            Expr::Compare(_, a, b) | Expr::Contains(a, b) => {
                a.visit(see);
                b.visit(see);
            }
            Expr::OneOf(value, items) => {
                value.visit(see);
                items.iter().for_each(|item| item.visit(see));
            }
            Expr::Between(value, from, to) => [value, from, to].into_iter().for_each(|part| part.visit(see)),
            Expr::Known(inner) | Expr::Not(inner) => inner.visit(see),
            Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| part.visit(see)),
            Expr::Arithmetic(first, parts) => {
                first.visit(see);
                parts.iter().for_each(|(_, part)| part.visit(see));
            }
            _ => {}
        }
    }
}

/// Whether a history is asked about for a while back only, so that its answer changes with time alone.
pub type Windowed = bool;

/// A calculation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the signs")]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Arithmetic {
    /// Calculates; whatever does not come out exactly, or at all, is missing.
    pub fn apply(self, left: &Value, right: &Value) -> Value {
        use Value::{Date, Duration, Missing, Moment, Number};
        let shifted = |sum: Option<Timestamp>, wrap: fn(Timestamp) -> Value| sum.map_or(Missing, wrap);
        let sign = if self == Arithmetic::Subtract { -1 } else { 1 };
        match (self, left, right) {
            (Arithmetic::Add, Number(a), Number(b)) => a.checked_add(*b).map_or(Missing, Number),
            (Arithmetic::Subtract, Number(a), Number(b)) => a.checked_sub(*b).map_or(Missing, Number),
            (Arithmetic::Multiply, Number(a), Number(b)) => a.checked_mul(*b).map_or(Missing, Number),
            (Arithmetic::Divide, Number(a), Number(b)) => a.checked_div(*b).map_or(Missing, Number),
            (Arithmetic::Add | Arithmetic::Subtract, Moment(a), Duration(d)) => {
                shifted(a.checked_add(sign * d), Moment)
            }
            (Arithmetic::Add | Arithmetic::Subtract, Duration(a), Duration(d)) => {
                shifted(a.checked_add(sign * d), Duration)
            }
            (Arithmetic::Add, Duration(d), Moment(a)) => shifted(a.checked_add(*d), Moment),
            (Arithmetic::Subtract, Moment(a), Moment(b)) => shifted(a.checked_sub(*b), Duration),
            (Arithmetic::Add | Arithmetic::Subtract, Date(a), Duration(d)) => {
                a.checked_add_signed(chrono::Duration::days(sign * d / 86_400_000)).map_or(Missing, Date)
            }
            (Arithmetic::Add, Duration(d), Date(a)) => {
                a.checked_add_signed(chrono::Duration::days(d / 86_400_000)).map_or(Missing, Date)
            }
            (Arithmetic::Subtract, Date(a), Date(b)) => Duration(a.signed_duration_since(*b).num_days() * 86_400_000),
            _ => Missing,
        }
    }
}
