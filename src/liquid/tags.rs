//! Tags: what each one may say, what it defines, and for which part of the text.

use super::cut::{self, Piece};
use super::foreign::{other_tool, with_a_default};
use super::standard::{BLOCKS, TAGS};
use super::token::{Kind, tokens};
use super::value::{Done, Inside};
use super::{DEEPEST, Dialect, Elsewhere, Mistake, Reading, Variable};
use crate::diagnostic::Advice;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::ops::Range;

/// A block that is not closed yet.
struct Open<'t> {
    word: &'t str,
    at: Range<usize>,
    /// The variable of a loop, while it stands for something.
    variable: Option<SmolStr>,
    /// What the loop goes through, where that is a variable.
    through: Option<Variable>,
    /// What a `capture` fills.
    fills: Option<SmolStr>,
    /// Whether its `else` has come.
    had_else: bool,
}

/// A place that sets a name, and the loops around it.
struct Set {
    at: Range<usize>,
    loops: Vec<usize>,
}

pub(super) struct Reader<'t> {
    text: &'t str,
    dialect: Dialect<'t>,
    out: Reading,
    open: Vec<Open<'t>>,
    /// Whether the loop that was read last goes through a variable.
    through: bool,
    /// Tags that no Liquid has, as far as they were told of.
    unknown: Vec<&'t str>,
    /// Blocks that were still open where one around them closed.
    crossed: Vec<&'t str>,
    /// The names that are set so far.
    defined: FxHashSet<SmolStr>,
    set: FxHashMap<SmolStr, Vec<Set>>,
    /// The variables of all loops.
    loop_variables: FxHashSet<SmolStr>,
    /// Of each variable that was found, the loops around it.
    around: Vec<Vec<usize>>,
    /// Where a part that is written elsewhere was included, which can define anything.
    included: Option<usize>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, dialect: Dialect<'t>) -> Self {
        Reader {
            text,
            dialect,
            out: Reading::default(),
            open: vec![],
            through: false,
            unknown: vec![],
            crossed: vec![],
            defined: FxHashSet::default(),
            set: FxHashMap::default(),
            loop_variables: FxHashSet::default(),
            around: vec![],
            included: None,
        }
    }

    pub(super) fn read(mut self) -> Reading {
        let mut at = 0;
        while let Some(piece) = cut::next(self.text, at) {
            at = match piece {
                Piece::Plain(place) => {
                    let end = place.end;
                    self.out.plain.push(place);
                    end
                }
                Piece::Output { inside, whole } => {
                    self.output(inside, &whole);
                    whole.end
                }
                Piece::Tag { inside, whole } => self.tag(inside, whole),
                Piece::Open { is_tag, whole } => {
                    let inner = self.text.get(whole.start + 2..whole.end).unwrap_or_default();
                    let (title, edit) = match is_tag {
                        true if inner.contains("{{") => {
                            ("Braces stand inside a tag", "take the inner ones away: `{% if profile.vip %}`")
                        }
                        true => ("This tag is not closed", "close it with `%}`"),
                        false => ("Two braces open a value, and two close it", "close it with `}}`"),
                    };
                    self.wrong(whole, title, edit);
                    break;
                }
            };
            if self.open.len() > DEEPEST {
                let at = self.open.last().map(|open| open.at.clone()).unwrap_or_default();
                let title = format!("More than {DEEPEST} tags stand within each other");
                self.wrong(at, title, "divide this text into several");
                self.open.clear();
                break;
            }
        }
        if let Some(open) = self.open.last().filter(|_| self.out.mistakes.is_empty()) {
            let (at, word) = (open.at.clone(), open.word);
            let edit = format!("write `{{% end{word} %}}` behind the part that it is about");
            self.wrong(at, format!("`{{% {word} %}}` is never closed"), edit);
        }
        self.settle();
        self.out
    }

    fn wrong(&mut self, at: Range<usize>, title: impl Into<String>, edit: impl Into<Advice>) {
        self.out.mistakes.push(Mistake { at, title: title.into(), edit: edit.into() });
    }

    fn inside(&self, part: Range<usize>) -> Inside<'t> {
        let end = part.end;
        Inside::new(tokens(self.text, part), self.dialect, end)
    }

    fn output(&mut self, part: Range<usize>, whole: &Range<usize>) {
        if part.is_empty() {
            return self.wrong(whole.clone(), "Nothing stands in these braces", "write a value, or take them away");
        }
        if let Some((value, otherwise)) = with_a_default(self.text.get(part.clone()).unwrap_or_default()) {
            let title = "What is shown where a value is missing is said by `default`";
            let edit = format!("write `{{{{ {value} | default: {otherwise} }}}}`");
            return self.wrong(whole.clone(), title, edit);
        }
        if let Some((title, edit)) = other_tool(self.text.get(part.clone()).unwrap_or_default()) {
            return self.wrong(whole.clone(), title, edit);
        }
        let mut inside = self.inside(part);
        let done = inside.chain().and_then(|()| match inside.peek() {
            Some(token) if token.kind == Kind::Name => {
                let edit = "join them as in `profile.first_name`, or put a filter behind `|`";
                inside.wrong(token.at.clone(), "Two names stand beside each other", edit)
            }
            _ => inside.nothing_more("a filter behind `|`, or close the braces"),
        });
        self.finish(inside, done);
    }

    /// Keeps what was found, and what is wrong.
    fn finish(&mut self, inside: Inside<'t>, done: Done) {
        match done {
            Ok(()) => inside.found.into_iter().for_each(|variable| self.see(variable)),
            // One mistake, one message.
            Err(mistake) => self.out.mistakes.push(mistake),
        }
    }

    /// Keeps a variable, unless the text defines it.
    fn see(&mut self, variable: Variable) {
        let Some(root) = variable.path.first() else { return };
        if let Some(of) = self.open.iter().rev().find(|open| open.variable.as_ref() == Some(root)) {
            // A thing of the list that the loop goes through.
            if let Some(through) = &of.through {
                let unclear = through.unclear || variable.unclear;
                let mut thing = Variable { at: variable.at.clone(), whole: true, unclear, ..through.clone() };
                thing.behind.extend(variable.path.into_iter().skip(1).chain(variable.behind));
                self.around.push(self.loops());
                self.out.variables.push(thing);
            }
            return;
        }
        let of_loop = self.open.iter().any(|open| match open.word {
            "for" => root == "forloop" && open.variable.is_some(),
            "tablerow" => root == "tablerowloop",
            _ => false,
        });
        if of_loop || self.defined.contains(root) {
            return;
        }
        self.around.push(self.loops());
        self.out.variables.push(variable);
    }

    /// Where the loops begin that are open now.
    fn loops(&self) -> Vec<usize> {
        self.open.iter().filter(|open| matches!(open.word, "for" | "tablerow")).map(|open| open.at.start).collect()
    }

    fn define(&mut self, name: &str, at: Range<usize>) {
        let loops = self.loops();
        let name = SmolStr::new(name);
        self.defined.insert(name.clone());
        // Of a name that is set over and over the first places tell enough.
        let places = self.set.entry(name).or_default();
        if places.len() < DEEPEST {
            places.push(Set { at, loops });
        }
    }

    /// Reads a tag, and says where what follows it begins.
    fn tag(&mut self, inside: Range<usize>, whole: Range<usize>) -> usize {
        let end = whole.end;
        let text = self.text.get(inside.clone()).unwrap_or_default();
        if text.starts_with('#') {
            return end;
        }
        let length = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        let (word, rest) = (text.get(..length).unwrap_or_default(), inside.start + length..inside.end);
        match word {
            "raw" | "comment" | "doc" => match self.behind(word, end) {
                Some(behind) => return behind,
                None => {
                    let edit = format!("write `{{% end{word} %}}` behind it");
                    self.wrong(whole, format!("`{{% {word} %}}` is never closed"), edit);
                    return self.text.len();
                }
            },
            "liquid" => self.lines(rest, &whole),
            _ => self.word(word, rest, whole),
        }
        end
    }

    /// Where a part that is not read ends.
    fn behind(&self, word: &str, from: usize) -> Option<usize> {
        let (mut at, mut depth) = (from, 1usize);
        loop {
            let start = at + self.text.get(at..)?.find("{%")?;
            let rest = self.text.get(start + 2..)?;
            let close = rest.find("%}");
            let inside = rest.get(..close.unwrap_or(rest.len()))?;
            let inside = inside.strip_prefix('-').unwrap_or(inside).trim_start();
            let is =
                |name: &str| inside.strip_prefix(name).is_some_and(|rest| rest.trim().is_empty() || rest.trim() == "-");
            if is(word) && word == "comment" {
                depth += 1;
            } else if inside.strip_prefix("end").is_some_and(|_| is(&format!("end{word}"))) {
                depth -= 1;
            }
            at = start + 2;
            if depth == 0 {
                return Some(at + close? + 2);
            }
        }
    }

    /// `{% liquid … %}`: a tag on each line.
    fn lines(&mut self, part: Range<usize>, whole: &Range<usize>) {
        let text = self.text.get(part.clone()).unwrap_or_default();
        let (mut start, mut skip) = (part.start, None);
        for line in text.split_inclusive('\n') {
            let at = start;
            start += line.len();
            let indent = line.len() - line.trim_start().len();
            let (from, line) = (at + indent, line.trim());
            let length = line.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(line.len());
            let word = line.get(..length).unwrap_or_default();
            match skip {
                Some(end) if word == end => skip = None,
                Some(_) => {}
                None if line.is_empty() || line.starts_with('#') => {}
                None if word == "comment" => skip = Some("endcomment"),
                None if word == "raw" => skip = Some("endraw"),
                None => self.word(word, from + length..from + line.len(), from..from + line.len()),
            }
        }
        if skip.is_some() {
            self.wrong(
                whole.clone(),
                "A comment in this tag is never closed",
                "write `endcomment` on a line of its own",
            );
        }
    }

    /// A tag by its word.
    fn word(&mut self, word: &'t str, rest: Range<usize>, whole: Range<usize>) {
        if let Some(opened) = word.strip_prefix("end").filter(|opened| BLOCKS.contains(opened)) {
            return self.close(opened, rest, whole);
        }
        if !TAGS.contains(&word) && !BLOCKS.contains(&word) && !matches!(word, "else" | "elsif" | "when") {
            return self.other(word, rest, whole);
        }
        let mut inside = self.inside(rest.clone());
        if BLOCKS.contains(&word) {
            self.open.push(Open {
                word,
                at: whole.clone(),
                variable: None,
                through: None,
                fills: None,
                had_else: false,
            });
        }
        let mut defines = None;
        let done = match word {
            "if" | "unless" => inside.condition(),
            "elsif" | "else" | "when" => self.branch(word, &mut inside, &whole),
            "case" => inside.value(),
            "for" | "tablerow" => self.a_loop(word, &mut inside),
            "assign" => assign(&mut inside).map(|name| defines = Some(name)),
            "increment" | "decrement" => inside.name("the name of a counter").map(|name| {
                defines = Some((SmolStr::new(name.text), name.at));
            }),
            "capture" => self.capture(&mut inside),
            "echo" => inside.chain(),
            "cycle" => cycle(&mut inside),
            "include" | "render" => partial(&mut inside),
            _ => Ok(()),
        };
        let done = done.and_then(|()| inside.nothing_more(example(word)));
        // What a loop is about is asked for outside of it.
        let opened = self.open.last_mut().filter(|open| open.at == whole && BLOCKS.contains(&word));
        let variable = opened.and_then(|open| open.variable.take());
        let seen = self.out.variables.len();
        self.finish(inside, done);
        if let Some(variable) = variable {
            self.loop_variables.insert(variable.clone());
            let through = self.out.variables.get_mut(seen).filter(|_| self.through).map(|through| {
                through.whole = false;
                through.clone()
            });
            if let Some(open) = self.open.last_mut() {
                open.variable = Some(variable);
                open.through = through;
            }
        }
        if let Some((name, at)) = defines {
            self.define(&name, at);
        }
        if word == "include" {
            self.out.reads_elsewhere = true;
            self.included.get_or_insert(whole.end);
        }
    }

    fn close(&mut self, opened: &str, rest: Range<usize>, whole: Range<usize>) {
        if !rest.is_empty() && !self.text.get(rest.clone()).unwrap_or_default().trim().is_empty() {
            return self.wrong(rest, "Nothing follows the word of this tag", format!("write `{{% end{opened} %}}`"));
        }
        match self.open.iter().rposition(|open| open.word == opened) {
            Some(at) if at + 1 == self.open.len() => {
                if let Some(name) = self.open.pop().and_then(|open| open.fills) {
                    self.define(&name, whole);
                }
            }
            Some(at) => {
                let inner = self.open.last().map(|open| open.word).unwrap_or_default();
                let title = format!("`{{% {inner} %}}` is still open where this closes `{{% {opened} %}}`");
                let crossed = self.open.drain(at..).skip(1).map(|open| open.word);
                self.crossed.extend(crossed);
                self.wrong(whole, title, format!("write `{{% end{inner} %}}` before it"));
            }
            // What was still open where another block closed has been told of.
            None if self.crossed.contains(&opened) => self.crossed.retain(|word| *word != opened),
            None => {
                let edit = format!("take it away, or open it with `{{% {opened} … %}}`");
                self.wrong(whole, "This closes nothing", edit);
            }
        }
    }

    /// `elsif`, `else` and `when`, of the block around them.
    fn branch(&mut self, word: &str, inside: &mut Inside<'t>, whole: &Range<usize>) -> Done {
        let fits = self.open.last_mut().filter(|open| match word {
            "elsif" => matches!(open.word, "if" | "unless"),
            "when" => open.word == "case",
            _ => matches!(open.word, "if" | "unless" | "case" | "for"),
        });
        let Some(open) = fits else {
            let title = format!("`{{% {word} %}}` stands outside of the tag that it belongs to");
            let edit = if word == "when" { "open it with `{% case … %}`" } else { "open it with `{% if … %}`" };
            return inside.wrong(whole.clone(), title, edit);
        };
        if open.had_else {
            let edit = "move it before the `{% else %}`";
            return inside.wrong(whole.clone(), "What stands behind `{% else %}` is never shown", edit);
        }
        match word {
            "elsif" => inside.condition(),
            "when" => {
                inside.value()?;
                while inside.takes(",") || inside.takes("or") {
                    inside.value()?;
                }
                Ok(())
            }
            _ => {
                open.had_else = true;
                // Of a loop: what is shown where there is nothing to go through.
                open.variable = None;
                match inside.peek() {
                    Some(token) if token.text == "if" => {
                        inside.wrong(whole.clone(), "Liquid writes `else if` as one word", "write `{% elsif … %}`")
                    }
                    _ => Ok(()),
                }
            }
        }
    }

    /// `item in event.items limit: 3 offset: 1 reversed`
    fn a_loop(&mut self, word: &str, inside: &mut Inside<'t>) -> Done {
        let name = inside.name("it as `{% for item in event.items %}`")?;
        if let Some(open) = self.open.last_mut() {
            open.variable = Some(SmolStr::new(name.text));
        }
        if let Some(comma) = inside.peek().filter(|token| token.text == ",") {
            let edit = "write one name, and ask for its parts: `item.name`";
            return inside.wrong(comma.at.clone(), "A loop has one name", edit);
        }
        if !inside.takes("in") {
            return inside.wrong(inside.rest(), "`in` is missing here", "write `{% for item in event.items %}`");
        }
        self.through = inside.peek().is_some_and(|token| token.kind == Kind::Name);
        inside.value()?;
        if let Some(bar) = inside.peek().filter(|token| token.text == "|") {
            let edit = "filter it first: `{% assign sorted = event.items | sort: \"price\" %}`";
            return inside.wrong(bar.at.clone(), "A loop cannot filter what it goes through", edit);
        }
        loop {
            inside.takes(",");
            if inside.takes("reversed") {
                continue;
            }
            let parts: &[&str] = if word == "for" { &["limit", "offset"] } else { &["limit", "offset", "cols"] };
            let Some(part) = parts.iter().find(|part| inside.takes(part)) else { return Ok(()) };
            if !inside.takes(":") {
                return inside.wrong(inside.rest(), "A colon is missing here", format!("write `{part}: 3`"));
            }
            if !(*part == "offset" && inside.takes("continue")) {
                inside.value()?;
            }
        }
    }

    fn capture(&mut self, inside: &mut Inside<'t>) -> Done {
        let quoted = inside.peek().filter(|token| token.kind == Kind::Text);
        let name = match quoted.map(|token| token.text.trim_matches(['\'', '"']).to_string()) {
            Some(name) => {
                inside.next();
                name
            }
            None => inside.name("it as `{% capture greeting %}`")?.text.to_string(),
        };
        if let Some(open) = self.open.last_mut() {
            open.fills = Some(SmolStr::new(name));
        }
        Ok(())
    }

    /// A tag that Liquid does not have by itself.
    fn other(&mut self, word: &'t str, rest: Range<usize>, whole: Range<usize>) {
        let knows = |word: &str| self.dialect.tags.iter().any(|tag| tag == word);
        if knows(word) || word.strip_prefix("end").is_some_and(knows) {
            self.out.reads_elsewhere = true;
            // What it takes is the host's matter, apart from what the program would have to know.
            let mut inside = self.inside(rest);
            while let Some(token) = inside.peek() {
                let is_known = token.kind == Kind::Name && matches!(token.text, "profile" | "event");
                match is_known {
                    true if inside.variable().is_ok() => {}
                    _ => _ = inside.next(),
                }
            }
            inside.found.retain(|variable| variable.path.len() > 1);
            return self.finish(inside, Ok(()));
        }
        // Told of once, and not again where it is closed.
        if self.unknown.contains(&word.strip_prefix("end").unwrap_or(word)) {
            return;
        }
        if word.is_empty() {
            let edit = "write a tag such as `{% if profile.vip %}`, or a value as `{{ profile.first_name }}`";
            return self.wrong(whole, "No word of a tag stands in these braces", edit);
        }
        let meant = match word {
            "elif" | "elseif" | "elsif" | "elsf" => Some("elsif"),
            "set" | "let" | "var" => Some("assign"),
            "foreach" | "each" => Some("for"),
            "endforeach" | "endeach" => Some("endfor"),
            "end" => self.open.last().map(|open| open.word),
            "switch" => Some("case"),
            "print" => Some("echo"),
            _ => {
                let ends = BLOCKS.iter().copied();
                let words = TAGS.iter().copied().chain(ends).chain(["else", "elsif", "when"]);
                let declared = self.dialect.tags.iter().map(SmolStr::as_str);
                let near = crate::nearest::nearest(word, words.chain(declared));
                near.filter(|_| word.chars().count() > 3)
            }
        };
        let edit = match meant {
            Some(meant) if word == "end" => format!("write `{{% end{meant} %}}`").into(),
            Some(meant) => Advice::meant(meant),
            None => {
                let channel = if self.dialect.channel.is_empty() { "email" } else { self.dialect.channel };
                format!("if the host knows it, declare it: `channel {channel}: tags {word}`").into()
            }
        };
        self.unknown.push(word);
        self.wrong(whole, format!("There is no tag `{word}`"), edit);
    }

    /// Says of each variable whether the text defines it for another place.
    fn settle(&mut self) {
        let Reader { set, loop_variables, included, .. } = self;
        let around = std::mem::take(&mut self.around);
        let variables = std::mem::take(&mut self.out.variables);
        let keep = variables.into_iter().zip(around).filter_map(|(mut variable, loops)| {
            let root = variable.path.first()?.clone();
            let is_known = matches!(root.as_str(), "profile" | "event");
            // A part that is written elsewhere may have set it.
            if !is_known && included.is_some_and(|at| at <= variable.at.start) {
                return None;
            }
            let later = set.get(&root).map(Vec::as_slice).unwrap_or_default();
            // The next round of a loop around both knows it.
            if later.iter().any(|set| set.loops.iter().any(|at| loops.contains(at))) {
                return None;
            }
            variable.elsewhere = match later.first() {
                Some(set) => Some(Elsewhere::BeforeItIsSet(set.at.clone())),
                None if loop_variables.contains(&root) => Some(Elsewhere::BehindItsLoop),
                None => None,
            };
            Some(variable)
        });
        self.out.variables = keep.collect();
    }
}

/// `total = event.total | times: 2`
fn assign(inside: &mut Inside<'_>) -> Result<(SmolStr, Range<usize>), Mistake> {
    let example = "it as `{% assign total = event.total %}`";
    let name = inside.name(example)?;
    if !inside.takes("=") {
        return inside.wrong(inside.rest(), "`=` is missing here", format!("write {example}"));
    }
    inside.chain()?;
    Ok((SmolStr::new(name.text), name.at))
}

/// `"group": "a", "b"`
fn cycle(inside: &mut Inside<'_>) -> Done {
    inside.value()?;
    if inside.takes(":") && inside.peek().is_some() {
        inside.value()?;
    }
    while inside.takes(",") && inside.peek().is_some() {
        inside.value()?;
    }
    Ok(())
}

/// `"card" with item as product, size: 2`
fn partial(inside: &mut Inside<'_>) -> Done {
    inside.value()?;
    if inside.takes("with") || inside.takes("for") {
        inside.value()?;
        if inside.takes("as") {
            inside.name("the name that it has inside")?;
        }
    }
    loop {
        inside.takes(",");
        if inside.peek().is_none_or(|token| token.kind != Kind::Name) {
            return Ok(());
        }
        inside.next();
        if !inside.takes(":") {
            return inside.wrong(inside.rest(), "A colon is missing here", "write it as `size: 2`");
        }
        inside.value()?;
    }
}

/// How a tag looks.
fn example(word: &str) -> &'static str {
    match word {
        "for" => "`{% for item in event.items limit: 3 %}`",
        "tablerow" => "`{% tablerow item in event.items cols: 2 %}`",
        "case" => "`{% case profile.plan %}`",
        "when" => "`{% when \"gold\", \"silver\" %}`",
        "else" => "`{% else %}`",
        "assign" => "`{% assign total = event.total | round: 2 %}`",
        "capture" => "`{% capture greeting %}`",
        "include" | "render" => "`{% render \"card\", item: event.items[0] %}`",
        "cycle" => "`{% cycle \"odd\", \"even\" %}`",
        _ => "the tag without it",
    }
}
