//! The same state machine as a Rhai script, compiled once: the script keeps the state of a customer in an object map and
//! says what is to be done, as in our language; the host makes the ids of sends.

use crate::by_hand::{Effect, send, take};
use crate::host::{Machine, Tally};
use journey::{Input, InputKind};
use rhai::{AST, Array, CallFnOptions, Dynamic, Engine, ImmutableString, Map, Scope};
use std::collections::HashMap;

const SCRIPT: &str = r#"
const DAY = 86400000;

fn fresh() {
    #{ state: "out", since: 0, due: () }
}

fn leaves() {
    this.state = "out";
    this.due = ();
}

fn on(event, now) {
    if this.state == "out" {
        if event == "cart_abandoned" {
            this.state = "abandoned";
            this.since = now;
            this.due = now + global::DAY;
            return [#{ kind: "entered" }];
        }
    } else if event == "order_placed" {
        this.leaves();
        return [#{ kind: "converted" }, #{ kind: "exited", reason: "goal" }];
    } else if this.state == "emailed" && (event == "opened" || event == "clicked") {
        this.leaves();
        return [#{ kind: "exited", reason: "completed" }];
    }
    []
}

fn wake(now) {
    if this.state == "abandoned" && now >= this.due {
        this.state = "emailed";
        this.due = now + 2 * global::DAY;
        return [#{ kind: "sent", channel: "email", message: "recs", number: 1 }];
    }
    if this.state == "emailed" && now >= this.due {
        this.leaves();
        return [
            #{ kind: "sent", channel: "push", message: "reminder", number: 2 },
            #{ kind: "exited", reason: "completed" },
        ];
    }
    []
}
"#;

pub struct Rhai {
    engine: Engine,
    script: AST,
    scope: Scope<'static>,
    /// Texts in the form that the script takes, made once.
    events: HashMap<&'static str, ImmutableString>,
    effects: Vec<Effect>,
}

pub struct Customer {
    id: Box<str>,
    kept: Dynamic,
}

impl Rhai {
    pub fn new() -> Self {
        let engine = Engine::new();
        let script = engine.compile(SCRIPT).expect("it compiles");
        let events = ["cart_abandoned", "order_placed", "opened"];
        let events = events.into_iter().map(|event| (event, event.into())).collect();
        Self { engine, script, scope: Scope::new(), events, effects: vec![] }
    }

    fn call(&mut self, customer: &mut Customer, name: &str, arguments: Vec<Dynamic>) {
        let since = customer.since();
        let options = CallFnOptions::new().eval_ast(true).rewind_scope(true).bind_this_ptr(&mut customer.kept);
        let said: Array =
            self.engine.call_fn_with_options(options, &mut self.scope, &self.script, name, arguments).expect("it runs");
        for what in said {
            let what = what.cast::<Map>();
            let text =
                |name: &str| what.get(name).and_then(|v| v.clone().into_immutable_string().ok()).unwrap_or_default();
            self.effects.push(match text("kind").as_str() {
                "entered" => Effect::Entered,
                "converted" => Effect::Converted { event: "order_placed" },
                "sent" => {
                    let number = what.get("number").and_then(|n| n.as_int().ok()).unwrap_or_default();
                    let (channel, message) = if number == 1 { ("email", "recs") } else { ("push", "reminder") };
                    assert!(text("channel") == channel && text("message") == message);
                    send(&customer.id, since, number as u32, channel, message)
                }
                _ => Effect::Exited { reason: if text("reason") == "goal" { "goal" } else { "completed" } },
            });
        }
    }
}

impl Customer {
    fn number(&self, name: &str) -> Option<i64> {
        self.kept.read_lock::<Map>()?.get(name)?.as_int().ok()
    }

    fn since(&self) -> i64 {
        self.number("since").unwrap_or_default()
    }
}

impl Machine for Rhai {
    type State = Customer;

    fn fresh(&mut self, id: &str) -> Customer {
        let kept: Dynamic = self.engine.call_fn(&mut self.scope, &self.script, "fresh", ()).expect("it runs");
        Customer { id: id.into(), kept }
    }

    fn input(&mut self, state: &mut Customer, input: &Input, out: &mut Tally) {
        if let InputKind::Track { event, .. } = &input.kind {
            let event = self.events.get(event.as_str()).cloned().unwrap_or_else(|| event.as_str().into());
            self.call(state, "on", vec![event.into(), input.arrived.into()]);
        }
        take(input.arrived, &mut self.effects, out);
    }

    fn wake(&mut self, state: &mut Customer, now: i64, out: &mut Tally) {
        self.call(state, "wake", vec![now.into()]);
        take(now, &mut self.effects, out);
    }

    fn due(&mut self, state: &Customer) -> Option<i64> {
        state.number("due")
    }
}
