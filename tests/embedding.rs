//! What a host relies on: late alarms, bounds, inputs that change nothing, programs as bytes.

use journey::value::{parse_instant, show_instant};
use journey::{
    EffectKind, Effects, Input, Json, Lateness, LoadError, Profile, Program, Route, RunError, SourceFile, limits,
};

const HOUR: i64 = 3_600_000;

fn compile(text: &str) -> Program {
    Program::compile(vec![SourceFile::new("j.journey", text)]).unwrap_or_else(|e| panic!("{e}"))
}

fn at(text: &str) -> i64 {
    parse_instant(text).unwrap()
}

fn event(name: &str, when: &str) -> Input {
    Input::event("ana", at(when), name, Json::Null)
}

/// One person in live time, and what happened to them.
struct Live<'a> {
    program: &'a Program,
    ana: Profile,
    effects: Effects,
}

impl<'a> Live<'a> {
    fn new(program: &'a Program) -> Self {
        Self { program, ana: program.profile("ana"), effects: Effects::new() }
    }

    fn event(&mut self, name: &str, when: &str) -> Vec<String> {
        self.program.advance(&mut self.ana, &event(name, when), Lateness::default(), &mut self.effects).unwrap();
        self.said()
    }

    fn wake(&mut self, when: &str) -> Vec<String> {
        self.program.wake(&mut self.ana, at(when), Lateness::default(), &mut self.effects).unwrap();
        self.said()
    }

    fn said(&mut self) -> Vec<String> {
        let said = self.effects.list.iter().map(crate::shown::shown).collect();
        self.effects.clear();
        said
    }

    fn due(&self) -> Option<String> {
        self.program.next_due(&self.ana).map(show_instant)
    }
}

#[test]
fn an_alarm_a_quarter_of_an_hour_late_acts_at_its_time() {
    let program = compile("on a: wait 1d; email b");
    let mut ana = Live::new(&program);
    ana.event("a", "2026-03-02T09:00:00Z");
    assert_eq!(
        ana.wake("2026-03-03T09:15:00Z"),
        [
            "2026-03-03T09:00:00Z j sent email b as marketing, ana/j/2026-03-02T09:00:00Z/1",
            "2026-03-03T09:00:00Z j exited completed"
        ]
    );
}

#[test]
fn an_alarm_that_is_later_acts_now() {
    let program = compile("on a: wait 1d; email b; wait 1d; email c");
    let mut ana = Live::new(&program);
    ana.event("a", "2026-03-02T09:00:00Z");
    let late = ana.wake("2026-03-03T09:15:00.001Z");
    assert_eq!(late, ["2026-03-03T09:15:00.001Z j sent email b as marketing, ana/j/2026-03-02T09:00:00Z/1"]);
    assert_eq!(ana.due().unwrap(), "2026-03-04T09:15:00.001Z", "the next wait begins now");
}

#[test]
fn after_an_outage_the_quiet_hours_of_now_are_asked() {
    let program =
        compile("charter: quiet 21:00-08:00 for email, timezone \"UTC\"\njourney j:\n  on a: wait 1d; email b");
    let mut ana = Live::new(&program);
    ana.event("a", "2026-03-02T09:00:00Z");
    // Due at nine in the morning; the host is back at ten in the evening.
    let late = ana.wake("2026-03-03T22:00:00Z");
    assert_eq!(late, ["2026-03-03T22:00:00Z j held email b until 2026-03-04T08:00:00Z by quiet 21:00-08:00 for email"]);
    assert_eq!(ana.wake("2026-03-04T08:00:00Z").len(), 2);
}

#[test]
fn after_an_outage_the_local_time_of_now_is_asked() {
    let program = compile(
        "charter: timezone \"UTC\"\njourney j:\n  on a: wait 1d; if local time is between 08:00 and 12:00 then email b else email c",
    );
    let mut ana = Live::new(&program);
    ana.event("a", "2026-03-02T09:00:00Z");
    assert!(ana.wake("2026-03-03T22:00:00Z")[0].contains("email c"));
}

#[test]
fn a_wait_whose_alarm_rang_late_goes_on_and_does_not_leave() {
    let program = compile(
        "charter: timezone \"UTC\"\njourney j:\n  on a: wait until 18:00 or exit; email b; wait until 09:00; email c",
    );
    let mut ana = Live::new(&program);
    ana.event("a", "2026-03-02T09:00:00Z");
    let late = ana.wake("2026-03-02T23:00:00Z");
    assert_eq!(late, ["2026-03-02T23:00:00Z j sent email b as marketing, ana/j/2026-03-02T09:00:00Z/1"]);
    assert_eq!(ana.due().unwrap(), "2026-03-03T09:00:00Z");
}

#[test]
fn what_is_a_little_late_comes_before_what_is_very_late() {
    let program = compile("journey first:\n  on a: wait 1h; email b\njourney second:\n  on a: wait 4h; email c");
    let mut ana = Live::new(&program);
    ana.event("a", "2026-03-02T09:00:00Z");
    let said = ana.wake("2026-03-02T13:05:00Z");
    assert!(said[0].starts_with("2026-03-02T13:00:00Z second sent"), "{said:?}");
    assert!(said[2].starts_with("2026-03-02T13:05:00Z first sent"), "{said:?}");
}

#[test]
fn an_input_after_an_outage_finds_what_was_due_done_now() {
    let program = compile("journey j:\n  on a: wait 1d; email b; wait 1d\n  goal order");
    let mut ana = Live::new(&program);
    ana.event("a", "2026-03-02T09:00:00Z");
    let said = ana.event("order", "2026-03-03T20:00:00Z");
    assert_eq!(said.len(), 3);
    assert!(said.iter().all(|line| line.starts_with("2026-03-03T20:00:00Z")), "{said:?}");
}

#[test]
fn a_window_that_ended_during_an_outage_has_ended() {
    let program = compile("journey j:\n  on a: email b; if opened within 1h then email c else email d");
    let mut ana = Live::new(&program);
    ana.event("a", "2026-03-02T09:00:00Z");
    // The open came in time and is told of after the outage; nobody had asked yet.
    let mut told = event("opened", "2026-03-02T20:00:00Z");
    told.happened = at("2026-03-02T09:30:00Z");
    let mut other = Live { program: &program, ana: ana.ana.clone(), effects: Effects::new() };
    assert!(ana.wake("2026-03-02T20:00:00Z")[0].contains("email d"));
    program.advance(&mut other.ana, &told, Lateness::default(), &mut other.effects).unwrap();
    assert!(other.said()[0].contains("email d"), "what is due before an input comes before it");
}

#[test]
fn an_input_that_concerns_no_journey_allocates_nothing_and_changes_nothing() {
    let program = compile("journey j:\n  on a: wait 1d; email b\n  goal order");
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    program.advance(&mut ana, &event("a", "2026-03-02T09:00:00Z"), Lateness::any(), &mut effects).unwrap();
    let mut other = event("Video Paused For A While By Somebody", "2026-03-02T10:00:00Z");
    other.message_id = Some("a-message-id-that-is-longer-than-any-text-in-place".into());
    let stored = ana.encode();
    let mut changed = true;
    let counted = allocation_counter::measure(|| {
        changed = program.advance(&mut ana, &other, Lateness::any(), &mut effects).unwrap();
    });
    assert_eq!((counted.count_total, changed), (0, false));
    // Its clock apart: a profile that is not stored has lost nothing.
    let mut unchanged = Profile::decode(&stored).unwrap();
    assert_eq!(effects.list.len(), 1);
    let due = program.next_due(&ana).unwrap();
    let mut again = Effects::new();
    effects.clear();
    program.wake(&mut ana, due, Lateness::any(), &mut effects).unwrap();
    program.wake(&mut unchanged, due, Lateness::any(), &mut again).unwrap();
    assert_eq!(effects.list, again.list);
}

#[test]
fn an_event_that_a_program_names_and_that_finds_nobody_inside_changes_nothing() {
    let program = compile("journey j:\n  on a where total > 3: wait 1d; email b\n  goal order");
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    for name in ["order", "a"] {
        assert!(
            !program.advance(&mut ana, &event(name, "2026-03-02T09:00:00Z"), Lateness::any(), &mut effects).unwrap()
        );
    }
    // With an id it is remembered, so that its repetition is known.
    let mut input = event("order", "2026-03-02T09:00:00Z");
    input.message_id = Some("m1".into());
    assert!(program.advance(&mut ana, &input, Lateness::any(), &mut effects).unwrap());
}

#[test]
fn more_steps_than_one_call_plays_are_played_by_the_next() {
    const JOURNEYS: usize = 5;
    let steps = limits::STEPS as usize * 6 / 10;
    let journey = |n: usize| {
        SourceFile::new(
            format!("j{n}.journey"),
            format!("journey j{n}:\n  on a: {}", vec!["add to x"; steps].join("; ")),
        )
    };
    let program = Program::compile((0..JOURNEYS).map(journey).collect()).unwrap();
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    let now = at("2026-03-02T09:00:00Z");
    program.advance(&mut ana, &event("a", "2026-03-02T09:00:00Z"), Lateness::default(), &mut effects).unwrap();
    assert_eq!(program.next_due(&ana), Some(now), "the rest is due at once");
    let stored = ana.encode();
    let mut woken = Profile::decode(&stored).unwrap();
    let mut also = effects.clone();
    // By the next input, which is not lost ...
    let next = event("a", "2026-03-02T10:00:00Z");
    let mut refused = 0;
    while program.advance(&mut ana, &next, Lateness::any(), &mut effects) == Err(RunError::Behind) {
        refused += 1;
    }
    assert_eq!(refused, 2);
    // ... or by waking, as `next_due` says.
    while let Some(due) = program.next_due(&woken) {
        program.wake(&mut woken, due, Lateness::any(), &mut also).unwrap();
    }
    let first = (steps + 2) * JOURNEYS;
    assert_eq!(also.list.len(), first);
    assert_eq!(effects.list[..first], also.list[..]);
}

#[test]
fn one_person_takes_a_bounded_room() {
    let program = compile(
        "journey keyed:\n  one per event.id\n  reenter never\n  overlap allow\n  on a: email b; wait 300d; if event.note is \"x\" then email c\n  goal order within 300d\njourney plain:\n  overlap allow\n  on a, c: wait 9d\n  goal order within 300d"
            .replace("a, c", "a or c")
            .as_str(),
    );
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    let long = "x".repeat(limits::VALUE);
    let mut largest = 0;
    for n in 0..12_000i64 {
        let now = 1_772_442_000_000 + n * 60_000;
        let line = if n % 3 == 0 {
            format!(
                r#"{{"type":"identify","messageId":"m{n}","userId":"ana","timestamp":"{}","traits":{{"consent":{{"n{n}":false,"email":true}},"reachable":{{"r{n}":true}},"preferred_channel":"{long}"}}}}"#,
                show_instant(now)
            )
        } else {
            format!(
                r#"{{"type":"track","messageId":"m{n}","userId":"ana","timestamp":"{}","event":"a","properties":{{"id":"{n}","note":"{long}"}}}}"#,
                show_instant(now)
            )
        };
        program.advance(&mut ana, &Input::from_json(&line).unwrap(), Lateness::any(), &mut effects).unwrap();
        effects.clear();
        if n % 500 == 0 {
            largest = largest.max(ana.encode().len());
        }
    }
    assert!(largest < 1 << 20, "{largest}");
    assert_eq!(Profile::decode(&ana.encode()).as_ref(), Ok(&ana));
}

#[test]
fn what_is_too_long_is_left_out_and_said() {
    let program = compile("journey j:\n  one per event.id\n  on a: if event.note is known then email b else email c");
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    let mut play = |note: usize, id: usize| {
        effects.clear();
        let properties = Json::Object(vec![
            ("note".into(), Json::Text("n".repeat(note).into())),
            ("id".into(), Json::Text("i".repeat(id).into())),
        ]);
        program.advance(&mut ana, &Input::event("ana", 0, "a", properties), Lateness::any(), &mut effects).unwrap();
        (effects.list.len(), effects.notices.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    assert_eq!(play(limits::VALUE, limits::NAME), (3, vec![]));
    assert_eq!(
        play(limits::VALUE + 1, 1),
        (3, vec!["`note` is longer than 4096 bytes: it counts as missing".to_string()])
    );
    assert_eq!(
        play(1, limits::NAME + 1),
        (0, vec!["`j` did not begin: the event has no value for its `one per`".to_string()])
    );
    let line = format!(r#"{{"x":"{}"}}"#, "x".repeat(limits::LINE));
    assert_eq!(Input::from_json(&line).unwrap_err().to_string(), "this line is longer than 256 KiB");
}

/// A cart of 30 products with 8 names each is kept whole for the texts that read it; one that is larger than any is left out.
#[test]
fn lists_of_things_are_kept_up_to_a_bound_of_their_own() {
    let program = compile(
        "message recs:\n  sms: \"{{ event.products | map: 'name' | join: ', ' }}\"\njourney j:\n  on a: sms recs\njourney k:\n  on b: set profile.cart to event.products",
    );
    let play = |name: &str, products: usize| {
        let product = r#"{"product_id":"507f1f77bcf86cd799439011","sku":"45790-32","name":"Monopoly: 3rd Edition","price":19,"quantity":1,"category":"Games","url":"https://www.example.com/product/path","image_url":"https://www.example.com/product/path.jpg"}"#;
        let json = format!(r#"{{"products":[{}]}}"#, vec![product; products].join(","));
        let input = Input::event("ana", 1_772_442_000_000, name, Json::parse(&json).unwrap());
        let mut effects = Effects::new();
        let mut ana = program.profile("ana");
        program.advance(&mut ana, &input, Lateness::any(), &mut effects).unwrap();
        assert_eq!(Profile::decode(&ana.encode()).as_ref(), Ok(&ana));
        let kept = effects.list.iter().find_map(|effect| match &effect.kind {
            journey::EffectKind::Sent { reads, .. } => Some(reads[0].1.clone()),
            journey::EffectKind::ProfileSet { value, .. } => Some(value.clone()),
            _ => None,
        });
        let count = match kept.unwrap() {
            journey::value::Value::List(things) => things.len(),
            _ => 0,
        };
        (count, effects.notices.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    assert_eq!(play("a", 30), (30, vec![]));
    let told = "`products` has objects in it and is longer than 32 KiB: it counts as missing";
    assert_eq!(play("a", 200), (0, vec![told.to_string()]));
    assert_eq!(play("b", 30), (30, vec![]));
    assert_eq!(play("b", 200), (0, vec![told.to_string()]));
}

/// What a program declares of things is kept as what it is, and what comes otherwise is told of by its name.
#[test]
fn what_is_declared_of_things_is_what_is_kept() {
    let program = compile(
        "profile:\n  interests: list of (name: text)\nevent a:\n  products: list of (name: text, price: number, day: date, maker.id: text)\nmessage recs:\n  sms: \"{% for p in event.products %}{{ p.name }}{% endfor %}{{ profile.interests.first.name }}\"\non a: sms recs",
    );
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    let mut play = |input: Input| {
        effects.clear();
        program.advance(&mut ana, &input, Lateness::any(), &mut effects).unwrap();
        let reads = effects.list.iter().find_map(|effect| match &effect.kind {
            journey::EffectKind::Sent { reads, .. } => {
                Some(reads.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("; "))
            }
            _ => None,
        });
        (reads.unwrap_or_default(), effects.notices.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let interests = Json::parse(r#"{"interests": [{"Name": "tea", "rank": 1}, {"name": true}]}"#).unwrap();
    let odd = |name: &str| vec![format!("`{name}` is of another kind than the program says: it counts as missing")];
    assert_eq!(play(Input::traits("ana", 0, interests)), (String::new(), odd("interests.name")));
    let json = r#"{"products": [{"name": 7, "price": "80", "sku": 1, "maker": {"id": 3, "x": 1}}, {"price": "1", "day": "2026-03-02"}]}"#;
    let (reads, notices) = play(Input::event("ana", 1, "a", Json::parse(json).unwrap()));
    assert_eq!(
        reads,
        r#"event.products: ((name: "7", maker: (id: "3")), (day: 2026-03-02)); profile.interests: ((name: "tea"), ())"#
    );
    assert_eq!(notices, odd("products.price"));
}

#[test]
fn the_bounds_of_one_person_on_both_sides() {
    // 33 journeys, of each of which 32 entries may run beside each other.
    let text: String = (0..33).map(|n| format!("journey j{n}:\n  overlap allow\n  on a: wait 300d\n")).collect();
    let program = compile(&text);
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    for _ in 0..31 {
        program.advance(&mut ana, &event("a", "2026-03-02T09:00:00Z"), Lateness::any(), &mut effects).unwrap();
    }
    assert_eq!((ana.inside(), effects.notices.len()), (31 * 33, 0));
    program.advance(&mut ana, &event("a", "2026-03-02T09:00:00Z"), Lateness::any(), &mut effects).unwrap();
    assert_eq!((ana.inside(), effects.notices.len()), (limits::INSTANCES, 32));
    assert_eq!(effects.notices[0].to_string(), "`j1` did not begin: too much is kept of this person already");

    // What an input's id is remembered for: the newest 4,096.
    let program = compile("journey j:\n  overlap allow\n  on a: exit");
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    let mut play = |id: usize| {
        effects.clear();
        let mut input = event("a", "2026-03-02T09:00:00Z");
        input.message_id = Some(format!("m{id}").into());
        program.advance(&mut ana, &input, Lateness::any(), &mut effects).unwrap();
        (!effects.list.is_empty(), effects.notices.len())
    };
    for id in 0..limits::INPUTS {
        assert_eq!(play(id), (true, 0));
    }
    assert_eq!(play(0), (false, 0), "the oldest is still known");
    assert_eq!(play(limits::INPUTS), (true, 1), "one more, and a notice");
    assert_eq!((play(1), play(limits::INPUTS)), ((false, 0), (false, 0)));
    assert_eq!(play(0), (true, 1), "the oldest was forgotten");

    // Of keys the same.
    let program = compile("journey j:\n  one per event.id\n  reenter never\n  on a: exit");
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    let mut play = |id: usize| {
        effects.clear();
        let properties = Json::Object(vec![("id".into(), Json::Text(format!("k{id}").into()))]);
        program.advance(&mut ana, &Input::event("ana", 0, "a", properties), Lateness::any(), &mut effects).unwrap();
        !effects.list.is_empty()
    };
    for id in 0..limits::KEYS {
        assert!(play(id));
    }
    assert!(!play(0) && play(limits::KEYS) && !play(1) && play(0));
}

#[test]
fn a_refusal_is_kept_however_many_came_before() {
    let program = compile("journey j:\n  on a: email b");
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    for n in 0..2 * limits::ANSWERS {
        let properties = Json::Object(vec![("channel".into(), Json::Text(format!("c{n}").into()))]);
        let input = Input::event("ana", 0, "unsubscribed", properties);
        program.advance(&mut ana, &input, Lateness::any(), &mut effects).unwrap();
    }
    // Each of the first is said to be no channel, and each of the others to be one too many.
    let count = |what: &str| effects.notices.iter().filter(|notice| notice.to_string().contains(what)).count();
    assert_eq!((count("is no channel"), count("too many")), (limits::ANSWERS, limits::ANSWERS));
    let properties = Json::Object(vec![("channel".into(), Json::Text("email".into()))]);
    program
        .advance(&mut ana, &Input::event("ana", 0, "unsubscribed", properties), Lateness::any(), &mut effects)
        .unwrap();
    program.advance(&mut ana, &Input::event("ana", 0, "a", Json::Null), Lateness::any(), &mut effects).unwrap();
    assert!(crate::shown::shown(&effects.list[1]).contains("no_consent"));
}

#[test]
fn a_program_too_large_is_refused() {
    let file = |n: usize| SourceFile::new(format!("{n}.journey"), "#".repeat(1 << 20));
    let sources: Vec<SourceFile> = (0..65).map(file).collect();
    let checked = Program::check(&sources);
    assert_eq!(checked.diagnostics[0].message, "This program has more than 50000 files or 64 MiB");
    assert!(Program::check(&sources[..64]).diagnostics.is_empty());
}

/// Bytes with the head that belongs to them.
fn framed(version: u32, content: &str) -> Vec<u8> {
    let sum = xxhash_rust::xxh3::xxh3_64_with_seed(content.as_bytes(), u64::from(version));
    format!("journey-program {version} {sum:016x}\n{content}").into_bytes()
}

#[test]
fn a_program_of_another_version_is_compiled_from_its_source() {
    let program = compile("journey j:\n  on a: wait 1d; email b; if !opened within 2h then push c");
    let bytes = program.to_bytes();
    let text = String::from_utf8(bytes.clone()).unwrap();
    // The tables of another version are not even looked at.
    let content = text.split_once('\n').unwrap().1.replace("\"ops\":[", "\"operations\":[");
    let again = Program::from_bytes(&framed(99, &content)).unwrap();
    assert_eq!(again.to_bytes(), bytes);
    // Where its source is none in this version, it says so.
    let content = content.replace("email b", "smoke b b b");
    assert!(matches!(Program::from_bytes(&framed(99, &content)), Err(LoadError::Source(_))));
}

#[test]
fn bytes_that_are_no_program() {
    let bytes = compile("journey j:\n  on a: wait 1d; email b").to_bytes();
    assert_eq!(Program::from_bytes(b"").unwrap_err(), LoadError::NotAProgram);
    assert_eq!(Program::from_bytes(b"PK\x03\x04\nzip").unwrap_err(), LoadError::NotAProgram);
    for at in 0..bytes.len() {
        assert!(Program::from_bytes(&bytes[..at]).is_err(), "cut at {at}");
        let mut damaged = bytes.clone();
        damaged[at] ^= 4;
        assert!(Program::from_bytes(&damaged).is_err(), "byte {at}");
    }
}

#[test]
fn tables_that_fit_their_sum_and_nothing_else_are_refused() {
    let program = compile(
        "charter: timezone \"UTC\"\njourney j:\n  on a where total > 2: wait 1d; email b or push c; if opened within 2h then add to x; wait until 09:00\n  goal order within 3d",
    );
    let text = String::from_utf8(program.to_bytes()).unwrap();
    let content = text.split_once('\n').unwrap().1;
    let forged = |from: &str, to: &str| {
        assert!(content.contains(from), "{from} is not in {content}");
        let content = content.replacen(from, to, 1);
        let version = text.split(' ').nth(1).and_then(|version| version.parse().ok()).unwrap();
        match Program::from_bytes(&framed(version, &content)) {
            Ok(_) => format!("taken: {from} → {to}"),
            Err(error) => error.to_string(),
        }
    };
    let cases = [
        (r#"{"Wait":86400000}"#, r#"{"Wait":-1}"#),
        (r#""keys":[["#, r#""keys":[[1,2],["#),
        (r#"{"Send":[0,2]}"#, r#"{"Send":[0,3]}"#),
        (r#"{"Send":[0,2]}"#, r#"{"Jump":0}"#),
        (r#"{"Add":[0,null]}"#, r#"{"Add":[1,null]}"#),
        (r#""segments":[]"#, r#""segments":[{"name":"s","cond":{"start":9,"end":10},"recurs":false}]"#),
        (r#""looks":null"#, r#""looks":0"#),
        // What fuzzing found: a rule whose condition nobody looked at.
        (r#""exclude":[]"#, r#""exclude":[{"when":{"start":1,"end":3},"list":null,"text":""}]"#),
        (r#"{"Branch":[0,"#, r#"{"Branch":[9,"#),
        (r#"{"Calendar":{"Time":540}}"#, r#"{"Calendar":{"Time":1440}}"#),
        (r#"{"WaitUntil":0},"Done","Done"]"#, r#"{"WaitUntil":0},"Done","Exit"]"#),
        (r#"{"Compare":"Greater"}"#, r#""And""#),
        (r#"{"Compare":"Greater"}"#, r#"{"OneOf":7}"#),
        (r#"{"EventProperty":0}"#, r#"{"EventProperty":5}"#),
        // What fuzzing found: a number where something true or false belongs.
        (r#"{"Const":0},{"Compare":"Greater"}"#, r#""Sent","And""#),
        (r#""rank":0"#, r#""rank":1"#),
        (r#""within":259200000"#, r#""within":1"#),
        (r#""fingerprint":"#, r#""fingerprint":1"#),
        (r#"wait 1d;"#, r#"wait 2d;"#),
    ];
    for (from, to) in cases {
        let why = forged(from, to);
        assert!(why.starts_with("a compiled program is damaged ("), "{from} → {to}: {why}");
    }
}

#[test]
fn a_line_of_two_ids_is_routed_and_merged() {
    let program = compile("on a: email b");
    let input = Input::from_json(
        r#"{"type":"track","userId":"ana","anonymousId":"x","timestamp":"2026-03-02T09:00:00Z","event":"a"}"#,
    )
    .unwrap();
    let route = |profile: &str, merges: Option<&str>| Route { profile: profile.into(), merges: merges.map(Into::into) };
    assert_eq!(program.route(&input), route("ana", Some("x")));
    let only = Input::from_json(r#"{"type":"track","anonymousId":"x","timestamp":"2026-03-02T09:00:00Z","event":"a"}"#)
        .unwrap();
    assert_eq!(program.route(&only), route("x", None));
    let mut ana = program.profile("ana");
    // Somebody of whom nothing is known changes nothing.
    assert_eq!(program.merge(&mut ana, program.profile("x"), HOUR, Lateness::any(), &mut Effects::new()), Ok(false));
    assert_eq!(ana, program.profile("ana"));
}

/// Two people may have kept more than one may: the bounds hold for who they become, and a refusal is never lost.
#[test]
fn a_merge_keeps_within_the_bounds() {
    let program = compile("on a: if count of visit in last 400d >= 4096 then sms b");
    let person = |id: &str, from: i64| {
        let mut profile = program.profile(id);
        for n in 0..3_000 {
            let input = Input::event(id, from + n, "visit", Json::Null);
            program.advance(&mut profile, &input, Lateness::any(), &mut Effects::new()).unwrap();
        }
        let answers = (0..200).map(|n| (format!("{id}{n}").into(), Json::Bool(true)));
        let answers = answers.chain([("sms".into(), Json::Bool(id == "ana"))]).collect();
        let traits = Json::Object(vec![("consent".into(), Json::Object(answers))]);
        let mut input = Input::event(id, from + 3_000, "x", Json::Null);
        input.kind = journey::InputKind::Identify { traits };
        program.advance(&mut profile, &input, Lateness::any(), &mut Effects::new()).unwrap();
        profile
    };
    let (mut ana, other) = (person("ana", 0), person("other", 10_000));
    let mut effects = Effects::new();
    assert!(program.merge(&mut ana, other, 20_000, Lateness::any(), &mut effects).unwrap());
    assert_eq!(effects.notices.len(), 1, "{:?}", effects.notices);
    program.advance(&mut ana, &Input::event("ana", 20_001, "a", Json::Null), Lateness::any(), &mut effects).unwrap();
    let shown: Vec<String> = effects.list.iter().map(crate::shown::shown).collect();
    // All of 4,096 are there, and the other id's no stands.
    assert!(shown[1].contains("suppressed sms b: no_consent"), "{shown:?}");
    assert_eq!(Profile::decode(&ana.encode()).unwrap(), ana);
}

/// One event that brings about more than may be: the rest is left out with one notice, the call ends, and the person can
/// go on, leave and be deleted.
#[test]
fn what_one_event_brings_about_is_bounded() {
    let levels: String =
        (0..14).map(|n| format!("journey j{n}:\n  on e{n}: emit e{0}; emit e{0}; email b\n", n + 1)).collect();
    let program = compile(&format!("{levels}journey watch:\n  on e0: set profile.seen to true; wait 1d; email c\n"));
    let (mut ana, mut effects) = (program.profile("ana"), Effects::new());
    program.advance(&mut ana, &event("e0", "2026-03-02T09:00:00Z"), Lateness::any(), &mut effects).unwrap();
    let sent = effects.list.iter().filter(|e| matches!(e.kind, EffectKind::Sent { .. })).count();
    assert!((4_096..4_200).contains(&sent), "{sent}");
    let cut = effects.notices.iter().filter(|notice| notice.to_string().contains("set each other going")).count();
    assert_eq!(cut, 1, "{:?}", effects.notices);
    assert_eq!(program.next_due(&ana).map(show_instant).as_deref(), Some("2026-03-03T09:00:00Z"));
    effects.clear();
    program.advance(&mut ana, &event("unsubscribed", "2026-03-02T10:00:00Z"), Lateness::any(), &mut effects).unwrap();
    assert!(ana.is_unsubscribed());
    program.wake(&mut ana, at("2026-03-03T09:00:00Z"), Lateness::any(), &mut effects).unwrap();
    assert!(effects.list.iter().all(|e| !matches!(e.kind, EffectKind::Sent { .. })), "{:?}", effects.list);
}

/// A host that was down, or whose queue lags: inputs as their collector took them in, then the alarms, at the host's own
/// clock.
fn backlog(program: &Program, inputs: &[Input], now: &str) -> Vec<String> {
    let mut ana = Live::new(program);
    let live = Lateness::live(at(now));
    ana.event("cart", "2026-03-02T09:00:00Z");
    for input in inputs {
        program.advance(&mut ana.ana, input, live, &mut ana.effects).unwrap();
    }
    // As `next_due` says: what is due rings once nothing is left in the queue.
    while program.next_due(&ana.ana).is_some_and(|due| due <= at(now)) {
        program.wake(&mut ana.ana, at(now), live, &mut ana.effects).unwrap();
    }
    ana.said()
}

const REMINDER: &str = "charter: quiet 21:00-08:00 for email, timezone \"UTC\"\njourney j:\n  on cart: wait 1d; email recs; wait 1h; email more\n  goal order\n";

#[test]
fn who_bought_before_the_outage_ended_gets_no_reminder() {
    let program = compile(REMINDER);
    // The reminder is due at nine; the host is back at six in the evening.
    let back = "2026-03-03T18:00:00Z";
    for bought in
        ["2026-03-03T08:30:00Z", "2026-03-03T09:00:00Z", "2026-03-03T09:00:00.001Z", "2026-03-03T15:00:00Z", back]
    {
        let said = backlog(&program, &[event("other", "2026-03-03T08:00:00Z"), event("order", bought)], back);
        assert_eq!(said, [format!("{bought} j converted order"), format!("{bought} j exited goal")]);
    }
    // Nobody bought: it goes out now, and what follows follows now.
    let said = backlog(&program, &[event("other", "2026-03-03T12:00:00Z")], back);
    assert_eq!(said, [format!("{back} j sent email recs as marketing, ana/j/2026-03-02T09:00:00Z/1")]);
}

#[test]
fn who_unsubscribed_before_the_outage_ended_gets_nothing() {
    let program = compile(REMINDER);
    let back = "2026-03-03T18:00:00Z";
    for refused in ["2026-03-03T08:30:00Z", "2026-03-03T09:00:00Z", "2026-03-03T17:44:00Z", back] {
        let said = backlog(&program, &[event("unsubscribed", refused)], back);
        assert_eq!(said, [format!("{back} j suppressed email recs: no_consent by no_consent")], "{refused}");
    }
    let said = backlog(&program, &[Input::delete("ana", at("2026-03-03T12:00:00Z"))], back);
    assert_eq!(said, ["2026-03-03T12:00:00Z j exited deleted"]);
}

#[test]
fn what_an_input_brings_about_long_after_it_came_is_asked_of_the_gate_of_now() {
    // Somebody joined at eight in the evening; the host is back at ten, in the quiet hours.
    let program = compile("charter: quiet 21:00-08:00 for email, timezone \"UTC\"\njourney j:\n  on join: email hello");
    let mut effects = Effects::new();
    let mut ana = program.profile("ana");
    let now = at("2026-03-03T22:00:00Z");
    let join = event("join", "2026-03-03T20:00:00Z");
    program.advance(&mut ana, &join, Lateness::live(now), &mut effects).unwrap();
    assert_eq!(effects.list.len(), 1, "entered, and nothing else yet");
    assert_eq!(program.next_due(&ana), Some(join.arrived));
    program.wake(&mut ana, now, Lateness::live(now), &mut effects).unwrap();
    let said: Vec<String> = effects.list.iter().map(crate::shown::shown).collect();
    assert_eq!(
        said[1],
        "2026-03-03T22:00:00Z j sent email hello until".replace(
            "sent email hello until",
            "held email hello until 2026-03-04T08:00:00Z by quiet 21:00-08:00 for email"
        )
    );
}

#[test]
fn while_the_queue_lags_far_behind_no_alarm_rings_that_is_as_old() {
    let program = compile(REMINDER);
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    let (cart, now) = (event("cart", "2026-03-02T09:00:00Z"), at("2026-03-03T18:00:00Z"));
    program.advance(&mut ana, &cart, Lateness::live(cart.arrived), &mut effects).unwrap();
    // The queue stands at noon: there may be a purchase of the afternoon in it.
    let changed = program.wake(&mut ana, at("2026-03-03T12:00:00Z"), Lateness::live(now), &mut effects).unwrap();
    assert!(!changed && effects.list.len() == 1, "{:?}", effects.list);
    assert!(program.wake(&mut ana, now, Lateness::live(now), &mut effects).unwrap());
}

#[test]
fn a_wait_until_a_time_that_passed_in_an_outage_goes_on_though_an_input_comes_first() {
    let program =
        compile("charter: timezone \"UTC\"\njourney j:\n  on cart: wait until 18:00 or exit; email b\n  goal order");
    let said = backlog(
        &program,
        &[event("cart", "2026-03-02T19:00:00Z"), event("x", "2026-03-02T20:00:00Z")],
        "2026-03-03T07:00:00Z",
    );
    assert_eq!(said[0], "2026-03-03T07:00:00Z j sent email b as marketing, ana/j/2026-03-02T09:00:00Z/1");
}

#[test]
fn a_date_that_passed_in_an_outage_still_lets_in() {
    let program = compile(
        "profile: renewal: date\ncharter: timezone \"UTC\"\njourney j:\n  on date profile.renewal at 09:00: email b\n  goal order",
    );
    let traits = Json::parse(r#"{"renewal": "2026-03-03"}"#).unwrap();
    let mut ana = Live::new(&program);
    let monday = Input::traits("ana", at("2026-03-02T09:00:00Z"), traits);
    program.advance(&mut ana.ana, &monday, Lateness::live(monday.arrived), &mut ana.effects).unwrap();
    let now = at("2026-03-03T18:00:00Z");
    let other =
        Input::traits("ana", at("2026-03-03T12:00:00Z"), Json::parse(r#"{"timezone": "Europe/Paris"}"#).unwrap());
    program.advance(&mut ana.ana, &other, Lateness::live(now), &mut ana.effects).unwrap();
    program.wake(&mut ana.ana, now, Lateness::live(now), &mut ana.effects).unwrap();
    let said = ana.said();
    assert!(said[0].ends_with("j entered") && said[1].contains("18:00:00Z j sent email b"), "{said:?}");
}

#[test]
fn times_in_other_units_are_refused_and_say_so() {
    let program = compile(REMINDER);
    let now = at("2026-03-02T09:00:00Z");
    let mut ana = program.profile("ana");
    let blank = ana.clone();
    let mut effects = Effects::new();
    let mut said = |at: i64, live: Lateness| {
        let input = Input::event("ana", at, "cart", Json::Null);
        let error = program.advance(&mut ana, &input, live, &mut effects).unwrap_err();
        assert_eq!(program.wake(&mut ana, at, live, &mut effects), Err(error.clone()));
        let other = program.merge(&mut ana, program.profile("x"), at, live, &mut effects);
        assert_eq!(other, Err(error.clone()));
        assert_eq!((&ana, effects.list.len()), (&blank, 0));
        error.to_string()
    };
    let live = Lateness::live(now);
    assert_eq!(
        said(now * 1_000, live),
        "1772442000000000 looks like a time in microseconds, and times are in milliseconds: divide it by 1,000"
    );
    assert_eq!(said(now * 1_000, Lateness::any()), said(now * 1_000, live));
    assert!(said(now * 1_000_000, live).contains("nanoseconds"));
    assert!(said(now / 1_000, live).contains("a time in seconds"));
    assert!(said(now / 1_000, Lateness::default()).contains("a time in seconds"));
    assert!(said(now, Lateness::live(now / 1_000)).contains("a time in seconds"));
    assert!(said(i64::MAX, live).contains("outside of the years 1 to 9999"));
    assert!(said(i64::MIN, live).contains("outside of the years 1 to 9999"));
    assert_eq!(
        said(now + 25 * HOUR, live),
        "2026-03-03T10:00:00Z is more than a day ahead of the host's own clock: look at both"
    );
}

#[test]
fn a_clock_that_a_wrong_reading_set_far_ahead_is_told_of() {
    let program = compile(REMINDER);
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    for when in ["2026-03-02T09:00:00Z", "2036-03-02T09:00:00Z"] {
        program.advance(&mut ana, &event("cart", when), Lateness::default(), &mut effects).unwrap();
    }
    assert!(effects.notices.is_empty());
    for when in ["2026-03-02T10:00:00Z", "2026-03-03T10:00:00Z"] {
        effects.clear();
        program.advance(&mut ana, &event("order", when), Lateness::live(at(when)), &mut effects).unwrap();
        assert_eq!(effects.notices.len(), 1);
        assert!(effects.notices[0].to_string().contains("2036-03-02T09:00:00Z"), "{}", effects.notices[0]);
    }
    assert_eq!(ana.clock(), Some(at("2036-03-02T09:00:00Z")));
}

/// Whoever calls one person by one id twice joins nobody.
#[test]
fn a_person_is_never_merged_with_itself() {
    let program = compile("charter: cap 3 per 1d\njourney j:\n  overlap allow\n  on a: email b; wait 1d");
    for line in [
        r#"{"type":"track","userId":"ana","anonymousId":"ana","timestamp":"2026-03-02T09:00:00Z","event":"a"}"#,
        r#"{"type":"track","userId":5,"anonymousId":"5","timestamp":"2026-03-02T09:00:00Z","event":"a"}"#,
        r#"{"type":"alias","userId":"ana","previousId":"ana","timestamp":"2026-03-02T09:00:00Z"}"#,
        r#"{"type":"alias","anonymousId":"ana","previousId":"ana","timestamp":"2026-03-02T09:00:00Z"}"#,
    ] {
        assert_eq!(program.route(&Input::from_json(line).unwrap()).merges, None, "{line}");
    }
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    program.advance(&mut ana, &event("a", "2026-03-02T09:00:00Z"), Lateness::any(), &mut effects).unwrap();
    let (before, said) = (ana.clone(), effects.list.len());
    let again = program.merge(&mut ana, before.clone(), at("2026-03-02T10:00:00Z"), Lateness::any(), &mut effects);
    assert_eq!((again, ana, effects.list.len()), (Err(RunError::SameProfile), before, said));
}

/// Nothing is done where one of two profiles is of a program that this one does not follow.
#[test]
fn a_merge_that_is_refused_does_nothing() {
    let (old, other) = (compile("journey j:\n  on a: wait 1d; email b"), compile("journey k:\n  on a: email c"));
    let new = compile("journey l:\n  on a: email c").following(&old);
    let mut effects = Effects::new();
    let mut ana = old.profile("ana");
    old.advance(&mut ana, &event("a", "2026-03-02T09:00:00Z"), Lateness::any(), &mut effects).unwrap();
    let (before, said) = (ana.clone(), effects.list.len());
    let at = at("2026-03-02T10:00:00Z");
    for foreign in [other.profile("x"), other.unsubscribed("x")] {
        let merged = new.merge(&mut ana, foreign, at, Lateness::any(), &mut effects);
        assert_eq!((merged, &ana, effects.list.len()), (Err(RunError::ProgramChanged), &before, said));
    }
    let mut foreign = other.profile("x");
    let merged = new.merge(&mut foreign, ana, at, Lateness::any(), &mut effects);
    assert_eq!((merged, foreign, effects.list.len()), (Err(RunError::ProgramChanged), other.profile("x"), said));
}

/// Who is taken over from an earlier version has changed, whatever the input that brought it about.
#[test]
fn who_was_taken_over_is_to_be_stored() {
    let old = compile("journey j:\n  on a: wait 1d; email b");
    let new = compile("journey k:\n  on a: wait 1d; email b").following(&old);
    let mut ana = old.profile("ana");
    let mut effects = Effects::new();
    old.advance(&mut ana, &event("a", "2026-03-02T09:00:00Z"), Lateness::any(), &mut effects).unwrap();
    effects.clear();
    let other = event("Video Paused", "2026-03-02T10:00:00Z");
    assert_eq!(new.advance(&mut ana.clone(), &other, Lateness::any(), &mut effects), Ok(true));
    assert_eq!(effects.list.len(), 1);
    assert_eq!(new.wake(&mut ana.clone(), other.arrived, Lateness::any(), &mut effects), Ok(true));
    assert_eq!(new.advance(&mut ana, &other, Lateness::any(), &mut effects), Ok(true));
    assert_eq!(new.advance(&mut ana, &other, Lateness::any(), &mut effects), Ok(false));
}

/// Rules are counted by their numbers: a journey's own come behind the charter's, and one text may be two rules.
#[test]
fn a_rule_is_known_by_its_number_beside_its_text() {
    let text = "charter:\n  cap 5 per day\njourney a:\n  cap 1 per day\n  on x: email one; email two\n";
    let program = Program::compile(vec![SourceFile::new("a.journey", text)]).unwrap();
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    program.advance(&mut ana, &Input::event("ana", 0, "x", Json::Null), Lateness::any(), &mut effects).unwrap();
    let rules = effects.list.iter().filter_map(|effect| match &effect.kind {
        EffectKind::Suppressed { rule, .. } => Some((rule.text.as_str(), rule.id)),
        _ => None,
    });
    let own = journey::RuleId { part: journey::Part::Cap, number: 1 };
    assert_eq!(rules.collect::<Vec<_>>(), [("cap 1 per day", Some(own))]);
}
