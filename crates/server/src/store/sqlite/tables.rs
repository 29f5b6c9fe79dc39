//! What pages and tests ask of the store.

use super::Sqlite;
use crate::store::{Trouble, Turn};

impl Sqlite {
    /// All turns that did something, in order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all_turns(&self) -> Result<Vec<Turn>, Trouble> {
        let reader = self.reader()?;
        let mut read = reader.prepare_cached("SELECT person, at, input, before, effects, notices, program FROM turns ORDER BY seq")?;
        let turns = read.query_map([], |row| {
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
        })?;
        Ok(turns.collect::<Result<_, _>>()?)
    }
}
