//! Parameters of statements.

use okno_model::{
    AgentId, AttachmentId, AttributeId, CallId, CaseEdgeId, CaseEntryId, CaseId, CellId, ChannelId, ChannelKind, CustomerId, DispositionId,
    EventId, ForwardId, HoursId, IdentityId, IdentityKind, InteractionId, MatchId, Medium, MergeId, MessageId, NoteId, NoticeId, OfferId,
    OrderId, OrganizationId, OutboxId, PauseCodeId, PhoneId, PolicyId, PromiseId, PromptId, QueueId, RecordingId, RoleId, SegmentId,
    SessionId, SkillId, TeamId, Timestamp, TopicId, TrunkId, UnitId, UserId, VisitorId, WorkspaceId,
    doc::{BlackHoleCause, CaseKind, PromiseSource, UnitKind, UnitState},
    right::{Right, Scope},
};
use std::borrow::Cow;
use uuid::Uuid;

/// A parameter, as both databases take it. Booleans are the integers 0 and 1.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// NULL of any type.
    Null,
    /// BIGINT.
    Int(i64),
    /// DOUBLE PRECISION.
    Float(f64),
    /// TEXT.
    Text(String),
    /// BYTEA.
    Bytes(Vec<u8>),
    /// UUID: native on PostgreSQL, 16 bytes on SQLite.
    Uuid(Uuid),
}

/// The parameters of a statement: `params![id, name, 5]` is a `&[Value]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*] as &[$crate::Value] };
}

macro_rules! from {
    ($($type:ty: $x:ident => $value:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($x: $type) -> Self {
                $value
            }
        }
    )*};
}

from! {
    i64: x => Self::Int(x);
    i32: x => Self::Int(x.into());
    u8: x => Self::Int(x.into());
    u16: x => Self::Int(x.into());
    u32: x => Self::Int(x.into());
    bool: x => Self::Int(x.into());
    f64: x => Self::Float(x);
    String: x => Self::Text(x);
    &str: x => Self::Text(x.to_owned());
    &String: x => Self::Text(x.clone());
    Vec<u8>: x => Self::Bytes(x);
    &[u8]: x => Self::Bytes(x.to_vec());
    Uuid: x => Self::Uuid(x);
    Timestamp: x => Self::Int(x.millis());
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(x: Option<T>) -> Self {
        x.map_or(Self::Null, Into::into)
    }
}

/// Conversions of ids and words, both ways.
macro_rules! ids_and_words {
    (ids: $($id:ident)*; words: $($word:ident)*) => {
        $(
            impl From<$id> for Value {
                fn from(x: $id) -> Self {
                    Self::Uuid(x.0)
                }
            }

            impl $crate::row::Column for $id {
                fn read(column: $crate::row::ColumnRef<'_>) -> Option<Self> {
                    Uuid::read(column).map(Self)
                }
            }
        )*
        $(
            impl From<$word> for Value {
                fn from(x: $word) -> Self {
                    Self::Text(x.word().to_owned())
                }
            }

            impl $crate::row::Column for $word {
                fn read(column: $crate::row::ColumnRef<'_>) -> Option<Self> {
                    let $crate::row::ColumnRef::Text(word) = column else { return None };
                    Self::parse(word)
                }
            }
        )*
    };
}

ids_and_words! {
    ids: AgentId AttachmentId AttributeId CallId CaseEdgeId CaseEntryId CaseId CellId ChannelId CustomerId DispositionId EventId ForwardId HoursId IdentityId InteractionId MatchId MergeId MessageId NoteId NoticeId OfferId OrderId OrganizationId OutboxId PauseCodeId PhoneId PolicyId PromiseId PromptId QueueId RecordingId RoleId SegmentId SessionId SkillId TeamId TopicId TrunkId UnitId UserId VisitorId WorkspaceId;
    words: BlackHoleCause CaseKind ChannelKind IdentityKind Medium PromiseSource Right Scope UnitKind UnitState
}

/// PostgreSQL's TEXT cannot hold U+0000, which strangers do send; both databases store U+FFFD instead.
pub(crate) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(x) => ValueRef::Integer(*x),
            Self::Float(x) => ValueRef::Real(*x),
            Self::Text(x) => match without_nul(x) {
                Cow::Borrowed(x) => ValueRef::Text(x.as_bytes()),
                Cow::Owned(x) => return Ok(ToSqlOutput::from(x)),
            },
            Self::Bytes(x) => ValueRef::Blob(x),
            Self::Uuid(x) => ValueRef::Blob(x.as_bytes()),
        }))
    }
}

impl Value {
    /// What it is, for error texts: never the value itself.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "integer",
            Self::Float(_) => "float",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Uuid(_) => "UUID",
        }
    }
}
