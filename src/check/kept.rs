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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::liquid::{Dialect, read};

    /// What is asked for of the things in `event.products`.
    fn asked(text: &str) -> String {
        let reading = read(text, Dialect::default());
        assert_eq!(reading.mistakes, [], "{text}");
        let products = reading.variables.iter().filter(|v| v.path.get(1).is_some_and(|name| name == "products"));
        shown(&products.map(|variable| asked_by(variable, 2)).reduce(Type::and).unwrap())
    }

    fn shown(ty: &Type) -> String {
        match ty {
            Type::Thing(fields) => {
                let fields: Vec<String> = fields.iter().map(|(name, ty)| format!("{name}{}", shown(ty))).collect();
                format!("({})", fields.join(" "))
            }
            _ => String::new(),
        }
    }

    #[test]
    fn of_things_the_names_are_kept_that_a_text_has() {
        let each = |inside: &str| asked(&format!("{{% for p in event.products %}}{inside}{{% endfor %}}"));
        assert_eq!(each("{{ p.name }} {{ p.imageUrl | upcase }}"), "(name image_url)");
        assert_eq!(
            each("{% for x in p.parts %}{{ x.id }}{% endfor %}{{ p['maker'].name }}"),
            "(parts(id) maker(name))"
        );
        assert_eq!(each("{{ forloop.index }}"), "()");
        assert_eq!(
            each("{{ p.size }}{{ event.products.size }}{{ event.products.first.price }}"),
            "(size price first(price))"
        );
        assert_eq!(each("{{ event.products[0].name }}"), "(name)");
        // What nobody can follow is kept whole.
        for whole in
            ["{{ p }}", "{% assign q = p %}", "{{ p[event.which] }}", "{{ p[event.which].name }}", "{% cycle p %}"]
        {
            assert_eq!(each(whole), "", "{whole}");
            assert_eq!(each(&format!("{{{{ p.name }}}}{whole}")), "", "{whole}");
        }
        assert_eq!(asked("{{ event.products | map: 'name' | join }}"), "");
        assert_eq!(each(&format!("{{{{ p{} }}}}", ".a".repeat(9_000))), "(a(a(a(a(a(a(a(a))))))))");
    }

    #[test]
    fn what_is_written_elsewhere_can_ask_for_anything() {
        let of = |text: &str| read(text, Dialect { tags: &["card".into()], ..Dialect::default() }).reads_elsewhere;
        assert!(of("{% include 'card' %}") && of("{% card %}"));
        assert!(!of("{% render 'card', p: event.products[0] %}{% for p in event.products %}{{ p.name }}{% endfor %}"));
    }
}
