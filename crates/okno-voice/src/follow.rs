//! The journal brings facts to calls.

use crate::{actor::Message, dial, hub::Hub, office::Follow};
use okno_model::{
    doc::InteractionDoc,
    event::{Event, What},
};
use std::{sync::Arc, time::Duration};

/// After a failed read.
const AGAIN: Duration = Duration::from_secs(1);

/// Follows until the task is ended.
pub(crate) async fn run(hub: Arc<Hub>, mut journal: Follow) {
    loop {
        match journal.next().await {
            Ok(events) => {
                for event in events {
                    told(&hub, &event);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the journal cannot be read; calls hear of changes later");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

fn told(hub: &Arc<Hub>, event: &Event) {
    let seq = event.seq;
    hub.with(|map| map.early.hear(seq));
    match &event.what {
        What::InteractionQueued(doc)
        | What::InteractionOffered(doc)
        | What::InteractionOfferEnded(doc)
        | What::InteractionAssigned(doc)
        | What::InteractionTransferred(doc)
        | What::InteractionWrapupStarted(doc)
        | What::InteractionClosed(doc) => interaction(hub, doc, seq),
        What::AgentChanged(doc) => hub.with(|map| {
            if map.names.get(&doc.id) != Some(&doc.name) {
                map.names.insert(doc.id, doc.name.clone());
            }
        }),
        // Its state is told by the events above.
        What::InteractionCreated(_)
        | What::InteractionChanged(_)
        | What::InteractionDecided { .. }
        | What::MessageCreated(_)
        | What::MessageChanged(_)
        | What::CustomerChanged(_)
        | What::MatchChanged(_)
        | What::CaseCreated(_)
        | What::CaseChanged(_)
        | What::CustomerMerged(_)
        | What::CustomerUnmerged(_)
        | What::ForwardChanged(_)
        | What::NoticeChanged(_)
        | What::TopicChanged(_)
        | What::PolicyChanged(_)
        | What::PromiseMade(_)
        | What::PromiseKept(_)
        | What::PromiseBroken(_)
        | What::PromiseNudged(_)
        | What::PromiseChanged(_)
        | What::OrganizationChanged(_)
        | What::AttributeChanged(_)
        | What::NoteChanged(_)
        | What::OrderChanged(_)
        | What::LedgerChanged(_)
        | What::QueueChanged(_)
        | What::SkillChanged(_)
        | What::HoursChanged(_)
        | What::BlendingChanged(_)
        | What::ChannelChanged(_)
        | What::UserChanged(_)
        | What::RoleChanged(_)
        | What::TeamChanged(_)
        | What::PauseCodeChanged(_)
        | What::DispositionChanged(_)
        | What::WorkspaceChanged(_)
        | What::CallChanged(_)
        | What::RecordingChanged(_)
        | What::TrunkChanged(_)
        | What::PhoneChanged(_)
        | What::PromptChanged(_)
        | What::DialPlanChanged(_)
        | What::SlaWarned(_)
        | What::SlaBreached(_) => {}
    }
}

fn interaction(hub: &Arc<Hub>, doc: &InteractionDoc, seq: i64) {
    let call = hub.with(|map| {
        let call = map.interactions.get(&doc.id).copied();
        if call.is_none() {
            map.early.keep(doc.id, Box::new(doc.clone()), seq);
        }
        call
    });
    match call {
        Some(call) => {
            hub.send(call, Message::Interaction(Box::new(doc.clone()), seq));
        }
        None => dial::callback(hub, doc),
    }
}
