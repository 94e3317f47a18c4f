//! Rights and scopes.

use crate::medium::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a user may do. Each right is granted with a [`Scope`].
    Right {
        /// Be offered interactions and work on them.
        AgentWork = "agent.work",
        /// Take an interaction from a list without an offer.
        InteractionPull = "interaction.pull",
        /// See interactions, their messages and attachments.
        InteractionRead = "interaction.read",
        /// Write to customers and write notes.
        InteractionWrite = "interaction.write",
        /// Move interactions of others, end them, change their queue.
        InteractionManage = "interaction.manage",
        /// See customers and their history.
        CustomerRead = "customer.read",
        /// Change customers, decide matches.
        CustomerWrite = "customer.write",
        /// See cases and their history.
        CaseRead = "case.read",
        /// Make cases, change them and comment on them.
        CaseWrite = "case.write",
        /// Accept and answer what a department is asked about cases.
        CaseAnswer = "case.answer",
        /// Merge and split cases, take back what others did, configure topics.
        CaseManage = "case.manage",
        /// See other agents' presence and work.
        AgentRead = "agent.read",
        /// Change other agents' presence.
        AgentManage = "agent.manage",
        /// See the ledger.
        LedgerRead = "ledger.read",
        /// Recover or refuse ledger entries.
        LedgerManage = "ledger.manage",
        /// Configure queues, skills, codes.
        RoutingConfigure = "routing.configure",
        /// Configure channels and see their state.
        ChannelConfigure = "channel.configure",
        /// Configure users, teams and roles.
        UserConfigure = "user.configure",
        /// Configure the workspace.
        WorkspaceConfigure = "workspace.configure",
        /// Call customers and colleagues.
        CallDial = "call.dial",
        /// Hear calls of others without being heard.
        CallMonitor = "call.monitor",
        /// Speak to the agent alone, to everybody, or take over a call of another.
        CallBarge = "call.barge",
        /// Listen to recordings.
        RecordingListen = "recording.listen",
        /// Start, pause and stop a recording.
        RecordingControl = "recording.control",
        /// Configure trunks, numbers, phones, prompts and what may be dialed.
        VoiceConfigure = "voice.configure",
        /// Read the audit log.
        AuditRead = "audit.read",
        /// Read the raw event stream.
        EventsRead = "events.read",
    }
}

words! {
    /// How far a right reaches. Ordered: each scope includes the ones before it.
    Scope {
        /// What is mine: my interactions, my own state.
        Own = "own",
        /// What belongs to members of my team.
        Team = "team",
        /// What is in the queues that I serve.
        Queue = "queue",
        /// Everything in the workspace.
        All = "all",
    }
}

/// One right with its scope, as stored in a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Grant {
    /// The right.
    pub right: Right,
    /// How far it reaches.
    pub scope: Scope,
}

/// The roles that every new workspace starts with; all editable.
pub fn default_roles() -> Vec<(&'static str, &'static str, Vec<Grant>)> {
    use {Right as R, Scope as S};
    let g = |right, scope| Grant { right, scope };
    let agent = vec![
        g(R::AgentWork, S::Own),
        g(R::InteractionRead, S::Queue),
        g(R::InteractionWrite, S::Own),
        g(R::CustomerRead, S::All),
        g(R::CustomerWrite, S::Own),
        g(R::CaseRead, S::Queue),
        g(R::CaseWrite, S::Queue),
        g(R::CaseAnswer, S::Team),
        g(R::AgentRead, S::Team),
        g(R::CallDial, S::Own),
        g(R::RecordingListen, S::Own),
        g(R::RecordingControl, S::Own),
    ];
    let senior = with(
        &agent,
        &[
            g(R::InteractionPull, S::Queue),
            g(R::InteractionWrite, S::Queue),
            g(R::CaseManage, S::Queue),
            g(R::LedgerRead, S::Queue),
            g(R::CallMonitor, S::Queue),
            g(R::CallBarge, S::Queue),
        ],
    );
    let supervisor = vec![
        g(R::AgentWork, S::Own),
        g(R::InteractionPull, S::All),
        g(R::InteractionRead, S::All),
        g(R::InteractionWrite, S::All),
        g(R::InteractionManage, S::All),
        g(R::CustomerRead, S::All),
        g(R::CustomerWrite, S::All),
        g(R::CaseRead, S::All),
        g(R::CaseWrite, S::All),
        g(R::CaseAnswer, S::All),
        g(R::CaseManage, S::All),
        g(R::AgentRead, S::All),
        g(R::AgentManage, S::All),
        g(R::LedgerRead, S::All),
        g(R::LedgerManage, S::All),
        g(R::RoutingConfigure, S::All),
        g(R::CallDial, S::Own),
        g(R::CallMonitor, S::All),
        g(R::CallBarge, S::All),
        g(R::RecordingListen, S::All),
        g(R::RecordingControl, S::All),
    ];
    let every: Vec<Grant> = R::ALL.iter().map(|&right| g(right, S::All)).collect();
    let admin: Vec<Grant> = every.iter().copied().filter(|g| g.right != R::AgentWork).collect();
    // Light: sees what his department was asked, and answers; no queues, no customers.
    let expert = vec![g(R::CaseRead, S::Team), g(R::CaseAnswer, S::Team)];
    let auditor = vec![g(R::AuditRead, S::All), g(R::EventsRead, S::All), g(R::LedgerRead, S::All)];
    vec![
        ("agent", "Agent", agent),
        ("senior", "Senior agent", senior),
        ("supervisor", "Supervisor", supervisor),
        ("expert", "Department expert", expert),
        ("auditor", "Auditor", auditor),
        ("admin", "Administrator", admin),
        ("owner", "Owner", every),
    ]
}

/// `base` with the widest scope of each right of both.
fn with(base: &[Grant], more: &[Grant]) -> Vec<Grant> {
    let mut all = base.to_vec();
    for grant in more {
        match all.iter_mut().find(|g| g.right == grant.right) {
            Some(had) => had.scope = had.scope.max(grant.scope),
            None => all.push(*grant),
        }
    }
    all
}
