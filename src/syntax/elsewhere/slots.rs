//! What a line says, whatever the order and the words between: its numbers, lengths, times, days, channels and names.

use super::as_name;
use super::phrase::Phrase;
use crate::syntax::habits::in_words;
use crate::syntax::token::Lexeme;
use crate::value::duration::parse_duration;

#[derive(Debug, Default)]
pub(super) struct Slots<'a> {
    pub(super) lengths: Vec<String>,
    pub(super) numbers: Vec<String>,
    pub(super) shares: Vec<String>,
    pub(super) times: Vec<String>,
    pub(super) dates: Vec<&'a str>,
    pub(super) days: Vec<&'static str>,
    /// Channels and categories.
    pub(super) list: Vec<String>,
    /// Other words, as names.
    pub(super) names: Vec<String>,
    pub(super) texts: Vec<&'a str>,
    /// Whether something stands there that is none of these.
    pub(super) odd: bool,
}

impl<'a> Slots<'a> {
    /// Reads these pieces; `fillers` are words and signs that say nothing more.
    pub(super) fn of(phrase: &Phrase<'a>, from: usize, to: usize, fillers: &[&str]) -> Self {
        let mut out = Slots::default();
        let mut at = from;
        while at < to {
            at += out.take(phrase, at, fillers);
        }
        out
    }

    fn take(&mut self, phrase: &Phrase<'a>, at: usize, fillers: &[&str]) -> usize {
        let low = phrase.low(at);
        if let Some((length, count)) = length(phrase, at) {
            self.lengths.push(length);
            return count;
        }
        if let Some((time, count)) = time(phrase, at) {
            self.times.push(time);
            return count;
        }
        if fillers.contains(&low.as_str())
            || matches!(low.as_str(), ":" | "=" | "," | "-" | "–" | "—" | "&" | "." | ";")
        {
            return 1;
        }
        if phrase.is(at, Lexeme::Text) {
            self.texts.push(phrase.text(at));
        } else if phrase.is(at, Lexeme::Date) {
            self.dates.push(phrase.text(at));
        } else if phrase.is(at, Lexeme::Number) {
            return self.number(phrase, at);
        } else if let Some(first) = day(&low) {
            // `monday to friday`
            let last = day(&phrase.low(at + 2))
                .filter(|_| matches!(phrase.low(at + 1).as_str(), "to" | "-" | "–" | "until" | "through"));
            match last {
                Some("friday") if first == "monday" => self.days.push("weekdays"),
                Some(last) => {
                    let from = WEEK.iter().position(|day| *day == first).unwrap_or(0);
                    let days = WEEK.iter().cycle().skip(from).take(WEEK.len());
                    self.days.extend(days.take_while(|day| **day != last));
                    self.days.push(last);
                }
                None => {
                    self.days.push(first);
                    return 1;
                }
            }
            return 3;
        } else if let Some(channel) = channel(phrase, &low) {
            // `promo emails` is one: messages of that category on that channel.
            let before = at.checked_sub(1).map(|before| phrase.text(before)).unwrap_or_default();
            match self.list.last_mut() {
                Some(last) if last == before && !is_channel(phrase, last) && is_channel(phrase, &channel) => {
                    *last = format!("{channel} as {last}");
                }
                _ => self.list.push(channel),
            }
        } else if let Some(number) = in_words(&low).or(match low.as_str() {
            "once" => Some(1),
            "twice" => Some(2),
            _ => None,
        }) {
            self.numbers.push(number.to_string());
        } else if phrase.is(at, Lexeme::Word) {
            self.names.push(as_name(phrase.text(at)));
        } else {
            self.odd = true;
        }
        1
    }

    fn number(&mut self, phrase: &Phrase<'a>, at: usize) -> usize {
        let text = phrase.text(at);
        let plain = text.trim_end_matches(['%', 'x']);
        if !plain.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            self.odd = true;
        } else if text.ends_with('%') {
            self.shares.push(plain.to_string());
        } else if matches!(phrase.low(at + 1).as_str(), "%" | "percent" | "pct" | "procent") {
            self.shares.push(plain.to_string());
            return 2;
        } else {
            self.numbers.push(plain.to_string());
        }
        1
    }

    /// How many kinds of things the line says.
    pub(super) fn only(&self, lengths: usize, numbers: usize, names: usize) -> bool {
        !self.odd
            && self.lengths.len() == lengths
            && self.numbers.len() == numbers
            && self.names.len() == names
            && self.shares.is_empty()
            && self.texts.is_empty()
            && self.dates.is_empty()
    }

    /// Channels and categories, joined.
    pub(super) fn joined(&self) -> String {
        self.list.join(", ")
    }
}

/// A length of time in digits or in words.
pub(super) fn length(phrase: &Phrase<'_>, at: usize) -> Option<(String, usize)> {
    let (text, unit) = (phrase.low(at), phrase.low(at + 1));
    let word = phrase.is(at, Lexeme::Word).then(|| in_words(&text)).flatten();
    let parted = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
    if let Some((number, own)) = text.split_at_checked(parted).filter(|(number, _)| number.contains('.')) {
        let part = if own.is_empty() { super::part_of(number, &unit) } else { super::part_of(number, own) };
        return Some((part?, 1 + usize::from(own.is_empty())));
    }
    let plain = text.parse::<u32>().ok().filter(|_| phrase.is(at, Lexeme::Number));
    if let Some(number) = word.map(|number| number as u32).or(plain) {
        let days = match unit.as_str() {
            "month" | "months" => 30,
            "quarter" | "quarters" => 90,
            "year" | "years" => 365,
            _ => {
                let (letter, count) = phrase.unit(at + 1)?;
                return Some((format!("{number}{letter}"), 1 + count));
            }
        };
        return Some((format!("{}d", number.checked_mul(days)?), 2));
    }
    if !phrase.is(at, Lexeme::Number) || text.ends_with('%') || parse_duration(&text).is_err() {
        return None;
    }
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = text.strip_suffix(unit)?;
    // A capital letter is a month, and a small one a minute.
    if phrase.text(at).ends_with('M') && unit == "m" {
        return Some((format!("{}d", number.parse::<u32>().ok()?.checked_mul(30)?), 1));
    }
    let one = unit.len() > 1 && unit.bytes().all(|b| b.is_ascii_alphabetic());
    Some((if one { format!("{number}{}", unit.get(..1)?) } else { text }, 1))
}

/// An amount of money as one number, however its thousands and its cents are parted: `1.000,00` is `1000`.
pub(super) fn money(phrase: &Phrase<'_>, at: usize) -> Option<String> {
    let text = phrase.written(at, money_ends(phrase, at));
    let text = text.trim_end_matches([',', '.']);
    let sign = text.rfind([',', '.']).filter(|sign| text.len() - sign != 4 || text.starts_with('0'));
    let (whole, cents) = text.split_at_checked(sign.unwrap_or(text.len()))?;
    let cents = cents.trim_start_matches([',', '.']);
    let mut groups = whole.split([',', '.', ' ']);
    let first = groups.next()?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let parted = !first.is_empty() && digits(first) && digits(cents) && groups.all(|g| g.len() == 3 && digits(g));
    let plain: String = whole.chars().filter(char::is_ascii_digit).collect();
    let idle = cents.bytes().all(|b| b == b'0');
    parted.then(|| if idle { plain } else { format!("{plain}.{cents}") })
}

/// Where an amount ends that begins here: `1 000` is one.
pub(super) fn money_ends(phrase: &Phrase<'_>, at: usize) -> usize {
    let piece = |at| phrase.run(at, |p| matches!(p.lexeme, Lexeme::Number | Lexeme::Comma | Lexeme::Dot)).1;
    let mut end = at + piece(at);
    while phrase.is(end, Lexeme::Number) && phrase.text(end).len() == 3 {
        end += piece(end);
    }
    end
}

/// A time of day on either clock.
pub(super) fn time(phrase: &Phrase<'_>, at: usize) -> Option<(String, usize)> {
    let text = phrase.low(at);
    let word = match text.as_str() {
        "noon" | "midday" | "lunchtime" => "12:00",
        "midnight" => "00:00",
        _ => "",
    };
    if !word.is_empty() {
        return Some((word.to_string(), 1));
    }
    let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == ':').collect();
    let half = text.get(digits.len()..)?;
    let (half, count) = match (half, phrase.low(at + 1)) {
        ("", next) if matches!(next.as_str(), "am" | "pm") => (next, 2),
        ("am" | "pm", _) => (half.to_string(), 1),
        ("", _) if phrase.is(at, Lexeme::Time) => (String::new(), 1),
        _ => return None,
    };
    let (hour, minute) = digits.split_once(':').unwrap_or((&digits, "00"));
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match half.as_str() {
        "pm" if hour < 12 => hour + 12,
        "am" if hour == 12 => 0,
        _ => hour,
    };
    (hour < 25 && minute < 60).then(|| (format!("{hour:02}:{minute:02}"), count))
}

pub(super) const WEEK: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A day, however it is written.
pub(super) fn day(word: &str) -> Option<&'static str> {
    Some(match word.trim_end_matches('s') {
        "monday" | "mon" => "monday",
        "tuesday" | "tue" | "tu" => "tuesday",
        "wednesday" | "wed" => "wednesday",
        "thursday" | "thu" | "thur" => "thursday",
        "friday" | "fri" => "friday",
        "saturday" | "sat" => "saturday",
        "sunday" | "sun" => "sunday",
        "weekend" => "weekends",
        "weekday" | "workday" => "weekdays",
        _ => return None,
    })
}

/// Whether a word is a channel, and no category.
fn is_channel(phrase: &Phrase<'_>, word: &str) -> bool {
    phrase.names().is_channel(word)
}

/// A channel by any of its names, or a category of the program.
pub(super) fn channel(phrase: &Phrase<'_>, word: &str) -> Option<String> {
    Some(match word {
        "email" | "emails" | "mail" | "mails" | "newsletters" => "email".to_string(),
        "sms" | "text" | "texts" | "smses" => "sms".to_string(),
        "push" | "pushes" | "notification" | "notifications" => "push".to_string(),
        "mms" | "in_app" | "web" | "marketing" | "promo" | "transactional" => word.to_string(),
        "promos" => "promo".to_string(),
        _ => {
            let names = phrase.names();
            let mut known = names.channels.iter().chain(&names.categories);
            return known.find(|name| *name == word || word.strip_suffix('s') == Some(name)).cloned();
        }
    })
}
