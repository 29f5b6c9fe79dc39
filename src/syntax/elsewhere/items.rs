//! Lines that begin an item, in the words of other tools: what it is called there, how its name is written, what it lacks.

use super::asked::{condition, whole_condition};
use super::phrase::Phrase;
use super::{as_name, channels, event_name, messages};
use crate::source::Span;
use crate::syntax::problem::Problem;
use crate::syntax::token::{Key, Lexeme};
use crate::syntax::words::Mode;

pub(super) fn meant(phrase: &Phrase<'_>) -> Option<Problem> {
    other_item(phrase)
        .or_else(|| with_a_verb(phrase))
        .or_else(|| several(phrase))
        .or_else(|| messages::item(phrase))
        .or_else(|| match phrase.low(0).as_str() {
            "journey" => for_whom(phrase).or_else(|| named(phrase, "journey")),
            "test" => test(phrase),
            "charter" => charter(phrase),
            "segment" => segment(phrase),
            "audience" => audience(phrase),
            "event" => event(phrase),
            "profile" => profile(phrase),
            "channel" => channels::channel(phrase),
            _ => elsewhere(phrase),
        })
}

/// `journey a "Bring back" for vip customers:`
fn for_whom(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.end();
    let at = (2..end).find(|&at| phrase.low(at) == "for")?;
    let who = ["customers", "users", "people", "members", "contacts", "subscribers"];
    let last = if who.contains(&phrase.low(end - 1).as_str()) { end - 1 } else { end };
    let asked = condition(phrase, at + 1, last).or_else(|| {
        (at + 2 == last && phrase.is(at + 1, Lexeme::Word)).then(|| format!("profile.{}", as_name(phrase.text(at + 1))))
    })?;
    let title = "Who comes in is said by `for` on a line of its own, below this one";
    let edit = format!("write `{}:` here, and `for {asked}` on the next line, indented", phrase.written(0, at));
    Some(phrase.say(at, end, title, &edit))
}

/// What other tools call the things of a program.
const ITEMS: &[(&str, &str)] = &[
    ("flow", "journey"),
    ("workflow", "journey"),
    ("canvas", "journey"),
    ("campaign", "journey"),
    ("automation", "journey"),
    ("program", "journey"),
    ("programme", "journey"),
    ("scenario", "journey"),
    ("sequence", "journey"),
    ("series", "journey"),
    ("drip", "journey"),
    ("parcours", "journey"),
    ("kampagne", "journey"),
    ("campagne", "journey"),
    ("campaña", "journey"),
    ("flujo", "journey"),
    ("list", "audience"),
    ("cohort", "segment"),
    ("group", "segment"),
    ("template", "message"),
    ("rules", "charter"),
    ("policy", "charter"),
    ("settings", "charter"),
    ("global", "charter"),
    ("attributes", "profile"),
    ("traits", "profile"),
    ("customer", "profile"),
    ("user", "profile"),
];

/// Our word for what another tool calls otherwise.
pub(in crate::syntax) fn item_word(word: &str) -> Option<&'static str> {
    ITEMS.iter().find(|(theirs, _)| *theirs == word).map(|(_, ours)| *ours)
}

fn other_item(phrase: &Phrase<'_>) -> Option<Problem> {
    let theirs = phrase.low(0);
    let ours = item_word(&theirs)?;
    // A list of those of whom something holds is a segment.
    let asks = phrase.find(&[":"]).is_some_and(|at| at + 1 < phrase.len());
    if theirs == "list" && asks {
        return Some(phrase.perhaps(
            0,
            1,
            "A list of those of whom something holds is called `segment` here",
            "segment",
        ));
    }
    let title = match ours {
        "journey" => format!("A journey begins with `journey`, not with `{theirs}`"),
        _ => format!("What `{theirs}` is elsewhere is called `{ours}` here"),
    };
    let end = phrase.find(&[":"]).unwrap_or(phrase.len());
    let needs_name = !matches!(ours, "charter" | "profile");
    let named = if !needs_name {
        ours.to_string()
    } else if phrase.is(1, Lexeme::Text) {
        let text = phrase.text(1);
        format!("{ours} {} {text}", as_name(text.trim_matches(['"', '“', '”', '„'])))
    } else if end > 1 {
        let (name, said) = name_and_title(phrase, 1)?;
        let said = said.map(|said| format!(" \"{said}\"")).unwrap_or_default();
        format!("{ours} {name}{said}")
    } else {
        return Some(phrase.say(0, 1, &title, &format!("write `{ours}` and a name, such as `{ours} cart:`")));
    };
    let colon = if ours == "audience" { "" } else { ":" };
    Some(phrase.perhaps(0, phrase.len(), &title, &format!("{named}{colon}")))
}

/// `create journey cart:`, `define segment vip: …`
fn with_a_verb(phrase: &Phrase<'_>) -> Option<Problem> {
    let verb = matches!(
        phrase.low(0).as_str(),
        "new" | "create" | "define" | "begin" | "add" | "declare" | "make" | "start" | "the" | "my" | "our" | "a"
    );
    let item =
        Key::of(&phrase.low(1)).filter(|key| Mode::Item.heads().contains(key) && !matches!(key, Key::On | Key::Every));
    let item = item.filter(|_| verb)?;
    let place = Span { end: phrase.span(1, 2).start, ..phrase.span(0, 1) };
    let title = format!("An item begins with `{}` itself", item.word());
    Some(Problem::told(phrase.span(0, 1), title, format!("take `{}` away", phrase.text(0))).with_safe_fix(place, ""))
}

/// `events: order_placed, cart_abandoned`, `channels: email, sms`
fn several(phrase: &Phrase<'_>) -> Option<Problem> {
    let one = match phrase.low(0).as_str() {
        "events" => "event",
        "segments" => "segment",
        "audiences" => "audience",
        "messages" | "emails" | "templates" => "message",
        "channels" => "channel",
        "journeys" => "journey",
        "tests" => "test",
        "event" | "audience" if phrase.has(Lexeme::Comma) && !phrase.has(Lexeme::Open) => "event",
        _ => return None,
    };
    let own = phrase.low(0) == one || phrase.low(0) == "audience";
    let one = if phrase.low(0) == "audience" { "audience" } else { one };
    let names: Vec<String> = (1..phrase.len())
        .filter(|&at| phrase.is(at, Lexeme::Word) && !matches!(phrase.text(at), "and" | "or"))
        .map(|at| as_name(phrase.text(at)))
        .collect();
    let colon_last = phrase.end() < phrase.len();
    if phrase.is(1, Lexeme::Word) && names.len() == 1 {
        return Some(phrase.instead(0, 1, &format!("A line is about one {one}"), one));
    }
    let title = format!("Each {one} has a line of its own");
    let line = |name: &String| match one {
        "event" | "audience" => format!("`{one} {name}`"),
        "segment" => format!("`segment {name}: profile.{name}`"),
        "channel" => format!("`channel {name}: tracks delivered`"),
        "message" => format!("`message {name}:`"),
        _ => format!("`{one} {name}:`"),
    };
    if one == "channel"
        && !names.is_empty()
        && names.iter().all(|name| crate::syntax::words::CHANNELS.contains(&name.as_str()))
    {
        return Some(phrase.say(0, phrase.len(), "These channels are there without a line", "take this line away"));
    }
    match names.as_slice() {
        [] if own => None,
        [] => Some(phrase.say(
            0,
            phrase.len(),
            &title,
            &format!("write a line for each, in the first column, such as {}", line(&"recs".to_string())),
        )),
        [name] if colon_last || own => Some(phrase.say(0, phrase.len(), &title, &format!("write {}", line(name)))),
        some => {
            let lines: Vec<String> = some.iter().take(3).map(line).collect();
            let lines = lines.join(", then ");
            Some(phrase.say(0, phrase.len(), &title, &format!("write {lines}, each on a line of its own")))
        }
    }
}

/// The name and the title that a line gives an item, in any of the ways people write them.
fn name_and_title(phrase: &Phrase<'_>, from: usize) -> Option<(String, Option<String>)> {
    let end = phrase.end();
    let from = (from..end).find(|&at| !matches!(phrase.low(at).as_str(), ":" | "name" | "called" | "named" | "="))?;
    let text = |at: usize| phrase.text(at).trim_matches(['"', '“', '”', '„']).to_string();
    if phrase.is(from, Lexeme::Text) {
        return Some((as_name(&text(from)), Some(text(from))));
    }
    let sign = |at: usize| {
        let spaced = matches!(phrase.text(at), "-" | "–" | "—") && phrase.apart(at);
        spaced || matches!(phrase.text(at), "," | "(" | "=" | ";" | ":" | "|") || phrase.is(at, Lexeme::Text)
    };
    let cut = (from..end).find(|&at| sign(at)).unwrap_or(end);
    let name = as_name(&phrase.written(from, cut));
    let behind = cut + usize::from(cut < end && !phrase.is(cut, Lexeme::Text));
    let title = phrase.written(behind, end);
    let title = title.trim_matches(['"', '“', '”', '„', ')', '(', ' ', ';', '}']).to_string();
    let fits = !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit());
    fits.then(|| (name, Some(title).filter(|title| !title.is_empty() && !title.contains('"'))))
}

/// `journey: cart`, `journey "Cart" - back`, `journey cart v2.0:`
fn named(phrase: &Phrase<'_>, word: &str) -> Option<Problem> {
    let title = format!("Behind `{word}` stand its name, one word, then perhaps a title in quotes, and `:`");
    if let Some(on) = phrase.find(&["on", "every"]).filter(|&at| at > 1 && phrase.end() > at + 1) {
        let name = as_name(&phrase.written(1, on));
        let edit =
            format!("write `{word} {name}:`, and `{}:` on the next line, indented", phrase.written(on, phrase.end()));
        return Some(phrase.say(0, phrase.len(), "What begins a journey has a line of its own", &edit));
    }
    if phrase.find(&["{"]).is_some() {
        return None;
    }
    let plain = (1..phrase.end())
        .all(|at| phrase.is(at, Lexeme::Word) || phrase.is(at, Lexeme::Minus) || phrase.is(at, Lexeme::Text));
    let one = phrase.end() == 2;
    // A dash between spaces parts the name from the title.
    let parted = (2..phrase.end()).any(|at| phrase.is(at, Lexeme::Minus) && phrase.apart(at) && phrase.apart(at + 1));
    let plain = plain && !parted;
    if plain && phrase.end() > 1 && !(one && phrase.is(1, Lexeme::Word)) && phrase.low(1) != "name" {
        return None;
    }
    if phrase.text(1).is_empty() || one && phrase.is(1, Lexeme::Word) && !phrase.text(1).contains(char::is_uppercase) {
        return None;
    }
    let Some((name, said)) = name_and_title(phrase, 1) else {
        let own = if phrase.text(1).starts_with(|c: char| c.is_ascii_digit()) {
            format!("{word} cart_{}:", as_name(phrase.text(1)))
        } else {
            format!("{word} cart:")
        };
        return Some(phrase.say(
            0,
            phrase.len(),
            &title,
            &format!("write a name that begins with a letter, such as `{own}`"),
        ));
    };
    let said = said
        .filter(|said| as_name(said) != name || said.contains(' '))
        .map(|said| format!(" \"{said}\""))
        .unwrap_or_default();
    phrase.whole(&title, &format!("{word} {name}{said}:"))
}

/// `event Order Placed`, `segment Big Spender:`
fn capitals(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.find(&[":"]).unwrap_or(phrase.len());
    let words = (1..end).all(|at| phrase.is(at, Lexeme::Word)) && end > 2;
    let capital = (1..end).any(|at| phrase.text(at).contains(char::is_uppercase));
    (words && capital)
        .then(|| phrase.perhaps(1, end, "A name is one word in small letters", &as_name(&phrase.written(1, end))))
}

/// `charter "Shop rules":`, `charter main:`
fn charter(phrase: &Phrase<'_>) -> Option<Problem> {
    let title = "There is one charter, and it has no name";
    (phrase.end() > 1 && phrase.find(&[":"]).is_none_or(|at| at + 1 == phrase.len()))
        .then(|| phrase.whole(title, "charter:"))
        .flatten()
}

/// `segment vip = profile.vip`, `segment vip where profile.vip`, `segment: vip`
fn segment(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.len();
    if let Some(found) = capitals(phrase) {
        return Some(found);
    }
    let title = "A segment is its name, `:` and a condition";
    // `segment: lapsed no order_completed in last 90d`
    if phrase.text(1) == ":" && phrase.is(2, Lexeme::Word) && end > 4 {
        let from = 3 + usize::from(matches!(phrase.text(3), ":" | "=" | ","));
        if let Some(asked) = whole_condition(phrase, from, end)
            && let Some(found) = phrase.whole(title, &format!("segment {}: {asked}", as_name(phrase.text(2))))
        {
            return Some(found);
        }
    }
    if phrase.text(1) == ":" || phrase.end() == 2 {
        let name = as_name(if phrase.text(1) == ":" { phrase.text(2) } else { phrase.text(1) });
        let name = if name.is_empty() { "vip".to_string() } else { name };
        let asked = match phrase.names().attribute(&name) {
            Some(_) => format!("profile.{name}"),
            None => format!("{} in last 30d", phrase.names().purchase()),
        };
        return Some(phrase.say(0, end, title, &format!("write what must hold, such as `segment {name}: {asked}`")));
    }
    if phrase.is(2, Lexeme::Text) && phrase.text(3) == ":" {
        return phrase.whole("A segment has no title", &format!("segment {}:", as_name(phrase.text(1))));
    }
    let cut = (2..end).find(|&at| {
        matches!(
            phrase.low(at).as_str(),
            "=" | "where" | "if" | "is" | "as" | "(" | "when" | "with" | "profile" | "{" | "in" | ":" | "who" | "whose"
        ) || phrase.is(at, Lexeme::Text)
    })?;
    let name = as_name(&phrase.written(1, cut));
    let skip = (cut..end).find(|&at| {
        !matches!(phrase.low(at).as_str(), "=" | "where" | "if" | "is" | "as" | "(" | "when" | "with" | "{" | ":")
            && !phrase.is(at, Lexeme::Text)
    });
    let close =
        if matches!(phrase.text(end - 1), ")" | "}") && phrase.find(&["(", "{"]) == Some(cut) { end - 1 } else { end };
    // `segment lapsed = "no order_completed in last 90d"`
    if skip.is_none() && phrase.is(end - 1, Lexeme::Text) && !phrase.has_block {
        let asked = phrase.text(end - 1).trim_matches('"');
        let reads = crate::syntax::parse::readable(crate::syntax::words::Mode::Condition, asked);
        let title = "What must hold stands behind `:` without quotes";
        return reads.then(|| phrase.perhaps(0, end, title, &format!("segment {name}: {asked}")));
    }
    let from = skip?;
    let asked = whole_condition(phrase, from, close).or_else(|| condition(phrase, from, close))?;
    phrase.whole(title, &format!("segment {name}: {asked}"))
}

/// `audience vip:`, `audience vip: profile.vip`, `audience vip = "VIP customers"`
fn audience(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.len();
    let text = (1..end).find(|&at| phrase.is(at, Lexeme::Text));
    let word = (1..end).find(|&at| phrase.is(at, Lexeme::Word) && phrase.low(at) != "name")?;
    let name = as_name(phrase.text(word));
    let asks = phrase.find(&["profile", "where", "if", "is", "who", "in", "when", ">"]).is_some();
    if asks {
        let title = "An audience is a list that steps fill; who fits a condition is a segment";
        let from =
            (word + 1..end).find(|&at| !matches!(phrase.low(at).as_str(), ":" | "where" | "if" | "=" | "when"))?;
        let asked = condition(phrase, from, end)?;
        return phrase.whole(title, &format!("segment {name}: {asked}"));
    }
    if phrase.has_block {
        let title = "An audience is a list that steps fill; who fits a condition is a segment";
        return phrase.whole(title, &format!("segment {name}:"));
    }
    let title = "An audience is its name, and perhaps a title in quotes";
    let said = text.map(|at| format!(" {}", phrase.text(at))).unwrap_or_default();
    let more = (word + 1..end).any(|at| phrase.is(at, Lexeme::Word));
    (!more).then(|| phrase.whole(title, &format!("audience {name}{said}"))).flatten()
}

/// `event order_placed(total)`, `event order_placed { total: number }`, `event: order_placed`
fn event(phrase: &Phrase<'_>) -> Option<Problem> {
    let end = phrase.len();
    if let Some(found) = capitals(phrase) {
        return Some(found);
    }
    if phrase.text(1) == ":" {
        let name = event_name(phrase, &phrase.written(2, phrase.end()))?;
        return phrase.whole("Behind `event` stands its name at once", &format!("event {name}"));
    }
    let cut =
        (2..end).find(|&at| matches!(phrase.low(at).as_str(), "(" | "{" | "with" | "=" | "-" | "[" | "has" | ":"))?;
    if phrase.text(cut) == ":" && phrase.find(&["(", "{"]).is_none() {
        return None;
    }
    let name = as_name(&phrase.written(1, cut));
    let mut fields = vec![];
    let mut at = cut;
    while at < end {
        if phrase.is(at, Lexeme::Word) && !matches!(phrase.low(at).as_str(), "with" | "has" | "and" | "properties") {
            let property = as_name(phrase.text(at));
            let skip = at + 1 + usize::from(matches!(phrase.text(at + 1), ":" | "="));
            let kind = super::fields::kind(&phrase.low(skip)).filter(|_| phrase.is(skip, Lexeme::Word));
            at = if kind.is_some() { skip } else { at };
            let kind = kind.unwrap_or_else(|| super::fields::guessed(&property));
            fields.push(format!("{property}: {kind}"));
        }
        at += 1;
    }
    let title = "What an event bears stands behind `:`, each with its kind";
    match fields.is_empty() {
        true => None,
        false => phrase.whole(title, &format!("event {name}: {}", fields.join(", "))),
    }
}

/// `profile customer:`, `profile name: text`
fn profile(phrase: &Phrase<'_>) -> Option<Problem> {
    let title = "There is one `profile`, without a name, and its attributes stand below it";
    let named = phrase.is(1, Lexeme::Word) && phrase.end() == 2 && phrase.len() == 3;
    if !named {
        return None;
    }
    // What stands behind the `:` is read as the block below.
    if phrase.has_one_word_below() {
        let edit = format!("write `profile:`, and `{}: text` on the next line, indented", phrase.text(1));
        return Some(phrase.say(0, phrase.len(), title, &edit));
    }
    phrase.whole(title, "profile:")
}

/// `test "x":`, `test: `, `test cart_recovery - it sends:`
fn test(phrase: &Phrase<'_>) -> Option<Problem> {
    let names = phrase.names();
    let end = phrase.end();
    let title = "Behind `test` stand the journey that it is about, and in quotes what it shows";
    let text = (1..end).find(|&at| phrase.is(at, Lexeme::Text));
    let words = phrase.written(1, text.unwrap_or(end)).trim_matches([':', ' ']).to_string();
    let journey = names
        .journeys
        .iter()
        .find(|journey| as_name(&words).starts_with(journey.as_str()) || words.starts_with(journey.as_str()));
    let journey = journey.map_or_else(|| names.journey().to_string(), String::clone);
    let said = match text {
        Some(at) => phrase.text(at).to_string(),
        None => {
            let rest = as_name(&words).replacen(&journey, "", 1).replace('_', " ").trim().to_string();
            format!("\"{}\"", if rest.is_empty() { "what it shows" } else { &rest })
        }
    };
    phrase.whole(title, &format!("test {journey} {said}:"))
}

/// `test cart: who does not look is reminded`
pub(super) fn test_without_quotes(phrase: &Phrase<'_>) -> Option<Problem> {
    let (said, place) = phrase.words_behind_colon()?;
    let colon = phrase.end();
    let fits = colon == 2 && phrase.is(1, Lexeme::Word) && !said.contains('"');
    let place = Span { start: phrase.span(colon, colon + 1).start, ..place };
    let title = "What a test shows stands in quotes, before the `:`";
    let edit = format!("write `test {} \"{said}\":` instead", phrase.text(1));
    fits.then(|| Problem::told(place, title, edit).with_unsafe_fix(place, format!(" \"{said}\":")))
}

/// `test "it sends an email":`
pub(super) fn test_of_nothing(phrase: &Phrase<'_>) -> Option<Problem> {
    let names = phrase.names();
    let text = as_name(phrase.text(1).trim_matches('"'));
    let bare = phrase.is(1, Lexeme::Text) && phrase.end() == 2 && !names.journeys.is_empty();
    (bare && !names.journeys.contains(&text)).then(|| test(phrase)).flatten()
}

pub(super) const OUTSIDE: &str = "A step stands outside of a journey, so nobody would come to it";

/// A line that begins with a word that begins no line of a program.
pub(super) fn unlike_all(phrase: &Phrase<'_>) -> Option<Problem> {
    let names = phrase.names();
    let title = format!("`{}` begins no line of a program", phrase.text(0));
    let edit = format!(
        "write `journey {}:` or `on {}:` for a journey, and put `#` before what is a note",
        names.journey(),
        names.started()
    );
    super::is_unlike_all(phrase).then(|| phrase.say(0, 1, &title, &edit))
}

/// What begins no item at all.
fn elsewhere(phrase: &Phrase<'_>) -> Option<Problem> {
    let (all, first) = (phrase.len(), phrase.low(0));
    let names = phrase.names();
    Some(match first.as_str() {
        "import" | "include" | "use" | "using" | "require" | "load" if all < 5 => phrase.say(
            0,
            all,
            "Files of one folder are one program, without a line that says so",
            "take this line away, and check the folder",
        ),
        "let" | "const" | "var" | "variables" | "variable" | "constants" | "define" | "set" | "def" | "function" => {
            phrase.say(
                0,
                all,
                "A program has no variables and no functions",
                "write the value itself where it is needed",
            )
        }
        "end" | "fin" | "done" | "endjourney" => {
            Problem::told(phrase.span(0, all), "A journey ends where its lines end", "take this line away")
                .with_safe_fix(phrase.span(0, all), "")
        }
        "start" | "begin" if all == 1 => phrase.say(
            0,
            all,
            "A journey begins with `on` and its event",
            &format!("take this line away; `on {}:` begins it", names.started()),
        ),
        "wait" | "if" | "else" | "send" | "split" | "repeat" | "add" | "remove" | "emit" | "call" | "match"
        | "then" | "delay" => {
            let edit = format!("indent it below a line such as `on {}:`", names.started());
            phrase.say(0, 1, OUTSIDE, &edit).shared()
        }
        "cap" | "gap" | "quiet" | "timezone" | "consent" | "tz" | "priority" | "exclude"
            if phrase.text(1) == ":" || phrase.text(1) == "=" =>
        {
            let title = format!("`{first}` is a rule for all journeys, and stands outside of the charter");
            phrase.say(0, 1, &title, "put it below `charter:`, indented, without the sign behind it")
        }
        "note" | "notes" | "rem" | "comment" | "todo" | "description" | "author" | "title" | "date" | "version" => {
            super::notes::note(phrase)
        }
        _ if phrase.is(0, Lexeme::Text) && all == 1 => super::notes::note(phrase),
        _ => return None,
    })
}
