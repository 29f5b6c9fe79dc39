//! What a word means where it stands: which lines a block can hold, and which words begin them.

use super::token::Key;
use crate::ir::Days;

/// The channels that every program has, in this order.
pub(crate) const CHANNELS: [&str; 6] = ["email", "sms", "mms", "push", "in_app", "web"];

/// The months, as dates are spelt out by who does not know how they are written here.
pub(crate) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The kind of line: decided by the block that the line is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is named as its block")]
pub enum Mode {
    Item,
    Rule,
    Clause,
    Step,
    Field,
    ChannelPart,
    Variant,
    VariantPart,
    MatchArm,
    SplitArm,
    TestLine,
    Trait,
    Condition,
}

impl Mode {
    /// Whether lists are written on lines of this kind: tests give values of every type.
    pub(crate) fn has_lists(self) -> bool {
        matches!(self, Mode::TestLine | Mode::Trait)
    }

    /// What a line of this kind is called in messages.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Mode::Item => "an item such as `journey`, `charter` or `message`",
            Mode::Rule => "a rule of the charter such as `cap`, `quiet` or `consent`",
            Mode::Clause => "a line of a journey such as `on`, `goal` or `exit`",
            Mode::Step => "a step such as `wait 1d` or `email recs`",
            Mode::Field => "a name and its type such as `total: number`",
            Mode::ChannelPart => "`tracks`, `limit`, `provides`, `filters` or `tags`",
            Mode::Variant => "a channel and its text such as `sms: \"Hello\"`",
            Mode::VariantPart => "a part of the message such as `subject \"Hello\"`",
            Mode::MatchArm => "a value, then `:` and its steps",
            Mode::SplitArm => "a share and its name such as `50% a:`",
            Mode::TestLine => "a line of a test such as `+1d expect email recs`",
            Mode::Trait => "an attribute and its value such as `tier \"gold\"`",
            Mode::Condition => "a condition",
        }
    }

    /// The words that begin a line of this kind, where it is one of a closed list.
    pub(crate) fn heads(self) -> &'static [Key] {
        use Key::*;
        match self {
            Mode::Item => &[Charter, Profile, Event, Channel, Audience, Segment, Message, Journey, Test, On, Every],
            Mode::Rule => &[Timezone, Consent, Quiet, Cap, Gap, Avoid, Exclude, Transactional, Stop, Priority, Holdout],
            Mode::Clause => {
                &[Category, For, Reenter, Overlap, One, Holdout, Paused, Active, Goal, Exit, On, Every, Cap, Gap, Quiet]
            }
            Mode::Step => &[Wait, If, Else, Best, Match, Split, Repeat, Add, Remove, Set, Emit, Start, Call, Exit],
            Mode::ChannelPart => &[Tracks, Limit, Provides, Filters, Tags],
            Mode::TestLine => &[Profile, Start, Allow, Expect, Set],
            Mode::MatchArm => &[Else],
            _ => &[],
        }
    }

    /// Whether a line of this kind can only begin with one of [`Mode::heads`].
    pub(crate) fn closed(self) -> bool {
        matches!(self, Mode::Item | Mode::Rule | Mode::Clause | Mode::ChannelPart)
    }

    /// The kind of the lines below a line of this kind that begins with `head`, where it can have any.
    pub(crate) fn below(self, head: Option<Key>) -> Option<Mode> {
        use Key::*;
        match (self, head) {
            (Mode::Item, Some(head)) => Some(match head {
                Charter => Mode::Rule,
                Profile | Event => Mode::Field,
                Channel => Mode::ChannelPart,
                Segment => Mode::Condition,
                Message => Mode::Variant,
                Journey => Mode::Clause,
                Test => Mode::TestLine,
                On | Every => Mode::Step,
                _ => return None,
            }),
            (Mode::Clause, Some(Goal | Exit | On | Every)) => Some(Mode::Step),
            (Mode::Step, Some(If | Else | Repeat)) => Some(Mode::Step),
            (Mode::Step, Some(Match)) => Some(Mode::MatchArm),
            (Mode::Step, Some(Split)) => Some(Mode::SplitArm),
            (Mode::MatchArm | Mode::SplitArm, _) => Some(Mode::Step),
            (Mode::Variant, _) => Some(Mode::VariantPart),
            (Mode::TestLine, Some(Profile)) => Some(Mode::Trait),
            _ => None,
        }
    }

    /// Whether a line that begins with `head` opens a block always.
    pub(crate) fn must_open(self, head: Option<Key>) -> bool {
        use Key::*;
        match self {
            Mode::Item => matches!(head, Some(Charter | Profile | Channel | Segment | Journey | Test | On | Every)),
            Mode::Clause => matches!(head, Some(On | Every)),
            Mode::Step => matches!(head, Some(Match | Split | Repeat)),
            Mode::MatchArm | Mode::SplitArm | Mode::Variant => true,
            Mode::TestLine => matches!(head, Some(Profile)),
            _ => false,
        }
    }
}

/// Words that are keywords wherever they stand.
pub(crate) fn reserved(word: &str) -> Option<Key> {
    use Key::*;
    Key::of(word).filter(|key| {
        matches!(
            key,
            And | Or
                | Not
                | No
                | Is
                | In
                | Last
                | Ever
                | Where
                | Within
                | Worth
                | Contains
                | Between
                | Since
                | Of
                | By
                | As
                | With
                | At
                | Up
                | To
                | For
                | Until
                | When
                | Then
                | Else
                | If
                | On
                | Every
                | Profile
                | Event
                | True
                | False
                | Expect
                | Allow
                | Set
        )
    })
}

/// Words that are keywords on a line that begins with `head`.
pub(crate) fn soft(mode: Mode, head: Option<Key>, word: &str) -> Option<Key> {
    use Key::*;
    let key = Key::of(word)?;
    let means = match (mode, head) {
        (Mode::Rule | Mode::Clause, Some(Consent)) => key == Required,
        (Mode::Rule | Mode::Clause, Some(Quiet | Gap)) => key == Skip,
        (Mode::Rule | Mode::Clause, Some(Cap)) => matches!(key, Per | Hold),
        (Mode::Rule, Some(Avoid)) => key == Scheduled,
        (Mode::Clause, Some(Reenter)) => matches!(key, Never | After),
        (Mode::Clause, Some(One)) => key == Per,
        (Mode::Step, Some(Repeat)) => key == Times,
        (Mode::Step, Some(Remove)) => key == From,
        (Mode::TestLine, _) => key == From,
        (Mode::ChannelPart, Some(Limit)) => key == Characters,
        (Mode::Field, _) => key == List,
        (Mode::VariantPart, _) => key == File,
        _ => false,
    };
    means.then_some(key)
}

/// The word that somebody meant to begin a line with who wrote it with a capital, or said it otherwise: the block below
/// is read as its block. The line itself is told what to write.
pub(crate) fn meant_head(mode: Mode, word: &str) -> Option<Key> {
    let small = word.to_ascii_lowercase();
    match (mode, small.as_str()) {
        (Mode::Item, word) if super::elsewhere::item_word(word).is_some() => {
            super::elsewhere::item_word(word).and_then(Key::of)
        }
        (Mode::Item | Mode::Clause, "when" | "whenever" | "upon" | "trigger" | "triggered" | "once") => Some(Key::On),
        (Mode::Step, "otherwise" | "elseif" | "elsif" | "elif") => Some(Key::Else),
        _ => Key::of(&small),
    }
}

pub(crate) fn weekday(word: &str) -> Option<u8> {
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        .iter()
        .position(|d| *d == word)
        .map(|d| d as u8)
}

/// The days that one word names.
pub(crate) fn days(word: &str) -> Option<Days> {
    match word {
        "weekday" | "weekdays" => Some(Days::WEEKDAYS),
        "weekend" | "weekends" => Some(Days::WEEKENDS),
        _ => weekday(word.strip_suffix('s').filter(|w| weekday(w).is_some()).unwrap_or(word)).map(|d| Days(1 << d)),
    }
}
