//! What has to happen at an instant, exactly once: the row is marked in the transaction that does it.

use crate::{Row, StoreError, Tx, params};
use okno_model::Timestamp;
use uuid::Uuid;

/// One thing that has to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// What the subject is: `promise`.
    pub about: String,
    /// Whose it is.
    pub subject: Uuid,
    /// Which one of the subject's.
    pub point: String,
    /// When.
    pub due: Timestamp,
}

const COLUMNS: &str = "about, subject, point, due";

/// Sets when something has to happen. What has happened already happens again only for a time after that.
pub fn set(tx: &mut Tx<'_>, deadline: &Deadline) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec(
        "INSERT INTO deadlines (ws, about, subject, point, due) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (ws, subject, point) DO UPDATE SET due = excluded.due,
             fired = CASE WHEN deadlines.fired IS NOT NULL AND excluded.due <= deadlines.fired THEN deadlines.fired ELSE NULL END",
        params![ws, deadline.about.as_str(), deadline.subject, deadline.point.as_str(), deadline.due],
    )?;
    Ok(())
}

/// Nothing has to happen for a subject any more.
pub fn clear(tx: &mut Tx<'_>, subject: Uuid) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec("DELETE FROM deadlines WHERE ws = $1 AND subject = $2 AND fired IS NULL", params![ws, subject])?;
    Ok(())
}

/// Sets all deadlines of a subject: what is not among them has not to happen any more.
pub fn replace(tx: &mut Tx<'_>, subject: Uuid, deadlines: &[Deadline]) -> Result<(), StoreError> {
    clear(tx, subject)?;
    for deadline in deadlines {
        set(tx, deadline)?;
    }
    Ok(())
}

/// Whether the deadlines of a subject are these, as far as they have not happened.
pub fn are(tx: &mut Tx<'_>, subject: Uuid, deadlines: &[Deadline]) -> Result<bool, StoreError> {
    let ws = tx.ws();
    let sql = "SELECT point, due, fired FROM deadlines WHERE ws = $1 AND subject = $2";
    let rows =
        tx.query(sql, params![ws, subject], |row| Ok((row.get::<String>(0)?, row.get::<Timestamp>(1)?, row.get::<Option<Timestamp>>(2)?)))?;
    let same = |wanted: &Deadline| {
        rows.iter()
            .any(|(point, due, fired)| *point == wanted.point && (*due == wanted.due || fired.is_some_and(|fired| wanted.due <= fired)))
    };
    let gone = rows.iter().any(|(point, _, fired)| fired.is_none() && !deadlines.iter().any(|wanted| wanted.point == *point));
    Ok(!gone && deadlines.iter().all(same))
}

/// What should have happened by now and has not, oldest first, at most so many.
pub fn due(tx: &mut Tx<'_>, now: Timestamp, limit: usize) -> Result<Vec<Deadline>, StoreError> {
    let ws = tx.ws();
    let sql = format!("SELECT {COLUMNS} FROM deadlines WHERE ws = $1 AND fired IS NULL AND due < $2 ORDER BY due, subject, point LIMIT $3");
    tx.query(&sql, params![ws, now, limit as i64], read)
}

/// Marks it as done; tells whether it was still to be done.
pub fn fire(tx: &mut Tx<'_>, deadline: &Deadline, now: Timestamp) -> Result<bool, StoreError> {
    let ws = tx.ws();
    let sql = "UPDATE deadlines SET fired = $4 WHERE ws = $1 AND subject = $2 AND point = $3 AND fired IS NULL";
    Ok(tx.exec(sql, params![ws, deadline.subject, deadline.point.as_str(), now])? > 0)
}

/// The first instant at which something has to happen.
pub fn next(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let ws = tx.ws();
    tx.query_one("SELECT MIN(due) FROM deadlines WHERE ws = $1 AND fired IS NULL", params![ws], |row| row.get(0))
}

fn read(row: &Row<'_>) -> Result<Deadline, StoreError> {
    Ok(Deadline { about: row.get(0)?, subject: row.get(1)?, point: row.get(2)?, due: row.get(3)? })
}
