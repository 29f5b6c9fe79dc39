//! `--fail-on`: how much a change may do before the command fails.

use super::difference::Difference;

/// A limit: more than so many percent of people, or more or fewer messages than so many percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Limit {
    /// `people > 5%`
    People(f64),
    /// `messages > +10%`
    More(f64),
    /// `messages < -10%`
    Fewer(f64),
}

const KNOWN: &str = "write `people > 5%`, `messages > +10%` or `messages < -10%`, several parted by commas";

/// Reads what stands behind `--fail-on`.
pub(super) fn parse(text: &str) -> Result<Vec<Limit>, String> {
    text.split(',').map(one).collect()
}

fn one(text: &str) -> Result<Limit, String> {
    let wrong = || format!("`{}` is no limit: {KNOWN}", text.trim());
    let words: String = text.split_whitespace().collect();
    let (what, sign, number) = [('>', words.split_once('>')), ('<', words.split_once('<'))]
        .into_iter()
        .find_map(|(sign, parts)| parts.map(|(what, number)| (what, sign, number)))
        .ok_or_else(wrong)?;
    let number = number.strip_suffix('%').and_then(|number| number.parse::<f64>().ok()).filter(|n| n.is_finite());
    match (what, sign, number.ok_or_else(wrong)?) {
        ("people", '>', percent) if percent >= 0.0 => Ok(Limit::People(percent)),
        ("messages", '>', percent) if percent >= 0.0 => Ok(Limit::More(percent)),
        ("messages", '<', percent) if percent <= 0.0 => Ok(Limit::Fewer(-percent)),
        _ => Err(wrong()),
    }
}

/// What is over its limit, in words.
pub(super) fn broken(limits: &[Limit], all: &Difference) -> Vec<String> {
    let [old, new] = all.sent.map(|sent| sent as f64);
    let change = if old > 0.0 {
        (new - old) / old * 100.0
    } else if new > 0.0 {
        f64::INFINITY
    } else {
        0.0
    };
    let differ = if all.people > 0 { all.differ as f64 / all.people as f64 * 100.0 } else { 0.0 };
    let over = |limit: &Limit| match *limit {
        Limit::People(most) if differ > most => {
            Some(format!("{differ:.1} % of the people get something else, {most} % are allowed"))
        }
        Limit::More(most) if change > most => Some(format!("{change:+.1} % messages, +{most} % are allowed")),
        Limit::Fewer(most) if change < -most => Some(format!("{change:+.1} % messages, -{most} % are allowed")),
        _ => None,
    };
    limits.iter().filter_map(over).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_and_held() {
        assert_eq!(
            parse("people > 5%, messages>+10%,messages < -2.5 %"),
            Ok(vec![Limit::People(5.0), Limit::More(10.0), Limit::Fewer(2.5)])
        );
        for wrong in ["", "people", "people > five%", "people < 5%", "messages > -1%", "dogs > 1%"] {
            assert!(parse(wrong).unwrap_err().contains("is no limit"), "{wrong}");
        }
        let all = Difference { people: 100, differ: 5, sent: [100, 110], ..Difference::default() };
        let broken = |text: &str| broken(&parse(text).unwrap(), &all).len();
        // On the limit is within it.
        assert_eq!((broken("people > 5%"), broken("people > 4.9%")), (0, 1));
        assert_eq!((broken("messages > +10%"), broken("messages > 9.9%"), broken("messages < -1%")), (0, 1, 0));
    }
}
