//! Names that a text gives: those of `assign` and `capture`, and that of a loop. What a thing behind them lacks is missing and
//! no error, so that `{% if %}` and `| default:` can ask about it.

use journey::source::snake_case;
use liquid_core::model::{KString, KStringCow, KStringRef, Object, ScalarCow, try_find};
use liquid_core::runtime::{PartialStore, Registers};
use liquid_core::{Result, Runtime, Value, ValueCow, ValueView};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Names above those of another runtime.
pub(super) struct Frame<'r> {
    parent: &'r dyn Runtime,
    names: RefCell<Object>,
    /// Whether it takes the names that the text gives; else they are taken further down.
    takes: bool,
}

impl<'r> Frame<'r> {
    /// The one that takes what `assign` and `capture` name.
    pub(super) fn lowest(parent: &'r dyn Runtime) -> Self {
        Frame { parent, names: RefCell::default(), takes: true }
    }

    /// The names of one round of a loop.
    pub(super) fn of_loop(parent: &'r dyn Runtime, names: Object) -> Self {
        Frame { parent, names: RefCell::new(names), takes: false }
    }

    /// What a path is, where its first name is one of these.
    fn find(&self, path: &[ScalarCow<'_>]) -> Option<Option<Value>> {
        let (first, rest) = path.split_first()?;
        let names = self.names.borrow();
        names.get(first.to_kstr().as_str()).map(|value| within(value, rest))
    }
}

/// What stands within a value, under its names as they are written or in snake case, as things have them.
pub(super) fn within(value: &Value, path: &[ScalarCow<'_>]) -> Option<Value> {
    let Some((first, rest)) = path.split_first() else { return Some(value.clone()) };
    let one = std::slice::from_ref(first);
    if let Some(found) = try_find(value, one) {
        return within(&found.into_owned(), rest);
    }
    let object = value.as_object()?;
    within(&object.get(&snake_case(&first.to_kstr()))?.to_value(), rest)
}

impl Runtime for Frame<'_> {
    fn partials(&self) -> &dyn PartialStore {
        self.parent.partials()
    }

    fn name(&self) -> Option<KStringRef<'_>> {
        self.parent.name()
    }

    fn roots(&self) -> BTreeSet<KStringCow<'_>> {
        let mut roots = self.parent.roots();
        roots.extend(self.names.borrow().keys().map(|name| name.clone().into()));
        roots
    }

    fn try_get(&self, path: &[ScalarCow<'_>]) -> Option<ValueCow<'_>> {
        match self.find(path) {
            Some(found) => found.map(ValueCow::Owned),
            None => self.parent.try_get(path),
        }
    }

    fn get(&self, path: &[ScalarCow<'_>]) -> Result<ValueCow<'_>> {
        match self.find(path) {
            Some(found) => Ok(ValueCow::Owned(found.unwrap_or_default())),
            None => self.parent.get(path),
        }
    }

    fn set_global(&self, name: KString, value: Value) -> Option<Value> {
        match self.takes {
            true => self.names.borrow_mut().insert(name, value),
            false => self.parent.set_global(name, value),
        }
    }

    fn set_index(&self, name: KString, value: Value) -> Option<Value> {
        self.parent.set_index(name, value)
    }

    fn get_index<'a>(&'a self, name: &str) -> Option<ValueCow<'a>> {
        self.parent.get_index(name)
    }

    fn registers(&self) -> &Registers {
        self.parent.registers()
    }
}
