//! Values and columns as PostgreSQL's types.

use crate::{StoreError, Value, row::ColumnRef, value::without_nul};
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(x) if *ty == Type::INT8 => x.to_sql(ty, out),
            Self::Int(x) if *ty == Type::INT4 => i32::try_from(*x)?.to_sql(ty, out),
            Self::Int(x) if *ty == Type::FLOAT8 => (*x as f64).to_sql(ty, out),
            Self::Float(x) if *ty == Type::FLOAT8 => x.to_sql(ty, out),
            Self::Text(x) if <&str as ToSql>::accepts(ty) => without_nul(x).to_sql(ty, out),
            Self::Bytes(x) if *ty == Type::BYTEA => x.to_sql(ty, out),
            Self::Uuid(x) if *ty == Type::UUID => {
                out.extend_from_slice(x.as_bytes());
                Ok(IsNull::No)
            }
            Self::Uuid(x) if *ty == Type::BYTEA => x.as_bytes().as_slice().to_sql(ty, out),
            Self::Int(_) | Self::Float(_) | Self::Text(_) | Self::Bytes(_) | Self::Uuid(_) => {
                Err(format!("a {} parameter does not fit a place of type {ty}", self.kind()).into())
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Sixteen bytes as they come over the wire.
struct RawUuid(uuid::Uuid);

impl<'a> tokio_postgres::types::FromSql<'a> for RawUuid {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(uuid::Uuid::from_slice(raw)?))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }
}

/// Reads a column.
pub(crate) fn column(row: &tokio_postgres::Row, index: usize) -> Result<ColumnRef<'_>, StoreError> {
    let ty = row.columns().get(index).map(|c| c.type_().clone());
    let Some(ty) = ty else { return Err(StoreError::Corrupt(format!("the answer has no column {index}"))) };
    let read = match ty {
        Type::INT8 => row.try_get::<_, Option<i64>>(index).map(|x| x.map(ColumnRef::Int)),
        Type::INT4 => row.try_get::<_, Option<i32>>(index).map(|x| x.map(|x| ColumnRef::Int(x.into()))),
        Type::BOOL => row.try_get::<_, Option<bool>>(index).map(|x| x.map(|x| ColumnRef::Int(x.into()))),
        Type::FLOAT8 => row.try_get::<_, Option<f64>>(index).map(|x| x.map(ColumnRef::Float)),
        Type::TEXT | Type::VARCHAR | Type::NAME => row.try_get::<_, Option<&str>>(index).map(|x| x.map(ColumnRef::Text)),
        Type::BYTEA => row.try_get::<_, Option<&[u8]>>(index).map(|x| x.map(ColumnRef::Bytes)),
        Type::UUID => row.try_get::<_, Option<RawUuid>>(index).map(|x| x.map(|x| ColumnRef::Uuid(x.0))),
        other => return Err(StoreError::Corrupt(format!("column {index} has type {other}; CAST it to BIGINT, TEXT or DOUBLE PRECISION"))),
    };
    read.map(|x| x.unwrap_or(ColumnRef::Null)).map_err(|e| StoreError::Corrupt(e.to_string()))
}
