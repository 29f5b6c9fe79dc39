//! How a moment lies to a date: to one of the entry's event, to one of the profile, or to the calendar itself.

use super::cycle::DAY;
use crate::ir::{Arithmetic, Comparison, Expr, ValueMoment};
use crate::value::{Millis, Value};
use chrono::NaiveDate;
use thin_vec::ThinVec;

/// What a moment is told from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Base {
    /// The local calendar: since the beginning of its count.
    Calendar,
    /// A date or a moment.
    Of(Expr),
    /// An anniversary of one.
    Yearly(Expr),
}

/// So long after something, at least and at most; none: any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) least: Option<Millis>,
    pub(super) most: Option<Millis>,
}

impl Reach {
    const ANY: Reach = Reach { least: None, most: None };

    fn exactly(at: Millis) -> Self {
        Self { least: Some(at), most: Some(at) }
    }

    fn join(self, other: Reach) -> Self {
        Self {
            least: self.least.zip(other.least).map(|(a, b)| a.min(b)),
            most: self.most.zip(other.most).map(|(a, b)| a.max(b)),
        }
    }

    fn pass(self, least: Millis, most: Option<Millis>) -> Self {
        Self {
            least: self.least.map(|known| known.saturating_add(least)),
            most: self.most.zip(most).map(|(known, more)| known.saturating_add(more)),
        }
    }

    fn at_least(&mut self, least: Millis) {
        self.least = Some(self.least.map_or(least, |known| known.max(least)));
    }

    fn at_most(&mut self, most: Millis) {
        self.most = Some(self.most.map_or(most, |known| known.min(most)));
    }

    fn is_empty(self) -> bool {
        self.least.zip(self.most).is_some_and(|(least, most)| least > most)
    }
}

/// How a moment lies to one date.
///
/// INVARIANT: `exact` and `day` speak of the same moment: since the date, and since the local midnight before the date, which
/// is less than a day earlier (`agree`).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Anchor {
    pub(super) base: Base,
    /// Since the moment itself.
    pub(super) exact: Reach,
    /// Since the local midnight before it.
    pub(super) day: Reach,
}

impl Anchor {
    pub(super) fn new(base: Base) -> Self {
        Self { base, exact: Reach::ANY, day: Reach::ANY }
    }

    /// A local moment of the calendar.
    pub(super) fn calendar(date: NaiveDate, time: Millis) -> Self {
        let mut anchor = Self::new(Base::Calendar);
        anchor.day = Reach::exactly(days(date) + time);
        anchor
    }

    /// Whether a bound is known, and so that there is such a date at all.
    pub(super) fn is_known(&self) -> bool {
        let known = |reach: Reach| reach.least.is_some() || reach.most.is_some();
        known(self.exact) || known(self.day)
    }

    /// The first and the last moment of an entry, in days of the calendar.
    pub(super) fn within(&mut self, first: Millis, last: Millis) {
        self.day.at_least(first);
        self.day.at_most(last);
    }

    /// It is no later than a moment: who would be too late for it has left.
    pub(super) fn not_after(&mut self, target: Target) {
        match target.by_day {
            true => self.day.at_most(target.after),
            false => self.exact.at_most(target.after),
        }
        self.agree();
    }

    pub(super) fn join(&mut self, other: &Anchor) {
        self.exact = self.exact.join(other.exact);
        self.day = self.day.join(other.day);
    }

    pub(super) fn pass(&mut self, least: Millis, most: Option<Millis>) {
        self.exact = self.exact.pass(least, most);
        self.day = self.day.pass(least, most);
    }

    /// Now it is a moment that follows the date.
    pub(super) fn at(&mut self, target: Target) {
        match target.by_day {
            true => self.day = Reach::exactly(target.after),
            false => self.exact = Reach::exactly(target.after),
        }
        self.agree();
    }

    /// How long it takes to such a moment, at least and at most, and whether it is surely still to come.
    pub(super) fn until(&self, target: Target) -> (Millis, Option<Millis>, bool) {
        let now = if target.by_day { self.day } else { self.exact };
        let left = |from: Millis| target.after.saturating_sub(from).max(0);
        (now.most.map_or(0, left), now.least.map(left), now.most.is_some_and(|most| most <= target.after))
    }

    /// Somebody has waited for a moment (`target`): now it is that moment, or later where it was past already.
    pub(super) fn waited(&mut self, target: Target, before: &Anchor) {
        let then = if target.by_day { before.day } else { before.exact };
        let now = Reach {
            least: Some(then.least.map_or(target.after, |least| least.max(target.after))),
            most: then.most.map(|most| most.max(target.after)),
        };
        match target.by_day {
            true => self.day = now,
            false => self.exact = now,
        }
        self.agree();
    }

    /// A comparison of now, or of today, with the date holds; false: it never can.
    pub(super) fn know(&mut self, asked: Asked) -> bool {
        let unit = if asked.in_days { DAY } else { 1 };
        let reach = if asked.by_day { &mut self.day } else { &mut self.exact };
        // Days that are compared are whole: `<= 2d` holds until the third begins.
        let (first, last) = (asked.after, asked.after.saturating_add(unit - 1));
        match asked.op {
            Comparison::Is => {
                reach.at_least(first);
                reach.at_most(last);
            }
            Comparison::Less => reach.at_most(first - 1),
            Comparison::LessOrEqual => reach.at_most(last),
            Comparison::Greater => reach.at_least(last.saturating_add(1)),
            Comparison::GreaterOrEqual => reach.at_least(first),
            Comparison::IsNot => {}
        }
        self.agree();
        !self.exact.is_empty() && !self.day.is_empty()
    }

    /// What is known by the day holds of the moment on it, and the other way about.
    fn agree(&mut self) {
        if let Some(least) = self.day.least {
            self.exact.at_least(least.saturating_sub(DAY - 1));
        }
        if let Some(most) = self.day.most {
            self.exact.at_most(most);
        }
        if let Some(least) = self.exact.least {
            self.day.at_least(least);
        }
        if let Some(most) = self.exact.most {
            self.day.at_most(most.saturating_add(DAY - 1));
        }
    }
}

/// A moment that follows a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    after: Millis,
    /// Whether it is counted from the midnight before.
    by_day: bool,
}

impl Target {
    pub(super) fn of(moment: &ValueMoment) -> Self {
        match (moment.at, moment.whole_days) {
            (Some(at), _) => Self { after: whole(moment.offset) + Millis::from(at) * 60_000, by_day: true },
            (None, true) => Self { after: whole(moment.offset), by_day: true },
            (None, false) => Self { after: moment.offset, by_day: false },
        }
    }

    pub(super) fn calendar(date: NaiveDate, time: Millis) -> Self {
        Self { after: days(date) + time, by_day: true }
    }
}

/// Whole days.
fn whole(length: Millis) -> Millis {
    length.div_euclid(DAY) * DAY
}

/// A comparison of now, or of today, with what follows a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    op: Comparison,
    after: Millis,
    by_day: bool,
    /// Whether whole days are compared.
    in_days: bool,
}

impl Asked {
    /// A condition read so, if it is one.
    pub(super) fn of(cond: &Expr, holds: bool) -> Option<(Base, Asked)> {
        let Expr::Compare(op, left, right) = cond else { return None };
        let (left, right) = (Linear::of(left)?, Linear::of(right)?);
        let difference = left.minus(right)?;
        let op = if holds { *op } else { opposite(*op)? };
        let (in_days, ahead) = difference.now?;
        // Now less the date, or the date less now.
        let (op, after) = if ahead { (op, -difference.fixed) } else { (mirrored(op), difference.fixed) };
        let by_day = in_days || difference.base.is_none();
        let base = difference.base.map_or(Base::Calendar, Base::Of);
        Some((base, Asked { op, after, by_day, in_days }))
    }
}

fn opposite(op: Comparison) -> Option<Comparison> {
    Some(match op {
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
        Comparison::IsNot => Comparison::Is,
        Comparison::Is => return None,
    })
}

fn mirrored(op: Comparison) -> Comparison {
    match op {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        other => other,
    }
}

/// A sum of now or today, of one date, and of a fixed length.
struct Linear {
    /// Whether it is today, and whether it is added; else it is taken away.
    now: Option<(bool, bool)>,
    base: Option<Expr>,
    fixed: Millis,
}

impl Linear {
    fn of(expr: &Expr) -> Option<Self> {
        let nothing = Linear { now: None, base: None, fixed: 0 };
        Some(match expr {
            Expr::Now => Linear { now: Some((false, true)), ..nothing },
            Expr::Today => Linear { now: Some((true, true)), ..nothing },
            Expr::Const(Value::Duration(length)) => Linear { fixed: *length, ..nothing },
            Expr::LocalMoment(date, minute) => {
                Linear { fixed: days(*date) + Millis::from(*minute) * 60_000, ..nothing }
            }
            Expr::Const(Value::Date(date)) => Linear { fixed: days(*date), ..nothing },
            Expr::Attribute(_) | Expr::EntryProperty(_) => Linear { base: Some(expr.clone()), ..nothing },
            Expr::Arithmetic(first, parts) => {
                let mut sum = Linear::of(first)?;
                for (sign, part) in parts {
                    sum = match sign {
                        Arithmetic::Add => sum.plus(Linear::of(part)?)?,
                        Arithmetic::Subtract => sum.minus(Linear::of(part)?)?,
                        _ => return None,
                    };
                }
                sum
            }
            _ => return None,
        })
    }

    fn plus(self, other: Linear) -> Option<Self> {
        if self.now.is_some() && other.now.is_some() || self.base.is_some() && other.base.is_some() {
            return None;
        }
        Some(Linear {
            now: self.now.or(other.now),
            base: self.base.or(other.base),
            fixed: self.fixed.checked_add(other.fixed)?,
        })
    }

    /// Of now and a date one is taken from the other.
    fn minus(self, other: Linear) -> Option<Self> {
        if self.now.is_some() && other.now.is_some() || self.base.is_some() && other.base.is_some() {
            return None;
        }
        Some(Linear {
            now: self.now.or(other.now.map(|(by_day, ahead)| (by_day, !ahead))),
            base: self.base.or(other.base),
            fixed: self.fixed.checked_sub(other.fixed)?,
        })
    }
}

/// Since the beginning of the count of days.
pub(super) fn days(date: NaiveDate) -> Millis {
    date.signed_duration_since(NaiveDate::default()).num_days().saturating_mul(DAY)
}

/// What is known of dates on either of two paths.
pub(super) fn join(into: &mut ThinVec<Anchor>, other: &[Anchor]) {
    into.retain_mut(|anchor| match other.iter().find(|other| other.base == anchor.base) {
        Some(other) => {
            anchor.join(other);
            anchor.is_known()
        }
        None => false,
    });
}
