//! What a program says of its channels: how much one holds, and what the host adds to Liquid there.

use journey::Program;
use journey::rust_decimal::prelude::ToPrimitive;
use journey::syntax::tree::{ChannelPart, ItemKind};
use std::collections::HashMap;

/// What one channel is declared to have.
#[derive(Debug, Clone, Default)]
pub(super) struct Declared {
    /// `limit 320 characters`
    pub(super) limit: Option<usize>,
    /// `filters money`
    pub(super) filters: Vec<String>,
    /// `tags unsubscribe`
    pub(super) tags: Vec<String>,
    /// `provides unsubscribe_url`
    pub(super) provides: Vec<String>,
}

/// What the program declares, by channel.
pub(super) fn channels(program: &Program) -> HashMap<String, Declared> {
    let mut found: HashMap<String, Declared> = HashMap::new();
    for item in journey::parse(program.sources()).files.iter().flat_map(|file| &file.items) {
        let ItemKind::Channel { name, parts } = &item.kind else { continue };
        let declared = found.entry(name.text.to_string()).or_default();
        for part in parts {
            match part {
                ChannelPart::Limit(limit, _) => declared.limit = limit.to_usize().filter(|limit| *limit > 0),
                ChannelPart::Filters(names) => declared.filters.extend(names.iter().map(|name| name.text.to_string())),
                ChannelPart::Tags(names) => declared.tags.extend(names.iter().map(|name| name.text.to_string())),
                ChannelPart::Provides(names) => {
                    declared.provides.extend(names.iter().map(|name| name.text.to_string()));
                }
                ChannelPart::Tracks(_) => {}
            }
        }
    }
    found
}
