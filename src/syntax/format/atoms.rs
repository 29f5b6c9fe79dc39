//! The tokens of a line as they are written: synonyms in the one form that each has, and where spaces belong.

use crate::source::{SourceFile, Span};
use crate::syntax::classify::classify;
use crate::syntax::node::Node;
use crate::syntax::token::{Key, Token};
use crate::syntax::words::Mode;
use crate::value::duration::unit_millis;

/// A piece of a printed line.
#[derive(Debug, Clone)]
pub(super) struct Atom {
    pub(super) text: String,
    /// Whether a space stands before it.
    pub(super) space: bool,
    /// Whether the line may be broken before it, and inside how many parentheses that is: the outer ones come first.
    pub(super) may_break: Option<usize>,
    /// Where it stands in the source.
    pub(super) start: u32,
}

/// A node without its block.
pub(super) fn atoms(file: &SourceFile, node: &Node<'_>) -> Vec<Atom> {
    // A file is printed only if all its lines can be read.
    let tokens = classify(node.mode, &node.pieces).unwrap_or_default();
    let mut writer =
        Writer { file, mode: node.mode, head: node.head, out: vec![], depth: 0, until: false, by_date: false };
    let mut before: [Option<&Token>; 2] = [None, None];
    for (start, token, end) in &tokens {
        if matches!(token, Token::Mode(_)) {
            continue;
        }
        writer.token(*start, token, *end, before);
        before = [before[1], Some(token)];
    }
    writer.out
}

struct Writer<'a> {
    file: &'a SourceFile,
    mode: Mode,
    head: Option<Key>,
    out: Vec<Atom>,
    /// Open parentheses.
    depth: usize,
    /// Whether the moment of a `wait until` is being written.
    until: bool,
    /// Whether it is an entry by a date.
    by_date: bool,
}

impl Writer<'_> {
    fn token(&mut self, start: u32, token: &Token, end: u32, [second, before]: [Option<&Token>; 2]) {
        match token {
            Token::Key(Key::Until) => self.until = before == Some(&Token::Key(Key::Wait)),
            Token::Key(Key::Or | Key::Then | Key::Else) | Token::Semicolon => self.until = false,
            Token::Close | Token::CloseList => self.depth = self.depth.saturating_sub(1),
            Token::Key(Key::Date) | Token::Date(_) if self.out.len() == 1 => self.by_date = self.head == Some(Key::On),
            _ => {}
        }
        // `at` stands before a time of day, except where nothing stands between it and `until`.
        if *token == Token::Key(Key::At) && before == Some(&Token::Key(Key::Until)) {
            return;
        }
        if matches!(token, Token::Time(_)) && self.takes_at(before) {
            self.push("at".into(), start, true, None);
        }
        let text = self.text(token, before, Span::new(0, start, end));
        let space = !self.is_tight(token, before, second);
        let may_break = (space && self.may_break(token, before)).then_some(self.depth);
        match token {
            Token::Key(Key::Skip | Key::Hold) if self.is_tail(token, before) => {
                if let Some(last) = self.out.last_mut() {
                    last.text.push(',');
                }
            }
            Token::Open | Token::OpenList => self.depth += 1,
            _ => {}
        }
        // Signs that belong to what stands before them are never parted from it.
        match self.out.last_mut() {
            Some(last) if !space => last.text.push_str(&text),
            _ => self.push(text, start, space, may_break),
        }
    }

    fn push(&mut self, text: String, start: u32, space: bool, may_break: Option<usize>) {
        self.out.push(Atom { text, space, may_break, start });
    }

    /// `, skip` and `, hold up to` of a rule.
    fn is_tail(&self, token: &Token, before: Option<&Token>) -> bool {
        let rule = matches!(self.mode, Mode::Rule | Mode::Clause);
        let head = matches!(self.head, Some(Key::Quiet | Key::Gap | Key::Cap));
        rule && head && before.is_some() && !matches!(token, Token::Word(_))
    }

    fn takes_at(&self, before: Option<&Token>) -> bool {
        let entry = matches!(self.mode, Mode::Item | Mode::Clause) && self.depth == 0;
        let moment = self.until || entry && (self.by_date || self.head == Some(Key::Every));
        moment && !matches!(before, None | Some(Token::Key(Key::At | Key::Until)))
    }

    /// Whether no space stands between a token and the one before it.
    fn is_tight(&self, token: &Token, before: Option<&Token>, second: Option<&Token>) -> bool {
        let Some(before) = before else { return true };
        // `+1d` of a test.
        let moment = |plus: Option<&Token>| match plus {
            None => true,
            Some(plus) => self.mode == Mode::TestLine && *plus == Token::Key(Key::Until),
        };
        match (before, token) {
            (_, Token::Comma | Token::Semicolon | Token::Close | Token::CloseList | Token::Dot | Token::Colon) => true,
            (Token::Open | Token::OpenList | Token::Dot | Token::Bang, _) => true,
            (Token::Key(Key::Not), _) => second != Some(&Token::Key(Key::Is)),
            (Token::Time(_), Token::Minus) | (Token::Minus, Token::Time(_)) => true,
            (Token::Minus, _) => is_operator(second),
            (Token::Plus, _) => self.mode == Mode::TestLine && moment(second),
            _ => false,
        }
    }

    /// Whether a line may go on with this token on the next.
    fn may_break(&self, token: &Token, before: Option<&Token>) -> bool {
        match token {
            Token::Key(Key::And | Key::Or | Key::Then) => true,
            _ => before == Some(&Token::Comma),
        }
    }

    /// How a token is written.
    fn text(&self, token: &Token, before: Option<&Token>, place: Span) -> String {
        let raw = self.file.slice(place);
        match token {
            Token::Word(word) => word.to_string(),
            Token::Number(_) | Token::Percent(_) | Token::Date(_) => raw.to_string(),
            Token::Text(text) => written(raw, text),
            Token::Duration(_) => duration(raw),
            Token::Time(minutes) => format!("{:02}:{:02}", minutes / 60, minutes % 60),
            Token::Key(Key::Not) if before != Some(&Token::Key(Key::Is)) => "!".to_string(),
            Token::NotEquals => "is not".to_string(),
            Token::Key(key) => key.word().to_string(),
            sign => sign.sign().unwrap_or_default().to_string(),
        }
    }
}

/// Whether a `-` behind this is a sign of what follows, and takes nothing away.
fn is_operator(token: Option<&Token>) -> bool {
    match token {
        None => true,
        Some(Token::Key(key)) => !matches!(key, Key::True | Key::False),
        Some(token) => matches!(
            token,
            Token::Open
                | Token::OpenList
                | Token::Comma
                | Token::Colon
                | Token::Plus
                | Token::Minus
                | Token::Star
                | Token::Slash
                | Token::Less
                | Token::LessOrEqual
                | Token::Greater
                | Token::GreaterOrEqual
                | Token::NotEquals
                | Token::Bang
        ),
    }
}

/// A text between straight quotes.
fn written(raw: &str, text: &str) -> String {
    if raw.starts_with("\"\"\"") {
        return raw.replace('\r', "");
    }
    if raw.starts_with('"') {
        return raw.to_string();
    }
    let inner = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{inner}\"")
}

/// A length of time with the letter of each unit.
fn duration(raw: &str) -> String {
    let digits = raw.find(|c: char| !c.is_ascii_digit()).unwrap_or(raw.len());
    let (number, unit) = raw.split_at_checked(digits).unwrap_or((raw, ""));
    let unit = unit.trim();
    match unit.chars().next() {
        Some(letter) if unit.len() > 1 && unit_millis(unit).is_some() => format!("{number}{letter}"),
        _ => raw.chars().filter(|c| !c.is_whitespace()).collect(),
    }
}
