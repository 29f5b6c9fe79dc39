//! What is sent: events of a shop's customers.

use std::fmt::Write;
use std::str::FromStr;

/// Random numbers that are the same each time.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n.max(1)
    }
}

const KINDS: [&str; 6] = ["abandoned", "ordered", "opened", "signed_up", "identify", "other"];

/// How often each kind of event comes.
#[derive(Debug, Clone)]
pub(crate) struct Mix(Vec<&'static str>);

impl FromStr for Mix {
    type Err = String;

    fn from_str(text: &str) -> Result<Mix, String> {
        let mut all = vec![];
        for part in text.split(',') {
            let (name, times) = part.split_once('=').ok_or("write it so: abandoned=5,ordered=2")?;
            let kind = KINDS.iter().find(|kind| **kind == name);
            let kind = kind.ok_or_else(|| format!("there is no `{name}`: there are {}", KINDS.join(", ")))?;
            let times: usize = times.parse().map_err(|_| format!("`{times}` is no number"))?;
            all.extend(std::iter::repeat_n(*kind, times.min(1_000)));
        }
        if all.is_empty() { Err("no event is left".into()) } else { Ok(Mix(all)) }
    }
}

impl Mix {
    /// Writes the body of a request.
    pub(crate) fn batch(&self, dice: &mut Dice, people: u64, client: u64, first: u64, count: usize) -> String {
        let mut body = String::with_capacity(count * 220);
        body.push_str("{\"batch\":[");
        for number in 0..count {
            if number > 0 {
                body.push(',');
            }
            self.line(&mut body, dice, people, client, first + number as u64);
        }
        body.push_str("]}");
        body
    }

    fn line(&self, out: &mut String, dice: &mut Dice, people: u64, client: u64, number: u64) {
        let kind = self.0.get(dice.below(self.0.len() as u64) as usize).copied().unwrap_or_default();
        let who = dice.below(people);
        let cart = dice.below(4);
        // Writing into a text cannot fail.
        let _ = write!(
            out,
            r#"{{"messageId":"load-{client}-{number}","userId":"customer-{who}","context":{{"library":{{"name":"load","version":"1"}}}},"#
        );
        let _ = match kind {
            "abandoned" => write!(
                out,
                r#""type":"track","event":"Cart Abandoned","properties":{{"total":{}.5,"cart_id":"k{cart}","currency":"EUR"}}}}"#,
                30 + dice.below(99)
            ),
            "ordered" => write!(
                out,
                r#""type":"track","event":"Order Completed","properties":{{"cart_id":"k{cart}","total":19.9}}}}"#
            ),
            "opened" => write!(out, r#""type":"track","event":"Email Opened"}}"#),
            "signed_up" => write!(out, r#""type":"track","event":"Signed Up","properties":{{"source":"web"}}}}"#),
            "identify" => write!(
                out,
                r#""type":"identify","traits":{{"tier":"gold","first_name":"Ana","consent":{{"sms":true}}}}}}"#
            ),
            _ => write!(out, r#""type":"track","event":"Page Scrolled","properties":{{"depth":{cart}}}}}"#),
        };
    }
}
