//! What every store must do. Another store passes the same suite.

use journey_server::store::sqlite::Sqlite;
use journey_server::store::{Arrival, Commit, Lease, Message, Outgoing, Person, Store, Trouble};
use std::path::Path;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);

fn arrival(part: u8, body: &str) -> Arrival {
    Arrival { part, arrived: 5, message: Message::Input { body: body.into(), of: None, joined: false } }
}

fn suite<S: Store>(open: impl Fn() -> S) {
    let store = open();
    // Lines come back in order, behind the cursor, to who holds their partition.
    store.append(vec![arrival(3, "a"), arrival(7, "b"), arrival(3, "c")]).unwrap();
    let all = store.claim("one", 64, LONG).unwrap();
    assert_eq!(all.len(), 64);
    let lines = store.read(&all, 10).unwrap();
    let bodies =
        |lines: &[journey_server::store::Line]| lines.iter().map(|l| format!("{:?}", l.message)).collect::<Vec<_>>();
    assert_eq!(lines.iter().map(|l| l.part).collect::<Vec<_>>(), [3, 7, 3]);
    assert_eq!(store.read(&all, 2).unwrap().len(), 2);
    let three: Vec<Lease> = all.iter().copied().filter(|lease| lease.part == 3).collect();
    assert_eq!(bodies(&store.read(&three, 10).unwrap()).len(), 2);

    // A commit is whole: people, alarms, what goes out, the cursor.
    let ana = Person { state: Some(vec![1, 2]), due: Some(70), names: vec!["a7".into()], ..Person::new("ana") };
    let outgoing = Outgoing {
        key: "k".into(),
        person: "ana".into(),
        asked: 5,
        kind: "sent",
        connector: "email".into(),
        effect: "{}".into(),
    };
    let batch =
        Commit { cursor: lines[1].seq, people: vec![ana.clone()], outgoing: vec![outgoing], ..Commit::default() };
    store.commit(&all, batch.clone()).unwrap();
    assert_eq!(store.load(&["ana", "bob"]).unwrap(), [Some(ana.clone()), None]);
    assert_eq!(store.due(&all, 69, 10).unwrap(), []);
    assert_eq!(store.due(&all, 70, 10).unwrap(), [(70, "ana".to_string())]);
    // The same commit again is refused: the cursor has moved.
    assert_eq!(store.commit(&all, batch), Err(Trouble::Fenced));
    let all: Vec<Lease> = all.iter().map(|lease| Lease { cursor: lines[1].seq, ..*lease }).collect();
    assert_eq!(store.read(&all, 10).unwrap().len(), 1);

    // Who comes later gets what is free, and nothing twice.
    assert_eq!(store.claim("two", 32, LONG).unwrap(), []);
    assert_eq!(store.claim("one", 40, LONG).unwrap().len(), 40);
    let two = store.claim("two", 32, LONG).unwrap();
    assert_eq!(two.len(), 24);
    // The one who was slow is fenced, whole: not even its own partitions are written.
    let late = Commit { cursor: lines[2].seq, people: vec![Person::new("eve")], ..Commit::default() };
    assert_eq!(store.commit(&all, late), Err(Trouble::Fenced));
    assert_eq!(store.load(&["eve"]).unwrap(), [None]);
    // A lease that is over is taken by whoever comes, with a new epoch.
    let one = store.claim("one", 40, Duration::ZERO).unwrap();
    std::thread::sleep(Duration::from_millis(5));
    let two_again = store.claim("two", 64, LONG).unwrap();
    assert_eq!(two_again.len(), 64);
    let epoch = |leases: &[Lease], part| leases.iter().find(|l| l.part == part).map(|l| l.epoch);
    assert_eq!(epoch(&two_again, one[0].part), epoch(&one, one[0].part).map(|e| e + 1));

    // Messages between partitions come back as they were; a forgotten person is gone, a refusal is not.
    let ask = Message::Ask { other: "a7".into(), by: "ana".into(), alias: true };
    let batch = Commit {
        cursor: lines[2].seq,
        messages: vec![Arrival { part: 9, arrived: 6, message: ask.clone() }],
        forgotten: vec!["ana".into()],
        refused: vec![([7; 32], true)],
        ..Commit::default()
    };
    store.commit(&two_again, batch).unwrap();
    let leases: Vec<Lease> = two_again.iter().map(|l| Lease { cursor: lines[2].seq, ..*l }).collect();
    let told = store.read(&leases, 10).unwrap();
    assert_eq!((told.len(), &told[0].message, told[0].part), (1, &ask, 9));
    assert_eq!(store.load(&["ana"]).unwrap(), [None]);
    assert!(store.is_refused(&[7; 32]).unwrap() && !store.is_refused(&[8; 32]).unwrap());

    // After a restart all is as it was.
    drop(store);
    let store = open();
    let again = store.claim("two", 64, LONG).unwrap();
    assert_eq!(
        again.iter().map(|l| (l.part, l.epoch)).collect::<Vec<_>>(),
        leases.iter().map(|l| (l.part, l.epoch)).collect::<Vec<_>>()
    );
    assert_eq!(store.read(&again, 10).unwrap(), told);
}

#[test]
fn sqlite_passes() {
    let folder = tempfile::tempdir().unwrap();
    suite(|| Sqlite::open(&folder.path().join("store.db")).unwrap());
}

#[test]
fn what_is_no_store_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let why = |path: &Path| Sqlite::open(path).err().unwrap().to_string();
    std::fs::write(
        &path,
        "this is a letter to my aunt, and not a store at all, whatever its name is; it is long enough",
    )
    .unwrap();
    assert!(why(&path).contains("no store of journey"), "{}", why(&path));
    let other = folder.path().join("y.db");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE notes (text)").unwrap();
    assert!(why(&other).contains("other tables"), "{}", why(&other));
    let newer = folder.path().join("z.db");
    drop(Sqlite::open(&newer).unwrap());
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 9).unwrap();
    assert!(why(&newer).contains("newer version"), "{}", why(&newer));
    assert!(why(Path::new("/nowhere/at/all/x.db")).contains("cannot be used"));
}
