//! What a profile keeps is what the program asks for, and no more: ten years of one person's inputs against a program
//! with every construct of the language.

use crate::generate::Random;
use journey::value::parse_instant;
use journey::{Effects, Input, Lateness, Program, SourceFile};

const DAY: i64 = 86_400_000;

fn line(r: &mut Random, number: usize) -> (&'static str, String) {
    let total = r.below(20_000);
    match r.below(100) {
        0..=29 => ("page_viewed", format!(r#"{{"name":"{}"}}"#, r.pick(&["price list", "home", "about"]))),
        30..=34 => ("cart_abandoned", format!(r#"{{"cart_id":"c{number}","total":{total},"currency":"EUR"}}"#)),
        35..=37 => ("order_placed", format!(r#"{{"total":{}.{:02},"currency":"CHF"}}"#, total / 100, total % 100)),
        38..=57 => (r.pick(&["opened", "clicked", "Email Opened", "replied", "delivered"]), "{}".to_string()),
        58..=59 => (r.pick(&["trial_started", "upgraded", "trial_extended"]), "{}".to_string()),
        60 => (r.pick(&["unsubscribed", "subscribed"]), r#"{"channel":"sms"}"#.to_string()),
        61..=70 => {
            let tier = r.pick(&["gold", "silver", "bronze"]);
            let zone = r.pick(&["Europe/Paris", "Asia/Tokyo", "America/New_York"]);
            let day = 1 + r.below(28);
            let year = 2026 + r.below(11);
            (
                "",
                format!(
                    r#"{{"tier":"{tier}","age":{},"timezone":"{zone}","consent":{{"sms":true,"push":true}},"birthday":"1990-05-{day:02}","renewal":"{year}-06-{day:02}","trial_ends":"{year}-07-{day:02}T09:00:00Z","first_name":"Ana {number}"}}"#,
                    18 + r.below(60),
                ),
            )
        }
        _ => ("something_else", "{}".to_string()),
    }
}

/// A million inputs over ten years; what is stored at the end of year 10 is at most 1.1 times that of year 2.
#[test]
fn ten_years_take_no_more_room_than_two() {
    let text = include_str!("../fuzz/everything.journey");
    let program = Program::compile(vec![SourceFile::new("everything.journey", text)]).unwrap_or_else(|e| panic!("{e}"));
    let count = std::env::var("INPUTS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000usize);
    let mut r = Random::new(11);
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    let start = parse_instant("2026-01-01T00:00:00Z").unwrap();
    let mut sizes: Vec<usize> = vec![];
    let mut sent = 0;
    for number in 0..count {
        let at = start + (3_650 * DAY / count as i64) * number as i64;
        let year = ((at - start) / (365 * DAY)) as usize;
        // The most in the last tenth of each year.
        if (at - start) % (365 * DAY) >= 328 * DAY && number.is_multiple_of(50) {
            sizes.resize(year + 1, 0);
            sizes[year] = sizes[year].max(ana.encode().len());
        }
        let (event, fields) = line(&mut r, number);
        let kind = if event.is_empty() { r#""identify","traits""# } else { r#""track","properties""# };
        let (kind, field) = kind.split_once(',').unwrap();
        let json = format!(
            r#"{{"type":{kind},"messageId":"m{number}","userId":"ana","timestamp":"{}","event":"{event}",{field}:{fields}}}"#,
            journey::value::show_instant(at),
        );
        program.advance(&mut ana, &Input::from_json(&json).unwrap(), Lateness::any(), &mut effects).unwrap();
        sent += effects.list.iter().filter(|e| matches!(e.kind, journey::EffectKind::Sent { .. })).count();
        effects.clear();
    }
    println!("{sent} messages; bytes stored at the end of each year: {sizes:?}");
    assert!(sent > 1_000, "only {sent} messages");
    let (young, old) = (sizes[1], sizes[9]);
    assert!(old * 10 <= young * 11, "{young} bytes after two years, {old} after ten: {sizes:?}");
}
