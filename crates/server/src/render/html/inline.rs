//! Styles of a page written into its elements, since many mail programs pass `<style>` over.

use super::holes::Covered;
use css_inline::{CSSInliner, InlineOptions};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The page, with what would look wrong.
pub(crate) fn page(covered: &Covered) -> (String, Vec<String>) {
    let as_written = || covered.fill(&covered.page).0;
    if !covered.page.to_ascii_lowercase().contains("<style") {
        return (as_written(), vec![]);
    }
    let why_not = if covered.has_tags_in_style() {
        "it has `{% … %}`"
    } else if covered.is_within_tags() {
        "`{{ … }}` or `{% … %}` chooses attributes of elements"
    } else {
        // The styles stay too: what asks for the width of a screen can stand nowhere else.
        let options =
            InlineOptions { keep_style_tags: true, load_remote_stylesheets: false, ..InlineOptions::default() };
        let made = catch_unwind(AssertUnwindSafe(|| CSSInliner::new(options).inline(&covered.page)));
        match made {
            Ok(Ok(page)) => match covered.fill(&page) {
                (page, 0) => return (page, vec![]),
                _ => "Liquid of it would get lost",
            },
            Ok(Err(_)) | Err(_) => "it cannot be read",
        }
    };
    let odd = format!(
        "`<style>` is left as it is, since {why_not}: mail programs that pass it over show the mail without it"
    );
    (as_written(), vec![odd])
}
