//! What pages, senders and tests ask of the store.

use super::{Sqlite, rows};
use crate::people;
use crate::store::{Person, Rejected, Store, Trouble, Turn};
use journey::Program;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Something in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// Its place: later ones have greater numbers.
    pub number: i64,
    /// The key that its receiver knows it by.
    pub key: String,
    /// Whose it is.
    pub person: String,
    /// When it was asked for.
    pub asked: i64,
    /// `sent`, `called`, `audience_added` or `audience_removed`.
    pub kind: String,
    /// The channel, hook or audience.
    pub connector: String,
    /// The effect as JSON.
    pub effect: String,
    /// What became of it: `ready`, `shown`, `unrenderable` or `done`.
    pub state: String,
    /// Why it cannot be handed over.
    pub problem: Option<String>,
    /// What it says, as JSON.
    pub rendered: Option<String>,
}

const HANDED: &str = "SELECT seq, key, person, asked, kind, connector, effect, state, problem, rendered FROM outbox";

fn handed(row: &Row<'_>) -> rusqlite::Result<Handed> {
    Ok(Handed {
        number: row.get(0)?,
        key: row.get(1)?,
        person: row.get(2)?,
        asked: row.get(3)?,
        kind: row.get(4)?,
        connector: row.get(5)?,
        effect: row.get(6)?,
        state: row.get(7)?,
        problem: row.get(8)?,
        rendered: row.get(9)?,
    })
}

/// How much there is of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// People with a profile.
    pub people: i64,
    /// Messages that were asked for.
    pub messages: i64,
    /// People to whom something will happen by itself.
    pub waiting: i64,
    /// Lines that have not been played yet.
    pub inbox: i64,
    /// Lines that could not be used.
    pub rejected: i64,
}

/// Somebody in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The id.
    pub id: String,
    /// The stored profile.
    pub state: Option<Vec<u8>>,
    /// When something happens by itself.
    pub due: Option<i64>,
    /// How many messages were asked for.
    pub messages: i64,
}

const TURNS: &str = "SELECT person, at, input, before, effects, notices, program FROM turns";

fn turn(row: &Row<'_>) -> rusqlite::Result<Turn> {
    let program: i64 = row.get(6)?;
    Ok(Turn {
        person: row.get(0)?,
        at: row.get(1)?,
        input: row.get(2)?,
        before: row.get(3)?,
        effects: row.get(4)?,
        notices: row.get(5)?,
        program: program.cast_unsigned(),
    })
}

fn count(connection: &Connection, query: &str) -> Result<i64, Trouble> {
    Ok(connection.prepare_cached(query)?.query_row([], |row| row.get(0))?)
}

impl Sqlite {
    /// All turns that did something, in order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all_turns(&self) -> Result<Vec<Turn>, Trouble> {
        let reader = self.reader()?;
        let mut read = reader.prepare_cached(&format!("{TURNS} ORDER BY seq"))?;
        Ok(read.query_map([], turn)?.collect::<Result<_, _>>()?)
    }

    /// The newest turns of somebody, in order, at most so many.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn turns_of(&self, id: &str, most: i64) -> Result<Vec<Turn>, Trouble> {
        let reader = self.reader()?;
        let mut read =
            reader.prepare_cached(&format!("{TURNS} WHERE number = ?1 AND person = ?2 ORDER BY seq DESC LIMIT ?3"))?;
        let mut turns: Vec<Turn> =
            read.query_map(params![people::number(id), id, most], turn)?.collect::<Result<_, _>>()?;
        turns.reverse();
        Ok(turns)
    }

    /// All lines that are in the inbox, also those that were played: bodies in order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn kept_lines(&self) -> Result<Vec<String>, Trouble> {
        let reader = self.reader()?;
        let mut read = reader.prepare_cached("SELECT body FROM inbox WHERE kind = 0 ORDER BY seq")?;
        Ok(read.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Messages, the newest first, before a number, at most so many.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn messages(&self, before: i64, most: i64) -> Result<Vec<Handed>, Trouble> {
        let reader = self.reader()?;
        let mut read =
            reader.prepare_cached(&format!("{HANDED} WHERE kind = 'sent' AND seq < ?1 ORDER BY seq DESC LIMIT ?2"))?;
        Ok(read.query_map([before, most], handed)?.collect::<Result<_, _>>()?)
    }

    /// What bears a key.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn message(&self, key: &str) -> Result<Option<Handed>, Trouble> {
        let reader = self.reader()?;
        let mut read = reader.prepare_cached(&format!("{HANDED} WHERE key = ?1"))?;
        Ok(read.query_row([key], handed).optional()?)
    }

    /// What is ready to be handed over, the oldest first, at most so many.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ready(&self, most: i64) -> Result<Vec<Handed>, Trouble> {
        let reader = self.reader()?;
        let mut read = reader.prepare_cached(&format!("{HANDED} WHERE state = 'ready' ORDER BY seq LIMIT ?1"))?;
        Ok(read.query_map([most], handed)?.collect::<Result<_, _>>()?)
    }

    /// Notes what became of some: state, problem, and what they say.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn settle(&self, all: Vec<Handed>) -> Result<(), Trouble> {
        self.writer.write(move |connection| {
            let mut put = connection
                .prepare_cached("UPDATE outbox SET state = ?2, problem = ?3, rendered = ?4 WHERE seq = ?1")?;
            for one in all {
                put.execute(params![one.number, one.state, one.problem, one.rendered])?;
            }
            Ok(())
        })
    }

    /// What could not be rendered is tried again: there is a new program.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn try_again(&self) -> Result<(), Trouble> {
        self.writer.write(|connection| {
            connection.execute("UPDATE outbox SET state = 'ready', problem = NULL WHERE state = 'unrenderable'", [])?;
            Ok(())
        })
    }

    /// How much there is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn counts(&self) -> Result<Counts, Trouble> {
        let reader = self.reader()?;
        Ok(Counts {
            people: count(&reader, "SELECT count(*) FROM people WHERE state IS NOT NULL")?,
            messages: count(&reader, "SELECT count(*) FROM outbox WHERE kind = 'sent'")?,
            waiting: count(&reader, "SELECT count(*) FROM people WHERE due IS NOT NULL")?,
            inbox: count(&reader, "SELECT count(*) FROM inbox WHERE seq > (SELECT min(cursor) FROM part)")?,
            rejected: count(&reader, "SELECT count(*) FROM rejected")?,
        })
    }

    /// People whose id holds a text, in its order, behind an id, at most so many.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn list(&self, text: &str, most: i64) -> Result<Vec<Listed>, Trouble> {
        let reader = self.reader()?;
        let mut read = reader.prepare_cached(
            "SELECT id, state, due, (SELECT count(*) FROM outbox WHERE outbox.person = people.id AND kind = 'sent')
             FROM people WHERE name_of IS NULL AND state IS NOT NULL AND instr(lower(id), lower(?1)) > 0 ORDER BY id LIMIT ?2",
        )?;
        let listed = read.query_map(params![text, most], |row| {
            Ok(Listed { id: row.get(0)?, state: row.get(1)?, due: row.get(2)?, messages: row.get(3)? })
        })?;
        Ok(listed.collect::<Result<_, _>>()?)
    }

    /// What is kept of an id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn people(&self, id: &str) -> Result<Option<Person>, Trouble> {
        Ok(self.load(&[id])?.pop().flatten())
    }

    /// Who is due next.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next(&self) -> Result<Option<(i64, String)>, Trouble> {
        let reader = self.reader()?;
        let mut read =
            reader.prepare_cached("SELECT due, id FROM people WHERE due IS NOT NULL ORDER BY due, number LIMIT 1")?;
        Ok(read.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// Keeps lines that cannot be used.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn reject(&self, rejected: Vec<Rejected>) -> Result<(), Trouble> {
        self.writer.write(move |connection| rows::reject(connection, &rejected))
    }

    /// Lines that could not be used, the newest first, before a number, with their numbers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn rejected(&self, before: i64, most: i64) -> Result<Vec<(i64, Rejected)>, Trouble> {
        let reader = self.reader()?;
        let mut read = reader
            .prepare_cached("SELECT seq, at, body, why FROM rejected WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2")?;
        let rejected = read.query_map([before, most], |row| {
            Ok((row.get(0)?, Rejected { at: row.get(1)?, body: row.get(2)?, why: row.get(3)? }))
        })?;
        Ok(rejected.collect::<Result<_, _>>()?)
    }

    /// Something small that is kept by its name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn note(&self, name: &str) -> Result<Option<String>, Trouble> {
        let reader = self.reader()?;
        let mut read = reader.prepare_cached("SELECT CAST(value AS TEXT) FROM meta WHERE name = ?1")?;
        Ok(read.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Keeps something small.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_note(&self, name: impl Into<String>, value: String) -> Result<(), Trouble> {
        let name = name.into();
        self.writer.write(move |connection| {
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?1, ?2)", params![name, value])?;
            Ok(())
        })
    }

    /// The program that runs, as the store knows it: one that is new follows those before, and everybody is to be taken
    /// over. Gives the program and how far that has gone ([`crate::turn::Owner::sweeping`]).
    ///
    /// # Errors
    /// When the store cannot be used, or the program before cannot be read any more.
    pub fn deploy(&self, program: Program, now: i64) -> Result<(Program, Option<i64>), Trouble> {
        let before = self.latest()?;
        if let Some(before) = before.clone().filter(|before| before.fingerprint() == program.fingerprint()) {
            let swept = self.note("swept")?.and_then(|text| text.parse().ok()).filter(|swept| *swept != i64::MAX);
            return Ok((before, swept));
        }
        let is_first = self.note("swept")?.is_none();
        let program = match before {
            Some(before) => program.following(&before),
            None => program,
        };
        let (fingerprint, bytes) = (program.fingerprint().cast_signed(), program.to_bytes());
        self.writer.write(move |connection| {
            let put = "INSERT INTO programs (fingerprint, bytes, at) VALUES (?1, ?2, ?3)";
            connection.execute(put, params![fingerprint, bytes, now])?;
            let swept = if is_first { i64::MAX } else { -1 };
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('swept', ?1)", [swept])?;
            Ok(())
        })?;
        Ok((program, (!is_first).then_some(-1)))
    }

    fn latest(&self) -> Result<Option<Program>, Trouble> {
        let reader = self.reader()?;
        let mut read = reader.prepare_cached("SELECT bytes FROM programs ORDER BY seq DESC LIMIT 1")?;
        let bytes: Option<Vec<u8>> = read.query_row([], |row| row.get(0)).optional()?;
        let program = bytes.map(|bytes| Program::from_bytes(&bytes)).transpose();
        program.map_err(|error| Trouble::Damaged(format!("the program that ran before: {error}")))
    }

    /// Takes away turns and refused lines from before an instant, some at a time; says whether there may be more.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn tidy(&self, before: i64) -> Result<bool, Trouble> {
        const SOME: usize = 2_000;
        self.writer.write(move |connection| {
            let mut more = false;
            for table in ["turns", "rejected"] {
                let old = format!("(SELECT seq FROM {table} ORDER BY seq LIMIT {SOME})");
                let gone = format!("DELETE FROM {table} WHERE seq IN {old} AND at < ?1");
                more |= connection.prepare_cached(&gone)?.execute([before])? == SOME;
            }
            Ok(more)
        })
    }

    /// The program of a fingerprint, as it was stored.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn program(&self, fingerprint: u64) -> Result<Option<Program>, Trouble> {
        let reader = self.reader()?;
        let mut read =
            reader.prepare_cached("SELECT bytes FROM programs WHERE fingerprint = ?1 ORDER BY seq DESC LIMIT 1")?;
        let bytes: Option<Vec<u8>> = read.query_row([fingerprint.cast_signed()], |row| row.get(0)).optional()?;
        Ok(bytes.and_then(|bytes| Program::from_bytes(&bytes).ok()))
    }
}
