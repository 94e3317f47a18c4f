//! Events of the journal: `noun.verb_past`, with the document as it is afterwards.

use crate::{
    EventId, InteractionId, Timestamp, UserId, WorkspaceId,
    doc::{
        AgentDoc, AttributeDoc, BlendingDoc, CallDoc, CaseDoc, ChannelDoc, CustomerDoc, DecisionDoc, DialPlanDoc, DispositionDoc,
        ForwardDoc, HoursDoc, InteractionDoc, LedgerDoc, MatchDoc, MergeDoc, MessageDoc, NoteDoc, NoticeDoc, OrderDoc, OrganizationDoc,
        PauseCodeDoc, PhoneDoc, PolicyDoc, PromiseDoc, PromptDoc, QueueDoc, RecordingDoc, RoleDoc, SkillDoc, SlaNoticeDoc, TeamDoc,
        TopicDoc, TrunkDoc, UserDoc, WorkspaceDoc,
    },
};
use serde::{Deserialize, Serialize};

/// Who caused an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// A signed-in user.
    User { id: UserId },
    /// A customer.
    Customer,
    /// okno itself.
    System,
}

/// One entry of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Event {
    /// Id.
    pub id: EventId,
    /// Place in the workspace's gap-free sequence, from 1.
    pub seq: i64,
    /// Workspace.
    pub workspace: WorkspaceId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened. The closed list of okno's events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "type", content = "data")]
pub enum What {
    /// An interaction came into being.
    #[serde(rename = "interaction.created")]
    InteractionCreated(InteractionDoc),
    /// It waits in a queue.
    #[serde(rename = "interaction.queued")]
    InteractionQueued(InteractionDoc),
    /// It rings at an agent.
    #[serde(rename = "interaction.offered")]
    InteractionOffered(InteractionDoc),
    /// An offer ended without acceptance; the interaction is queued again or gone.
    #[serde(rename = "interaction.offer_ended")]
    InteractionOfferEnded(InteractionDoc),
    /// An agent accepted it.
    #[serde(rename = "interaction.assigned")]
    InteractionAssigned(InteractionDoc),
    /// It went to another queue or agent.
    #[serde(rename = "interaction.transferred")]
    InteractionTransferred(InteractionDoc),
    /// Wrap-up began.
    #[serde(rename = "interaction.wrapup_started")]
    InteractionWrapupStarted(InteractionDoc),
    /// It ended.
    #[serde(rename = "interaction.closed")]
    InteractionClosed(InteractionDoc),
    /// Something else about it changed: preview, read marks, customer, online.
    #[serde(rename = "interaction.changed")]
    InteractionChanged(InteractionDoc),
    /// The engine decided something about it.
    #[serde(rename = "interaction.decided")]
    InteractionDecided {
        /// Which.
        interaction: InteractionId,
        /// The decision.
        decision: DecisionDoc,
    },
    /// A message was accepted.
    #[serde(rename = "message.created")]
    MessageCreated(MessageDoc),
    /// Its delivery state changed.
    #[serde(rename = "message.changed")]
    MessageChanged(MessageDoc),
    /// An agent's presence, slots or profile changed.
    #[serde(rename = "agent.changed")]
    AgentChanged(AgentDoc),
    /// A customer was created or changed.
    #[serde(rename = "customer.changed")]
    CustomerChanged(CustomerDoc),
    /// A match was found or decided.
    #[serde(rename = "match.changed")]
    MatchChanged(MatchDoc),
    /// A case was made.
    #[serde(rename = "case.created")]
    CaseCreated(CaseDoc),
    /// A case changed, or somebody wrote about it.
    #[serde(rename = "case.changed")]
    CaseChanged(CaseDoc),
    /// Two customers were said to be one.
    #[serde(rename = "customer.merged")]
    CustomerMerged(MergeDoc),
    /// That was taken back.
    #[serde(rename = "customer.unmerged")]
    CustomerUnmerged(MergeDoc),
    /// A department was asked about a case, or what became of it.
    #[serde(rename = "forward.changed")]
    ForwardChanged(ForwardDoc),
    /// Something stands in somebody's inbox, or was seen there.
    #[serde(rename = "notice.changed")]
    NoticeChanged(NoticeDoc),
    /// A topic was created or changed.
    #[serde(rename = "topic.changed")]
    TopicChanged(TopicDoc),
    /// An organization was created or changed.
    #[serde(rename = "organization.changed")]
    OrganizationChanged(OrganizationDoc),
    /// An attribute was created or changed.
    #[serde(rename = "attribute.changed")]
    AttributeChanged(AttributeDoc),
    /// A note about a customer was written or changed.
    #[serde(rename = "note.changed")]
    NoteChanged(NoteDoc),
    /// An order was told.
    #[serde(rename = "order.changed")]
    OrderChanged(OrderDoc),
    /// A ledger entry was made or changed.
    #[serde(rename = "ledger.changed")]
    LedgerChanged(LedgerDoc),
    /// A queue was created or changed.
    #[serde(rename = "queue.changed")]
    QueueChanged(QueueDoc),
    /// Business hours were created or changed.
    #[serde(rename = "hours.changed")]
    HoursChanged(HoursDoc),
    /// The rules for work of several media at once.
    BlendingChanged(BlendingDoc),
    /// A skill was created or changed.
    #[serde(rename = "skill.changed")]
    SkillChanged(SkillDoc),
    /// A channel was created or changed, or its health did.
    #[serde(rename = "channel.changed")]
    ChannelChanged(ChannelDoc),
    /// A user was created or changed.
    #[serde(rename = "user.changed")]
    UserChanged(UserDoc),
    /// A role was created or changed.
    #[serde(rename = "role.changed")]
    RoleChanged(RoleDoc),
    /// A team was created or changed.
    #[serde(rename = "team.changed")]
    TeamChanged(TeamDoc),
    /// A pause code was created or changed.
    #[serde(rename = "pause_code.changed")]
    PauseCodeChanged(PauseCodeDoc),
    /// A disposition was created or changed.
    #[serde(rename = "disposition.changed")]
    DispositionChanged(DispositionDoc),
    /// The workspace changed.
    #[serde(rename = "workspace.changed")]
    WorkspaceChanged(WorkspaceDoc),
    /// A call began, changed or ended.
    #[serde(rename = "call.changed")]
    CallChanged(CallDoc),
    /// A recording began, grew, ended or was deleted.
    #[serde(rename = "recording.changed")]
    RecordingChanged(RecordingDoc),
    /// A trunk was created or changed, or its health did.
    #[serde(rename = "trunk.changed")]
    TrunkChanged(TrunkDoc),
    /// A phone was created or changed, or registered.
    #[serde(rename = "phone.changed")]
    PhoneChanged(PhoneDoc),
    /// A prompt was created or changed.
    #[serde(rename = "prompt.changed")]
    PromptChanged(PromptDoc),
    /// What may be dialed was changed.
    #[serde(rename = "dial_plan.changed")]
    DialPlanChanged(DialPlanDoc),
    /// A policy of service levels was created or changed.
    #[serde(rename = "policy.changed")]
    PolicyChanged(PolicyDoc),
    /// A warn point of a clock was reached.
    #[serde(rename = "sla.warned")]
    SlaWarned(SlaNoticeDoc),
    /// The time of a clock is over.
    #[serde(rename = "sla.breached")]
    SlaBreached(SlaNoticeDoc),
    /// A customer was promised something.
    #[serde(rename = "promise.made")]
    PromiseMade(PromiseDoc),
    /// It was kept, late but warned too.
    #[serde(rename = "promise.kept")]
    PromiseKept(PromiseDoc),
    /// It was broken.
    #[serde(rename = "promise.broken")]
    PromiseBroken(PromiseDoc),
    /// Somebody was reminded of it.
    #[serde(rename = "promise.nudged")]
    PromiseNudged(PromiseDoc),
    /// Something else about it changed: its time, its end.
    #[serde(rename = "promise.changed")]
    PromiseChanged(PromiseDoc),
}

impl What {
    /// The published name, `noun.verb_past`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::InteractionCreated(_) => "interaction.created",
            Self::InteractionQueued(_) => "interaction.queued",
            Self::InteractionOffered(_) => "interaction.offered",
            Self::InteractionOfferEnded(_) => "interaction.offer_ended",
            Self::InteractionAssigned(_) => "interaction.assigned",
            Self::InteractionTransferred(_) => "interaction.transferred",
            Self::InteractionWrapupStarted(_) => "interaction.wrapup_started",
            Self::InteractionClosed(_) => "interaction.closed",
            Self::InteractionChanged(_) => "interaction.changed",
            Self::InteractionDecided { .. } => "interaction.decided",
            Self::MessageCreated(_) => "message.created",
            Self::MessageChanged(_) => "message.changed",
            Self::AgentChanged(_) => "agent.changed",
            Self::CustomerChanged(_) => "customer.changed",
            Self::MatchChanged(_) => "match.changed",
            Self::CaseCreated(_) => "case.created",
            Self::CaseChanged(_) => "case.changed",
            Self::CustomerMerged(_) => "customer.merged",
            Self::CustomerUnmerged(_) => "customer.unmerged",
            Self::ForwardChanged(_) => "forward.changed",
            Self::NoticeChanged(_) => "notice.changed",
            Self::TopicChanged(_) => "topic.changed",
            Self::OrganizationChanged(_) => "organization.changed",
            Self::AttributeChanged(_) => "attribute.changed",
            Self::NoteChanged(_) => "note.changed",
            Self::OrderChanged(_) => "order.changed",
            Self::LedgerChanged(_) => "ledger.changed",
            Self::QueueChanged(_) => "queue.changed",
            Self::HoursChanged(_) => "hours.changed",
            Self::BlendingChanged(_) => "blending.changed",
            Self::SkillChanged(_) => "skill.changed",
            Self::ChannelChanged(_) => "channel.changed",
            Self::UserChanged(_) => "user.changed",
            Self::RoleChanged(_) => "role.changed",
            Self::TeamChanged(_) => "team.changed",
            Self::PauseCodeChanged(_) => "pause_code.changed",
            Self::DispositionChanged(_) => "disposition.changed",
            Self::WorkspaceChanged(_) => "workspace.changed",
            Self::CallChanged(_) => "call.changed",
            Self::RecordingChanged(_) => "recording.changed",
            Self::TrunkChanged(_) => "trunk.changed",
            Self::PhoneChanged(_) => "phone.changed",
            Self::PromptChanged(_) => "prompt.changed",
            Self::DialPlanChanged(_) => "dial_plan.changed",
            Self::PolicyChanged(_) => "policy.changed",
            Self::SlaWarned(_) => "sla.warned",
            Self::SlaBreached(_) => "sla.breached",
            Self::PromiseMade(_) => "promise.made",
            Self::PromiseKept(_) => "promise.kept",
            Self::PromiseBroken(_) => "promise.broken",
            Self::PromiseNudged(_) => "promise.nudged",
            Self::PromiseChanged(_) => "promise.changed",
        }
    }
}
