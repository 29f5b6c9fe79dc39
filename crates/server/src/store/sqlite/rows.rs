//! Rows of the tables that turns live on.

use crate::people;
use crate::store::{Arrival, Commit, Lease, Line, Message, Outgoing, Person, Rejected, Trouble, Turn};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A line of a client, as it came; every other message is JSON of itself.
const PLAIN: i64 = 0;
const OTHER: i64 = 1;

fn unread(error: impl std::fmt::Display) -> Trouble {
    Trouble::Damaged(error.to_string())
}

pub(super) fn append(connection: &Connection, lines: &[Arrival]) -> Result<(), Trouble> {
    let mut put = connection.prepare_cached("INSERT INTO inbox (part, arrived, kind, body) VALUES (?1, ?2, ?3, ?4)")?;
    for Arrival { part, arrived, message } in lines {
        match message {
            Message::Input { body, of: None, joined: false } => put.execute(params![part, arrived, PLAIN, body])?,
            other => put.execute(params![part, arrived, OTHER, serde_json::to_string(other).map_err(unread)?])?,
        };
    }
    Ok(())
}

/// A line of a row of `seq, part, arrived, kind, body`.
pub(super) fn line(row: &Row<'_>) -> Result<Line, Trouble> {
    let body: String = row.get(4)?;
    let message = match row.get::<_, i64>(3)? {
        PLAIN => Message::Input { body, of: None, joined: false },
        _ => serde_json::from_str(&body).map_err(unread)?,
    };
    Ok(Line { seq: row.get(0)?, part: row.get(1)?, arrived: row.get(2)?, message })
}

/// The number of an id's row, if it has one.
pub(super) fn find(connection: &Connection, id: &str) -> Result<Option<i64>, Trouble> {
    let mut at = connection.prepare_cached("SELECT id FROM people WHERE number = ?1")?;
    let mut number = people::number(id);
    loop {
        match at.query_row([number], |row| Ok(row.get_ref(0)?.as_str()? == id)).optional()? {
            Some(true) => return Ok(Some(number)),
            Some(false) => number = number.wrapping_add(1) & i64::MAX,
            None => return Ok(None),
        }
    }
}

pub(super) fn read_person(connection: &Connection, number: i64) -> Result<Person, Trouble> {
    let mut read = connection.prepare_cached(
        "SELECT id, is_user, name_of, names, state, due, traits, parked FROM people WHERE number = ?1",
    )?;
    let mut rows = read.query([number])?;
    let row = rows.next()?.ok_or_else(|| unread("a row is gone"))?;
    let list = |at| row.get::<_, Option<String>>(at);
    let (names, parked) = (list(3)?, list(7)?);
    Ok(Person {
        id: row.get(0)?,
        is_user: row.get(1)?,
        name_of: row.get(2)?,
        names: names.map(|names| serde_json::from_str(&names)).transpose().map_err(unread)?.unwrap_or_default(),
        state: row.get(4)?,
        due: row.get(5)?,
        traits: row.get(6)?,
        parked: parked.map(|lines| parse_parked(&lines)).transpose()?.unwrap_or_default(),
    })
}

type Parked = (i64, u8, i64, Message);

fn parse_parked(text: &str) -> Result<Vec<Line>, Trouble> {
    let lines: Vec<Parked> = serde_json::from_str(text).map_err(unread)?;
    Ok(lines.into_iter().map(|(seq, part, arrived, message)| Line { seq, part, arrived, message }).collect())
}

fn show_parked(lines: &[Line]) -> Result<Option<String>, Trouble> {
    if lines.is_empty() {
        return Ok(None);
    }
    let lines: Vec<Parked> = lines.iter().map(|l| (l.seq, l.part, l.arrived, l.message.clone())).collect();
    serde_json::to_string(&lines).map(Some).map_err(unread)
}

pub(super) fn claim(
    connection: &Connection,
    worker: &str,
    fair: usize,
    now: i64,
    until: i64,
) -> Result<Vec<Lease>, Trouble> {
    let (mut mine, mut free) = (vec![], vec![]);
    let mut read =
        connection.prepare_cached("SELECT part, owner, epoch, lease_until, cursor FROM part ORDER BY part")?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let lease = Lease { part: row.get(0)?, epoch: row.get(2)?, cursor: row.get(4)? };
        let owner: Option<String> = row.get(1)?;
        let lasts = row.get::<_, i64>(3)? > now;
        if owner.as_deref() == Some(worker) {
            mine.push(lease);
        } else if !lasts {
            free.push(lease);
        }
    }
    // Who has more than a fair share gives the rest back: their leases end at once.
    let mut give = connection.prepare_cached("UPDATE part SET owner = NULL, lease_until = 0 WHERE part = ?1")?;
    for lease in mine.drain(fair.min(mine.len())..) {
        give.execute([lease.part])?;
    }
    let mut keep = connection.prepare_cached("UPDATE part SET lease_until = ?2 WHERE part = ?1")?;
    for lease in &mine {
        keep.execute(params![lease.part, until])?;
    }
    let mut take =
        connection.prepare_cached("UPDATE part SET owner = ?2, epoch = epoch + 1, lease_until = ?3 WHERE part = ?1")?;
    for mut lease in free.into_iter().take(fair.saturating_sub(mine.len())) {
        take.execute(params![lease.part, worker, until])?;
        lease.epoch += 1;
        mine.push(lease);
    }
    mine.sort_unstable_by_key(|lease| lease.part);
    Ok(mine)
}

pub(super) fn commit(connection: &Connection, leases: &[Lease], batch: &Commit, keeps: i64) -> Result<(), Trouble> {
    let mut fence =
        connection.prepare_cached("UPDATE part SET cursor = ?3 WHERE part = ?1 AND epoch = ?2 AND cursor = ?4")?;
    for lease in leases {
        if fence.execute(params![lease.part, lease.epoch, batch.cursor.max(lease.cursor), lease.cursor])? == 0 {
            return Err(Trouble::Fenced);
        }
    }
    let mut forget = connection.prepare_cached("DELETE FROM people WHERE number = ?1")?;
    for id in &batch.forgotten {
        if let Some(number) = find(connection, id)? {
            forget.execute([number])?;
            close_ranks(connection, number)?;
        }
    }
    // Behind the deletions: somebody can come back in the same batch.
    put_people(connection, &batch.people)?;
    let mut refuse = connection.prepare_cached("INSERT OR IGNORE INTO refused VALUES (?1)")?;
    let mut allow = connection.prepare_cached("DELETE FROM refused WHERE hash = ?1")?;
    for (hash, is_refused) in &batch.refused {
        let change = if *is_refused { &mut refuse } else { &mut allow };
        change.execute(params![hash.as_slice()])?;
    }
    put_outgoing(connection, &batch.outgoing)?;
    put_turns(connection, &batch.turns)?;
    append(connection, &batch.messages)?;
    reject(connection, &batch.rejected)?;
    if let Some(swept) = batch.swept {
        connection.prepare_cached("INSERT OR REPLACE INTO meta VALUES ('swept', ?1)")?.execute([swept])?;
    }
    // What every partition has played is not needed any more.
    let played = "DELETE FROM inbox WHERE seq <= (SELECT min(cursor) FROM part)";
    if keeps == 0 {
        connection.prepare_cached(played)?.execute([])?;
    } else if let Some(last) = batch.turns.last() {
        connection.prepare_cached(&format!("{played} AND arrived < ?1"))?.execute([last.at.saturating_sub(keeps)])?;
    }
    Ok(())
}

/// Behind a row that is gone the next of the same number would not be found: they move up.
fn close_ranks(connection: &Connection, gone: i64) -> Result<(), Trouble> {
    let (mut free, mut at) = (gone, gone);
    loop {
        at = at.wrapping_add(1) & i64::MAX;
        let next: Option<String> = connection
            .prepare_cached("SELECT id FROM people WHERE number = ?1")?
            .query_row([at], |row| row.get(0))
            .optional()?;
        let Some(id) = next else { return Ok(()) };
        let wanted = people::number(&id);
        if wanted <= free {
            connection.prepare_cached("UPDATE people SET number = ?2 WHERE number = ?1")?.execute([at, free])?;
            free = at;
        }
    }
}

fn put_people(connection: &Connection, people: &[Person]) -> Result<(), Trouble> {
    let mut put = connection.prepare_cached(
        "INSERT INTO people (number, part, id, is_user, due, state, name_of, names, traits, parked)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (number) DO UPDATE SET is_user = ?4, due = ?5, state = ?6, name_of = ?7, names = ?8, traits = ?9, parked = ?10
         WHERE id = ?3",
    )?;
    for person in people {
        let names =
            (!person.names.is_empty()).then(|| serde_json::to_string(&person.names)).transpose().map_err(unread)?;
        let parked = show_parked(&person.parked)?;
        let part = people::partition(&person.id);
        let mut write = |number: i64| {
            put.execute(params![
                number,
                part,
                person.id,
                person.is_user,
                person.due,
                person.state,
                person.name_of,
                names,
                person.traits,
                parked
            ])
        };
        // The first place is theirs or free, but for two of some thousand millions.
        let mut number = people::number(&person.id);
        while write(number)? == 0 {
            number = number.wrapping_add(1) & i64::MAX;
        }
    }
    Ok(())
}

/// What bears a key that was handed out before is the same thing, and is not handed out again.
fn put_outgoing(connection: &Connection, outgoing: &[Outgoing]) -> Result<(), Trouble> {
    let mut put = connection.prepare_cached(
        "INSERT OR IGNORE INTO outbox (key, person, asked, kind, connector, effect) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for Outgoing { key, person, asked, kind, connector, effect } in outgoing {
        put.execute(params![key, person, asked, kind, connector, effect])?;
    }
    Ok(())
}

pub(super) fn reject(connection: &Connection, rejected: &[Rejected]) -> Result<(), Trouble> {
    let mut put = connection.prepare_cached("INSERT INTO rejected (at, body, why) VALUES (?1, ?2, ?3)")?;
    for Rejected { at, body, why } in rejected {
        put.execute(params![at, body, why])?;
    }
    Ok(())
}

fn put_turns(connection: &Connection, turns: &[Turn]) -> Result<(), Trouble> {
    let mut put = connection.prepare_cached(
        "INSERT INTO turns (number, person, at, input, before, effects, notices, program) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for Turn { person, at, input, before, effects, notices, program } in turns {
        let number = people::number(person);
        put.execute(params![number, person, at, input, before, effects, notices, program.cast_signed()])?;
    }
    Ok(())
}
