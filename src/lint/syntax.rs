//! `syntax`: found where lines are read (`syntax/`), and where what they say cannot be meant (`check/`).

use super::Finding;
use crate::diagnostic::Level;

pub(super) const FINDING: Finding = Finding {
    name: "syntax",
    level: Level::Error,
    title: "A line cannot be read, or cannot be meant",
    meaning: "The line is not one of the language, or says something that nobody can mean: a count or a share of nothing, a \
              weekday that does not exist, a journey that nobody can enter, a text in braces that is no Liquid. Every such line \
              of every file is shown at once, each with one message.",
    customers: "Nobody: the program does not run until the line is mended.",
    bad: "\
journey cart:
  on cart_abandoned:
    after 2 days
    email recs
  goal order_placed
",
    good: "\
journey cart:
  on cart_abandoned:
    wait 2d
    email recs
  goal order_placed
",
    allow: None,
    fix: Some(
        "It writes what the line can only have meant: a missing `:` or `then`, `wait 2d` for `after 2 days`, 21:00 for 9pm, \
         letters and signs that only look right. With `--unsafe` it also writes the nearest word that fits.",
    ),
};
