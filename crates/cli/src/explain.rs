//! `journey explain`: what a finding means.

use crate::end::{End, Ending, Failure};
use crate::output;
use clap::Args;
use journey::diagnostic::Level;
use journey::lint;
use std::fmt::Write as _;

/// What `journey explain` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A finding, such as no-goal; all are listed where none is named.
    name: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Ending {
    let text = match &arguments.name {
        None => list(),
        Some(name) => match lint::find(name) {
            Some(finding) => finding.page(),
            None => {
                let near = lint::nearest(name).map(|near| format!("did you mean `{near}`?"));
                let hint = near.unwrap_or("`journey explain` lists all".into());
                return Err(Failure::Unusable(format!("there is no finding `{name}`: {hint}")));
            }
        },
    };
    output::print(&text)?;
    Ok(End::Good)
}

fn list() -> String {
    let mut out = String::new();
    let widest = lint::all().iter().map(|finding| finding.name.len()).max().unwrap_or(0);
    for (level, title) in [(Level::Error, "Errors"), (Level::Warning, "Warnings")] {
        let _ = writeln!(out, "{title}");
        for finding in lint::all().iter().filter(|finding| finding.level == level) {
            let _ = writeln!(out, "  {:widest$}  {}", finding.name, finding.title);
        }
    }
    out
}
