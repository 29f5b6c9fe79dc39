//! Who gets the effects. Here it is a second SQLite file that stands for a provider which keeps idempotency keys: what
//! comes a second time under the same key is passed over.

use rusqlite::{Connection, OptionalExtension, params};

pub struct Receiver {
    kept: Connection,
}

impl Receiver {
    pub fn open(path: &str) -> rusqlite::Result<Self> {
        let kept = Connection::open(path)?;
        kept.execute_batch(
            "PRAGMA journal_mode = WAL;
             CREATE TABLE IF NOT EXISTS received (key TEXT PRIMARY KEY, effect TEXT NOT NULL, times INTEGER NOT NULL);",
        )?;
        Ok(Self { kept })
    }

    /// Takes an effect, unless it was taken before.
    pub fn take(&self, key: &str, effect: &str) -> Result<(), Box<dyn std::error::Error>> {
        let before: Option<String> =
            self.kept.query_row("SELECT effect FROM received WHERE key = ?1", [key], |row| row.get(0)).optional()?;
        if before.is_some_and(|before| before != effect) {
            return Err(format!("two effects have the key {key}").into());
        }
        let put = "INSERT INTO received VALUES (?1, ?2, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1";
        self.kept.execute(put, params![key, effect])?;
        Ok(())
    }
}
