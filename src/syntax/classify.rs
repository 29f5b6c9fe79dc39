//! From the pieces of one line to what the grammar reads: which words are keywords here, numbers with their
//! units, and what beginners write instead.

use super::lookalike;
use super::token::{Key, Lexeme, Token, unquote};
use super::words::{MONTHS, Mode, meant_head, reserved, soft};
use crate::limits::LONGEST_LENGTH;
use crate::source::{Span, snake_case};
use crate::syntax::problem::{Problem, kind};
use crate::value::duration::{Length, NumberMistake, parse_duration, unit_millis};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use smol_str::SmolStr;

/// A piece of a line with its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece<'a> {
    pub(crate) lexeme: Lexeme,
    pub(crate) text: &'a str,
    pub(crate) span: Span,
}

/// What the grammar reads: a token between two byte offsets.
pub(crate) type Spanned = (u32, Token, u32);

/// Nesting deeper than this is an error, in blocks as in parentheses.
pub(crate) const MAX_DEPTH: usize = 64;

/// The word that a line of this kind begins with, where it is one that decides what the line is.
pub(crate) fn head_of(mode: Mode, pieces: &[Piece<'_>]) -> Option<Key> {
    let mut words = pieces.iter();
    if mode == Mode::TestLine && pieces.first().is_some_and(|p| p.lexeme == Lexeme::Plus) {
        words.nth(1);
        if let [_, number, unit, ..] = pieces
            && number.lexeme == Lexeme::Number
            && unit_millis(unit.text).is_some()
        {
            words.next();
        }
    }
    let first = words.next().filter(|p| p.lexeme == Lexeme::Word)?;
    let begins = |key: &Key| mode.heads().contains(key);
    Key::of(first.text).filter(begins).or_else(|| meant_head(mode, first.text).filter(begins))
}

/// Turns the pieces of a line (or of a part of one) into tokens, or says what is wrong with the first bad one.
pub(crate) fn classify(mode: Mode, pieces: &[Piece<'_>]) -> Result<Vec<Spanned>, Problem> {
    let head = head_of(mode, pieces);
    let mut out = Classifier {
        mode,
        head,
        tokens: Vec::with_capacity(pieces.len() + 1),
        parens: Vec::new(),
        list: None,
        bangs: 0,
    };
    // A quotation mark that is missing makes nonsense of all that follows.
    if let Some(open) = pieces.iter().find(|piece| piece.lexeme == Lexeme::OpenText) {
        return Err(Problem::new(open.span, kind::Sign::TextOpen));
    }
    let start = pieces.first().map_or(0, |p| p.span.start);
    out.tokens.push((start, Token::Mode(mode), start));
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        at += out.take(*piece, pieces.get(at + 1..).unwrap_or_default())?;
    }
    if let Some(open) = out.list {
        return Err(Problem::new(open, kind::Sign::ListOpen));
    }
    match out.parens.pop() {
        Some(open) => Err(Problem::new(open, kind::Sign::ParenthesisOpen)),
        None => Ok(out.tokens),
    }
}

struct Classifier {
    mode: Mode,
    head: Option<Key>,
    tokens: Vec<Spanned>,
    parens: Vec<Span>,
    list: Option<Span>,
    bangs: usize,
}

impl Classifier {
    /// Takes one piece, or two that belong together, and says how many.
    fn take(&mut self, piece: Piece<'_>, rest: &[Piece<'_>]) -> Result<usize, Problem> {
        let next = rest.first();
        let mut used = 1;
        let token = match piece.lexeme {
            Lexeme::Word => {
                let (token, words) = self.word(piece, rest)?;
                used = words;
                token
            }
            Lexeme::Number => match next.filter(|n| n.lexeme == Lexeme::Word && n.text.len() > 1) {
                Some(unit) if unit_millis(unit.text).is_some() && piece.text.bytes().all(|b| b.is_ascii_digit()) => {
                    used = 2;
                    let joined = format!("{}{}", piece.text, unit.text);
                    number(Piece { text: &joined, span: piece.span.to(unit.span), ..piece })?
                }
                // What comes "later than" a moment comes a thousandth of a second later, and a test can say so.
                _ => match with_millis(piece.text).filter(|_| self.mode == Mode::TestLine) {
                    Some(length) => Token::Duration(length),
                    None => number(piece)?,
                },
            },
            Lexeme::Time => time(piece, next, self.before())?,
            Lexeme::Date => date(piece)?,
            Lexeme::LongText if piece.text.len() < 6 || !piece.text.ends_with("\"\"\"") => {
                let opens = Span { end: piece.span.start + 3, ..piece.span };
                return Err(Problem::new(opens, kind::Sign::LongTextOpen));
            }
            Lexeme::Text | Lexeme::LongText => text(piece)?,
            Lexeme::Open => {
                self.parens.push(piece.span);
                Token::Open
            }
            Lexeme::Close => {
                if self.parens.pop().is_none() {
                    let error = Problem::new(piece.span, kind::Sign::ParenthesisClosed);
                    return Err(error.with_unsafe_fix(piece.span, ""));
                }
                Token::Close
            }
            Lexeme::OpenList if self.mode.has_lists() => {
                self.list = Some(piece.span);
                Token::OpenList
            }
            Lexeme::CloseList if self.mode.has_lists() => {
                if self.list.take().is_none() {
                    return Err(Problem::new(piece.span, kind::Sign::ListClosed));
                }
                Token::CloseList
            }
            Lexeme::OpenList | Lexeme::CloseList => return Err(lookalike::bad_character(piece, rest, self.begins())),
            Lexeme::Comma => {
                // `, skip` and `, hold up to` read as one word; a list may end in a comma.
                let joins = next.is_some_and(|n| {
                    n.lexeme == Lexeme::Close
                        || n.lexeme == Lexeme::CloseList && self.list.is_some()
                        || matches!(soft(self.mode, self.head, n.text), Some(Key::Skip | Key::Hold))
                });
                if joins {
                    return Ok(1);
                }
                Token::Comma
            }
            Lexeme::Semicolon => Token::Semicolon,
            Lexeme::Colon => Token::Colon,
            Lexeme::Dot => Token::Dot,
            Lexeme::Bar => Token::Bar,
            Lexeme::BarBar => Token::Key(Key::Or),
            Lexeme::AndAnd => Token::Key(Key::And),
            Lexeme::Plus => Token::Plus,
            Lexeme::Minus | Lexeme::Dash => Token::Minus,
            Lexeme::Star => Token::Star,
            Lexeme::Slash => Token::Slash,
            Lexeme::Less => Token::Less,
            Lexeme::LessOrEqual => Token::LessOrEqual,
            Lexeme::Greater => Token::Greater,
            Lexeme::GreaterOrEqual => Token::GreaterOrEqual,
            Lexeme::Equals => Token::Key(Key::Is),
            Lexeme::NotEquals => Token::NotEquals,
            Lexeme::Bang => Token::Bang,
            Lexeme::Bad if piece.text == "→" && self.mode == Mode::Step => {
                let asks = matches!(self.head, Some(Key::If | Key::Else));
                let then = asks && !self.tokens.iter().any(|(_, token, _)| *token == Token::Key(Key::Then));
                let meant = if then { "then" } else { ";" };
                let error = Problem::new(piece.span, kind::Sign::Arrow { meant });
                return Err(error.with_safe_fix(piece.span, meant));
            }
            Lexeme::Bad => return Err(lookalike::bad_character(piece, rest, self.begins())),
            Lexeme::LineEnd | Lexeme::Comment | Lexeme::OpenText => return Ok(1),
        };
        let prefix = matches!(token, Token::Bang | Token::Minus | Token::Key(Key::Not | Key::No));
        self.bangs = if prefix { self.bangs + 1 } else { 0 };
        if self.parens.len() + self.bangs > MAX_DEPTH {
            return Err(Problem::new(piece.span, kind::Sign::TooNested));
        }
        // `is not missing` is `is known`, and the other way round.
        let token = match &token {
            Token::Word(word) if piece.lexeme == Lexeme::Word && matches!(word.as_str(), "known" | "missing") => {
                let opposite = if word == "known" { "missing" } else { "known" };
                if self.take_not() { Token::Word(SmolStr::new_static(opposite)) } else { token }
            }
            _ => token,
        };
        let end = rest.get(used.wrapping_sub(2)).filter(|_| used > 1).map_or(piece.span.end, |p| p.span.end);
        self.tokens.push((piece.span.start, token, end));
        Ok(used)
    }

    /// Takes the `not` of an `is not` away that stands last.
    /// Whether nothing of the line stands before this piece.
    fn begins(&self) -> bool {
        self.tokens.iter().all(|(_, token, _)| matches!(token, Token::Mode(_)))
    }

    fn take_not(&mut self) -> bool {
        match self.tokens.as_mut_slice() {
            [.., (_, Token::Key(Key::Is), _), (_, Token::Key(Key::Not), _)] => {
                self.tokens.pop();
                true
            }
            [.., (_, last @ Token::NotEquals, _)] => {
                *last = Token::Key(Key::Is);
                true
            }
            _ => false,
        }
    }

    fn before(&self) -> Option<&Token> {
        self.tokens.last().map(|(_, token, _)| token)
    }

    /// Whether the next word begins a step, a rule or another line of its kind.
    fn at_head(&self) -> bool {
        match self.before() {
            Some(Token::Mode(_)) => true,
            Some(Token::Key(Key::Then | Key::Else)) => self.mode == Mode::Step,
            Some(Token::Duration(_) | Token::Number(_)) => {
                self.mode == Mode::TestLine && matches!(self.tokens.as_slice(), [_, (_, Token::Plus, _), _])
            }
            _ => false,
        }
    }

    fn word(&self, piece: Piece<'_>, rest: &[Piece<'_>]) -> Result<(Token, usize), Problem> {
        let plain = || Token::Word(SmolStr::new(piece.text));
        let next = rest.first();
        let next_is = |lexeme: Lexeme| next.is_some_and(|n| n.lexeme == lexeme);
        if matches!(self.before(), Some(Token::Dot)) || (!self.parens.is_empty() && next_is(Lexeme::Colon)) {
            // After a dot and before a colon in parentheses any word is a name, however it is written.
            lookalike::check_letters(piece)?;
            return Ok((plain(), 1));
        }
        if self.head == Some(Key::Timezone) && !self.at_head() {
            return Err(zone_without_quotes(piece));
        }
        check_spelling(piece)?;
        let word = piece.text;
        match word {
            "AND" => return Ok((Token::Key(Key::And), 1)),
            "OR" => return Ok((Token::Key(Key::Or), 1)),
            "NOT" => return Ok((Token::Key(Key::Not), 1)),
            _ => {}
        }
        let key = Key::of(word);
        if let Some(second) = next {
            if word == "known" && second.text == "for" && rest.get(1).is_some_and(|n| n.lexeme == Lexeme::Number) {
                return Ok((Token::Key(Key::KnownFor), 2));
            }
            if word == "one" && second.text == "of" {
                return Ok((Token::Key(Key::OneOf), 2));
            }
        }
        let meant = if self.at_head() && key.is_some_and(|key| self.mode.heads().contains(&key)) {
            key
        } else if matches!(self.before(), Some(Token::Key(Key::On))) && self.head == Some(Key::On) {
            let names_one = next_is(Lexeme::Word) || next_is(Lexeme::Text);
            match key {
                Some(Key::Entering | Key::Leaving) if names_one && next.is_some_and(|n| reserved(n.text).is_none()) => {
                    key
                }
                Some(Key::Date) if next.is_some_and(|n| n.text == "profile") => key,
                _ => reserved(word),
            }
        } else if word == "exit" && self.mode == Mode::Step && matches!(self.before(), Some(Token::Key(Key::Or))) {
            key
        } else if word == "from" && self.mode == Mode::Step && matches!(self.before(), Some(Token::Key(Key::Remove))) {
            // Also where the step stands behind a `then`, on a line that begins otherwise.
            key
        } else {
            reserved(word).or_else(|| soft(self.mode, self.head, word))
        };
        Ok((meant.map_or_else(plain, Token::Key), 1))
    }
}

fn check_spelling(piece: Piece<'_>) -> Result<(), Problem> {
    lookalike::check_letters(piece)?;
    if piece.text.starts_with(|c: char| c.is_ascii_lowercase())
        && !piece.text.contains(|c: char| c.is_ascii_uppercase())
    {
        return Ok(());
    }
    if matches!(piece.text, "AND" | "OR" | "NOT") {
        return Ok(());
    }
    if let Some(hour) = piece.text.strip_prefix('T')
        && hour.len() == 2
        && hour.bytes().all(|digit| digit.is_ascii_digit())
    {
        let kind = kind::Value::TimeBehindDate { hour: hour.to_string() };
        return Err(Problem::new(piece.span, kind).with_safe_fix(piece.span, format!(" {hour}")));
    }
    let small = snake_case(piece.text);
    if MONTHS.iter().any(|month| small == *month || small.len() == 3 && month.starts_with(&small)) {
        return Err(Problem::new(piece.span, kind::Value::MonthInWords));
    }
    if Key::of(&small).is_some() {
        let kind = kind::Word::Capital { word: piece.text.to_string(), small: small.clone() };
        return Err(Problem::new(piece.span, kind).with_safe_fix(piece.span, small));
    }
    let kind = kind::Word::CapitalName { word: piece.text.to_string(), small: small.clone() };
    let error = Problem::new(piece.span, kind);
    Err(if small.is_empty() { error } else { error.with_unsafe_fix(piece.span, small) })
}

/// `timezone Paris`
fn zone_without_quotes(piece: Piece<'_>) -> Problem {
    let city = piece.text.to_ascii_lowercase();
    let found = chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .find(|zone| zone.rsplit_once('/').is_some_and(|(_, last)| last.eq_ignore_ascii_case(&city)));
    let problem = Problem::new(piece.span, kind::Value::Zone { zone: found });
    match found {
        Some(zone) => problem.with_safe_fix(piece.span, format!("\"{zone}\"")),
        None => problem,
    }
}

/// `1ms`, `3d12h1ms`
fn with_millis(raw: &str) -> Option<Length> {
    let raw = raw.strip_suffix("ms")?;
    let (head, last) = raw.split_at_checked(raw.trim_end_matches(|c: char| c.is_ascii_digit()).len())?;
    let head = if head.is_empty() { 0 } else { parse_duration(head).ok()?.millis };
    let millis = head.checked_add(last.parse().ok()?)?;
    (1..=LONGEST_LENGTH).contains(&millis).then_some(Length { millis, whole_days: false })
}

fn number(piece: Piece<'_>) -> Result<Token, Problem> {
    let raw = piece.text;
    let digits = raw.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(raw.len());
    let (value, unit) = raw.split_at_checked(digits).unwrap_or((raw, ""));
    if unit.is_empty() || unit == "%" {
        let value = Decimal::from_str_exact(value).map_err(|_| Problem::new(piece.span, kind::Value::TooManyDigits))?;
        return Ok(if unit.is_empty() { Token::Number(value) } else { Token::Percent(value) });
    }
    if let "am" | "pm" | "AM" | "PM" = unit {
        let hour = value.parse::<u32>().ok().filter(|h| (1..=12).contains(h));
        let hour = hour.map(|h| h % 12 + if unit.eq_ignore_ascii_case("pm") { 12 } else { 0 });
        let time = hour.map(|hour| format!("{hour:02}:00"));
        let error = Problem::new(piece.span, kind::Value::HalfDay { time: time.clone() });
        return Err(match time {
            Some(time) => error.with_safe_fix(piece.span, time),
            None => error,
        });
    }
    match parse_duration(raw) {
        Ok(length) if length.millis > 0 => Ok(Token::Duration(length)),
        Ok(_) => Err(Problem::new(piece.span, kind::Value::NoTimeAtAll)),
        Err(NumberMistake::TooLong) => Err(Problem::new(piece.span, kind::Value::TooLong)),
        Err(NumberMistake::Unit) if value.contains('.') => {
            Err(Problem::new(piece.span, kind::Value::PartOfUnit { whole: None }))
        }
        Err(NumberMistake::Unit) => {
            let kind = kind::Value::NoUnit { unit: unit.to_string(), number: value.to_string() };
            Err(Problem::new(piece.span, kind))
        }
    }
}

fn time(piece: Piece<'_>, next: Option<&Piece<'_>>, before: Option<&Token>) -> Result<Token, Problem> {
    let (hour, minute) = piece.text.split_once(':').unwrap_or_default();
    let (hour, minute) = (hour.parse::<u32>().unwrap_or(99), minute.parse::<u32>().unwrap_or(99));
    if let Some(half) = next.filter(|n| matches!(n.text, "am" | "pm" | "AM" | "PM")) {
        let hour = hour % 12 + if half.text.eq_ignore_ascii_case("pm") { 12 } else { 0 };
        let (place, time) = (piece.span.to(half.span), format!("{hour:02}:{minute:02}"));
        let kind = kind::Value::HalfDay { time: Some(time.clone()) };
        return Err(Problem::new(place, kind).with_safe_fix(place, time));
    }
    // A window may end with the day: `quiet 00:00-24:00`, `between 20:00 and 24:00`.
    if (hour, minute) == (24, 0) && matches!(before, Some(Token::Minus | Token::Key(Key::And))) {
        return Ok(Token::Time(24 * 60));
    }
    if hour == 24 && minute == 0 {
        return Err(Problem::new(piece.span, kind::Value::Midnight));
    }
    if hour > 23 || minute > 59 {
        return Err(Problem::new(piece.span, kind::Value::NoSuchTime { time: piece.text.to_string() }));
    }
    Ok(Token::Time(hour * 60 + minute))
}

fn date(piece: Piece<'_>) -> Result<Token, Problem> {
    NaiveDate::parse_from_str(piece.text, "%Y-%m-%d").map(Token::Date).map_err(|_| {
        // A month that is there has a last day, which is what a day beyond it means.
        let month = piece.text.rsplit_once('-').filter(|(_, day)| day.parse::<u32>().is_ok_and(|day| day > 28));
        let last = month.and_then(|(month, _)| {
            (28..=30)
                .rev()
                .map(|day| format!("{month}-{day}"))
                .find(|date| NaiveDate::parse_from_str(date, "%Y-%m-%d").is_ok())
        });
        let problem =
            Problem::new(piece.span, kind::Value::NoSuchDay { date: piece.text.to_string(), last: last.clone() });
        match last {
            Some(last) => problem.with_unsafe_fix(piece.span, last),
            None => problem,
        }
    })
}

fn text(piece: Piece<'_>) -> Result<Token, Problem> {
    match lookalike::hidden_character(piece.text) {
        Some(hidden) => Err(lookalike::hidden(piece.span, piece.text, hidden)),
        None => Ok(Token::Text(unquote(piece.text))),
    }
}
