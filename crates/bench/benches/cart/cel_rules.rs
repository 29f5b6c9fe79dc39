//! The same decisions as CEL expressions, compiled once: the rules of a state are asked in order, and the first that
//! holds is done by the same Rust code as by hand.

use crate::by_hand::{Customer, Effect, Move, State, take};
use crate::host::{Machine, Tally};
use cel::{Context, Env, Program, Value};
use journey::{Input, InputKind};
use std::sync::Arc;

type Rule = (Program, Move);

pub struct Cel {
    context: Context<'static, 'static>,
    out: Vec<Rule>,
    abandoned: Vec<Rule>,
    emailed: Vec<Rule>,
    effects: Vec<Effect>,
}

impl Cel {
    pub fn new() -> Self {
        let env = Arc::new(Env::stdlib());
        let rules = |rules: &[(&str, Move)]| {
            rules.iter().map(|(text, next)| (env.compile(text).expect("it compiles"), *next)).collect()
        };
        let buys = ("event == 'order_placed'", Move::Buy);
        Self {
            out: rules(&[("event == 'cart_abandoned'", Move::Enter)]),
            abandoned: rules(&[buys, ("event == '' && now >= since + 86400000", Move::Email)]),
            emailed: rules(&[
                buys,
                ("event == 'opened' || event == 'clicked'", Move::Open),
                ("event == '' && now >= since + 259200000", Move::Push),
            ]),
            context: Context::with_env(env),
            effects: vec![],
        }
    }

    fn next(&mut self, state: State, event: &str, now: i64) -> Move {
        let (rules, since) = match state {
            State::Out => (&self.out, 0),
            State::Abandoned(since) => (&self.abandoned, since),
            State::Emailed(since) => (&self.emailed, since),
        };
        self.context.add_variable_from_value("event", event);
        self.context.add_variable_from_value("since", since);
        self.context.add_variable_from_value("now", now);
        let holds = |rule: &&Rule| rule.0.execute(&self.context) == Ok(Value::Bool(true));
        rules.iter().find(holds).map_or(Move::Stay, |(_, next)| *next)
    }
}

impl Machine for Cel {
    type State = Customer;

    fn fresh(&mut self, id: &str) -> Customer {
        Customer::new(id)
    }

    fn input(&mut self, state: &mut Customer, input: &Input, out: &mut Tally) {
        if let InputKind::Track { event, .. } = &input.kind {
            let next = self.next(state.state, event, input.arrived);
            state.go(next, input.arrived, &mut self.effects);
        }
        take(input.arrived, &mut self.effects, out);
    }

    fn wake(&mut self, state: &mut Customer, now: i64, out: &mut Tally) {
        let next = self.next(state.state, "", now);
        state.go(next, now, &mut self.effects);
        take(now, &mut self.effects, out);
    }

    fn due(&mut self, state: &Customer) -> Option<i64> {
        state.due()
    }
}
