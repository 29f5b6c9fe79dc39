//! Versions of a program: what is the same program, what a new one changes, and what people keep.

use journey::value::parse_instant;
use journey::{Effects, Input, Json, Lateness, Profile, Program, RunError, SourceFile};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

const HOUR: i64 = 3_600_000;

fn compile(text: &str) -> Program {
    Program::compile(vec![SourceFile::new("shop.journey", text)]).unwrap_or_else(|e| panic!("{e}"))
}

fn monday() -> i64 {
    parse_instant("2026-03-02T09:00:00Z").unwrap()
}

fn play(program: &Program, profile: &mut Profile, input: &Input) -> (Vec<String>, Vec<String>) {
    let mut effects = Effects::new();
    program.advance(profile, input, Lateness::any(), &mut effects).unwrap();
    *profile = Profile::decode(&profile.encode()).unwrap();
    (effects.list.iter().map(crate::shown::shown).collect(), effects.notices.iter().map(ToString::to_string).collect())
}

fn event(name: &str, hours: i64) -> Input {
    Input::event("ana", monday() + hours * HOUR, name, Json::Null)
}

fn traits(json: &str, hours: i64) -> Input {
    Input::traits("ana", monday() + hours * HOUR, Json::parse(json).unwrap())
}

/// The same bytes with a sum that fits, as a profile of another version.
fn as_version(version: u8, profile: &Profile) -> Vec<u8> {
    let mut bytes = profile.encode();
    bytes.truncate(bytes.len() - 4);
    bytes[0] = version;
    let sum = (xxh3_64(&bytes) as u32).to_le_bytes();
    [bytes, sum.to_vec()].concat()
}

#[test]
fn what_is_the_same_program() {
    const CART: &str = "journey cart:\n  on cart_abandoned: wait 1d; email recs\n  goal order_placed\n";
    const SHOP: &str = "charter: cap 2 per 1d\n";
    let of = |files: &[(&str, &str)]| {
        let files = files.iter().map(|(name, text)| SourceFile::new(*name, *text)).collect();
        Program::compile(files).unwrap().fingerprint()
    };
    let same = of(&[("cart.journey", CART), ("shop.journey", SHOP)]);
    let others: [&[(&str, &str)]; 8] = [
        &[("./cart.journey", CART), ("./shop.journey", SHOP)],
        &[("shop.journey", SHOP), ("cart.journey", CART)],
        &[("/srv/shop/cart.journey", CART), ("/srv/shop/shop.journey", SHOP)],
        &[(".\\cart.journey", CART), (".\\shop.journey", SHOP)],
        &[("cart.journey", CART.trim_end()), ("shop.journey", SHOP.trim_end())],
        &[
            ("cart.journey", &format!("# what for\n\n{}", CART.replace("recs", "recs   # a comment"))),
            ("shop.journey", SHOP),
        ],
        &[("cart.journey", &CART.replace('\n', "\r\n")), ("shop.journey", SHOP)],
        &[("cart.journey", &format!("\u{feff}{CART}\n\n")), ("shop.journey", SHOP)],
    ];
    for (at, files) in others.into_iter().enumerate() {
        assert_eq!(of(files), same, "{at}");
    }
    let changed: [&[(&str, &str)]; 6] = [
        &[("cart.journey", &CART.replace("1d", "2d")), ("shop.journey", SHOP)],
        &[("carts.journey", CART), ("shop.journey", SHOP)],
        &[("cart.journey", CART)],
        &[("cart.journey", &format!("{SHOP}{CART}")), ("shop.journey", "")],
        &[("cart.journey", &CART.replace(": wait", ":\n    wait")), ("shop.journey", SHOP)],
        &[("a/shop.journey", SHOP), ("b/cart.journey", CART)],
    ];
    for (at, files) in changed.into_iter().enumerate() {
        assert_ne!(of(files), same, "{at}");
    }
    // A sign for a comment in a text is none.
    let text = |after: &str| of(&[("a.journey", &format!("on a where x is \"b #{after}\": email b"))]);
    assert_ne!(text("1"), text("2"));
}

#[test]
fn who_was_stored_by_the_same_program_goes_on() {
    let old = Program::compile(vec![
        SourceFile::new("b.journey", "journey b:\n  on a: wait 1h; email second"),
        SourceFile::new("a.journey", "# first\njourney a:\n  on a: wait 1d; email first"),
    ])
    .unwrap();
    let new = Program::compile(vec![
        SourceFile::new("/srv/a.journey", "journey a:\n  on a: wait 1d; email first # later\n"),
        SourceFile::new("/srv/b.journey", "journey b:\n\n  on a: wait 1h; email second\n"),
    ])
    .unwrap();
    let mut ana = old.profile("ana");
    play(&old, &mut ana, &event("a", 0));
    assert_eq!((ana.program(), new.fingerprint()), (old.fingerprint(), old.fingerprint()));
    let (said, _) = play(&new, &mut ana, &event("x", 2));
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("b sent email second"));
}

/// What an engine stored that knew programs by all their bytes, and had no keys of steps in its tables.
#[test]
fn programs_and_profiles_of_the_version_before_are_read() {
    let first = compile("journey cart:\n  on a: wait 1d; email one; wait 1d; email two");
    let second = compile("journey cart:\n  on a: wait 2d; email one; wait 1d; email two").following(&first);
    let bytes = String::from_utf8(second.to_bytes()).unwrap();
    let mut content: serde_json::Value = serde_json::from_str(bytes.split_once('\n').unwrap().1).unwrap();
    let code = content["code"].as_object_mut().unwrap();
    for added in ["keys", "shelf"] {
        assert!(code.remove(added).is_some(), "{added}");
    }
    for earlier in code["predecessors"].as_array_mut().unwrap() {
        earlier.as_object_mut().unwrap().retain(|name, _| name != "of_bytes" && name != "attribute_paths");
    }
    let content = content.to_string();
    let sum = xxh3_64_with_seed(content.as_bytes(), 3);
    let read = Program::from_bytes(format!("journey-program 3 {sum:016x}\n{content}").as_bytes()).unwrap();
    assert_eq!(read.follows().collect::<Vec<_>>(), [first.fingerprint()]);
    let mut ana = first.profile("ana");
    play(&first, &mut ana, &event("a", 0));
    let mut old = Profile::decode(&as_version(3, &ana)).unwrap();
    assert_eq!(old, ana);
    let (said, _) = play(&read, &mut old, &event("x", 49));
    assert!(said.len() == 1 && said[0].contains("cart sent email one"), "{said:?}");
    // A profile that bears the name which the same program had before.
    let of_bytes = xxh3_64(b"shop.journey\0journey cart:\n  on a: wait 1d; email one; wait 1d; email two\0");
    let at = ana.encode().windows(8).position(|eight| eight == first.fingerprint().to_be_bytes()).unwrap();
    let mut stored = as_version(3, &ana);
    stored.truncate(stored.len() - 4);
    stored[at..at + 8].copy_from_slice(&of_bytes.to_be_bytes());
    let sum = (xxh3_64(&stored) as u32).to_le_bytes();
    let stored = [stored, sum.to_vec()].concat();
    for (program, hours) in [(&first, 25), (&second, 49)] {
        let mut ana = Profile::decode(&stored).unwrap();
        assert_eq!(ana.program(), of_bytes);
        let (said, _) = play(program, &mut ana, &event("x", hours));
        assert!(said.len() == 1 && said[0].contains("cart sent email one"), "{said:?}");
        assert_eq!(ana.program(), program.fingerprint());
    }
    let mut other = Profile::decode(&stored).unwrap();
    let other = compile("on a: email b").advance(&mut other, &event("x", 1), Lateness::any(), &mut Effects::new());
    assert_eq!(other, Err(RunError::ProgramChanged));
}

/// Version 4 of profiles and 7 of programs had no objects; who waits there goes on, and a text that reads more of the things
/// in a list finds the list where it was.
#[test]
fn lists_of_things_of_another_version_are_read() {
    let text = |of_product: &str, of_interest: &str| {
        compile(&format!(
            "message recs:\n  sms: \"{{% for p in event.products %}}{of_product}{{% endfor %}}{{% for i in profile.interests %}}{of_interest}{{% endfor %}}\"\njourney j:\n  on a: wait 1d; sms recs"
        ))
    };
    let first = text("{{ p.name }}", "{{ i.name }}");
    let second = text("{{ p.name }}{{ p.price }}", "{{ i.name }}{{ i.rank }}").following(&first);
    let second = Program::from_bytes(&second.to_bytes()).unwrap();
    let mut ana = first.profile("ana");
    play(&first, &mut ana, &traits(r#"{"interests": [{"name": "tea", "rank": 1}]}"#, -1));
    let properties = Json::parse(r#"{"products": [{"name": "Boots", "price": 80}, "loose"]}"#).unwrap();
    play(&first, &mut ana, &Input::event("ana", monday(), "a", properties));
    assert!(!String::from_utf8_lossy(&ana.encode()).contains("price"), "what no text reads is not kept");
    let reads = r#"reads (event.products: ((name: "Boots"), "loose"), profile.interests: ((name: "tea")))"#;
    for program in [&first, &second] {
        let (said, notices) = play(program, &mut ana.clone(), &event("x", 25));
        assert!(said[0].ends_with(reads) && notices.is_empty(), "{said:?} {notices:?}");
    }
    // As version 4 had it: the things were empty lists.
    let plain = compile("message recs: sms: \"{{ event.total }}\"\njourney j:\n  on a: wait 1d; sms recs");
    let mut old = plain.profile("ana");
    play(&plain, &mut old, &event("a", 0));
    assert_eq!(Profile::decode(&as_version(4, &old)).unwrap(), old);
}

/// The tables of another version say of a list of things only that it is a list: their numbers are the same all the same.
#[test]
fn programs_of_the_version_before_lists_of_things_follow_on() {
    let text = "profile:\n  tags: list of (name: text)\nmessage recs: sms: \"{{ profile.tags.first.name }}\"\njourney j:\n  on a: wait 1d; sms recs";
    let first = compile(&text.replace("1d", "2d"));
    let second = compile(text).following(&first);
    let bytes = String::from_utf8(second.to_bytes()).unwrap();
    let mut content: serde_json::Value = serde_json::from_str(bytes.split_once('\n').unwrap().1).unwrap();
    let ty = &mut content["code"]["attributes"][0]["ty"];
    assert!(ty.to_string().contains("Thing"), "{ty}");
    *ty = serde_json::json!({"List": "Any"});
    let content = content.to_string();
    let sum = xxh3_64_with_seed(content.as_bytes(), 7);
    let read = Program::from_bytes(format!("journey-program 7 {sum:016x}\n{content}").as_bytes()).unwrap();
    assert_eq!(read.follows().collect::<Vec<_>>(), [first.fingerprint()]);
}

const GOLD: &str =
    "profile: tier: text\njourney j:\n  on a: if profile.tier is \"gold\" then email vip else email plain";
const NO_TIER: &str = "journey j:\n  on a: email plain";

#[test]
fn a_version_that_is_taken_back_finds_the_attributes_again() {
    let first = compile(GOLD);
    let second = compile(NO_TIER).following(&first);
    let second = Program::from_bytes(&second.to_bytes()).unwrap();
    let third = compile(GOLD).following(&second);
    let mail = |changed: Option<&str>| {
        let mut ana = first.profile("ana");
        play(&first, &mut ana, &traits(r#"{"tier": "gold"}"#, 0));
        assert_eq!(play(&second, &mut ana, &event("x", 1)), (vec![], vec![]));
        if let Some(changed) = changed {
            let input = traits(changed, 2);
            assert_eq!(second.concerns(&input), changed.contains("tier"));
            assert_eq!(play(&second, &mut ana, &input), (vec![], vec![]));
        }
        let (said, notices) = play(&third, &mut ana, &event("a", 3));
        assert!(notices.is_empty());
        said[1].split(' ').nth(4).unwrap().to_string()
    };
    assert_eq!(mail(None), "vip");
    // What comes in the meantime counts, and nothing that is outdated comes back.
    assert_eq!(mail(Some(r#"{"tier": "silver"}"#)), "plain");
    assert_eq!(mail(Some(r#"{"tier": null}"#)), "plain");
    assert_eq!(mail(Some(r#"{"tier": 7}"#)), "plain");
    assert_eq!(mail(Some(r#"{"age": 7}"#)), "vip");
    // Somebody who came under the second version alone.
    let mut bob = second.profile("ana");
    play(&second, &mut bob, &traits(r#"{"tier": "gold"}"#, 0));
    assert!(play(&third, &mut bob, &event("a", 1)).0[1].contains("email vip"));
    // A person who is deleted leaves nothing there.
    let mut ana = second.profile("ana");
    play(&second, &mut ana, &traits(r#"{"tier": "gold"}"#, 0));
    play(&second, &mut ana, &Input::delete("ana", event("", 1).arrived));
    assert!(!String::from_utf8_lossy(&ana.encode()).contains("gold"));
    // Two ids of one person: the target's own value stands.
    let (mut ana, mut other) = (second.profile("ana"), second.profile("a7"));
    play(&second, &mut other, &traits(r#"{"tier": "gold"}"#, 0).of("a7"));
    second.merge(&mut ana, other, monday() + HOUR, Lateness::any(), &mut Effects::new()).unwrap();
    assert!(play(&third, &mut ana, &event("a", 2)).0[1].contains("email vip"));
}

#[test]
fn a_value_of_another_kind_is_told_of_and_comes_back_with_its_version() {
    let first =
        compile("profile: tier: text\njourney j:\n  on a: if profile.tier is \"gold\" then email vip else email plain");
    let second =
        compile("profile: tier: number\njourney j:\n  on a: if profile.tier > 3 then email vip else email plain")
            .following(&first);
    let choice =
        compile("profile: tier: \"gold\" | \"silver\"\njourney j:\n  on a: if profile.tier is \"gold\" then email vip else email plain")
            .following(&first);
    let mut ana = first.profile("ana");
    play(&first, &mut ana, &traits(r#"{"tier": "gold"}"#, 0));
    let mut same = ana.clone();
    let (said, notices) = play(&choice, &mut same, &event("a", 1));
    assert!(said[1].contains("email vip") && notices.is_empty());
    let (said, notices) = play(&second, &mut ana, &event("a", 1));
    assert!(said[1].contains("email plain"));
    assert_eq!(
        notices,
        ["`tier` was kept as a kind of value that this version does not take: it is missing until it comes again"]
    );
    let back = compile(GOLD).following(&second);
    let mut never_sent = ana.clone();
    assert!(play(&back, &mut never_sent, &event("a", 2)).0[1].contains("email vip"));
    let (_, notices) = play(&second, &mut ana, &traits(r#"{"tier": 5}"#, 2));
    assert!(notices.is_empty() && play(&second, &mut ana, &event("a", 3)).0[1].contains("email vip"));
    assert!(play(&back, &mut ana, &event("a", 4)).0[1].contains("email plain"), "5 is no tier of that version");
}

#[test]
fn a_deploy_can_be_asked_what_it_changes() {
    let old = compile(
        "profile:\n  tier: text\n  age: number\njourney cart:\n  on a: wait 2d; email recs; if profile.tier is \"gold\" then push vip; wait 1h\n  goal order: wait 3d; email thanks\njourney gone:\n  on b: wait 1d; if profile.age > 3 then email c",
    );
    let new = compile(
        "profile:\n  age: text\n  city: text\njourney cart:\n  on a: wait 1d; email offer\n  goal order: if profile.city is \"Rome\" and profile.age is \"old\" then email thanks",
    );
    let changes = new.changes_from(&old);
    assert_eq!(changes.attributes_needed, ["city"]);
    assert_eq!(changes.attributes_retyped, ["age"]);
    assert_eq!(changes.attributes_dropped, ["tier"]);
    assert_eq!(changes.journeys_gone, ["gone"]);
    let gone: Vec<String> = changes.steps_gone.iter().map(|step| format!("{}: {}", step.journey, step.text)).collect();
    assert_eq!(
        gone,
        ["cart: if profile.tier is \"gold\"", "cart: push vip", "cart: wait 1h", "cart: wait 3d", "cart: email thanks"]
    );
    assert_eq!(old.changes_from(&old), journey::Changes::default());
    // Of each person it can be asked too, and that is what happens.
    let new = new.following(&old);
    for (hours, expected) in [(1, &[][..]), (48, &["cart"][..])] {
        let mut ana = old.profile("ana");
        play(&old, &mut ana, &event("a", 0));
        play(&old, &mut ana, &event("x", hours));
        assert_eq!(new.evicts(&ana), expected);
        let (said, _) = play(&new, &mut ana, &event("x", hours));
        assert_eq!(said.iter().filter(|line| line.ends_with("exited changed")).count(), expected.len(), "{said:?}");
        assert!(new.evicts(&ana).is_empty());
    }
}

#[test]
fn predecessors_that_nobody_needs_are_dropped() {
    let mut program = compile("on a: wait 1h; email m0");
    let first = program.clone();
    for n in 1..200 {
        program = compile(&format!("on a: wait 1h; email m{n}")).following(&program);
    }
    assert_eq!(program.follows().count(), 199);
    let pruned = program.clone().keeping(|needed| needed == first.fingerprint());
    assert!(pruned.to_bytes().len() * 20 < program.to_bytes().len());
    let mut ana = first.profile("ana");
    play(&first, &mut ana, &event("a", 0));
    assert!(play(&pruned, &mut ana, &event("x", 2)).0[0].contains("sent email m199"));
}

const BEFORE: &str = "profile: tier: text
journey cart:
  on a: wait 2d; if profile.tier is \"gold\" then email vip else email plain
journey held:
  on b: email b
  quiet 20:00-08:00
";
const AFTER: &str = "profile: city: text
journey cart:
  on a: wait 1d; if profile.city is \"Rome\" then email rome else email plain; wait 5d; push more
journey held:
  on b: email b
  quiet 20:00-10:00
journey more:
  on a: wait 1h; email more
";

/// A version is taken back: whoever was stored by the first, by the second, or by both in turn goes on.
#[test]
fn a_version_is_taken_back() {
    let through_bytes = |program: &Program| Program::from_bytes(&program.to_bytes()).unwrap();
    let first = compile(BEFORE);
    let second = through_bytes(&compile(AFTER).following(&first));
    let back = through_bytes(&compile(BEFORE).following(&second));
    assert_eq!(back.fingerprint(), first.fingerprint());
    assert!(back.follows().any(|earlier| earlier == second.fingerprint()));
    let due = |program: &Program, ana: &Profile| program.next_due(ana).map(|due| (due - monday()) / HOUR);
    let gold = traits(r#"{"tier": "gold"}"#, 0);

    // Stored by the first, and never touched by the second: as if nothing had been.
    let mut ana = first.profile("ana");
    play(&first, &mut ana, &gold);
    play(&first, &mut ana, &event("a", 0));
    let before = ana.clone();
    assert_eq!(back.wake(&mut ana, monday() + 3 * HOUR, Lateness::any(), &mut Effects::new()), Ok(false));
    assert_eq!((ana == before, due(&back, &ana)), (true, Some(48)));
    let (said, _) = play(&back, &mut ana, &event("x", 48));
    assert!(said[0].contains("cart sent email vip"), "{said:?}");

    // Begun under the first, taken over by the second: the wait has the length of the one that runs, from where it began.
    let mut bob = first.profile("ana");
    play(&first, &mut bob, &gold);
    play(&first, &mut bob, &event("a", 0));
    second.wake(&mut bob, monday() + HOUR, Lateness::any(), &mut Effects::new()).unwrap();
    assert_eq!((bob.program(), due(&second, &bob)), (second.fingerprint(), Some(24)));
    assert_eq!(
        first.wake(&mut bob, monday() + 2 * HOUR, Lateness::any(), &mut Effects::new()),
        Err(RunError::ProgramChanged)
    );
    assert!(back.evicts(&bob).is_empty());
    // Right away, and by the alarm that the deploy has set.
    assert_eq!(due(&back, &bob), Some(1));
    let mut effects = Effects::new();
    assert_eq!(back.wake(&mut bob, monday() + 2 * HOUR, Lateness::any(), &mut effects), Ok(true));
    assert!(effects.list.is_empty() && effects.notices.is_empty());
    assert_eq!((bob.inside(), due(&back, &bob)), (1, Some(48)));
    let (said, _) = play(&back, &mut bob, &event("x", 48));
    assert!(said[0].contains("cart sent email vip"), "what only the first reads was kept: {said:?}");

    // Begun under the second: the same, and what only the second has is left, and said.
    let mut cleo = second.profile("ana");
    play(&second, &mut cleo, &gold);
    play(&second, &mut cleo, &event("a", 0));
    assert_eq!(back.evicts(&cleo), ["more"]);
    let (said, _) = play(&back, &mut cleo, &event("x", 2 - 1));
    assert_eq!(said, ["2026-03-02T10:00:00Z more exited changed"]);
    assert_eq!(due(&back, &cleo), Some(48));
    let (said, _) = play(&back, &mut cleo, &event("x", 48));
    assert!(said[0].contains("cart sent email vip"), "{said:?}");

    // At a step that only the second has.
    let mut dora = second.profile("ana");
    play(&second, &mut dora, &event("a", 0));
    play(&second, &mut dora, &event("x", 30));
    assert_eq!(back.evicts(&dora), ["cart"]);
    let (said, _) = play(&back, &mut dora, &event("x", 31));
    assert_eq!((said, dora.inside()), (vec!["2026-03-03T16:00:00Z cart exited changed".to_string()], 0));

    // Held: the rule of the version that runs says until when.
    let mut eve = second.profile("ana");
    play(&second, &mut eve, &event("b", 12));
    assert_eq!(due(&second, &eve), Some(25));
    let (said, _) = play(&back, &mut eve, &event("x", 13));
    assert!(said.iter().all(|line| line.contains("held")), "{said:?}");
    assert_eq!(due(&back, &eve), Some(23));

    // Known and nowhere inside, and not known at all.
    let mut fay = second.profile("ana");
    play(&second, &mut fay, &gold);
    play(&back, &mut fay, &event("a", 1));
    assert!(play(&back, &mut fay, &event("x", 49)).0[0].contains("email vip"));
    let mut gus = second.profile("ana");
    assert_eq!(play(&back, &mut gus, &event("a", 0)).0.len(), 1);

    // A process that still runs the second meets somebody whom the rollback has moved, and the way back ends well, too.
    let mut hal = first.profile("ana");
    play(&first, &mut hal, &gold);
    play(&first, &mut hal, &event("a", 0));
    for (program, length) in [(&second, 24), (&back, 48), (&second, 24), (&back, 48)] {
        program.wake(&mut hal, monday() + HOUR, Lateness::any(), &mut Effects::new()).unwrap();
        assert_eq!((hal.inside(), due(program, &hal)), (1, Some(length)));
    }
    assert!(play(&back, &mut hal, &event("x", 48)).0[0].contains("email vip"));
    // And forward once more.
    let again = through_bytes(&compile(AFTER).following(&back));
    let mut ida = back.profile("ana");
    play(&back, &mut ida, &traits(r#"{"city": "Rome", "tier": "gold"}"#, 0));
    play(&back, &mut ida, &event("a", 0));
    let (said, _) = play(&again, &mut ida, &event("x", 24));
    assert!(said[0].contains("cart sent email rome"), "{said:?}");
}
