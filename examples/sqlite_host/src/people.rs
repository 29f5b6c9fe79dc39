//! Which profile an input is for: ids that were joined, people who asked to be deleted.

use crate::Result;
use journey::{Effects, Input, InputKind, Lateness, Profile, Program, identity};
use rusqlite::{OptionalExtension, Transaction, params};

pub const SCHEMA: &str = "
    -- Other names of people, and which ids came as a `userId`.
    CREATE TABLE IF NOT EXISTS names (id TEXT PRIMARY KEY, profile TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS profiles_names ON names (profile);
    CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY) WITHOUT ROWID;
    -- What outlives a deletion: a hash of the id of somebody who had unsubscribed from all.
    CREATE TABLE IF NOT EXISTS refused (hash BLOB PRIMARY KEY) WITHOUT ROWID;";

/// The profile that an id belongs to.
fn resolve(transaction: &Transaction<'_>, id: &str) -> Result<String> {
    let name = "SELECT profile FROM names WHERE id = ?1";
    Ok(transaction.query_row(name, [id], |row| row.get(0)).optional()?.unwrap_or_else(|| id.to_string()))
}

/// The profile that an input belongs to. An id that came as a `userId` is nobody's device, whatever the line says: this
/// is noted of every line, before the program is asked whether it concerns it.
pub fn owner(transaction: &Transaction<'_>, program: &Program, input: &Input) -> Result<String> {
    let id = resolve(transaction, &program.route(input).profile)?;
    if input.is_user {
        transaction.execute("INSERT OR IGNORE INTO users VALUES (?1)", [&id])?;
    }
    Ok(id)
}

/// The profile of an owner, with another one of the same person merged in where the line says so. Effects of the other
/// one, which were due, are given apart, under its own id.
pub fn person(
    transaction: &Transaction<'_>,
    program: &Program,
    input: &Input,
    id: String,
    lateness: Lateness,
    effects: &mut Effects,
) -> Result<(Profile, Option<(String, Effects)>)> {
    let route = program.route(input);
    let mut profile = load(transaction, program, &id)?;
    let Some(other) = route.merges.as_deref() else { return Ok((profile, None)) };
    let is_user = "SELECT 1 FROM users WHERE id = ?1";
    let is_user = transaction.query_row(is_user, [other], |_| Ok(())).optional()?.is_some();
    // A shared device joins nobody.
    let is_alias = matches!(input.kind, InputKind::Alias { .. });
    if other == id || resolve(transaction, other)? != other || is_user && !is_alias {
        return Ok((profile, None));
    }
    // Other names of the other one are names of this one now.
    transaction.execute("UPDATE names SET profile = ?2 WHERE profile = ?1", params![other, id])?;
    transaction.execute("INSERT INTO names VALUES (?1, ?2)", params![other, id])?;
    let mut before = Effects::new();
    let mut second = load(transaction, program, other)?;
    program.wake(&mut second, input.arrived, lateness, &mut before)?;
    program.wake(&mut profile, input.arrived, lateness, effects)?;
    program.merge(&mut profile, second, input.arrived, lateness, effects)?;
    transaction.execute("DELETE FROM profiles WHERE id = ?1", [other])?;
    Ok((profile, Some((other.to_string(), before))))
}

/// A stored profile, or a new one.
pub fn load(transaction: &Transaction<'_>, program: &Program, id: &str) -> Result<Profile> {
    let stored: Option<Vec<u8>> =
        transaction.query_row("SELECT state FROM profiles WHERE id = ?1", [id], |row| row.get(0)).optional()?;
    if let Some(bytes) = stored {
        return Ok(Profile::decode(&bytes)?);
    }
    let refused = "SELECT 1 FROM refused WHERE hash = ?1";
    let refused = transaction.query_row(refused, [identity::hash(id)], |_| Ok(())).optional()?.is_some();
    Ok(if refused { program.unsubscribed(id) } else { program.profile(id) })
}

/// Stores a profile; of one that was deleted nothing but a refusal stays.
pub fn save(transaction: &Transaction<'_>, program: &Program, profile: &Profile, deleted: bool) -> Result<()> {
    if deleted {
        let mut names = transaction.prepare("SELECT id FROM names WHERE profile = ?1")?;
        let names = names.query_map([profile.id()], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        for id in names.iter().map(String::as_str).chain([profile.id()]) {
            transaction.execute("DELETE FROM profiles WHERE id = ?1", [id])?;
            transaction.execute("DELETE FROM users WHERE id = ?1", [id])?;
            transaction.execute("DELETE FROM names WHERE id = ?1", [id])?;
            // A refusal holds for each of the ids, and so does that it was withdrawn.
            let refused = if profile.is_unsubscribed() {
                "INSERT OR IGNORE INTO refused VALUES (?1)"
            } else {
                "DELETE FROM refused WHERE hash = ?1"
            };
            transaction.execute(refused, [identity::hash(id)])?;
        }
        return Ok(());
    }
    let put = "INSERT INTO profiles VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET state = ?2, due = ?3";
    transaction.execute(put, params![profile.id(), profile.encode(), program.next_due(profile)])?;
    Ok(())
}
