//! Values with their filters, and conditions, as they stand in one pair of braces.

use super::foreign::spelled;
use super::standard;
use super::token::{Kind, Token};
use super::{DEEPEST, Dialect, Mistake, Variable};
use crate::diagnostic::Advice;
use smol_str::SmolStr;
use std::ops::Range;

/// What is left to read between two braces, and the variables that were read.
pub(super) struct Inside<'t> {
    tokens: std::vec::IntoIter<Token<'t>>,
    dialect: Dialect<'t>,
    /// Where it ends.
    end: usize,
    depth: usize,
    pub(super) found: Vec<Variable>,
}

/// Read, or what is wrong.
pub(super) type Done = Result<(), Mistake>;

/// Words that are values.
const LITERALS: [&str; 6] = ["true", "false", "nil", "null", "empty", "blank"];

/// Words and signs between the two sides of a comparison.
const COMPARISONS: [&str; 8] = ["==", "!=", "<>", "<", ">", "<=", ">=", "contains"];

impl<'t> Inside<'t> {
    pub(super) fn new(tokens: Vec<Token<'t>>, dialect: Dialect<'t>, end: usize) -> Self {
        Inside { tokens: tokens.into_iter(), dialect, end, depth: 0, found: vec![] }
    }

    pub(super) fn peek(&self) -> Option<&Token<'t>> {
        self.tokens.as_slice().first()
    }

    fn second(&self) -> Option<&Token<'t>> {
        self.tokens.as_slice().get(1)
    }

    pub(super) fn next(&mut self) -> Option<Token<'t>> {
        self.tokens.next()
    }

    /// Takes a word or a sign, if it comes next.
    pub(super) fn takes(&mut self, text: &str) -> bool {
        let comes = self.peek().is_some_and(|token| token.text == text && token.kind != Kind::Text);
        if comes {
            self.next();
        }
        comes
    }

    /// The place of what comes next, and of all behind it.
    pub(super) fn rest(&self) -> Range<usize> {
        self.peek().map_or(self.end, |token| token.at.start)..self.end
    }

    pub(super) fn wrong<T>(
        &self,
        at: Range<usize>,
        title: impl Into<String>,
        edit: impl Into<Advice>,
    ) -> Result<T, Mistake> {
        Err(Mistake { at, title: title.into(), edit: edit.into() })
    }

    /// Nothing may follow.
    pub(super) fn nothing_more(&self, example: &str) -> Done {
        let Some(token) = self.peek() else { return Ok(()) };
        self.odd(token)?;
        self.wrong(token.at.clone(), format!("`{}` does not belong here", token.text), format!("write {example}"))
    }

    /// A name that something is given.
    pub(super) fn name(&mut self, example: &str) -> Result<Token<'t>, Mistake> {
        match self.next() {
            Some(token) if token.kind == Kind::Name => Ok(token),
            Some(token) => self.wrong(token.at, "A name is missing here", format!("write {example}")),
            None => self.wrong(self.end..self.end, "A name is missing here", format!("write {example}")),
        }
    }

    /// A value, and what filters make of it.
    pub(super) fn chain(&mut self) -> Done {
        self.value()?;
        while self.takes("|") {
            self.filter()?;
        }
        Ok(())
    }

    /// `a == b and c contains d`
    pub(super) fn condition(&mut self) -> Done {
        loop {
            self.operand()?;
            if self.peek().is_some_and(|token| COMPARISONS.contains(&token.text)) {
                self.next();
                self.operand()?;
            }
            if !self.takes("and") && !self.takes("or") {
                break;
            }
        }
        let Some(token) = self.peek() else { return Ok(()) };
        let at = token.at.clone();
        match token.text {
            "=" => self.wrong(at, "One `=` compares nothing", "write `==`"),
            "|" if self.second().is_some_and(|token| token.text == "|") => {
                self.wrong(at.start..at.end + 1, "`||` means nothing in Liquid", "write `or`")
            }
            "|" => self.wrong(
                at,
                "A condition cannot filter a value",
                "filter it first: `{% assign count = event.items | size %}`",
            ),
            _ => self.nothing_more("`and` or `or` between two conditions"),
        }
    }

    fn operand(&mut self) -> Done {
        if let Some(token) = self.peek().filter(|token| matches!(token.text, "not" | "!")) {
            let edit = "write `{% unless … %}`, or compare with `!=` or `== blank`";
            return self.wrong(token.at.clone(), format!("`{}` means nothing in Liquid", token.text), edit);
        }
        if let Some(open) = self.peek().filter(|token| token.text == "(")
            && !self.tokens.as_slice().iter().any(|token| token.text == "..")
        {
            let edit = "put one `{% if … %}` inside another";
            return self.wrong(open.at.clone(), "Liquid knows no parentheses around conditions", edit);
        }
        self.value()
    }

    /// A value as it stands, without filters.
    pub(super) fn value(&mut self) -> Done {
        let Some(token) = self.peek() else {
            return self.wrong(self.end..self.end, "A value is missing here", "write one such as `event.total`");
        };
        self.odd(token)?;
        let followed = self.second().is_some_and(|token| matches!(token.text, "." | "["));
        match token.kind {
            Kind::Number | Kind::Text => _ = self.next(),
            Kind::Name if LITERALS.contains(&token.text) && !followed => _ = self.next(),
            Kind::Name | Kind::Dollar => return self.variable(),
            _ if token.text == "(" => return self.range(),
            _ if token.text == "[" => {
                self.next();
                self.inner()?;
                return self.accessors(&mut None);
            }
            _ => {
                let (at, title) = (token.at.clone(), format!("A value is missing before `{}`", token.text));
                return self.wrong(at, title, "write one such as `event.total`");
            }
        }
        Ok(())
    }

    /// `(1..event.count)`
    fn range(&mut self) -> Done {
        self.next();
        self.deeper(|this| {
            this.value()?;
            if !this.takes("..") {
                return this.wrong(this.rest(), "A range has two dots", "write it as `(1..5)`");
            }
            this.value()
        })?;
        match self.takes(")") {
            true => Ok(()),
            false => self.wrong(self.rest(), "This range is not closed", "close it with `)`"),
        }
    }

    pub(super) fn variable(&mut self) -> Done {
        let Some(first) = self.next() else { return Ok(()) };
        let foreign = first.kind == Kind::Dollar;
        let variable = Variable {
            path: vec![SmolStr::new(plain(&first))],
            behind: vec![],
            whole: true,
            unclear: false,
            foreign,
            at: first.at,
            elsewhere: None,
        };
        let mut variable = Some(variable);
        self.accessors(&mut variable)?;
        self.found.extend(variable);
        Ok(())
    }

    /// What stands behind a name: further names, places in a list.
    fn accessors(&mut self, variable: &mut Option<Variable>) -> Done {
        let mut state = State::Path;
        loop {
            if self.takes(".") {
                let Some(token) = self.next() else {
                    return self.wrong(self.end..self.end, "A name is missing behind the dot", "take the dot away");
                };
                match token.kind {
                    Kind::Name | Kind::Dollar => lengthen(variable, &token, state),
                    Kind::Number => {
                        let edit = format!("write `[{}]`, without the dot", token.text);
                        return self.wrong(token.at, "Liquid writes a place in a list in brackets", edit);
                    }
                    _ => return self.wrong(token.at, "A name is missing behind the dot", "take the dot away"),
                }
            } else if self.takes("[") {
                let is_name = self.peek().is_some_and(|token| token.kind == Kind::Text)
                    && self.second().is_some_and(|token| token.text == "]");
                if is_name && let Some(token) = self.next() {
                    self.next();
                    lengthen(variable, &Token { at: token.at.start..token.at.end + 1, ..token }, state);
                    continue;
                }
                let is_place = self.peek().is_some_and(|token| token.kind == Kind::Number);
                if let Some(variable) = variable.as_mut().filter(|_| !is_place) {
                    variable.unclear = true;
                }
                state = match self.peek().map(|token| token.kind) {
                    Some(Kind::Number) if state != State::Unclear => State::Behind,
                    _ if state == State::Path => State::Behind,
                    _ => State::Unclear,
                };
                self.inner()?;
            } else {
                return Ok(());
            }
        }
    }

    /// What stands in brackets, and the one that closes them.
    fn inner(&mut self) -> Done {
        self.deeper(Self::value)?;
        match self.takes("]") {
            true => Ok(()),
            false => self.wrong(self.rest(), "This bracket is not closed", "close it with `]`"),
        }
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Done) -> Done {
        if self.depth >= DEEPEST {
            let title = format!("More than {DEEPEST} brackets stand within each other");
            return self.wrong(self.rest(), title, "assign the inner value to a name first");
        }
        self.depth += 1;
        read(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn filter(&mut self) -> Done {
        if let Some(bar) = self.peek().filter(|token| token.text == "|") {
            let at = bar.at.start.saturating_sub(1)..bar.at.end;
            return self.wrong(
                at,
                "`||` means nothing here",
                "write `| default: \"…\"` for a value that may be missing",
            );
        }
        let name = self.name("the name of a filter, such as `| upcase`")?;
        let takes = standard::filter(name.text);
        if takes.is_none() && !self.dialect.filters.iter().any(|filter| filter == name.text) {
            return self.unknown_filter(&name);
        }
        if self.peek().is_some_and(|token| token.text == "(") {
            let edit = format!("write `{}: \"…\"`", name.text);
            return self.wrong(self.rest(), "A filter takes its values behind a colon", edit);
        }
        let mut given = 0;
        if self.takes(":") {
            loop {
                // `allow_false: true` has a name.
                let named = self.peek().is_some_and(|token| token.kind == Kind::Name)
                    && self.second().is_some_and(|token| token.text == ":");
                if named {
                    self.next();
                    self.next();
                } else {
                    given += 1;
                }
                self.value()?;
                if !self.takes(",") {
                    break;
                }
            }
        }
        let Some((fewest, most)) = takes else { return Ok(()) };
        let at = name.at.clone();
        if given < fewest {
            let edit = format!("write it behind a colon: `{}: …`", name.text);
            return self.wrong(at, format!("The filter `{}` needs a value", name.text), edit);
        }
        if given > most {
            let takes = match most {
                0 => "no value".to_string(),
                1 => "one value".to_string(),
                most => format!("{most} values"),
            };
            let edit = "take the others away, or write them with another filter";
            return self.wrong(at, format!("The filter `{}` takes {takes}", name.text), edit);
        }
        Ok(())
    }

    fn unknown_filter(&self, name: &Token<'t>) -> Done {
        let meant = match name.text {
            "fallback" | "default_if_none" | "ifempty" | "if_empty" => Some("default"),
            "title" | "capfirst" | "titlecase" => Some("capitalize"),
            "lower" | "lowercase" => Some("downcase"),
            "upper" | "uppercase" => Some("upcase"),
            "length" | "count" => Some("size"),
            "floatformat" => Some("round"),
            "strftime" | "date_format" | "format_date" => Some("date"),
            "urlencode" => Some("url_encode"),
            "add" => Some("plus"),
            "multiply" => Some("times"),
            "trim" => Some("strip"),
            other => {
                let declared = self.dialect.filters.iter().map(SmolStr::as_str);
                crate::nearest::nearest(other, standard::filters().chain(declared))
            }
        };
        let edit = match (name.text, meant) {
            ("lookup", _) => {
                let root = self.found.last().and_then(|variable| variable.path.first()).map(SmolStr::as_str);
                let of = if root == Some("event") { "event" } else { "profile" };
                let looked_up =
                    self.second().filter(|token| token.kind == Kind::Text).map(|token| spelled(plain(token)));
                format!("write `{of}.{}`", looked_up.unwrap_or_else(|| "first_name".to_string())).into()
            }
            (_, Some(meant)) => Advice::meant(meant),
            (_, None) => {
                let channel = if self.dialect.channel.is_empty() { "email" } else { self.dialect.channel };
                format!("if the host knows it, declare it: `channel {channel}: filters {}`", name.text).into()
            }
        };
        self.wrong(name.at.clone(), format!("There is no filter `{}`", name.text), edit)
    }

    /// What no Liquid has.
    fn odd(&self, token: &Token<'t>) -> Done {
        if token.kind != Kind::Odd {
            return Ok(());
        }
        let (title, edit) = match token.text {
            "'" | "\"" => ("This quote is not closed", "close it with the same sign"),
            "“" | "”" | "„" | "‘" | "’" => {
                ("These quotes are for readers, not for Liquid", "write straight quotes")
            }
            "&&" => ("`&&` means nothing in Liquid", "write `and`"),
            "!" => ("`!` means nothing in Liquid", "write `{% unless … %}`, or compare with `!=`"),
            "{" | "}" => ("Liquid has two braces on each side", "write `{{ profile.first_name }}`"),
            "#" | "/" | "^" | "@" => (
                "This is how another tool writes a block",
                "write `{% if profile.vip %}…{% endif %}`, `{% for item in event.items %}…{% endfor %}`",
            ),
            other => {
                let title = format!("`{other}` means nothing in Liquid");
                return self.wrong(token.at.clone(), title, "take it away, or put the text in quotes");
            }
        };
        self.wrong(token.at.clone(), title, edit)
    }
}

/// A name without `${…}` or quotes.
fn plain<'t>(token: &Token<'t>) -> &'t str {
    let text = token.text;
    match token.kind {
        Kind::Dollar => text.trim_start_matches("${").trim_end_matches('}').trim(),
        Kind::Text => text.get(1..text.len().saturating_sub(1)).unwrap_or_default(),
        _ => text,
    }
}

/// What the names behind a variable are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Names of the variable itself.
    Path,
    /// Of a thing in a list.
    Behind,
    /// Of something that is worked out.
    Unclear,
}

fn lengthen(variable: &mut Option<Variable>, token: &Token<'_>, state: State) {
    let Some(variable) = variable else { return };
    variable.foreign |= token.kind == Kind::Dollar;
    match state {
        State::Path => {
            variable.path.push(SmolStr::new(plain(token)));
            variable.at.end = token.at.end;
        }
        State::Behind => variable.behind.push(SmolStr::new(plain(token))),
        State::Unclear => {}
    }
}
