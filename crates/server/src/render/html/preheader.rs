//! What an inbox shows behind the subject: the first words of a page, which the page itself does not show.

use super::escape;

/// Blanks behind it, so that the inbox does not go on with the page.
const FILLER: &str = "&#847;&zwnj;&nbsp;";

/// A page with a hidden text at its beginning.
pub(crate) fn put(page: &str, preheader: &str) -> String {
    let hidden = format!(
        "<div style=\"display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all\">{}{}</div>",
        escape::text(preheader, false, false),
        FILLER.repeat(60)
    );
    let body = page.to_ascii_lowercase().find("<body");
    let at = body.and_then(|body| Some(body + page.get(body..)?.find('>')? + 1)).unwrap_or(0);
    format!("{}{hidden}{}", page.get(..at).unwrap_or_default(), page.get(at..).unwrap_or_default())
}
