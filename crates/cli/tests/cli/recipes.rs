//! `new`: recipes, alone and joined to what the folder has.

use super::{err, folder, journey, out, status};

/// Every recipe is a folder that passes check, format and tests, and whose inputs make something happen.
#[test]
fn recipes_work() {
    let place = folder("seeing_recipes");
    let listed = journey(&["new", "--list"]);
    let names: Vec<&str> = out(&listed).lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names.len(), 8);
    for name in names {
        let into = place.join(name).display().to_string();
        assert_eq!(status(&journey(&["new", &into, "--recipe", name])), 0);
        for wanted in ["charter.journey", "tests.journey", "events.jsonl", "journey.toml"] {
            assert!(place.join(name).join(wanted).is_file(), "{name}/{wanted}");
        }
        let checked = journey(&["check", &into, "--deny-warnings"]);
        assert_eq!(status(&checked), 0, "{name}: {}", out(&checked));
        assert_eq!(status(&journey(&["fmt", "--check", &into])), 0, "{name}");
        let tested = journey(&["test", &into, "--min-coverage", "75"]);
        assert_eq!(status(&tested), 0, "{name}: {}", out(&tested));
        // All that is left are rules that no test needs.
        assert!(!out(&tested).contains("never reached") && !out(&tested).contains("never true"), "{}", out(&tested));
        let events = format!("{into}/events.jsonl");
        let ran = journey(&["run", &into, "--events", &events, "--strict", "--format", "jsonl"]);
        assert_eq!(status(&ran), 0, "{name}: {}", err(&ran));
        assert!(out(&ran).contains(r#""effect":"sent""#), "{name}: {}", out(&ran));
    }
    let again = journey(&["new", &place.join("welcome").display().to_string()]);
    assert_eq!(status(&again), 2);
    assert!(err(&again).contains("nothing is overwritten"));
    assert_eq!(status(&journey(&["new", "--recipe", "no-such"])), 2);
}

/// What a recipe is called by: its own name, a folder's, or one beside a folder's.
#[test]
fn a_folder_named_after_a_recipe_gets_that_recipe() {
    let place = folder("seeing_new_names");
    let at = |name: &str| place.join(name).display().to_string();
    for (arguments, file) in [
        (vec![at("birthday")], "birthday/birthday.journey"),
        (vec![at("win-back")], "win-back/win_back.journey"),
        (vec![at("shop")], "shop/cart.journey"),
        (vec![at("welcome"), "--recipe".into(), "renewal".into()], "welcome/renewal.journey"),
    ] {
        let mut all = vec!["new"];
        all.extend(arguments.iter().map(String::as_str));
        assert_eq!(status(&journey(&all)), 0, "{all:?}");
        assert!(place.join(file).is_file(), "{file}");
    }
}

/// All recipes, one after another in one folder: no errors, all tests pass, and no file that was there is another, but for
/// the charter, which has every line that it had.
#[test]
fn recipes_join() {
    let place = folder("seeing_joined");
    let shop = place.join("shop");
    let into = shop.display().to_string();
    let listed = journey(&["new", "--list"]);
    let names: Vec<&str> = out(&listed).lines().filter_map(|line| line.split_whitespace().next()).collect();
    let (first, others) = names.split_first().unwrap();
    assert_eq!(status(&journey(&["new", &into, "--recipe", first])), 0);
    for name in others {
        let before: Vec<_> = std::fs::read_dir(&shop).unwrap().map(|e| e.unwrap().path()).collect();
        let texts: Vec<_> = before.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        let joined = journey(&["new", name, "--into", &into]);
        assert_eq!(status(&joined), 0, "{name}: {}", err(&joined));
        for (path, text) in before.iter().zip(&texts) {
            let now = std::fs::read_to_string(path).unwrap();
            if path.ends_with("charter.journey") {
                assert!(text.lines().all(|line| now.lines().any(|l| l == line)), "{now}");
            } else {
                assert_eq!(&now, text, "{}", path.display());
            }
        }
        let checked = journey(&["check", &into]);
        assert_eq!(status(&checked), 0, "{name}: {}", out(&checked));
        assert!(!out(&checked).contains("Error"), "{}", out(&checked));
        assert_eq!(status(&journey(&["fmt", "--check", &into])), 0, "{name}");
    }
    let tested = journey(&["test", &into]);
    assert_eq!(status(&tested), 0, "{}", out(&tested));
    assert!(out(&tested).contains("45 tests passed"), "{}", out(&tested));
    let charter = std::fs::read_to_string(shop.join("charter.journey")).unwrap();
    assert_eq!(charter.matches("timezone").count(), 1, "{charter}");
    assert_eq!(charter.matches("cap promo").count(), 1, "{charter}");
    let again = journey(&["new", "birthday", "--into", &into]);
    assert_eq!(status(&again), 2);
    assert!(err(&again).contains("has a journey `birthday` already; nothing was written"), "{}", err(&again));
    assert_eq!(status(&journey(&["new", "--into", &into])), 2);
    assert_eq!(status(&journey(&["new", "birthday", "--into", &place.join("none").display().to_string()])), 2);
}

/// What a folder says of itself stays, and where a recipe does not fit nothing is written.
#[test]
fn a_recipe_takes_what_the_folder_has() {
    let place = folder("seeing_into");
    let into = place.display().to_string();
    let path = place.join("mine.journey");
    // No lists of events and attributes: none are added. Its own `hello` and nights stay.
    let mine = "charter: quiet 22:00-07:00  # my nights\n\nmessage hello:\n  email: subject \"Mine\", body \"Mine.\"\n\n\
                on account_created where plan is \"a\": if profile.vip then email hello\n";
    std::fs::write(&path, mine).unwrap();
    let joined = journey(&["new", "welcome", "--into", &into]);
    assert_eq!(status(&joined), 0, "{}", err(&joined));
    assert!(out(&joined).contains("the message `hello` stays as it is"), "{}", out(&joined));
    let welcome = std::fs::read_to_string(place.join("welcome.journey")).unwrap();
    assert!(
        !welcome.contains("message hello") && !welcome.contains("profile:\n") && !welcome.contains("\nevent "),
        "{welcome}"
    );
    let charter = mine.replace(
        "charter: quiet 22:00-07:00  # my nights\n",
        "charter:\n  quiet 22:00-07:00  # my nights\n  timezone \"Europe/Paris\"\n  consent required for push\n  cap welcome 1 per day\n",
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), charter);

    // One that lists them takes on what it does not list.
    let place = folder("seeing_into_lists");
    let into = place.display().to_string();
    std::fs::write(
        place.join("mine.journey"),
        "profile:\n  renewal_date: date\n\nevent order_completed:\n  total: number\n\njourney j:\n  on order_completed where total >= 3: email m\n",
    )
    .unwrap();
    assert_eq!(status(&journey(&["new", "--into", &into, "--recipe", "renewal"])), 0);
    let renewal = std::fs::read_to_string(place.join("renewal.journey")).unwrap();
    assert!(renewal.contains("profile:\n  auto_renew: bool\nevent contract_renewed:"), "{renewal}");
    assert!(renewal.ends_with("\n# What the other journeys of this folder use.\nmessage m\n"), "{renewal}");
    assert!(place.join("charter.journey").is_file());
    assert_eq!(status(&journey(&["check", &into])), 0);

    // A contradiction is shown at both places, and nothing comes of it.
    let place = folder("seeing_into_otherwise");
    let into = place.display().to_string();
    std::fs::write(
        place.join("mine.journey"),
        "profile:\n  birthday: text\n\non a: if profile.birthday is \"x\" then email m\n",
    )
    .unwrap();
    let joined = journey(&["new", "birthday", "--into", &into]);
    assert_eq!(status(&joined), 1);
    assert!(
        err(&joined).contains("two kinds of value") && err(&joined).contains("nothing was written"),
        "{}",
        err(&joined)
    );
    assert_eq!(std::fs::read_dir(&place).unwrap().count(), 1);
}
