//! What other tools write in a text to have something filled in: nothing fills it in here, and customers would read it.

use crate::source::snake_case;
use smol_str::SmolStr;
use std::ops::Range;

/// What a variable is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Person,
    Event,
    /// It does not say.
    Either,
}

/// A merge tag outside of Liquid.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MergeTag {
    pub(crate) at: Range<usize>,
    pub(crate) means: Means,
}

/// What is written instead of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Means {
    /// A value of this name.
    Value(About, String),
    /// A piece of Liquid, as it is written.
    Liquid(String),
    /// Something that the host fills in by this name.
    Host(&'static str),
    /// Nothing that could be said.
    Unclear,
}

/// Names that other tools put before a value of the person.
const PERSON: [&str; 24] = [
    "person",
    "people",
    "customer",
    "contact",
    "contacts",
    "user",
    "subscriber",
    "recipient",
    "lead",
    "member",
    "client",
    "buyer",
    "visitor",
    "traits",
    "attributes",
    "custom_attribute",
    "custom_attributes",
    "user_attribute",
    "user_attributes",
    "userattribute",
    "contactfield",
    "merge_fields",
    "profiles",
    "me",
];

/// Names that other tools put before a value of the event.
const EVENT: [&str; 12] = [
    "event_properties",
    "event_property",
    "event_attribute",
    "eventattribute",
    "event_data",
    "trigger",
    "properties",
    "canvas_entry_properties",
    "api_trigger_properties",
    "data_feed",
    "params",
    "payload",
];

/// Names under which hosts give what they know of themselves and of the message.
const HOST: [&str; 18] = [
    "organization",
    "organisation",
    "company",
    "sender",
    "shop",
    "store",
    "account",
    "campaign",
    "message",
    "layout",
    "snippets",
    "brand",
    "workspace",
    "broadcast",
    "delivery",
    "newsletter",
    "business",
    "settings",
];

/// Whether a host would give it, and not the program.
pub(crate) fn is_of_the_host(root: &str) -> bool {
    HOST.contains(&snake_case(root).as_str()) || of_the_host(root).is_some()
}

/// What stands between `event` or `profile` and a name elsewhere.
const BETWEEN: [&str; 8] = ["properties", "extra", "traits", "attributes", "custom", "vars", "fields", "data"];

/// Usual names by their other spellings, without `_`.
const SPELLINGS: [(&str, &str); 20] = [
    ("fname", "first_name"),
    ("firstname", "first_name"),
    ("first", "first_name"),
    ("givenname", "first_name"),
    ("vorname", "first_name"),
    ("prenom", "first_name"),
    ("lname", "last_name"),
    ("lastname", "last_name"),
    ("last", "last_name"),
    ("surname", "last_name"),
    ("familyname", "last_name"),
    ("name", "name"),
    ("fullname", "name"),
    ("email", "email"),
    ("emailaddress", "email"),
    ("mail", "email"),
    ("phone", "phone"),
    ("company", "company"),
    ("city", "city"),
    ("username", "username"),
];

/// What the first name of a variable is about elsewhere.
pub(crate) fn about(root: &str) -> Option<About> {
    let root = snake_case(root);
    if PERSON.contains(&root.as_str()) {
        return Some(About::Person);
    }
    EVENT.contains(&root.as_str()).then_some(About::Event)
}

/// The names behind what other tools put between.
pub(crate) fn behind(path: &[SmolStr]) -> &[SmolStr] {
    match path {
        [first, rest @ ..] if !rest.is_empty() && BETWEEN.contains(&snake_case(first).as_str()) => rest,
        path => path,
    }
}

/// A name in the usual spelling.
pub(crate) fn spelled(name: &str) -> String {
    let snake = snake_case(name.trim());
    let bare = squeezed(&snake);
    SPELLINGS.iter().find(|(other, _)| *other == bare).map_or(snake, |(_, usual)| (*usual).to_string())
}

/// A name by which two spellings of it are equal.
pub(crate) fn squeezed(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The merge tags in the parts of a text that are sent as they stand.
pub(crate) fn merge_tags(text: &str, plain: &[Range<usize>]) -> Vec<MergeTag> {
    let mut found = vec![];
    for part in plain {
        let mut at = part.start;
        while let Some(rest) = text.get(at..part.end).filter(|rest| !rest.is_empty()) {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            match tag(rest, before) {
                Some((length, means)) => {
                    found.push(MergeTag { at: at..at + length, means });
                    at += length;
                }
                None => at += rest.chars().next().map_or(1, char::len_utf8),
            }
        }
    }
    found
}

/// The tag that a text begins with, and its length.
fn tag(rest: &str, before: Option<char>) -> Option<(usize, Means)> {
    // What stands between two signs, on one line.
    let between = |open: &str, close: &str| {
        let inner = rest.strip_prefix(open)?;
        let near = inner.char_indices().nth(LONGEST).map_or(inner, |(end, _)| inner.get(..end).unwrap_or_default());
        let end = near.find(close)?;
        let inside = near.get(..end).filter(|inside| !inside.is_empty() && !inside.contains('\n'))?;
        Some((open.len() + end + close.len(), inside))
    };
    let in_word = before.is_some_and(char::is_alphanumeric);
    match rest.as_bytes().first()? {
        b'*' => between("*|", "|*").map(|(length, inside)| (length, mailchimp(inside))),
        b'%' => match rest.as_bytes().get(1)? {
            b'%' => {
                let (length, inside) = between("%%", "%%")?;
                let script = inside.starts_with(['[', '=']);
                (script || is_path(inside)).then(|| (length, if script { Means::Unclear } else { value(inside) }))
            }
            _ => {
                let (length, inside) = between("%", "%")?;
                let after = rest.get(length..).unwrap_or_default();
                // A link has its signs as `%20`, and a number may stand before a percent sign.
                let is_link = hex(inside) || hex(after);
                (is_path(inside) && inside.len() > 2 && !in_word && !is_link).then(|| (length, value(inside)))
            }
        },
        b'[' => {
            let Some((length, inside)) = between("[[", "]]") else {
                let (length, inside) = between("[", "]")?;
                let name = inside.split(['|', ',', ':']).next().unwrap_or_default().trim();
                // `[First Name]`, `[Your name]`: words for somebody who was to write the value in.
                let spaced = snake_case(name);
                let one =
                    spaced.trim_start_matches("your_").trim_start_matches("customer_").trim_start_matches("insert_");
                return if name.contains(' ') { usual((length, one)) } else { usual((length, name)) };
            };
            let name = inside.split(['|', ',']).next().unwrap_or_default().trim();
            is_path(name).then(|| (length, value(name)))
        }
        b'<' => {
            let (length, inside) = between("<%", "%>")?;
            let name = inside.trim_start_matches(['=', '-', '@']).trim();
            Some((length, if is_path(name) { value(name) } else { Means::Unclear }))
        }
        b'{' => braces(between("{", "}")?),
        b'$' | b'#' | b'!' if rest.as_bytes().get(1) == Some(&b'{') => {
            let open = rest.get(..2)?;
            braces(between(open, "}")?)
        }
        // These signs have other uses: only usual names count.
        b'$' => between("$", "$").filter(|_| !in_word).and_then(usual),
        b'#' => between("#", "#").filter(|_| !in_word).and_then(usual),
        b'@' => between("@", "@").filter(|_| !in_word).and_then(usual),
        b'~' => between("~", "~").filter(|_| !in_word).and_then(usual),
        _ => None,
    }
}

/// No tag is longer.
const LONGEST: usize = 80;

/// What stands in one brace: `first_name`, `$first_name`, `contactfield=firstname`, `first_name|there`.
fn braces((length, inside): (usize, &str)) -> Option<(usize, Means)> {
    let inside = inside.trim().trim_start_matches(['$', '!', '@']);
    let name = inside.split(['|', ',']).next().unwrap_or_default().trim();
    let name = name.split_once('=').map_or(name, |(_, name)| name);
    if name.contains(' ') {
        return usual((length, &snake_case(name)));
    }
    (is_path(name) && name.len() > 1).then(|| (length, value(name)))
}

fn usual((length, inside): (usize, &str)) -> Option<(usize, Means)> {
    let last = inside.rsplit('.').next().unwrap_or_default();
    let known = SPELLINGS.iter().any(|(other, usual)| *other == squeezed(last) || *usual == last);
    (is_path(inside) && known && inside.len() > 3).then(|| (length, value(inside)))
}

/// Names with dots between them.
fn is_path(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

/// Whether a text begins with the two digits of a sign in a link.
fn hex(text: &str) -> bool {
    text.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
        && text.as_bytes().get(..2).is_some_and(|two| two.iter().any(u8::is_ascii_digit) || text.len() == 2)
}

/// `FNAME`, `IF:FNAME`, `ELSE:`, `END:IF`
fn mailchimp(inside: &str) -> Means {
    // Behind a further bar stands what is shown where it is missing.
    let inside = inside.split('|').next().unwrap_or_default();
    let upper = inside.to_uppercase();
    let name = inside.rsplit(':').next().unwrap_or_default();
    match upper.split(':').next().unwrap_or_default() {
        "END" => Means::Liquid("{% endif %}".to_string()),
        "ELSE" => Means::Liquid("{% else %}".to_string()),
        word @ ("IF" | "IFNOT" | "ELSEIF") => {
            let name = name.split(['=', '>', '<']).next().unwrap_or_default();
            let tag = match word {
                "IF" => "if",
                "IFNOT" => "unless",
                _ => "elsif",
            };
            Means::Liquid(format!("{{% {tag} profile.{} %}}", spelled(name)))
        }
        "CURRENT_YEAR" => Means::Liquid("{{ 'now' | date: '%Y' }}".to_string()),
        "MC" | "LIST" | "DATE" | "USER" | "CAMPAIGN" | "HTML" | "RSS" | "FEED" | "POLL" => Means::Unclear,
        _ if is_path(name) => value(name),
        _ => Means::Unclear,
    }
}

/// What a name means.
fn value(name: &str) -> Means {
    let path: Vec<SmolStr> = name.split('.').map(SmolStr::new).collect();
    if let Some(host) = of_the_host(name) {
        return Means::Host(host);
    }
    match path.split_first() {
        Some((root, rest)) if !rest.is_empty() => match (root.as_str(), about(root)) {
            ("profile" | "Profile", _) | (_, Some(About::Person)) => Means::Value(About::Person, joined(rest)),
            ("event" | "Event", _) | (_, Some(About::Event)) => Means::Value(About::Event, joined(rest)),
            _ => Means::Value(About::Either, joined(&path)),
        },
        _ => {
            let name = spelled(name);
            let usual = SPELLINGS.iter().any(|(_, usual)| *usual == name);
            Means::Value(if usual { About::Person } else { About::Either }, name)
        }
    }
}

/// Names in the usual spelling, joined.
pub(crate) fn joined(path: &[SmolStr]) -> String {
    behind(path).iter().map(|name| spelled(name)).collect::<Vec<_>>().join(".")
}

/// What a host fills in by itself, in the name that is proposed for it.
pub(crate) fn of_the_host(name: &str) -> Option<&'static str> {
    let bare = squeezed(name);
    if bare.starts_with("unsub") || bare.contains("optout") {
        return Some("unsubscribe_url");
    }
    let view = [
        "archive",
        "webversion",
        "viewinbrowser",
        "viewinbrowserurl",
        "webview",
        "browserurl",
        "mirrorpage",
        "viewemailurl",
        "viewonline",
    ];
    if view.iter().any(|known| bare == *known) {
        return Some("view_in_browser_url");
    }
    let update = ["updateprofile", "managepreferences", "preferences", "preferencesurl", "preferencecenter"];
    update.iter().any(|known| bare == *known).then_some("preferences_url")
}

/// `profile.first_name or 'friend'`, `profile.first_name ?? "friend"`: a value, and what is shown without it.
pub(super) fn with_a_default(inside: &str) -> Option<(&str, &str)> {
    let (value, otherwise) = [" or ", "??", "||", ","].iter().find_map(|sign| inside.split_once(sign))?;
    let (value, otherwise) = (value.trim(), otherwise.trim());
    let quote = otherwise.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let text = otherwise.len() > 1 && otherwise.ends_with(quote) && otherwise.matches(quote).count() == 2;
    let path = value.starts_with(|c: char| c.is_alphabetic())
        && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']'));
    (text && path).then_some((value, otherwise))
}

/// What other tools write in two braces and Liquid cannot read.
pub(super) fn other_tool(inside: &str) -> Option<(&'static str, &'static str)> {
    let word = inside.split_whitespace().next().unwrap_or_default();
    Some(match word {
        "else" => ("A tag stands between `{%` and `%}`", "write `{% else %}`"),
        _ if word.starts_with('{') => ("Liquid has two braces on each side", "write `{{ profile.first_name }}`"),
        "#if" | "#unless" | "/if" | "/unless" | "#ifEq" => {
            ("This is how another tool writes a choice", "write `{% if profile.vip %}…{% else %}…{% endif %}`")
        }
        "#each" | "/each" => {
            ("This is how another tool writes a loop", "write `{% for item in event.items %}…{% endfor %}`")
        }
        _ if word.starts_with('>') => ("This is how another tool includes a part", "write `{% render \"name\" %}`"),
        _ if word.starts_with('!') => {
            ("This is how another tool writes a comment", "write `{% comment %}…{% endcomment %}`")
        }
        _ => return None,
    })
}
