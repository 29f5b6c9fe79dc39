//! Customers who do what customers do, and what `journey run` makes of it.

use journey::replay::{Replay, Sink};
use journey::{Effect, Input, Profile, Program, SourceFile, write_effect};
use std::collections::BTreeMap;

/// A program with waits, answers, caps, quiet hours, goals, splits, audiences, calls and a rule for everybody.
pub const PROGRAM: &str = r#"
charter:
  timezone "Europe/Paris"
  consent required for sms
  quiet 21:00-08:00 for sms, push
  cap 2 per day
profile:
  app_installed: bool
  tier: text
segment golden: profile.tier is "gold"
journey cart:
  one per event.cart_id
  on cart_abandoned where total >= 30:
    wait 1d
    email suggestions
    if opened within 12h then push reminder else sms promo_code
    wait until day 3
    add to retargeting
    call crm (total: event.total)
  goal order_completed within 7d where cart_id is event.cart_id: remove from retargeting
  exit on unsubscribed
journey welcome:
  reenter after 30d
  on signed_up:
    email hello
    split tips:
      50% a: push tips
      50% b: email tips
    wait 2d
    email tour
journey gold:
  on entering golden: email golden_hello
"#;

pub fn program(text: &str) -> Program {
    Program::compile(vec![SourceFile::new("shop.journey", text)]).unwrap()
}

/// Random numbers that are the same each time.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }
}

pub const MONDAY: i64 = 1_772_442_000_000;

/// Lines of some customers over some days: when each is taken in, and its JSON. Some begin as devices, some share one, some
/// are deleted and come back, some lines come twice.
pub fn lines(seed: u64, count: usize, customers: u64) -> Vec<(i64, String)> {
    let mut dice = Dice::new(seed);
    let mut now = MONDAY;
    let mut all: Vec<(i64, String)> = vec![];
    for n in 0..count {
        now += dice.below(3_600_000 * 40 / customers.max(1)) as i64;
        let who = dice.below(customers);
        let ids = match dice.below(10) {
            0 => format!(r#""anonymousId":"d{who}""#),
            1 => format!(r#""userId":"c{who}","anonymousId":"d{who}""#),
            2 => format!(r#""userId":"c{}","anonymousId":"d{who}""#, (who + 1) % customers),
            _ => format!(r#""userId":"c{who}""#),
        };
        let rest = match dice.below(16) {
            0 => r#""type":"identify","traits":{"consent":{"sms":true},"app_installed":true}"#.to_string(),
            1 => format!(r#""type":"identify","traits":{{"tier":"{}"}}"#, ["gold", "silver"][dice.below(2) as usize]),
            2..=6 => format!(
                r#""type":"track","event":"Cart Abandoned","properties":{{"total":{}.5,"cart_id":"k{}"}}"#,
                dice.below(99),
                dice.below(4)
            ),
            7 | 8 => {
                format!(r#""type":"track","event":"Order Completed","properties":{{"cart_id":"k{}"}}"#, dice.below(4))
            }
            9..=11 => r#""type":"track","event":"Signed Up""#.to_string(),
            12 | 13 => r#""type":"track","event":"Email Opened""#.to_string(),
            14 => match dice.below(6) {
                0 => r#""type":"delete""#.to_string(),
                1 => r#""type":"track","event":"Unsubscribed""#.to_string(),
                2 => format!(r#""type":"alias","previousId":"c{}""#, (who + 2) % customers),
                _ => r#""type":"track","event":"Nothing Of Note""#.to_string(),
            },
            _ => r#""type":"track","event":"Email Bounced","properties":{"type":"soft"}"#.to_string(),
        };
        // An alias and a deletion are about a person, not about a device.
        let ids = if rest.contains("alias") || rest.contains("delete") { format!(r#""userId":"c{who}""#) } else { ids };
        let at = journey::value::show_instant(now);
        let line = format!(r#"{{{ids},"messageId":"m{n}","timestamp":"{at}","receivedAt":"{at}",{rest}}}"#);
        if dice.below(12) == 0 && !line.contains("delete") {
            all.push((now, line.clone()));
        }
        all.push((now, line));
    }
    all
}

pub type Effects = BTreeMap<String, Vec<String>>;

#[derive(Default)]
struct Kept(Effects);

impl Sink for Kept {
    fn effect(&mut self, _: &Program, profile: &Profile, effect: &Effect) {
        let mut line = vec![];
        write_effect(profile.id(), effect, &mut line);
        self.0.entry(profile.id().to_string()).or_default().push(String::from_utf8(line).unwrap());
    }

    fn notice(&mut self, _: &Profile, _: &journey::Notice) {}
}

/// What `journey run` makes of lines, by person, up to an instant.
pub fn run(program: &Program, lines: &[(i64, String)], until: i64) -> Effects {
    let mut replay = Replay::new(program, Some(until), false);
    let mut kept = Kept::default();
    for (_, line) in lines {
        replay.input(&Input::from_json(line).unwrap(), &mut kept).unwrap();
    }
    replay.finish(&mut kept).unwrap();
    kept.0
}
