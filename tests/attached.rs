//! Texts of messages from files: what of them is the program's, and where findings in them stand.

use journey::diagnostic::Level;
use journey::{Program, SourceFile, files_named, limits, mend, parse};

const CART: &str = "\
message recs:
  email: subject \"Hi\", body file \"mails/recs.html\"
message again:
  email:
    subject \"Hi\"
    html file \"./mails/../mails/recs.html\"
journey cart:
  on cart_abandoned: email recs; wait 1d; email again
  goal order_placed
";

fn sources(files: &[(&str, &str)]) -> Vec<SourceFile> {
    files.iter().map(|(name, text)| SourceFile::new(*name, *text)).collect()
}

fn shop(mail: &str) -> Vec<SourceFile> {
    sources(&[("shop/cart.journey", CART), ("shop/mails/recs.html", mail)])
}

/// Each finding with the place where it stands.
fn found(sources: &[SourceFile]) -> Vec<String> {
    let found = Program::check(sources).diagnostics;
    let said = found.iter().map(|d| {
        let file = &sources[usize::from(d.span().file)];
        let (line, column) = file.line_column(d.span().start);
        format!("{}:{line}:{column} {}: {}", file.name, d.name, d.message)
    });
    said.collect()
}

#[test]
fn several_messages_have_the_text_of_one_file() {
    let text = "\u{feff}# no note\r\n\t\"{{ event.total }}\"\n\n";
    let sources = shop(text);
    assert_eq!(files_named(&sources), [(0, "shop/mails/recs.html".to_string())]);
    let program = Program::compile(sources).unwrap();
    for (message, part) in [("recs", "body"), ("again", "html")] {
        let text = program.message(message, "email").unwrap();
        assert_eq!(text.parts[0], (Some("subject".into()), "Hi".into()));
        assert_eq!(text.parts[1], (Some(part.into()), "# no note\r\n\t\"{{ event.total }}\"\n\n".into()));
        assert_eq!(text.files, [None, Some("shop/mails/recs.html".into())]);
        assert_eq!(text.reads, ["event.total"]);
    }
    let again = Program::from_bytes(&program.to_bytes()).unwrap();
    assert_eq!(again.messages(), program.messages());
    assert_eq!(again.sources()[1].text, text);
    assert_eq!(again.fingerprint(), program.fingerprint());
}

#[test]
fn a_text_that_has_changed_is_another_version() {
    let of = |sources: Vec<SourceFile>| Program::compile(sources).unwrap().fingerprint();
    let same = of(shop("Hello\n"));
    assert_eq!(of(sources(&[("./mails/recs.html", "Hello\n"), ("./cart.journey", CART)])), same);
    // Every byte reaches customers.
    for other in ["Hello", "Hello\r\n", "Hello \n", "# Hello\n", ""] {
        assert_ne!(of(shop(other)), same, "{other:?}");
    }
    // Nor is it the same where two texts have changed places.
    let two = CART.replace("./mails/../mails/recs.html", "mails/other.html");
    let of_two =
        |a: &str, b: &str| of(sources(&[("cart.journey", &two), ("mails/other.html", b), ("mails/recs.html", a)]));
    assert_ne!(of_two("Hello", "Bye"), of_two("Bye", "Hello"));
}

#[test]
fn findings_point_into_the_file_and_are_told_once() {
    let profile = "profile:\n  first_name: text\n";
    let with = |mail: &str| sources(&[("cart.journey", &format!("{profile}{CART}")), ("mails/recs.html", mail)]);
    assert_eq!(
        found(&with("\u{feff}<p>\r\n  é {{ profile.fist_name }}\r\n{{ profile.fist_name }}</p>")),
        ["mails/recs.html:2:16 unknown-name: There is no attribute `fist_name`"]
    );
    assert_eq!(found(&with("{% for x in y")).len(), 1);
    assert_eq!(found(&with("{{ profile.first_name }} and # {{ event.total }}")), [""; 0]);
    // It is no program, and nothing of it is looked at as one.
    assert_eq!(found(&with("journey cart:\n  on a: emial b # allow(no-goal)\nmessage \"file\"")), [""; 0]);
    let parsed = parse(&with("on a: email b"));
    assert!(parsed.diagnostics.is_empty() && parsed.files[1].items.is_empty());
}

#[test]
fn what_a_file_says_is_allowed_where_it_is_named() {
    let mail = "Hello *|FNAME|*";
    assert_eq!(found(&shop(mail)).len(), 2, "each message that has it is told of: {:#?}", found(&shop(mail)));
    let allowed = CART.replace("recs.html\"\n", "recs.html\" # allow(merge-tag): the sender fills it in\n");
    let both = sources(&[("cart.journey", &allowed), ("mails/recs.html", mail)]);
    assert_eq!(found(&both), [""; 0]);
    let one = allowed.replacen(" # allow(merge-tag): the sender fills it in", "", 1);
    assert_eq!(found(&sources(&[("cart.journey", &one), ("mails/recs.html", mail)])).len(), 1);
    // And nothing is written into it.
    let mended = mend(&shop(mail), true);
    assert_eq!((mended.sources[1].text.as_str(), mended.repairs.len()), (mail, 0));
    assert!(mended.left.iter().all(|finding| finding.fix.is_none()));
}

#[test]
fn a_missing_file_is_one_error_at_its_name() {
    let alone = sources(&[("shop/cart.journey", CART)]);
    assert_eq!(found(&alone), ["shop/cart.journey:2:34 unknown-name: There is no file `shop/mails/recs.html`"]);
    let near = sources(&[("shop/cart.journey", CART), ("shop/mails/rec.html", "journey x")]);
    let checked = Program::check(&near).diagnostics;
    assert_eq!(checked.len(), 1, "{checked:#?}");
    assert_eq!(checked[0].suggestion(), Some("\"mails/rec.html\""));
    // A program of syntax alone asks for no files.
    assert!(parse(&alone).diagnostics.is_empty());
}

#[test]
fn files_have_a_size() {
    assert_eq!(found(&shop(&"x".repeat(limits::ATTACHMENT))), [""; 0]);
    let large = found(&shop(&"x".repeat(limits::ATTACHMENT + 1)));
    assert_eq!(large.len(), 2);
    assert!(large[0].ends_with("`mails/recs.html` is larger than 256 KiB"), "{large:#?}");
    // One file named very often is a large program too.
    let mut program = String::new();
    for number in 0..300 {
        program.push_str(&format!("message m{number}: push: body file \"recs.txt\"\n"));
    }
    let many = sources(&[("cart.journey", &program), ("recs.txt", &"x".repeat(limits::ATTACHMENT))]);
    let errors = Program::check(&many).diagnostics.into_iter().filter(|d| d.level == Level::Error).count();
    assert_eq!(errors, 300 - (64 << 20) / limits::ATTACHMENT);
}
