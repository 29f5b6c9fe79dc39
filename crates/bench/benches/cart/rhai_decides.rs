//! Only the decisions as a Rhai script, compiled once, over numbers; what it decides is done by the same Rust code as
//! by hand. The least that a host can leave to a script.

use crate::by_hand::{Decides, Move, State};
use rhai::{AST, CallFnOptions, Engine, ImmutableString, Scope};
use std::collections::HashMap;

const SCRIPT: &str = r#"
fn next(state, since, event, now) {
    if state == 0 {
        if event == "cart_abandoned" { return 1; }
    } else if event == "order_placed" {
        return 2;
    } else if state == 1 {
        if event == "" && now >= since + 86400000 { return 3; }
    } else if event == "opened" || event == "clicked" {
        return 4;
    } else if event == "" && now >= since + 259200000 {
        return 5;
    }
    0
}
"#;

pub struct RhaiDecides {
    engine: Engine,
    script: AST,
    scope: Scope<'static>,
    /// Texts in the form that the script takes, made once.
    events: HashMap<&'static str, ImmutableString>,
}

impl RhaiDecides {
    pub fn new() -> Self {
        let engine = Engine::new();
        let script = engine.compile(SCRIPT).expect("it compiles");
        let events = ["", "cart_abandoned", "order_placed", "opened", "clicked"];
        let events = events.into_iter().map(|event| (event, event.into())).collect();
        Self { engine, script, scope: Scope::new(), events }
    }
}

impl Decides for RhaiDecides {
    fn next(&mut self, state: State, event: Option<&str>, now: i64) -> Move {
        let event = event.unwrap_or_default();
        let (state, since) = match state {
            State::Out => (0i64, 0i64),
            State::Abandoned(since) => (1, since),
            State::Emailed(since) => (2, since),
        };
        let event = self.events.get(event).cloned().unwrap_or_else(|| event.into());
        let options = CallFnOptions::new().eval_ast(false).rewind_scope(true);
        let next: i64 = self
            .engine
            .call_fn_with_options(options, &mut self.scope, &self.script, "next", (state, since, event, now))
            .expect("it runs");
        match next {
            1 => Move::Enter,
            2 => Move::Buy,
            3 => Move::Email,
            4 => Move::Open,
            5 => Move::Push,
            _ => Move::Stay,
        }
    }
}
