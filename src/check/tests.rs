//! Tests: the names in them are checked like all others. `journey check` and `journey run` do not play them.

use super::Checker;
use crate::ir::Engagement;
use crate::source::snake_case;
use crate::syntax::tree::{Test, TestKind};

impl Checker<'_> {
    /// Checks the names of a test.
    pub(crate) fn test(&mut self, test: &Test) {
        self.journey_name(&test.journey);
        for line in &test.lines {
            match &line.kind {
                TestKind::Profile(traits) => traits.iter().for_each(|(path, _)| self.test_attribute(path)),
                TestKind::Set { path, .. } => self.test_attribute(path),
                TestKind::Event { event, .. } => {
                    let engagement = Engagement::of(&event.name.text).filter(|_| !event.name.quoted);
                    match (&event.message, engagement) {
                        (Some(message), Some(_)) => _ = self.message(message),
                        _ => _ = self.names.event(&event.name, &mut self.errors),
                    }
                }
                TestKind::Allow(channels) => {
                    for channel in channels {
                        self.channel(channel);
                    }
                }
                TestKind::Start(..) | TestKind::Expect { .. } | TestKind::ExpectSet { .. } => {}
            }
        }
    }

    fn test_attribute(&mut self, path: &[crate::syntax::tree::Name]) {
        let snake: Vec<_> = path.iter().map(|p| snake_case(&p.text).into()).collect();
        if !matches!(snake.first().map(smol_str::SmolStr::as_str), Some("consent" | "reachable")) {
            self.attribute_type(&snake, path);
        }
    }
}
