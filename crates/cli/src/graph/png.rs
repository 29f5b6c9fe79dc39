//! A picture as PNG, twice as large as on a page, in its light colours.

use super::printed::{broken, tree};
use crate::end::Failure;
use resvg::tiny_skia::{Pixmap, Transform};

/// Points of the PNG for one of the picture, where it is not too large.
const SCALE: f32 = 2.0;
/// A PNG has at most so many points: more takes hundreds of megabytes to draw.
const MOST: f32 = 40_000_000.0;

pub(super) fn png(svg: &str) -> Result<Vec<u8>, Failure> {
    let tree = tree(svg, "PNG")?;
    let size = tree.size();
    let scale = SCALE.min((MOST / (size.width() * size.height())).sqrt());
    let (width, height) = ((size.width() * scale).ceil() as u32, (size.height() * scale).ceil() as u32);
    let mut pixels = Pixmap::new(width, height).ok_or_else(|| broken("PNG", "it is too large"))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| broken("PNG", e))
}
