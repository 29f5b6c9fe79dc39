//! Messages that are held, when something that their holds rest on has changed.

use super::turn::Turn;
use crate::bytecode::Op;
use crate::engine::facts::gate;
use crate::engine::facts::gate::rework::{Changed, rework};
use crate::engine::state::parked::{Hold, Parked};

/// Works holds out anew after a change of something that they rest on.
pub(super) fn rework_all(turn: &mut Turn<'_>, changed: Changed) {
    let code = turn.code;
    if changed == Changed::Asked && !code.uses.timed_rules {
        return;
    }
    for at in 0..turn.profile.instances.len() {
        let Some(Parked::Held(hold)) = turn.instance(at).map(|i| i.parked.clone()) else { continue };
        let Some((Op::Send(first, _) | Op::BestOf(first, _), _)) = turn.op(at) else { continue };
        let Some(send) = code.sends.get(first.alternative(hold.alternative)) else { continue };
        let ends = rework(turn.view(), at, send, &hold, changed);
        if ends == hold.ends {
            continue;
        }
        let until = gate::until(code, hold.by, hold.since, ends);
        if until > turn.now && until != hold.until {
            let rule = gate::rule(code, turn.journey_of(at), send, hold.by);
            turn.emit_held(at, send, until, rule);
        }
        turn.park(at, Parked::Held(Box::new(Hold { ends, until, ..*hold })), Some(until));
    }
}
