//! PostHog's events become Segment's lines.
//!
//! Its `distinct_id` is a user's id, or that of a browser which nobody has signed in to yet; its `$set` are traits.

use super::fields::{Fields, items, quoted};
use super::line::{Arrival, Lines, instant};
use super::{CALL, MANY, kilobytes};

/// What a request of PostHog's brought, and what its newer clients are told of each event that was not taken.
#[derive(Debug, Default)]
pub(crate) struct Brought {
    pub(crate) lines: Lines,
    /// `uuid`, and why it was dropped.
    pub(crate) dropped: Vec<(String, String)>,
}

impl Brought {
    /// `results` as the newer clients read them: an event that is not named there was taken.
    pub(crate) fn results(&self) -> String {
        let mut out = String::from("{\"results\":{");
        for (n, (uuid, why)) in self.dropped.iter().enumerate() {
            let comma = if n > 0 { "," } else { "" };
            out.push_str(&format!("{comma}{}:{{\"result\":\"drop\",\"details\":{}}}", quoted(uuid), quoted(why)));
        }
        out.push_str("}}");
        out
    }
}

/// The body of a request, cut into events.
struct Events<'a> {
    whole: Fields<'a>,
    items: Vec<&'a str>,
}

/// A batch, a list of events, or one event alone.
fn cut(body: &str) -> Result<Events<'_>, String> {
    if let Some(items) = items(body) {
        return Ok(Events { whole: Fields::default(), items });
    }
    let whole = Fields::parse(body)?;
    let batch: Option<&str> = match serde_json::from_str::<Batch<'_>>(body) {
        Ok(Batch { batch }) => batch.map(serde_json::value::RawValue::get),
        Err(_) => None,
    };
    let items = match batch {
        Some(batch) => items(batch).ok_or("its `batch` is no list of events")?,
        None => vec![body],
    };
    Ok(Events { whole, items })
}

#[derive(serde::Deserialize)]
struct Batch<'a> {
    #[serde(borrow, default)]
    batch: Option<&'a serde_json::value::RawValue>,
}

/// The key of a body: every client puts it somewhere else.
pub(crate) fn key(body: &str) -> Option<String> {
    let of = |fields: &Fields<'_>| {
        let properties = fields.object("properties");
        let inner = properties.and_then(|properties| properties.text("token"));
        fields.text("api_key").or_else(|| fields.text("token")).or_else(|| fields.text("$token")).or(inner)
    };
    let events = cut(body).ok()?;
    of(&events.whole).or_else(|| of(&Fields::parse(events.items.first()?).ok()?))
}

/// The lines of a body; `sent` is what its headers or its query say of the time at which it was sent.
pub(crate) fn events(body: &str, sent: Option<i64>, arrival: Arrival<'_>) -> Result<Brought, String> {
    let Events { whole, items } = cut(body)?;
    if items.len() > MANY {
        return Err(format!("it has {} events: send at most {MANY} at once", items.len()));
    }
    let sent = sent.or_else(|| whole.text("sent_at").and_then(|text| instant(&text)));
    let mut brought = Brought::default();
    for item in items {
        if let Err(why) = event(item, Arrival { sent, ..arrival }, &mut brought.lines) {
            let uuid = Fields::parse(item).ok().and_then(|fields| fields.text("uuid"));
            brought.dropped.extend(uuid.map(|uuid| (uuid, why)));
        }
    }
    Ok(brought)
}

/// One event, as one line; one that sets something about the person besides, as two.
fn event(item: &str, arrival: Arrival<'_>, lines: &mut Lines) -> Result<(), String> {
    if item.len() > CALL {
        let why = format!("this event has {}: at most {} are taken", kilobytes(item.len()), kilobytes(CALL));
        lines.refuse(item, why.as_str());
        return Err(why);
    }
    let fields = Fields::parse(item).inspect_err(|why| lines.refuse(item, why.as_str()))?;
    let properties = fields.object("properties").unwrap_or_default();
    let is_exact = properties.is_true("$ignore_sent_at")
        || fields.object("options").is_some_and(|options| options.is_true("disable_skew_correction"));
    let arrival = Arrival { sent: arrival.sent.filter(|_| !is_exact), ..arrival };
    let (line, kind) = line(&fields, &properties);
    let traits = traits(&fields, &properties);
    match kind {
        Kind::Identify => {
            let mut line = line;
            line.set("traits", traits.write());
            lines.push(line, item, arrival)
        }
        Kind::Other if !traits.is_empty() => {
            let mut about = Fields::default();
            for name in ["userId", "anonymousId", "timestamp"] {
                if let Some(value) = line.raw(name) {
                    about.set(name, value.to_string());
                }
            }
            about.set("type", "\"identify\"");
            about.set("traits", traits.write());
            if let Some(id) = line.text("messageId") {
                about.set_text("messageId", &format!("{id}/set"));
            }
            // Who cannot be known from the event is no one's traits either: the event is refused once.
            let before = lines.refused.len();
            let identified = lines.push(about, item, arrival);
            lines.refused.truncate(before);
            let tracked = lines.push(line, item, arrival);
            if tracked.is_ok() { identified.inspect_err(|why| lines.refuse(item, why.as_str())) } else { tracked }
        }
        Kind::Other => lines.push(line, item, arrival),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Identify,
    Other,
}

/// The line of an event. What has no place in Segment's spec keeps its name.
fn line<'a>(fields: &Fields<'a>, properties: &Fields<'_>) -> (Fields<'a>, Kind) {
    let mut line = fields.clone();
    for name in ["api_key", "token", "$token", "sent_at", "batch"] {
        line.take(name);
    }
    let event = fields.text("event").unwrap_or_default();
    let own = line.take("distinct_id").map(|raw| raw.into_owned());
    let who = own.or_else(|| properties.raw("distinct_id").map(str::to_string));
    if let Some(uuid) = line.take("uuid") {
        line.set("messageId", uuid);
    }
    let mut kind = Kind::Other;
    let (name, of_user) = match event.as_str() {
        "$identify" | "$set" => {
            line.take("event");
            kind = Kind::Identify;
            if let Some(before) = properties.raw("$anon_distinct_id") {
                line.set("anonymousId", before.to_string());
            }
            ("identify", event == "$identify")
        }
        "$create_alias" | "$merge_dangerously" => {
            line.take("event");
            if let Some(before) = properties.raw("alias") {
                line.set("previousId", before.to_string());
            }
            ("alias", true)
        }
        "$groupidentify" => {
            line.take("event");
            for (from, to) in [("$group_key", "groupId"), ("$group_set", "traits")] {
                if let Some(value) = properties.raw(from) {
                    line.set(to, value.to_string());
                }
            }
            ("group", true)
        }
        "$pageview" => {
            line.take("event");
            ("page", false)
        }
        "$screen" => {
            line.take("event");
            if let Some(name) = properties.raw("$screen_name") {
                line.set("name", name.to_string());
            }
            ("screen", false)
        }
        _ => ("track", false),
    };
    line.set_text("type", name);
    if let Some(who) = who {
        // A browser's own id must not become a user's: a user cannot be joined to another later.
        let says = properties.raw("$is_identified");
        let is_device = says.is_none() && properties.raw("$device_id") == Some(who.as_str());
        let is_user = of_user || !(says == Some("false") || is_device);
        line.set(if is_user { "userId" } else { "anonymousId" }, who);
    }
    (line, kind)
}

/// What an event sets about its person. `$set_once` is not among it: whether something stood there before is not known
/// here, and the line keeps it.
fn traits(fields: &Fields<'_>, properties: &Fields<'_>) -> Fields<'static> {
    let mut traits = String::from("{}");
    for from in [fields, properties] {
        if let Some(mut set) = from.object("$set") {
            if let Ok(before) = Fields::parse(&traits) {
                set.fill(&before);
            }
            traits = set.write();
        }
    }
    let mut all = Fields::default();
    if let Ok(set) = Fields::parse(&traits) {
        all = set.owned();
    }
    let gone = fields.raw("$unset").or_else(|| properties.raw("$unset"));
    let gone: Vec<String> = gone.and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default();
    for name in gone {
        all.set(name, "null");
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_wherever_it_stands() {
        for body in [
            r#"{"api_key":"k","batch":[]}"#,
            r#"{"event":"a","properties":{"token":"k"}}"#,
            r#"[{"event":"a","properties":{"token":"k"}}]"#,
            r#"{"batch":[{"event":"a","properties":{"token":"k"}}]}"#,
            r#"{"token":"k","event":"a"}"#,
        ] {
            assert_eq!(key(body).as_deref(), Some("k"), "{body}");
        }
        assert_eq!(key("[]"), None);
        assert_eq!(key("{"), None);
    }

    #[test]
    fn what_is_set_and_unset_are_traits() {
        let fields = Fields::parse(r#"{"$set":{"plan":"pro","a":1.50},"$unset":["b"]}"#).unwrap();
        let properties = Fields::parse(r#"{"$set":{"plan":"free"}}"#).unwrap();
        assert_eq!(traits(&fields, &properties).write(), r#"{"plan":"free","a":1.50,"b":null}"#);
    }
}
