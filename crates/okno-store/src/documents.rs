//! How each document is stored: its table and the index columns derived from it.

use crate::{Entity, Value, params};
use okno_model::{
    AgentId, AttachmentId, CallId, CaseEdgeId, CaseEntryId, CaseId, ChannelId, DispositionId, ForwardId, HoursId, InteractionId, MatchId,
    MessageId, NoticeId, PauseCodeId, PhoneId, PolicyId, PromiseId, PromptId, QueueId, RecordingId, RoleId, SegmentId, SkillId, TeamId,
    TopicId, TrunkId, UnitId, UserId, WorkspaceId,
    doc::{
        AgentDoc, AttachmentDoc, BlendingDoc, CallDirection, CallDoc, CallState, CaseDoc, CaseEdgeDoc, CaseEntryDoc, CaseState, ChannelDoc,
        ChannelSettings, DialPlanDoc, DispositionDoc, ForwardDoc, HoursDoc, InteractionDoc, LedgerDoc, MatchDoc, MessageDoc, MessageKind,
        NoticeDoc, PauseCodeDoc, PhoneDoc, PolicyDoc, PromiseDoc, PromptDoc, QueueDoc, RecordingDoc, RoleDoc, SegmentDoc, SkillDoc,
        TeamDoc, TopicDoc, TrunkDoc, UserDoc, WorkspaceDoc,
    },
    event::What,
};
use uuid::Uuid;

/// Small configuration documents: `id, ws, name, doc`, listed by name.
macro_rules! named {
    ($($doc:ty, $id:ty, $table:literal;)*) => {$(
        impl Entity for $doc {
            type Id = $id;
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &["name"];
            const ORDER: &'static str = "name, id";

            fn id(&self) -> $id {
                self.id
            }

            fn columns(&self) -> Vec<Value> {
                params![self.name.as_str()].to_vec()
            }
        }
    )*};
}

named! {
    RoleDoc, RoleId, "roles";
    TeamDoc, TeamId, "teams";
    TopicDoc, TopicId, "topics";
    SkillDoc, SkillId, "skills";
    QueueDoc, QueueId, "queues";
    HoursDoc, HoursId, "hours";
    PauseCodeDoc, PauseCodeId, "pause_codes";
    DispositionDoc, DispositionId, "dispositions";
    TrunkDoc, TrunkId, "trunks";
    PromptDoc, PromptId, "prompts";
    PolicyDoc, PolicyId, "policies";
}

impl Entity for WorkspaceDoc {
    type Id = WorkspaceId;
    const TABLE: &'static str = "workspaces";
    const COLUMNS: &'static [&'static str] = &[];

    fn id(&self) -> WorkspaceId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        Vec::new()
    }
}

impl Entity for UserDoc {
    type Id = UserId;
    const TABLE: &'static str = "users";
    const COLUMNS: &'static [&'static str] = &["email", "name"];
    const ORDER: &'static str = "name, id";

    fn id(&self) -> UserId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        // Sign-in names differ by more than case.
        params![self.email.to_lowercase(), self.name.as_str()].to_vec()
    }
}

impl Entity for ChannelDoc {
    type Id = ChannelId;
    const TABLE: &'static str = "channels";
    const COLUMNS: &'static [&'static str] = &["kind", "key", "name"];
    const ORDER: &'static str = "name, id";

    fn id(&self) -> ChannelId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        let key = match &self.settings {
            ChannelSettings::Mailbox(mailbox) => mailbox.address.to_lowercase(),
            ChannelSettings::Widget(widget) => widget.key.clone(),
            // Numbers are several: they are looked up in the documents, and no two channels may share one.
            ChannelSettings::Phone(_) => self.id.to_string(),
        };
        params![self.kind, key, self.name.as_str()].to_vec()
    }
}

impl Entity for AgentDoc {
    type Id = AgentId;
    const TABLE: &'static str = "agent_states";
    const KEY: &'static str = "agent";
    const COLUMNS: &'static [&'static str] = &[];
    const ORDER: &'static str = "agent";

    fn id(&self) -> AgentId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        Vec::new()
    }
}

impl Entity for MatchDoc {
    type Id = MatchId;
    const TABLE: &'static str = "matches";
    const COLUMNS: &'static [&'static str] = &["customer", "other", "state", "confidence"];

    fn id(&self) -> MatchId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.customer, self.other, self.state.as_str(), self.confidence].to_vec()
    }
}

impl Entity for InteractionDoc {
    type Id = InteractionId;
    const TABLE: &'static str = "interactions";
    const COLUMNS: &'static [&'static str] =
        &["channel", "medium", "customer", "queue", "agent", "state", "priority", "created", "enqueued", "last_at", "previous"];
    const ORDER: &'static str = "created, id";

    fn id(&self) -> InteractionId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![
            self.channel,
            self.medium,
            self.customer,
            self.queue,
            self.agent,
            self.state.word(),
            self.priority,
            self.created,
            self.enqueued,
            self.last_at,
            self.previous,
        ]
        .to_vec()
    }
}

impl Entity for SegmentDoc {
    type Id = SegmentId;
    const TABLE: &'static str = "segments";
    const COLUMNS: &'static [&'static str] = &["interaction", "queue", "agent", "enqueued", "ended"];
    const ORDER: &'static str = "enqueued, id";

    fn id(&self) -> SegmentId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.interaction, self.queue, self.agent, self.enqueued, self.ended].to_vec()
    }
}

impl Entity for MessageDoc {
    type Id = MessageId;
    const TABLE: &'static str = "messages";
    const COLUMNS: &'static [&'static str] = &["interaction", "number", "client_id", "kind", "at"];
    const ORDER: &'static str = "at, id";

    fn id(&self) -> MessageId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        let kind = match self.kind {
            MessageKind::Inbound => "inbound",
            MessageKind::Outbound => "outbound",
            MessageKind::Note => "note",
            MessageKind::Event => "event",
        };
        params![self.interaction, self.number, self.client_id.clone(), kind, self.at].to_vec()
    }
}

/// Made with [`Tx::insert_with`], which gives the columns `uploader`, `blob`, `created`, and later `message`, `content_id`.
impl Entity for AttachmentDoc {
    type Id = AttachmentId;
    const TABLE: &'static str = "attachments";
    const COLUMNS: &'static [&'static str] = &["name", "mime", "size"];
    const NEEDS_EXTRAS: bool = true;

    fn id(&self) -> AttachmentId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.name.as_str(), self.mime.as_str(), self.size].to_vec()
    }
}

/// Made with [`Tx::insert_with`], which gives the columns `key`, `twin`, `raw_blob`, `envelope`.
impl Entity for LedgerDoc {
    type Id = UnitId;
    const TABLE: &'static str = "ledger";
    const COLUMNS: &'static [&'static str] =
        &["channel", "kind", "state", "cause", "queue", "owner", "received", "deadline", "ended", "interaction", "customer"];
    const ORDER: &'static str = "received, id";
    const NEEDS_EXTRAS: bool = true;

    fn id(&self) -> UnitId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![
            self.channel,
            self.kind,
            self.state,
            self.cause,
            self.queue,
            self.owner,
            self.received,
            self.deadline,
            self.ended,
            self.interaction,
            self.customer,
        ]
        .to_vec()
    }
}

impl Entity for PhoneDoc {
    type Id = PhoneId;
    const TABLE: &'static str = "phones";
    const COLUMNS: &'static [&'static str] = &["name", "login", "agent"];
    const ORDER: &'static str = "name, id";

    fn id(&self) -> PhoneId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.name.as_str(), self.login.to_lowercase(), self.agent].to_vec()
    }
}

impl Entity for BlendingDoc {
    type Id = WorkspaceId;
    const TABLE: &'static str = "blendings";
    const COLUMNS: &'static [&'static str] = &[];

    fn id(&self) -> WorkspaceId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        Vec::new()
    }
}

impl Entity for DialPlanDoc {
    type Id = WorkspaceId;
    const TABLE: &'static str = "dial_plans";
    const COLUMNS: &'static [&'static str] = &[];

    fn id(&self) -> WorkspaceId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        Vec::new()
    }
}

/// Made with [`Tx::insert_with`], which gives the columns `key` and `node`.
impl Entity for CallDoc {
    type Id = CallId;
    const TABLE: &'static str = "calls";
    const COLUMNS: &'static [&'static str] = &["interaction", "channel", "state", "started", "direction", "talked", "search"];
    const ORDER: &'static str = "started, id";
    const NEEDS_EXTRAS: bool = true;

    fn id(&self) -> CallId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        let state = match self.state {
            CallState::Ringing => "ringing",
            CallState::Waiting => "waiting",
            CallState::Voicemail => "voicemail",
            CallState::Talking => "talking",
            CallState::Held => "held",
            CallState::Ended { .. } => "ended",
        };
        let direction = match self.direction {
            CallDirection::Inbound => "inbound",
            CallDirection::Outbound => "outbound",
        };
        let names = self.legs.iter().map(|leg| leg.name.as_str()).filter(|name| !name.is_empty());
        let search = [self.number.as_str(), self.our_number.as_str()].into_iter().chain(names).collect::<Vec<_>>().join(" ").to_lowercase();
        params![self.interaction, self.channel, state, self.started, direction, i64::from(self.connected.is_some()), search].to_vec()
    }
}

impl Entity for CaseDoc {
    type Id = CaseId;
    const TABLE: &'static str = "cases";
    const COLUMNS: &'static [&'static str] =
        &["number", "kind", "state", "customer", "assignee", "team", "queue", "topic", "priority", "updated", "wake", "search"];
    const ORDER: &'static str = "created, id";

    fn id(&self) -> CaseId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        // When a hold ends by itself.
        let wake = if let CaseState::OnHold { until, .. } = &self.state { *until } else { None };
        let search = [self.number.as_str(), self.title.as_str(), self.customer_name.as_str()].join(" ").to_lowercase();
        params![
            self.number.as_str(),
            self.kind,
            self.state.word(),
            self.customer,
            self.assignee,
            self.team,
            self.queue,
            self.topic,
            self.priority,
            self.updated,
            wake,
            search
        ]
        .to_vec()
    }
}

impl Entity for CaseEntryDoc {
    type Id = CaseEntryId;
    const TABLE: &'static str = "case_entries";
    const COLUMNS: &'static [&'static str] = &["case_id", "number", "at"];
    const ORDER: &'static str = "at, id";

    fn id(&self) -> CaseEntryId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.case, self.number, self.at].to_vec()
    }
}

impl Entity for CaseEdgeDoc {
    type Id = CaseEdgeId;
    const TABLE: &'static str = "case_edges";
    const COLUMNS: &'static [&'static str] = &["kind", "part", "whole", "undone"];

    fn id(&self) -> CaseEdgeId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.kind.word(), self.part, self.whole, self.undone].to_vec()
    }
}

impl Entity for ForwardDoc {
    type Id = ForwardId;
    const TABLE: &'static str = "case_forwards";
    const COLUMNS: &'static [&'static str] = &["case_id", "department", "state", "at", "next"];
    const ORDER: &'static str = "at, id";

    fn id(&self) -> ForwardId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.case, self.department, self.state.word(), self.at, self.state.next()].to_vec()
    }
}

impl Entity for NoticeDoc {
    type Id = NoticeId;
    const TABLE: &'static str = "notices";
    const COLUMNS: &'static [&'static str] = &["person", "at", "seen"];
    const ORDER: &'static str = "at, id";

    fn id(&self) -> NoticeId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.to, self.at, self.seen].to_vec()
    }
}

/// Made with [`Tx::insert_with`], which gives the column `secret`.
impl Entity for RecordingDoc {
    type Id = RecordingId;
    const TABLE: &'static str = "recordings";
    const COLUMNS: &'static [&'static str] = &["call", "interaction", "started", "expires"];
    const ORDER: &'static str = "started, id";
    const NEEDS_EXTRAS: bool = true;

    fn id(&self) -> RecordingId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.call, self.interaction, self.started, self.expires].to_vec()
    }
}

/// Made with [`Tx::insert_with`] where it follows from something else: that gives the column `key`.
impl Entity for PromiseDoc {
    type Id = PromiseId;
    const TABLE: &'static str = "promises";
    const COLUMNS: &'static [&'static str] = &["interaction", "customer", "owner", "queue", "state", "owed", "source", "made", "due"];
    const ORDER: &'static str = "due, id";

    fn id(&self) -> PromiseId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![
            self.interaction,
            self.customer,
            self.owner,
            self.queue,
            self.state.word(),
            i64::from(self.state.is_owed()),
            self.source.word(),
            self.made,
            self.due,
        ]
        .to_vec()
    }
}

/// What an event is about: the id of its document, so that one entity's events can be read.
pub(crate) fn subject(what: &What) -> Uuid {
    match what {
        What::InteractionCreated(d)
        | What::InteractionQueued(d)
        | What::InteractionOffered(d)
        | What::InteractionOfferEnded(d)
        | What::InteractionAssigned(d)
        | What::InteractionTransferred(d)
        | What::InteractionWrapupStarted(d)
        | What::InteractionClosed(d)
        | What::InteractionChanged(d) => d.id.0,
        What::InteractionDecided { interaction, .. } => interaction.0,
        What::MessageCreated(d) | What::MessageChanged(d) => d.interaction.0,
        What::AgentChanged(d) => d.id.0,
        What::CustomerChanged(d) => d.id.0,
        What::MatchChanged(d) => d.id.0,
        What::CaseCreated(d) | What::CaseChanged(d) => d.id.0,
        What::CustomerMerged(d) | What::CustomerUnmerged(d) => d.into.0,
        What::ForwardChanged(d) => d.id.0,
        What::NoticeChanged(d) => d.id.0,
        What::TopicChanged(d) => d.id.0,
        What::OrganizationChanged(d) => d.id.0,
        What::AttributeChanged(d) => d.id.0,
        What::NoteChanged(d) => d.customer.0,
        What::OrderChanged(d) => d.customer.0,
        What::LedgerChanged(d) => d.id.0,
        What::QueueChanged(d) => d.id.0,
        What::HoursChanged(d) => d.id.0,
        What::BlendingChanged(d) => d.id.0,
        What::SkillChanged(d) => d.id.0,
        What::ChannelChanged(d) => d.id.0,
        What::UserChanged(d) => d.id.0,
        What::RoleChanged(d) => d.id.0,
        What::TeamChanged(d) => d.id.0,
        What::PauseCodeChanged(d) => d.id.0,
        What::DispositionChanged(d) => d.id.0,
        What::WorkspaceChanged(d) => d.id.0,
        What::CallChanged(d) => d.id.0,
        What::RecordingChanged(d) => d.id.0,
        What::TrunkChanged(d) => d.id.0,
        What::PhoneChanged(d) => d.id.0,
        What::PromptChanged(d) => d.id.0,
        What::DialPlanChanged(d) => d.id.0,
        What::PolicyChanged(d) => d.id.0,
        What::SlaWarned(d) | What::SlaBreached(d) => d.case.map(|id| id.0).or(d.interaction.map(|id| id.0)).unwrap_or(d.policy.0),
        What::PromiseMade(d) | What::PromiseKept(d) | What::PromiseBroken(d) | What::PromiseNudged(d) | What::PromiseChanged(d) => d.id.0,
    }
}
