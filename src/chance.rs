//! Splits and control groups: which arm a person is in, as a frozen function of documented bytes.
//!
//! The bytes are a *scope*, a line feed and the person's id, in UTF-8. The scope is `split/JOURNEY/NAME` for a split,
//! `holdout/JOURNEY` for a journey's control group and `holdout` for the charter's. The first 13 hexadecimal digits of
//! their SHA-256 are a number *n* below 2^52. A person is in the first arm whose shares, added up in written order to
//! *s* percent, are such that *n* × 100 < *s* × 2^52; in a control group of *s* percent by the same comparison. This
//! never changes: `docs/reference/splits.md` has the same in Python and in SQL, with examples.

use rust_decimal::Decimal;

/// Digits behind the point of a share.
pub(crate) const MOST_DIGITS: u32 = 10;

/// As many different numbers as there are.
const ALL: u128 = 1 << 52;

/// The number of a person in a scope, from 0 up to and without 2^52.
///
/// ```
/// assert_eq!(journey::chance::number("split/welcome/subject_line", "ana"), 0x9251a23bbc939);
/// ```
pub fn number(scope: &str, person: &str) -> u64 {
    let mut hash = hmac_sha256::Hash::new();
    hash.update(scope);
    hash.update(b"\n");
    hash.update(person);
    let [a, b, c, d, e, f, g, ..] = hash.finalize();
    u64::from_be_bytes([0, a, b, c, d, e, f, g]) >> 4
}

/// The scope of the charter's control group.
pub(crate) const HOLDOUT: &str = "holdout";

/// The scope of a journey's control group.
pub(crate) fn holdout_of(journey: &str) -> String {
    format!("{HOLDOUT}/{journey}")
}

/// The scope of a split.
pub(crate) fn split_of(journey: &str, split: &str) -> String {
    format!("split/{journey}/{split}")
}

/// The least number that lies beyond a share in percent.
pub(crate) fn threshold(percent: Decimal) -> u64 {
    let percent = percent.normalize();
    let digits = u128::try_from(percent.mantissa()).unwrap_or(0);
    let unit = 100 * 10u128.saturating_pow(percent.scale());
    u64::try_from((digits.saturating_mul(ALL)).div_ceil(unit)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_exact() {
        assert_eq!(threshold(Decimal::ONE_HUNDRED), 1 << 52);
        assert_eq!(threshold(Decimal::new(50, 0)), 1 << 51);
        // A tenth of 2^52 is no whole number: the number just below it is inside.
        assert_eq!(threshold(Decimal::new(10, 0)), 450_359_962_737_050);
        assert_eq!(threshold(Decimal::new(1, 10)), 4_504);
    }
}
