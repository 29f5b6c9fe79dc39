//! What people meant: from the place where a line stops making sense to a sentence that says what to type.

use super::classify::Spanned;
use super::habits;
use super::layout::{Node, missing_colon};
use super::token::{Key, Lexeme, Token};
use super::words::Mode;
use crate::check::nearest;
use crate::diagnostic::{Diagnostic, syntax};
use crate::source::Span;
use lalrpop_util::ParseError;

/// Explains why a line could not be read.
pub(crate) fn explain(
    error: ParseError<u32, Token, Diagnostic>,
    node: &Node<'_>,
    tokens: &[Spanned],
    end: Span,
) -> Diagnostic {
    let (span, found, expected) = match error {
        ParseError::User { error } => return error,
        ParseError::UnrecognizedToken { token: (start, token, end_at), expected } => {
            (Span::new(end.file, start, end_at), Some(token), expected)
        }
        ParseError::ExtraToken { token: (start, token, end_at) } => {
            (Span::new(end.file, start, end_at), Some(token), vec![])
        }
        ParseError::UnrecognizedEof { expected, .. } => (end, None, expected),
        ParseError::InvalidToken { .. } => (end, None, vec![]),
    };
    let line = Reader { node, tokens, span, found: found.as_ref(), expected: &expected };
    habits::habit(&line).or_else(|| line.known_mistake()).unwrap_or_else(|| line.plain())
}

pub(super) struct Reader<'a> {
    pub(super) node: &'a Node<'a>,
    tokens: &'a [Spanned],
    pub(super) span: Span,
    found: Option<&'a Token>,
    expected: &'a [String],
}

impl Reader<'_> {
    fn first_word(&self) -> &str {
        self.node.pieces.first().map_or("", |p| p.text)
    }

    fn written(&self) -> &str {
        let piece = self.node.pieces.iter().find(|p| p.span.start == self.span.start);
        piece.map_or("", |p| p.text)
    }

    fn expects(&self, terminal: &str) -> bool {
        self.expected.iter().any(|e| e.trim_matches('"') == terminal)
    }

    pub(super) fn has(&self, key: Key) -> bool {
        self.tokens.iter().any(|(_, token, _)| *token == Token::Key(key))
    }

    /// The token before the place of the mistake.
    fn before(&self) -> Option<&Token> {
        let at = self.tokens.iter().rposition(|(start, token, end)| {
            !matches!(token, Token::Mode(_))
                && (self.found.is_none() || *end <= self.span.start && *start < self.span.start)
        })?;
        self.tokens.get(at).map(|(_, token, _)| token)
    }

    fn at_first(&self) -> bool {
        self.before().is_none()
    }

    /// Mistakes that have an edit of their own.
    fn known_mistake(&self) -> Option<Diagnostic> {
        let (mode, head) = (self.node.mode, self.node.head);
        let span = self.span;
        if self.at_first() && (mode.closed() || mode == Mode::Step || mode == Mode::TestLine) {
            return Some(self.wrong_head());
        }
        if mode == Mode::Step && head.is_none() {
            match self.first_word() {
                "send" => {
                    let (send, channel) = (self.node.pieces.first()?.span, self.node.pieces.get(1)?.span);
                    let error = syntax(send, "A send begins with its channel", "take `send` away: `email recs`");
                    return Some(error.with_safe_fix(Span { end: channel.start, ..send }, ""));
                }
                "after" | "sleep" | "pause" | "delay" => {
                    let word = self.node.pieces.first()?.span;
                    let error =
                        syntax(word, "Waiting is written with `wait`", "write `wait`, then how long: `wait 2d`");
                    let counts = self.node.pieces.get(1).is_some_and(|next| next.lexeme == Lexeme::Number);
                    return Some(if counts { error.with_safe_fix(word, "wait") } else { error });
                }
                word if self.misspelt(word) => return Some(self.wrong_head()),
                _ if self.found.is_none() && self.node.pieces.len() == 1 => {
                    return Some(
                        syntax(
                            span,
                            format!("`{}` alone is not a step", self.first_word()),
                            "say what to send: a channel, then a message, such as `email recs`",
                        )
                        .with_help("Other steps begin with `wait`, `if`, `add to`, `remove from` or `exit`."),
                    );
                }
                _ => {}
            }
        }
        if mode == Mode::Step && matches!(head, Some(Key::If | Key::Else)) && self.has(Key::If) && !self.has(Key::Then)
        {
            if self.found.is_none() && self.expects("then") {
                return Some(syntax(
                    span,
                    "This `if` does not say what to do",
                    "write `then` and a step, or `:` and steps below",
                ));
            }
            if matches!(self.found, Some(Token::Word(_) | Token::Key(Key::Wait | Key::Add | Key::Remove | Key::Exit))) {
                let span = self.start_of_step();
                let error = syntax(
                    span,
                    "A `then` is missing between the condition and the step",
                    "write `then` before the step, or `:` and the steps below",
                );
                return Some(error.with_safe_fix(Span { end: span.start, ..span }, "then "));
            }
        }
        if self.has(Key::Then) && matches!(self.found, Some(Token::Key(Key::If))) {
            return Some(syntax(
                span,
                "An `if` cannot follow `then`",
                "write `and` to join the two conditions, or use lines below with `:`",
            ));
        }
        if self.found.is_none() && self.expects(":") && mode.must_open(head) {
            let edit = format!("write `:`, then {} below it, indented", mode.below(head)?.noun());
            return Some(missing_colon(&self.node.pieces, edit));
        }
        None
    }

    /// Whether the word that begins a step is no channel, and nearly one that begins another step.
    fn misspelt(&self, word: &str) -> bool {
        let heads = self.node.mode.heads().iter().map(|key| key.word());
        !crate::check::names::CHANNELS.contains(&word) && nearest::nearest(word, heads).is_some()
    }

    /// Where the step begins that follows a condition without `then`: a channel may have been read as the name of a message.
    fn start_of_step(&self) -> Span {
        let is_channel = |text: &str| crate::check::names::CHANNELS.contains(&text);
        let before = self.node.pieces.iter().rfind(|piece| piece.span.end <= self.span.start);
        match before.filter(|piece| is_channel(piece.text) && !is_channel(self.written())) {
            Some(channel) => channel.span.to(self.span),
            None => self.span,
        }
    }

    /// A line that begins with a word that begins no line of its block.
    fn wrong_head(&self) -> Diagnostic {
        let mode = self.node.mode;
        let first = self.node.pieces.first();
        let (word, span) = match first.filter(|_| !self.at_first()) {
            Some(first) => (first.text, first.span),
            None => (self.written(), self.span),
        };
        let names = || mode.heads().iter().map(|key| key.word());
        let title = if word.is_empty() {
            "This line is not finished".to_string()
        } else {
            format!("No line here begins with `{}`", shorten(word))
        };
        let order = match mode {
            Mode::Item => [Mode::Rule, Mode::Clause, Mode::Step, Mode::Item],
            _ => [Mode::Clause, Mode::Rule, Mode::Step, Mode::Item],
        };
        let other = order
            .into_iter()
            .find(|other| *other != mode && Key::of(word).is_some_and(|key| other.heads().contains(&key)));
        if let Some(near) = nearest::nearest(word, names()).filter(|_| other.is_none()) {
            return syntax(span, title, format!("did you mean `{near}`?"));
        }
        let is_send =
            matches!(self.node.pieces.as_slice(), [a, b, ..] if a.lexeme == Lexeme::Word && b.lexeme == Lexeme::Word);
        let (title, edit) = match (mode, other) {
            (Mode::Clause, Some(Mode::Step)) => (
                format!("`{word}` is a step, and stands among the lines of the journey"),
                "indent it below `on …:`".into(),
            ),
            (Mode::Clause, None) if is_send => (title, "this looks like a step: indent it below `on …:`".to_string()),
            (Mode::Step, Some(Mode::Clause)) => (
                format!("`{word}` belongs to the journey, and stands among its steps"),
                "give it the column of `on`".into(),
            ),
            (_, Some(Mode::Rule)) if mode != Mode::Step => (
                format!("`{word}` is a rule for all journeys, and stands outside of the charter"),
                "put it below `charter:`, indented".into(),
            ),
            (Mode::Item, Some(Mode::Clause)) => {
                (format!("`{word}` belongs to a journey"), "indent it below `journey NAME:`".to_string())
            }
            (Mode::Item, Some(_)) => (title, "indent this below the item it belongs to".to_string()),
            _ => (title, format!("write {}", mode.noun())),
        };
        syntax(span, title, edit)
    }

    fn plain(&self) -> Diagnostic {
        let wanted = self.wanted();
        let title = match (self.found, self.before()) {
            (None, Some(before)) => format!("This line stops after `{}` and is not finished", shorten(&shown(before))),
            (None, None) => "This line is not finished".to_string(),
            (Some(_), Some(before)) => {
                format!("`{}` cannot follow `{}` here", shorten(self.written()), shorten(&shown(before)))
            }
            (Some(_), None) => format!("`{}` cannot stand here", shorten(self.written())),
        };
        if let Some(Token::Key(key)) = self.found
            && self.expects("WORD")
            && !self.expects("!")
            && super::words::reserved(key.word()).is_some()
            && self.follows_on()
        {
            let title = format!("`{}` is a word of the language and cannot be {}", key.word(), self.name());
            return syntax(self.span, title, format!("choose another name, or write it in quotes: \"{}\"", key.word()));
        }
        let edit = match (wanted.as_slice(), self.found) {
            ([], _) => "take this away, or put it on a line of its own".to_string(),
            (some, None) => format!("write {} here", join(some)),
            (some, Some(_)) => format!("write {} instead, or take this away", join(some)),
        };
        let error = syntax(self.span, title, edit);
        match example(self.node.mode, self.node.head) {
            Some(example) => error.with_help(format!("Such a line looks like this: {example}")),
            None => error,
        }
    }

    /// Whether the line could go on behind this word as behind a name.
    fn follows_on(&self) -> bool {
        let next = self.tokens.iter().find(|(start, ..)| *start >= self.span.end).map(|(_, token, _)| token);
        matches!(next, None | Some(Token::Colon | Token::Comma | Token::Key(Key::Or | Key::Else | Key::As)))
    }

    /// What a name that could stand here is the name of.
    fn name(&self) -> &'static str {
        use Key::*;
        let before = match self.before() {
            Some(Token::Key(key)) => Some(*key),
            _ => None,
        };
        match (self.node.mode, self.node.head, before) {
            (Mode::Item, ..) => "its name",
            (Mode::Rule | Mode::Clause, Some(Priority | Category), _) => "a category",
            (Mode::Rule, Some(Transactional), _) => "a message",
            (Mode::Rule, Some(Avoid), _) => "a channel",
            (_, Some(Cap), Some(Per)) => "`day`, `week`, `month`",
            (_, Some(Consent | Quiet | Cap | Gap | Stop | Exclude), _) => "a channel or a category",
            (Mode::Clause, Some(Overlap), _) => "`ignore`, `restart`, `allow`",
            (Mode::Clause, Some(On | Goal | Exit), Some(On | Goal | Or)) => "an event",
            (_, _, Some(In)) => "a segment",
            (_, _, Some(As)) => "a category",
            (Mode::Step, Some(Add | Remove), _) => "an audience",
            (Mode::Step, _, Some(Until)) => "a day such as `monday` or `tomorrow`",
            (Mode::Step, _, Some(Or | Then | Else)) => "a channel and a message",
            (Mode::Step, None, None) => "a message",
            _ => "a name",
        }
    }

    /// What could stand here, in the words of a person; at most five.
    fn wanted(&self) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        let mut add = |text: &str| {
            if !out.iter().any(|o| o == text) {
                out.push(text.to_string());
            }
        };
        if self.expects("!") {
            return vec!["a condition such as `opened` or `profile.tier is \"gold\"`".to_string()];
        }
        let value = self.expects("WORD") && self.expects("NUMBER") && self.expects("true");
        if value {
            add("a value such as `event.total`, `30` or `\"gold\"`");
        } else {
            if self.expects("WORD") {
                add(self.name());
            } else if self.expects("TEXT") {
                add("a text in quotes");
            }
            for (terminal, text) in [
                ("DURATION", "a length of time such as `2d`"),
                ("NUMBER", "a number"),
                ("TIME", "a time such as `09:00`"),
                ("DATE", "a date such as `2026-12-24`"),
                ("PERCENT", "a share such as `50%`"),
            ] {
                if self.expects(terminal) {
                    add(text);
                }
            }
        }
        if self.expects("<") {
            out.push("a comparison such as `is` or `>=`".to_string());
        }
        for terminal in self.expected {
            let word = terminal.trim_matches('"');
            let sign_of_arithmetic =
                matches!(word, "+" | "-" | "*" | "/" | "(" | "[" | "." | "," | ";" | "<" | "<=" | ">" | ">=" | "!=")
                    || self.expects("<") && matches!(word, "is" | "contains" | "in" | "ever" | "where");
            if word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
                || sign_of_arithmetic
                || (value && word.len() > 1)
            {
                continue;
            }
            if out.len() < 5 {
                let text = format!("`{word}`");
                if !out.contains(&text) {
                    out.push(text);
                }
            }
        }
        out.truncate(5);
        out
    }
}

/// A line as it should be, for the word that begins it.
fn example(mode: Mode, head: Option<Key>) -> Option<&'static str> {
    use Key::*;
    Some(match (mode, head?) {
        (_, Wait) => "`wait 1d`, `wait until 09:00`, `wait for opened up to 2d`",
        (Mode::Step, If) => "`if !opened within 48h then push reminder`",
        (Mode::Step, Add) => "`add to retargeting`",
        (Mode::Step, Remove) => "`remove from retargeting`",
        (_, Goal) => "`goal order_placed within 7d`",
        (Mode::Clause, Exit) => "`exit on unsubscribed`, `exit when profile.vip`",
        (_, On) => "`on cart_abandoned where total >= 30:`",
        (_, Every) => "`every monday at 09:00:`",
        (_, Reenter) => "`reenter after 7d`, `reenter never`",
        (_, One) => "`one per event.cart_id`",
        (_, Active) => "`active 2026-11-01 to 2026-12-31`",
        (_, Overlap) => "`overlap restart`",
        (_, Quiet) => "`quiet 21:00-08:00 for sms, push`",
        (_, Cap) => "`cap 1 per day`, `cap promo 4 per 7d`",
        (_, Gap) => "`gap 4h for sms`",
        (_, Consent) => "`consent required for sms, push`",
        (_, Timezone) => "`timezone \"Europe/Paris\"`",
        (_, Avoid) => "`avoid push when email scheduled within 24h`",
        (_, Exclude) => "`exclude when profile.blocked for promo`",
        (_, Priority) => "`priority transactional, cart, promo`",
        (_, Journey) => "`journey cart_recovery \"Bring back carts\":`",
        (_, Message) => "`message recs \"Picked for you\":`",
        (_, Segment) => "`segment big_spender: profile.lifetime_value >= 500`",
        (_, Test) => "`test cart_recovery \"what it shows\":`",
        (_, Repeat) => "`repeat 3 times every 2d:`",
        _ => return None,
    })
}

fn join(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// A token as a person would write it.
fn shown(token: &Token) -> String {
    match token {
        Token::Word(word) => word.to_string(),
        Token::Text(text) => format!("\"{text}\""),
        Token::Number(number) => number.to_string(),
        Token::Percent(number) => format!("{number}%"),
        Token::Duration(length) => crate::value::show_duration(length.millis),
        Token::Time(minutes) => format!("{:02}:{:02}", minutes / 60, minutes % 60),
        Token::Date(date) => date.to_string(),
        Token::Key(key) => key.word().to_string(),
        sign => sign.sign().unwrap_or_default().to_string(),
    }
}

/// A text short enough for a title.
fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= 24 { line.to_string() } else { line.chars().take(23).chain(['…']).collect() }
}

/// Whether a line was blamed for its tabs.
pub(crate) fn is_tab(error: &Diagnostic) -> bool {
    error.message == super::layout::TAB
}

/// Whether what is wrong with a line is wrong with its neighbours too, and is said once.
pub(crate) fn comes_in_runs(error: &Diagnostic) -> bool {
    is_tab(error) || error.message == habits::BULLET || super::elsewhere::comes_in_runs(&error.message)
}

/// A line of steps that begins with a word of another kind of line: no channel is called so.
pub(crate) fn misplaced(node: &Node<'_>) -> Option<Diagnostic> {
    let first = node.pieces.first().filter(|piece| piece.lexeme == Lexeme::Word && node.mode == Mode::Step)?;
    let key = Key::of(first.text).filter(|_| node.head.is_none())?;
    let elsewhere = [Mode::Clause, Mode::Rule, Mode::Item].iter().any(|mode| mode.heads().contains(&key));
    elsewhere.then(|| Reader { node, tokens: &[], span: first.span, found: None, expected: &[] }.wrong_head())
}

/// What a merge in git left behind, at the first of its marks.
pub(crate) fn unfinished_merge(span: Span) -> Diagnostic {
    syntax(
        span,
        "A merge was left unfinished here, so it is open which of two versions customers would get",
        "keep one of the two and delete the lines with the marks",
    )
}

/// A `:` with no lines below it.
pub(crate) fn nothing_below(colon: Span) -> Diagnostic {
    syntax(colon, "Nothing stands below this `:`", "write its steps on the next line, indented")
}

/// `if a then b; c`, then a line that begins with `else`.
pub(crate) fn else_after_semicolon(span: Span) -> Diagnostic {
    else_alone(span).with_help("A `;` ends the `if` before it.")
}

/// An `else` that goes on with nothing.
pub(crate) fn else_alone(span: Span) -> Diagnostic {
    syntax(span, "An `else` stands without an `if`", "put it right below the `if` it belongs to, in the same column")
}
