//! What becomes of a picture away from pages: its light colours, with a font of this machine.

use crate::end::Failure;
use resvg::usvg::{Options, Tree};
use std::fmt::Display;
use std::sync::Arc;

/// What systems have, those first that the picture asks for.
const FAMILIES: [&str; 7] =
    ["Segoe UI", "Roboto", "Helvetica Neue", "Helvetica", "Arial", "DejaVu Sans", "Liberation Sans"];

/// The shapes of a picture; `what` they are for.
pub(super) fn tree(svg: &str, what: &str) -> Result<Tree, Failure> {
    let mut options = Options::default();
    options.fontdb_mut().load_system_fonts();
    let family = family(&options).ok_or_else(|| {
        Failure::Unusable(format!(
            "a {what} needs a font for its letters, and this machine has none: install one, such as DejaVu Sans, or write `--format svg`"
        ))
    })?;
    options.fontdb_mut().set_sans_serif_family(family);
    // The colours of dark pages are for pages: what is printed has one ground.
    let light = svg.split("@media").next().zip(svg.split_once("</style>"));
    let light = light.map_or_else(|| svg.to_string(), |(head, (_, rest))| format!("{head}</style>{rest}"));
    Tree::from_str(&light, &options).map_err(|e| broken(what, e))
}

/// A picture that cannot be made so.
pub(super) fn broken(what: &str, why: impl Display) -> Failure {
    Failure::Unusable(format!("the picture cannot be made a {what}: {why}"))
}

/// A family of this machine: one that fits the width of the boxes, or else any.
fn family(options: &Options<'_>) -> Option<String> {
    let fonts = Arc::clone(&options.fontdb);
    let has = |wanted: &str| fonts.faces().any(|face| face.families.iter().any(|(name, _)| name == wanted));
    let known = FAMILIES.iter().find(|wanted| has(wanted)).map(ToString::to_string);
    known.or_else(|| fonts.faces().find_map(|face| face.families.first().map(|(name, _)| name.clone())))
}
