//! Files that messages take their texts from, `body file "recs.mjml"`: which of a program's sources they are, and what they
//! say put into the tree. They are no programs, so nothing else reads them.

use super::layout::outline;
use super::node::Node;
use super::token::{Lexeme, unquote};
use super::tree::{File, ItemKind, Text};
use super::words::Mode;
use crate::diagnostic::{Advice, Diagnostic, syntax};
use crate::limits::{ATTACHED, ATTACHMENT};
use crate::nearest::nearest;
use crate::source::{SourceFile, Span};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// For so many names of files that are not there it is asked which was meant.
const MOST_ASKED: usize = 100;

/// Of each source whether it is a text of a message: one that a program names, and that is called otherwise than a program.
///
/// What nobody names is a program, whatever it is called. Where two such name each other, both are.
pub(crate) fn are_texts(sources: &[SourceFile]) -> Vec<bool> {
    let is_called_so = |source: &SourceFile| source.name.ends_with(".journey");
    let mut open: BTreeSet<usize> =
        (0..sources.len()).filter(|at| !sources.get(*at).is_some_and(is_called_so)).collect();
    let mut out = vec![false; sources.len()];
    if open.is_empty() {
        return out;
    }
    let shelf = Shelf::of(sources);
    let names = |source: &SourceFile, asked: &mut usize| -> Vec<usize> {
        let paths = mentioned(source).into_iter().filter_map(|name| beside(&source.name, &name).ok());
        paths.flat_map(|path| shelf.meant(&path, asked)).collect()
    };
    let mut asked = 0;
    let mut take = |named: &[usize], open: &mut BTreeSet<usize>| {
        named
            .iter()
            .filter(|at| open.remove(*at))
            .for_each(|at| out.iter_mut().skip(*at).take(1).for_each(|is| *is = true));
    };
    for source in sources.iter().filter(|source| is_called_so(source)) {
        take(&names(source, &mut asked), &mut open);
    }
    // Those left are called as anything, standard input among them.
    let mut named: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in &open {
        let of = sources.get(*at).map(|source| names(source, &mut asked)).unwrap_or_default();
        named.insert(*at, of.into_iter().filter(|other| other != at).collect());
    }
    while !open.is_empty() {
        let by_others: BTreeSet<usize> = open.iter().filter_map(|at| named.get(at)).flatten().copied().collect();
        let programs: Vec<usize> = open.difference(&by_others).copied().collect();
        if programs.is_empty() {
            break;
        }
        for at in programs {
            open.remove(&at);
            take(named.get(&at).map(Vec::as_slice).unwrap_or_default(), &mut open);
        }
    }
    out
}

/// The files that messages of these sources name: the number of the source, and what the file is called beside it. A name
/// that leads out of the program is left out, and a text that is only a file's name is among them.
pub(crate) fn named(sources: &[SourceFile]) -> Vec<(usize, String)> {
    let is_text = are_texts(sources);
    let mut out = vec![];
    for ((at, source), _) in sources.iter().enumerate().zip(is_text).filter(|(_, is_text)| !is_text) {
        let mut seen = BTreeSet::new();
        let paths = mentioned(source).into_iter().filter_map(|name| beside(&source.name, &name).ok());
        out.extend(paths.filter(|path| seen.insert(path.clone())).map(|path| (at, path)));
    }
    out
}

/// What the messages of a source name, also on lines that cannot be read.
fn mentioned(source: &SourceFile) -> Vec<SmolStr> {
    fn gather(node: &Node<'_>, out: &mut Vec<SmolStr>) {
        if node.mode == Mode::VariantPart {
            let mut before = "";
            for piece in &node.pieces {
                if piece.lexeme == Lexeme::Text {
                    let name = unquote(piece.text);
                    let is_lone = holds_words(before) && is_file_name(&name);
                    out.extend(Some(name).filter(|_| before == "file" || is_lone));
                }
                before = piece.text;
            }
        }
        node.children.iter().for_each(|child| gather(child, out));
    }
    let mut out = vec![];
    if source.text.contains("essage") && source.text.len() <= super::parse::MAX_FILE {
        outline(source, 0).iter().for_each(|node| gather(node, &mut out));
    }
    out
}

/// Whether a text is the name of a file that holds one, and nothing else.
pub(crate) fn is_file_name(text: &str) -> bool {
    let Some((stem, end)) = text.rsplit_once('.') else { return false };
    let is_text = ["mjml", "html", "htm", "liquid", "txt"].iter().any(|known| end.eq_ignore_ascii_case(known));
    let is_plain = !stem.contains(|c: char| c.is_whitespace() || "{}<>?#\"".contains(c)) && !stem.contains("://");
    is_text && is_plain && !stem.is_empty() && !stem.ends_with('/')
}

/// Whether customers read what stands in a part of this name; others hold addresses and names of files as they are. Behind
/// nothing, and behind a sign that does not belong there, it is the message itself.
pub(crate) fn holds_words(part: &str) -> bool {
    matches!(
        part,
        "" | ":"
            | "="
            | "file"
            | "subject"
            | "preheader"
            | "preview"
            | "body"
            | "html"
            | "text"
            | "amp"
            | "title"
            | "subtitle"
            | "headline"
    )
}

/// Why a name is none of a file of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Empty,
    Backslash,
    Absolute,
    Leaves,
    Program,
}

impl Wrong {
    fn told(self, file: &Text) -> Diagnostic {
        let (name, span) = (file.text.as_str(), file.span);
        match self {
            Wrong::Empty => syntax(span, "Here no file is named", "write its name, such as `\"recs.mjml\"`"),
            Wrong::Backslash => {
                let right = format!("\"{}\"", name.replace('\\', "/"));
                let title = "Folders in the name of a file are parted by `/`, on every machine";
                syntax(span, title, format!("write `{right}`")).with_safe_fix(span, right)
            }
            Wrong::Absolute => {
                let title = format!("`{name}` is no file of this program");
                syntax(span, title, "put it into the program's folder, and write its name from this file's folder on")
            }
            Wrong::Leaves => {
                let title = format!("`{name}` leads out of the program's folder");
                let edit = "put the file into that folder, and write its name from this file's folder on, such as `\"mails/recs.mjml\"`";
                syntax(span, title, edit)
            }
            Wrong::Program => {
                let title = format!("`{name}` is a part of the program, and no text for customers");
                syntax(span, title, "write the name of a file that holds the text, such as `\"recs.mjml\"`")
            }
        }
    }
}

/// What a file is called that a source names: beside the source, in the folder that is called as the source's is.
fn beside(by: &str, name: &str) -> Result<String, Wrong> {
    let is_drive = name.as_bytes().get(1) == Some(&b':');
    match name {
        _ if name.trim().is_empty() || name.ends_with('/') => return Err(Wrong::Empty),
        _ if name.starts_with(['/', '~']) || is_drive || name.contains("://") => return Err(Wrong::Absolute),
        _ if name.contains('\\') => return Err(Wrong::Backslash),
        _ if name.ends_with(".journey") => return Err(Wrong::Program),
        _ => {}
    }
    let mut path: Vec<&str> = by.split(['/', '\\']).collect();
    path.pop();
    for part in name.split('/') {
        match (part, path.last()) {
            ("" | ".", _) => {}
            ("..", None | Some(&("" | "." | ".."))) => return Err(Wrong::Leaves),
            ("..", Some(last)) if last.ends_with(':') => return Err(Wrong::Leaves),
            ("..", _) => drop(path.pop()),
            _ => path.push(part),
        }
    }
    Ok(path.join("/"))
}

/// The parts of a path, however it is written.
fn parts(name: &str) -> Vec<&str> {
    name.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".").collect()
}

/// A path as it is written in a source: from the folder of that source on.
fn from(by: &str, name: &str) -> String {
    let (mut folder, file) = (parts(by), parts(name));
    folder.pop();
    let same = folder.iter().zip(&file).take_while(|(a, b)| a == b).count();
    let up = folder.iter().skip(same).map(|_| "..");
    up.chain(file.iter().skip(same).copied()).collect::<Vec<_>>().join("/")
}

/// The sources by their names.
struct Shelf<'a> {
    sources: &'a [SourceFile],
    by_parts: BTreeMap<Vec<&'a str>, usize>,
}

impl<'a> Shelf<'a> {
    fn of(sources: &'a [SourceFile]) -> Self {
        let by_parts = sources.iter().enumerate().rev().map(|(at, source)| (parts(&source.name), at)).collect();
        Shelf { sources, by_parts }
    }

    fn find(&self, path: &str) -> Option<usize> {
        self.by_parts.get(&parts(path)).copied()
    }

    /// The source of this name; where there is none, the one that is called nearly so.
    fn meant(&self, path: &str, asked: &mut usize) -> Option<usize> {
        self.find(path).or_else(|| {
            *asked += 1;
            let others = self.sources.iter().filter(|other| !other.name.ends_with(".journey"));
            let near = nearest(path, others.map(|other| other.name.as_str()).filter(|_| *asked <= MOST_ASKED))?;
            self.find(near)
        })
    }
}

/// Puts what files say into the messages that name them, and says which cannot be. Nothing is opened here: a file is one of
/// the sources.
pub(crate) fn put_in(files: &mut [File], sources: &[SourceFile], is_text: &[bool]) -> Vec<Diagnostic> {
    let mut found = vec![];
    let shelf = Shelf::of(sources);
    let mut reading = Reading { shelf, is_text, texts: BTreeMap::new(), bytes: 0, asked: 0 };
    for (file, source) in files.iter_mut().zip(sources) {
        let messages = file.items.iter_mut().filter_map(|item| match &mut item.kind {
            ItemKind::Message { variants, .. } => Some(variants),
            _ => None,
        });
        for part in messages.flatten().flat_map(|variant| &mut variant.parts) {
            let Some(named) = &part.file else { continue };
            match reading.text(&source.name, named) {
                Ok(text) => part.text = text,
                Err(error) => found.push(*error),
            }
        }
    }
    found
}

struct Reading<'a> {
    shelf: Shelf<'a>,
    is_text: &'a [bool],
    /// What was read before: a file may be named by several messages.
    texts: BTreeMap<usize, Text>,
    bytes: usize,
    asked: usize,
}

impl Reading<'_> {
    fn text(&mut self, by: &str, named: &Text) -> Result<Text, Box<Diagnostic>> {
        let path = beside(by, &named.text).map_err(|wrong| wrong.told(named))?;
        let Some(at) = self.shelf.find(&path) else { return Err(self.missing(by, named, &path).into()) };
        if !self.is_text.get(at).copied().unwrap_or_default() {
            return Err(Wrong::Program.told(named).into());
        }
        let text = self.shelf.sources.get(at).map_or("", |source| source.text.as_str());
        let too_large = |title: String, edit: &str| Err(Box::new(syntax(named.span, title, edit)));
        if text.len() > ATTACHMENT {
            let title = format!("`{}` is larger than {} KiB", named.text, ATTACHMENT >> 10);
            return too_large(title, "make it smaller: a picture is a link in a mail, and not written into it");
        }
        self.bytes += text.len();
        if self.bytes > ATTACHED {
            let title = format!("The files that messages name come to more than {} MiB", ATTACHED >> 20);
            return too_large(title, "divide this into several programs");
        }
        let read = self.texts.entry(at).or_insert_with(|| {
            // The mark that some editors put first is nothing of the text.
            let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
            let start = (text.len() - bare.len()) as u32;
            let file = u16::try_from(at).unwrap_or(u16::MAX);
            Text { text: SmolStr::new(bare), span: Span::new(file, start, text.len() as u32) }
        });
        Ok(read.clone())
    }

    fn missing(&mut self, by: &str, named: &Text, path: &str) -> Diagnostic {
        let title = format!("There is no file `{path}`");
        let error = |advice: Advice| Diagnostic::error("unknown-name", named.span, title.clone(), advice);
        self.asked += 1;
        let texts = self.shelf.sources.iter().zip(self.is_text).filter(|(_, is_text)| **is_text);
        let texts: Vec<String> =
            texts.map(|(source, _)| from(by, &source.name)).take_while(|_| self.asked <= MOST_ASKED).collect();
        if let Some(near) = nearest(&from(by, path), texts.iter().map(String::as_str)) {
            return error(Advice::meant(&format!("\"{near}\"")));
        }
        if named.text.trim_start_matches("./").starts_with("..") {
            return error(
                "put it there; where it lies above the folder that was given as the program, give the folder that holds both"
                    .into(),
            );
        }
        error("put the file there, or write the name of one that is there, from this file's folder on".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_lie_beside_their_program() {
        let path = |by: &str, name: &str| beside(by, name).unwrap();
        assert_eq!(path("cart.journey", "recs.mjml"), "recs.mjml");
        assert_eq!(path("shop/cart.journey", "./mails//recs.mjml"), "shop/mails/recs.mjml");
        assert_eq!(path("./shop/a/cart.journey", "../mails/recs.mjml"), "./shop/mails/recs.mjml");
        assert_eq!(path("/srv/shop/cart.journey", "recs.mjml"), "/srv/shop/recs.mjml");
        assert_eq!(path("/cart.journey", "recs.mjml"), "/recs.mjml");
        assert_eq!(path("C:\\shop\\cart.journey", "mails/recs.mjml"), "C:/shop/mails/recs.mjml");
        assert_eq!(path("stdin", "a/../recs.mjml"), "recs.mjml");
        for (by, name) in [
            ("cart.journey", "../recs.mjml"),
            ("./cart.journey", "../recs.mjml"),
            ("../shop/cart.journey", "../../recs.mjml"),
            ("/cart.journey", "../recs.mjml"),
            ("C:/cart.journey", "../recs.mjml"),
            ("shop/cart.journey", "mails/../../../recs.mjml"),
        ] {
            assert_eq!(beside(by, name), Err(Wrong::Leaves), "{by} {name}");
        }
        for name in ["/etc/passwd", "~/recs.mjml", "C:/recs.mjml", "C:\\recs.mjml", "https://shop.example/recs.mjml"] {
            assert_eq!(beside("cart.journey", name), Err(Wrong::Absolute), "{name}");
        }
        assert_eq!(from("shop/a/cart.journey", "./shop/mails/recs.mjml"), "../mails/recs.mjml");
    }

    #[test]
    fn texts_are_those_that_a_program_names() {
        let texts = |sources: &[(&str, &str)]| -> Vec<String> {
            let sources: Vec<SourceFile> = sources.iter().map(|(name, text)| SourceFile::new(*name, *text)).collect();
            let is_text = are_texts(&sources);
            sources.iter().zip(is_text).filter(|(_, is)| *is).map(|(source, _)| source.name.clone()).collect()
        };
        let naming = |file: &str| format!("message m: email: subject \"Hi\", body file \"{file}\"\n");
        assert_eq!(texts(&[("a.journey", &naming("b")), ("b", ""), ("stdin", "")]), ["b"]);
        assert_eq!(
            texts(&[("recs.mjml", &naming("a.txt")), ("stdin", &naming("recs.mjml")), ("a.txt", "")]),
            ["recs.mjml"]
        );
        // Nearly named, and named where it is not known that a file is meant.
        assert_eq!(texts(&[("a.journey", &naming("rcs.mjml")), ("recs.mjml", "")]), ["recs.mjml"]);
        let lone = "message m: sms: \"recs.txt\"\n";
        assert_eq!(texts(&[("a.journey", lone), ("recs.txt", "")]), ["recs.txt"]);
        assert_eq!(texts(&[("a", &naming("b")), ("b", &naming("a"))]), [""; 0]);
        assert_eq!(texts(&[("a", &naming("a"))]), [""; 0]);
    }
}
