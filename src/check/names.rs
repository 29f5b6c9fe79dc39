//! What a program declares and names, and what is built in.

use super::resolutions::{NameKind, Resolutions};
use super::types::{Slots, Ty};
use crate::diagnostic::{Advice, Diagnostic};
use crate::ir;
use crate::nearest::nearest;
use crate::source::{Span, snake_case};
use crate::syntax::tree::Name;
use crate::syntax::words::CHANNELS;
use crate::value::Type;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// Attributes that every profile has.
pub(crate) const ATTRIBUTES: [&str; 3] = ["timezone", "locale", "preferred_channel"];

/// A list of things that give numbers, in the order in which they first come.
#[derive(Debug, Clone)]
pub(crate) struct Table<T = SmolStr> {
    things: Vec<T>,
    numbers: BTreeMap<T, u16>,
}

/// More than this many names of one kind are too many for one program.
pub(crate) const MOST_NAMES: usize = 60_000;

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { things: Vec::new(), numbers: BTreeMap::new() }
    }
}

impl<T: Ord + Clone> Table<T> {
    /// The number of a thing, a new one where it is new. Past [`MOST_NAMES`] the program is refused.
    pub(crate) fn number(&mut self, thing: impl Into<T>) -> u16 {
        let thing = thing.into();
        if let Some(number) = self.numbers.get(&thing) {
            return *number;
        }
        let number = u16::try_from(self.things.len()).unwrap_or(u16::MAX);
        self.things.push(thing.clone());
        self.numbers.insert(thing, number);
        number
    }

    pub(crate) fn into_things(self) -> Vec<T> {
        self.things
    }

    pub(crate) fn things(&self) -> &[T] {
        &self.things
    }

    pub(crate) fn too_many(&self) -> bool {
        self.things.len() > MOST_NAMES
    }
}

impl Table {
    /// The number of a name that is there already.
    pub(crate) fn find(&self, name: &str) -> Option<u16> {
        self.numbers.get(name).copied()
    }

    /// The name of a number.
    pub(crate) fn name(&self, number: u16) -> SmolStr {
        self.things.get(usize::from(number)).cloned().unwrap_or_default()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.things.iter().map(SmolStr::as_str)
    }
}

/// A declaration.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    pub(crate) span: Span,
}

/// What the host fills into the texts of a channel by itself, and what it adds to Liquid there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Host {
    pub(crate) provides: Vec<SmolStr>,
    pub(crate) filters: Vec<SmolStr>,
    pub(crate) tags: Vec<SmolStr>,
}

/// The fields that an event or the profile may have.
pub(crate) type Schema = BTreeMap<Vec<SmolStr>, Ty>;

/// A list: the event that bears it (none: the profile does), and its path.
pub(crate) type ListOf = (Option<SmolStr>, Vec<SmolStr>);

/// All names of a program.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) channels: Table,
    pub(crate) categories: Table,
    pub(crate) messages: Table,
    pub(crate) audiences: Table,
    pub(crate) events: Table,
    pub(crate) declared_messages: BTreeMap<SmolStr, Declared>,
    pub(crate) declared_audiences: BTreeMap<SmolStr, Declared>,
    pub(crate) declared_events: BTreeMap<SmolStr, Declared>,
    pub(crate) declared_segments: BTreeMap<SmolStr, Declared>,
    pub(crate) declared_channels: BTreeMap<SmolStr, Declared>,
    /// What the host adds to the texts of a channel, where it says.
    pub(crate) hosts: BTreeMap<SmolStr, Host>,
    pub(crate) journeys: BTreeMap<SmolStr, Declared>,
    /// The channels that a message is written for, where it says.
    pub(crate) variants: BTreeMap<SmolStr, Vec<SmolStr>>,
    /// The schema of the profile, where there is one.
    pub(crate) profile: Option<Schema>,
    /// The schemas of events that have one.
    pub(crate) event_schemas: BTreeMap<SmolStr, Schema>,
    /// What each thing of a list has, by the event (none: of the profile) and the path of the list; of a list within a list,
    /// the paths one behind the other.
    pub(crate) things: BTreeMap<ListOf, Vec<Vec<SmolStr>>>,
    /// The same as a type.
    pub(crate) thing_types: BTreeMap<ListOf, Type>,
    /// The types of attributes, by path.
    pub(crate) attributes: BTreeMap<Vec<SmolStr>, Ty>,
    /// The types of properties, by event and path.
    pub(crate) properties: BTreeMap<(SmolStr, Vec<SmolStr>), Ty>,
    pub(crate) slots: Slots,
    /// What each name was resolved to.
    pub(crate) resolutions: Resolutions,
    /// Words on lines that could not be read, as written and in snake case: one of them may be the declaration of an
    /// unknown name.
    lost_words: BTreeSet<SmolStr>,
}

impl Names {
    pub(crate) fn new(lost: Vec<SmolStr>) -> Self {
        let lost_words = lost.into_iter().flat_map(|word| [SmolStr::new(snake_case(&word)), word]).collect();
        let mut names = Names { lost_words, ..Names::default() };
        for channel in CHANNELS {
            names.channels.number(channel);
        }
        names.categories.number("transactional");
        names.categories.number("marketing");
        names
    }

    /// Whether a word stands on a line that could not be read, in this or another spelling.
    pub(crate) fn lost(&self, word: &str) -> bool {
        self.lost_words.contains(word)
            || !self.lost_words.is_empty() && self.lost_words.contains(snake_case(word).as_str())
    }

    /// An unknown name, unless a broken line may declare it.
    pub(crate) fn unknown<'a>(
        &self,
        kind: &str,
        name: &Name,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Option<Diagnostic> {
        if self.lost(&name.text) {
            return None;
        }
        let known: Vec<&str> = known.into_iter().collect();
        let edit = match nearest(&name.text, known.iter().copied()).or_else(|| says_the_same(&name.text, &known)) {
            Some(near) if near.contains(|c: char| !(c.is_alphanumeric() || c == '_')) => {
                Advice::meant(&format!("\"{near}\""))
            }
            Some(near) => Advice::meant(near),
            None => declare(kind, &name.text, &known).into(),
        };
        Some(Diagnostic::error("unknown-name", name.span, format!("There is no {kind} `{}`", name.text), edit))
    }

    pub(crate) fn is_channel(&self, name: &str) -> bool {
        self.channels.find(name).is_some()
    }

    /// Events that need no declaration: engagements, `subscribed`, `unsubscribed`, and Segment's names for them.
    pub(crate) fn is_built_in_event(&self, snake: &str) -> bool {
        matches!(snake, "subscribed" | "unsubscribed" | "page_viewed" | "screen_viewed")
            || crate::engagement::of_event(snake, |channel| self.is_channel(channel)).is_some()
    }

    /// What becomes of a send is no event, unless the program declares one of that name.
    fn outcome(&self, name: &Name, snake: &str) -> Option<Diagnostic> {
        let edit = match snake {
            "sent" => "ask for what a channel reports: `delivered in last 7d`; or let `cap` and `gap` space messages",
            "suppressed" | "held" => {
                "in a step write `if suppressed` behind the send; in the past nobody is asked for it"
            }
            _ => return None,
        };
        if self.declared_events.contains_key(snake) || self.lost(snake) {
            return None;
        }
        let title = format!("`{}` is what becomes of a message, and never comes as an event", name.text);
        Some(Diagnostic::error("unknown-name", name.span, title, edit))
    }

    /// What is known under the name that stands where an event belongs.
    fn no_event_but_known(&self, name: &Name, snake: &str) -> Option<Diagnostic> {
        let attribute =
            self.profile.as_ref().is_some_and(|profile| profile.contains_key([SmolStr::new(snake)].as_slice()));
        let (what, edit) = if self.declared_segments.contains_key(&name.text) {
            ("a segment", format!("write `entering {snake}` for who comes into it, or ask `in {snake}`"))
        } else if attribute {
            (
                "an attribute",
                format!("write `profile.{snake}`, and `on date profile.{snake}:` for a journey that begins on a date"),
            )
        } else {
            let near = crate::syntax::alike(&name.text, self.declared_events.keys().map(SmolStr::as_str))?;
            let title = format!("There is no event `{}`", name.text);
            return Some(Diagnostic::error("unknown-name", name.span, title, Advice::meant(near)));
        };
        let title = format!("`{}` is {what}, and an event belongs here", name.text);
        Some(Diagnostic::error("unknown-name", name.span, title, edit))
    }

    /// A place that names an event, be it used rightly there or not.
    pub(crate) fn event_named(&mut self, name: &Name) {
        self.resolutions.add(NameKind::Event, &snake_case(&name.text), name.span);
    }

    /// An event by any of its spellings.
    pub(crate) fn event(&mut self, name: &Name, errors: &mut Vec<Diagnostic>) -> ir::EventId {
        let snake = snake_case(&name.text);
        self.event_named(name);
        if let Some(error) = self.outcome(name, &snake) {
            errors.push(error);
            return ir::EventId(self.events.number(snake));
        }
        let known = self.declared_events.is_empty()
            || self.declared_events.contains_key(snake.as_str())
            || self.is_built_in_event(&snake);
        if !known {
            let names: Vec<SmolStr> = self.declared_events.keys().cloned().collect();
            let words = ir::Engagement::ALL.map(ir::Engagement::word);
            if let Some(error) = self.no_event_but_known(name, &snake).filter(|_| !self.lost(&name.text)) {
                errors.push(error);
                return ir::EventId(self.events.number(snake));
            }
            errors.extend(self.unknown(
                "event",
                name,
                names.iter().map(SmolStr::as_str).chain(words).chain(["subscribed", "unsubscribed"]),
            ));
        }
        ir::EventId(self.events.number(snake))
    }
}

/// The one name that has the words of another or shares them, such as `lapsed` and `lapsed_customers`, `"Big spenders"` and
/// `big_spenders`.
fn says_the_same<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let words = |name: &str| -> Vec<String> { snake_case(name).split('_').map(str::to_string).collect() };
    let own = words(name);
    let mut alike = known.iter().filter(|other| {
        let others = words(other);
        others.iter().all(|word| own.contains(word)) || own.iter().all(|word| others.contains(word))
    });
    alike.next().copied().filter(|_| alike.next().is_none())
}

/// So many names are shown of those that there are.
const SHOWN: usize = 5;

fn declare(kind: &str, name: &str, known: &[&str]) -> String {
    match kind {
        "event" | "message" | "audience" => {
            format!("declare it with a line `{kind} {name}`, or write a name that is declared")
        }
        "channel" => {
            format!("declare it with `channel {name}: tracks delivered`, or write email, sms, mms, push, in_app or web")
        }
        "attribute" => "add it below `profile:`, or write one that is there".to_string(),
        "property" => "add it to the event's list, or write one that is there".to_string(),
        _ => match known {
            [] => format!("there is no {kind} in this program yet: declare it with a line `{kind} {name}:`"),
            [one] => format!("write `{one}`, the only {kind} of this program"),
            several => {
                let shown: Vec<String> = several.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
                let more = several.len() - shown.len();
                let more = if more > 0 { format!(" or one of {more} more") } else { String::new() };
                format!("write one of this program: {}{more}", shown.join(", "))
            }
        },
    }
}
