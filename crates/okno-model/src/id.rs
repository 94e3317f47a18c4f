//! Typed ids. Every id is a UUIDv7 made by the caller's id source; the type says what it names.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id; ids are UUIDs")]
pub struct BadId(pub String);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Wraps a UUID made by the id source.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// A readable id for tests and scenarios.
            pub const fn from_u128(n: u128) -> Self {
                Self(Uuid::from_u128(n))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(s: &str) -> Result<Self, BadId> {
                Uuid::parse_str(s).map(Self).map_err(|_| BadId(s.chars().take(64).collect()))
            }
        }
    )*};
}

ids! {
    /// A tenant: everything belongs to one workspace.
    WorkspaceId
    /// A person who signs in.
    UserId
    /// A user in his role as an agent; the same UUID as his `UserId`.
    AgentId
    /// A role: a named set of rights with scopes.
    RoleId
    /// A team of users.
    TeamId
    /// A browser or API session of a user.
    SessionId
    /// A queue.
    QueueId
    /// A run of the simulator.
    SimulationId
    /// A skill.
    SkillId
    /// A reason for a pause.
    PauseCodeId
    /// A wrap-up outcome.
    DispositionId
    /// One configured entry point: a mailbox, a widget.
    ChannelId
    /// The person who is served.
    CustomerId
    /// An address of a customer on one medium.
    IdentityId
    /// A suggestion that two customers are one person.
    MatchId
    /// An edge between two customers who were said to be one.
    MergeId
    /// The company of customers.
    OrganizationId
    /// A field that the company has given to customers, organizations or cases.
    AttributeId
    /// A note about a customer.
    NoteId
    /// What a customer has bought.
    OrderId
    /// An unidentified customer's browser in the widget.
    VisitorId
    /// One engagement on one channel.
    InteractionId
    /// The part of an interaction that one queue or agent had.
    SegmentId
    /// One offer of an interaction to an agent.
    OfferId
    /// One utterance in an interaction.
    MessageId
    /// A file of a message.
    AttachmentId
    /// A ledger entry: one inbound unit.
    UnitId
    /// One row of the outbox.
    OutboxId
    /// One journal event.
    EventId
    /// A set of queues that is decided by one engine.
    CellId
    /// A provider's connection to the telephone network.
    TrunkId
    /// A SIP phone of an agent.
    PhoneId
    /// A sound that callers hear.
    PromptId
    /// A call: the telephone side of an interaction.
    CallId
    /// A recording.
    RecordingId
    /// Business hours.
    HoursId
    /// A rule of service levels.
    PolicyId
    /// What a customer wants done, over any number of interactions.
    CaseId
    /// One line of a case's history.
    CaseEntryId
    /// What cases are about.
    TopicId
    /// Something that a customer was promised.
    PromiseId
    /// One merge or split of cases.
    CaseEdgeId
    /// One question to a department about a case.
    ForwardId
    /// One line in somebody's inbox about a case.
    NoticeId
}

impl From<UserId> for AgentId {
    fn from(id: UserId) -> Self {
        Self(id.0)
    }
}

impl From<AgentId> for UserId {
    fn from(id: AgentId) -> Self {
        Self(id.0)
    }
}
