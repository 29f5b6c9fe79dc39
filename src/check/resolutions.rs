//! What every name of a program was resolved to: where each thing is declared, and every place that names it.
//!
//! The checker writes it while it looks names up, also where a program has mistakes: of a line that is wrong it has what was
//! looked up before the mistake. Findings read it, and an editor can: to go to a declaration, to list what names a thing, to
//! rename it.
//!
//! A test's person is no name: `id "ana"` is a value, and nothing else can refer to it.

use super::Checker;
use crate::source::Span;
use crate::syntax::tree::Name;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// What kind of thing a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NameKind {
    /// A journey. One without a name has its file's, and no place where that is declared.
    Journey,
    /// A segment.
    Segment,
    /// An event, engagements and other built-in ones included. One that nothing declares has uses alone.
    Event,
    /// An attribute of the profile. `consent` and `reachable` are none: what stands behind them is a channel or a category.
    Attribute,
    /// A message.
    Message,
    /// An audience.
    Audience,
    /// A category. None is declared: it is there as soon as something names it.
    Category,
    /// A channel. Those that everybody has are not declared.
    Channel,
}

/// A thing that has a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Symbol {
    /// What it is.
    pub kind: NameKind,
    /// Its name, in which all its spellings compare: of events and attributes in snake case, the parts of an attribute joined by
    /// points.
    pub name: SmolStr,
}

/// The places of one thing: its name alone, with the quotes that stand around it; of an attribute in several parts the last
/// of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Places {
    /// Where it is declared. Items of an event and fields of the profile add up, so there can be several.
    pub definitions: Vec<Span>,
    /// Where it is named otherwise, in the order of the files.
    pub uses: Vec<Span>,
}

/// What the names of a program were resolved to.
///
/// ```
/// use journey::check::NameKind;
/// use journey::{Program, SourceFile};
///
/// let text = "segment vip: order_placed ever\njourney cart:\n  for in vip\n  on cart_abandoned: email recs";
/// let names = Program::check(&[SourceFile::new("cart.journey", text)]).resolutions;
/// // What stands under the cursor, where it is declared, and what else names it.
/// let (symbol, places) = names.at(0, 55).ok_or("nothing there")?;
/// assert_eq!((symbol.kind, symbol.name.as_str()), (NameKind::Segment, "vip"));
/// assert_eq!(places.definitions[0].start, 8);
/// assert_eq!(places.uses.len(), 1);
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Resolutions {
    places: BTreeMap<NameKind, BTreeMap<SmolStr, Places>>,
}

impl Resolutions {
    /// Everything that has a name, with its places.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &Places)> {
        let of_kind = |(kind, things): (&NameKind, _)| (*kind, things);
        self.places.iter().map(of_kind).flat_map(|(kind, things): (NameKind, &BTreeMap<SmolStr, Places>)| {
            things.iter().map(move |(name, places)| (Symbol { kind, name: name.clone() }, places))
        })
    }

    /// What is named at a place of a file: its number, and the offset in bytes.
    pub fn at(&self, file: u16, offset: u32) -> Option<(Symbol, &Places)> {
        let is_here = |span: &Span| span.file == file && (span.start..=span.end).contains(&offset);
        self.iter().find(|(_, places)| places.definitions.iter().chain(&places.uses).any(is_here))
    }

    /// The places of a thing.
    pub fn of(&self, kind: NameKind, name: &str) -> Option<&Places> {
        self.places.get(&kind)?.get(name)
    }

    /// The names of one kind that something uses, with every place.
    pub(crate) fn used(&self, kind: NameKind) -> impl Iterator<Item = (&SmolStr, &[Span])> {
        let named = self.places.get(&kind).into_iter().flatten();
        named.map(|(name, places)| (name, places.uses.as_slice())).filter(|(_, uses)| !uses.is_empty())
    }

    /// Where a thing is used.
    pub(crate) fn uses(&self, kind: NameKind, name: &str) -> &[Span] {
        self.of(kind, name).map_or(&[], |places| &places.uses)
    }

    /// A declaration.
    pub(super) fn define(&mut self, kind: NameKind, name: &str, span: Span) {
        self.places_of(kind, name).definitions.push(span);
    }

    /// A place that names a thing.
    pub(super) fn add(&mut self, kind: NameKind, name: &str, span: Span) {
        self.places_of(kind, name).uses.push(span);
    }

    /// Puts places into the order of the files: one that was looked up twice stands once.
    pub(super) fn finish(&mut self) {
        for places in self.places.values_mut().flat_map(BTreeMap::values_mut) {
            for list in [&mut places.definitions, &mut places.uses] {
                list.sort_unstable();
                list.dedup();
            }
        }
    }

    fn places_of(&mut self, kind: NameKind, name: &str) -> &mut Places {
        self.places.entry(kind).or_default().entry(SmolStr::new(name)).or_default()
    }
}

impl Checker<'_> {
    /// A place that names an attribute.
    pub(super) fn attribute_named(&mut self, snake: &[SmolStr], parts: &[Name]) {
        if let Some(last) = parts.last() {
            self.names.resolutions.add(NameKind::Attribute, &snake.join("."), last.span);
        }
    }

    /// `profile.consent.email`: an answer that somebody gave about a channel or a category.
    pub(super) fn answer_about(&mut self, name: Option<&Name>) {
        let Some(name) = name else { return };
        let kind = if self.names.is_channel(&name.text) { NameKind::Channel } else { NameKind::Category };
        self.names.resolutions.add(kind, &name.text, name.span);
    }
}
