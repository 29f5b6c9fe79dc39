//! What can stand in the gap of a habit, put into our words: `2 weeks and 3 days` is `2w3d`.

use crate::ir::Engagement;
use crate::syntax::habits::in_words;
use crate::syntax::token::{Key, Lexeme, lex};
use crate::syntax::words::CHANNELS;
use crate::syntax::words::{Mode, reserved};
use crate::value::duration::{parse_duration, unit_millis};

/// The days of the week.
pub(super) const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A piece of a line with its place in it.
pub(super) struct Word<'a> {
    pub(super) lexeme: Lexeme,
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
}

pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    lex(text)
        .filter(|(lexeme, ..)| !matches!(lexeme, Lexeme::LineEnd | Lexeme::Comment))
        .filter_map(|(lexeme, start, end)| {
            let (start, end) = (start as usize, end as usize);
            Some(Word { lexeme, text: text.get(start..end)?, start, end })
        })
        .collect()
}

/// The text of these words.
pub(super) fn between(words: &[Word<'_>], text: &str, from: usize, to: usize) -> String {
    match (words.get(from), to.checked_sub(1).and_then(|last| words.get(last))) {
        (Some(first), Some(last)) => text.get(first.start..last.end).unwrap_or_default().to_string(),
        _ => String::new(),
    }
}

/// Where what fits a gap can end, and how it is written here; what is tried first stands first.
pub(super) fn candidates(gap: &str, words: &[Word<'_>], at: usize, text: &str) -> Vec<(usize, String)> {
    let line = Line { words, text };
    let one = |value: Option<String>| value.map(|value| (at + 1, value)).into_iter().collect();
    match gap {
        "length" => line.lengths(at),
        // `18h` behind `until` is a time of day in many languages.
        "span"
            if line
                .low(at)
                .strip_suffix('h')
                .and_then(|hour| hour.parse().ok())
                .is_some_and(|hour: u32| (7..25).contains(&hour)) =>
        {
            vec![]
        }
        "span" => line.lengths(at),
        "part" => line.part(at).into_iter().collect(),
        "spelt" => line.spelt(at).into_iter().collect(),
        "glued" => one(line.glued(at)),
        "unit" => one(line.unit(at)),
        "number" => one(line.number(at)),
        "nth" => one(line.nth(at)),
        "share" => one(line.kind(at, Lexeme::Number).filter(|text| text.ends_with('%'))),
        "months" => one(line.with_tail(at, &["mo", "mon", "months", "month", "y", "yr"])),
        "often" => one(line.with_tail(at, &["x"]).or_else(|| line.number(at))),
        "time" => line.time(at, false).into_iter().collect(),
        "hours" => line.time(at, true).into_iter().collect(),
        "clock" => line
            .time(at, false)
            .filter(|(end, _)| line.kind(at, Lexeme::Time).is_none() || *end > at + 1)
            .into_iter()
            .collect(),
        "moment" => line.moment(at).into_iter().collect(),
        "hour" => one(line.daytime(at)),
        "day" => one(line.day(at)),
        "days" => line.days(at).into_iter().collect(),
        "date" => one(line.kind(at, Lexeme::Date)),
        "text" => one(line.kind(at, Lexeme::Text)),
        "pattern" => one(line.kind(at, Lexeme::Text).map(|text| text.replace(['%', '*'], ""))),
        "snaked" => one(line.kind(at, Lexeme::Text).map(|text| crate::source::snake_case(text.trim_matches('"')))),
        "inside" => one(line.kind(at, Lexeme::Text).map(|text| text.trim_matches(['"', '“', '”', '„']).to_string())),
        "word" => one(line.word(at)),
        "name" => one(line.word(at).or_else(|| line.kind(at, Lexeme::Text))),
        "event" => one(line.word(at).filter(|_| line.may_ask(at))),
        "deed" => one(line.word(at).filter(|word| Engagement::of(word).is_some())),
        "joint" => one(line.joint(at)),
        "turn" => one(line.turn(at)),
        "channel" => {
            one(line.word(at).map(|word| word.to_lowercase()).filter(|word| CHANNELS.contains(&word.as_str())))
        }
        "attribute" => line.path(at).filter(|(_, path)| path.starts_with("profile.")).into_iter().collect(),
        "path" => line.path(at).into_iter().collect(),
        "value" => line.value(at).into_iter().collect(),
        "list" => line.list(at).into_iter().collect(),
        "sign" => one(line.sign(at)),
        "asked" => line.up_to_a_turn(at),
        "step" => {
            if line.begins_step(at) {
                line.up_to_a_turn(at)
            } else {
                vec![]
            }
        }
        "rest" if at < words.len() => vec![(words.len(), between(words, text, at, words.len()))],
        _ => vec![],
    }
}

struct Line<'a> {
    words: &'a [Word<'a>],
    text: &'a str,
}

impl Line<'_> {
    fn low(&self, at: usize) -> String {
        self.words.get(at).map_or_else(String::new, |word| word.text.to_lowercase())
    }

    fn kind(&self, at: usize, lexeme: Lexeme) -> Option<String> {
        self.words.get(at).filter(|word| word.lexeme == lexeme).map(|word| word.text.to_string())
    }

    fn word(&self, at: usize) -> Option<String> {
        self.kind(at, Lexeme::Word).filter(|word| reserved(&word.to_lowercase()).is_none())
    }

    /// A number in digits, or one of a few words.
    fn number(&self, at: usize) -> Option<String> {
        let digits = self.kind(at, Lexeme::Number).filter(|text| text.parse::<f64>().is_ok());
        let low = self.low(at);
        digits.or_else(|| in_words(&low).filter(|_| low.len() > 2).map(|number| number.to_string()))
    }

    /// A whole number with letters behind it: `3rd`, `2x`.
    fn with_tail(&self, at: usize, tails: &[&str]) -> Option<String> {
        let text = self.kind(at, Lexeme::Number)?;
        let number = tails.iter().find_map(|tail| text.strip_suffix(tail))?;
        number.parse::<u32>().ok().map(|number| number.to_string())
    }

    /// `3rd`, `third`
    fn nth(&self, at: usize) -> Option<String> {
        const NTH: [&str; 10] =
            ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
        let low = self.low(at);
        let spelt = NTH.iter().position(|nth| *nth == low).map(|at| (at + 1).to_string());
        spelt.or_else(|| self.with_tail(at, &["st", "nd", "rd", "th"]))
    }

    fn unit(&self, at: usize) -> Option<String> {
        let low = self.low(at);
        let nights = matches!(low.as_str(), "night" | "nights");
        let unit = if nights { "d" } else { low.as_str() };
        unit_millis(unit).and(unit.chars().next()).map(String::from)
    }

    /// Lengths of time that begin here, the longest first.
    fn lengths(&self, at: usize) -> Vec<(usize, String)> {
        let mut out = Vec::new();
        let (mut end, mut length) = (at, String::new());
        while let Some((next, part)) = self.length(end) {
            length.push_str(&part);
            end = next;
            out.push((end, length.clone()));
            if matches!(self.low(end).as_str(), "and" | ",") && self.length(end + 1).is_some() {
                end += 1;
            }
        }
        out.reverse();
        out
    }

    /// `1.5 days`, `4,5h`: a part of a unit.
    fn part(&self, at: usize) -> Option<(usize, String)> {
        if self.low(at) == "half" {
            let unit = at + 1 + usize::from(matches!(self.low(at + 1).as_str(), "a" | "an"));
            return Some((unit + 1, super::part_of("0.5", &self.low(unit))?));
        }
        let low = self.low(at);
        let Some(number) = in_words(&low).or(low.parse().ok()) else { return self.with_a_point(at) };
        // `one and a half days`, `a day and a half`
        let words: Vec<String> = (at + 1..at + 5).map(|at| self.low(at)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["and", "a", "half", unit] | [unit, "and", "a", "half"] => {
                Some((at + 5, super::part_of(&format!("{number}.5"), unit)?))
            }
            _ => self.with_a_point(at),
        }
    }

    /// `4,5h`, `1.5 days`
    fn with_a_point(&self, at: usize) -> Option<(usize, String)> {
        let mut number = self.kind(at, Lexeme::Number)?;
        let mut end = at + 1;
        if self.low(end) == "," {
            number = format!("{number}.{}", self.kind(end + 1, Lexeme::Number)?);
            end += 2;
        }
        let unit = number.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').to_string();
        let (unit, end) = if unit.is_empty() { (self.low(end), end + 1) } else { (unit, end) };
        let number = number.trim_end_matches(|c: char| c.is_alphabetic());
        Some((end, super::part_of(number, &unit)?))
    }

    /// `two days`
    fn spelt(&self, at: usize) -> Option<(usize, String)> {
        in_words(&self.low(at)).and_then(|number| Some((at + 2, format!("{number}{}", self.unit(at + 1)?))))
    }

    /// The length of `wait_2d`.
    fn glued(&self, at: usize) -> Option<String> {
        let word = self.kind(at, Lexeme::Word)?;
        let length = word.strip_prefix("wait")?.trim_start_matches('_');
        parse_duration(length).ok().filter(|_| !length.is_empty())?;
        Some(length.to_string())
    }

    /// What stands before a condition.
    fn joint(&self, at: usize) -> Option<String> {
        let low = self.low(at);
        matches!(low.as_str(), "if" | "and" | "or" | "!" | "not" | "for" | "(" | "when" | "where").then_some(low)
    }

    /// What stands behind a condition.
    fn turn(&self, at: usize) -> Option<String> {
        let low = self.low(at);
        matches!(low.as_str(), "then" | "and" | "or" | "within" | ":" | "up" | "in").then_some(low)
    }

    /// Whether a word here may be the event of a condition: what is done by a step is not.
    fn may_ask(&self, at: usize) -> bool {
        let dotted = self.low(at + 1) == "." || at.checked_sub(1).is_some_and(|before| self.low(before) == ".");
        const LINKS: [&str; 26] = [
            "before", "after", "more", "less", "than", "has", "have", "was", "older", "longer", "did", "does", "do",
            "the", "a", "an", "any", "most", "least", "either", "both", "neither", "nor", "but", "newer", "they",
        ];
        let asks = matches!(self.low(0).as_str(), "if" | "else" | "wait" | "when" | "unless");
        asks && !LINKS.contains(&self.low(at).as_str())
            && at > 0
            && !dotted
            && Key::of(&self.low(at)).is_none_or(|key| key == Key::Event)
    }

    /// `2d`, `2 D`, `two days`, `1h30`
    fn length(&self, at: usize) -> Option<(usize, String)> {
        let low = self.low(at);
        if let Some(spelt) = self.spelt(at) {
            return Some(spelt);
        }
        self.kind(at, Lexeme::Number)?;
        if low.bytes().all(|b| b.is_ascii_digit()) {
            return Some((at + 2, format!("{low}{}", self.unit(at + 1)?)));
        }
        if let Some((hours, minutes)) = low.split_once('h')
            && let (Ok(hours), Ok(minutes)) = (hours.parse::<u32>(), minutes.parse::<u32>())
        {
            return Some((at + 1, format!("{hours}h{minutes}m")));
        }
        parse_duration(&low).ok()?;
        let unit = low.trim_start_matches(|c: char| c.is_ascii_digit());
        let alone = unit.bytes().all(|b| b.is_ascii_alphabetic());
        let short = low.strip_suffix(unit).zip(unit.chars().next()).map(|(number, unit)| format!("{number}{unit}"));
        Some((at + 1, short.filter(|_| alone).unwrap_or(low)))
    }

    /// `9:00`, `9am`, `9h30`; a bare hour only where a time must stand.
    fn time(&self, at: usize, bare: bool) -> Option<(usize, String)> {
        let low = self.low(at);
        let word = self.words.get(at)?;
        let half = |text: &str| match text {
            "am" => Some(0),
            "pm" => Some(12),
            _ => None,
        };
        let (clock, mut end) = (low.trim_end_matches(|c: char| c.is_alphabetic()), at + 1);
        let mut later = half(low.trim_start_matches(|c: char| !c.is_alphabetic()));
        if later.is_none()
            && let Some(found) = half(&self.low(at + 1))
        {
            (later, end) = (Some(found), at + 2);
        }
        let (hour, minute) = match word.lexeme {
            Lexeme::Time => clock.split_once(':')?,
            Lexeme::Number if later.is_some() || bare && low.strip_suffix('h') == Some(clock) => (clock, "00"),
            Lexeme::Number if low.contains('h') => low.split_once('h')?,
            Lexeme::Number if bare && !low.contains('.') => (low.as_str(), "00"),
            _ => return None,
        };
        let (hour, minute) = (hour.parse::<u32>().ok()?, minute.parse::<u32>().ok()?);
        let hour = later.map_or(hour, |later| hour % 12 + later);
        (hour < 24 && minute < 60).then(|| (end, format!("{hour:02}:{minute:02}")))
    }

    /// The hour that a word for a part of the day most likely means.
    fn daytime(&self, at: usize) -> Option<String> {
        let time = match self.low(at).as_str() {
            "morning" | "breakfast" => "09:00",
            "noon" | "midday" | "lunch" | "lunchtime" => "12:00",
            "afternoon" => "14:00",
            "evening" | "tonight" => "18:00",
            "night" => "21:00",
            "midnight" => "00:00",
            _ => return None,
        };
        Some(time.to_string())
    }

    /// `monday`, `Mondays`, `mon`
    fn day(&self, at: usize) -> Option<String> {
        let low = self.low(at);
        let whole = |day: &&&str| low == **day || low.strip_suffix('s') == Some(**day);
        let short = |day: &&&str| matches!(low.len(), 3..=5) && day.starts_with(low.as_str());
        let day = DAYS.iter().find(whole).or_else(|| DAYS.iter().find(short))?;
        Some((*day).to_string())
    }

    /// `monday to friday`, `workdays`, `sat and sun`
    fn days(&self, at: usize) -> Option<(usize, String)> {
        match self.low(at).as_str() {
            "workdays" | "workday" | "weekday" | "weekdays" => return Some((at + 1, "weekdays".to_string())),
            "working" | "business" | "work" | "week" => return Some((at + 2, "weekdays".to_string())),
            "weekend" | "weekends" => return Some((at + 1, "weekends".to_string())),
            _ => {}
        }
        let mut days = vec![self.day(at)?];
        let mut end = at + 1;
        if matches!(self.low(end).as_str(), "to" | "-" | "–" | "until" | "through") {
            let whole = days == ["monday"] && self.day(end + 1)? == "friday";
            return whole.then(|| (end + 2, "weekdays".to_string()));
        }
        while matches!(self.low(end).as_str(), "and" | "or" | ",")
            && let Some(day) = self.day(end + 1)
        {
            days.push(day);
            end += 2;
        }
        Some((end, days.join(", ")))
    }

    /// `monday at 9`, `09:00 tomorrow`
    fn moment(&self, at: usize) -> Option<(usize, String)> {
        let link =
            |at: usize| at + usize::from(matches!(self.low(at).as_str(), "at" | "," | "on" | "in" | "the" | "@"));
        if let Some((end, day)) = self.moment_day(at) {
            let clock = link(link(end));
            let time = self.time(clock, true).or_else(|| Some((clock + 1, self.daytime(clock)?)));
            return Some(time.map_or((end, day.clone()), |(end, time)| (end, format!("{day} at {time}"))));
        }
        let (end, time) = self.time(at, false)?;
        let day = self.moment_day(link(end));
        Some(day.map_or((end, time.clone()), |(end, day)| (end, format!("{day} at {time}"))))
    }

    fn moment_day(&self, at: usize) -> Option<(usize, String)> {
        match self.low(at).as_str() {
            "tomorrow" => Some((at + 1, "tomorrow".to_string())),
            "next" => self.day(at + 1).map(|day| (at + 2, format!("next {day}"))),
            "day" => {
                let number = self.number(at + 1).filter(|number| number.parse::<u32>().is_ok())?;
                Some((at + 2, format!("day {number}")))
            }
            _ if self.low(at + 1) == "day" => self.nth(at).map(|number| (at + 2, format!("day {number}"))),
            _ => self.day(at).or_else(|| self.kind(at, Lexeme::Date)).map(|day| (at + 1, day)),
        }
    }

    /// `profile.tier`, `order_placed.total`, `total`
    fn path(&self, at: usize) -> Option<(usize, String)> {
        let dotted = |at: usize| self.low(at) == "." && self.kind(at + 1, Lexeme::Word).is_some();
        let first = self.kind(at, Lexeme::Word)?;
        if reserved(&first).is_some() && !(matches!(first.as_str(), "profile" | "event") && dotted(at + 1)) {
            return None;
        }
        let mut end = at + 1;
        while dotted(end) {
            end += 2;
        }
        Some((end, between(self.words, self.text, at, end)))
    }

    fn value(&self, at: usize) -> Option<(usize, String)> {
        let word = self.words.get(at)?;
        match word.lexeme {
            Lexeme::Number => self.length(at).or_else(|| Some((at + 1, word.text.to_string()))),
            Lexeme::Text | Lexeme::Date | Lexeme::Time => Some((at + 1, word.text.to_string())),
            Lexeme::Word if matches!(word.text, "true" | "false") => Some((at + 1, word.text.to_string())),
            _ => self.path(at),
        }
    }

    /// Two values or more, or some in parentheses; bare words are the texts that they are.
    fn list(&self, at: usize) -> Option<(usize, String)> {
        let open = matches!(self.low(at).as_str(), "(" | "[" | "{");
        let mut end = at + usize::from(open);
        let mut items: Vec<String> = Vec::new();
        loop {
            let word = self.words.get(end)?;
            let capital = word.text.starts_with(char::is_uppercase);
            items.push(match word.lexeme {
                Lexeme::Text | Lexeme::Number | Lexeme::Date => word.text.to_string(),
                Lexeme::Word if (open || capital) && reserved(&self.low(end)).is_none() => format!("\"{}\"", word.text),
                _ => return None,
            });
            end += 1;
            let links = self.words.iter().skip(end).take_while(|word| matches!(word.text, "," | "or" | "OR")).count();
            if links == 0 {
                break;
            }
            end += links;
        }
        if open {
            matches!(self.low(end).as_str(), ")" | "]" | "}").then(|| (end + 1, items.join(", ")))
        } else {
            (items.len() > 1).then(|| (end, items.join(", ")))
        }
    }

    fn sign(&self, at: usize) -> Option<String> {
        let sign = self.low(at);
        matches!(sign.as_str(), "<" | "<=" | ">" | ">=" | "=" | "==" | "!=" | "is")
            .then(|| if sign.ends_with("==") || sign == "=" { "is".to_string() } else { sign })
    }

    /// One word or more, up to where the line turns to something else.
    fn up_to_a_turn(&self, at: usize) -> Vec<(usize, String)> {
        let turns = |word: &Word<'_>| matches!(word.text, "then" | "else" | ";" | ":");
        let inside = |word: &Word<'_>| word.lexeme == Lexeme::Open;
        let mut depth = 0usize;
        let mut out = Vec::new();
        for (end, word) in self.words.iter().enumerate().skip(at) {
            depth += usize::from(inside(word));
            if depth == 0 && turns(word) {
                break;
            }
            depth = depth.saturating_sub(usize::from(word.lexeme == Lexeme::Close));
            if depth == 0 {
                out.push((end + 1, between(self.words, self.text, at, end + 1)));
            }
        }
        out
    }

    fn begins_step(&self, at: usize) -> bool {
        let low = self.low(at);
        let named = self.word(at + 1).is_some() || self.kind(at + 1, Lexeme::Text).is_some();
        let head = Key::of(&low).is_some_and(|key| Mode::Step.heads().contains(&key) && key != Key::Else);
        head || CHANNELS.contains(&low.as_str()) && named
    }
}
