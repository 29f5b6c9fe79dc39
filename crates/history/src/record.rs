//! A line as it is kept between reading and playing.

use journey::{Input, InputKind, Json};
use xxhash_rust::xxh3::xxh3_64;

/// A line of a file: the file's number in the order in which they were named, and the line at which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place(u64);

impl Place {
    const LINE: u32 = 40;

    pub(crate) fn new(file: usize, line: u64) -> Self {
        Self((file as u64) << Self::LINE | line & ((1 << Self::LINE) - 1))
    }

    pub(crate) fn of(number: u64) -> Self {
        Self(number)
    }

    pub(crate) fn number(self) -> u64 {
        self.0
    }

    /// The number of the file, from 0 on.
    pub fn file(self) -> usize {
        (self.0 >> Self::LINE) as usize
    }

    /// The line, from 1 on.
    pub fn line(self) -> u64 {
        self.0 & ((1 << Self::LINE) - 1)
    }

    /// A place no line stands at.
    pub fn is_none(self) -> bool {
        self.line() == 0
    }
}

/// What stands before and behind what, over all files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Order {
    pub(crate) arrived: i64,
    pub(crate) place: Place,
}

/// The number by which a person's part is found. Two people of one number share a part, which does no harm.
pub(crate) fn number_of(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

/// What stands before the text of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    /// Whose it is.
    pub(crate) person: u64,
    pub(crate) order: Order,
    pub(crate) flags: u8,
    pub(crate) length: u32,
}

impl Head {
    /// Bytes of a head.
    pub(crate) const SIZE: usize = 29;
    /// The text is no line but an id: the line itself means nothing to the program, and only names somebody.
    pub(crate) const NAMES: u8 = 1;
    /// That id came as a `userId`.
    pub(crate) const USER: u8 = 2;

    pub(crate) fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.person.to_le_bytes());
        to.extend_from_slice(&self.order.arrived.to_le_bytes());
        to.extend_from_slice(&self.order.place.0.to_le_bytes());
        to.push(self.flags);
        to.extend_from_slice(&self.length.to_le_bytes());
    }

    /// The head at the beginning of some bytes, and what is behind it.
    pub(crate) fn read(bytes: &[u8]) -> Option<(Head, &[u8])> {
        let (person, rest) = bytes.split_first_chunk::<8>()?;
        let (arrived, rest) = rest.split_first_chunk::<8>()?;
        let (place, rest) = rest.split_first_chunk::<8>()?;
        let (flags, rest) = rest.split_first()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let order = Order { arrived: i64::from_le_bytes(*arrived), place: Place(u64::from_le_bytes(*place)) };
        let (person, length) = (u64::from_le_bytes(*person), u32::from_le_bytes(*length));
        Some((Head { person, order, flags: *flags, length }, rest))
    }
}

/// Appends a line.
pub(crate) fn write(input: &Input, line: &str, place: Place, concerns: bool, to: &mut Vec<u8>) {
    let text = if concerns { line } else { input.profile.as_str() };
    let flags = if concerns { 0 } else { Head::NAMES | if input.is_user { Head::USER } else { 0 } };
    let order = Order { arrived: input.arrived, place };
    Head { person: number_of(&input.profile), order, flags, length: text.len() as u32 }.write(to);
    to.extend_from_slice(text.as_bytes());
}

/// The input that a record stands for.
pub(crate) fn input(head: &Head, text: &[u8]) -> Option<Input> {
    let text = std::str::from_utf8(text).ok()?;
    if head.flags & Head::NAMES == 0 {
        return Input::from_json(text).ok();
    }
    let mut input = Input::event(text, head.order.arrived, "", Json::Null);
    (input.kind, input.is_user) = (InputKind::Group, head.flags & Head::USER != 0);
    Some(input)
}
