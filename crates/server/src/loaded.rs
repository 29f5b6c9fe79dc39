//! The program that runs, as everything in the service sees it: compiled, with its typed form and the texts of its messages.

use crate::render::Texts;
use journey::diagnostic::{Diagnostic, Level, render};
use journey::{Program, SourceFile, ir};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// A program with what was found in it.
pub struct Loaded {
    /// What runs.
    pub program: Arc<Program>,
    /// The same with its names and types, for forms and pages.
    pub typed: Arc<ir::Program>,
    /// Texts of messages.
    pub texts: Arc<Texts>,
    /// What is wrong with these texts, in a line each.
    pub troubles: Vec<String>,
    /// What `journey check` says of it, and what is wrong with its texts.
    pub findings: Vec<Finding>,
}

impl Loaded {
    /// The channels that its journeys send by.
    pub fn channels(&self) -> Vec<String> {
        let mut used = BTreeSet::new();
        for block in self.typed.journeys.iter().flat_map(ir::Journey::blocks) {
            ir::visit_steps(block, &mut |step| {
                if let ir::StepKind::Send(sends) | ir::StepKind::BestOf(sends) = &step.kind {
                    used.extend(sends.iter().map(|send| send.channel));
                }
            });
        }
        used.into_iter().filter_map(|id| self.typed.channels.get(id.index())).map(ToString::to_string).collect()
    }
}

/// Something that was found in a program.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// `error` or `warning`.
    pub level: &'static str,
    /// What it is, in a line.
    pub title: String,
    /// The same, drawn under the line that it is about.
    pub text: String,
}

/// Reads and compiles the program at a path.
///
/// # Errors
/// What is wrong: nothing can run then.
pub fn load(path: &Path) -> Result<Loaded, Vec<Finding>> {
    let sources = journey_files::sources(path).map_err(|why| vec![told(why)])?;
    if sources.is_empty() {
        return Err(vec![told(format!("{}: there is no .journey file here", path.display()))]);
    }
    compile(sources)
}

/// Compiles a program.
///
/// # Errors
/// What is wrong: nothing can run then.
pub fn compile(sources: Vec<SourceFile>) -> Result<Loaded, Vec<Finding>> {
    let checked = Program::check(&sources);
    let mut findings: Vec<Finding> = checked.diagnostics.iter().map(|found| finding(found, &sources)).collect();
    findings.sort_by_key(|finding| finding.level != Level::Error.as_str());
    if checked.program.is_none() {
        findings.retain(|finding| finding.level == Level::Error.as_str());
        return Err(findings);
    }
    let (program, typed) = Program::compile_typed(sources)
        .map_err(|error| error.diagnostics.iter().map(|found| finding(found, &error.sources)).collect::<Vec<_>>())?;
    let (texts, troubles) = Texts::of(&program);
    let troubles: Vec<String> = troubles.iter().map(ToString::to_string).collect();
    findings.extend(troubles.iter().map(|trouble| Finding {
        level: Level::Warning.as_str(),
        title: trouble.clone(),
        text: trouble.clone(),
    }));
    Ok(Loaded { program: Arc::new(program), typed: Arc::new(typed), texts: Arc::new(texts), troubles, findings })
}

fn finding(found: &Diagnostic, sources: &[SourceFile]) -> Finding {
    let text = render::text(std::slice::from_ref(found), sources, false);
    Finding { level: found.level.as_str(), title: found.message.clone(), text }
}

fn told(why: String) -> Finding {
    Finding { level: Level::Error.as_str(), title: why.clone(), text: why }
}
