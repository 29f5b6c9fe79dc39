//! Lengths of time as they are written: `1d12h`, `48h`, `2 weeks`.

use crate::limits::LONGEST_LENGTH;

/// A duration as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// Milliseconds.
    pub millis: i64,
    /// Whether only `d` and `w` were used.
    pub whole_days: bool,
}

/// Milliseconds of one unit, by its letter or by the word that beginners write.
pub(crate) fn unit_millis(unit: &str) -> Option<(i64, bool)> {
    const SECOND: i64 = 1_000;
    const DAY: i64 = 86_400 * SECOND;
    Some(match unit {
        "s" | "sec" | "secs" | "second" | "seconds" => (SECOND, false),
        "m" | "min" | "mins" | "minute" | "minutes" => (60 * SECOND, false),
        "h" | "hr" | "hrs" | "hour" | "hours" => (3_600 * SECOND, false),
        "d" | "day" | "days" => (DAY, true),
        "w" | "week" | "weeks" => (7 * DAY, true),
        _ => return None,
    })
}

/// Reads `1d12h` and the like. `Err` says what is wrong.
pub(crate) fn parse_duration(raw: &str) -> Result<Length, NumberMistake> {
    let mut millis: i64 = 0;
    let mut whole_days = true;
    let mut rest = raw;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or(NumberMistake::Unit)?;
        let (number, tail) = rest.split_at(digits);
        let letters = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, next) = tail.split_at(letters);
        let (each, days) =
            unit_millis(unit).filter(|_| unit.len() == 1 || next.is_empty()).ok_or(NumberMistake::Unit)?;
        let number: i64 = number.parse().map_err(|_| NumberMistake::TooLong)?;
        whole_days &= days;
        millis = number
            .checked_mul(each)
            .and_then(|part| millis.checked_add(part))
            .filter(|&sum| sum <= LONGEST_LENGTH)
            .ok_or(NumberMistake::TooLong)?;
        rest = next;
    }
    Ok(Length { millis, whole_days })
}

/// What can be wrong with a number that carries a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberMistake {
    /// No such unit.
    Unit,
    /// More than [`LONGEST_LENGTH`].
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_add_up() {
        let day = 86_400_000;
        assert_eq!(parse_duration("1d12h"), Ok(Length { millis: day * 3 / 2, whole_days: false }));
        assert_eq!(parse_duration("2w"), Ok(Length { millis: 14 * day, whole_days: true }));
        assert_eq!(parse_duration("3dayz"), Err(NumberMistake::Unit));
        assert_eq!(parse_duration("99999999999999999999d"), Err(NumberMistake::TooLong));
    }
}
