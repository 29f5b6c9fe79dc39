//! The embedded store: one SQLite file. All that is written goes through one thread, which puts what waits into one
//! transaction: under load many requests share one write to the disk.

mod lock;
mod rows;
pub mod tables;
mod writer;

use super::{Arrival, Commit, Lease, Line, Person, Store, Trouble};
use crate::people::PARTITIONS;
use rows::{find, line, read_person};
use rusqlite::{Connection, ErrorCode, OpenFlags, params};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;
use writer::Writer;

/// The newest layout that is known here.
const LAYOUT: i64 = 1;
const SCHEMA: &str = include_str!("schema.sql");
/// Connections that read: the turn side's and the pages'.
const READERS: usize = 3;

/// A store in one file. Where it is dropped what was begun is written first.
pub struct Sqlite {
    writer: Writer,
    readers: Vec<Mutex<Connection>>,
    path: PathBuf,
    /// How long lines are kept after they were played, in milliseconds.
    keeps: i64,
    /// Held while nobody else may use the file.
    _lock: Option<File>,
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Trouble {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Trouble::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Trouble::Damaged(error.to_string()),
            _ => Trouble::Unreachable(error.to_string()),
        }
    }
}

impl Sqlite {
    /// Opens a store, or makes one where there is none.
    ///
    /// # Errors
    /// When the file cannot be used, is no store, or is one of a newer version.
    pub fn open(path: &Path) -> Result<Sqlite, Trouble> {
        own(path);
        let mut connection = connect(path)?;
        make(&mut connection)?;
        let readers = (0..READERS).map(|_| connect(path).map(Mutex::new)).collect::<Result<_, _>>()?;
        Ok(Sqlite { writer: Writer::start(connection), readers, path: path.to_path_buf(), keeps: 0, _lock: None })
    }

    /// The same for one process alone: leases of whoever played before are over at once.
    ///
    /// # Errors
    /// [`Trouble::Taken`] while another process has opened it so.
    pub fn open_alone(path: &Path) -> Result<Sqlite, Trouble> {
        let lock = lock::lock(path)?;
        let store = Sqlite::open(path)?;
        store
            .writer
            .write(|connection| Ok(connection.execute("UPDATE part SET owner = NULL, lease_until = 0", [])?))?;
        Ok(Sqlite { _lock: Some(lock), ..store })
    }

    /// The same, keeping lines for a while after they were played, so that they can be played again elsewhere.
    #[must_use]
    pub fn keeping(self, keeps: Duration) -> Sqlite {
        Sqlite { keeps: i64::try_from(keeps.as_millis()).unwrap_or(i64::MAX), ..self }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A connection that reads: the first that is free.
    fn reader(&self) -> Result<MutexGuard<'_, Connection>, Trouble> {
        let free = self.readers.iter().find_map(|reader| reader.try_lock().ok());
        match (free, self.readers.last()) {
            (Some(reader), _) => Ok(reader),
            (None, Some(last)) => Ok(last.lock().unwrap_or_else(|poisoned| poisoned.into_inner())),
            (None, None) => Err(Trouble::Unreachable("it has no connection".into())),
        }
    }
}

/// Makes the file where there is none, for nobody else to read: people's data stand in it. What cannot be made is told of
/// by who opens it.
fn own(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

fn connect(path: &Path) -> Result<Connection, Trouble> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    // The page size counts for a new file alone, and before it is a WAL.
    connection.pragma_update(None, "page_size", 8192)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    // Pages that many batches change are moved into the file once: 64 MB of them at most stand in the log.
    connection.pragma_update(None, "wal_autocheckpoint", 8_000)?;
    Ok(connection)
}

fn make(connection: &mut Connection) -> Result<(), Trouble> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match found {
        LAYOUT => return Ok(()),
        0 => {}
        found => return Err(Trouble::Newer { found, known: LAYOUT }),
    }
    let transaction = connection.transaction()?;
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 {
        return Err(Trouble::Damaged("the file holds other tables than those of journey".into()));
    }
    transaction.execute_batch(SCHEMA)?;
    for part in 0..PARTITIONS {
        transaction.execute("INSERT INTO part (part) VALUES (?1)", [part])?;
    }
    transaction.pragma_update(None, "user_version", LAYOUT)?;
    transaction.commit()?;
    Ok(())
}

impl Store for Sqlite {
    fn append(&self, lines: Vec<Arrival>) -> Result<(), Trouble> {
        crate::stop::point("before the inbox");
        self.writer.write(move |connection| rows::append(connection, &lines))?;
        crate::stop::point("after the inbox");
        Ok(())
    }

    fn claim(&self, worker: &str, fair: usize, lasts: Duration) -> Result<Vec<Lease>, Trouble> {
        let (worker, now) = (worker.to_string(), crate::clock::Clock::default().now());
        let until = now + i64::try_from(lasts.as_millis()).unwrap_or(i64::MAX / 2);
        self.writer.write(move |connection| rows::claim(connection, &worker, fair, now, until))
    }

    fn read(&self, leases: &[Lease], most: usize) -> Result<Vec<Line>, Trouble> {
        let mut cursor = [None; PARTITIONS as usize];
        for lease in leases {
            if let Some(slot) = cursor.get_mut(usize::from(lease.part)) {
                *slot = Some(lease.cursor);
            }
        }
        let Some(first) = leases.iter().map(|lease| lease.cursor).min() else { return Ok(vec![]) };
        let reader = self.reader()?;
        let mut find =
            reader.prepare_cached("SELECT seq, part, arrived, kind, body FROM inbox WHERE seq > ?1 ORDER BY seq")?;
        let mut found = find.query([first])?;
        let mut lines = vec![];
        while let Some(row) = found.next()? {
            let (seq, part): (i64, u8) = (row.get(0)?, row.get(1)?);
            if cursor.get(usize::from(part)).is_some_and(|at| at.is_some_and(|at| at < seq)) {
                lines.push(line(row)?);
            }
            if lines.len() == most {
                break;
            }
        }
        Ok(lines)
    }

    fn load(&self, ids: &[&str]) -> Result<Vec<Option<Person>>, Trouble> {
        let reader = self.reader()?;
        ids.iter().map(|id| find(&reader, id)?.map(|number| read_person(&reader, number)).transpose()).collect()
    }

    fn commit(&self, leases: &[Lease], batch: Commit) -> Result<(), Trouble> {
        let (leases, keeps) = (leases.to_vec(), self.keeps);
        self.writer.write(move |connection| rows::commit(connection, &leases, &batch, keeps))
    }

    fn due(&self, leases: &[Lease], until: i64, most: usize) -> Result<Vec<(i64, String)>, Trouble> {
        let owned = owned(leases);
        let reader = self.reader()?;
        let mut find =
            reader.prepare_cached("SELECT due, id, part FROM people WHERE due <= ?1 ORDER BY due, number")?;
        let mut rows = find.query([until])?;
        let mut all = vec![];
        while let Some(row) = rows.next()? {
            if all.len() == most {
                break;
            }
            let part: u8 = row.get(2)?;
            if owned.get(usize::from(part)).is_some_and(|yes| *yes) {
                all.push((row.get(0)?, row.get(1)?));
            }
        }
        Ok(all)
    }

    fn is_refused(&self, hash: &[u8; 32]) -> Result<bool, Trouble> {
        let reader = self.reader()?;
        Ok(reader.prepare_cached("SELECT 1 FROM refused WHERE hash = ?1")?.exists(params![hash.as_slice()])?)
    }

    fn sweep(&self, leases: &[Lease], behind: i64, most: usize) -> Result<(Vec<String>, Option<i64>), Trouble> {
        let owned = owned(leases);
        let reader = self.reader()?;
        let mut find = reader.prepare_cached(
            "SELECT number, id, part FROM people WHERE number > ?1 AND state IS NOT NULL ORDER BY number LIMIT ?2",
        )?;
        let mut rows = find.query(params![behind, i64::try_from(most).unwrap_or(i64::MAX)])?;
        let (mut ids, mut last) = (vec![], None);
        while let Some(row) = rows.next()? {
            last = Some(row.get(0)?);
            let part: u8 = row.get(2)?;
            if owned.get(usize::from(part)).is_some_and(|yes| *yes) {
                ids.push(row.get(1)?);
            }
        }
        Ok((ids, last))
    }
}

fn owned(leases: &[Lease]) -> [bool; PARTITIONS as usize] {
    let mut owned = [false; PARTITIONS as usize];
    for lease in leases {
        if let Some(slot) = owned.get_mut(usize::from(lease.part)) {
            *slot = true;
        }
    }
    owned
}
