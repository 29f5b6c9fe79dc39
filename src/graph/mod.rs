//! Pictures of a program as data: boxes and arrows, one chart a journey and one over all. Whoever draws them decides
//! where they stand.

mod journey;
mod mermaid;
mod missed;
mod overview;
mod rules;
mod traffic;
mod words;

use crate::source::Span;
pub use journey::chart;
pub use mermaid::mermaid;
pub use overview::overview;
pub use rules::add_rules_for_all;
use smol_str::SmolStr;
pub use traffic::Traffic;

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What it is called: the journey's name.
    pub name: SmolStr,
    /// What the journey is for.
    pub title: Option<SmolStr>,
    /// The boxes.
    pub nodes: Vec<Node>,
    /// The arrows.
    pub edges: Vec<Edge>,
}

/// A box.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it stands for.
    pub kind: NodeKind,
    /// Its text, a part a line.
    pub lines: Vec<String>,
    /// Where that stands in the source; none: nowhere.
    pub span: Option<Span>,
    /// What belongs together: 0 is the way through the journey; every goal, exit and box of rules has a number of its own.
    pub part: usize,
}

/// What a box stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
    /// What lets a person in.
    Entry,
    /// A message, and the channels that it can go by: the first is tried first.
    Send(Vec<SmolStr>),
    /// A question with an arrow for each answer.
    Question,
    /// Arms that chance decides between.
    Split,
    /// Rounds.
    Repeat,
    /// Something else that is done: an audience, an attribute, an event, a journey, a hook.
    Action,
    /// Several ways meet.
    Meet,
    /// A goal.
    Goal,
    /// An exit clause.
    Exit,
    /// The journey ends here.
    End,
    /// A whole journey.
    Journey,
    /// What lets people into journeys.
    Event,
    /// An audience.
    Audience,
    /// Rules: who comes in, what holds for the messages of a journey or of all.
    Rule,
}

/// An arrow.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// The box it leaves.
    pub from: usize,
    /// The box it leads to.
    pub to: usize,
    /// What is written beside it, a part a line: an answer, a wait.
    pub label: Vec<String>,
    /// When it is taken.
    pub taken: Taken,
    /// Whether it is a share in something and no way.
    pub is_loose: bool,
}

/// When an arrow is taken.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Taken {
    /// By everybody.
    Always,
    /// By those for whom the condition came out so.
    Answer(Span, bool),
    /// By those in this arm of a split.
    Arm(SmolStr),
}
