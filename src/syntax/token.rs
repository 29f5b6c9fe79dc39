//! Words, numbers, texts and signs: the smallest pieces of a file.
//!
//! The lexer never fails. What it does not know becomes `Lexeme::Bad`, and the line it stands on says so.

use crate::value::duration::Length;
use chrono::NaiveDate;
use logos::Logos;
use rust_decimal::Decimal;
use smol_str::SmolStr;

/// A piece of text as it is cut, before it is known what it means on its line.
#[derive(Logos, Debug, Clone, Copy, PartialEq, Eq)]
#[logos(skip r"[ \t\u{a0}\u{feff}\u{2000}-\u{200a}\u{202f}\u{3000}\r]+")]
pub(crate) enum Lexeme {
    #[token("\n")]
    LineEnd,
    #[regex(r"#[^\n]*", allow_greedy = true)]
    Comment,
    #[regex(r"[\p{L}_][\p{L}\p{M}\p{N}_]*")]
    Word,
    #[regex(r"[0-9]{1,2}:[0-9]{2}")]
    Time,
    #[regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")]
    Date,
    #[regex(r"[0-9]+(\.[0-9]+)?[A-Za-z0-9_]*%?")]
    Number,
    #[regex(r#""([^"\\\n]|\\[^\n])*""#)]
    #[regex(r#"[“”„]([^"“”\\\n]|\\[^\n])*["“”]"#)]
    Text,
    #[token("\"\"\"", long_text)]
    LongText,
    #[regex(r#"["“”„]([^"“”\\\n]|\\[^\n])*"#, priority = 1)]
    OpenText,
    #[token("(")]
    Open,
    #[token(")")]
    Close,
    #[token("[")]
    OpenList,
    #[token("]")]
    CloseList,
    #[token(",")]
    Comma,
    #[token(";")]
    Semicolon,
    #[token(":")]
    Colon,
    #[token(".")]
    Dot,
    #[token("|")]
    Bar,
    #[token("||")]
    BarBar,
    #[token("&&")]
    AndAnd,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("–")]
    #[token("—")]
    Dash,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("<")]
    Less,
    #[token("<=")]
    LessOrEqual,
    #[token(">")]
    Greater,
    #[token(">=")]
    GreaterOrEqual,
    #[token("=")]
    #[token("==")]
    Equals,
    #[token("!=")]
    NotEquals,
    #[token("!")]
    Bang,
    /// A character that has no place in a program.
    Bad,
}

fn long_text(lexer: &mut logos::Lexer<'_, Lexeme>) -> bool {
    let rest = lexer.remainder();
    match rest.find("\"\"\"") {
        Some(at) => lexer.bump(at + 3),
        None => lexer.bump(rest.len()),
    }
    true
}

impl Lexeme {
    /// Whether it has no place on lines of this kind.
    pub(crate) fn is_bad(self, mode: super::words::Mode) -> bool {
        self == Lexeme::Bad || matches!(self, Lexeme::OpenList | Lexeme::CloseList) && !mode.has_lists()
    }
}

/// Cuts a text into pieces with their byte offsets.
pub(crate) fn lex(text: &str) -> impl Iterator<Item = (Lexeme, u32, u32)> + '_ {
    Lexeme::lexer(text)
        .spanned()
        .map(|(lexeme, span)| (lexeme.unwrap_or(Lexeme::Bad), span.start as u32, span.end as u32))
}

/// A word or sign whose meaning on its line is known: what the grammar reads.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is named as what is written")]
pub enum Token {
    Word(SmolStr),
    Text(SmolStr),
    Number(Decimal),
    Percent(Decimal),
    Duration(Length),
    Time(u32),
    Date(NaiveDate),
    Key(Key),
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    Colon,
    Dot,
    Bar,
    Plus,
    Minus,
    Star,
    Slash,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    NotEquals,
    Bang,
    Semicolon,
    /// Which kind of line follows: the first token that the grammar sees.
    Mode(super::words::Mode),
}

impl Token {
    /// The sign that it is written as, if it is one.
    pub(crate) fn sign(&self) -> Option<&'static str> {
        Some(match self {
            Token::Open => "(",
            Token::Close => ")",
            Token::OpenList => "[",
            Token::CloseList => "]",
            Token::Comma => ",",
            Token::Colon => ":",
            Token::Dot => ".",
            Token::Bar => "|",
            Token::Plus => "+",
            Token::Minus => "-",
            Token::Star => "*",
            Token::Slash => "/",
            Token::Less => "<",
            Token::LessOrEqual => "<=",
            Token::Greater => ">",
            Token::GreaterOrEqual => ">=",
            Token::NotEquals => "!=",
            Token::Bang => "!",
            Token::Semicolon => ";",
            _ => return None,
        })
    }
}

macro_rules! keys {
    ($($key:ident $word:literal),* $(,)?) => {
        /// Words that mean something where they stand.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each variant is named as its word")]
        pub enum Key { $($key),* }

        impl Key {
            /// All of them.
            pub const ALL: &[Key] = &[$(Key::$key),*];

            /// The word as it is written.
            pub fn word(self) -> &'static str {
                match self { $(Key::$key => $word),* }
            }

            /// The key of a word.
            pub fn of(word: &str) -> Option<Key> {
                match word { $($word => Some(Key::$key),)* _ => None }
            }
        }
    };
}

keys! {
    // Reserved everywhere.
    And "and", Or "or", Not "not", No "no", Is "is", In "in", Last "last", Ever "ever", Where "where",
    Within "within", Worth "worth", Contains "contains", Between "between", Since "since", Of "of", By "by",
    As "as", With "with", At "at", Up "up", To "to", For "for", Until "until", When "when", Then "then",
    Else "else", If "if", On "on", Every "every", Profile "profile", Event "event", True "true",
    False "false", Expect "expect", Allow "allow", Set "set",
    // Words that begin a line of their block.
    Charter "charter", Channel "channel", Audience "audience", Segment "segment", Message "message",
    Journey "journey", Test "test",
    Timezone "timezone", Consent "consent", Quiet "quiet", Cap "cap", Gap "gap", Avoid "avoid",
    Exclude "exclude", Transactional "transactional", Stop "stop", Priority "priority", Holdout "holdout",
    Category "category", Reenter "reenter", Overlap "overlap", One "one", Paused "paused", Active "active",
    Goal "goal", Exit "exit",
    Wait "wait", Best "best", Match "match", Split "split", Repeat "repeat", Add "add", Remove "remove",
    Emit "emit", Start "start", Call "call",
    Tracks "tracks", Limit "limit", Provides "provides", Filters "filters", Tags "tags",
    // Words that mean something on one kind of line only.
    Required "required", Skip "skip", Hold "hold", Per "per", Scheduled "scheduled", Never "never",
    After "after", Entering "entering", Leaving "leaving", Date "date", Times "times", From "from",
    Characters "characters", List "list", File "file",
    // Pairs read as one.
    KnownFor "known for", OneOf "one of",
}

/// The text between quotes, with its escapes read.
pub(crate) fn unquote(raw: &str) -> SmolStr {
    if let Some(long) = raw.strip_prefix("\"\"\"") {
        return SmolStr::new(long.strip_suffix("\"\"\"").unwrap_or(long).replace('\r', ""));
    }
    let mut inner = raw.chars();
    inner.next();
    inner.next_back();
    let inner = inner.as_str();
    if !inner.contains('\\') {
        return SmolStr::new(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some(other @ ('"' | '\\')) => out.push(other),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    SmolStr::new(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lose_their_quotes() {
        assert_eq!(unquote("\"a\\\"b\\n\""), "a\"b\n");
        assert_eq!(unquote("“hi”"), "hi");
        assert_eq!(unquote("\"\"\"two\nlines\"\"\""), "two\nlines");
    }
}
