//! A complete host: profiles, alarms and effects in one SQLite file, changed in one transaction a turn; an outbox that
//! is handed over at least once, each effect under a key by which the receiver knows a repetition.
//!
//! `sqlite_host PROGRAM STORE INBOX RECEIVER [--replay]` reads inputs, one JSON object a line, from the growing file
//! INBOX. It may be killed at any instant and started again: it goes on where it was. With `--replay` the inputs'
//! own times are played one after the other, and the host ends when nothing is left to happen.

mod people;
mod receiver;
mod stop;

use journey::{EffectKind, Effects, Input, InputKind, Lateness, Limits, Program, SourceFile, write_effect};
use receiver::Receiver;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS profiles (id TEXT PRIMARY KEY, state BLOB NOT NULL, due INTEGER) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS alarms ON profiles (due) WHERE due IS NOT NULL;
    CREATE TABLE IF NOT EXISTS outbox (number INTEGER PRIMARY KEY AUTOINCREMENT, send TEXT, effect TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS inbox (only INTEGER PRIMARY KEY CHECK (only = 1), read INTEGER NOT NULL);
    INSERT OR IGNORE INTO inbox VALUES (1, 0);";

/// A quarter of an hour, as in [`Lateness::live`].
const LATE: i64 = 15 * 60_000;

/// The next thing to do.
enum Turn {
    Input(Box<Input>),
    Alarm { id: String, at: i64 },
}

struct Host {
    program: Program,
    store: Connection,
    inbox: BufReader<File>,
    receiver: Receiver,
    replay: bool,
}

fn main() -> Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let replay = arguments.last().is_some_and(|last| last == "--replay");
    arguments.truncate(4);
    let [program, store, inbox, receiver] =
        arguments.try_into().map_err(|_| "usage: sqlite_host PROGRAM STORE INBOX RECEIVER [--replay]")?;
    // The file's own name and not its path: a program that was moved is the same program.
    let name = Path::new(&program).file_name().unwrap_or_default().to_string_lossy();
    let source = SourceFile::new(name, std::fs::read_to_string(&program)?);
    let mut host = Host {
        program: Program::compile(vec![source]).map_err(|error| error.to_string())?,
        store: Connection::open(store)?,
        inbox: BufReader::new(File::open(inbox)?),
        receiver: Receiver::open(&receiver)?,
        replay,
    };
    host.store.execute_batch(SCHEMA)?;
    host.store.execute_batch(people::SCHEMA)?;
    loop {
        // What an earlier run committed and did not hand over goes first.
        host.hand_over()?;
        match host.next()? {
            Some((turn, read, now)) => host.play(turn, read, now)?,
            None if replay => return Ok(()),
            None => std::thread::sleep(Duration::from_millis(100)),
        }
    }
}

impl Host {
    /// The next turn, how far the inbox is read after it, and what the clock said.
    fn next(&mut self) -> Result<Option<(Turn, u64, i64)>> {
        let now = now();
        let mut read: u64 = self.store.query_row("SELECT read FROM inbox", [], |row| row.get(0))?;
        let alarm = "SELECT id, due FROM profiles WHERE due IS NOT NULL ORDER BY due, id LIMIT 1";
        let alarm = self.store.query_row(alarm, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        loop {
            let mut line = Vec::new();
            self.inbox.seek(SeekFrom::Start(read))?;
            self.inbox.read_until(b'\n', &mut line)?;
            let is_whole = line.ends_with(b"\n");
            let bytes = line.strip_suffix(b"\n").unwrap_or(&line);
            let input = if is_whole { Input::from_slice(bytes, Limits::default()).map(Some) } else { Ok(None) };
            let (input, before) = match input {
                Err(why) => {
                    eprintln!("an input was passed over: {why}");
                    read += line.len() as u64;
                    self.store.execute("UPDATE inbox SET read = ?1", [read])?;
                    continue;
                }
                // In live time an input acts when its collector took it in (`receivedAt`), and never later than now.
                Ok(Some(input)) => {
                    let taken = input.arrived.min(now);
                    let input = if self.replay { input } else { input.ingested_at(taken) };
                    let arrived = input.arrived;
                    (Some(input), arrived)
                }
                Ok(None) => (None, if self.replay { i64::MAX } else { now }),
            };
            return Ok(match (alarm, input) {
                // What is due before an input goes before it. But what is later than a host may be waits for all inputs
                // that are there: one of them may say that this person has bought, or wants no mail.
                (Some((id, due)), input) if due <= before && (self.replay || input.is_none() || now - due <= LATE) => {
                    Some((Turn::Alarm { id, at: if self.replay { due } else { before } }, read, now))
                }
                (_, Some(input)) => Some((Turn::Input(Box::new(input)), read + line.len() as u64, now)),
                (_, None) => None,
            });
        }
    }

    /// One turn in one transaction: profile, alarm, effects, and how far the inbox is read.
    fn play(&mut self, turn: Turn, read: u64, now: i64) -> Result<()> {
        let lateness = if self.replay { Lateness::any() } else { Lateness::live(now) };
        let program = &self.program;
        let mut effects = Effects::new();
        let transaction = self.store.transaction_with_behavior(TransactionBehavior::Immediate)?;
        match &turn {
            Turn::Input(input) => {
                // Whose it is comes first, also of a line that nothing else is done with.
                let id = people::owner(&transaction, program, input)?;
                if program.concerns(input) {
                    let (mut profile, merged) =
                        people::person(&transaction, program, input, id, lateness, &mut effects)?;
                    let own = Input::clone(input).of(profile.id());
                    if program.advance(&mut profile, &own, lateness, &mut effects)? || merged.is_some() {
                        let deleted = own.kind == InputKind::Delete;
                        people::save(&transaction, program, &profile, deleted)?;
                    }
                    if let Some((other, before)) = merged {
                        put(&transaction, &other, &before)?;
                    }
                    put(&transaction, profile.id(), &effects)?;
                }
            }
            Turn::Alarm { id, at } => {
                let mut profile = people::load(&transaction, program, id)?;
                program.wake(&mut profile, *at, lateness, &mut effects)?;
                stop::point("in an alarm");
                people::save(&transaction, program, &profile, false)?;
                put(&transaction, id, &effects)?;
            }
        }
        transaction.execute("UPDATE inbox SET read = ?1", [read])?;
        stop::point("before commit");
        transaction.commit()?;
        stop::point("before hand-over");
        Ok(())
    }

    /// Hands the outbox over. A send's key is its own id; other effects go by their number in the outbox.
    fn hand_over(&mut self) -> Result<()> {
        let first = "SELECT number, send, effect FROM outbox ORDER BY number LIMIT 1";
        while let Some((number, send, effect)) = self
            .store
            .query_row(first, [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Option<String>>(1)?, row.get::<_, String>(2)?))
            })
            .optional()?
        {
            let key = send.unwrap_or_else(|| format!("outbox/{number}"));
            self.receiver.take(&key, &effect)?;
            stop::point("before acknowledgement");
            self.store.execute("DELETE FROM outbox WHERE number = ?1", [number])?;
        }
        Ok(())
    }
}

/// Effects of one person go into the outbox.
fn put(transaction: &Transaction<'_>, profile: &str, effects: &Effects) -> Result<()> {
    for effect in &effects.list {
        let mut line = Vec::new();
        write_effect(profile, effect, &mut line);
        let send = if let EffectKind::Sent { id, .. } = &effect.kind { Some(id) } else { None };
        let line = String::from_utf8(line)?;
        transaction.execute("INSERT INTO outbox (send, effect) VALUES (?1, ?2)", params![send, line])?;
    }
    for notice in &effects.notices {
        eprintln!("{profile}: {notice}");
    }
    Ok(())
}

/// Milliseconds since 1970.
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
