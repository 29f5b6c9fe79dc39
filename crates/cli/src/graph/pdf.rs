//! A picture as PDF: one page as large as the picture, in its light colours. Letters are drawn as their outlines, so that the
//! page looks the same everywhere; that needs two small crates and no fonts within the file.

use super::printed::{broken, tree};
use crate::end::Failure;
use resvg::usvg::WriteOptions;
use svg2pdf::{ConversionOptions, PageOptions, to_pdf};

/// The longest side that readers of PDF show, in points.
const MOST: f32 = 14_400.0;

pub(super) fn pdf(svg: &str) -> Result<Vec<u8>, Failure> {
    // Written out once, every letter is a shape.
    let shapes = tree(svg, "PDF")?.to_string(&WriteOptions::default());
    let tree = tree(&shapes, "PDF")?;
    // Points of the picture for an inch: more of them on a page that would be too large.
    let longest = tree.size().width().max(tree.size().height());
    let page = PageOptions { dpi: 96.0_f32.max(longest / MOST * 72.0) };
    to_pdf(&tree, ConversionOptions { compress: true, ..ConversionOptions::default() }, page)
        .map_err(|e| broken("PDF", e))
}
