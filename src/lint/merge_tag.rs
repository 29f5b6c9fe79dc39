//! `merge-tag`: what another tool fills in, and nothing does here. Found in `check/`, where texts are read.

use super::Finding;
use crate::diagnostic::Level;

pub(crate) const FINDING: Finding = Finding {
    name: "merge-tag",
    level: Level::Warning,
    title: "A text has something filled in as another tool writes it",
    meaning: "Values come into a text by Liquid, in two braces. Merge tags of other tools, such as `*|FNAME|*`, \
              `%%first_name%%`, `%FIRSTNAME%`, `[[first_name]]` and `{first_name}`, are text like any other here.",
    customers: "They read the tag itself: \"Hello *|FNAME|*\".",
    bad: "\
message recs:
  email: subject \"Still thinking it over, *|FNAME|*?\", body \"Your cart is waiting.\"
journey cart:
  on cart_abandoned: email recs
  goal order_placed
",
    good: "\
message recs:
  email: subject \"Still thinking it over, {{ profile.first_name }}?\", body \"Your cart is waiting.\"
journey cart:
  on cart_abandoned: email recs
  goal order_placed
",
    allow: Some("Where it is meant to be read, or where the host hands the text on to the tool that fills it in."),
    fix: Some("With `--unsafe` it writes the value in braces, by the program's own name for it where there is one."),
};
