//! What a program has names for, so that advice on a line that cannot be read is given in its own words.

use super::layout::outline;
use super::node::Node;
use super::token::{Key, Lexeme};
use super::words::{Mode, reserved};
use crate::ir::Engagement;
use crate::source::{SourceFile, snake_case};
use crate::syntax::words::CHANNELS;
use std::cell::OnceCell;

/// The names of a program, which are gathered when a line first asks for them.
#[derive(Debug, Default)]
pub(crate) struct Known<'a> {
    sources: Vec<&'a SourceFile>,
    names: OnceCell<Names>,
}

/// What is named, each in the order of the files and their lines.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) events: Vec<String>,
    /// Whether there is an `event` item, so that each event must have one.
    pub(super) declares_events: bool,
    /// Events that are goals.
    pub(super) goals: Vec<String>,
    /// Events with their properties and their kinds.
    pub(super) properties: Vec<[String; 3]>,
    /// Attributes with their kinds.
    pub(super) attributes: Vec<[String; 2]>,
    /// Attributes with each of the texts that they may be.
    pub(super) choices: Vec<[String; 2]>,
    pub(super) segments: Vec<String>,
    pub(super) audiences: Vec<String>,
    pub(super) channels: Vec<String>,
    pub(super) messages: Vec<String>,
    /// Channels by which something is sent.
    sending: Vec<String>,
    /// Those that have a `message` item: where one has, each must have one.
    declared_messages: Vec<String>,
    /// Messages with the channels that they are written for.
    written: Vec<[String; 2]>,
    pub(super) journeys: Vec<String>,
    pub(super) categories: Vec<String>,
    /// Journeys with the category of their messages.
    sent_as: Vec<[String; 2]>,
}

impl<'a> Known<'a> {
    pub(crate) fn of(sources: impl IntoIterator<Item = &'a SourceFile>) -> Self {
        Self { sources: sources.into_iter().collect(), names: OnceCell::new() }
    }

    pub(super) fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let mut names = Names::default();
            for source in &self.sources {
                for node in outline(source, 0) {
                    if matches!(node.head, Some(Key::On | Key::Every)) {
                        add(&mut names.journeys, Some(source.stem()));
                    }
                    names.take(&node);
                }
            }
            names
        })
    }
}

/// A name at this place of a line.
fn name(node: &Node<'_>, at: usize) -> Option<String> {
    let piece = node.pieces.get(at)?;
    match piece.lexeme {
        Lexeme::Word if reserved(piece.text).is_none() => Some(piece.text.to_string()),
        Lexeme::Text => Some(snake_case(piece.text)),
        _ => None,
    }
}

fn add(list: &mut Vec<String>, name: Option<String>) {
    list.extend(name.filter(|name| !list.contains(name)));
}

impl Names {
    fn take(&mut self, node: &Node<'_>) {
        let first = name(node, 1);
        match (node.mode, node.head) {
            (Mode::Item, Some(Key::Event)) => {
                for field in &node.children {
                    if let (Some(event), Some(property)) = (&first, name(field, 0)) {
                        self.properties.push([event.clone(), property, name(field, 2).unwrap_or_default()]);
                    }
                }
                self.declares_events = true;
                add(&mut self.events, first);
            }
            (Mode::Item, Some(Key::Profile)) => {
                let attribute = |field| Some([name(field, 0)?, name(field, 2).unwrap_or_default()]);
                self.attributes.extend(node.children.iter().filter_map(attribute));
                for field in &node.children {
                    let texts = field.pieces.iter().skip(2).filter(|piece| piece.lexeme == Lexeme::Text);
                    let texts = texts.map(|piece| piece.text.trim_matches('"').to_string());
                    self.choices.extend(texts.filter_map(|text| Some([name(field, 0)?, text])));
                }
            }
            (Mode::Item, Some(Key::Segment)) => add(&mut self.segments, first),
            (Mode::Item, Some(Key::Audience)) => add(&mut self.audiences, first),
            (Mode::Item, Some(Key::Channel)) => add(&mut self.channels, first),
            (Mode::Item, Some(Key::Message)) => {
                if let Some(message) = &first {
                    let channels = node.children.iter().filter_map(|variant| variant.pieces.first());
                    self.written.extend(channels.map(|channel| [message.clone(), channel.text.to_string()]));
                }
                add(&mut self.declared_messages, first.clone());
                add(&mut self.messages, first);
            }
            (Mode::Item, Some(Key::Journey)) => {
                let says = node.children.iter().find(|line| line.head == Some(Key::Category));
                let category = says.and_then(|line| name(line, 1)).unwrap_or_else(|| "marketing".to_string());
                self.sent_as.extend(first.clone().map(|journey| [journey, category]));
                add(&mut self.journeys, first);
            }
            (Mode::Clause, Some(Key::Category)) => add(&mut self.categories, first),
            (Mode::Clause, Some(Key::Goal)) if is_plain(node) => {
                add(&mut self.goals, first.clone());
                add(&mut self.events, first);
            }
            (Mode::Clause | Mode::Item, Some(Key::On)) if is_plain(node) => add(&mut self.events, first),
            (Mode::Step, None) if node.pieces.len() == 2 => {
                add(&mut self.sending, name(node, 0));
                add(&mut self.messages, first);
            }
            _ => {}
        }
        node.children.iter().for_each(|child| self.take(child));
    }

    /// The purchase that the program is about.
    pub(super) fn purchase(&self) -> &str {
        let bought = |event: &&String| stems(event).any(|stem| stem == "order");
        self.goals.first().or_else(|| self.events.iter().find(bought)).map_or("order_placed", String::as_str)
    }

    /// The event that words are about, such as `abandons a cart`.
    pub(super) fn event<'n>(&'n self, words: &'n str) -> Option<&'n str> {
        let orders = |words: &str| stems(words).any(|stem| stem == "order");
        // A name that was joined with `_` is the name as its author knows it.
        let own =
            || words.split_whitespace().find(|word| word.contains('_') && orders(word) && snake_case(word) == **word);
        let bought = || own().or(orders(words).then_some("order_placed")).filter(|_| !self.declares_events);
        alike(words, self.events.iter().map(String::as_str)).or_else(bought)
    }

    pub(super) fn is_channel(&self, word: &str) -> bool {
        CHANNELS.contains(&word) || self.channels.iter().any(|channel| channel == word)
    }

    /// The channels by which the program sends; where it says of none, those that rules are mostly about.
    pub(super) fn sending(&self) -> impl Iterator<Item = &str> {
        let own = self.sending.iter().map(String::as_str).filter(|channel| self.is_channel(channel));
        let few = if self.sending.len() < 2 { &["email", "sms", "push"][..] } else { &[] };
        few.iter().copied().chain(own.filter(move |channel| !few.contains(channel)))
    }

    /// Whether a message can be called so.
    pub(super) fn may_be_message(&self, word: &str) -> bool {
        let declared = &self.declared_messages;
        reserved(word).is_none()
            && word != "transactional"
            && !self.is_channel(word)
            && (declared.is_empty() || declared.iter().any(|message| message == word))
    }

    /// Whether a message has a text for a channel, if it has any.
    pub(super) fn is_written_for(&self, message: &str, channel: &str) -> bool {
        let mut own = self.written.iter().filter(|[of, _]| of == message).peekable();
        own.peek().is_none() || own.any(|[_, on]| on == channel)
    }

    /// Whether something of the program is called so.
    pub(super) fn has(&self, word: &str) -> bool {
        let lists = [
            &self.events,
            &self.segments,
            &self.audiences,
            &self.channels,
            &self.messages,
            &self.journeys,
            &self.categories,
        ];
        lists.into_iter().flatten().any(|name| name == word)
            || self.properties.iter().any(|[_, property, _]| property == word)
            || self.attributes.iter().any(|[attribute, _]| attribute == word)
    }

    pub(super) fn is_event(&self, word: &str) -> bool {
        self.events.iter().any(|event| event == word)
    }

    /// Whether a name stands for an event that the program does not have, where it must have each.
    pub(super) fn is_foreign(&self, event: &str) -> bool {
        let built_in = ["subscribed", "unsubscribed", "viewed"].iter().any(|end| event.ends_with(end))
            || Engagement::of(event.rsplit('_').next().unwrap_or(event)).is_some();
        self.declares_events && !built_in && !self.is_event(event) && !event.starts_with('"')
    }

    pub(super) fn is_segment(&self, word: &str) -> bool {
        self.segments.iter().any(|segment| segment == word)
    }

    /// The category of a journey's messages, where the word is no category itself.
    pub(super) fn category_of(&self, journey: &str) -> Option<&str> {
        let own = self.categories.iter().any(|category| category == journey);
        self.sent_as.iter().find(|[name, _]| name == journey && !own).map(|[_, category]| category.as_str())
    }

    /// The kind of an attribute.
    pub(super) fn attribute(&self, word: &str) -> Option<&str> {
        self.attributes.iter().find(|[attribute, _]| attribute == word).map(|[_, kind]| kind.as_str())
    }

    /// A number that an event bears.
    pub(super) fn amount(&self, event: &str) -> Option<&str> {
        let numbers = self.properties.iter().find(|[of, _, kind]| of == event && kind == "number");
        numbers.map(|[_, property, _]| property.as_str())
    }

    pub(super) fn message(&self) -> &str {
        self.messages.first().map_or("recs", String::as_str)
    }

    pub(super) fn segment(&self) -> &str {
        self.segments.first().map_or("big_spenders", String::as_str)
    }

    pub(super) fn started(&self) -> &str {
        self.events.iter().find(|event| !self.goals.contains(event)).map_or("cart_abandoned", String::as_str)
    }

    pub(super) fn journey(&self) -> &str {
        self.journeys.first().map_or("cart_recovery", String::as_str)
    }
}

/// Which of these events words are about.
pub(crate) fn alike<'a>(words: &str, events: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let said: Vec<String> = stems(words).collect();
    let wanted = |event: &str| stems(event).filter(|stem| !is_general(stem)).collect::<Vec<_>>();
    let fits = events.map(|event| (wanted(event), event));
    let fits = fits.filter(|(wanted, _)| !wanted.is_empty() && wanted.iter().all(|stem| said.contains(stem)));
    fits.max_by_key(|(wanted, _)| wanted.len()).map(|(_, event)| event)
}

/// Whether a line names one thing and says little else, so that its name can be trusted.
fn is_plain(node: &Node<'_>) -> bool {
    let behind = node.pieces.get(2).map_or("", |piece| piece.text);
    matches!(behind, "" | ":" | "or" | "where" | "within" | "worth")
}

/// What the words of a name or a sentence come to, endings and synonyms aside.
fn stems(words: &str) -> impl Iterator<Item = String> {
    let snake = snake_case(words);
    snake.split('_').filter(|word| !word.is_empty()).map(stem).collect::<Vec<_>>().into_iter()
}

fn stem(word: &str) -> String {
    let short = ["ing", "ed", "es", "s", "e", "d"].iter().find_map(|end| {
        let rest = word.strip_suffix(end)?;
        (rest.len() > 2).then_some(rest)
    });
    let short = short.unwrap_or(word);
    match short {
        "purchas" | "buy" | "bought" | "checkout" | "pay" | "paid" | "transaction" | "sal" | "conversion" => "order",
        "basket" | "bag" => "cart",
        "leav" | "left" => "abandon",
        "signup" | "register" | "registration" | "join" | "joined" => "sign",
        "regist" => "sign",
        "lead" => "lead",
        other => other,
    }
    .to_string()
}

/// Stems that say of many events that they happened.
fn is_general(stem: &str) -> bool {
    matches!(
        stem,
        "plac" | "complet" | "up" | "mad" | "creat" | "product" | "new" | "to" | "don" | "finish" | "was" | "is"
    )
}
