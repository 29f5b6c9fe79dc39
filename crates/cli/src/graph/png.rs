//! A picture as PNG, twice as large as on a page, in its light colours.

use crate::end::Failure;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use std::sync::Arc;

/// Points of the PNG for one of the picture, where it is not too large.
const SCALE: f32 = 2.0;
/// A PNG has at most so many points: more takes hundreds of megabytes to draw.
const MOST: f32 = 40_000_000.0;
/// What systems have, those first that the picture asks for.
const FAMILIES: [&str; 7] =
    ["Segoe UI", "Roboto", "Helvetica Neue", "Helvetica", "Arial", "DejaVu Sans", "Liberation Sans"];

pub(super) fn png(svg: &str) -> Result<Vec<u8>, Failure> {
    let mut options = Options::default();
    options.fontdb_mut().load_system_fonts();
    let family = family(&options).ok_or_else(|| {
        Failure::Unusable(
            "a PNG needs a font for its letters, and this machine has none: install one, such as DejaVu Sans, or write `--format svg`"
                .to_string(),
        )
    })?;
    options.fontdb_mut().set_sans_serif_family(family);
    let broken = |why: String| Failure::Unusable(format!("the picture cannot be made a PNG: {why}"));
    // The colours of dark pages are for pages: a PNG has one ground.
    let light = svg.split("@media").next().zip(svg.split_once("</style>"));
    let light = light.map_or_else(|| svg.to_string(), |(head, (_, rest))| format!("{head}</style>{rest}"));
    let tree = Tree::from_str(&light, &options).map_err(|e| broken(e.to_string()))?;
    let size = tree.size();
    let scale = SCALE.min((MOST / (size.width() * size.height())).sqrt());
    let (width, height) = ((size.width() * scale).ceil() as u32, (size.height() * scale).ceil() as u32);
    let mut pixels = Pixmap::new(width, height).ok_or_else(|| broken("it is too large".to_string()))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| broken(e.to_string()))
}

/// A family of this machine: one that fits the width of the boxes, or else any.
fn family(options: &Options<'_>) -> Option<String> {
    let fonts = Arc::clone(&options.fontdb);
    let has = |wanted: &str| fonts.faces().any(|face| face.families.iter().any(|(name, _)| name == wanted));
    let known = FAMILIES.iter().find(|wanted| has(wanted)).map(ToString::to_string);
    known.or_else(|| fonts.faces().find_map(|face| face.families.first().map(|(name, _)| name.clone())))
}
