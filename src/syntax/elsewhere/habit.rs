//! Habits as a table: how many write something, with gaps for what differs, and how it is written here. A line is put
//! into our words habit by habit; it is proposed only where the whole of it can then be read.

use super::gaps::{self, Word};
use super::phrase::Phrase;
use crate::source::Span;
use crate::syntax::parse::readable;
use crate::syntax::problem::Problem;
use crate::syntax::token::{Key, Lexeme};
use crate::syntax::words::{Mode, reserved};

/// One habit. `from` is words with a space between them: `a|b` is either, `a?` may be left out, `^` is the start of the
/// line and `$` its end, and `<gap>` stands for what [`gaps`] knows. `{1}` is what stood in the first gap.
pub(super) struct Habit {
    from: &'static str,
    to: To,
    title: &'static str,
    /// Whether lines in a row often have it: then it is told of once.
    shared: bool,
}

enum To {
    Same(&'static str),
    Line(&'static str),
    Advice(&'static str),
}

/// What is written so is written thus.
pub(super) const fn write(from: &'static str, to: &'static str, title: &'static str) -> Habit {
    Habit { from, to: To::Line(to), title, shared: false }
}

/// What is written so is the same as this, whoever wrote it.
pub(super) const fn same(from: &'static str, to: &'static str, title: &'static str) -> Habit {
    Habit { from, to: To::Same(to), title, shared: false }
}

/// What is written so cannot be mended by words alone.
pub(super) const fn advise(from: &'static str, edit: &'static str, title: &'static str) -> Habit {
    Habit { from, to: To::Advice(edit), title, shared: false }
}

/// Longer lines are no sentences.
const LONGEST: usize = 60;
/// So often one habit changes a line, one place after the other.
const MOST_AGAIN: usize = 4;

/// The first habit of this line, with the line as it can be read.
pub(super) fn told(phrase: &Phrase<'_>, tables: &[&[Habit]]) -> Option<Problem> {
    let original = phrase.written(0, phrase.len());
    if phrase.len() > LONGEST || gaps::words(&original).len() != phrase.len() {
        return None;
    }
    let text = in_small_letters(&in_double_quotes(&original));
    if !phrase.reads && readable(phrase.mode, &text) {
        return None;
    }
    // A bare name that is compared would be an event, whatever else is mended in the line.
    let with_owners = super::owners::given(phrase);
    with_owners
        .and_then(|text| {
            told_of(phrase, in_small_letters(&in_double_quotes(&text)), Some(super::owners::title(phrase)), tables)
        })
        .or_else(|| told_of(phrase, text, None, tables))
}

/// The condition of a line that is no step, behind `from` words of it, as the habits of steps put it.
pub(super) fn told_as_a_step(phrase: &Phrase<'_>, from: usize, tables: &[&[Habit]]) -> Option<Problem> {
    let end = phrase.end();
    let head = phrase.written(0, from);
    let line = super::owners::given(phrase).unwrap_or_else(|| phrase.written(0, phrase.len()));
    let asked = line.strip_prefix(&head)?.trim_end_matches(':').trim();
    if end > LONGEST || asked.is_empty() {
        return None;
    }
    let text = in_small_letters(&in_double_quotes(&format!("if {asked}:")));
    match put(phrase, Mode::Step, text, None, tables)? {
        Put::Line { title, text, .. } => {
            let asked = text.strip_prefix("if ")?.strip_suffix(':')?;
            let line = if head.is_empty() { asked.to_string() } else { format!("{head} {asked}") };
            phrase.line(&title.text, &line).map(|found| title.given(found))
        }
        Put::Advice { title, edit, .. } => Some(title.given(phrase.say(from, end, &title.text, &edit))),
    }
}

/// The same of a line of which something has been put into our words already, as the title says.
fn told_of(phrase: &Phrase<'_>, text: String, title: Option<&str>, tables: &[&[Habit]]) -> Option<Problem> {
    if let Some(title) = title.filter(|_| readable(phrase.mode, &text) && !phrase.loses(&text)) {
        return Some(changed(phrase, title, &text, false));
    }
    Some(match put(phrase, phrase.mode, text, title, tables)? {
        Put::Line { title, text, safe } => title.given(changed(phrase, &title.text, &text, safe)),
        Put::Advice { title, edit, from, to } => title.given(phrase.say(from, to, &title.text, &edit)),
    })
}

/// What comes of a line whose habits are put into our words.
enum Put {
    Line { title: Title, text: String, safe: bool },
    Advice { title: Title, edit: String, from: usize, to: usize },
}

fn put(phrase: &Phrase<'_>, mode: Mode, mut text: String, title: Option<&str>, tables: &[&[Habit]]) -> Option<Put> {
    let mut title = title.map(|text| Title { text: text.to_string(), shared: false });
    let mut safe = title.is_none();
    let habits: Vec<&Habit> = tables.iter().copied().flatten().collect();
    for pass in 0..3 {
        let before = text.clone();
        // Where the search goes on, and how often in a row the habit there has changed the line.
        let (mut at, mut again) = (0, 0);
        loop {
            let words = gaps::words(&text);
            let rest = habits.iter().enumerate().skip(at);
            let next =
                rest.filter_map(|(at, habit)| Some((at, *habit, habit.found(&words, &text)?))).find(|(_, habit, _)| {
                    // Advice is about the line as it stands.
                    !matches!(habit.to, To::Advice(_)) || pass == 0 && title.is_none()
                });
            let Some((found_at, habit, found)) = next else { break };
            let said = || Title { text: found.filled(habit.title), shared: habit.shared };
            let to = match habit.to {
                To::Advice(edit) => {
                    let (edit, from, to) = (found.filled(edit), found.from, found.to);
                    return Some(Put::Advice { title: said(), edit, from, to });
                }
                To::Line(to) | To::Same(to) => to,
            };
            let new = found.replaced(&words, &text, to);
            again = if found_at == at { again + 1 } else { 1 };
            at = found_at;
            if new == text || again == MOST_AGAIN {
                (at, again) = (found_at + 1, 0);
            }
            if new == text {
                continue;
            }
            title.get_or_insert_with(said);
            text = new;
            safe &= matches!(habit.to, To::Same(_));
            if readable(mode, &text) && !phrase.loses(&text) {
                return title.map(|title| Put::Line { title, text, safe });
            }
        }
        if text == before {
            break;
        }
    }
    None
}

/// `'FR'` as `"FR"`, where the marks stand in pairs.
fn in_double_quotes(text: &str) -> String {
    let opens = |at: usize| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| c == ' ' || c == '(' || c == ',' || c == '[' || c == '=')
    };
    let marks: Vec<usize> = text.match_indices('\'').map(|(at, _)| at).collect();
    let paired = marks.len().is_multiple_of(2) && marks.iter().step_by(2).all(|at| opens(*at));
    if paired && !text.contains('"') { text.replace('\'', "\"") } else { text.to_string() }
}

/// The words of the language and the days that are written with capitals in small letters.
fn in_small_letters(text: &str) -> String {
    let mut out = text.to_string();
    for word in gaps::words(text) {
        let small = word.text.to_lowercase();
        let begins = word.start == 0 && Key::of(&small).is_some_and(|key| Mode::Step.heads().contains(&key));
        if (begins || reserved(&small).is_some() || gaps::DAYS.contains(&small.as_str())) && word.text != small {
            out.replace_range(word.start..word.end, &small);
        }
    }
    out
}

/// "Write this instead", at the words that change; the whole line where that is most of it.
fn changed(phrase: &Phrase<'_>, title: &str, text: &str, safe: bool) -> Problem {
    let original = phrase.written(0, phrase.len());
    let (old, new) = (gaps::words(&original), gaps::words(text));
    let most = old.len().min(new.len());
    let same = |(old, new): &(&Word<'_>, &Word<'_>)| old.text == new.text;
    let start = old.iter().zip(&new).take_while(same).count();
    let behind = old.iter().rev().zip(new.iter().rev()).take(most - start).take_while(same).count();
    let (from, to, end) = (start, old.len() - behind, new.len() - behind);
    if end == from && to > from && phrase.opens_unsaid(to) && from > 0 {
        // The `:` that is only understood takes the place of the word.
        let (before, word) = (phrase.span(from - 1, from), phrase.span(from, to));
        let edit = format!("write `:` instead of `{}`", phrase.written(from, to));
        return with_fix(Problem::told(word, title, edit), Span { start: before.end, ..word }, ":", safe);
    }
    if end == from && to > from {
        let edit = format!("take `{}` away", phrase.written(from, to));
        let (span, next) = (phrase.span(from, to), phrase.span(to, to + 1));
        let place = match from.checked_sub(1) {
            Some(before) => Span { start: phrase.span(before, from).end, ..span },
            None => Span { end: next.start, ..span },
        };
        return with_fix(Problem::told(span, title, edit), place, "", safe);
    }
    let part = gaps::between(&new, text, from, end);
    // What is mended without its neighbours must stand as far from them as before.
    let fits = spaced(&old, from) == spaced(&new, from) && spaced(&old, to) == spaced(&new, end);
    let several = part.contains(';') && part != ";";
    let rounds = phrase.low(0) == "repeat" && phrase.find(&["until"]).is_some();
    if rounds || to - from > 3 || from == 0 || to <= from || !(fits || part == ";") || several {
        let all = phrase.span(0, phrase.len());
        return with_fix(Problem::told(all, title, format!("write `{text}` instead")), all, text, safe);
    }
    let span = phrase.span(from, to);
    with_fix(Problem::told(span, title, format!("write `{part}` instead")), span, &part, safe)
}

fn with_fix(error: Problem, place: Span, text: &str, safe: bool) -> Problem {
    if safe { error.with_safe_fix(place, text) } else { error.with_unsafe_fix(place, text) }
}

/// Whether a space stands before this word; none is needed at either end of the line.
fn spaced(words: &[Word<'_>], at: usize) -> bool {
    match (at.checked_sub(1).and_then(|before| words.get(before)), words.get(at)) {
        (Some(before), Some(word)) => before.end < word.start,
        _ => true,
    }
}

/// What a habit is called in a message.
struct Title {
    text: String,
    shared: bool,
}

impl Title {
    fn given(&self, problem: Problem) -> Problem {
        if self.shared { problem.shared() } else { problem }
    }
}

/// Where a habit was found, and what stood in its gaps.
struct Found {
    from: usize,
    to: usize,
    all: String,
    gaps: Vec<String>,
}

impl Habit {
    /// The same, of lines in a row.
    pub(super) const fn shared(self) -> Self {
        Habit { shared: true, ..self }
    }

    /// Whether this is the step of an `if` on one line, and the habit makes one step of it.
    fn begins_inside(&self, words: &[Word<'_>], at: usize) -> bool {
        let one_step = match self.to {
            To::Line(to) | To::Same(to) => !to.contains(';') && !to.starts_with("if ") && !to.starts_with("repeat "),
            To::Advice(_) => true,
        };
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        let conditional = words.first().is_some_and(|first| matches!(first.text, "if" | "else"));
        let other = |word: &Word<'_>| matches!(word.text.to_lowercase().as_str(), "else" | "otherwise");
        let inside = before.is_some_and(|word| word.text == "else" || word.text == "then" && !words.iter().any(other));
        one_step && conditional && inside
    }

    fn found(&self, words: &[Word<'_>], text: &str) -> Option<Found> {
        let mut parts: Vec<&str> = self.from.split(' ').collect();
        let anchored = parts.first() == Some(&"^");
        parts.retain(|part| *part != "^");
        let starts = (0..words.len()).filter(|&at| !anchored || at == 0 || self.begins_inside(words, at));
        starts.into_iter().find_map(|from| {
            let mut gaps = Vec::new();
            let to = fits(&parts, words, from, text, &mut gaps).filter(|to| *to > from)?;
            Some(Found { from, to, all: gaps::between(words, text, from, to), gaps })
        })
    }
}

/// Where these parts end that begin here.
fn fits(parts: &[&str], words: &[Word<'_>], at: usize, text: &str, got: &mut Vec<String>) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return Some(at) };
    if *part == "$" {
        let inside = words.get(at).is_some_and(|word| word.text == "else")
            && words.iter().take(at).any(|word| word.text == "then");
        let end =
            inside || at == words.len() || at + 1 == words.len() && words.get(at).is_some_and(|word| word.text == ":");
        return end.then_some(at);
    }
    if let Some(gap) = part.strip_prefix('<').filter(|gap| gap.len() > 1).and_then(|gap| gap.strip_suffix('>')) {
        for (end, value) in gaps::candidates(gap, words, at, text) {
            got.push(value);
            if let Some(to) = fits(rest, words, end, text, got) {
                return Some(to);
            }
            got.pop();
        }
        return None;
    }
    let (literal, optional) = match part.strip_suffix('?').filter(|literal| !literal.is_empty()) {
        Some(literal) => (literal, true),
        None => (*part, false),
    };
    let here = words.get(at).is_some_and(|word| literal.split('|').any(|one| word.text.eq_ignore_ascii_case(one)));
    if here && let Some(to) = fits(rest, words, at + 1, text, got) {
        return Some(to);
    }
    if optional { fits(rest, words, at, text, got) } else { None }
}

impl Found {
    fn filled(&self, text: &str) -> String {
        let with_all = text.replace("{0}", &self.all);
        self.gaps.iter().enumerate().fold(with_all, |text, (at, gap)| text.replace(&format!("{{{}}}", at + 1), gap))
    }

    fn replaced(&self, words: &[Word<'_>], text: &str, to: &str) -> String {
        let start = words.get(self.from).map_or(text.len(), |word| word.start);
        let end = self.to.checked_sub(1).and_then(|last| words.get(last)).map_or(start, |word| word.end);
        let (before, behind) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
        let new = self.filled(to).replace(" :", ":");
        let before = if new.is_empty() || new.starts_with([';', ',', ':']) { before.trim_end() } else { before };
        without_idle_parentheses(format!("{before}{new}{behind}").trim())
    }
}

/// `!(opened)` as `!opened`.
fn without_idle_parentheses(text: &str) -> String {
    let words = gaps::words(text);
    let idle = words.windows(4).find(|four| {
        matches!(four, [bang, open, word, close]
        if bang.text == "!" && open.text == "(" && word.lexeme == Lexeme::Word && close.text == ")")
    });
    match idle {
        Some([_, open, word, close]) => {
            let (before, behind) = (text.get(..open.start), text.get(close.end..));
            format!("{}{}{}", before.unwrap_or_default(), word.text, behind.unwrap_or_default())
        }
        _ => text.to_string(),
    }
}
