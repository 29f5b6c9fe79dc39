//! Three-valued logic, after Kleene: a condition is true, false, or unknown where a value is missing.
//!
//! False is less than unknown, and unknown less than true: `and` is the least of its parts, `or` the greatest, and `not`
//! turns the order round.
//!
//! | `a` | `b` | `a and b` | `a or b` |
//! | --- | --- | --- | --- |
//! | true | true | true | true |
//! | true | unknown | unknown | true |
//! | true | false | false | true |
//! | unknown | unknown | unknown | unknown |
//! | unknown | false | false | unknown |
//! | false | false | false | false |
//!
//! One answer is an `Option<bool>`, in which unknown is `None`. Where it is not certain yet which answer it will be, [`Truth`]
//! keeps all that it can still be.

/// Whether both hold.
pub(crate) fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Whether one of the two holds.
pub(crate) fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    not(and(not(a), not(b)))
}

/// Whether it does not hold; of what is unknown the opposite is unknown too.
pub(crate) fn not(a: Option<bool>) -> Option<bool> {
    a.map(|holds| !holds)
}

/// The answers that a condition can still have.
///
/// INVARIANT: one bit for each answer, at least one of them set. `not` and `and` give exactly the answers that come of one
/// possible answer of each side: what is certain of two parts is certain of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Truth(u8);

impl Truth {
    /// It is false.
    pub(crate) const NO: Truth = Truth(1);
    /// It holds.
    pub(crate) const YES: Truth = Truth(2);
    /// A value is missing, so that neither it nor its opposite holds.
    pub(crate) const UNKNOWN: Truth = Truth(4);
    /// True or false: nothing that it asks for is missing.
    pub(crate) const YES_OR_NO: Truth = Truth(1 | 2);
    /// Any answer: it depends on what is not known here.
    pub(crate) const VARIES: Truth = Truth(1 | 2 | 4);

    /// It holds, or it does not.
    pub(crate) fn of(holds: bool) -> Self {
        if holds { Truth::YES } else { Truth::NO }
    }

    /// Whether it can hold.
    pub(crate) fn may_hold(self) -> bool {
        self.can_be(Truth::YES)
    }

    /// Whether it can fail to hold: by being false, or unknown.
    pub(crate) fn may_fail(self) -> bool {
        self != Truth::YES
    }

    /// Whether it surely holds, or surely does not, unknown counting as false; none while it can still go either way.
    pub(crate) fn certain(self) -> Option<bool> {
        match self.may_hold() {
            false => Some(false),
            true => (!self.may_fail()).then_some(true),
        }
    }

    /// These answers, or unknown.
    pub(crate) fn or_missing(self) -> Self {
        self.joined(Truth::UNKNOWN)
    }

    /// Unknown counts as false.
    pub(crate) fn unknown_as_no(self) -> Self {
        if self.can_be(Truth::UNKNOWN) { Truth(self.0 & Truth::YES.0).joined(Truth::NO) } else { self }
    }

    /// Whether it does not hold.
    pub(crate) fn not(self) -> Self {
        Truth(self.0 & Truth::UNKNOWN.0 | (self.0 & Truth::NO.0) << 1 | (self.0 & Truth::YES.0) >> 1)
    }

    /// Whether both hold.
    pub(crate) fn and(self, other: Self) -> Self {
        let mut all = Truth(0);
        if self.can_be(Truth::NO) || other.can_be(Truth::NO) {
            all = all.joined(Truth::NO);
        }
        if self.may_hold() && other.may_hold() {
            all = all.joined(Truth::YES);
        }
        // One is unknown, and the other does not make it false.
        let not_no = |truth: Self| truth != Truth::NO;
        let unknown = self.can_be(Truth::UNKNOWN) && not_no(other) || other.can_be(Truth::UNKNOWN) && not_no(self);
        if unknown { all.joined(Truth::UNKNOWN) } else { all }
    }

    /// Whether one of the two holds: it does unless neither does.
    pub(crate) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    fn can_be(self, answer: Truth) -> bool {
        self.0 & answer.0 != 0
    }

    fn joined(self, answer: Truth) -> Self {
        Truth(self.0 | answer.0)
    }
}

/// This answer and no other.
impl From<Option<bool>> for Truth {
    fn from(answer: Option<bool>) -> Self {
        answer.map_or(Truth::UNKNOWN, Truth::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWERS: [Option<bool>; 3] = [Some(false), None, Some(true)];

    /// Its place in the order.
    fn rank(answer: Option<bool>) -> usize {
        ANSWERS.iter().position(|a| *a == answer).unwrap_or_default()
    }

    #[test]
    fn and_is_the_least_and_or_the_greatest() {
        for a in ANSWERS {
            assert_eq!(rank(not(a)), 2 - rank(a));
            for b in ANSWERS {
                assert_eq!(rank(and(a, b)), rank(a).min(rank(b)), "{a:?} and {b:?}");
                assert_eq!(rank(or(a, b)), rank(a).max(rank(b)), "{a:?} or {b:?}");
            }
        }
    }

    /// All sets of answers, with what is in each.
    fn sets() -> impl Iterator<Item = (Truth, Vec<Option<bool>>)> {
        let members = |set: Truth| ANSWERS.into_iter().filter(move |a| set.can_be(Truth::from(*a))).collect();
        (1..8).map(Truth).map(move |set| (set, members(set)))
    }

    fn set(answers: impl Iterator<Item = Option<bool>>) -> Truth {
        answers.fold(Truth(0), |all, answer| all.joined(Truth::from(answer)))
    }

    #[test]
    fn sets_of_answers_are_what_each_pair_of_them_comes_to() {
        for (a, of_a) in sets() {
            assert_eq!(a.not(), set(of_a.iter().map(|x| not(*x))));
            assert_eq!(a.unknown_as_no(), set(of_a.iter().map(|x| Some(*x == Some(true)))));
            let holds = |answer: &&Option<bool>| **answer == Some(true);
            let certain = match of_a.iter().filter(holds).count() {
                0 => Some(false),
                count => (count == of_a.len()).then_some(true),
            };
            assert_eq!(a.certain(), certain, "{a:?}");
            for (b, of_b) in sets() {
                let pairs = || of_a.iter().flat_map(|x| of_b.iter().map(|y| (*x, *y)));
                assert_eq!(a.and(b), set(pairs().map(|(x, y)| and(x, y))), "{a:?} and {b:?}");
                assert_eq!(a.or(b), set(pairs().map(|(x, y)| or(x, y))), "{a:?} or {b:?}");
            }
        }
    }
}
