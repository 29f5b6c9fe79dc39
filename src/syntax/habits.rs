//! Words and forms that people bring along from other languages, and what is written instead: found where a line stops
//! making sense, by the words around that place.

use super::classify::Piece;
use super::mistakes::Reader;
use super::node::Node;
use super::token::{Key, Lexeme};
use super::words::Mode;
use crate::diagnostic::{Diagnostic, syntax};
use crate::source::{Span, snake_case};
use crate::value::duration::unit_millis;

/// The title of a line that begins with a bullet.
pub(super) const BULLET: &str = "Lines begin without a bullet";

/// The mistake of this line, if it is one that many make.
pub(super) fn habit(line: &Reader<'_>) -> Option<Diagnostic> {
    let words = Words::of(line);
    let by_mode = match line.node.mode {
        Mode::Step => words.step(),
        Mode::Clause | Mode::Item => words.clause().or_else(|| words.rule()),
        Mode::Rule => words.rule(),
        Mode::Variant => words.variant(),
        Mode::SplitArm => words.share(),
        Mode::TestLine => words.test_line(),
        _ => None,
    };
    by_mode.or_else(|| words.anywhere())
}

/// A line that begins with another word for `else`; it could be read as a channel and a message.
pub(super) fn other_else(node: &Node<'_>) -> Option<Diagnostic> {
    let first = node.pieces.first().filter(|_| node.mode == Mode::Step && node.head == Some(Key::Else))?;
    let (title, text) = match first.text {
        "elseif" | "elsif" | "elif" => (format!("`{}` is written as two words", first.text), "else if"),
        "otherwise" => ("What is done for all others begins with `else`".to_string(), "else"),
        _ => return None,
    };
    Some(syntax(first.span, title, format!("write `{text}` instead")).with_safe_fix(first.span, text))
}

/// A line as its words, with the place where it stops making sense.
struct Words<'a> {
    pieces: &'a [Piece<'a>],
    head: Option<Key>,
    mode: Mode,
    /// The number of the first piece that does not fit; that behind the last where the line stops too early.
    at: usize,
    has_then: bool,
}

impl<'a> Words<'a> {
    fn of(line: &Reader<'a>) -> Self {
        let pieces = line.node.pieces.as_slice();
        let at = pieces.iter().position(|piece| piece.span.start >= line.span.start).unwrap_or(pieces.len());
        Words {
            pieces,
            head: line.node.head,
            mode: line.node.mode,
            at,
            has_then: pieces.iter().take(at).any(|piece| piece.text == "then"),
        }
    }

    fn text(&self, at: usize) -> &'a str {
        self.pieces.get(at).map_or("", |piece| piece.text)
    }

    /// The word before the place.
    fn before(&self) -> &'a str {
        self.at.checked_sub(1).map_or("", |at| self.text(at))
    }

    fn is(&self, at: usize, lexeme: Lexeme) -> bool {
        self.pieces.get(at).is_some_and(|piece| piece.lexeme == lexeme)
    }

    fn has_word(&self, words: &[&str]) -> bool {
        self.pieces.iter().any(|piece| words.contains(&piece.text))
    }

    /// The place of these pieces.
    fn span(&self, from: usize, to: usize) -> Span {
        let last = to.saturating_sub(1).max(from);
        match (self.pieces.get(from), self.pieces.get(last)) {
            (Some(first), Some(last)) => first.span.to(last.span),
            (Some(first), None) => first.span,
            _ => self.pieces.last().map(|piece| piece.span).unwrap_or_default(),
        }
    }

    /// These pieces with the space behind them, to be taken away; where they touch what stands before, that space stays.
    fn with_space(&self, from: usize, to: usize) -> Span {
        let span = self.span(from, to);
        let touches = from.checked_sub(1).and_then(|before| self.pieces.get(before));
        match self.pieces.get(to) {
            Some(next) if touches.is_none_or(|before| before.span.end < span.start) => {
                Span { end: next.span.start, ..span }
            }
            _ => span,
        }
    }

    /// "Write this instead."
    fn instead(&self, from: usize, to: usize, title: &str, text: &str) -> Diagnostic {
        syntax(self.span(from, to), title, format!("write `{text}` instead")).with_safe_fix(self.span(from, to), text)
    }

    /// "Take this away."
    fn away(&self, from: usize, to: usize, title: &str, example: &str) -> Diagnostic {
        syntax(self.span(from, to), title, format!("take this away: `{example}`"))
            .with_safe_fix(self.with_space(from, to), "")
    }

    /// A line of a test.
    fn test_line(&self) -> Option<Diagnostic> {
        let at = self.at;
        let begins = "A line of a test begins with the time since the start";
        match (self.text(0), self.text(at)) {
            ("-" | "*", _) => Some(self.away(0, 1, BULLET, "+1d expect email recs")),
            ("after" | "at" | "in", _) if self.is(1, Lexeme::Plus) => Some(self.away(0, 1, begins, "+1d …")),
            ("after" | "at" | "in", _) if self.is_length(1) => Some(self.instead(0, 1, begins, "+")),
            (_, ":" | "-") if at == 2 && self.is(0, Lexeme::Plus) => {
                Some(self.away(at, at + 1, "What happens follows the time at once", "+1d expect email recs"))
            }
            (_, "no" | "not") if self.pieces.iter().any(|piece| piece.text == "expect") || at <= 2 => {
                let title = "A test need not say what is not sent";
                let label = "take this line away: a message that no line expects fails the test; \
                             `+9d expect nothing` plays on until then";
                Some(syntax(self.span(at, at + 1), title, label))
            }
            (_, "to" | "=" | "is") if self.pieces.iter().any(|piece| piece.text == "set") => {
                Some(self.away(at, at + 1, "In a test a trait is followed by its value", "set tier \"gold\""))
            }
            _ if at == 1
                && self.is(0, Lexeme::Word)
                && matches!(
                    self.pieces.get(1).map(|piece| piece.lexeme),
                    Some(Lexeme::Number | Lexeme::Text | Lexeme::Date)
                ) =>
            {
                let title = format!("This does not say what `{}` is", self.text(0));
                let label = "write `profile:` before this if it is known from the start, `set` if it changes";
                Some(syntax(self.span(0, 1), title, label))
            }
            ("+", "") if self.pieces.len() <= 3 => {
                let label = "write what happens then, or `expect nothing`";
                Some(syntax(self.span(0, self.pieces.len()), "Nothing is said about this moment", label))
            }
            _ if at == 0 && self.is_length(0) && !self.has_word(&["profile", "start", "allow"]) => {
                let start = Span { end: self.span(0, 1).start, ..self.span(0, 1) };
                Some(syntax(self.span(0, 1), begins, format!("write `+{}`", self.text(0))).with_unsafe_fix(start, "+"))
            }
            _ => None,
        }
    }

    fn step(&self) -> Option<Diagnostic> {
        let at = self.at;
        if let Some(found) = self.wait() {
            return Some(found);
        }
        match self.text(0) {
            "-" | "*" => return Some(self.away(0, 1, BULLET, "wait 1d")),
            _ => {}
        }
        if self.text(at) == "otherwise" && self.has_then {
            return Some(self.instead(at, at + 1, "What is done for all others begins with `else`", "else"));
        }
        if matches!(self.head, Some(Key::If | Key::Else)) && !self.has_then && self.before() == "do" {
            return Some(self.instead(at - 1, at, "What an `if` does is said behind `then`", "then"));
        }
        if at >= 2
            && self.before() != "then"
            && self.begins_step(at + 1)
            && matches!(self.text(at), "," | "and" | "then" | "&")
            && (self.has_then || !self.asks())
        {
            return Some(self.instead(at, at + 1, "Steps are parted by `;`, or stand on lines of their own", ";"));
        }
        match (self.head, self.text(at)) {
            (Some(Key::If | Key::Else), _) if matches!(self.before(), "after" | "for" | "in") && self.is_length(at) => {
                let length = self.length(at);
                let title = "How long an `if` waits is said by `within`";
                let error = syntax(self.span(at - 1, at), title, format!("write `within {length}`"));
                return Some(error.with_unsafe_fix(self.span(at - 1, at), "within"));
            }
            (Some(Key::Add), _) if at == 1 && self.text(2) == "to" => {
                return Some(self.away(
                    1,
                    2,
                    "Whoever is in the journey is added; nobody is named",
                    "add to retargeting",
                ));
            }
            (Some(Key::Add), word) if at == 1 && self.is(1, Lexeme::Word) && !self.begins_step(1) => {
                let place = Span { end: self.span(1, 2).start, ..self.span(1, 2) };
                let title = "Customers are added to an audience";
                return Some(
                    syntax(self.span(1, 2), title, format!("write `add to {word}`")).with_safe_fix(place, "to "),
                );
            }
            (Some(Key::Split), ":") if at == 1 => {
                let title = "A split needs a name, so that everybody goes the same way each time";
                return Some(syntax(self.span(1, 2), title, "write a name before the `:`, such as `split offers:`"));
            }
            (Some(Key::Repeat), "until") if at == 1 => {
                let title = "A repeat must end, also for those to whom this never happens";
                return Some(syntax(
                    self.span(1, 2),
                    title,
                    "say how often at most: `repeat 3 times every 2d until …`",
                ));
            }
            (Some(Key::Repeat), ":" | "until") if self.before() == "times" => {
                let title = "All rounds would be done at one moment";
                return Some(syntax(
                    self.span(at, at + 1),
                    title,
                    "say how far apart they begin: `repeat 3 times every 2d`",
                ));
            }
            (None, "to") if at >= 2 => {
                return Some(self.away(
                    at,
                    self.pieces.len(),
                    "Whoever is in the journey gets it; a send names nobody",
                    "email recs",
                ));
            }
            (None, word) if at >= 2 && crate::syntax::words::CHANNELS.contains(&word) => {
                let title = "Two sends stand here with nothing between them";
                return Some(syntax(
                    self.span(at, at + 1),
                    title,
                    "write `;` before this, or `or` where it is tried instead",
                ));
            }
            (None, "transactional" | "marketing" | "promo") if at == 2 => {
                let place = Span { end: self.span(2, 3).start, ..self.span(2, 3) };
                let error =
                    syntax(self.span(2, 3), "The category of a send is named behind `as`", "write `as` before this");
                return Some(error.with_safe_fix(place, "as "));
            }
            (None, _) if at == 2 && self.text(0) != "send" => return self.spaced_name(1),
            _ => {}
        }
        None
    }

    /// `wait` and what people write behind it.
    fn wait(&self) -> Option<Diagnostic> {
        let at = self.at;
        if self.head != Some(Key::Wait) {
            return None;
        }
        if let ("for" | "until", true) = (self.text(1), self.is_length(2)) {
            let rest = self.length(2);
            let number = if unit_millis(self.text(3)).is_some() { 4 } else { 3 };
            if let ("before" | "ahead" | "prior", date) = (self.text(number), number + 1)
                && self.is(self.pieces.len() - 1, Lexeme::Word)
            {
                return Some(self.before_a_date(number, date));
            }
            if at >= self.pieces.len() || at == 2 && self.text(1) == "until" && number >= self.pieces.len() {
                let title = format!("A length of time needs no `{}`", self.text(1));
                let fix = self.with_space(1, 2);
                return Some(syntax(self.span(1, 2), title, format!("write `wait {rest}`")).with_safe_fix(fix, ""));
            }
        }
        if at >= self.pieces.len() && self.pieces.len() == 1 {
            let title = "This does not say how long to wait";
            return Some(syntax(
                self.span(0, 1),
                title,
                "write how long, `wait 2d`, or until when, `wait until 09:00`",
            ));
        }
        if at == 1 {
            if self.is(1, Lexeme::Number) && self.text(1).contains('.') && unit_millis(self.text(2)).is_some() {
                let title = "A length of time is written in whole numbers";
                let length = super::elsewhere::part_of(self.text(1), self.text(2))?;
                return Some(self.instead(1, 3, title, &length));
            }
            if matches!(self.text(2), "month" | "months" | "quarter" | "quarters" | "year" | "years") {
                let title = format!("{} are not all of one length", self.plural(2));
                return Some(syntax(self.span(1, 3), title, "write it in days, such as `30d`"));
            }
            if let (Some(number), Some(_)) = (in_words(self.text(1)), unit_millis(self.text(2))) {
                let length = format!("{number}{}", self.text(2).chars().next().unwrap_or('d'));
                return Some(self.instead(1, 3, "Numbers are written in digits", &length));
            }
        }
        if at == 2 && self.text(1) == "until" && self.is(2, Lexeme::Number) {
            return Some(self.moment(2));
        }
        None
    }

    /// `until 3 days before trial_end`.
    fn before_a_date(&self, number: usize, date: usize) -> Diagnostic {
        let words = self.pieces.iter().skip(date).map(|piece| piece.text).skip_while(|word| *word == "the");
        let date = words.collect::<Vec<_>>().join("_").replace("_._", ".");
        let date = if date.contains('.') { date } else { format!("profile.{date}") };
        let unit = self.text(3).chars().next().filter(|_| number == 4);
        let length = format!("{}{}", self.text(2), unit.map(String::from).unwrap_or_default());
        let title = "A moment before a date is the date, less a length of time";
        let fix = format!("{date} - {length}");
        let all = self.span(0, self.pieces.len());
        let line = format!("wait until {fix}");
        syntax(self.span(2, self.pieces.len()), title, format!("write `{line}`")).with_unsafe_fix(all, line)
    }

    /// A number where a moment should be: an hour, or a date in another order.
    fn moment(&self, at: usize) -> Diagnostic {
        let number = |at: usize| self.text(at).parse::<u32>().ok();
        if let (Some(a), "/", Some(b), "/", Some(year)) =
            (number(at), self.text(at + 1), number(at + 2), self.text(at + 3), number(at + 4))
        {
            let title = "Dates are written year-month-day";
            // Which is the day, only one above 12 tells.
            return match (a, b) {
                (13..=31, 1..=12) => self.instead(at, at + 5, title, &format!("{year}-{b:02}-{a:02}")),
                (1..=12, 13..=31) => self.instead(at, at + 5, title, &format!("{year}-{a:02}-{b:02}")),
                _ => syntax(
                    self.span(at, at + 5),
                    title,
                    format!("write {year}, then the month, then the day: {year}-12-24"),
                ),
            };
        }
        match number(at).filter(|hour| *hour < 24 && at + 1 >= self.pieces.len()) {
            Some(hour) => {
                let title = format!("`{hour}` could be a time, a day or a number of days");
                let time = format!("{hour:02}:00");
                syntax(self.span(at, at + 1), title, format!("write `{time}`, `day {hour}` or a date"))
                    .with_unsafe_fix(self.span(at, at + 1), time)
            }
            None => {
                let title = "This is neither a time nor a day";
                syntax(
                    self.span(at, self.pieces.len()),
                    title,
                    "write `09:00`, `monday`, `day 5` or a date such as `2026-12-24`",
                )
            }
        }
    }

    fn clause(&self) -> Option<Diagnostic> {
        let at = self.at;
        match self.text(0) {
            word @ ("when" | "whenever" | "upon" | "trigger" | "triggered" | "once") if at == 0 => {
                return Some(self.instead(0, 1, &format!("A journey begins with `on`, not with `{word}`"), "on"));
            }
            word @ ("leave" | "end" | "quit" | "stop") if self.mode == Mode::Clause && at == 0 => {
                return Some(self.instead(0, 1, &format!("A journey is left with `exit`, not with `{word}`"), "exit"));
            }
            _ => {}
        }
        match (self.head, self.text(at)) {
            (Some(Key::Exit), "if")
                if at == 1 && (matches!(self.text(2), "profile" | "in" | "!" | "not" | "no") || self.compares()) =>
            {
                return Some(self.instead(1, 2, "An exit asks with `when`, or names an event with `on`", "when"));
            }
            (Some(Key::Goal), "is" | "=" | ":" | "on") if at == 1 => {
                return Some(self.away(1, 2, "A goal is followed by its event", "goal order_placed"));
            }
            (Some(Key::Goal), "in") if self.is_length(at + 1) => {
                return Some(self.instead(at, at + 1, "How long a goal counts is said by `within`", "within"));
            }
            (Some(Key::On), word @ ("if" | "when" | "with" | "and")) if word != "and" || self.compares() => {
                return Some(self.instead(at, at + 1, "What must hold of the event is said behind `where`", "where"));
            }
            (Some(Key::Every), ":") if at >= 2 => {
                let title = format!("This does not say at what time of the {}", self.before());
                let edit = format!("write the time: `every {} at 09:00:`", self.before());
                return Some(syntax(self.span(at - 1, at), title, edit));
            }
            (Some(Key::Journey | Key::Message | Key::Segment | Key::Audience | Key::Event), _) if at == 2 => {
                return self.spaced_name(1);
            }
            _ => {}
        }
        None
    }

    /// Whether the line compares something.
    fn compares(&self) -> bool {
        use Lexeme::{Equals, Greater, GreaterOrEqual, Less, LessOrEqual, NotEquals};
        let sign = |piece: &Piece<'_>| {
            matches!(piece.lexeme, Equals | Greater | GreaterOrEqual | Less | LessOrEqual | NotEquals)
                || matches!(piece.text, "is" | "contains")
        };
        self.pieces.iter().any(sign)
    }

    fn rule(&self) -> Option<Diagnostic> {
        let at = self.at;
        match self.text(0) {
            word @ ("max" | "maximum" | "limit" | "frequency" | "at_most") if at == 0 && self.text(1) == "cap" => {
                let title = format!("How many messages go is limited by `cap` alone, without `{word}`");
                let error = syntax(self.span(0, 1), title, format!("take `{word}` away"));
                return Some(error.with_safe_fix(self.with_space(0, 1), ""));
            }
            word @ ("max" | "maximum" | "limit" | "frequency" | "at_most") if at == 0 => {
                return Some(self.instead(
                    0,
                    1,
                    &format!("How many messages go is limited by `cap`, not by `{word}`"),
                    "cap",
                ));
            }
            _ => {}
        }
        match (self.head, self.text(at)) {
            (Some(Key::Cap), "per") if in_words(self.before()).is_some() => {
                let number = in_words(self.before())?.to_string();
                Some(self.instead(at - 1, at, "Numbers are written in digits", &number))
            }
            (Some(Key::Quiet), "from" | "hours" | "time" | "between") if at == 1 => {
                let from = 1 + self.pieces.get(1..)?.iter().position(|piece| piece.lexeme == Lexeme::Time)?;
                let title = "Quiet hours are written from-to";
                match (self.text(from + 1), self.is(from + 2, Lexeme::Time)) {
                    ("to" | "-" | "until" | "and" | "–" | "—", true) => {
                        let times = format!("{}-{}", self.text(from), self.text(from + 2));
                        Some(self.instead(1, from + 3, title, &times))
                    }
                    _ => Some(syntax(self.span(1, 2), title, "write `quiet 21:00-08:00`")),
                }
            }
            (Some(Key::Quiet), "to" | "until" | "and") if self.is(at + 1, Lexeme::Time) => {
                Some(self.instead(at, at + 1, "Quiet hours are written from-to", "-"))
            }
            (Some(Key::Consent), "for") if at == 1 && self.text(2) != "required" => {
                let place = Span { end: self.span(1, 2).start, ..self.span(1, 2) };
                let error = syntax(
                    self.span(0, 2),
                    "This does not say that consent is required",
                    "write `consent required for`",
                );
                Some(error.with_safe_fix(place, "required "))
            }
            (Some(Key::Timezone), word) if at == 1 && self.is(1, Lexeme::Word) => {
                let title = "A time zone stands in quotes, with its continent";
                Some(syntax(self.span(1, 2), title, format!("write it such as \"Europe/Paris\", not `{word}`")))
            }
            _ => None,
        }
    }

    /// A text in the place of a channel.
    fn variant(&self) -> Option<Diagnostic> {
        let is_text = self.is(0, Lexeme::Text) || self.is(0, Lexeme::LongText);
        let title = "This does not say on which channel the text is sent";
        is_text.then(|| syntax(self.span(0, 1), title, "write the channel before it, such as `sms: \"…\"`"))
    }

    /// A share that is no percentage.
    fn share(&self) -> Option<Diagnostic> {
        let is_share = self.at == 0 && !self.is(0, Lexeme::Colon);
        let edit = "write it before the name, such as `50% a:`";
        is_share.then(|| syntax(self.span(0, 1), "A share is written in percent", edit))
    }

    /// Habits of conditions and values, which stand on many kinds of lines.
    fn anywhere(&self) -> Option<Diagnostic> {
        if let Some(found) = self.misspelt_unit() {
            return Some(found);
        }
        let at = self.at;
        if self.text(at) == "," && self.is(at + 1, Lexeme::Number) && self.adjoin(at) {
            let before = at.checked_sub(1).filter(|before| self.is(*before, Lexeme::Number))?;
            let whole = format!("{}{}", self.text(before), self.text(at + 1));
            return (self.text(at + 1).len() == 3)
                .then(|| self.instead(before, at + 2, "Thousands are not parted by a comma", &whole));
        }
        let title = "Values are compared by signs";
        let sign = match (self.text(at), self.text(at + 1)) {
            ("at", "least") => Some((2, ">=")),
            ("at", "most") => Some((2, "<=")),
            ("more" | "greater" | "bigger" | "larger" | "higher", "than") => Some((2, ">")),
            ("less" | "fewer" | "smaller" | "lower", "than") => Some((2, "<")),
            ("equal" | "equals", "to") => Some((2, "is")),
            ("equals", _) => Some((1, "is")),
            ("over" | "above", _) if self.is(at + 1, Lexeme::Number) => Some((1, ">")),
            ("under" | "below", _) if self.is(at + 1, Lexeme::Number) => Some((1, "<")),
            _ => None,
        };
        if let Some((count, sign)) = sign {
            return Some(self.instead(at, at + count, title, sign));
        }
        if let ("in", "the", "last") = (self.before(), self.text(at), self.text(at + 1)) {
            return Some(self.away(at, at + 1, "A time to look back is written without `the`", "in last 30d"));
        }
        if self.before() == "where" {
            return self.bare_where();
        }
        let begins_condition =
            matches!(self.text(at), "profile" | "in" | "!" | "no") && super::words::reserved(self.before()).is_none();
        if begins_condition && (self.asks() || matches!(self.mode, Mode::Condition)) && self.is(at - 1, Lexeme::Word) {
            let title = "Two conditions stand here with nothing between them";
            return Some(syntax(self.span(at, at + 1), title, "write `and` or `or` before this"));
        }
        None
    }

    /// A `where` inside a condition, without the parentheses that say how far it goes.
    fn bare_where(&self) -> Option<Diagnostic> {
        let is_name = self.is(self.at, Lexeme::Word) && super::words::reserved(self.text(self.at)).is_none();
        let behind = self.pieces.get(self.at..).filter(|_| is_name)?;
        let ends = |(at, piece): (usize, &Piece<'_>)| match piece.text {
            "up" | "within" | "then" | "and" | "or" | ":" | ";" | "," => true,
            "in" => self.text(self.at + at + 1) == "last",
            _ => false,
        };
        let count = behind.iter().enumerate().position(|(at, piece)| ends((at, piece))).unwrap_or(behind.len());
        let end = self.at + count;
        let mut asked = String::new();
        let mut before = None;
        for piece in behind.iter().take(count) {
            asked.push_str(if before.is_some_and(|end| end != piece.span.start) { " " } else { "" });
            asked.push_str(piece.text);
            before = Some(piece.span.end);
        }
        let span = self.span(self.at, end);
        let edit = format!("write `where ({asked})`");
        let error = syntax(span, "What a `where` asks stands in parentheses here", edit);
        let goes_on = matches!(self.text(end), "and" | "or");
        Some(if goes_on || count == 0 { error } else { error.with_safe_fix(span, format!("({asked})")) })
    }

    /// `3 dyas`
    fn misspelt_unit(&self) -> Option<Diagnostic> {
        const UNITS: [&str; 8] = ["day", "days", "hour", "hours", "week", "weeks", "minute", "minutes"];
        let number = |at: usize| self.is(at, Lexeme::Number) && self.text(at).bytes().all(|b| b.is_ascii_digit());
        let at = [Some(self.at), self.at.checked_sub(1)].into_iter().flatten().find(|at| number(*at))?;
        let word = self.text(at + 1);
        if !self.is(at + 1, Lexeme::Word) || unit_millis(word).is_some() || super::words::reserved(word).is_some() {
            return None;
        }
        let unit = crate::nearest::nearest(word, UNITS)?;
        let length = format!("{}{}", self.text(at), unit.get(..1)?);
        let title = format!("`{word}` is no unit of time");
        let span = self.span(at, at + 2);
        Some(syntax(span, title, format!("did you mean `{length}`?")).with_unsafe_fix(span, length))
    }

    /// A name of several words, or with a hyphen.
    fn spaced_name(&self, from: usize) -> Option<Diagnostic> {
        let parts = self.pieces.get(from..)?;
        let count = parts.iter().take_while(|p| matches!(p.lexeme, Lexeme::Word | Lexeme::Minus)).count();
        let words: Vec<&str> = parts.iter().take(count).filter(|p| p.lexeme == Lexeme::Word).map(|p| p.text).collect();
        let behind = parts.get(count).map(|piece| piece.lexeme);
        let ends = matches!(behind, None | Some(Lexeme::Colon | Lexeme::Text | Lexeme::Semicolon));
        // A channel among them, or one of them twice, is another slip.
        let slip = |(at, word): (usize, &&str)| {
            super::words::reserved(word).is_some()
                || crate::syntax::words::CHANNELS.contains(word)
                || words.iter().take(at).any(|before| before == word)
        };
        if words.len() < 2 || !ends || words.iter().enumerate().any(slip) {
            return None;
        }
        let name = snake_case(&words.join("_"));
        let span = self.span(from, from + count);
        let error = syntax(span, "A name is one word", format!("write `{name}`"));
        // A word of the language before a name may be one too many.
        let sure = words.first().is_none_or(|word| Key::of(word).is_none());
        Some(if sure { error.with_unsafe_fix(span, name) } else { error })
    }

    /// Whether the line asks a condition.
    fn asks(&self) -> bool {
        matches!(self.head, Some(Key::If | Key::Else | Key::For | Key::Exclude | Key::Exit | Key::On | Key::Goal))
            || self.head == Some(Key::Wait) && self.text(1) == "for"
    }

    /// Whether a step could begin here.
    fn begins_step(&self, at: usize) -> bool {
        let word = self.text(at);
        let head = Key::of(word).is_some_and(|key| Mode::Step.heads().contains(&key));
        head || crate::syntax::words::CHANNELS.contains(&word) && self.is(at + 1, Lexeme::Word)
    }

    /// Whether no space stands on either side of a piece.
    fn adjoin(&self, at: usize) -> bool {
        match (
            at.checked_sub(1).and_then(|before| self.pieces.get(before)),
            self.pieces.get(at),
            self.pieces.get(at + 1),
        ) {
            (Some(before), Some(piece), Some(next)) => {
                before.span.end == piece.span.start && piece.span.end == next.span.start
            }
            _ => false,
        }
    }

    /// Whether a length of time stands here, as one piece or as two.
    fn is_length(&self, at: usize) -> bool {
        let text = self.text(at);
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
        self.is(at, Lexeme::Number)
            && (unit_millis(unit).is_some() || unit.is_empty() && unit_millis(self.text(at + 1)).is_some())
    }

    fn length(&self, at: usize) -> String {
        let unit = unit_millis(self.text(at + 1)).map_or("", |_| self.text(at + 1));
        format!("{}{}{unit}", self.text(at), if unit.is_empty() { "" } else { " " })
    }

    fn plural(&self, at: usize) -> String {
        let word = self.text(at).trim_end_matches('s');
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).chain(['s']).collect())
    }
}

/// A small number that is written in words.
pub(super) fn in_words(word: &str) -> Option<usize> {
    const WORDS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    match word {
        "a" | "an" => Some(1),
        "fourteen" => Some(14),
        "fifteen" => Some(15),
        "twenty" => Some(20),
        "thirty" => Some(30),
        "sixty" => Some(60),
        "ninety" => Some(90),
        _ => WORDS.iter().position(|known| *known == word).map(|at| at + 1),
    }
}
