//! Cases: what customers want done, over any number of interactions.

use crate::{
    CaseEdgeId, CaseEntryId, CaseId, CustomerId, ForwardId, HoursId, InteractionId, NoticeId, QueueId, TeamId, Timestamp, TopicId, UserId,
    event::Actor, medium::words,
};
use serde_json::Value;

words! {
    /// What a case is.
    CaseKind {
        /// The customer wants to know something.
        Question = "question",
        /// He wants something done.
        Request = "request",
        /// He is not content and expects an answer to that.
        Complaint = "complaint",
        /// He proposes something.
        Suggestion = "suggestion",
        /// It is about something that he buys.
        Order = "order",
    }
}

words! {
    /// Why something stands in an inbox.
    NoticeKind {
        /// Somebody named me.
        Mention = "mention",
        /// A case became mine.
        Assigned = "assigned",
        /// My department was asked.
        Asked = "asked",
        /// My department has not reacted to a question.
        Nudge = "nudge",
        /// A department is silent.
        Silent = "silent",
        /// The next step of a case of mine is ours again: the customer or a department answered, or its hold is over.
        Next = "next",
        /// Something changed in a case that I watch.
        Watched = "watched",
    }
}

words! {
    /// How a case stands to another one.
    CaseLinkKind {
        /// They have to do with each other.
        Relates = "relates",
        /// The other one cannot go on before this one is done.
        Blocks = "blocks",
        /// The other one is about the same.
        Duplicates = "duplicates",
        /// The other one is the greater whole.
        Parent = "parent",
        /// It goes on from the other one.
        Follows = "follows",
    }
}

words! {
    /// The steps of handling a complaint, in the order of ISO 10002.
    ComplaintStage {
        /// The customer was told that we have it.
        Acknowledge = "acknowledge",
        /// How grave it is, and what it touches.
        Assess = "assess",
        /// What happened.
        Investigate = "investigate",
        /// What we told the customer.
        Respond = "respond",
        /// How it ended for him.
        Close = "close",
    }
}

words! {
    /// What an edge between two cases is.
    EdgeKind {
        /// One became a part of the other.
        Merged = "merged",
        /// One came out of the other.
        Split = "split",
    }
}

documents! {
    /// The life of a case, drawn in `docs/machines/case.md`. Exactly one; its data sits inside.
    #[serde(tag = "kind", rename_all = "snake_case")]
    #[derive(Eq)]
    pub enum CaseState {
        /// Nobody has begun with it.
        New,
        /// We have to do the next step.
        Open { since: Timestamp },
        /// The customer has to do the next step.
        WaitingCustomer { since: Timestamp },
        /// A department has to answer.
        WaitingDepartment { since: Timestamp, department: TeamId },
        /// Nothing can be done for a while: until a time, or until somebody goes on with it.
        OnHold { since: Timestamp, until: Option<Timestamp>, reason: String },
        /// Done, as we see it; the customer may say that it is not.
        Resolved { at: Timestamp },
        /// Over.
        Closed { at: Timestamp, resolved: Timestamp },
        /// It is a part of another case now.
        Merged { at: Timestamp, into: CaseId },
    }

    /// What a customer wants done, over any number of interactions.
    pub struct CaseDoc {
        /// Id.
        pub id: CaseId,
        /// The number that people say: `2026-000123`. Counts within the year and the workspace; numbers may be missing.
        pub number: String,
        /// Grows with each change: who changes a version that is not the newest is refused.
        pub version: i64,
        /// What it is.
        pub kind: CaseKind,
        /// In a few words.
        pub title: String,
        /// What it is about; `None` if nobody has said so.
        pub topic: Option<TopicId>,
        /// Whose it is; `None` for a case of our own.
        pub customer: Option<CustomerId>,
        /// His shown name, repeated here so that a list needs no second fetch; empty without a customer.
        pub customer_name: String,
        /// Language of the customer, BCP 47, if known.
        pub language: Option<String>,
        /// State.
        pub state: CaseState,
        /// Who sees to it.
        pub assignee: Option<UserId>,
        /// Team that sees to it.
        pub team: Option<TeamId>,
        /// Queue that it belongs to.
        pub queue: Option<QueueId>,
        /// 0 lowest, 9 highest.
        pub priority: u8,
        /// Free words, lower case, sorted.
        pub tags: Vec<String>,
        /// The conversations about it, in the order in which they were added.
        pub interactions: Vec<InteractionId>,
        /// When it was made.
        pub created: Timestamp,
        /// Who made it; `None` if okno did.
        pub created_by: Option<UserId>,
        /// When it was last changed or commented on.
        pub updated: Timestamp,
        /// Number of its last entry (1, 2, ...).
        pub last_entry: i64,
        /// How often it was opened again.
        pub reopened: u32,
        /// The question to a department that is open.
        #[serde(default)]
        pub forward: Option<ForwardId>,
        /// Departments that were asked: they may see it from then on.
        #[serde(default)]
        pub departments: Vec<TeamId>,
        /// Who wants to know what happens to it, and may see it because of that.
        #[serde(default)]
        pub watchers: Vec<UserId>,
        /// How it stands to other cases.
        #[serde(default)]
        pub links: Vec<CaseLink>,
        /// What has to be done, in order.
        #[serde(default)]
        pub checklist: Vec<CheckItem>,
        /// What was done with a complaint, step by step, as evidence.
        #[serde(default)]
        pub complaint: Vec<ComplaintStep>,
        /// Whether the customer can look at its state by a link.
        #[serde(default)]
        pub page: CasePage,
    }

    /// One line of a case's history.
    pub struct CaseEntryDoc {
        /// Id.
        pub id: CaseEntryId,
        /// Of which case.
        pub case: CaseId,
        /// Number within the case: 1, 2, ... without gaps.
        pub number: i64,
        /// When.
        pub at: Timestamp,
        /// Who.
        pub by: Actor,
        /// Version of the case after it.
        pub version: i64,
        /// What happened.
        pub what: CaseEntry,
        /// The entry that took this one back.
        pub undone: Option<CaseEntryId>,
    }

    /// What happened to a case.
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub enum CaseEntry {
        /// It was made.
        Created,
        /// Fields were changed.
        Changed { changes: Vec<FieldChange> },
        /// Somebody wrote something for colleagues; customers never see it. Who is named learns of it.
        Comment {
            text: String,
            #[serde(default)]
            mentions: Vec<UserId>,
        },
        /// A step of handling a complaint was done.
        Complaint { stage: ComplaintStage, text: String },
        /// Another case became a part of this one.
        Merged { edge: CaseEdgeId, part: CaseId, number: String },
        /// It became a part of another case.
        MergedInto { edge: CaseEdgeId, whole: CaseId, number: String },
        /// Some of its conversations became a case of their own.
        Split { edge: CaseEdgeId, part: CaseId, number: String },
        /// It came out of another case.
        SplitFrom { edge: CaseEdgeId, whole: CaseId, number: String },
        /// A merge or a split was taken back.
        Rejoined { edge: CaseEdgeId, other: CaseId, number: String },
        /// A conversation was added.
        Linked { interaction: InteractionId },
        /// A conversation was taken away.
        Unlinked { interaction: InteractionId },
        /// A department was asked.
        Forwarded { forward: ForwardId, department: TeamId, text: String, accept_by: Timestamp },
        /// A department took the question.
        Accepted { forward: ForwardId, department: TeamId, answer_by: Timestamp },
        /// A department answered.
        Answered { forward: ForwardId, department: TeamId, text: String },
        /// A department gave the question back.
        Declined { forward: ForwardId, department: TeamId, reason: String },
        /// The department need not answer any more.
        Recalled { forward: ForwardId, department: TeamId },
        /// A department is silent; who was told of it.
        Escalated { forward: ForwardId, department: TeamId, level: u8, told: Vec<UserId> },
        /// An earlier entry was taken back, by these changes.
        Undone { entry: CaseEntryId, changes: Vec<FieldChange> },
    }

    /// What cases are about: a tree.
    #[derive(Eq)]
    pub struct TopicDoc {
        /// Id.
        pub id: TopicId,
        /// Shown name.
        pub name: String,
        /// The wider topic; `None` at the top.
        pub parent: Option<TopicId>,
        /// Hidden from choice.
        pub archived: bool,
    }

    /// What makes a team a department: it is asked about cases, and its silence is heard.
    #[derive(Eq)]
    pub struct DepartmentDoc {
        /// Who is told when it is silent.
        pub head: Option<UserId>,
        /// Within so many minutes somebody has to accept a question.
        pub accept_minutes: u32,
        /// Within so many minutes after that it has to be answered.
        pub answer_minutes: u32,
        /// Hours in which these minutes count; `None` for day and night.
        pub hours: Option<HoursId>,
    }

    /// One question to a department about a case.
    pub struct ForwardDoc {
        /// Id.
        pub id: ForwardId,
        /// Of which case.
        pub case: CaseId,
        /// Who is asked.
        pub department: TeamId,
        /// What is asked.
        pub text: String,
        /// Who asks; `None` if okno does.
        pub by: Option<UserId>,
        /// When.
        pub at: Timestamp,
        /// State.
        pub state: ForwardState,
    }

    /// The life of a question to a department, drawn in `docs/machines/forward.md`.
    #[serde(tag = "kind", rename_all = "snake_case")]
    #[derive(Eq)]
    pub enum ForwardState {
        /// Nobody has taken it.
        Waiting { clock: ForwardClock },
        /// Somebody of the department has.
        Accepted { at: Timestamp, by: UserId, clock: ForwardClock },
        /// Answered.
        Answered { at: Timestamp, by: UserId, text: String },
        /// Given back.
        Declined { at: Timestamp, by: UserId, reason: String },
        /// Not needed any more.
        Recalled { at: Timestamp },
    }

    /// When silence is heard, and by whom. All three are in the hours of the department.
    #[derive(Copy, Eq)]
    pub struct ForwardClock {
        /// Half of the time is over: the department is reminded.
        pub nudge: Timestamp,
        /// The time is over: the head is told.
        pub due: Timestamp,
        /// Half of it again: supervisors are told.
        pub last: Timestamp,
        /// How many of these three have happened.
        pub level: u8,
    }

    /// One line in somebody's inbox about a case.
    #[derive(Eq)]
    pub struct NoticeDoc {
        /// Id.
        pub id: NoticeId,
        /// Whose inbox.
        pub to: UserId,
        /// About which case.
        pub case: CaseId,
        /// Its number.
        pub number: String,
        /// Its title.
        pub title: String,
        /// What happened.
        pub kind: NoticeKind,
        /// Who did it; `None` if okno or the customer did.
        pub by: Option<UserId>,
        /// Beginning of what was said; may be empty.
        pub text: String,
        /// When.
        pub at: Timestamp,
        /// When he saw it.
        pub seen: Option<Timestamp>,
    }

    /// How a case stands to another one.
    #[derive(Eq)]
    pub struct CaseLink {
        /// How.
        pub kind: CaseLinkKind,
        /// To which.
        pub case: CaseId,
    }

    /// One step of handling a complaint, done and recorded. Never taken back: evidence is added to.
    #[derive(Eq)]
    pub struct ComplaintStep {
        /// Which.
        pub stage: ComplaintStage,
        /// When.
        pub at: Timestamp,
        /// Who.
        pub by: UserId,
        /// What was done, found or said.
        pub text: String,
    }

    /// The public page of a case. A link names its generation, so that an old one can be closed for good.
    #[serde(tag = "kind", rename_all = "snake_case")]
    #[derive(Copy, Eq, Default)]
    pub enum CasePage {
        /// There was never a link.
        #[default]
        Never,
        /// The link of this generation opens it.
        Open { generation: u32 },
        /// No link opens it; the last one was of this generation.
        Closed { generation: u32 },
    }

    /// One thing that has to be done.
    #[derive(Eq)]
    pub struct CheckItem {
        /// What.
        pub text: String,
        /// It is done.
        pub done: bool,
    }

    /// A merge or a split: what is needed to take it back.
    pub struct CaseEdgeDoc {
        /// Id.
        pub id: CaseEdgeId,
        /// `merged` or `split`.
        pub kind: EdgeKind,
        /// The case that became a part, or came out.
        pub part: CaseId,
        /// The case that has it, or had it.
        pub whole: CaseId,
        /// When.
        pub at: Timestamp,
        /// Who.
        pub by: UserId,
        /// Where the part stood before a merge.
        pub before: CaseState,
        /// The conversations that went over.
        pub interactions: Vec<InteractionId>,
        /// When it was taken back.
        pub undone: Option<Timestamp>,
    }

    /// What happens in cases because of time, for the whole workspace.
    #[derive(Eq, Copy)]
    #[serde(deny_unknown_fields)]
    pub struct CaseSettings {
        /// A message of the customer opens a resolved case again for so many days; later it begins a new one that is linked.
        pub reopen_days: u16,
        /// A resolved case is closed after so many days; 0 for never.
        pub close_days: u16,
    }

    /// One field before and after.
    pub struct FieldChange {
        /// Name of the field, as in the case.
        pub field: String,
        /// Before.
        pub before: Value,
        /// After.
        pub after: Value,
    }
}

impl ForwardState {
    /// The word of the state.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Waiting { .. } => "waiting",
            Self::Accepted { .. } => "accepted",
            Self::Answered { .. } => "answered",
            Self::Declined { .. } => "declined",
            Self::Recalled { .. } => "recalled",
        }
    }

    /// When silence is heard next; `None` if nothing runs or everybody has been told.
    pub const fn next(&self) -> Option<Timestamp> {
        match self {
            Self::Waiting { clock } | Self::Accepted { clock, .. } => match clock.level {
                0 => Some(clock.nudge),
                1 => Some(clock.due),
                2 => Some(clock.last),
                _ => None,
            },
            Self::Answered { .. } | Self::Declined { .. } | Self::Recalled { .. } => None,
        }
    }

    /// Whether the department still has to answer.
    pub const fn is_open(&self) -> bool {
        match self {
            Self::Waiting { .. } | Self::Accepted { .. } => true,
            Self::Answered { .. } | Self::Declined { .. } | Self::Recalled { .. } => false,
        }
    }
}

impl CaseState {
    /// The word of the state, as stored and shown in addresses.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open { .. } => "open",
            Self::WaitingCustomer { .. } => "waiting_customer",
            Self::WaitingDepartment { .. } => "waiting_department",
            Self::OnHold { .. } => "on_hold",
            Self::Resolved { .. } => "resolved",
            Self::Closed { .. } => "closed",
            Self::Merged { .. } => "merged",
        }
    }

    /// Whether something is still to be done.
    pub const fn is_open(&self) -> bool {
        match self {
            Self::New | Self::Open { .. } | Self::WaitingCustomer { .. } | Self::WaitingDepartment { .. } | Self::OnHold { .. } => true,
            Self::Resolved { .. } | Self::Closed { .. } | Self::Merged { .. } => false,
        }
    }
}
