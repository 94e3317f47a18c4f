//! Rows of an answer.

use crate::{StoreError, Value};
use okno_model::Timestamp;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// One row, borrowed while the statement runs.
#[derive(Debug)]
pub struct Row<'a>(pub(crate) Inner<'a>);

#[derive(Debug)]
pub(crate) enum Inner<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

/// One column of a row, as the database holds it.
#[derive(Debug, Clone, Copy)]
pub enum ColumnRef<'a> {
    /// NULL.
    Null,
    /// BIGINT.
    Int(i64),
    /// DOUBLE PRECISION.
    Float(f64),
    /// TEXT.
    Text(&'a str),
    /// BYTEA, and UUID on SQLite.
    Bytes(&'a [u8]),
    /// UUID on PostgreSQL.
    Uuid(Uuid),
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// `None` when the column does not hold this type or the value is out of range.
    fn read(column: ColumnRef<'_>) -> Option<Self>;
}

impl Row<'_> {
    /// The column at `index` (from 0). A NULL is an error unless `T` is an `Option`.
    pub fn get<T: Column>(&self, index: usize) -> Result<T, StoreError> {
        let column = self.column(index)?;
        T::read(column)
            .ok_or_else(|| StoreError::Corrupt(format!("column {index} holds {}, expected {}", kind(&column), std::any::type_name::<T>())))
    }

    /// The JSON text of the column at `index`.
    pub fn json<T: DeserializeOwned>(&self, index: usize) -> Result<T, StoreError> {
        let column = self.column(index)?;
        let ColumnRef::Text(text) = column else {
            return Err(StoreError::Corrupt(format!("column {index} holds {}, expected JSON", kind(&column))));
        };
        serde_json::from_str(text).map_err(|e| StoreError::Corrupt(format!("{}: {e}", std::any::type_name::<T>())))
    }

    /// Whether the column holds this value.
    pub(crate) fn is(&self, index: usize, value: &Value) -> Result<bool, StoreError> {
        Ok(match (self.column(index)?, value) {
            (ColumnRef::Null, Value::Null) => true,
            (ColumnRef::Int(a), Value::Int(b)) => a == *b,
            (ColumnRef::Text(a), Value::Text(b)) => a == b,
            (ColumnRef::Bytes(a), Value::Bytes(b)) => a == b,
            (ColumnRef::Bytes(a), Value::Uuid(b)) => a == b.as_bytes(),
            // Everything else counts as another value, which only costs a write.
            _ => false,
        })
    }

    fn column(&self, index: usize) -> Result<ColumnRef<'_>, StoreError> {
        match self.0 {
            Inner::Sqlite(row) => crate::sqlite::column(row, index),
            Inner::Postgres(row) => crate::postgres::column(row, index),
        }
    }
}

/// What a column holds, without its value: values may be personal.
const fn kind(column: &ColumnRef<'_>) -> &'static str {
    match column {
        ColumnRef::Null => "NULL",
        ColumnRef::Int(_) => "an integer",
        ColumnRef::Float(_) => "a float",
        ColumnRef::Text(_) => "an unknown text",
        ColumnRef::Bytes(_) => "bytes",
        ColumnRef::Uuid(_) => "a UUID",
    }
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl Column for $type {
            fn read(column: ColumnRef<'_>) -> Option<Self> {
                if let ColumnRef::Int(x) = column { Self::try_from(x).ok() } else { None }
            }
        }
    )*};
}

integers! { i64 i32 u8 u16 u32 u64 usize }

impl Column for bool {
    fn read(column: ColumnRef<'_>) -> Option<Self> {
        i64::read(column).map(|x| x != 0)
    }
}

impl Column for f64 {
    fn read(column: ColumnRef<'_>) -> Option<Self> {
        if let ColumnRef::Float(x) = column { Some(x) } else { i64::read(column).map(|x| x as Self) }
    }
}

impl Column for String {
    fn read(column: ColumnRef<'_>) -> Option<Self> {
        if let ColumnRef::Text(x) = column { Some(x.to_owned()) } else { None }
    }
}

impl Column for Vec<u8> {
    fn read(column: ColumnRef<'_>) -> Option<Self> {
        if let ColumnRef::Bytes(x) = column { Some(x.to_vec()) } else { None }
    }
}

impl Column for Uuid {
    fn read(column: ColumnRef<'_>) -> Option<Self> {
        match column {
            ColumnRef::Uuid(x) => Some(x),
            ColumnRef::Bytes(x) => Self::from_slice(x).ok(),
            ColumnRef::Null | ColumnRef::Int(_) | ColumnRef::Float(_) | ColumnRef::Text(_) => None,
        }
    }
}

impl Column for Timestamp {
    fn read(column: ColumnRef<'_>) -> Option<Self> {
        i64::read(column).map(Self)
    }
}

impl<T: Column> Column for Option<T> {
    fn read(column: ColumnRef<'_>) -> Option<Self> {
        if matches!(column, ColumnRef::Null) { Some(None) } else { T::read(column).map(Some) }
    }
}
