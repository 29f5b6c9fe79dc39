//! What `check` finds: one file for each finding, with its page, its check and its fix.
//!
//! Findings that come up while names and types are looked up (`type-mismatch`, a part of `unknown-name` …) have their page here and
//! their check in `check/`. All others look at the trees through one view (`view.rs`), so that an error in one file hides
//! nothing in another. What an allowance in a comment silences is decided last (`allow`).

mod allow;
mod evidence;
mod flow;
mod known;
mod view;
mod words;

mod bare_name;
mod cap_exceeded;
mod checked_too_soon;
mod constant_condition;
mod duplicate_name;
mod endless_cycle;
mod engagement_before_send;
mod file_as_text;
mod goal_after_end;
mod half_windowed;
mod held_to_midnight;
mod hold_shifts_step;
mod journeys_exceed_cap;
mod last_of_before;
pub(crate) mod loss_as_goal;
mod merge_tag;
mod message_part;
mod missing_date;
mod needs_window;
mod negated_missing;
mod never_allowed;
mod no_consent_rule;
mod no_goal;
mod no_key;
mod no_timezone;
mod no_variant;
mod not_timed;
mod not_tracked;
mod not_transactional;
mod open_as_goal;
mod past_day;
mod rule_without_subject;
mod same_day;
mod sent_at_midnight;
mod shares_not_100;
mod stays_in_audience;
mod stays_missing;
mod syntax;
mod tail_of_if;
mod text_as_name;
mod too_long;
mod true_of_strangers;
mod type_mismatch;
mod uncorrelated_event;
mod unknown_name;
mod unreachable_step;
mod unused;
mod wait_past_goal;

use crate::check::names::Names;
use crate::diagnostic::{Advice, Diagnostic, Edit, Fix, Level};
use crate::ir;
use crate::source::{SourceFile, Span};
use crate::syntax::tree::File;
use std::collections::BTreeMap;
use std::fmt::Write;
use view::View;

/// One kind of finding, with the page that `journey explain` prints.
#[derive(Debug, Clone, Copy)]
pub struct Finding {
    /// Its name, as `# allow(NAME): why` and `journey.toml` know it.
    pub name: &'static str,
    /// How much it weighs, where `journey.toml` says nothing else.
    pub level: Level,
    /// The finding in a few words.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What it does to customers.
    pub customers: &'static str,
    /// A program that has it.
    pub bad: &'static str,
    /// The same program without it.
    pub good: &'static str,
    /// When it is fine to allow it; none: it is an error, which nothing allows.
    pub allow: Option<&'static str>,
    /// What `journey fix` does about it.
    pub fix: Option<&'static str>,
}

impl Finding {
    /// A finding of this kind at a place, with the edit as its label.
    pub(crate) fn at(&self, span: Span, message: impl Into<String>, edit: impl Into<Advice>) -> Diagnostic {
        Diagnostic { level: self.level, ..Diagnostic::error(self.name, span, message, edit) }
    }

    /// The page that explains it, in Markdown.
    ///
    /// ```
    /// let finding = journey::lint::find("no-goal").ok_or("there is no such finding")?;
    /// assert!(finding.page().starts_with("# no-goal"));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn page(&self) -> String {
        let mut page = format!("# {}\n\n{}. It is {}.\n\n", self.name, self.title, self.weight());
        let _ = write!(page, "## What it means\n\n{}\n\n", self.meaning);
        let _ = write!(page, "## What it does to customers\n\n{}\n\n", self.customers);
        let _ = write!(page, "## An example\n\nThis has it:\n\n```journey\n{}```\n\n", self.bad);
        let _ = write!(page, "This has not:\n\n```journey\n{}```\n", self.good);
        if let Some(fix) = self.fix {
            let _ = write!(page, "\n## What `journey fix` does\n\n{fix}\n");
        }
        page.push_str("\n## When it is fine\n\n");
        match self.allow {
            Some(allow) => {
                let name = self.name;
                let _ = write!(
                    page,
                    "{allow}\n\nWrite `# allow({name}): why` at the end of the line, or alone on the line before it. \
                     `journey.toml` changes the level for a whole program: `{name} = \"off\"`, `\"warning\"` or `\"error\"`.\n"
                );
            }
            None => page.push_str("Never: a program with an error does not run.\n"),
        }
        page
    }

    fn weight(&self) -> &'static str {
        match self.level {
            Level::Error => "an error: the program does not run",
            Level::Warning => "a warning: the program runs",
        }
    }
}

/// All findings, by name.
///
/// ```
/// assert!(journey::lint::all().iter().any(|finding| finding.name == "tail-of-if"));
/// ```
pub fn all() -> &'static [Finding] {
    &[
        bare_name::FINDING,
        cap_exceeded::FINDING,
        checked_too_soon::FINDING,
        constant_condition::FINDING,
        duplicate_name::FINDING,
        endless_cycle::FINDING,
        engagement_before_send::FINDING,
        file_as_text::FINDING,
        goal_after_end::FINDING,
        half_windowed::FINDING,
        held_to_midnight::FINDING,
        hold_shifts_step::FINDING,
        journeys_exceed_cap::FINDING,
        last_of_before::FINDING,
        loss_as_goal::FINDING,
        merge_tag::FINDING,
        message_part::FINDING,
        missing_date::FINDING,
        needs_window::FINDING,
        negated_missing::FINDING,
        never_allowed::FINDING,
        no_consent_rule::FINDING,
        no_goal::FINDING,
        no_key::FINDING,
        no_timezone::FINDING,
        no_variant::FINDING,
        not_timed::FINDING,
        not_tracked::FINDING,
        not_transactional::FINDING,
        open_as_goal::FINDING,
        past_day::FINDING,
        rule_without_subject::FINDING,
        same_day::FINDING,
        sent_at_midnight::FINDING,
        shares_not_100::FINDING,
        stays_in_audience::FINDING,
        stays_missing::FINDING,
        syntax::FINDING,
        tail_of_if::FINDING,
        text_as_name::FINDING,
        too_long::FINDING,
        true_of_strangers::FINDING,
        type_mismatch::FINDING,
        uncorrelated_event::FINDING,
        unknown_name::FINDING,
        unreachable_step::FINDING,
        unused::FINDING,
        wait_past_goal::FINDING,
    ]
}

/// The finding of a name.
///
/// ```
/// assert!(journey::lint::find("no-gaol").is_none());
/// ```
pub fn find(name: &str) -> Option<&'static Finding> {
    all().iter().find(|finding| finding.name == name)
}

/// The finding whose name is nearest to one that does not exist, if it is near.
///
/// ```
/// assert_eq!(journey::lint::nearest("no-gaol"), Some("no-goal"));
/// ```
pub fn nearest(name: &str) -> Option<&'static str> {
    crate::nearest::nearest(name, all().iter().map(|finding| finding.name))
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Everything.
    All,
    /// Only whether the program can run.
    Errors,
}

type Check = fn(&View<'_>, &mut Vec<Diagnostic>);

/// Checks that can find an error.
const ERRORS: &[Check] = &[
    endless_cycle::check,
    engagement_before_send::check,
    never_allowed::check,
    no_key::check,
    no_variant::check,
    not_tracked::check,
    not_transactional::check,
    shares_not_100::check,
];

/// Checks that find what is doubtful.
const WARNINGS: &[Check] = &[
    cap_exceeded::check,
    checked_too_soon::check,
    constant_condition::check,
    file_as_text::check,
    goal_after_end::check,
    half_windowed::check,
    held_to_midnight::check,
    hold_shifts_step::check,
    journeys_exceed_cap::check,
    last_of_before::check,
    loss_as_goal::check,
    message_part::check,
    missing_date::check,
    negated_missing::check,
    no_consent_rule::check,
    no_goal::check,
    no_timezone::check,
    open_as_goal::check,
    past_day::check,
    rule_without_subject::check,
    same_day::check,
    sent_at_midnight::check,
    stays_in_audience::check,
    stays_missing::check,
    tail_of_if::check,
    text_as_name::check,
    too_long::check,
    true_of_strangers::check,
    uncorrelated_event::check,
    unknown_name::check,
    type_mismatch::check,
    unreachable_step::check,
    unused::check,
    wait_past_goal::check,
    // What is taken for a slip is not told of twice.
    bare_name::check,
];

/// Adds what the rules find to what the checker found, and takes away what comments allow.
pub(crate) fn lint(
    files: &[File],
    sources: &[SourceFile],
    names: &Names,
    program: &ir::Program,
    wanted: Wanted,
    found: &mut Vec<Diagnostic>,
) {
    let view = View::new(files, sources, names).prove(program, found);
    let mut new = Vec::new();
    ERRORS.iter().for_each(|check| check(&view, &mut new));
    if wanted == Wanted::All {
        WARNINGS.iter().for_each(|check| check(&view, &mut new));
    }
    // A program without a journey does nothing, and so nothing doubtful.
    if view.journeys.is_empty() {
        new.retain(|finding| finding.level == Level::Error);
    }
    // One mistake, one message: what stands inside a place that is wrong already is not blamed for it.
    let wrong = Places::of(found.iter().flat_map(places));
    new.retain(|finding| !wrong.touch(finding.span()));
    found.append(&mut new);
    for finding in found.iter_mut() {
        write_what_was_meant(&view, finding);
    }
    allow::apply(sources, view.whole.is_some() && !view.journeys.is_empty(), found);
}

/// The places of a mistake: a name that is not known may stand in several.
fn places(finding: &Diagnostic) -> impl Iterator<Item = Span> {
    let again = finding.labels.iter().skip(1).filter(|label| label.again).map(|label| label.span);
    std::iter::once(finding.span()).chain(again)
}

/// What was meant is a fix, if it stands for the whole place and not for a part of it.
fn write_what_was_meant(view: &View<'_>, finding: &mut Diagnostic) {
    let span = finding.span();
    let written = view.text(span);
    let words = |text: &str| if text.starts_with('"') { 1 } else { text.split_whitespace().count() };
    if let Some(meant) = finding.suggestion().filter(|meant| words(meant) == words(written)).map(str::to_string)
        && finding.fix.is_none()
    {
        let is_name = meant.starts_with('"')
            || meant.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._ ".contains(c));
        let text = if is_name { meant } else { format!("\"{meant}\"") };
        let edits = places(finding).map(|span| Edit { span, text: text.clone() }).collect();
        finding.fix = Some(Box::new(Fix { edits, safe: false }));
    }
}

/// Places, those that overlap made one: by where they begin, where they end.
struct Places(BTreeMap<(u16, u32), u32>);

impl Places {
    fn of(spans: impl Iterator<Item = Span>) -> Self {
        let mut sorted: Vec<Span> = spans.filter(|span| span.start < span.end).collect();
        sorted.sort();
        let mut places: BTreeMap<(u16, u32), u32> = BTreeMap::new();
        for span in sorted {
            let last = places.range_mut((span.file, 0)..).next_back().filter(|((file, _), _)| *file == span.file);
            match last {
                Some((_, end)) if span.start < *end => *end = span.end.max(*end),
                _ => _ = places.insert((span.file, span.start), span.end),
            }
        }
        Self(places)
    }

    /// Whether a span overlaps one of them.
    fn touch(&self, span: Span) -> bool {
        let before = self.0.range((span.file, 0)..(span.file, span.end)).next_back();
        before.is_some_and(|(_, end)| *end > span.start)
    }
}
