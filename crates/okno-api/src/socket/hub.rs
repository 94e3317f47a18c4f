//! Who hears what: the subscribers of one workspace. No IO; the feed calls it for every event in order.

use super::{
    frames::{EventFrame, ServerFrame},
    wire,
};
use axum::extract::ws::Utf8Bytes;
use okno_app::{
    access::{Actor, EventFacts, event_visible, interaction_of},
    feed::News,
    visitors::visible_to_customer,
};
use okno_bus::{Ephemeral, Pusher, voice::PhoneNews};
use okno_model::{
    CallId, InteractionId, QueueId, VisitorId,
    doc::{InteractionDoc, InteractionState, MessageDoc},
    event::{Event, What},
    phone::PhoneDown,
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

/// What an item costs in the queue beyond its text: pointers and bookkeeping.
const ITEM_WEIGHT: usize = 64;
/// A desk that sees nothing of what happens is told the numbers of it this often. What it was not told when its connection breaks it is told again.
const NUMBERS_WAIT: Duration = Duration::from_secs(1);
/// Facts of interactions kept for typing signs; beyond it all are forgotten and looked up again.
const TYPING_FACTS: usize = 10_000;

/// News for a desk.
#[derive(Debug)]
pub(super) enum DeskItem {
    /// A frame that is ready.
    Frame(Utf8Bytes),
    /// Several of them, in order.
    Frames(Vec<Utf8Bytes>),
    /// His rights may have changed.
    Recheck,
}

/// News for a visitor's connection.
#[derive(Debug)]
pub(crate) enum VisitorItem {
    /// A message of his interaction.
    Message(Arc<MessageDoc>),
    /// Something about his interaction changed; look.
    Look,
    /// An agent types.
    Typing {
        /// Began or ended.
        on: bool,
        /// The agent.
        name: String,
    },
    /// The telephone door says something about his call.
    Phone(Arc<PhoneDown>),
}

/// Something that a desk shows as long as it is in its sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub(super) enum Shown {
    /// An interaction.
    Interaction(InteractionId),
    /// A call.
    Call(CallId),
}

impl Shown {
    const fn kind(self) -> &'static str {
        match self {
            Self::Interaction(_) => "interaction",
            Self::Call(_) => "call",
        }
    }
}

/// One desk's socket.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) actor: Arc<Actor>,
    /// Events up to here were sent already.
    pub(super) from: i64,
    /// What this desk shows of what may leave its sight; `None` if unknown because it resumed.
    pub(super) sight: Option<BTreeSet<Shown>>,
    pub(super) queue: Pusher<DeskItem>,
    /// The first event since the last frame, if all since then were hidden.
    pub(super) hidden: Option<i64>,
    /// When it was told something.
    pub(super) spoken: Instant,
}

impl Desk {
    /// Pushes events in the form that this desk may see; says whether the desk still takes anything.
    fn hear(&mut self, batch: &[News], frames: &[Utf8Bytes], now: Instant) -> bool {
        let mut texts = self.forms(batch, frames);
        if texts.is_empty() {
            // Nothing but numbers: they wait for the next event, or a while. On a large floor most of what happens is hidden from most.
            let waits = self.hidden.is_none() || now.saturating_duration_since(self.spoken) < NUMBERS_WAIT;
            if waits {
                return true;
            }
            texts.extend(self.skipped());
        }
        self.spoken = now;
        let weight = texts.iter().map(|text| text.len() + ITEM_WEIGHT).sum();
        self.queue.push(DeskItem::Frames(texts), weight)
    }

    /// Events that this desk does not have yet, in the form for it: the event, `gone`, and before them one `skip` for all that were hidden in a row. Hidden
    /// ones at the end are kept for [`Desk::skipped`].
    pub(super) fn forms(&mut self, batch: &[News], frames: &[Utf8Bytes]) -> Vec<Utf8Bytes> {
        let mut texts = Vec::new();
        for (news, frame) in batch.iter().zip(frames) {
            let seq = news.event.seq;
            if seq <= self.from {
                continue;
            }
            if let Some(text) = self.form(news, frame) {
                texts.extend(self.skipped());
                texts.push(text);
            } else {
                self.hidden.get_or_insert(seq);
            }
            self.from = seq;
        }
        texts
    }

    /// The numbers of the hidden events that it was not told of yet.
    pub(super) fn skipped(&mut self) -> Option<Utf8Bytes> {
        self.hidden.take().map(|from| wire::text(&ServerFrame::Skip { from, seq: self.from }))
    }

    /// The form of an event for this desk: the event, `gone`, or none.
    fn form(&mut self, news: &News, frame: &Utf8Bytes) -> Option<Utf8Bytes> {
        let about = about(&news.event.what);
        if event_visible(&self.actor, &news.facts) {
            if let (Some(id), Some(sight)) = (about, &mut self.sight) {
                sight.insert(id);
            }
            return Some(frame.clone());
        }
        // A desk that resumed may show it; what it does not show it ignores.
        let id = about.filter(|id| self.sight.as_mut().is_none_or(|sight| sight.remove(id)))?;
        Some(wire::text(&ServerFrame::Gone { seq: news.event.seq, kind: id.kind(), id }))
    }
}

/// One visitor with all his connections (several tabs).
#[derive(Debug, Default)]
struct Talk {
    interaction: Option<InteractionId>,
    /// He waits in this queue: its movements change his place.
    waits_in: Option<QueueId>,
    sockets: BTreeMap<u64, Pusher<VisitorItem>>,
}

impl Talk {
    /// Pushes to all connections; those that were too slow are forgotten, they find out themselves.
    fn push(&mut self, weight: usize, make: impl Fn() -> VisitorItem) {
        self.sockets.retain(|_, queue| queue.push(make(), weight + ITEM_WEIGHT));
    }
}

/// The subscribers of one workspace.
#[derive(Debug, Default)]
pub(super) struct Hub {
    /// The last event that was fanned out.
    pub(super) position: i64,
    next: u64,
    desks: BTreeMap<u64, Desk>,
    visitors: BTreeMap<VisitorId, Talk>,
    talks: BTreeMap<InteractionId, VisitorId>,
    /// Queues in which something moved since the last look.
    moved: BTreeSet<QueueId>,
    facts: BTreeMap<InteractionId, EventFacts>,
}

impl Hub {
    /// Adds a desk that has everything up to `desk.from`. Gives it back if the feed is further already.
    pub(super) fn join_desk(&mut self, desk: Desk) -> Result<u64, Desk> {
        if self.position > desk.from {
            return Err(desk);
        }
        self.next += 1;
        self.desks.insert(self.next, desk);
        Ok(self.next)
    }

    pub(super) fn leave_desk(&mut self, id: u64) {
        self.desks.remove(&id);
    }

    /// Adds a connection of a visitor; says whether it is his first.
    pub(super) fn join_visitor(&mut self, visitor: VisitorId, queue: Pusher<VisitorItem>) -> u64 {
        self.next += 1;
        self.visitors.entry(visitor).or_default().sockets.insert(self.next, queue);
        self.next
    }

    /// Removes a connection; says whether it was his last one.
    pub(super) fn leave_visitor(&mut self, visitor: VisitorId, id: u64) -> bool {
        let Some(talk) = self.visitors.get_mut(&visitor) else { return false };
        talk.sockets.remove(&id);
        talk.sockets.is_empty()
    }

    /// Whether a visitor has a connection.
    pub(super) fn is_here(&self, visitor: VisitorId) -> bool {
        self.visitors.get(&visitor).is_some_and(|talk| !talk.sockets.is_empty())
    }

    /// Forgets a visitor who has no connection.
    pub(super) fn forget(&mut self, visitor: VisitorId) {
        if let Some(Talk { interaction: Some(id), .. }) = self.visitors.remove(&visitor) {
            self.talks.remove(&id);
        }
    }

    /// Says which interaction a visitor has, and in which queue it waits. His other connections look when it is a new one.
    pub(super) fn bind(&mut self, visitor: VisitorId, interaction: Option<&InteractionDoc>) {
        let Some(talk) = self.visitors.get_mut(&visitor) else { return };
        let id = interaction.map(|doc| doc.id);
        talk.waits_in = interaction.and_then(waits_in);
        if talk.interaction == id {
            return;
        }
        if let Some(old) = std::mem::replace(&mut talk.interaction, id) {
            self.talks.remove(&old);
        }
        if let Some(id) = id {
            self.talks.insert(id, visitor);
        }
        talk.push(0, || VisitorItem::Look);
    }

    /// Fans events out.
    pub(super) fn hear(&mut self, batch: &[News]) {
        if !self.desks.is_empty() {
            let frames: Vec<Utf8Bytes> = batch.iter().map(|news| wire::text(&EventFrame::new(&news.event))).collect();
            let now = Instant::now();
            self.desks.retain(|_, desk| desk.hear(batch, &frames, now));
        }
        for news in batch {
            self.heard(&news.event);
        }
    }

    fn heard(&mut self, event: &Event) {
        self.position = event.seq;
        if let Some(doc) = interaction_of(&event.what) {
            self.interaction(doc);
        } else if let What::MessageCreated(doc) = &event.what
            && visible_to_customer(doc)
        {
            self.message(doc);
        } else if matches!(event.what, What::UserChanged(_) | What::RoleChanged(_) | What::TeamChanged(_)) {
            self.recheck();
        }
    }

    /// Every desk has to look whether its session and its rights still hold.
    pub(super) fn recheck(&mut self) {
        self.desks.retain(|_, desk| desk.queue.push(DeskItem::Recheck, ITEM_WEIGHT));
    }

    fn message(&mut self, doc: &MessageDoc) {
        let Some(talk) = self.talks.get(&doc.interaction).and_then(|visitor| self.visitors.get_mut(visitor)) else { return };
        let doc = Arc::new(doc.clone());
        talk.push(doc.text.len(), || VisitorItem::Message(Arc::clone(&doc)));
    }

    fn interaction(&mut self, doc: &InteractionDoc) {
        self.facts.remove(&doc.id);
        self.moved.insert(doc.queue);
        let Some(talk) = self.talks.get(&doc.id).and_then(|visitor| self.visitors.get_mut(visitor)) else { return };
        if let Some(left) = talk.waits_in {
            self.moved.insert(left);
        }
        talk.waits_in = waits_in(doc);
        talk.push(0, || VisitorItem::Look);
    }

    /// Whether places in queues may have changed since the last call of [`Hub::look_at_places`].
    pub(super) fn has_moved(&self) -> bool {
        !self.moved.is_empty()
    }

    /// Tells everybody who waits in a queue that moved to look at his place.
    pub(super) fn look_at_places(&mut self) {
        let moved = std::mem::take(&mut self.moved);
        for talk in self.visitors.values_mut() {
            if talk.waits_in.is_some_and(|queue| moved.contains(&queue)) {
                talk.push(0, || VisitorItem::Look);
            }
        }
    }

    /// The facts of an interaction, if known.
    pub(super) fn knows(&self, id: InteractionId) -> Option<&EventFacts> {
        self.facts.get(&id)
    }

    pub(super) fn learn(&mut self, id: InteractionId, facts: EventFacts) {
        if self.facts.len() >= TYPING_FACTS {
            self.facts.clear();
        }
        self.facts.insert(id, facts);
    }

    /// Fans a typing sign out to the desks that may see the interaction, and to its customer if it is an agent's.
    pub(super) fn tell(&mut self, news: &Ephemeral) {
        let Ephemeral::Typing { interaction, who, customer, on, text } = news;
        if !*customer && let Some(talk) = self.talks.get(interaction).and_then(|v| self.visitors.get_mut(v)) {
            talk.push(who.len(), || VisitorItem::Typing { on: *on, name: who.clone() });
        }
        let Some(facts) = self.facts.get(interaction) else { return };
        let frame = wire::text(&ServerFrame::Typing { interaction: *interaction, who, on: *on, text: text.as_deref() });
        for desk in self.desks.values() {
            // His own typing is no news to him.
            if (*customer || desk.actor.name != *who) && event_visible(&desk.actor, facts) {
                desk.queue.push(DeskItem::Frame(frame.clone()), frame.len() + ITEM_WEIGHT);
            }
        }
    }

    /// Hands the telephone door's word to all pages of whom it is for.
    pub(super) fn phone(&mut self, news: &PhoneNews) {
        match news {
            PhoneNews::Desk { agent, down } => {
                let frame = wire::text(&ServerFrame::Phone { down });
                for desk in self.desks.values().filter(|desk| desk.actor.agent() == *agent) {
                    desk.queue.push(DeskItem::Frame(frame.clone()), frame.len() + ITEM_WEIGHT);
                }
            }
            PhoneNews::Widget { visitor, down } => {
                let Some(talk) = self.visitors.get_mut(visitor) else { return };
                let down = Arc::new(down.clone());
                talk.push(weight(&down), || VisitorItem::Phone(Arc::clone(&down)));
            }
        }
    }

    /// After a fault of the feed: everybody has to come back and resume.
    pub(super) fn drop_all(&mut self) {
        self.desks.values().for_each(|desk| desk.queue.lose());
        self.visitors.values().flat_map(|talk| talk.sockets.values()).for_each(Pusher::lose);
        let next = self.next;
        *self = Self { next, ..Self::default() };
    }
}

/// What may leave a desk's sight with an event.
fn about(what: &What) -> Option<Shown> {
    if let What::CallChanged(call) = what {
        return Some(Shown::Call(call.id));
    }
    interaction_of(what).map(|doc| Shown::Interaction(doc.id))
}

/// What a word of the telephone door costs in a queue: its session description.
const fn weight(down: &PhoneDown) -> usize {
    match down {
        PhoneDown::Answer { sdp, .. } => sdp.len(),
        PhoneDown::Refused { .. }
        | PhoneDown::Media { .. }
        | PhoneDown::Taken { .. }
        | PhoneDown::Quality { .. }
        | PhoneDown::Call { .. } => 0,
    }
}

fn waits_in(doc: &InteractionDoc) -> Option<QueueId> {
    match doc.state {
        InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } => Some(doc.queue),
        InteractionState::Active { .. } | InteractionState::Wrapup { .. } | InteractionState::Closed { .. } => None,
    }
}
