//! The same decisions as CEL expressions, compiled once: the rules of a state are asked in order, and the first that
//! holds is done by the same Rust code as by hand.

use crate::by_hand::{Decides, Move, State};
use cel::{Context, Env, Program, Value};
use std::sync::Arc;

type Rule = (Program, Move);

pub struct Cel {
    context: Context<'static, 'static>,
    out: Vec<Rule>,
    abandoned: Vec<Rule>,
    emailed: Vec<Rule>,
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
        }
    }
}

impl Decides for Cel {
    fn next(&mut self, state: State, event: Option<&str>, now: i64) -> Move {
        let event = event.unwrap_or_default();
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
