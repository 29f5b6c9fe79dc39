//! History that a host imports: what is known changes, and nothing comes of it.

use journey::value::{parse_instant, show_instant};
use journey::{Effects, Input, Json, Lateness, Profile, Program, RunError, SourceFile};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn compile(text: &str) -> Program {
    Program::compile(vec![SourceFile::new("j.journey", text)]).unwrap_or_else(|e| panic!("{e}"))
}

/// Monday at nine.
fn now() -> i64 {
    parse_instant("2026-03-02T09:00:00Z").unwrap()
}

struct Ana<'a> {
    program: &'a Program,
    profile: Profile,
}

impl<'a> Ana<'a> {
    fn new(program: &'a Program) -> Self {
        Self { program, profile: program.profile("ana") }
    }

    /// Imports an event that happened days ago.
    fn import(&mut self, event: &str, days_ago: i64) {
        let input = Input::event("ana", now() - days_ago * DAY, event, Json::Null);
        self.take(&input.ingested_at(now()), Lateness::live(now()));
    }

    fn import_traits(&mut self, json: &str) {
        self.take(&traits(json, 0), Lateness::live(now()));
    }

    fn take(&mut self, input: &Input, lateness: Lateness) {
        let mut effects = Effects::new();
        assert_eq!(self.program.backfill(&mut self.profile, input, lateness, &mut effects), Ok(true));
        assert!(effects.list.is_empty(), "{:?}", effects.list);
        self.profile = Profile::decode(&self.profile.encode()).unwrap();
    }

    /// Plays an input so many hours from now.
    fn play(&mut self, input: &Input) -> Vec<String> {
        let mut effects = Effects::new();
        self.program.advance(&mut self.profile, input, Lateness::any(), &mut effects).unwrap();
        effects.list.iter().map(crate::shown::shown).collect()
    }

    fn event(&mut self, event: &str, hours: i64) -> Vec<String> {
        self.play(&Input::event("ana", now() + hours * HOUR, event, Json::Null))
    }

    fn wake(&mut self, hours: i64) -> Vec<String> {
        let mut effects = Effects::new();
        self.program.wake(&mut self.profile, now() + hours * HOUR, Lateness::any(), &mut effects).unwrap();
        effects.list.iter().map(crate::shown::shown).collect()
    }

    fn due(&self) -> Option<String> {
        self.program.next_due(&self.profile).map(show_instant)
    }
}

fn traits(json: &str, hours: i64) -> Input {
    Input::traits("ana", now() + hours * HOUR, Json::parse(json).unwrap())
}

/// What one of the messages that went out is called.
fn mails(said: &[String]) -> Vec<&str> {
    said.iter().filter(|line| line.contains(" sent ")).filter_map(|line| line.split(' ').nth(4)).collect()
}

#[test]
fn what_is_known_is_as_if_it_had_been_played() {
    let program = compile(concat!(
        "charter: consent required for sms\n",
        "journey j:\n",
        "  on a:\n",
        "    if count of order_placed in last 60d is 2 then email two\n",
        "    if last order_placed.total is 30 then email thirty\n",
        "    if known for 30d then email old\n",
        "    if profile.tier is \"gold\" then email gold\n",
        "    if local time is between 10:00 and 11:00 then email paris\n",
        "    sms agreed\n",
        "    push refused\n",
    ));
    let order = |total: i64, days_ago: i64| {
        let properties = Json::parse(&format!(r#"{{"total": {total}}}"#)).unwrap();
        Input::event("ana", now() - days_ago * DAY, "Order Placed", properties)
    };
    let lines = [
        order(10, 90),
        order(20, 50),
        order(30, 40),
        traits(r#"{"tier": "gold", "timezone": "Europe/Paris", "consent": {"sms": true}}"#, -24 * 30),
        Input::event("ana", now() - 20 * DAY, "Push Unsubscribed", Json::Null),
    ];
    let mut played = Ana::new(&program);
    lines.iter().for_each(|line| assert!(played.play(line).is_empty()));
    let expected = played.event("a", 0);
    assert_eq!(mails(&expected), ["two", "thirty", "old", "gold", "paris", "agreed"]);
    for backwards in [false, true] {
        let mut lines = lines.to_vec();
        if backwards {
            lines.reverse();
        }
        let mut imported = Ana::new(&program);
        lines.iter().for_each(|line| imported.take(&line.clone().ingested_at(now()), Lateness::live(now())));
        assert_eq!(imported.event("a", 0), expected, "{backwards}");
    }
}

#[test]
fn what_became_of_a_message_is_known() {
    let program = compile("journey j:\n  on a: email recs; wait 2d; if opened recs then email more else email less");
    let mut ana = Ana::new(&program);
    ana.event("a", -48);
    ana.import("Email Opened", 1);
    assert_eq!(mails(&ana.wake(0)), ["more"]);
}

#[test]
fn nobody_enters_by_history() {
    let program = compile(concat!(
        "segment regulars: count of order_placed in last 30d > 1\n",
        "journey in_it:\n  on entering regulars: email hello\n",
        "journey out_of_it:\n  on leaving regulars: email come_back\n",
        "journey bought:\n  on order_placed: email thanks\n",
        "journey stranger:\n  on entering not_known: email welcome\n",
        "segment not_known: profile.name is missing\n",
        "journey day:\n  on date profile.trial_ends at 09:00: email trial_over\n",
        "journey daily:\n  every day at 09:00: email news\n",
    ));
    let mut ana = Ana::new(&program);
    ana.import("Order Placed", 40);
    for ago in [29, 28, 27] {
        ana.import("Order Placed", ago);
    }
    ana.import_traits(r#"{"trial_ends": "2026-03-01"}"#);
    ana.import_traits(r#"{"trial_ends": "2026-03-02"}"#);
    // Who was in a segment has not entered it, and leaves it when time has come; a day that is over lets nobody in, nor does
    // the very instant of the import.
    assert_eq!(ana.due().as_deref(), Some("2026-03-03T09:00:00Z"));
    assert!(ana.wake(0).is_empty());
    assert_eq!(mails(&ana.wake(24)), ["news"]);
    assert_eq!(mails(&ana.wake(48)), ["news", "come_back"]);
    // A date that lies ahead.
    let mut bob = Ana::new(&program);
    bob.import_traits(r#"{"trial_ends": "2026-03-05"}"#);
    let said = bob.wake(24 * 3);
    assert!(mails(&said).contains(&"trial_over"), "{said:?}");
    // Who enters later enters.
    let mut eve = Ana::new(&program);
    eve.import("Order Placed", 5);
    assert_eq!(mails(&eve.event("Order Placed", 1)), ["thanks", "hello"]);
}

#[test]
fn who_is_inside_does_not_hear_it() {
    let program = compile(concat!(
        "journey cart:\n",
        "  on a: wait for profile.tier is \"gold\" up to 2d; email recs\n",
        "  goal order_placed\n",
        "  exit on returned\n",
        "  exit when profile.staff is true\n",
    ));
    let start = |program| {
        let mut ana = Ana::new(program);
        ana.event("a", -24);
        ana
    };
    let mut ana = start(&program);
    ana.import("Order Placed", 0);
    ana.import("Returned", 0);
    ana.import_traits(r#"{"tier": "gold"}"#);
    assert_eq!((ana.profile.inside(), ana.due().as_deref()), (1, Some("2026-03-03T09:00:00Z")));
    assert!(ana.wake(1).is_empty());
    // The next line that is played lets them go on.
    let mut played = Ana { program: &program, profile: ana.profile.clone() };
    assert_eq!(mails(&played.play(&traits(r#"{"tier": "gold"}"#, 2))), ["recs"]);
    assert_eq!(mails(&ana.wake(24)), ["recs"]);
    // Nothing goes out that what is known now forbids.
    let mut staff = start(&program);
    staff.import_traits(r#"{"staff": true}"#);
    assert_eq!(staff.profile.inside(), 1);
    let said = staff.wake(24);
    assert!(said.len() == 1 && said[0].ends_with("exited exit"), "{said:?}");
}

#[test]
fn what_has_happened_since_an_entry_is_not_told_by_history() {
    let program = compile("journey j:\n  on a: if order_placed within 2d then email thanks else email recs");
    let mut ana = Ana::new(&program);
    ana.event("a", -24);
    ana.import("Order Placed", 0);
    assert_eq!(mails(&ana.wake(24)), ["recs"]);
}

#[test]
fn what_is_due_stays_due() {
    let program = compile(concat!(
        "journey daily:\n  every day at 09:00: email news\n",
        "journey cart:\n  on a: wait 1d; email recs\n",
        "segment gold: profile.tier is \"gold\"\n",
        "journey gold:\n  on entering gold: email gold\n",
    ));
    let mut ana = Ana::new(&program);
    ana.event("a", -25);
    let due = ana.due();
    assert_eq!(due.as_deref(), Some("2026-03-01T09:00:00Z"));
    // Nobody woke them yesterday. History comes, one line of it in another zone.
    ana.import_traits(r#"{"tier": "gold"}"#);
    ana.import_traits(r#"{"timezone": "Etc/GMT"}"#);
    assert_eq!(ana.due(), due);
    let said = ana.wake(0);
    assert_eq!(mails(&said), ["news", "recs", "news"]);
    assert!(said[0].starts_with("2026-03-01T09:00:00Z") && said[4].starts_with("2026-03-02T08:00:00Z"), "{said:?}");
    // A millisecond before an alarm: time stands there until it has rung.
    let mut bob = Ana::new(&program);
    bob.event("a", -1);
    bob.profile = {
        let mut effects = Effects::new();
        let mut profile = bob.profile.clone();
        let before = Input::event("ana", now() - 1, "x", Json::Null);
        program.advance(&mut profile, &before, Lateness::any(), &mut effects).unwrap();
        profile
    };
    bob.import_traits(r#"{"timezone": "Etc/GMT"}"#);
    assert_eq!(mails(&bob.wake(0)), ["news"]);
}

/// Nobody woke somebody who left a segment yesterday: an old order that is imported today does not make them stay silent.
#[test]
fn who_has_left_a_segment_by_time_alone_still_leaves_it() {
    let program = compile(concat!(
        "segment regulars: count of order_placed in last 30d > 0\n",
        "journey out_of_it:\n  on leaving regulars: email come_back\n",
    ));
    let mut ana = Ana::new(&program);
    ana.event("Order Placed", -31 * 24);
    assert_eq!(ana.due().as_deref(), Some("2026-03-01T09:00:00Z"));
    ana.import("Order Placed", 40);
    let said = ana.wake(0);
    assert_eq!(mails(&said), ["come_back"]);
    assert!(said[0].starts_with("2026-03-01T09:00:00Z"), "{said:?}");
}

/// A call that was full ended in the middle of nine o'clock: what was still to come at nine comes.
#[test]
fn what_is_due_at_the_very_instant_of_the_clock_stays_due() {
    let steps = vec!["add to x"; journey::limits::STEPS as usize * 6 / 10].join("; ");
    let does = [("a", steps.as_str()), ("b", &steps), ("z", "email news")];
    let file = |(name, steps): (&str, &str)| {
        SourceFile::new(format!("{name}.journey"), format!("every day at 09:00: {steps}"))
    };
    let program = Program::compile(does.map(file).to_vec()).unwrap();
    let mut ana = Ana::new(&program);
    ana.event("x", -1);
    ana.wake(0);
    assert_eq!((ana.profile.clock(), program.next_due(&ana.profile)), (Some(now()), Some(now())));
    ana.import_traits(r#"{"timezone": "Europe/London"}"#);
    assert_eq!(program.next_due(&ana.profile), Some(now()));
    assert_eq!(mails(&ana.wake(0)), ["news"]);
}

#[test]
fn a_line_is_known_again() {
    let program = compile("journey j:\n  on a: if count of order_placed ever is 1 then email once else email often");
    let order = |days_ago: i64| {
        Input::event("ana", now() - days_ago * DAY, "Order Placed", Json::Null).ingested_at(now()).with_message_id("o1")
    };
    let mut ana = Ana::new(&program);
    ana.take(&order(3), Lateness::live(now()));
    let mut effects = Effects::new();
    assert_eq!(program.backfill(&mut ana.profile, &order(3), Lateness::live(now()), &mut effects), Ok(false));
    ana.play(&order(3));
    assert_eq!(mails(&ana.event("a", 1)), ["once"]);
    let mut bob = Ana::new(&program);
    bob.play(&order(3));
    assert_eq!(program.backfill(&mut bob.profile, &order(3), Lateness::live(now()), &mut effects), Ok(false));
    assert_eq!(mails(&bob.event("a", 1)), ["once"]);
}

/// Where a host leaves the time of arrival as a file has it, nobody leaves today what they left years ago.
#[test]
fn in_live_time_history_is_taken_now() {
    let program = compile(concat!(
        "segment regulars: count of order_placed in last 30d > 0\n",
        "journey out_of_it:\n  on leaving regulars: email come_back\n",
    ));
    let mut ana = Ana::new(&program);
    for ago in [400, 100, 2] {
        let input = Input::event("ana", now() - ago * DAY, "Order Placed", Json::Null);
        ana.take(&input, Lateness::live(now()));
    }
    assert_eq!(ana.profile.clock(), Some(now()));
    assert_eq!(ana.due().as_deref(), Some("2026-03-30T09:00:00Z"));
    assert!(ana.wake(24).is_empty());
}

#[test]
fn what_is_no_history_is_refused() {
    let program = compile("on a: email b");
    let mut ana = program.profile("ana");
    let mut take = |input: &Input| program.backfill(&mut ana, input, Lateness::live(now()), &mut Effects::new());
    assert_eq!(take(&Input::delete("ana", now())), Err(RunError::Deletion));
    assert_eq!(take(&Input::delete("bob", now())), Err(RunError::OtherProfile));
    assert_eq!(take(&Input::event("ana", now() / 1_000, "a", Json::Null)), Err(RunError::Time(now() / 1_000)));
    let ahead = now() + 2 * DAY;
    assert_eq!(take(&Input::event("ana", ahead, "a", Json::Null)), Err(RunError::Ahead(ahead)));
    assert_eq!(take(&Input::event("ana", now(), "never heard of", Json::Null)), Ok(false));
    let mut other = compile("on a: email c").profile("ana");
    let input = Input::event("ana", now(), "a", Json::Null);
    let taken = program.backfill(&mut other, &input, Lateness::live(now()), &mut Effects::new());
    assert_eq!(taken, Err(RunError::ProgramChanged));
}

#[test]
fn notices_come_out() {
    let program = compile("profile: age: number\njourney j:\n  on a: if profile.age > 3 then email b");
    let mut ana = program.profile("ana");
    let mut effects = Effects::new();
    let said = program.backfill(&mut ana, &traits(r#"{"age": "old"}"#, 0), Lateness::live(now()), &mut effects);
    assert_eq!((said, effects.list.len()), (Ok(true), 0));
    assert_eq!(effects.notices.iter().map(|n| n.name()).collect::<Vec<_>>(), ["wrong_attribute"]);
}
