//! Files that are no program.

use super::{Said, say};
use crate::syntax::problem::kind::File;

const OWN_WORDS: &str = "write the journey in its own words";
const WHAT_IS_SENT: &str = "write what is sent, when and to whom";
const BESIDE: &str = "keep it for `journey run`, and write a program beside it";

const STEPS: &str =
    "A journey looks like this: `on cart_abandoned:`, and below it, indented, `wait 1d` and `email recs`.";
const SENDS: &str = "In a journey a message has a name: `on cart_abandoned: email recs`; its text stands in a line such as \
                     `message recs: email: subject \"Hi\", body \"…\"`.";
const EVENTS: &str = "Events are played by `journey run PROGRAM --events FILE`; the program is a file of its own: \
                      `on cart_abandoned: email recs`.";
const PEOPLE: &str = "Customers are not listed; they come in by what they do, `on signed_up: email welcome`, or as a group, \
                      `segment french: profile.country is \"FR\"`.";
const SEGMENT: &str = "Such a group is a segment: `segment french: profile.country is \"FR\"`, and `on entering french: email \
                       hello` writes to it.";
const TEST: &str = "A test looks like this: `test cart \"an email after a day\":`, and below it, indented, `+0 cart_abandoned` \
                    and `+1d expect email recs`.";

pub(super) fn said(kind: &File) -> Said {
    let (title, edit) = title_and_edit(kind);
    let help = match kind {
        File::TooLarge => return say(title, edit),
        File::Template | File::WebPage => SENDS,
        File::JsonOfEvents | File::TableOfEvents => EVENTS,
        File::TableOfCustomers => PEOPLE,
        File::Query => SEGMENT,
        File::TestInWords => TEST,
        _ => STEPS,
    };
    say(title, edit).with_help(help)
}

fn title_and_edit(kind: &File) -> (&'static str, &'static str) {
    match kind {
        File::TooLarge => ("This file is larger than 1 MiB", "put its journeys into several files of one folder"),
        File::CodeBlock => (
            "This file has the marks of a code block, which belong to a chat or a web page",
            "delete the lines with ``` and what stands outside of them",
        ),
        File::NotIndented => (
            "No line of this file is indented, so it is open which steps belong to which line",
            "indent what belongs to this line by two spaces, and so below each line that ends in `:`",
        ),
        File::Template => ("This file is the template of a message, and no journey", WHAT_IS_SENT),
        File::Settings => ("This file is a list of settings, and no journey", OWN_WORDS),
        File::JsonOfEvents => ("This file is JSON with events, and no journey", BESIDE),
        File::Json => ("This file is JSON, and no journey", OWN_WORDS),
        File::WebPage => ("This file is a web page or XML, and no journey", WHAT_IS_SENT),
        File::Query => (
            "This file is a query of a database, and no journey",
            "write who is meant as a segment, and what they get as a journey",
        ),
        File::Diagram => {
            ("This file is a diagram, and no journey", "write its boxes as lines; `journey graph` draws the diagram")
        }
        File::Changes => ("This file is a list of changes, and no program", "apply it to the program that it is about"),
        File::TestInWords => {
            ("This file is a test in words, and no journey", "write the journey, and its test below it")
        }
        File::Terminal => (
            "This is what is typed into a terminal, and no journey",
            "type the commands there, and write the journey here",
        ),
        File::Link => ("This file is a link, and no journey", OWN_WORDS),
        File::Code => ("This file is a program in another language, and no journey", OWN_WORDS),
        File::StyleSheet => ("This file is a style sheet or code, and no journey", OWN_WORDS),
        File::Mail => ("This file is a mail, and no journey", "write what is asked for as lines of a journey"),
        File::Arrows => (
            "This is a chain of steps with arrows between them, and no journey",
            "write each step on a line of its own, without arrows",
        ),
        File::PlainText => (
            "This file is plain text, so nothing would happen to any customer",
            "write what happens as lines of a journey, or put `#` before what is a note",
        ),
        File::Table => ("This file is a table, and no journey", "write each of its rows as a line of a journey"),
        File::TableOfEvents => ("This file is a table of events, and no journey", BESIDE),
        File::TableOfCustomers => {
            ("This file is a table of customers, and no journey", "write what they get, and when, as a journey")
        }
        File::ListInWords => {
            ("This file is a list in words, and no journey", "write its points as steps, without bullets and numbers")
        }
        File::Talk => {
            ("This file is a talk between people, and no journey", "write what was agreed as lines of a journey")
        }
        File::Yaml => ("This file is YAML or a list of settings, and no journey", OWN_WORDS),
    }
}
