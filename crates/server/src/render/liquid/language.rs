//! Which tags and filters there are: those that `journey check` knows.

use super::define::{AssignTag, CaptureBlock};
use super::filters::OWN;
use super::guard::Guarded;
use super::loops::LoopBlock;
use super::output::PrintFilter;
use liquid_core::{Language, ParseFilter};
use liquid_lib::stdlib;
use std::sync::OnceLock;

/// The one that all texts are read with.
pub(super) fn language() -> &'static Language {
    static LANGUAGE: OnceLock<Language> = OnceLock::new();
    LANGUAGE.get_or_init(made)
}

fn made() -> Language {
    let mut language = Language::empty();
    let tags = &mut language.tags;
    tags.register("assign".to_owned(), AssignTag.into());
    tags.register("break".to_owned(), stdlib::BreakTag.into());
    tags.register("continue".to_owned(), stdlib::ContinueTag.into());
    tags.register("cycle".to_owned(), stdlib::CycleTag.into());
    tags.register("increment".to_owned(), stdlib::IncrementTag.into());
    tags.register("decrement".to_owned(), stdlib::DecrementTag.into());
    let blocks = &mut language.blocks;
    blocks.register("raw".to_owned(), stdlib::RawBlock.into());
    blocks.register("comment".to_owned(), stdlib::CommentBlock.into());
    blocks.register("if".to_owned(), stdlib::IfBlock.into());
    blocks.register("unless".to_owned(), stdlib::UnlessBlock.into());
    blocks.register("ifchanged".to_owned(), stdlib::IfChangedBlock.into());
    blocks.register("case".to_owned(), stdlib::CaseBlock.into());
    blocks.register("for".to_owned(), LoopBlock::For.into());
    blocks.register("tablerow".to_owned(), LoopBlock::TableRow.into());
    blocks.register("capture".to_owned(), CaptureBlock.into());
    let from_elsewhere: [Box<dyn ParseFilter>; 32] = [
        stdlib::Append.into(),
        stdlib::Capitalize.into(),
        stdlib::Compact.into(),
        stdlib::Concat.into(),
        stdlib::Default.into(),
        stdlib::Downcase.into(),
        stdlib::Escape.into(),
        stdlib::EscapeOnce.into(),
        stdlib::First.into(),
        stdlib::Join.into(),
        stdlib::Last.into(),
        stdlib::Lstrip.into(),
        stdlib::Map.into(),
        stdlib::NewlineToBr.into(),
        stdlib::Prepend.into(),
        stdlib::Remove.into(),
        stdlib::RemoveFirst.into(),
        stdlib::Replace.into(),
        stdlib::ReplaceFirst.into(),
        stdlib::Reverse.into(),
        stdlib::Rstrip.into(),
        stdlib::Slice.into(),
        stdlib::Sort.into(),
        stdlib::SortNatural.into(),
        stdlib::Strip.into(),
        stdlib::StripHtml.into(),
        stdlib::StripNewlines.into(),
        stdlib::Truncate.into(),
        stdlib::TruncateWords.into(),
        stdlib::Uniq.into(),
        stdlib::Upcase.into(),
        stdlib::UrlDecode.into(),
    ];
    let more: [Box<dyn ParseFilter>; 2] = [stdlib::UrlEncode.into(), stdlib::Where.into()];
    let own = OWN.iter().map(|own| Box::new(*own) as Box<dyn ParseFilter>);
    for filter in from_elsewhere.into_iter().chain(more).chain(own) {
        let name = filter.reflection().name().to_owned();
        language.filters.register(name, Box::new(Guarded(filter)));
    }
    language.filters.register("journey_print".to_owned(), PrintFilter.into());
    language
}
