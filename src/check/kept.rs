//! What is kept of objects: what the program declares of them, else what its texts name, where nothing else asks for the whole.

use super::names::{Names, Table};
use super::types::Ty;
use crate::liquid::Variable;
use crate::source::snake_case;
use crate::value::{DEEPEST, Type};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// What is kept of the objects in attributes and properties, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// What the events of a property declare; [`Type::Any`] where one of them does not.
    declared: BTreeMap<u16, Type>,
    attributes: BTreeMap<u16, Type>,
    properties: BTreeMap<u16, Type>,
    /// From these numbers on attributes and properties are asked for by texts alone.
    texts_alone: (usize, usize),
}

impl Kept {
    /// What is numbered from now on is asked for by texts alone.
    pub(super) fn texts_begin(&mut self, attributes: &Table<Vec<SmolStr>>, properties: &Table<(Vec<SmolStr>, Ty)>) {
        self.texts_alone = (attributes.things().len(), properties.things().len());
    }

    /// A property of an event is asked for.
    pub(super) fn property(&mut self, number: u16, event: &SmolStr, path: &[SmolStr], names: &Names) {
        let declared = names.thing_types.get(&(Some(event.clone()), path.to_vec())).cloned().unwrap_or(Type::Any);
        join(&mut self.declared, number, declared);
    }

    /// A text asks for this of the objects in an attribute.
    pub(super) fn attribute_of_text(&mut self, number: u16, asked: Type) {
        join(&mut self.attributes, number, asked);
    }

    /// A text asks for this of the objects in a property.
    pub(super) fn property_of_text(&mut self, number: u16, asked: Type) {
        join(&mut self.properties, number, asked);
    }

    /// What is kept of the objects in an attribute.
    pub(super) fn of_attribute(&self, number: usize, path: &[SmolStr], names: &Names) -> Type {
        let declared = names.thing_types.get(&(None, path.to_vec())).cloned();
        let asked = || self.attributes.get(&(number as u16)).filter(|_| number >= self.texts_alone.0).cloned();
        declared.or_else(asked).unwrap_or(Type::Any)
    }

    /// What is kept of the objects in a property.
    pub(super) fn of_property(&self, number: usize) -> Type {
        let declared = self.declared.get(&(number as u16)).filter(|ty| **ty != Type::Any);
        let asked = self.properties.get(&(number as u16)).filter(|_| number >= self.texts_alone.1);
        declared.or(asked).cloned().unwrap_or(Type::Any)
    }
}

fn join(all: &mut BTreeMap<u16, Type>, number: u16, ty: Type) {
    let joined = match all.remove(&number) {
        Some(known) => known.and(ty),
        None => ty,
    };
    all.insert(number, joined);
}

/// What a variable asks for of the objects in a value; `depth` of its names lead to the value.
pub(super) fn asked_by(variable: &Variable, depth: usize) -> Type {
    if variable.unclear {
        return Type::Any;
    }
    let names = variable.path.iter().skip(depth).chain(&variable.behind);
    let names: Vec<SmolStr> = names.map(|name| SmolStr::new(snake_case(name))).collect();
    // `first` is a place in a list, or a name like any other.
    let is_place = |name: &SmolStr| matches!(name.as_str(), "first" | "last");
    let places_left_out: Vec<SmolStr> = names.iter().filter(|name| !is_place(name)).cloned().collect();
    let last = if variable.whole { Type::Any } else { Type::Thing(vec![]) };
    let of = |names: &[SmolStr]| match names.get(..DEEPEST) {
        Some(first) => Type::at(first, Type::Any),
        None => Type::at(names, last.clone()),
    };
    match names == places_left_out {
        true => of(&names),
        false => of(&places_left_out).and(of(&names)),
    }
}
