//! Small documents for the tests.

use okno_model::{
    CellId, ChannelId, CustomerId, EventId, InteractionId, Medium, QueueId, SkillId, Timestamp, WorkspaceId,
    doc::{CustomerDoc, InteractionDoc, InteractionState, SkillDoc, WorkspaceDoc},
    event::What,
};
use okno_store::{Store, StoreError, Tx};

pub(crate) const WS: WorkspaceId = WorkspaceId::from_u128(1);
pub(crate) const OTHER: WorkspaceId = WorkspaceId::from_u128(2);
pub(crate) const CELL: CellId = CellId::from_u128(7);

pub(crate) fn workspace(id: WorkspaceId) -> WorkspaceDoc {
    WorkspaceDoc { id, name: "Blue Fern".into(), time_zone: "Europe/Warsaw".into(), language: "en".into() }
}

/// Makes the workspaces that the tests work in.
pub(crate) async fn prepare(store: &Store) {
    for ws in [WS, OTHER] {
        store.write(ws, move |tx| tx.put(&workspace(ws))).await.unwrap();
    }
}

pub(crate) fn skill(n: u128, name: &str) -> SkillDoc {
    SkillDoc { id: SkillId::from_u128(n), name: name.into() }
}

pub(crate) fn skill_changed(n: u128) -> What {
    What::SkillChanged(skill(n, "Russian"))
}

pub(crate) fn event(n: u128) -> EventId {
    EventId::from_u128(n)
}

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

pub(crate) fn customer(n: u128, name: &str) -> CustomerDoc {
    CustomerDoc::new(CustomerId::from_u128(n), name.into(), at(1))
}

pub(crate) fn interaction(n: u128) -> InteractionDoc {
    InteractionDoc {
        id: InteractionId::from_u128(n),
        medium: Medium::Chat,
        channel: ChannelId::from_u128(3),
        customer: Some(CustomerId::from_u128(4)),
        customer_name: "Anna".into(),
        subject: "Where is my parcel?".into(),
        preview: String::new(),
        language: None,
        queue: QueueId::from_u128(5),
        agent: None,
        state: InteractionState::Queued,
        priority: 5,
        created: at(10),
        enqueued: at(10),
        due: None,
        answered: None,
        case: None,
        customer_waits: None,
        last_message: 0,
        last_at: at(10),
        agent_read: 0,
        customer_read: 0,
        previous: None,
        disposition: None,
        customer_online: true,
        outbound: false,
        callback: None,
        promise: None,
        called_back: None,
    }
}

/// Every skill of the workspace.
pub(crate) fn all_skills(tx: &mut Tx<'_>) -> Result<Vec<SkillDoc>, StoreError> {
    tx.list()
}

/// How many skills a workspace has.
pub(crate) async fn skills(store: &Store, ws: WorkspaceId) -> usize {
    store.read(ws, all_skills).await.map(|all: Vec<SkillDoc>| all.len()).unwrap()
}

/// An error type as the app has one: the store's errors and its own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ActError {
    Refused,
    Store(String),
}

impl From<StoreError> for ActError {
    fn from(e: StoreError) -> Self {
        Self::Store(e.to_string())
    }
}
