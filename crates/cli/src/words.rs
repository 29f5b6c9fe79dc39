//! Words that commands write alike: numbers, days, and why a message did not go.

use journey::SuppressReason;
use journey::chrono::{DateTime, NaiveDate};
use journey::chrono_tz::Tz;

/// `1,234,567`
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The day that an instant belongs to somewhere.
pub(crate) fn day(zone: Tz, at: i64) -> NaiveDate {
    DateTime::from_timestamp_millis(at).unwrap_or_default().with_timezone(&zone).date_naive()
}

/// `2026-06-01 to 2026-08-31 (Europe/Paris)`
pub(crate) fn span(zone: Tz, (first, last): (i64, i64)) -> String {
    format!("{} to {} ({})", day(zone, first), day(zone, last), zone.name())
}

/// What did not let a message go: the rule, or the reason in words where no line of the program says it.
pub(crate) fn suppressed_by(reason: SuppressReason, rule: &str) -> &str {
    if rule == reason.name() { reason.words() } else { rule }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_cut_by_thousands() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
    }
}
