//! What comes in: something that happened to one profile.

use crate::source::snake_case;
use crate::value::{Json, Timestamp};
use smol_str::SmolStr;

/// Something that happened to one profile.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Input {
    /// Whose it is.
    pub profile: SmolStr,
    /// When it arrived, in milliseconds since 1970-01-01T00:00:00Z: the profile's clock goes by this.
    pub arrived: Timestamp,
    /// When it happened; never after it arrived.
    pub happened: Timestamp,
    /// Another id of the same person on the line: its `anonymousId`, where `profile` is its `userId`.
    pub anonymous: Option<SmolStr>,
    /// Whether `profile` came as a `userId`.
    pub is_user: bool,
    /// What a repeated input is known by.
    pub message_id: Option<SmolStr>,
    /// What it is.
    pub kind: InputKind,
}

/// The kinds of input.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum InputKind {
    /// An event.
    Track {
        /// Its name in snake case.
        event: SmolStr,
        /// Its properties.
        properties: Json,
        /// What the source adds: device, page, campaign.
        context: Json,
    },
    /// Attributes.
    Identify {
        /// Each replaces one attribute; null takes it away.
        traits: Json,
    },
    /// Another id of the same person, whose profile is merged in before this line is played.
    Alias {
        /// The other id.
        previous: SmolStr,
    },
    /// Everything is forgotten but an unsubscribe from all.
    Delete,
    /// Passed over: it is about a group and not about a person.
    Group,
}

impl Input {
    /// Another id of the same person on the line: the `previousId` of an alias, else the `anonymousId` beside a
    /// `userId`.
    pub fn other(&self) -> Option<&SmolStr> {
        match &self.kind {
            InputKind::Alias { previous } => Some(previous),
            _ => self.anonymous.as_ref(),
        }
    }

    /// The same input, for the profile that its id belongs to.
    ///
    /// ```
    /// use journey::{Input, Json};
    ///
    /// let input = Input::event("a7", 1_772_442_000_000, "Cart Abandoned", Json::Null);
    /// assert_eq!(input.of("ana").profile, "ana"); // a7 is another name of ana
    /// ```
    pub fn of(mut self, profile: &str) -> Input {
        self.profile = SmolStr::new(profile);
        self
    }

    /// The same input, taken in at this instant by the host's queue or collector: what live time needs. It is not the
    /// time at which the host plays it: of two inputs and an alarm between them, each acts in its turn, also when all
    /// three are played late. What the input says of itself can make it older than that, never newer.
    ///
    /// ```
    /// use journey::{Input, Json};
    ///
    /// let input = Input::event("ana", 1_772_442_000_000, "Cart Abandoned", Json::Null);
    /// let late = input.clone().ingested_at(1_772_442_060_000);
    /// assert_eq!((late.happened, late.arrived), (1_772_442_000_000, 1_772_442_060_000));
    /// let from_the_future = input.ingested_at(1_772_441_000_000);
    /// assert_eq!((from_the_future.happened, from_the_future.arrived), (1_772_441_000_000, 1_772_441_000_000));
    /// ```
    #[must_use]
    pub fn ingested_at(mut self, at: Timestamp) -> Input {
        self.arrived = at;
        self.happened = self.happened.min(at);
        self
    }

    /// An event that happens and arrives at one instant, in milliseconds since 1970-01-01T00:00:00Z. Its name may be
    /// written in any way: it is compared in snake case.
    ///
    /// ```
    /// use journey::{Input, InputKind, Json};
    ///
    /// let input = Input::event("ana", 1_772_442_000_000, "Cart Abandoned", Json::Null);
    /// assert!(matches!(input.kind, InputKind::Track { event, .. } if event == "cart_abandoned"));
    /// ```
    pub fn event(profile: impl Into<SmolStr>, at: Timestamp, event: &str, properties: Json) -> Input {
        let event = SmolStr::new(snake_case(event));
        let kind = InputKind::Track { event, properties, context: Json::Null };
        Input {
            profile: profile.into(),
            arrived: at,
            happened: at,
            anonymous: None,
            is_user: true,
            message_id: None,
            kind,
        }
    }

    /// Attributes of a person that arrive at an instant, in milliseconds since 1970-01-01T00:00:00Z, as an `identify`
    /// line brings them.
    ///
    /// ```
    /// use journey::{Input, Json};
    ///
    /// let traits = Json::parse(r#"{"tier": "gold", "consent": {"sms": true}}"#).map_err(|e| e.to_string())?;
    /// assert_eq!(Input::traits("ana", 1_772_442_000_000, traits).profile, "ana");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn traits(profile: impl Into<SmolStr>, at: Timestamp, traits: Json) -> Input {
        Input { kind: InputKind::Identify { traits }, ..Input::event(profile, at, "", Json::Null) }
    }

    /// What joins another id to a person at an instant, in milliseconds since 1970-01-01T00:00:00Z, as an `alias` line does:
    /// its profile is to be merged into this one first ([`crate::Program::route`]).
    ///
    /// ```
    /// use journey::Input;
    ///
    /// assert_eq!(Input::alias("ana", 1_772_442_000_000, "a7").other().map(|id| id.as_str()), Some("a7"));
    /// ```
    pub fn alias(profile: impl Into<SmolStr>, at: Timestamp, previous: impl Into<SmolStr>) -> Input {
        Input { kind: InputKind::Alias { previous: previous.into() }, ..Input::event(profile, at, "", Json::Null) }
    }

    /// Somebody asks at an instant, in milliseconds since 1970-01-01T00:00:00Z, to be deleted: everything is forgotten but
    /// an unsubscribe from all.
    ///
    /// ```
    /// use journey::{Input, InputKind};
    ///
    /// assert_eq!(Input::delete("ana", 1_772_442_000_000).kind, InputKind::Delete);
    /// ```
    pub fn delete(profile: impl Into<SmolStr>, at: Timestamp) -> Input {
        Input { kind: InputKind::Delete, ..Input::event(profile, at, "", Json::Null) }
    }

    /// The same input under an id of its own: one that is played again within seven days does nothing.
    ///
    /// ```
    /// use journey::{Effects, Input, Json, Lateness, Program, SourceFile};
    ///
    /// let program = Program::compile(vec![SourceFile::new("cart.journey", "on cart_abandoned: email recs")])?;
    /// let (mut ana, mut effects) = (program.profile("ana"), Effects::new());
    /// let input = Input::event("ana", 1_772_442_000_000, "Cart Abandoned", Json::Null).with_message_id("m1");
    /// for _ in 0..2 {
    ///     program.advance(&mut ana, &input, Lateness::any(), &mut effects)?;
    /// }
    /// assert_eq!(effects.list.len(), 3); // entered, sent, exited
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_message_id(mut self, id: impl Into<SmolStr>) -> Input {
        self.message_id = Some(id.into());
        self
    }
}
