//! Which rules of a recipe's charter a folder's charter takes on. The folder's own rules win: where it says something of the
//! same kind about the same channels and categories, that stays as it is.

use journey::SourceFile;
use journey::source::on_one_line;
use journey::syntax::tree::{ItemKind, Name, Rule, RuleKind, Subject};
use std::collections::BTreeSet;

/// The charter's file as it will be.
pub(super) struct Addition {
    /// Which file of the folder has the charter.
    pub(super) file: usize,
    /// Its text with the new lines.
    pub(super) text: String,
    /// The new lines.
    pub(super) lines: Vec<String>,
}

/// What the charter of a recipe adds to that of a folder; nothing where it says all of it, or where it has no lines.
pub(super) fn addition(folder: &[SourceFile], recipe: &str) -> Option<Addition> {
    let recipe = [SourceFile::new("", recipe)];
    let known = rules(folder);
    let lines: Vec<String> = rules(&recipe).iter().filter_map(|rule| wanted(rule, &known, &recipe)).collect();
    let last = known.last()?;
    let file = usize::from(last.span.file);
    let text = &folder.get(file)?.text;
    let start = text.get(..last.span.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
    let before = text.get(start..last.span.start as usize)?;
    let end = text.get(last.span.end as usize..)?.find('\n').map_or(text.len(), |at| last.span.end as usize + at);
    if lines.is_empty() {
        return None;
    }
    // A rule on the line of `charter:` goes below it first: that line holds one.
    let (opening, indent) = match before.trim() {
        "" => (String::new(), before),
        opening => (format!("{opening}\n"), "  "),
    };
    let added: String = lines.iter().map(|line| format!("\n{indent}{line}")).collect();
    let old = text.get(last.span.start as usize..end)?;
    let text = format!("{}{opening}{indent}{old}{added}{}", text.get(..start)?, text.get(end..)?);
    Some(Addition { file, text, lines })
}

fn rules(sources: &[SourceFile]) -> Vec<Rule> {
    let items = journey::parse(sources).files.into_iter().flat_map(|file| file.items);
    items
        .filter_map(|item| if let ItemKind::Charter(rules) = item.kind { Some(rules) } else { None })
        .flatten()
        .collect()
}

/// The line that a rule becomes, or nothing where the folder has one of its own for all that it is about.
fn wanted(rule: &Rule, known: &[Rule], sources: &[SourceFile]) -> Option<String> {
    let line = on_one_line(sources, rule.span);
    let alike = || known.iter().map(|other| &other.kind).filter(|other| is_same_kind(other, &rule.kind));
    let Some(about) = about(&rule.kind) else {
        return alike().next().is_none().then_some(line);
    };
    let taken: Vec<BTreeSet<String>> = alike().filter_map(self::about).collect();
    // A rule about everything, there or here, leaves nothing open.
    if taken.iter().any(BTreeSet::is_empty) || (about.is_empty() && !taken.is_empty()) {
        return None;
    }
    if about.is_empty() {
        return Some(line);
    }
    let rest: Vec<String> = about.into_iter().filter(|one| !taken.iter().any(|names| names.contains(one))).collect();
    if rest.is_empty() {
        return None;
    }
    let rest = rest.join(", ");
    Some(match &rule.kind {
        RuleKind::Consent(_) => format!("consent required for {rest}"),
        RuleKind::Transactional(_) => format!("transactional {rest}"),
        RuleKind::Quiet { days, skip: false, when: None, .. } if days.is_empty() => {
            let times = line.split(" for ").next().unwrap_or(&line);
            format!("{times} for {rest}")
        }
        _ => line,
    })
}

fn is_same_kind(a: &RuleKind, b: &RuleKind) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

/// The channels, categories and messages that a rule is about, as they are written; empty where it is about everything,
/// and nothing where a charter has one rule of the kind.
fn about(rule: &RuleKind) -> Option<BTreeSet<String>> {
    let names = |names: &[Name]| names.iter().map(|name| name.text.to_string()).collect();
    let subjects = |list: &[Subject]| {
        let written = |one: &Subject| match &one.category {
            Some(category) => format!("{} as {}", one.name.text, category.text),
            None => one.name.text.to_string(),
        };
        list.iter().map(written).collect::<BTreeSet<String>>()
    };
    match rule {
        RuleKind::Consent(list) | RuleKind::Stop(list) => Some(subjects(list)),
        RuleKind::Transactional(messages) => Some(names(messages)),
        RuleKind::Quiet { list, .. }
        | RuleKind::Cap { list, .. }
        | RuleKind::Gap { list, .. }
        | RuleKind::Exclude { list, .. } => Some(list.as_deref().map(subjects).unwrap_or_default()),
        RuleKind::Avoid { channel, other, .. } => {
            Some(BTreeSet::from([format!("{} when {}", channel.text, other.text)]))
        }
        RuleKind::Timezone(_) | RuleKind::Priority(_) | RuleKind::Holdout(_) => None,
    }
}
