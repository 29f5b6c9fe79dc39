//! Lines as people write them who come from other tools or from their own language: each is recognised as a whole, once
//! it is known that it cannot be read, and gets one message with the line that says the same here.

mod asked;
mod asking;
mod changes;
mod channels;
mod clauses;
mod conditions;
mod consents;
mod entries;
mod exits;
mod fields;
mod gaps;
mod goals;
mod habit;
mod happenings;
mod items;
mod lists;
mod messages;
mod native;
mod notes;
mod owners;
mod past;
mod phrase;
mod played;
mod prose;
mod questions;
mod quiet;
mod rules;
mod schedule;
mod sends;
mod slots;
mod spacing;
mod splits;
mod steps;
mod terms;
mod tests;
mod waits;

use super::classify::Spanned;
use super::known::Known;
use super::lookalike::plain_letters;
use super::node::Node;
use super::sense::Chance;
use super::token::{Key, Lexeme, Token};
use super::words::{Mode, meant_head, reserved};
use crate::ir::Engagement;
use crate::nearest::nearest;
use crate::source::snake_case;
use crate::syntax::problem::Problem;
use crate::value::duration::unit_millis;
use phrase::Phrase;

pub(crate) use fields::kind;
pub(super) use items::item_word;
pub(crate) use schedule::is_yearly;

/// A line with more pieces than this is no slip: it is not looked at.
const MOST_PIECES: usize = 80;

/// What an `if` is, for those who write its ways as `yes:` and `no:`.
pub(super) const CHOICE: &str = "The ways of a choice are `if` and `else`";

/// A sign that has no place, or the amount that it belongs to: `1.000 €` without its sign alone would be one.
pub(super) fn sign(node: &Node<'_>, known: &Known<'_>, odd: Problem) -> Problem {
    questions::money(&Phrase::of(node, known)).unwrap_or(odd)
}

/// What the author of a line that cannot be read meant, where many write it so.
pub(super) fn meant(node: &Node<'_>, known: &Known<'_>) -> Option<Problem> {
    let phrase = Phrase::of(node, known);
    if phrase.len() == 0 || phrase.len() > MOST_PIECES || phrase.has_open_text() {
        return None;
    }
    // `quiet_hours 21:00-08:00`, `control_group 10%`: the words one by one.
    let parted = phrase.head_in_words();
    if !parted.is_empty()
        && let Some(found) = meant_by(&phrase.of_pieces(&parted), node)
    {
        return Some(found);
    }
    meant_by(&phrase, node)
}

/// What the author meant of a line that reads only by chance.
pub(super) fn meant_by_chance(node: &Node<'_>, known: &Known<'_>, chance: Chance) -> Option<Problem> {
    let mut phrase = Phrase::of(node, known);
    phrase.reads = true;
    // Of one name that is compared the checker says more.
    if phrase.len() > MOST_PIECES
        || chance == Chance::Compared && !owners::needs_the_line(&phrase) && phrase.low(1) != "it"
    {
        return None;
    }
    // A day that is asked for by itself may be an event: the checker warns of it.
    let alone = |at: usize| {
        let day = crate::syntax::words::days(phrase.text(at)).is_some();
        day && matches!(phrase.low(at - 1).as_str(), "if" | "and" | "or" | "!" | "not" | "when" | "for")
    };
    if (1..phrase.len()).any(alone) && phrase.find(&["it", "today"]).is_none() {
        return None;
    }
    let found = meant_by(&phrase, node)?;
    // Who is in what is asked of a segment that the program has.
    let names = phrase.names();
    // Of an event that is called so it may be right.
    let event = |at: usize| names.is_event(phrase.text(at)) && slots::day(phrase.text(at)).is_some();
    if (0..phrase.len()).any(event) {
        return None;
    }
    let mut texts = found.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.text.as_str());
    let no_segment = texts.any(|text| {
        let words: Vec<&str> = text.split([' ', ':', '!', '(', ')']).collect();
        words.windows(2).any(|pair| matches!(pair, ["in", word] if *word != "last" && !names.is_segment(word)))
    });
    (!no_segment).then_some(found)
}

fn meant_by(phrase: &Phrase<'_>, node: &Node<'_>) -> Option<Problem> {
    let first = notes::foreign(phrase)
        .or_else(|| notes::bullet(phrase))
        .or_else(|| native::in_english(phrase))
        .or_else(|| questions::money(phrase));
    if let Some(found) = first {
        return Some(found);
    }
    if let Some(found) = lists::meant(phrase) {
        return Some(found);
    }
    let by_mode = match node.mode {
        Mode::Step => splits::choice(phrase)
            .or_else(|| splits::named_test(phrase))
            .or_else(|| steps::no_channel(phrase))
            .or_else(|| sends::with_parts_below(phrase))
            .or_else(|| questions::meant(phrase))
            .or_else(|| steps::what_somebody_did(phrase))
            .or_else(|| habit::told(phrase, STEPS))
            .or_else(|| steps::meant(phrase)),
        Mode::Item | Mode::Clause => questions::meant(phrase)
            .or_else(|| asking::meant(phrase))
            .or_else(|| asking::as_in_a_step(phrase))
            .or_else(|| entries::meant(phrase)),
        Mode::Rule => asking::meant(phrase).or_else(|| rules::meant(phrase)),
        Mode::SplitArm => splits::share(phrase),
        Mode::MatchArm => splits::arm(phrase),
        Mode::Variant => messages::variant(phrase).or_else(|| steps::variant(phrase)),
        Mode::VariantPart => messages::parts_of_a_channel(phrase),
        Mode::Field => fields::meant(phrase),
        Mode::ChannelPart => channels::channel_part(phrase),
        Mode::TestLine => tests::meant(phrase),
        Mode::Trait => tests::a_trait(phrase),
        Mode::Condition => questions::meant(phrase)
            .or_else(|| asked::once_ever(phrase))
            .or_else(|| asking::meant(phrase))
            .or_else(|| asked::whole(phrase))
            .or_else(|| asking::as_in_a_step(phrase)),
    };
    by_mode.or_else(|| notes::sentence(phrase)).or_else(|| prose::meant(phrase)).or_else(|| anywhere(phrase))
}

/// What is wrong with a line that can be read, but only as what nobody means by it.
pub(super) fn misread(node: &Node<'_>, known: &Known<'_>) -> Option<Problem> {
    let phrase = Phrase::of(node, known);
    if phrase.len() == 0 || phrase.len() > MOST_PIECES {
        return None;
    }
    if let Some(found) = asking::misread(&phrase) {
        return Some(found);
    }
    match node.mode {
        Mode::Item | Mode::Clause
            if two_words_for_an_event(&phrase, node.head) || asks_in_pairs(&phrase, node.head) =>
        {
            asking::as_in_a_step(&phrase).or_else(|| entries::meant(&phrase))
        }
        Mode::Item | Mode::Clause if node.head == Some(Key::Every) && phrase.has_odd_day() => schedule::every(&phrase),
        Mode::Clause if node.head == Some(Key::For) && phrase.end() == 2 => clauses::for_everyone(&phrase),
        Mode::Rule if asks_in_pairs(&phrase, node.head) => rules::meant(&phrase),
        Mode::Condition if phrase.text(0) == "-" => asked::bullets(&phrase),
        Mode::Condition if asks_in_pairs(&phrase, node.head) => {
            asked::whole(&phrase).or_else(|| asking::as_in_a_step(&phrase))
        }
        Mode::VariantPart => messages::mark_missing(&phrase),
        Mode::Item if node.head == Some(Key::Test) => {
            items::test_without_quotes(&phrase).or_else(|| items::test_of_nothing(&phrase))
        }
        Mode::Step | Mode::Clause if questions::or_more(&phrase).is_some() => questions::or_more(&phrase),
        Mode::Step => steps::no_step(&phrase).or_else(|| steps::no_response(&phrase)),
        Mode::Clause => clauses::idle(&phrase).or_else(|| goals::misread(&phrase)),
        Mode::Field => fields::commas(&phrase),
        Mode::TestLine if phrase.find(&["{"]).is_some_and(|at| at > 0) => tests::braced(&phrase),
        Mode::TestLine if phrase.find(&["expect"]).is_some_and(|at| at + 2 < phrase.len()) => tests::expected(&phrase)
            .or_else(|| {
                let event = node.head.is_none() && tests::is_no_event(&phrase);
                if event { tests::meant(&phrase) } else { None }
            }),
        Mode::Trait if phrase.has_bare_value() => tests::a_trait(&phrase),
        Mode::Variant if messages::is_a_part(&phrase) => messages::variant(&phrase),
        Mode::TestLine if node.head.is_none() && tests::is_no_event(&phrase) => tests::meant(&phrase),
        _ => None,
    }
}

/// The habits of steps, in the order in which a line is put into our words.
const STEPS: &[&[habit::Habit]] = &[
    waits::WAITS,
    sends::SENDS,
    conditions::JOINING,
    past::PAST,
    conditions::CONDITIONS,
    past::LAST,
    changes::CHANGES,
];

/// Whether a condition holds two names in a row that say nothing together, such as `order_placed yesterday`.
pub(super) fn has_a_strange_pair(node: &Node<'_>, tokens: &[Spanned]) -> bool {
    if !matches!(node.head, Some(Key::If | Key::Else | Key::Wait)) || node.mode != Mode::Step {
        return false;
    }
    let begins = |token: &Token| matches!(token, Token::Key(Key::If | Key::For));
    let ends = |token: &Token| matches!(token, Token::Key(Key::Then | Key::Up));
    let words = tokens.iter().map(|(_, token, _)| token);
    let asked: Vec<&Token> = words.skip_while(|token| !begins(token)).take_while(|token| !ends(token)).collect();
    asked.windows(3).any(|three| match three {
        [before, Token::Word(first), Token::Word(second) | Token::Text(second)] => {
            !matches!(before, Token::Key(Key::Of))
                && Engagement::of(first).is_none()
                && first != "prefers"
                && !(first == "local" && second == "time")
        }
        _ => false,
    })
}

/// What goes wrong on lines of many kinds.
fn anywhere(phrase: &Phrase<'_>) -> Option<Problem> {
    slashed_date(phrase)
        .or_else(|| yearless_date(phrase))
        .or_else(|| schedule::spelt_date(phrase))
        .or_else(|| dotted_time(phrase))
        .or_else(|| part_of_a_unit(phrase))
        .or_else(|| amount(phrase))
        .or_else(|| stray_sign(phrase))
        .or_else(|| age(phrase))
        .or_else(|| capital_text(phrase))
}

/// `31/12/2026`, `31.12.2026`
fn slashed_date(phrase: &Phrase<'_>) -> Option<Problem> {
    let title = "Dates are written year-month-day";
    for at in 0..phrase.len() {
        let (text, count) =
            phrase.run(at, |p| matches!(p.lexeme, Lexeme::Number | Lexeme::Slash | Lexeme::Dot | Lexeme::Minus));
        let parts: Vec<u32> = text.split(['/', '.', '-']).map_while(|part| part.parse().ok()).collect();
        let (day, month, year) = match parts.as_slice() {
            [day, month, year] if text.matches(['/', '.', '-']).count() == 2 && text.len() >= 6 => {
                (*day, *month, *year)
            }
            _ => continue,
        };
        // `2026/12/24`
        let (day, year) = if day > 1900 { (year, day) } else { (day, year) };
        let year = if year < 100 { 2000 + year } else { year };
        let span = phrase.span(at, at + count);
        return Some(match (day, month, year) {
            (13..=31, 1..=12, 1900..=2999) => {
                phrase.instead(at, at + count, title, &format!("{year}-{month:02}-{day:02}"))
            }
            (1..=12, 13..=31, 1900..=2999) => {
                phrase.instead(at, at + count, title, &format!("{year}-{day:02}-{month:02}"))
            }
            (1..=12, _, 1900..=2999) if day == month => {
                phrase.instead(at, at + count, title, &format!("{year}-{month:02}-{day:02}"))
            }
            (1..=12, 1..=12, 1900..=2999) => Problem::told(
                span,
                title,
                format!("write `{year}-{month:02}-{day:02}`, or `{year}-{day:02}-{month:02}` if the month comes first"),
            ),
            _ => continue,
        });
    }
    None
}

/// Dates written day.month.year, in their order.
fn dotted_dates(phrase: &Phrase<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < phrase.len() {
        let (text, count) = phrase.run(at, |p| matches!(p.lexeme, Lexeme::Number | Lexeme::Slash | Lexeme::Dot));
        let parts: Vec<u32> = text.split(['/', '.']).map_while(|part| part.parse().ok()).collect();
        if let [day @ 1..=31, month @ 1..=12, year @ 1900..=2999] = parts.as_slice() {
            out.push(format!("{year}-{month:02}-{day:02}"));
        }
        at += count.max(1);
    }
    out
}

/// `on 24.12. at 10:00`, `every 24/12`: a day and a month.
fn yearless_date(phrase: &Phrase<'_>) -> Option<Problem> {
    let begins = phrase.mode == Mode::Item || phrase.mode == Mode::Clause;
    let at = (1..3)
        .find(|&at| phrase.is(at, Lexeme::Number))
        .filter(|_| begins && matches!(phrase.low(0).as_str(), "on" | "every"))?;
    let (text, count) = phrase.run(at, |p| matches!(p.lexeme, Lexeme::Number | Lexeme::Slash | Lexeme::Dot));
    let parts: Vec<u32> =
        text.split(['/', '.']).filter(|part| !part.is_empty()).map_while(|part| part.parse().ok()).collect();
    let (day, month) = match parts.as_slice() {
        [day @ 13..=31, month @ 1..=12] | [month @ 1..=12, day @ 13..=31] => (day, month),
        [day @ 1..=12, month @ 1..=12] if text.contains('.') => (day, month),
        _ => return None,
    };
    let time =
        (at + count..phrase.end()).find_map(|at| slots::time(phrase, at)).map_or("09:00".to_string(), |(time, _)| time);
    let title = "A day of the calendar is written with its year, as year-month-day";
    phrase.entry(title, &format!("on 2026-{month:02}-{day:02} at {time}"))
}

/// `at 10.00`, `between 9h30 and 18h`, `at 9 Uhr`: as many as there are.
fn dotted_time(phrase: &Phrase<'_>) -> Option<Problem> {
    const BEFORE: [&str; 12] = ["at", "until", "between", "and", "from", "to", "-", "tomorrow", "um", "à", "bis", "@"];
    let times: Vec<(usize, usize, String)> = (1..phrase.len())
        .filter_map(|at| {
            let before = phrase.low(at - 1);
            let fits = BEFORE.contains(&before.as_str()) || slots::day(&before).is_some();
            let (time, count) = clock(phrase, at).filter(|_| fits)?;
            Some((at, count, time))
        })
        .collect();
    let title = "The hour and the minutes of a time are parted by `:`";
    if let [(at, count, time)] = times.as_slice() {
        return Some(phrase.instead(*at, at + count, title, time));
    }
    let (mut line, mut from) = (String::new(), 0);
    for (at, count, time) in &times {
        line.push_str(&format!("{} {time} ", phrase.written(from, *at)));
        from = at + count;
    }
    line.push_str(&phrase.written(from, phrase.end()));
    if times.is_empty() { None } else { phrase.line(title, line.replace(" - ", "-").trim()) }
}

/// `10.00`, `9h30`, `18h`, `9 Uhr`, with the number of its pieces.
fn clock(phrase: &Phrase<'_>, at: usize) -> Option<(String, usize)> {
    let low = phrase.low(at);
    let half = ["am", "pm"].into_iter().find(|half| low.ends_with(half));
    let low = low.trim_end_matches("am").trim_end_matches("pm").trim_end_matches('h');
    let (hour, minute) = low.split_once(['.', 'h']).unwrap_or((low, ""));
    let count = match phrase.low(at + 1).as_str() {
        "uhr" | "heures" | "horas" | "h" => 2,
        _ => 1,
    };
    if hour.is_empty() {
        return None;
    }
    let is_time = phrase.is(at, Lexeme::Number)
        && (minute.len() == 2 || minute.is_empty() && (count == 2 || low.len() < phrase.text(at).len()));
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, if minute.is_empty() { 0 } else { minute.parse().ok()? });
    let hour = match half {
        Some("pm") if hour < 12 => hour + 12,
        Some("am") if hour == 12 => 0,
        _ => hour,
    };
    (is_time && hour < 25 && minute < 60).then(|| (format!("{hour:02}:{minute:02}"), count))
}

/// `1.5d`, `0,5 days`: a part of a unit, in a smaller one.
fn part_of_a_unit(phrase: &Phrase<'_>) -> Option<Problem> {
    let (at, count, length) = (1..phrase.len()).find_map(|at| {
        let (text, comma) = phrase.run(at, |p| matches!(p.lexeme, Lexeme::Number | Lexeme::Comma));
        let parted = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
        let (number, unit) = text.split_at_checked(parted)?;
        let count = comma + usize::from(unit.is_empty());
        let unit = if unit.is_empty() { phrase.low(at + comma) } else { unit.to_string() };
        Some((at, count, part_of(&number.replace(',', "."), &unit)?))
    })?;
    Some(phrase.instead(at, at + count, "A length of time is written in whole numbers", &length))
}

/// A number with a point of a unit, such as `1.5` of `d`, in whole numbers.
pub(super) fn part_of(number: &str, unit: &str) -> Option<String> {
    let (whole, part) = number.split_once('.')?;
    let (millis, _) = unit_millis(unit)?;
    let tenths = 10_i64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let (whole, part): (i64, i64) = (whole.parse().ok()?, part.parse().ok()?);
    let all = whole.checked_mul(millis)?.checked_add(part.checked_mul(millis)?.checked_div(tenths)?)?;
    (all > 0).then(|| crate::value::show_duration(all))
}

/// `1.000,50`, `12,50`, `10 %`
fn amount(phrase: &Phrase<'_>) -> Option<Problem> {
    for at in 0..phrase.len() {
        if phrase.is(at, Lexeme::Number) && phrase.text(at + 1) == "%" {
            let joined = format!("{}%", phrase.text(at));
            return Some(phrase.instead(at, at + 2, "A share is written without a space before its `%`", &joined));
        }
        let (text, count) = phrase.run(at, |p| matches!(p.lexeme, Lexeme::Number | Lexeme::Comma | Lexeme::Dot));
        let Some((whole, cents)) = text.rsplit_once(',') else { continue };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let plain: String = whole.chars().filter(|c| *c != '.').collect();
        if count >= 3 && digits(&plain) && digits(cents) && cents.len() < 3 {
            let title = "The decimals of a number follow a point, and thousands are not parted";
            // In a list the comma may part two numbers.
            return Some(phrase.perhaps(at, at + count, title, &format!("{plain}.{cents}")));
        }
    }
    None
}

/// A dash, comma or full stop before a word that goes on with the line.
fn stray_sign(phrase: &Phrase<'_>) -> Option<Problem> {
    let last = phrase.len().checked_sub(1)?;
    if last > 0 && phrase.is(last, Lexeme::Dot) {
        return Some(phrase.away(last, last + 1, "A line ends without a full stop", "take the `.` away"));
    }
    let at = (1..phrase.len()).find(|&at| {
        let sign = matches!(phrase.text(at), "-" | "–" | "—" | ",");
        sign && matches!(
            phrase.text(at + 1),
            "within" | "where" | "when" | "then" | "worth" | "or" | "and" | "at" | "for" | "else"
        )
    })?;
    let title = format!("No `{}` stands before `{}`", phrase.text(at), phrase.text(at + 1));
    Some(phrase.away(at, at + 1, &title, &format!("take the `{}` away", phrase.text(at))))
}

/// `>= 18 years`
fn age(phrase: &Phrase<'_>) -> Option<Problem> {
    let at = (1..phrase.len()).find(|&at| {
        matches!(phrase.text(at - 1), "<" | ">" | "<=" | ">=" | "is" | "=" | "==")
            && phrase.is(at, Lexeme::Number)
            && is_unit(&phrase.low(at + 1))
    })?;
    let title = "A number is compared without its unit";
    Some(phrase.away(at + 1, at + 2, title, &format!("take `{}` away", phrase.text(at + 1))))
}

/// What is counted in, by words that could be nothing else: a condition may follow a number too.
fn is_unit(word: &str) -> bool {
    matches!(
        word,
        "year"
            | "years"
            | "old"
            | "eur"
            | "euro"
            | "euros"
            | "usd"
            | "dollar"
            | "dollars"
            | "gbp"
            | "pounds"
            | "chf"
            | "times"
            | "points"
            | "items"
            | "orders"
    )
}

/// `profile.country == France`: a word with a capital where something is compared is the text itself.
fn capital_text(phrase: &Phrase<'_>) -> Option<Problem> {
    let at = (1..phrase.len()).find(|&at| {
        matches!(phrase.text(at - 1), "is" | "=" | "==" | "!=" | "contains" | "not")
            && phrase.is(at, Lexeme::Word)
            && phrase.text(at).starts_with(char::is_uppercase)
            && !gaps::DAYS.contains(&phrase.low(at).as_str())
            && !matches!(phrase.text(at), "NOT" | "True" | "False" | "TRUE" | "FALSE")
    })?;
    let (words, count) = phrase.words(at, |word| reserved(word).is_none());
    let title = "A text that is compared stands in quotes";
    Some(phrase.instead(at, at + count, title, &format!("\"{}\"", words.join(" "))))
}

/// Whether two words stand where an event has one, and are no engagement with a message.
fn two_words_for_an_event(phrase: &Phrase<'_>, head: Option<Key>) -> bool {
    let from = match (head, phrase.text(1)) {
        (Some(Key::On), "entering" | "leaving") => return false,
        (Some(Key::On | Key::Goal), _) => 1,
        (Some(Key::Exit), "on") => 2,
        _ => return false,
    };
    let plain = |at: usize| phrase.is(at, Lexeme::Word) && reserved(phrase.text(at)).is_none();
    let engaged = Engagement::of(phrase.text(from)).is_some() && head != Some(Key::On);
    plain(from) && (plain(from + 1) || phrase.is(from + 1, Lexeme::Text)) && !engaged
}

/// Whether two words stand where a condition has one, and are no engagement with a message.
fn asks_in_pairs(phrase: &Phrase<'_>, head: Option<Key>) -> bool {
    let asks = matches!(head, Some(Key::For | Key::Exclude)) || head == Some(Key::Exit) && phrase.text(1) == "when";
    let plain = |at: usize| {
        let text = phrase.text(at);
        phrase.is(at, Lexeme::Word) && reserved(text).is_none() && !text.contains(char::is_uppercase)
    };
    let odd = |at: usize| {
        let (first, second) = (phrase.text(at), phrase.text(at + 1));
        plain(at)
            && plain(at + 1)
            && at.checked_sub(1).is_none_or(|before| phrase.text(before) != ".")
            && Engagement::of(first).is_none()
            && Engagement::of(second).is_none()
            && !matches!(first, "prefers" | "local" | "known" | "missing")
    };
    (asks || phrase.mode == Mode::Condition) && (usize::from(asks)..phrase.len()).any(odd)
}

/// Whether a line begins with a word that begins no line at all, and is near to none that begins one here.
fn is_unlike_all(phrase: &Phrase<'_>) -> bool {
    let word = phrase.low(0);
    let heads = phrase.mode.heads().iter().map(|key| key.word());
    let unknown = Key::of(&word).is_none() && meant_head(phrase.mode, &word).is_none();
    phrase.is(0, Lexeme::Word) && unknown && !phrase.is_parted && nearest(&word, heads).is_none() && !phrase.is_limit()
}

/// The event that these words name: one that the program has, or their own name.
fn event_name(phrase: &Phrase<'_>, words: &str) -> Option<String> {
    // A step or a clause that slipped into the name is none of its words; nor is a letter that was left of `on`.
    const NO_PART: [&str; 9] = ["wait", "per", "exit", "goal", "then", "if", "else", "every", "expect"];
    if words.split_whitespace().any(|word| NO_PART.contains(&word)) {
        return None;
    }
    let words =
        words.split_once(' ').filter(|(first, _)| first.len() == 1 && *first != "a").map_or(words, |(_, rest)| rest);
    let name = as_name(words);
    let names = phrase.names();
    if name.is_empty() || names.is_event(&name) {
        return Some(name).filter(|name| !name.is_empty());
    }
    if let Some(refused) = ["unsubscribe", "subscribe"].iter().find(|verb| name.trim_end_matches(['s', 'd']) == **verb)
    {
        return Some(format!("{refused}d"));
    }
    // `the first order_completed`: a word that was joined with `_` is the name as its author knows it.
    let own = words.split_whitespace().find(|word| word.contains('_') && reserved(word).is_none());
    const IDLE: [&str; 22] = [
        "the",
        "a",
        "an",
        "their",
        "his",
        "her",
        "first",
        "event",
        "events",
        "any",
        "each",
        "new",
        "customer",
        "user",
        "happens",
        "occurs",
        "is",
        "was",
        "triggered",
        "fired",
        "last",
        "latest",
    ];
    let idle = words.split_whitespace().all(|word| Some(word) == own || IDLE.contains(&word));
    if let Some(own) = own.filter(|_| idle && !names.declares_events) {
        return Some(as_name(own));
    }
    if matches!(name.as_str(), "buy" | "buys" | "bought") && !names.has(&name) {
        return Some(names.purchase().to_string());
    }
    let sentence = words.split_whitespace().count() > 2 || names.declares_events;
    Some(names.event(words).filter(|_| sentence).map_or(name, str::to_string))
}

/// A name of several words, with capitals or hyphens, as one word.
fn as_name(text: &str) -> String {
    snake_case(&plain_letters(text))
}
