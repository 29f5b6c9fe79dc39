//! `fmt` and `fix`: what they write, what they leave alone, and how they end.

use crate::{err, file, folder, journey, out, status};

#[test]
fn fmt_writes_the_canonical_form() {
    let at = folder("fmt");
    let program = file(&at, "shop/cart.journey", "on cart_abandoned :  wait 2 days;email recs");
    let folder = at.join("shop").display().to_string();
    let check = journey(&["fmt", "--check", &folder]);
    assert_eq!((status(&check), out(&check)), (1, format!("{program}\n").as_str()));
    assert_eq!(std::fs::read_to_string(&program).unwrap(), "on cart_abandoned :  wait 2 days;email recs");
    assert_eq!(status(&journey(&["fmt", &folder])), 0);
    assert_eq!(std::fs::read_to_string(&program).unwrap(), "on cart_abandoned: wait 2d; email recs\n");
    let again = journey(&["fmt", "--check", &folder]);
    assert_eq!((status(&again), out(&again), err(&again)), (0, "", ""));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside the file");
}

#[test]
fn fmt_leaves_what_it_cannot_read() {
    let at = folder("fmt_broken");
    let broken = file(&at, "a.journey", "on a: wiat 2d\n");
    let fine = file(&at, "b.journey", "on a:   wait 2d\n");
    let output = journey(&["fmt", &broken, &fine]);
    assert_eq!(status(&output), 1);
    assert!(
        err(&output).contains("did you mean `wait`?") && err(&output).contains("not formatted"),
        "{}",
        err(&output)
    );
    assert_eq!(std::fs::read_to_string(&broken).unwrap(), "on a: wiat 2d\n");
    assert_eq!(std::fs::read_to_string(&fine).unwrap(), "on a: wait 2d\n");
    assert_eq!(status(&journey(&["fmt", "nowhere.journey"])), 2);
}

#[test]
fn fix_mends_safely_and_all_when_asked() {
    let at = folder("fix");
    let text = "on cart_abandoned\n  after 2 days\n  send email recs\n  wait 1d\n  push reminder\n";
    let program = file(&at, "cart.journey", text);
    let output = journey(&["fix", &program]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    assert!(
        out(&output).contains(&format!("{program}:2: Waiting is written with `wait` [syntax]")),
        "{}",
        out(&output)
    );
    assert!(err(&output).contains("3 mended, 1 warning left") && err(&output).contains("--unsafe"), "{}", err(&output));
    let safe = "on cart_abandoned:\n  wait 2d\n  email recs\n  wait 1d\n  push reminder\n";
    assert_eq!(std::fs::read_to_string(&program).unwrap(), safe);
    let output = journey(&["fix", "--unsafe", &program]);
    assert_eq!(status(&output), 0);
    let all = "charter:\n  consent required for push\n\non cart_abandoned:\n  wait 2d\n  email recs\n  wait 1d\n  push reminder\n";
    assert_eq!(std::fs::read_to_string(&program).unwrap(), all);
    assert_eq!(status(&journey(&["check", "--deny-warnings", &program])), 0);
    let broken = file(&at, "broken.journey", "on a: wait 2d of\n");
    assert_eq!(status(&journey(&["fix", &broken])), 1);
}
