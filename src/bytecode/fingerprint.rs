//! What a program is called by the profiles that it plays: the same for all files that come to the same tables.

use crate::source::SourceFile;
use crate::syntax::are_texts;
use crate::syntax::token::{Lexeme, lex};
use std::cmp::Ordering;
use xxhash_rust::xxh3::Xxh3;

/// The order of a program's files: that of their paths, part by part, however they are written.
pub(crate) fn order(a: &SourceFile, b: &SourceFile) -> Ordering {
    parts(&a.name).cmp(parts(&b.name))
}

fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".")
}

/// Of the files in their order: what each is called by a journey without a name, and its words and signs, with the
/// column at which each line begins. Comments, empty lines and the ends of lines are nothing of it. Of files that messages
/// take texts from, every byte: customers get them as they are.
pub(crate) fn fingerprint(sources: &[SourceFile]) -> u64 {
    let mut hash = Xxh3::new();
    for (source, is_text) in sources.iter().zip(are_texts(sources)) {
        hash.update(source.stem().as_bytes());
        hash.update(&[0]);
        if is_text {
            hash.update(&(source.text.len() as u64).to_le_bytes());
            hash.update(source.text.as_bytes());
            continue;
        }
        let (mut line, mut before, mut is_first) = (0u32, 0u32, true);
        for (lexeme, start, end) in lex(&source.text) {
            match lexeme {
                Lexeme::LineEnd => {
                    (line, is_first) = (end, true);
                    continue;
                }
                Lexeme::Comment => continue,
                _ => {}
            }
            if std::mem::take(&mut is_first) {
                // The indentation as it is written: a tab is not a space.
                hash.update(&[1]);
                let indent = source.text.get(line as usize..start as usize).unwrap_or_default();
                hash.update(indent.trim_start_matches('\u{feff}').as_bytes());
                hash.update(&[2]);
            } else {
                // Two signs may mean something else where they touch.
                hash.update(&[2 + u8::from(before == start)]);
            }
            hash.update(source.text.get(start as usize..end as usize).unwrap_or_default().as_bytes());
            before = end;
        }
        hash.update(&[0]);
    }
    hash.digest()
}

/// The same as engines made it before: of all bytes of the files and of their names.
pub(crate) fn of_bytes(sources: &[SourceFile]) -> u64 {
    let mut hash = Xxh3::new();
    for source in sources {
        hash.update(source.name.as_bytes());
        hash.update(&[0]);
        hash.update(source.text.as_bytes());
        hash.update(&[0]);
    }
    hash.digest()
}
