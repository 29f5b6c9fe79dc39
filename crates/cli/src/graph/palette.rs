//! Colours, for light and dark pages. A test holds them against the contrast that texts need.

use std::fmt::Write;

/// The colours of one kind of box: inside, edge, text.
pub(super) struct Paint {
    pub(super) class: &'static str,
    pub(super) light: [&'static str; 3],
    pub(super) dark: [&'static str; 3],
}

const fn paint(class: &'static str, light: [&'static str; 3], dark: [&'static str; 3]) -> Paint {
    Paint { class, light, dark }
}

/// The page: its ground, its lines, its text.
pub(super) const PAGE: Paint = paint("page", ["#ffffff", "#6e7781", "#1f2328"], ["#0d1117", "#8b949e", "#e6edf3"]);
/// Quiet text on the page, such as what counts customers.
pub(super) const SOFT: [&str; 2] = ["#57606a", "#9da7b3"];

pub(super) const BOXES: [Paint; 12] = [
    paint("entry", ["#eaf5ff", "#0969da", "#0a3069"], ["#0c2238", "#58a6ff", "#cfe6ff"]),
    paint("email", ["#e8f0fe", "#0b62c4", "#0b2b57"], ["#10233f", "#6cb0ff", "#d6e8ff"]),
    paint("sms", ["#e3f6ea", "#157347", "#0c3d26"], ["#0f2a1c", "#56d08a", "#d0f5de"]),
    paint("push", ["#fff0e0", "#b35900", "#4d2600"], ["#33210d", "#ffb057", "#ffe6c9"]),
    paint("other", ["#f4ecfd", "#7a3fb8", "#3a1d59"], ["#261a36", "#c79bff", "#ecdfff"]),
    paint("question", ["#fffbe8", "#9a6700", "#3d2b00"], ["#2b2410", "#e3b341", "#f8e8b8"]),
    paint("action", ["#f3f4f6", "#57606a", "#24292f"], ["#1c2129", "#8b949e", "#dbe2ea"]),
    paint("goal", ["#e2f7e7", "#1a7f37", "#0b3d1b"], ["#0f2d18", "#4ac26b", "#cdf5d8"]),
    paint("exit", ["#ffecea", "#b42318", "#5c120c"], ["#36150f", "#ff8f85", "#ffdbd7"]),
    paint("end", ["#ffffff", "#57606a", "#424a53"], ["#0d1117", "#8b949e", "#c3ccd6"]),
    paint("rule", ["#fffdf5", "#9a6700", "#3d2b00"], ["#1d1a10", "#e3b341", "#f8e8b8"]),
    paint("journey", ["#eaf5ff", "#0969da", "#0a3069"], ["#0c2238", "#58a6ff", "#cfe6ff"]),
];

/// The style sheet of a picture; it follows the page's scheme.
pub(super) fn style() -> String {
    let mut out = String::from(
        "svg { font-family: system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; font-size: 13px; }\n\
         .title { font-size: 20px; font-weight: 600; } .strong { font-weight: 600; }\n\
         .way { fill: none; stroke-width: 1.5; } .loose { stroke-dasharray: 4 4; } .dashed { stroke-dasharray: 5 3; }\n\
         .icon { fill: none; stroke-width: 1.5; stroke-linejoin: round; stroke-linecap: round; }\n",
    );
    scheme(&mut out, 0);
    out.push_str("@media (prefers-color-scheme: dark) {\n");
    scheme(&mut out, 1);
    out.push_str("}\n");
    out
}

fn scheme(out: &mut String, which: usize) {
    let of = |paint: &Paint| if which == 0 { paint.light } else { paint.dark };
    let [ground, line, ink] = of(&PAGE);
    let soft = SOFT.get(which).unwrap_or(&"");
    let _ = writeln!(out, "svg {{ background: {ground}; }} .ground {{ fill: {ground}; }} .ink {{ fill: {ink}; }}");
    let _ = writeln!(out, ".soft {{ fill: {soft}; }} .count {{ fill: {soft}; }}");
    let _ = writeln!(out, "g text.count {{ fill: {soft}; }}");
    let _ = writeln!(out, ".way {{ stroke: {line}; }} .tip {{ fill: {line}; }}");
    for paint in &BOXES {
        let [fill, edge, text] = of(paint);
        let class = paint.class;
        let _ = writeln!(
            out,
            ".{class} .box {{ fill: {fill}; stroke: {edge}; }} .{class} .bar {{ fill: {edge}; }} .{class} .icon {{ stroke: {edge}; }} .{class} text {{ fill: {text}; }}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast of two colours after WCAG 2.2.
    fn contrast(a: &str, b: &str) -> f64 {
        let light = |color: &str| {
            let part = |at: usize| {
                let value =
                    f64::from(u8::from_str_radix(color.get(at..at + 2).unwrap_or("00"), 16).unwrap_or(0)) / 255.0;
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
        };
        let (a, b) = (light(a), light(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn everything_can_be_read_in_both_schemes() {
        assert!((contrast("#ffffff", "#000000") - 21.0).abs() < 0.01);
        for which in [0, 1] {
            let of = |paint: &Paint| if which == 0 { paint.light } else { paint.dark };
            let [ground, line, ink] = of(&PAGE);
            for (what, color) in [("ink", ink), ("soft", SOFT[which])] {
                assert!(contrast(ground, color) >= 4.5, "{what} on the page, scheme {which}");
            }
            assert!(contrast(ground, line) >= 3.0, "lines, scheme {which}");
            for paint in &BOXES {
                let [fill, edge, text] = of(paint);
                assert!(contrast(fill, SOFT[which]) >= 4.5, "quiet text of {}, scheme {which}", paint.class);
                assert!(contrast(fill, text) >= 4.5, "text of {}, scheme {which}", paint.class);
                assert!(contrast(ground, edge) >= 3.0, "edge of {} on the page, scheme {which}", paint.class);
                assert!(contrast(fill, edge) >= 3.0, "icon of {}, scheme {which}", paint.class);
            }
        }
    }
}
