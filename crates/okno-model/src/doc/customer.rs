//! Customers, identities, matches and the timeline.

use super::{Attributes, CallDoc, InteractionDoc, RecordingDoc};
use crate::{CustomerId, IdentityId, IdentityKind, InteractionId, MatchId, MergeId, OrganizationId, Timestamp, UserId};
use std::collections::BTreeMap;

documents! {
    /// The person who is served.
    pub struct CustomerDoc {
        /// Id.
        pub id: CustomerId,
        /// Shown name.
        pub name: String,
        /// Language, BCP 47.
        pub language: Option<String>,
        /// Free notes of the agents.
        pub notes: String,
        /// Addresses.
        pub identities: Vec<IdentityDoc>,
        /// First seen.
        pub created: Timestamp,
        /// The customer who stands for him since they were merged; he himself is not shown then.
        #[serde(default)]
        pub part_of: Option<CustomerId>,
        /// The merges that made him what he is, oldest first: each can be undone.
        #[serde(default)]
        pub parts: Vec<CustomerPart>,
        /// In what his parts differ from him. Shown, never overwritten.
        #[serde(default)]
        pub contradictions: Vec<Contradiction>,
        /// Fields that were empty and show what a part knows: field and part. They leave with the part.
        #[serde(default)]
        pub gained: BTreeMap<String, CustomerId>,
        /// His company.
        #[serde(default)]
        pub organization: Option<OrganizationId>,
        /// Fields that the company has given to customers.
        #[serde(default)]
        pub attributes: Attributes,
    }

    /// One merge of a customer.
    #[derive(Eq)]
    pub struct CustomerPart {
        /// The merge, to undo it.
        pub merge: MergeId,
        /// Who was merged.
        pub customer: CustomerId,
        /// His name at that time.
        pub name: String,
        /// Into whom.
        pub into: CustomerId,
        /// His name at that time.
        pub into_name: String,
        /// Name of whoever merged them.
        pub by_name: String,
        /// When.
        pub at: Timestamp,
    }

    /// A field in which the parts of one customer differ.
    #[derive(Eq)]
    pub struct Contradiction {
        /// `name`, `language`, `notes`, `organization`, `attribute:<key>`.
        pub field: String,
        /// All that is said, the customer's own value first.
        pub values: Vec<SaidValue>,
    }

    /// What one part says.
    #[derive(Eq)]
    pub struct SaidValue {
        /// The value as text.
        pub value: String,
        /// Who says it.
        pub customer: CustomerId,
    }

    /// The statement that two customers are one: an edge between them. Whoever hangs together by edges is one customer.
    #[derive(Eq)]
    pub struct MergeDoc {
        /// Id.
        pub id: MergeId,
        /// Who was merged.
        pub from: CustomerId,
        /// His name at that time.
        pub from_name: String,
        /// Into whom: he stands for both.
        pub into: CustomerId,
        /// His name at that time.
        pub into_name: String,
        /// The reason of the suggestion that was confirmed; empty if a person chose them.
        pub reason: String,
        /// Who said it.
        pub by: Option<UserId>,
        /// His name.
        pub by_name: String,
        /// When.
        pub at: Timestamp,
        /// Addresses that count as proven by it: undone, they do not any more.
        pub proved: Vec<IdentityId>,
        /// Taken back.
        pub undone: Option<MergeUndone>,
    }

    /// A merge was taken back.
    #[derive(Eq)]
    pub struct MergeUndone {
        /// By whom.
        pub by: UserId,
        /// His name.
        pub by_name: String,
        /// When.
        pub at: Timestamp,
    }

    /// An address of a customer on one medium.
    #[derive(Eq)]
    pub struct IdentityDoc {
        /// Id.
        pub id: IdentityId,
        /// Kind.
        pub kind: IdentityKind,
        /// Normalized value.
        pub value: String,
        /// Proven: mail came from it, a signed identity, or an agent confirmed it. A typed-in address is not.
        pub verified: bool,
        /// Where it came from: `mail`, `call`, `widget`, `widget_form`, `widget_signed`, `agent`, `import`.
        pub source: String,
        /// How sure it is that it is his, 0 to 100.
        #[serde(default)]
        pub confidence: u8,
        /// The interaction that brought it.
        #[serde(default)]
        pub interaction: Option<InteractionId>,
        /// Who wrote it down, if a user did.
        #[serde(default)]
        pub by: Option<UserId>,
        /// Since when it is known; `None` for older ones.
        #[serde(default)]
        pub at: Option<Timestamp>,
        /// The part of the customer whose it is, if he has parts: it goes with him when the merge is undone.
        #[serde(default)]
        pub part: Option<CustomerId>,
    }

    /// A suggestion that two customers are one person. A person decides; okno never merges blindly.
    pub struct MatchDoc {
        /// Id.
        pub id: MatchId,
        /// The customer of the new interaction.
        pub customer: CustomerId,
        /// The customer whom he may be.
        pub other: CustomerId,
        /// Name of the other.
        pub other_name: String,
        /// 0-100.
        pub confidence: u8,
        /// The strongest reason: `same_email_unverified`, `same_email_signed`, `same_external_id`, `same_phone`, `similar_email`, `agent_said_same`.
        pub reason: String,
        /// All reasons that were found.
        #[serde(default)]
        pub reasons: Vec<String>,
        /// `open`, `confirmed`, `rejected`.
        pub state: String,
        /// When it was found.
        pub created: Timestamp,
    }

    /// One interaction in a customer's history, with its beginning.
    pub struct TimelineItem {
        /// The interaction.
        pub interaction: InteractionDoc,
        /// Name of its queue.
        pub queue_name: String,
        /// Name of its agent.
        pub agent_name: Option<String>,
        /// Name of its channel.
        pub channel_name: String,
        /// Its calls with their figures, oldest first; none without the right to read the interaction.
        #[serde(default)]
        pub calls: Vec<CallDoc>,
        /// Its recordings, oldest first; none without the right to listen to them.
        #[serde(default)]
        pub recordings: Vec<RecordingDoc>,
    }
}

impl CustomerDoc {
    /// Somebody of whom nothing but a name is known.
    pub const fn new(id: CustomerId, name: String, created: Timestamp) -> Self {
        Self {
            id,
            name,
            language: None,
            notes: String::new(),
            identities: Vec::new(),
            created,
            part_of: None,
            parts: Vec::new(),
            contradictions: Vec::new(),
            gained: BTreeMap::new(),
            organization: None,
            attributes: BTreeMap::new(),
        }
    }
}

impl IdentityDoc {
    /// An address of which nothing but its source is known.
    pub const fn new(id: IdentityId, kind: IdentityKind, value: String, verified: bool, source: String) -> Self {
        let confidence = if verified { 100 } else { TYPED_CONFIDENCE };
        Self { id, kind, value, verified, source, confidence, interaction: None, by: None, at: None, part: None }
    }
}

/// How sure an address is that somebody typed in: hardly anybody types a stranger's, but it proves nothing.
pub const TYPED_CONFIDENCE: u8 = 60;
