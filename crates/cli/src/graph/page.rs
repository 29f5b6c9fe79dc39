//! Charts as a page of its own: drag to move, scroll to zoom, click a box to see its line.

use super::picture::{Picture, passed_on};
use std::fmt::Write;

const HEAD: &str = include_str!("page_head.html");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn html(picture: &Picture<'_>, numbers: &[usize]) -> String {
    let names: Vec<&str> = numbers.iter().filter_map(|at| picture.charts.get(*at)).map(|c| c.name.as_str()).collect();
    let mut out = HEAD.replace("{title}", &escaped(&names.join(", ")));
    out.push_str("<nav aria-label=\"Charts\"><div id=\"charts\">");
    for number in numbers {
        let name = picture.charts.get(*number).map_or("", |chart| chart.name.as_str());
        let _ = write!(out, "<button data-chart=\"chart-{number}\">{}</button>", escaped(name));
    }
    out.push_str("</div><span class=\"hint\">drag to move · scroll to zoom · click a box to see its line</span>");
    out.push_str(
        "<div id=\"tools\"><button id=\"text\" aria-controls=\"source\">Text</button><button id=\"fit\">Fit</button>",
    );
    out.push_str("<button id=\"out\" aria-label=\"Zoom out\">−</button><button id=\"in\" aria-label=\"Zoom in\">+</button></div></nav>\n");
    out.push_str("<main><div id=\"canvas\" tabindex=\"0\" aria-label=\"Charts\">\n");
    // Within a page the picture needs no declaration of its own.
    out.push_str(&picture.svg(numbers));
    out.push_str("</div>\n<aside id=\"source\" aria-label=\"Source\">\n");
    for (number, file) in picture.sources.iter().enumerate() {
        let lines = untested(&file.text);
        if lines.iter().all(|(_, line)| line.trim().is_empty() || line.starts_with('#')) {
            continue;
        }
        let _ = write!(out, "<h2>{}</h2><pre>", escaped(&passed_on(&file.name)));
        for (at, line) in lines {
            let _ = write!(out, "<span id=\"l{number}-{}\"><i>{}</i>{}</span>", at + 1, at + 1, escaped(line));
        }
        out.push_str("</pre>\n");
    }
    let _ = write!(out, "</aside></main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    out
}

/// The lines of a file with their numbers, without its tests: no box stands for one.
fn untested(text: &str) -> Vec<(usize, &str)> {
    let mut is_test = false;
    let lines = text.lines().enumerate().filter(|(_, line)| {
        if line.starts_with(|first: char| !first.is_whitespace()) {
            is_test = line.starts_with("test ");
        }
        !is_test
    });
    lines.collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
