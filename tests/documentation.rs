//! The pages: each stands in the book (`docs/SUMMARY.md`) exactly once, and every link leads to a page, and to a heading
//! in it, that is there. What they say is held by other tests: `reference`, `findings`, and the guide's in the command line.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

const SUMMARY: &str = "docs/SUMMARY.md";

/// Puts the pages below a folder, as paths from the root of the repository, behind those that are there.
fn below(folder: &Path, pages: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            below(&path, pages);
        } else if path.extension().is_some_and(|e| e == "md") {
            pages.push(path);
        }
    }
}

/// The pages of the book, and those that stand before it.
fn pages() -> BTreeMap<PathBuf, String> {
    let before = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md"];
    let mut paths: Vec<PathBuf> = before.map(PathBuf::from).into();
    below(Path::new("docs"), &mut paths);
    paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// The lines of a page that are no code, with their numbers.
fn prose(page: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut code = false;
    page.lines().zip(1..).filter_map(move |(line, n)| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        (!code && !fence).then_some((n, line))
    })
}

/// Where the links and pictures of a page lead, with their lines.
fn links(page: &str) -> impl Iterator<Item = (usize, &str)> {
    prose(page).flat_map(|(n, line)| {
        line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(move |(link, _)| (n, link))
    })
}

/// What a link writes for a heading, as code hosts and mdBook make it.
fn anchors(page: &str) -> Vec<String> {
    let mut all: Vec<String> = vec![];
    for (_, line) in prose(page).filter(|(_, line)| line.starts_with('#')) {
        let heading = line.trim_start_matches('#').trim();
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let plain: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase();
        let same = all.iter().filter(|anchor| **anchor == plain).count();
        all.push(if same == 0 { plain } else { format!("{plain}-{same}") });
    }
    all
}

/// The path that a link names on a page.
fn target(page: &Path, link: &str) -> PathBuf {
    let mut path = page.parent().unwrap().to_path_buf();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => assert!(path.pop(), "{link} leads out of the repository"),
            part => path.push(part),
        }
    }
    path
}

/// What is wrong with a link on a page.
fn fault(page: &Path, link: &str, pages: &BTreeMap<PathBuf, String>) -> Option<String> {
    if link.starts_with("https://") || link.starts_with("http://") {
        return None;
    }
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let target = if path.is_empty() { page.to_path_buf() } else { target(page, path) };
    if !target.exists() {
        return Some(format!("there is no {}", target.display()));
    }
    if page.starts_with("docs") && !(target.starts_with("docs") && target.is_file()) {
        return Some("it leads out of the book: name the file without a link".into());
    }
    let anchor = anchor?;
    let there = pages.get(&target).map(|page| anchors(page)).unwrap_or_default();
    (!there.iter().any(|one| one == anchor)).then(|| format!("#{anchor} is none of {}", there.join(", ")))
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let (mut all, mut wrong) = (0, vec![]);
    for (path, page) in &pages {
        for (line, link) in links(page) {
            all += 1;
            wrong.extend(fault(path, link, &pages).map(|why| format!("{}:{line}: {link}: {why}", path.display())));
        }
    }
    assert!(all >= 300, "{all} links");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_stands_in_the_book_once() {
    let pages = pages();
    let listed: Vec<PathBuf> =
        links(&pages[Path::new(SUMMARY)]).map(|(_, link)| target(Path::new(SUMMARY), link)).collect();
    let mut wrong = vec![];
    for (path, page) in pages.iter().filter(|(path, _)| path.starts_with("docs") && *path != Path::new(SUMMARY)) {
        let times = listed.iter().filter(|one| *one == path).count();
        if times != 1 {
            let title = page.lines().next().unwrap().trim_start_matches('#').trim();
            let link = path.strip_prefix("docs").unwrap().display();
            wrong.push(format!("{SUMMARY} has {times} times, and not once: - [{title}]({link})"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_leads_nowhere_is_found() {
    let page = Path::new("docs/guide/1-first-journey.md");
    let pages = pages();
    for good in ["2-tests.md", "#as-a-picture", "../seeing.md#journey-preview-program", "cart.svg", "https://no.where"]
    {
        assert_eq!(fault(page, good, &pages), None, "{good}");
    }
    for bad in ["3-tests.md", "#as-a-painting", "../seeing.md#why", "cart.svg#box", "../../README.md", "../guide"] {
        assert!(fault(page, bad, &pages).is_some(), "{bad}");
    }
    assert_eq!(anchors("# A `b`!\n```\n# no\n```\n## A b\n"), ["a-b", "a-b-1"]);
}
