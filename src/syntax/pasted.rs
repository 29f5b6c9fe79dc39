//! Files that are something else: JSON, a table, a web page, a mail, prose. Each gets one message instead of one for every
//! line. A program begins with a word that begins an item, so nothing that can be read is taken for something else.

use super::words::{Mode, meant_head};
use crate::source::{SourceFile, Span};
use crate::syntax::problem::Problem;
use crate::syntax::problem::kind::File;

/// What a file is.
struct Found<'a> {
    kind: File,
    /// The line that shows it.
    line: &'a str,
}

/// What the whole file is, where it is no program at all.
pub(super) fn instead_of_a_program(file: &SourceFile, id: u16) -> Option<Problem> {
    let text = file.text.trim_start_matches('\u{feff}');
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let first = lines.iter().find(|line| !line.trim_start().starts_with('#'))?;
    let found = marked(&lines, text)
        .or_else(|| by_its_first_line(first, &lines))
        .or_else(|| by_all_its_lines(first, &lines))?;
    let start = file.text.find(found.line)?;
    let place = found.line.trim();
    let start = start + (found.line.len() - found.line.trim_start().len());
    let length = place.char_indices().nth(60).map_or(place.len(), |(at, _)| at);
    let span = Span::new(id, start as u32, (start + length) as u32);
    Some(Problem::new(span, found.kind))
}

/// Marks that stand in no program, wherever in the file they are.
fn marked<'a>(lines: &[&'a str], text: &str) -> Option<Found<'a>> {
    if text.contains("\"\"\"") {
        return None;
    }
    if let Some(line) = lines.iter().find(|line| line.trim_start().starts_with("```")) {
        return Some(Found { kind: File::CodeBlock, line });
    }
    // What opens a block is followed by lines that stand deeper; here no line does.
    let flat = lines.iter().all(|line| !line.starts_with([' ', '\t']));
    let line = lines.iter().zip(lines.iter().skip(1)).find(|(line, next)| {
        line.ends_with(':')
            && begins_an_item(line)
            && !line.starts_with('#')
            && !next.starts_with('#')
            && !begins_an_item(next)
    })?;
    (flat && lines.len() > 2).then_some(Found { kind: File::NotIndented, line: line.0 })
}

fn by_its_first_line<'a>(first: &&'a str, lines: &[&'a str]) -> Option<Found<'a>> {
    let line = first.trim();
    let found = |kind| Some(Found { kind, line: first });
    let low = line.to_lowercase();
    let begins = |words: &[&str]| words.iter().any(|word| low.starts_with(word));
    let section = line.starts_with('[') && line.ends_with(']') && !line.contains(['"', '{', ',']);
    if begins(&["%%[", "{%", "{{", "%%=", "<%"]) {
        return found(File::Template);
    }
    let assigned = lines.iter().filter(|line| line.contains(" = ")).count() * 2 > lines.len();
    let sections = lines.iter().any(|line| line.starts_with('[') && line.trim_end().ends_with(']'));
    if section && lines.iter().any(|line| line.contains('=')) {
        return found(File::Settings);
    }
    if assigned && sections && !begins_an_item(line) {
        return found(File::Settings);
    }
    if low.starts_with('{') && low.contains("\"event\"") || low.starts_with("[{") && low.contains("\"event\"") {
        return found(File::JsonOfEvents);
    }
    if line.starts_with('{') || line.starts_with('[') && !line.starts_with("[ ]") {
        return found(File::Json);
    }
    // A note in the manner of web pages may stand above a program.
    if begins(&["<!--"]) && lines.iter().any(|line| begins_a_program(line)) {
        return None;
    }
    if line.starts_with('<') && line.chars().nth(1).is_some_and(|c| c.is_alphabetic() || matches!(c, '!' | '?')) {
        return found(File::WebPage);
    }
    if begins(&["select ", "insert into ", "with recent", "create table ", "update ", "delete from "])
        && lines.iter().any(|line| {
            [" from ", "from ", "values", " set ", "where "].iter().any(|word| line.to_lowercase().contains(word))
        })
    {
        return found(File::Query);
    }
    if begins(&["graph ", "graph\n", "flowchart ", "digraph ", "sequencediagram", "statediagram", "@startuml"]) {
        return found(File::Diagram);
    }
    if begins(&["diff --git", "--- a/", "+++ b/", "index "]) {
        return found(File::Changes);
    }
    if begins(&["feature:", "scenario:"]) {
        return found(File::TestInWords);
    }
    if line.starts_with("$ ")
        || begins(&["journey check", "journey run", "journey test", "cargo "]) && !line.contains(':')
    {
        return found(File::Terminal);
    }
    if begins(&["http://", "https://", "www."]) && lines.len() < 3 {
        return found(File::Link);
    }
    let code = begins(&["def ", "function ", "const ", "class ", "import ", "package ", "public ", "using ", "from "]);
    if code
        && lines.iter().any(|line| line.contains('(') && line.contains(')') || line.trim_end().ends_with('{'))
        && !lines.iter().any(|line| begins_a_program(line) && !line.contains('('))
    {
        return found(File::Code);
    }
    if line.contains('{') && !begins_a_program(line) && lines.iter().any(|line| line.contains(';')) && item_like(&low) {
        return found(File::StyleSheet);
    }
    None
}

/// Whether a line begins as no item of ours or of another tool does.
fn item_like(low: &str) -> bool {
    low.starts_with(['.', '@', '*']) || low.starts_with("body") || low.starts_with("html")
}

fn by_all_its_lines<'a>(first: &&'a str, lines: &[&'a str]) -> Option<Found<'a>> {
    let front = first.trim() == "---";
    // A single line that begins as a program does makes it a program with mistakes.
    if !front && lines.iter().any(|line| begins_a_program(line)) && !is_mail(lines) && !is_outline_of_keys(lines) {
        return None;
    }
    let found = |kind| Some(Found { kind, line: first });
    let content = || lines.iter().filter(|line| !line.trim_start().starts_with('#'));
    let all = content().count();
    if is_mail(lines) {
        return found(File::Mail);
    }
    if lines.len() < 2 {
        let arrows = first.contains("->") || first.contains('→') || first.contains("=>");
        let several = ["->", "→", "=>"].iter().any(|sign| first.matches(sign).count() > 1);
        if arrows && several {
            return found(File::Arrows);
        }
        let words = first.split_whitespace().count();
        return (words > 5 && is_sentence(first) && !first.contains('"'))
            .then_some(Found { kind: File::PlainText, line: first });
    }
    if content().all(|line| line.trim_start().starts_with('|')) {
        return found(File::Table);
    }
    if let Some(table) = table(lines) {
        return found(table);
    }
    let bullets = content().filter(|line| is_bullet(line)).count();
    let headings = lines.len() - all;
    if bullets * 3 >= all * 2
        && bullets > 0
        && (bullets == all || headings > 0 || bullets > 2)
        && !content().any(|line| is_pair(line) && line.contains(':') && !line.trim_start().starts_with('-'))
    {
        return found(File::ListInWords);
    }
    let pairs = content().filter(|line| is_pair(line)).count();
    let said = content()
        .filter(|line| line.split_once(": ").is_some_and(|(_, said)| said.split_whitespace().count() > 3))
        .count();
    if said * 2 > all && !front {
        return found(File::Talk);
    }
    if front || pairs * 3 >= all * 2 || is_outline_of_keys(lines) {
        return found(File::Yaml);
    }
    let sentences = content().filter(|line| is_sentence(line)).count();
    let capitals = content().filter(|line| line.trim_start().starts_with(char::is_uppercase)).count();
    (sentences * 2 > all || capitals == all && sentences > 0 || capitals == all && all > 2)
        .then_some(Found { kind: File::PlainText, line: first })
}

/// A table in a file of cells, with what its header lets expect.
fn table(lines: &[&str]) -> Option<File> {
    let head = lines.first()?.to_lowercase();
    let sign = [',', ';', '\t'].into_iter().find(|sign| {
        let count = |line: &&str| line.matches(*sign).count();
        let cells = lines.first().map_or(0, count);
        cells > 0 && lines.iter().all(|line| count(line) == cells) && (*sign != ',' || !head.contains(", "))
    })?;
    let has = |names: &[&str]| head.split(sign).any(|cell| names.contains(&cell.trim().trim_matches('"')));
    Some(if has(&["event", "type", "userid", "user_id", "timestamp"]) {
        File::TableOfEvents
    } else if has(&["email", "e-mail", "first_name", "first name", "name", "phone", "country", "customer"])
        && !has(&["step", "day", "delay", "channel"])
    {
        File::TableOfCustomers
    } else {
        File::Table
    })
}

/// The head of a mail, or the lines that one begins and ends with.
fn is_mail(lines: &[&str]) -> bool {
    let head = |word: &str| lines.iter().take(8).any(|line| line.starts_with(word));
    let first = lines.first().map_or("", |line| line.trim());
    let greets = ["Hi ", "Hello ", "Dear ", "Hey ", "Hallo ", "Bonjour"].iter().any(|word| first.starts_with(word));
    if begins_an_item(first) {
        return false;
    }
    (head("Subject:") || head("Betreff:")) && (head("From:") || head("To:") || head("Von:"))
        || greets && lines.len() > 2
}

/// A journey as YAML: a word of ours, and below it keys and values.
fn is_outline_of_keys(lines: &[&str]) -> bool {
    let bare = lines.iter().any(|line| line.trim_start().starts_with("- ") && line.contains(": "));
    let all = lines.iter().filter(|line| !line.trim_start().starts_with('#')).count();
    let keys = |words: &[&str]| lines.iter().any(|line| words.iter().any(|word| line.trim_start().starts_with(word)));
    let steps = lines.iter().any(|line| matches!(line.trim(), "steps:" | "actions:"));
    if steps && keys(&["trigger:", "entry:", "event:"]) && lines.len() < 30 {
        return true;
    }
    bare && lines.iter().filter(|line| is_pair(line)).count() == all
}

/// Whether a line begins with a word that begins some line of a program.
fn begins_a_program(line: &str) -> bool {
    let word: String = line.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let rest = line.trim_start().get(word.len()..).unwrap_or_default();
    let pair = rest.starts_with(": ") || rest.starts_with(':') && line.starts_with(char::is_whitespace);
    // The head of a table: `event,user,total`.
    let cell = rest.starts_with([',', ';', '\t']);
    // `channel: email` and `name: Cart` are pairs; `charter:` is an item, and so is `on cart_abandoned: email recs`.
    !pair
        && !cell
        && [Mode::Item, Mode::Rule, Mode::Clause, Mode::Step]
            .iter()
            .any(|mode| meant_head(*mode, &word).is_some_and(|key| mode.heads().contains(&key) && key.word() == word))
}

fn begins_an_item(line: &str) -> bool {
    let word: String = line.chars().take_while(|c| c.is_ascii_lowercase()).collect();
    Mode::Item.heads().iter().any(|key| key.word() == word)
}

/// `name: value` or `- name: value`
fn is_pair(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches("- ");
    let Some((name, value)) = line.split_once(':') else { return line.starts_with('-') };
    let one_word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '"'));
    one_word && (value.is_empty() || value.starts_with(' '))
}

/// `- …`, `* …`, `• …`, `1. …`, `2) …`
fn is_bullet(line: &str) -> bool {
    let line = line.trim_start();
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = rest.len() < line.len() && (rest.starts_with(". ") || rest.starts_with(") "));
    numbered || ["- ", "* ", "• ", "– ", "**"].iter().any(|sign| line.starts_with(sign))
}

/// Four words or more, begun with a capital or ended as a sentence.
fn is_sentence(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['-', '*', '•', ' ']);
    let words = line.split_whitespace().count();
    words >= 4 && (line.starts_with(char::is_uppercase) || line.ends_with(['.', '!', '?', ',']))
}
