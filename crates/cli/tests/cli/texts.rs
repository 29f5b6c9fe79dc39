//! Texts of messages that lie in files beside the program.

use crate::{err, file, folder, journey, out, status, within};

/// A program whose mail lies in a folder beside it.
fn program(mail: &str) -> String {
    format!(
        "message recs:\n  email: subject \"Hi\", body file \"{mail}\"\njourney cart:\n  on cart_abandoned: email recs\n  goal order_placed\n"
    )
}

const GOOD: &str = "<p>\n# {{ event.total }}\n</p>\r\n";

#[test]
fn each_command_reads_the_texts_beside_a_program() {
    let at = folder("texts");
    let path = file(&at, "a/cart.journey", program("../mails/recs.html"));
    file(&at, "mails/recs.html", GOOD);
    let inputs = file(
        &at,
        "in.jsonl",
        r#"{"type":"track","userId":"ana","timestamp":"2026-03-02T09:00:00Z","event":"cart_abandoned","properties":{"total":80}}"#,
    );
    let whole = at.display().to_string();
    let run = journey(&["run", &whole, "--events", &inputs]);
    assert_eq!(status(&run), 0, "{}", err(&run));
    assert!(out(&run).contains("\"event.total\":80"), "{}", out(&run));
    for arguments in [vec!["check", &whole], vec!["graph", &whole], vec!["test", &whole], vec!["preview", &whole]] {
        let output = journey(&arguments);
        assert!(!err(&output).contains("There is no file"), "{arguments:?}\n{}", err(&output));
        assert!(status(&output) == 0, "{arguments:?}\n{}{}", out(&output), err(&output));
    }
    // The program's folder is the one that is named.
    let output = journey(&["check", &path]);
    assert_eq!(status(&output), 1);
    assert!(
        out(&output).contains("There is no file") && out(&output).contains("give the folder that holds both"),
        "{}",
        out(&output)
    );
}

#[test]
fn standard_input_names_files_of_the_folder_it_is_read_in() {
    let at = folder("texts_stdin");
    file(&at, "mails/recs.html", "Hello {{ event.total");
    let output = within(&at, &["check", "-"], program("mails/recs.html"));
    assert!(out(&output).contains("mails/recs.html:1:"), "{}", out(&output));
    file(&at, "mails/recs.html", GOOD);
    let output = within(&at, &["check", "-"], program("mails/recs.html"));
    assert_eq!((status(&output), out(&output)), (0, ""), "{}", err(&output));
}

#[test]
fn texts_are_mended_and_formatted_by_nobody() {
    let at = folder("texts_kept");
    file(&at, "cart.journey", program("recs.html").replace("body file", "body   file"));
    file(&at, "recs.html", "Hello *|FNAME|* and {{ profile.first_name }}\n");
    file(&at, ".hidden.html", "Hello");
    for arguments in [&["fix", "--unsafe"][..], &["fmt"], &["fmt", "cart.journey", "./recs.html"]] {
        let output = within(&at, arguments, "");
        assert_eq!(status(&output), 0, "{arguments:?}\n{}{}", out(&output), err(&output));
    }
    assert_eq!(std::fs::read_to_string(at.join("cart.journey")).unwrap(), program("recs.html"));
    assert!(std::fs::read_to_string(at.join("recs.html")).unwrap().contains("*|FNAME|*"));
    // The name of a file becomes the file, which was read with it.
    file(&at, "cart.journey", program(".hidden.html").replace("file ", ""));
    let output = within(&at, &["fix", "--unsafe"], "");
    assert!(err(&output).contains("nothing left"), "{}{}", out(&output), err(&output));
    assert_eq!(std::fs::read_to_string(at.join("cart.journey")).unwrap(), program(".hidden.html"));
}

#[test]
fn what_is_no_text_is_said() {
    let at = folder("texts_wrong");
    let check = |name: &str| {
        file(&at, "shop/cart.journey", program(name));
        let output = within(&at, &["check", "shop"], "");
        assert_ne!(status(&output), 0);
        format!("{}{}", out(&output), err(&output))
    };
    file(&at, "shop/large.html", "x".repeat((256 << 10) + 1));
    file(&at, "shop/latin.html", b"caf\xe9");
    file(&at, "shop/recs.html", GOOD);
    file(&at, "outside.html", GOOD);
    std::fs::create_dir_all(at.join("shop/folder.html")).unwrap();
    assert!(check("large.html").contains("shop/large.html is larger than 256 KiB"));
    assert!(check("latin.html").contains("shop/latin.html is not written in UTF-8: the byte at 3"));
    assert!(check("folder.html").contains("shop/folder.html is no file"));
    assert!(check("recs.htm").contains("did you mean `\"recs.html\"`?"));
    assert!(check("../outside.html").contains("There is no file `outside.html`"));
    assert!(check("../../outside.html").contains("leads out of the program's folder"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../outside.html", at.join("shop/link.html")).unwrap();
        assert!(check("link.html").contains("shop/link.html is a link that leads out of the program's folder"));
    }
}
