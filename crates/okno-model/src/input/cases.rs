//! Inputs about cases.

use super::given;
use crate::{
    CustomerId, InteractionId, QueueId, TeamId, Timestamp, TopicId, UserId,
    doc::{CaseKind, CaseLink, CheckItem},
};
use serde::Deserialize;

/// A case to be made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewCase {
    /// What it is.
    pub kind: CaseKind,
    /// In a few words.
    pub title: String,
    /// The first comment, for colleagues.
    pub text: Option<String>,
    /// Whose it is; the interaction's, if one is given.
    pub customer: Option<CustomerId>,
    /// The conversation that it comes from.
    pub interaction: Option<InteractionId>,
    /// What it is about.
    pub topic: Option<TopicId>,
    /// Who sees to it.
    pub assignee: Option<UserId>,
    /// Team that sees to it.
    pub team: Option<TeamId>,
    /// Queue that it belongs to; the interaction's, if one is given.
    pub queue: Option<QueueId>,
    /// 0 lowest, 9 highest; 5 if not given.
    pub priority: Option<u8>,
    /// Free words.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// What may be changed of a case; what is not there stays. `null` takes away.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseInput {
    /// What it is.
    pub kind: Option<CaseKind>,
    /// In a few words.
    pub title: Option<String>,
    /// Whose it is.
    #[serde(default, deserialize_with = "given")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<CustomerId>))]
    pub customer: Option<Option<CustomerId>>,
    /// What it is about.
    #[serde(default, deserialize_with = "given")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<TopicId>))]
    pub topic: Option<Option<TopicId>>,
    /// Who sees to it.
    #[serde(default, deserialize_with = "given")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<UserId>))]
    pub assignee: Option<Option<UserId>>,
    /// Team that sees to it.
    #[serde(default, deserialize_with = "given")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<TeamId>))]
    pub team: Option<Option<TeamId>>,
    /// Queue that it belongs to.
    #[serde(default, deserialize_with = "given")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<QueueId>))]
    pub queue: Option<Option<QueueId>>,
    /// 0 lowest, 9 highest.
    pub priority: Option<u8>,
    /// Free words; replaces all.
    pub tags: Option<Vec<String>>,
    /// Who wants to know what happens; replaces all.
    pub watchers: Option<Vec<UserId>>,
    /// How it stands to other cases; replaces all.
    pub links: Option<Vec<CaseLink>>,
    /// What has to be done; replaces all.
    pub checklist: Option<Vec<CheckItem>>,
}

/// What is done with a case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum CaseStep {
    /// Somebody begins with it.
    Take,
    /// The customer has to do the next step.
    AwaitCustomer,
    /// Nothing can be done for a while: until a time, or until somebody goes on.
    Hold {
        /// Until when.
        until: Option<Timestamp>,
        /// Why.
        reason: String,
    },
    /// We go on with it.
    Resume,
    /// It is done.
    Resolve,
    /// It is over.
    Close,
    /// It was not done after all.
    Reopen,
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TopicInput {
    /// Shown name; required on creation.
    pub name: Option<String>,
    /// The wider topic; `null` at the top.
    #[serde(default, deserialize_with = "given")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<TopicId>))]
    pub parent: Option<Option<TopicId>>,
    /// Hidden from choice.
    pub archived: Option<bool>,
}
