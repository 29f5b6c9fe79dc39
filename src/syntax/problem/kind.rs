//! The mistakes of people that reading knows: a closed list, one variant for each, with the words of the program that its
//! message names. `messages/` says them.

use crate::syntax::token::Key;
use crate::syntax::words::Mode;

/// Enums of mistakes, each with the names of its variants, so that the tests can hold all of them against the cases.
macro_rules! kinds {
    ($($(#[$doc:meta])* enum $name:ident {
        $($(#[$of:meta])* $variant:ident $({ $($(#[$about:meta])* $field:ident: $ty:ty),* $(,)? })?),* $(,)?
    })*) => {
        /// A mistake, by what it is about.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) enum ProblemKind {
            $($(#[$doc])* $name($name),)*
        }

        $($(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) enum $name {
            $($(#[$of])* $variant $({ $($(#[$about])* $field: $ty),* })?),*
        }

        impl From<$name> for ProblemKind {
            fn from(kind: $name) -> Self {
                ProblemKind::$name(kind)
            }
        })*

        #[cfg(test)]
        impl ProblemKind {
            /// The name of every mistake.
            pub(crate) const NAMES: &[&str] = &[$($(concat!(stringify!($name), "::", stringify!($variant))),*),*];

            /// The name of this one.
            pub(crate) fn name(&self) -> &'static str {
                match self {
                    $($(ProblemKind::$name($name::$variant { .. }) => {
                        concat!(stringify!($name), "::", stringify!($variant))
                    })*)*
                }
            }
        }
    };
}

kinds! {
    /// A file that is no program, or too much of one.
    enum File {
        TooLarge,
        CodeBlock,
        NotIndented,
        Template,
        Settings,
        JsonOfEvents,
        Json,
        WebPage,
        Query,
        Diagram,
        Changes,
        TestInWords,
        Terminal,
        Link,
        Code,
        StyleSheet,
        Mail,
        Arrows,
        PlainText,
        Table,
        TableOfEvents,
        TableOfCustomers,
        ListInWords,
        Talk,
        Yaml,
    }

    /// Where a line stands, and what stands below it.
    enum Layout {
        UnfinishedMerge,
        Tab,
        /// A line begins with a bullet.
        Bullet { in_test: bool },
        /// The same of a line that is another tool's as a whole.
        BulletOf { mark: String },
        TooFarLeft { mode: Mode, spaces: usize },
        BetweenLevels { column: usize },
        /// Deeper than the line above it, which may have been meant to open a block.
        TooDeep { column: usize, has_above: bool },
        /// No `:` at the end of a line that opens a block: one that is there, or one of this kind.
        NoColon { below: Option<Mode> },
        OtherThanColon { sign: String },
        ThenBehindColon,
        /// A block behind the `:` and below it.
        TwoBlocks,
        TooManyBlocks,
        NotBehindColon,
        BlockInLine,
        NothingBelow { below: Option<Mode> },
        NotIndentedBelow,
        /// A segment has a second line.
        TwoConditions,
        ElseAlone,
        ElseBehindSemicolon,
        /// A line of its own begins with a word that joins it to the line above.
        GoesOn { word: String },
    }

    /// Signs and letters.
    enum Sign {
        TextOpen,
        LongTextOpen,
        ListOpen,
        ListClosed,
        ParenthesisOpen,
        ParenthesisClosed,
        TooNested,
        QuoteInText,
        Arrow { meant: &'static str },
        /// A letter of another alphabet that looks like one of ours.
        LooksAlike { word: String, alphabet: &'static str, odd: char, plain: char },
        /// A letter other than a to z; without its accents the name may be plain.
        OtherLetter { word: String, plain: Option<String> },
        Currency { sign: char },
        Brace,
        /// A sign that the language does not have.
        Unknown { what: &'static str },
        /// A sign that stands for another.
        StandsForAnother { what: &'static str, odd: char, plain: &'static str },
        At,
        NoMeaning { odd: char },
        /// A character that nobody sees.
        Hidden { odd: char },
    }

    /// Numbers, lengths of time, times and dates.
    enum Value {
        TooManyDigits,
        Thousands { number: String },
        NumberInWords { number: String },
        /// `9pm`
        HalfDay { time: Option<String> },
        Midnight,
        NoSuchTime { time: String },
        NoTimeAtAll,
        TooLong,
        /// `1.5d`
        PartOfUnit { whole: Option<String> },
        NoUnit { unit: String, number: String },
        MisspeltUnit { word: String, length: String },
        /// `1 month`
        UnequalUnits { units: String },
        NoSuchDay { date: String, last: Option<String> },
        MonthInWords,
        /// `T09` behind a date.
        TimeBehindDate { hour: String },
        /// `31/12/2026`: the date in our order, if it is clear.
        OrderOfDate { year: u32, date: Option<String> },
        /// `wait until 9`
        HourOrDay { hour: u32 },
        NoMoment,
        Zone { zone: Option<&'static str> },
    }

    /// Words of the language and names, and where they stand.
    enum Word {
        Capital { word: String, small: String },
        CapitalName { word: String, small: String },
        Hyphen { name: String },
        EMail,
        NameInWords { name: String },
        MessageInWords { name: String },
        /// A word of the language in the place of a name.
        Reserved { key: Key, place: Place },
        MisspeltHead { word: String, near: String },
        NoHead { word: String, mode: Mode, is_send: bool },
        /// It begins a line of some item, and stands outside of all.
        BelowAnItem { word: String },
        StepInJourney { word: String },
        ClauseInSteps { word: String },
        ClauseOutside { word: String },
        RuleOutside { word: String },
    }

    /// Steps.
    enum Step {
        SendWord,
        WaitWord,
        Alone { word: String },
        HowLong,
        BeforeDate { line: String },
        NothingDone,
        NoThen,
        IfBehindThen,
        DoForThen,
        OtherElse,
        ElseIfInOneWord { word: String },
        IfWaits { length: String },
        Joined,
        AddedByName,
        AddWithoutTo { audience: String },
        SplitWithoutName,
        EndlessRepeat,
        RoundsAtOnce,
        SendToSomebody,
        TwoSends,
        CategoryWithoutAs,
        /// A message goes at best time or at once.
        NoBestTime,
    }

    /// Lines of journeys, rules, channels and shares.
    enum Rule {
        BeginsWithoutOn { word: String },
        LeavesWithoutExit { word: String },
        ExitIf,
        GoalBy,
        GoalIn,
        GoalTwice,
        EventIf,
        EveryWithoutTime { day: String },
        CapAndMore { word: String },
        OtherThanCap { word: String },
        Quiet { write: Option<String> },
        ConsentForWhom,
        TextWithoutChannel,
        ShareWithoutPercent,
    }

    /// Lines of tests.
    enum Test {
        /// `after +1d …`
        WordBeforeTime,
        /// `after 1d …`
        WordForPlus,
        TimeWithoutPlus { length: String },
        SignBehindTime,
        NotSent,
        TraitBy,
        TraitOfWhat { word: String },
        NothingThen,
        NoUnit { number: String },
    }

    /// Conditions.
    enum Condition {
        InWords { sign: &'static str },
        InTheLast,
        TwoAtOnce,
        BareWhere { asked: String },
    }

    /// Slips of the hand: found by trying what the line would be without them.
    enum Slip {
        Doubled { word: String },
        Misspelt { word: String, meant: String },
        Missing { word: String, side: Side },
        OneOfSeveralMissing { words: Vec<String>, side: Side, or_away: bool },
        Swapped { first: String, second: String },
        SwappedOrSpare { word: String, right: String },
        Spare { word: String },
        OneOfSeveralSpare { words: Vec<String> },
    }

    /// Lines of which nobody knows what was meant.
    enum Unread {
        StopsAfter { before: Option<String>, could: Could },
        CannotStand { word: String, could: Could },
        CannotFollow { word: String, before: String, could: Could },
    }

    /// Lines that are another tool's or another language's: `elsewhere/` has them in tables, each with its words.
    enum Elsewhere {
        Told {
            title: String,
            edit: String,
            help: Option<String>,
            /// Whether the lines below often have it too.
            shared: bool,
        },
        NoLineOfJourney { word: String },
        StepInJourney { word: String, on: String },
    }
}

/// Beside which word one is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Side {
    Before(String),
    Behind(String),
}

/// A place in a line: its kind, the word that it begins with and the one before the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) mode: Mode,
    pub(crate) head: Option<Key>,
    pub(crate) before: Option<Key>,
}

/// What could stand at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Could {
    pub(crate) wanted: Vec<Wanted>,
    pub(crate) place: Place,
}

/// One thing that could stand at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    Condition,
    Value,
    /// A name, of what the place tells.
    Name,
    Text,
    Length,
    Number,
    Time,
    Date,
    Share,
    Comparison,
    Word(String),
}

impl ProblemKind {
    /// Whether it says of a line of a journey no more than that it is none.
    pub(crate) fn is_about_steps(&self) -> bool {
        use Elsewhere::{NoLineOfJourney, StepInJourney};
        matches!(self, ProblemKind::Elsewhere(NoLineOfJourney { .. } | StepInJourney { .. }))
    }

    /// Whether it is told of once where the lines below have it too.
    pub(crate) fn is_one_with(&self, other: &Self) -> bool {
        use ProblemKind as Kind;
        match (self, other) {
            (Kind::Layout(one), Kind::Layout(other)) => one.is_one_with(other),
            (
                Kind::Sign(Sign::StandsForAnother { what, plain, .. }),
                Kind::Sign(Sign::StandsForAnother { what: other, plain: meant, .. }),
            ) => *what == SINGLE_QUOTE && what == other && plain == meant,
            // The title of a row is what tells it from others.
            (
                Kind::Elsewhere(Elsewhere::Told { title, shared: true, .. }),
                Kind::Elsewhere(Elsewhere::Told { title: other, .. }),
            ) => title == other,
            _ => false,
        }
    }
}

/// Texts in single quotation marks: who writes one writes all so.
pub(crate) const SINGLE_QUOTE: &str = "single quotation mark";

impl Layout {
    fn is_one_with(&self, other: &Self) -> bool {
        use Layout::{Bullet, BulletOf, Tab, TooFarLeft};
        matches!(
            (self, other),
            (Tab, Tab)
                | (TooFarLeft { .. }, TooFarLeft { .. })
                | (Bullet { .. } | BulletOf { .. }, Bullet { .. } | BulletOf { .. })
        )
    }
}
