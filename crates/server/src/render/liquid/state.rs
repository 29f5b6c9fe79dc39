//! What a run keeps beside the values, and where names are looked up.

use super::frame::within;
use super::number::Numbers;
use crate::render::unrenderable::Why;
use crate::render::values::{self, Values};
use journey::source::snake_case;
use liquid_core::model::{Object, ScalarCow};
use liquid_core::runtime::Registers;
use liquid_core::{Error, Result, Runtime, Value, ValueCow, ValueView};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

/// What a run keeps.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Why it stopped: told instead of what Liquid says of it.
    pub(super) stop: Option<Why>,
    /// A value behind a filter that is missing, and made what it gives missing too.
    pub(super) because: Option<String>,
    /// Names that the text gave to something missing, with what it was.
    pub(super) origins: HashMap<String, String>,
    /// Names of loops, with the thing of a list that each stands for now.
    pub(super) lists: HashMap<String, String>,
    /// Names of captured text: it is HTML already where the text is.
    pub(super) captured: HashSet<String>,
    /// Rounds of loops that have begun.
    pub(super) rounds: usize,
    /// Numbers that a float does not hold.
    pub(super) numbers: Numbers,
    pub(super) now: Option<i64>,
    pub(super) zone: Option<journey::chrono_tz::Tz>,
}

/// The state of a run; it must not be held while anything else is evaluated.
pub(super) fn state(runtime: &dyn Runtime) -> std::cell::RefMut<'_, State> {
    runtime.registers().get_mut::<State>()
}

/// Ends a run.
pub(super) fn stop(runtime: &dyn Runtime, why: Why) -> Error {
    state(runtime).stop.get_or_insert(why);
    Error::with_msg("stopped")
}

/// Ends a run for a reason in words.
pub(super) fn refuse(runtime: &dyn Runtime, why: impl Into<String>) -> Error {
    stop(runtime, Why::Liquid(why.into()))
}

/// What a name is that the text itself writes, as the program has it.
pub(super) fn resolved(runtime: &dyn Runtime, name: &str) -> String {
    let state = state(runtime);
    let (root, rest) = name.split_at_checked(name.find(['.', '[']).unwrap_or(name.len())).unwrap_or((name, ""));
    match (state.origins.get(root), state.lists.get(root)) {
        (Some(origin), _) => format!("{origin}{rest}"),
        (None, Some(list)) => format!("{list}{rest}"),
        (None, None) => name.to_owned(),
    }
}

/// Whether a value is missing, or is a list with a hole.
pub(super) fn is_missing(value: &dyn ValueView) -> bool {
    value.is_nil() || value.as_array().is_some_and(|list| list.values().any(|item| item.is_nil()))
}

/// Where names are looked up that the text does not define: a name that nobody gave is missing and no error, so that
/// `{% if %}` and `| default:` can ask about it.
pub(super) struct Ground<'v> {
    values: &'v Values,
    counters: RefCell<Object>,
    registers: Registers,
}

impl<'v> Ground<'v> {
    pub(super) fn new(values: &'v Values) -> Self {
        let registers = Registers::default();
        let state = State { numbers: values.numbers().clone(), now: values.now, zone: values.zone, ..State::default() };
        *registers.get_mut::<State>() = state;
        Ground { values, counters: RefCell::default(), registers }
    }

    /// The longest name that was given, and what stands behind it within its value.
    fn find(&self, path: &[ScalarCow<'_>]) -> Option<Value> {
        let names: Vec<String> = path
            .iter()
            .take_while(|name| name.type_name() == "string")
            .map(|name| name.to_kstr().into_string())
            .collect();
        for many in (1..=names.len()).rev() {
            let given = names.get(..many).unwrap_or_default();
            let snake: Vec<String> = given.iter().map(|name| snake_case(name)).collect();
            let found = self.values.named(&given.join(".")).or_else(|| self.values.named(&snake.join(".")));
            if let Some(value) = found {
                return within(value, path.get(many..).unwrap_or_default());
            }
        }
        let counters = self.counters.borrow();
        let first = names.first()?;
        counters.get(first.as_str()).filter(|_| path.len() == 1).cloned()
    }
}

impl Runtime for Ground<'_> {
    fn partials(&self) -> &dyn liquid_core::runtime::PartialStore {
        &NoFiles
    }

    fn name(&self) -> Option<liquid_core::model::KStringRef<'_>> {
        None
    }

    fn roots(&self) -> std::collections::BTreeSet<liquid_core::model::KStringCow<'_>> {
        std::collections::BTreeSet::new()
    }

    fn try_get(&self, path: &[ScalarCow<'_>]) -> Option<ValueCow<'_>> {
        self.find(path).map(ValueCow::Owned)
    }

    fn get(&self, path: &[ScalarCow<'_>]) -> Result<ValueCow<'_>> {
        Ok(ValueCow::Owned(self.find(path).unwrap_or(Value::Nil)))
    }

    fn set_global(&self, _name: liquid_core::model::KString, _value: Value) -> Option<Value> {
        // The frame above takes them.
        None
    }

    fn set_index(&self, name: liquid_core::model::KString, value: Value) -> Option<Value> {
        self.counters.borrow_mut().insert(name, value)
    }

    fn get_index<'a>(&'a self, name: &str) -> Option<ValueCow<'a>> {
        self.counters.borrow().get(name).cloned().map(ValueCow::Owned)
    }

    fn registers(&self) -> &Registers {
        &self.registers
    }
}

/// A name as [`Runtime::try_get`] takes it.
pub(super) fn path(name: &str) -> [ScalarCow<'static>; 1] {
    [values::text(name)]
}

/// There are no other texts to include.
#[derive(Debug)]
struct NoFiles;

impl liquid_core::runtime::PartialStore for NoFiles {
    fn contains(&self, _name: &str) -> bool {
        false
    }

    fn names(&self) -> Vec<&str> {
        vec![]
    }

    fn try_get(&self, _name: &str) -> Option<std::sync::Arc<dyn liquid_core::Renderable>> {
        None
    }

    fn get(&self, name: &str) -> Result<std::sync::Arc<dyn liquid_core::Renderable>> {
        Err(Error::with_msg(format!("there is no text `{name}` to include")))
    }
}
