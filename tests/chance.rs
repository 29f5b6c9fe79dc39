//! Splits and control groups: the frozen function, and how evenly it shares.

use journey::chance::number;
use journey::{EffectKind, Effects, Input, Json, Lateness, Program, SourceFile};
use std::collections::BTreeMap;

/// Never to be changed: people stay in their arms.
#[test]
fn golden_vectors() {
    let vectors = [
        ("split/welcome/subject_line", "ana", 0x9251a23bbc939u64),
        ("split/welcome/subject_line", "bob", 0xed836f3bea00d),
        ("split/welcome/subject_line", "", 0x493f5d58e6a78),
        ("holdout", "ana", 0xcfe999f9b3c44),
        ("holdout/winback", "ana", 0xb28ea353f8808),
        ("split/bienvenue/été", "Zoë", 0x552c748f081e8),
    ];
    let found: Vec<_> = vectors.iter().map(|(scope, person, _)| (*scope, *person, number(scope, person))).collect();
    assert_eq!(found, vectors);
}

/// 100,000 people in a split of three: each share within three standard deviations.
#[test]
fn shares_are_what_they_say() {
    let program = "journey j:\n  holdout 12.5%\n  on a:\n    split s:\n      50% x: exit\n      33.3% y: exit\n      16.7% z: exit";
    let program = Program::compile(vec![SourceFile::new("j.journey", program)]).unwrap();
    let mut counts: BTreeMap<String, f64> = BTreeMap::new();
    let people = 100_000;
    for n in 0..people {
        let id = format!("customer-{n}");
        let mut profile = program.profile(&id);
        let mut effects = Effects::new();
        program.advance(&mut profile, &Input::event(id, 0, "a", Json::Null), Lateness::any(), &mut effects).unwrap();
        for effect in effects.list {
            if let EffectKind::Chose { arm, .. } = effect.kind {
                *counts.entry(arm.to_string()).or_default() += 1.0;
                *counts.entry("control".to_string()).or_default() += f64::from(u8::from(effect.control));
            }
        }
    }
    for (arm, share) in [("x", 0.5), ("y", 0.333), ("z", 0.167), ("control", 0.125)] {
        let expected = share * f64::from(people);
        let deviation = (f64::from(people) * share * (1.0 - share)).sqrt();
        assert!((counts[arm] - expected).abs() <= 3.0 * deviation, "{arm}: {} of {expected}", counts[arm]);
    }
}
