//! Where a program names something, its tests and its declarations of events left out.

use crate::source::{SourceFile, Span, snake_case};
use crate::syntax::are_texts;
use crate::syntax::token::{lex, unquote};
use crate::syntax::tree::{File, ItemKind};

/// The words of a program in the order of its files.
pub(super) struct Places(Vec<(String, Span)>);

impl Places {
    pub(super) fn of(files: &[File], sources: &[SourceFile]) -> Places {
        let mut words = vec![];
        let programs = sources.iter().enumerate().zip(are_texts(sources)).filter(|(_, is_text)| !is_text);
        for ((number, source), _) in programs {
            let number = u16::try_from(number).unwrap_or(u16::MAX);
            let items: Vec<_> =
                files.iter().flat_map(|file| &file.items).filter(|item| item.span.file == number).collect();
            let passed_over = |at: u32| {
                let item = items.iter().rfind(|item| item.span.start <= at);
                item.is_some_and(|item| matches!(item.kind, ItemKind::Test(_) | ItemKind::Event { .. }))
            };
            for (_, start, end) in lex(&source.text) {
                let span = Span::new(number, start, end);
                let text = source.slice(span);
                if !text.trim().is_empty() && !text.starts_with('#') && !passed_over(start) {
                    let is_quoted = text.starts_with(['"', '“', '”', '„']);
                    let word = if is_quoted { unquote(text).to_string() } else { text.to_string() };
                    words.push((snake_case(&word), span));
                }
            }
        }
        Places(words)
    }

    /// Where these words first stand behind each other, with a point between them.
    pub(super) fn first(&self, path: &[&str]) -> Option<Span> {
        let length = (path.len() * 2).saturating_sub(1);
        let found = self.0.windows(length.max(1)).find(|words| {
            words.iter().enumerate().all(|(at, (word, span))| match at % 2 {
                0 => path.get(at / 2).is_some_and(|wanted| wanted == word),
                _ => span.end == span.start + 1 && word.is_empty(),
            })
        })?;
        let ((_, first), (_, last)) = (found.first()?, found.last()?);
        Some(Span { end: last.end, ..*first })
    }
}
