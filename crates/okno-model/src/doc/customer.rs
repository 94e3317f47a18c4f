//! Customers, identities, matches and the timeline.

use super::{CallDoc, InteractionDoc, RecordingDoc};
use crate::{CustomerId, IdentityId, IdentityKind, MatchId, Timestamp};

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
        /// Where it came from: `mail`, `widget_form`, `widget_signed`, `agent`, `import`.
        pub source: String,
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
        /// Why: `same_email_unverified`, `same_email_signed`, `same_external_id`.
        pub reason: String,
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
