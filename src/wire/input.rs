//! Inputs: one JSON object a line, after the Segment spec (`track`, `identify`, `page`, `screen`, `group`, `alias`,
//! `delete`).

use crate::engine::{Input, InputKind};
use crate::limits::{ID, LINE};
use crate::source::snake_case;
use crate::value::{Json, Timestamp, parse_instant};
use serde::Deserialize;
use serde_json::value::RawValue;
use smol_str::SmolStr;
use std::borrow::Cow;
use std::fmt;

/// Why a line cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputError {
    /// It is no JSON, or no object.
    Json(String),
    /// It has no `userId` and no `anonymousId`.
    NoUser,
    /// It has no `timestamp`.
    NoTime,
    /// Its `timestamp` or `receivedAt` is none.
    BadTime(String),
    /// A `track` without an `event`.
    NoEvent,
    /// It has no `type`.
    NoType,
    /// It has a `type` that is not known.
    UnknownType(String),
    /// It is longer than so many bytes ([`Limits`]).
    TooLong(usize),
    /// It is not written in UTF-8.
    NoText,
    /// What stands under this name is no id: an id is a text or a number.
    BadId(&'static str),
    /// The id under this name is longer than [`crate::limits::ID`].
    LongId(&'static str),
    /// An `alias` without a `previousId`.
    NoPrevious,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputError::Json(why) => write!(f, "this is no JSON object: {why}"),
            InputError::NoUser => f.write_str("no user: give `userId` or `anonymousId`"),
            InputError::NoTime => f.write_str("no time: give `timestamp`, such as \"2026-03-02T09:00:00Z\""),
            InputError::BadTime(text) => write!(f, "`{text}` is no time of RFC 3339, such as \"2026-03-02T09:00:00Z\""),
            InputError::NoEvent => f.write_str("a `track` has no `event`"),
            InputError::NoType => {
                f.write_str("`type` is missing: give track, identify, page, screen, group, alias or delete")
            }
            InputError::UnknownType(kind) => {
                write!(f, "`{kind}` is no type of input: use track, identify, page, screen, group, alias or delete")
            }
            InputError::TooLong(most) => write!(f, "this line is longer than {} KiB", most >> 10),
            InputError::NoText => f.write_str("this line is not written in UTF-8"),
            InputError::BadId(name) => {
                write!(f, "`{name}` is neither a text nor a number of at most 28 digits: nobody can be known by it")
            }
            InputError::LongId(name) => write!(f, "`{name}` is longer than {ID} bytes"),
            InputError::NoPrevious => f.write_str("an `alias` has no `previousId`"),
        }
    }
}

impl std::error::Error for InputError {}

/// What a host takes of one line. Lines are other people's: what is longer is refused before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a line at most; 256 KiB, if nothing else is said. Reading takes time and room in proportion to it.
    pub line: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { line: LINE }
    }
}

impl Limits {
    /// The same with so many bytes of a line at most.
    #[must_use]
    pub const fn line(self, bytes: usize) -> Self {
        Self { line: bytes }
    }
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(rename = "type", borrow, default)]
    kind: Option<Cow<'a, str>>,
    #[serde(rename = "userId", borrow, default)]
    user: Option<&'a RawValue>,
    #[serde(rename = "anonymousId", borrow, default)]
    anonymous: Option<&'a RawValue>,
    #[serde(rename = "previousId", borrow, default)]
    previous: Option<&'a RawValue>,
    #[serde(rename = "messageId", borrow, default)]
    message: Option<&'a RawValue>,
    #[serde(borrow, default)]
    timestamp: Option<&'a RawValue>,
    #[serde(rename = "receivedAt", borrow, default)]
    received: Option<&'a RawValue>,
    #[serde(borrow, default)]
    event: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    name: Option<&'a RawValue>,
    #[serde(borrow, default)]
    properties: Option<&'a RawValue>,
    #[serde(borrow, default)]
    traits: Option<&'a RawValue>,
    #[serde(borrow, default)]
    context: Option<&'a RawValue>,
}

/// The line that [`Input::from_json`] reads, within its default limits. Numbers are read from their digits, which JSON alone
/// has: of another format than `serde_json` this is an error.
///
/// ```
/// let line = r#"{"type":"track","userId":"ana","timestamp":"2026-03-02T09:00:00Z","event":"Cart Abandoned"}"#;
/// let inputs: Vec<journey::Input> = serde_json::from_str(&format!("[{line},{line}]"))?;
/// assert_eq!(inputs[1].profile, "ana");
/// let wrong: Result<journey::Input, _> = serde_json::from_str("{}");
/// assert!(wrong.is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[cfg(feature = "serde")]
impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Input::from_json(raw.get()).map_err(serde::de::Error::custom)
    }
}

impl Input {
    /// Reads one line of the Segment spec.
    ///
    /// ```
    /// use journey::Input;
    ///
    /// let line = r#"{"type":"track","userId":"ana","timestamp":"2026-03-02T09:00:00Z","event":"Cart Abandoned","properties":{"total":80}}"#;
    /// let input = Input::from_json(line)?.ingested_at(1_772_442_060_000); // in live time: when the queue took it
    /// assert_eq!(input.profile, "ana");
    /// # Ok::<(), journey::InputError>(())
    /// ```
    ///
    /// # Errors
    /// Why the line cannot be used.
    pub fn from_json(line: &str) -> Result<Input, InputError> {
        Self::from_json_within(line, Limits::default())
    }

    /// Reads one line as bytes, within the limits that a host sets for itself.
    ///
    /// ```
    /// use journey::{Input, InputError, Limits};
    ///
    /// let line = br#"{"type":"track","userId":"ana","timestamp":"2026-03-02T09:00:00Z","event":"Cart Abandoned"}"#;
    /// assert_eq!(Input::from_slice(line, Limits::default())?.profile, "ana");
    /// assert_eq!(Input::from_slice(line, Limits::default().line(64)), Err(InputError::TooLong(64)));
    /// // Two ids that are no text must not become one person.
    /// assert_eq!(Input::from_slice(b"{\"userId\":\"\xff\"}", Limits::default()), Err(InputError::NoText));
    /// # Ok::<(), InputError>(())
    /// ```
    ///
    /// # Errors
    /// Why the line cannot be used.
    pub fn from_slice(line: &[u8], limits: Limits) -> Result<Input, InputError> {
        if line.len() > limits.line {
            return Err(InputError::TooLong(limits.line));
        }
        Self::from_json_within(std::str::from_utf8(line).map_err(|_| InputError::NoText)?, limits)
    }

    fn from_json_within(line: &str, limits: Limits) -> Result<Input, InputError> {
        if line.len() > limits.line {
            return Err(InputError::TooLong(limits.line));
        }
        // What some editors write in front of a file.
        let line = line.trim_start_matches('\u{feff}');
        let json = |e: serde_json::Error| InputError::Json(in_plain_words(&e));
        let line: Line<'_> = serde_json::from_str(line).map_err(json)?;
        let tree = |raw: Option<&RawValue>| raw.map_or(Ok(Json::Object(vec![])), Json::from_raw).map_err(json);
        // One that is there and is none must not make the line an anonymous one.
        let id = |name: &'static str, raw: Option<&RawValue>| -> Result<Option<SmolStr>, InputError> {
            let Some(raw) = raw.filter(|raw| !matches!(raw.get(), "null" | "\"\"")) else { return Ok(None) };
            match Json::from_raw(raw).map_err(json)? {
                Json::Text(text) if text.len() > ID => Err(InputError::LongId(name)),
                Json::Text(text) => Ok(Some(text)),
                Json::Number(number) => Ok(Some(SmolStr::new(number.to_string()))),
                _ => Err(InputError::BadId(name)),
            }
        };
        let kind = line.kind.as_deref().unwrap_or_default();
        if kind.is_empty() {
            return Err(InputError::NoType);
        }
        if !matches!(kind, "track" | "identify" | "page" | "screen" | "group" | "alias" | "delete") {
            return Err(InputError::UnknownType(kind.to_string()));
        }
        let (user, anonymous) = (id("userId", line.user)?, id("anonymousId", line.anonymous)?);
        let is_user = user.is_some();
        let (profile, anonymous) = match (user, anonymous) {
            (Some(user), anonymous) => (user, anonymous),
            (None, Some(anonymous)) => (anonymous, None),
            (None, None) => return Err(InputError::NoUser),
        };
        let time = |raw: Option<&RawValue>| -> Result<Option<Timestamp>, InputError> {
            match raw.map(Json::from_raw).transpose().map_err(json)? {
                None | Some(Json::Null) => Ok(None),
                Some(Json::Text(text)) => {
                    parse_instant(&text).map(Some).ok_or_else(|| InputError::BadTime(text.to_string()))
                }
                Some(_) => Err(InputError::BadTime(raw.map_or("", RawValue::get).to_string())),
            }
        };
        let (timestamp, received) = (time(line.timestamp)?, time(line.received)?);
        let happened = timestamp.or(received).ok_or(InputError::NoTime)?;
        let arrived = received.unwrap_or(happened);
        let kind = match kind {
            "identify" => InputKind::Identify { traits: tree(line.traits)? },
            "group" => InputKind::Group,
            "delete" => InputKind::Delete,
            "alias" => {
                let previous = id("previousId", line.previous)?;
                let previous = previous.or_else(|| anonymous.clone()).ok_or(InputError::NoPrevious)?;
                InputKind::Alias { previous }
            }
            "track" => {
                let event = line.event.filter(|e| !e.is_empty()).ok_or(InputError::NoEvent)?;
                InputKind::Track {
                    event: SmolStr::new(snake_case(&event)),
                    properties: tree(line.properties)?,
                    context: tree(line.context)?,
                }
            }
            other => {
                let mut properties = tree(line.properties)?;
                if let (Json::Object(fields), Some(name)) = (&mut properties, line.name) {
                    fields.push((SmolStr::new_static("name"), Json::from_raw(name).map_err(json)?));
                }
                let event = if other == "page" { "page_viewed" } else { "screen_viewed" };
                InputKind::Track { event: SmolStr::new_static(event), properties, context: tree(line.context)? }
            }
        };
        let happened = happened.min(arrived);
        let message_id = id("messageId", line.message)?;
        Ok(Input { profile, arrived, happened, anonymous, is_user, message_id, kind })
    }
}

/// What is wrong with a line, for people who do not read JSON for a living.
fn in_plain_words(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    match error.classify() {
        Category::Eof => "it stops before it is finished".to_string(),
        Category::Syntax | Category::Io => format!("what stands at column {} does not belong there", error.column()),
        Category::Data => {
            "one of its fields has another kind of value than an input has there, or stands twice".to_string()
        }
    }
}
