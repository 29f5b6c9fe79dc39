//! Liquid in the texts of messages: what is wrong with it, and which variables it asks for.
//!
//! The host fills texts in; here they are only read, in every branch and without a value. `cut.rs` divides a text into what
//! is sent as it stands and what is in braces, `token.rs` cuts the latter into words, `value.rs` reads values with their
//! filters, `tags.rs` tags with the scope of what they define. `standard.rs` names the filters that every Liquid has.
//! `foreign.rs` knows what other tools write instead.

mod cut;
pub(crate) mod foreign;
mod standard;
mod tags;
mod token;
mod value;

use crate::diagnostic::Advice;
use smol_str::SmolStr;
use std::ops::Range;

/// Filters and tags that the host adds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Dialect<'a> {
    /// The channel that the text goes by.
    pub(crate) channel: &'a str,
    pub(crate) filters: &'a [SmolStr],
    pub(crate) tags: &'a [SmolStr],
}

/// What a text asks for, and what is wrong with it.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) variables: Vec<Variable>,
    pub(crate) mistakes: Vec<Mistake>,
    /// What is sent as it stands.
    pub(crate) plain: Vec<Range<usize>>,
    /// Whether something that is written elsewhere can ask for anything: what is included, and tags of the host.
    pub(crate) reads_elsewhere: bool,
}

/// A variable that the text does not define itself where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Variable {
    /// Its names, from the first up to the first place in a list: `event.items[0].title` is `event`, `items`.
    pub(crate) path: Vec<SmolStr>,
    /// The names behind the first place in a list, places left out; as far as they are not worked out.
    pub(crate) behind: Vec<SmolStr>,
    /// Whether the whole of what those names are about is asked for; else a loop goes through it, and the things in it are
    /// asked for by variables of their own.
    pub(crate) whole: bool,
    /// Whether something behind those names is worked out, so that nobody knows of which part it is.
    pub(crate) unclear: bool,
    /// Whether it is written as another tool writes it, `${name}`.
    pub(crate) foreign: bool,
    /// Where those names stand, in bytes of the text.
    pub(crate) at: Range<usize>,
    /// Where the text defines that name for another place.
    pub(crate) elsewhere: Option<Elsewhere>,
}

/// Why a name that the text defines does not stand for anything here.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Elsewhere {
    /// It is the variable of a loop that has ended.
    BehindItsLoop,
    /// It is set further down.
    BeforeItIsSet(Range<usize>),
}

/// What is wrong, where, and what to write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mistake {
    pub(crate) at: Range<usize>,
    pub(crate) title: String,
    pub(crate) edit: Advice,
}

/// Tags within tags, brackets within brackets.
const DEEPEST: usize = 64;

/// Reads the Liquid of a text.
pub(crate) fn read(text: &str, dialect: Dialect<'_>) -> Reading {
    tags::Reader::new(text, dialect).read()
}

#[cfg(test)]
mod tests {
    use super::{Dialect, read};

    fn found(text: &str) -> Vec<String> {
        let reading = read(text, Dialect::default());
        assert_eq!(reading.mistakes, [], "{text}");
        reading.variables.iter().filter(|variable| variable.behind.is_empty()).map(|v| v.path.join(".")).collect()
    }

    #[test]
    fn variables_are_found_in_every_branch() {
        let text = "Hi {{ profile.name | default: 'you' | append: suffix }}{% if event.total > 10 %}{{ a }}{% elsif b == 'x' %}{{ c.d }}{% else %}{{ e | round: f }}{% endif %}";
        assert_eq!(found(text), ["profile.name", "suffix", "event.total", "a", "b", "c.d", "e", "f"]);
    }

    #[test]
    fn what_a_text_defines_is_its_own() {
        let text = "{% assign x = event.y %}{% for item in event.items limit:2 %}{{ item.name }} {{ forloop.index }} {{ x }}{% endfor %}";
        assert_eq!(found(text), ["event.y", "event.items"]);
        let text = "{% raw %}{{ not_me }}{% endraw %}{% comment %}{{ nor_me }}{% endcomment %}{{- me -}}";
        assert_eq!(found(text), ["me"]);
    }

    #[test]
    fn texts_that_are_broken_do_no_harm() {
        for open in [
            "{% if a %}",
            "{% for a in b %}",
            "{{ a[",
            "{% elsif %}",
            "{%- case x -%}",
            "{% when 1 %}",
            "[[",
            "*|",
            "{{${",
            "(1..",
        ] {
            let deep = format!("{{% if a %}}{}", open.repeat(30_000));
            let reading = read(&deep, Dialect::default());
            let _ = super::foreign::merge_tags(&deep, &reading.plain);
        }
        let odd = [
            "{{",
            "{%",
            "}}",
            "{{ ' }}",
            "{{ a",
            "{% for %}",
            "{%%}",
            "{{}}",
            "é{{é}}é",
            "{{ 99999999999999999999 }}",
            "{{-}}",
            "{%-%}",
            "{{ a[ }}",
            "{{ a['é }}",
            "{% liquid é\n %}",
            "*|é",
            "%é%",
            "${",
            "{% raw",
            "{% raw %}{% endraw",
            "{{ (1..",
            "{{ a.",
        ];
        for text in odd {
            let reading = read(text, Dialect::default());
            let _ = super::foreign::merge_tags(text, &reading.plain);
        }
    }
}
