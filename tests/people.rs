//! A person as a program shows them.

use journey::{
    Effects, Engagement, EntryState, Input, Json, Lateness, Profile, ProfileView, Program, RunError, SourceFile,
    value::{Value, parse_instant, show_instant},
    write_profile,
};

const HOUR: i64 = 3_600_000;

fn compile(text: &str) -> Program {
    Program::compile(vec![SourceFile::new("shop.journey", text)]).unwrap_or_else(|e| panic!("{e}"))
}

fn monday() -> i64 {
    parse_instant("2026-03-02T09:00:00Z").unwrap()
}

fn event(name: &str, hours: i64, properties: &str) -> Input {
    Input::event("ana", monday() + hours * HOUR, name, Json::parse(properties).unwrap())
}

fn play(program: &Program, inputs: &[Input]) -> (Profile, Effects) {
    let (mut ana, mut effects) = (program.profile("ana"), Effects::new());
    for input in inputs {
        program.advance(&mut ana, input, Lateness::any(), &mut effects).unwrap();
    }
    (ana, effects)
}

fn json(view: &ProfileView) -> serde_json::Value {
    let mut line = Vec::new();
    write_profile(view, &mut line);
    serde_json::from_slice(&line).unwrap()
}

const SHOP: &str = "charter:
  timezone \"Europe/Paris\"
  quiet 20:00-08:00

profile:
  tier: \"gold\" | \"silver\"

journey cart:
  one per event.cart_id
  on cart_abandoned:
    email recs
    wait 1d
    email offer
  goal order_placed within 7d

journey ask:
  on asked: if profile.tier is \"gold\" within 2d then email vip

journey night:
  on late: push night or email night

journey short:
  on cart_abandoned: email thanks
  goal order_placed within 7d
";

#[test]
fn where_a_person_stands() {
    let program = compile(SHOP);
    let traits = r#"{"timezone": "America/New_York", "tier": "silver", "preferred_channel": "sms", "consent": {"sms": true, "email": true}, "reachable": {"push": false}}"#;
    let (ana, effects) = play(
        &program,
        &[
            Input::traits("ana", monday(), Json::parse(traits).unwrap()),
            event("Cart Abandoned", 6, r#"{"cart_id": "c 17"}"#),
            event("Email Opened", 7, r#"{"message": "recs"}"#),
            event("asked", 8, "{}"),
            event("unsubscribed", 9, r#"{"channel": "sms"}"#),
            event("late", 16, "{}"),
        ],
    );
    let view = program.view(&ana).unwrap();
    assert_eq!((view.id.as_str(), view.zone.name(), view.has_own_zone), ("ana", "America/New_York", true));
    assert_eq!(view.clock, Some(monday() + 16 * HOUR));
    assert_eq!(view.attributes, [("tier".into(), Value::Text("silver".into()))]);
    assert_eq!(view.consent.answers, [("email".into(), true), ("sms".into(), false)]);
    assert!(!view.consent.unsubscribed);
    assert_eq!(view.reachable, [("push".into(), false)]);
    assert_eq!(view.preferred_channel.as_deref(), Some("sms"));
    let entries: Vec<_> = view
        .entries
        .iter()
        .map(|e| (e.journey.as_str(), e.key.as_deref(), e.state.name(), e.step.as_str(), e.due.map(show_instant)))
        .collect();
    let due = |text: &str| Some(text.to_string());
    assert_eq!(
        entries,
        [
            ("cart", Some("c 17"), "waiting", "wait 1d", due("2026-03-03T15:00:00Z")),
            ("short", None, "left", "", None),
            ("ask", None, "deciding", "if profile.tier is \"gold\" within 2d", due("2026-03-04T17:00:00Z")),
            ("night", None, "held", "push night or email night", due("2026-03-03T13:00:00Z")),
        ]
    );
    assert!(view.entries.iter().all(|entry| !entry.control && !entry.leaving));
    let EntryState::Held { channel, message, since, until, rule } = &view.entries[3].state else { panic!("{view:?}") };
    assert_eq!((channel.as_str(), message.as_str(), rule.as_str()), ("email", "night", "quiet 20:00-08:00"));
    assert_eq!((*since, *until), (monday() + 16 * HOUR, monday() + 28 * HOUR));
    let span = view.entries[0].span.unwrap();
    assert_eq!(program.sources()[usize::from(span.file)].line_column(span.start), (12, 5));
    assert_eq!(view.entries[1].span, None);
    let sends: Vec<_> = view.sends.iter().map(|s| (s.message.as_str(), s.channel.as_str(), s.state())).collect();
    assert_eq!(sends, [("recs", "email", "opened"), ("thanks", "email", "sent"), ("night", "push", "suppressed")]);
    assert_eq!(view.sends[0].feedback, [(Engagement::Opened, monday() + 7 * HOUR)]);
    // The ids are those that the effects had, as long as their entries are there.
    let ids = effects.list.iter().filter_map(|effect| match &effect.kind {
        journey::EffectKind::Sent { id, .. } => Some(Some(id.clone())),
        _ => None,
    });
    assert_eq!(ids.collect::<Vec<_>>(), view.sends[..2].iter().map(|send| send.id.clone()).collect::<Vec<_>>());
    assert_eq!(view.next_due, program.next_due(&ana));

    let read = json(&view);
    assert_eq!(read["traits"]["tier"], "silver");
    assert_eq!(read["consent"], serde_json::json!({"email": true, "sms": false}));
    assert_eq!(read["entries"][0]["entered"], "2026-03-02T15:00:00Z");
    assert_eq!(read["entries"][3]["rule"], "quiet 20:00-08:00");
    assert_eq!(read["entries"][1]["step"], serde_json::Value::Null);
    assert_eq!(read["sends"][0]["feedback"][0]["what"], "opened");
    assert_eq!(read["next_due"], "2026-03-03T13:00:00Z");
}

/// The words for what became of a message.
#[test]
fn what_became_of_a_message() {
    let program = compile("on a: email b; wait 1d");
    let told = |events: &[&str]| {
        let mut inputs = vec![event("a", 0, "{}")];
        inputs.extend((1..).zip(events).map(|(hours, name)| event(name, hours, "{}")));
        program.view(&play(&program, &inputs).0).unwrap().sends[0].state()
    };
    assert_eq!(told(&[]), "sent");
    assert_eq!(told(&["Email Delivered"]), "delivered");
    assert_eq!(told(&["Email Link Clicked", "Email Delivered"]), "clicked");
    assert_eq!(told(&["Email Opened", "Email Marked as Spam"]), "complained");
    assert_eq!(told(&["Email Bounced"]), "bounced");
    assert_eq!(told(&["Email Delivered", "failed"]), "failed");
}

#[test]
fn somebody_in_a_control_group_and_somebody_unknown() {
    let program = compile("journey j:\n  holdout 99%\n  on a: wait 1d; email b");
    let ids = (0..20).map(|n| format!("p{n}"));
    let is_control = |id: String| {
        let (mut ana, mut effects) = (program.profile(&id), Effects::new());
        program.advance(&mut ana, &event("a", 0, "{}").of(&id), Lateness::any(), &mut effects).unwrap();
        let view = program.view(&ana).unwrap();
        assert_eq!(view.entries[0].control, effects.list[0].control);
        view.entries[0].control
    };
    assert!(ids.filter(|id| is_control(id.clone())).count() > 10);
    let stranger = program.view(&program.profile("ana")).unwrap();
    assert_eq!((stranger.clock, stranger.entries.len(), stranger.next_due), (None, 0, None));
    assert!(program.view(&program.unsubscribed("ana")).unwrap().consent.unsubscribed);
}

#[test]
fn a_person_of_an_earlier_version_is_shown_as_they_are_taken_over() {
    const OLD: &str = "journey cart:\n  on a: wait 2d; email recs\njourney gone:\n  on a: wait 3d; if profile.tier is \"gold\" then email c";
    let old = compile(OLD);
    let new = compile("journey cart:\n  on a: wait 1d; email recs");
    let (mut ana, _) = play(&old, &[Input::traits("ana", monday(), Json::parse(r#"{"tier": "gold"}"#).unwrap())]);
    old.advance(&mut ana, &event("a", 0, "{}"), Lateness::any(), &mut Effects::new()).unwrap();
    assert_eq!(new.view(&ana), Err(RunError::ProgramChanged));
    let (before, new) = (ana.clone(), new.following(&old));
    let view = new.view(&ana).unwrap();
    assert_eq!(ana, before, "looking changes nothing");
    assert_eq!(view.shelved, [("tier".into(), Value::Text("gold".into()))]);
    let entries: Vec<_> = view.entries.iter().map(|e| (e.journey.as_str(), e.step.as_str(), e.due)).collect();
    assert_eq!(entries, [("cart", "wait 1d", Some(monday() + 24 * HOUR))]);
    new.wake(&mut ana, monday(), Lateness::any(), &mut Effects::new()).unwrap();
    assert_eq!(new.view(&ana), Ok(view));
}
