//! A month of history for the demo: closed interactions with their messages, segments and ledger entries, as they would stand after real work.

use super::company::{Dialogue, Dice};
use okno_model::{
    AgentId, ChannelId, CustomerId, DispositionId, InteractionId, Medium, MessageId, QueueId, SegmentId, Timestamp, UnitId, UserId,
    doc::{
        Author, BlackHoleCause, Closed, CustomerDoc, Delivery, InteractionDoc, InteractionState, LedgerDoc, MailDoc, MessageDoc,
        MessageKind, Presence, SegmentDoc, SegmentOutcome, UnitKind, UnitState,
    },
};
use std::time::Duration;
use uuid::Uuid;

/// Days of history.
const DAYS: u64 = 30;
const HOUR: u64 = 3600;

/// What the history is made of.
pub(super) struct Cast {
    /// Customers with their language.
    pub(super) customers: Vec<(CustomerDoc, String)>,
    /// Key, id, seconds to answer of each queue.
    pub(super) queues: Vec<(String, QueueId, u32)>,
    /// Id, name, keys of the queues (empty for all) of each agent.
    pub(super) agents: Vec<(UserId, String, Vec<String>)>,
    /// Mailbox channel.
    pub(super) mailbox: ChannelId,
    /// Widget channel.
    pub(super) widget: ChannelId,
    /// Mailbox address.
    pub(super) address: String,
    /// Dispositions.
    pub(super) dispositions: Vec<DispositionId>,
}

/// One past interaction, whole.
pub(super) struct Past {
    /// The interaction.
    pub(super) interaction: InteractionDoc,
    /// Its only segment.
    pub(super) segment: SegmentDoc,
    /// Its messages.
    pub(super) messages: Vec<MessageDoc>,
    /// Its ledger entry.
    pub(super) unit: LedgerDoc,
}

/// How a past interaction ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Answered,
    Abandoned,
    ClosedWithoutReply,
    Bounced,
}

/// Makes the month before `now`, oldest first.
pub(super) fn month(cast: &Cast, dialogues: &[Dialogue], now: Timestamp, ids: &dyn Fn() -> Uuid) -> Vec<Past> {
    let mut dice = Dice(30);
    let mut starts = Vec::new();
    for day in 1..=DAYS {
        let midnight = now - Duration::from_secs(day * 24 * HOUR + (now.millis() / 1000).unsigned_abs() % (24 * HOUR));
        let many = if day % 7 < 2 { dice.between(8, 16) } else { dice.between(25, 45) };
        starts.extend((0..many).map(|_| midnight + Duration::from_secs(dice.between(7 * HOUR, 19 * HOUR))));
    }
    starts.sort_unstable();
    starts.into_iter().map(|start| one(cast, dialogues, start, &mut dice, ids)).collect()
}

/// When the agents were there in that month: from seven to seven with a break, each half an hour after the one before; half of them on
/// weekends.
pub(super) fn shifts(agents: &[(UserId, String, Vec<String>)], now: Timestamp) -> Vec<(AgentId, Timestamp, Presence)> {
    let minutes = |n: u64| Duration::from_secs(n * 60);
    let mut all = Vec::new();
    for day in 1..=DAYS {
        let midnight = now - Duration::from_secs(day * 24 * HOUR + (now.millis() / 1000).unsigned_abs() % (24 * HOUR));
        for (n, (agent, _, _)) in (0..).zip(agents).filter(|(n, _)| day % 7 >= 2 || n % 2 == 0) {
            let late = 30 * (n % 4);
            let turns = [
                (7 * 60 + late, Presence::Available),
                (12 * 60 + late, Presence::Paused { code: None }),
                (12 * 60 + late + 30, Presence::Available),
                (17 * 60 + late, Presence::Offline),
            ];
            all.extend(turns.map(|(at, presence)| (AgentId::from(*agent), midnight + minutes(at), presence)));
        }
    }
    all
}

fn one(cast: &Cast, dialogues: &[Dialogue], start: Timestamp, dice: &mut Dice, ids: &dyn Fn() -> Uuid) -> Past {
    let (customer, language) = dice.pick(&cast.customers);
    let fitting: Vec<&Dialogue> = dialogues.iter().filter(|d| d.language == *language).collect();
    let dialogue = *dice.pick(&fitting);
    let (key, queue, within) = cast.queues.iter().find(|q| q.0 == dialogue.queue).unwrap_or(&cast.queues[0]);
    let able: Vec<_> = cast.agents.iter().filter(|a| a.2.is_empty() || a.2.contains(key)).collect();
    let (agent, agent_name, _) = *dice.pick(&able);
    let chat = dice.below(5) < 3;
    let end = match dice.below(1000) {
        0..35 if chat => End::Abandoned,
        35..45 => End::ClosedWithoutReply,
        45..50 if !chat => End::Bounced,
        _ => End::Answered,
    };
    let wait = Duration::from_secs(if chat { dice.between(4, u64::from(*within)) } else { dice.between(300, 3 * HOUR) });
    let mut talk = Talk { at: start, interaction: InteractionId::new(ids()), messages: Vec::new(), mail: None };
    if !chat {
        let identity = customer.identities.first().map(|i| i.value.clone()).unwrap_or_default();
        talk.mail = Some((
            okno_model::doc::Address { name: customer.name.clone(), address: identity },
            cast.address.clone(),
            dialogue.subject.clone(),
        ));
    }
    talk.customer(customer.id, &dialogue.ask[0], ids);
    let answered = start + wait;
    talk.at = answered;
    if matches!(end, End::Answered | End::Bounced) {
        for (turn, answer) in dialogue.answer.iter().enumerate() {
            talk.agent(*agent, agent_name, answer, end == End::Bounced, ids);
            let Some(ask) = dialogue.ask.get(turn + 1).filter(|_| end == End::Answered) else { break };
            talk.at = talk.at + Duration::from_secs(if chat { dice.between(20, 120) } else { dice.between(900, 6 * HOUR) });
            talk.customer(customer.id, ask, ids);
            talk.at = talk.at + Duration::from_secs(if chat { dice.between(25, 90) } else { dice.between(600, 2 * HOUR) });
        }
    }
    let ended = talk.at + Duration::from_secs(dice.between(5, 60));
    let reached = end != End::Abandoned;
    let last = talk.messages.last().map_or(start, |m| m.at);
    let interaction = InteractionDoc {
        id: talk.interaction,
        medium: if chat { Medium::Chat } else { Medium::Email },
        channel: if chat { cast.widget } else { cast.mailbox },
        customer: Some(customer.id),
        customer_name: customer.name.clone(),
        subject: dialogue.subject.clone(),
        preview: talk.messages.last().map(|m| m.text.chars().take(120).collect()).unwrap_or_default(),
        language: Some(language.clone()),
        queue: *queue,
        agent: reached.then(|| AgentId::from(*agent)),
        state: InteractionState::Closed { at: ended, how: if reached { Closed::Finished } else { Closed::Abandoned } },
        priority: 5,
        created: start,
        enqueued: start,
        due: Some(start + Duration::from_secs(u64::from(*within))),
        answered: matches!(end, End::Answered | End::Bounced).then_some(answered),
        case: None,
        customer_waits: None,
        last_message: talk.messages.len() as i64,
        last_at: last,
        agent_read: talk.messages.len() as i64,
        customer_read: talk.messages.len() as i64,
        previous: None,
        disposition: reached.then(|| *dice.pick(&cast.dispositions[..2])),
        customer_online: false,
        outbound: false,
        callback: None,
        promise: None,
        called_back: None,
    };
    let segment = SegmentDoc {
        id: SegmentId::new(ids()),
        interaction: talk.interaction,
        queue: *queue,
        agent: interaction.agent,
        enqueued: start,
        answered: reached.then_some(answered),
        wrapup: reached.then_some(talk.at),
        wrapup_ended: None,
        ended: Some(ended),
        outcome: Some(if reached { SegmentOutcome::Handled } else { SegmentOutcome::Abandoned }),
        offers: 0,
    };
    let (state, cause) = match end {
        End::Answered => (UnitState::Answered, None),
        End::Abandoned => (UnitState::BlackHole, Some(BlackHoleCause::AbandonedNotCalledBack)),
        End::ClosedWithoutReply => (UnitState::BlackHole, Some(BlackHoleCause::ClosedWithoutReply)),
        End::Bounced => (UnitState::BlackHole, Some(BlackHoleCause::ReplyBounced)),
    };
    let unit = LedgerDoc {
        id: UnitId::new(ids()),
        kind: if chat { UnitKind::ChatOpening } else { UnitKind::Mail },
        channel: interaction.channel,
        received: start,
        state,
        cause,
        recovering: false,
        detail: String::new(),
        queue: Some(*queue),
        owner: reached.then_some(*agent),
        deadline: start + Duration::from_secs(u64::from(*within)),
        interaction: Some(talk.interaction),
        customer: Some(customer.id),
        from: customer.name.clone(),
        subject: dialogue.subject.clone(),
        ended: Some(ended),
    };
    Past { interaction, segment, messages: talk.messages, unit }
}

/// A talk that is being written down.
struct Talk {
    at: Timestamp,
    interaction: InteractionId,
    messages: Vec<MessageDoc>,
    /// Customer's address, our address, subject; for mails only.
    mail: Option<(okno_model::doc::Address, String, String)>,
}

impl Talk {
    fn customer(&mut self, id: CustomerId, text: &str, ids: &dyn Fn() -> Uuid) {
        self.push(MessageKind::Inbound, Author::Customer { id }, text, Delivery::None, ids);
    }

    fn agent(&mut self, id: UserId, name: &str, text: &str, bounced: bool, ids: &dyn Fn() -> Uuid) {
        let at = self.at;
        let delivery =
            if bounced { Delivery::Failed { at, why: "550 5.1.1 this mailbox does not exist".into() } } else { Delivery::Sent { at } };
        self.push(MessageKind::Outbound, Author::User { id, name: name.to_owned() }, text, delivery, ids);
    }

    fn push(&mut self, kind: MessageKind, author: Author, text: &str, delivery: Delivery, ids: &dyn Fn() -> Uuid) {
        let id = MessageId::new(ids());
        let mail = self.mail.as_ref().map(|(them, us, subject)| {
            let us = okno_model::doc::Address { name: super::company::COMPANY.into(), address: us.clone() };
            let (from, to) = if kind == MessageKind::Inbound { (them.clone(), us) } else { (us, them.clone()) };
            MailDoc {
                from,
                to: vec![to],
                cc: vec![],
                subject: subject.clone(),
                message_id: format!("{id}@history.example"),
                dmarc: "pass".into(),
            }
        });
        self.messages.push(MessageDoc {
            id,
            interaction: self.interaction,
            number: self.messages.len() as i64 + 1,
            kind,
            author,
            text: text.to_owned(),
            quoted: String::new(),
            has_html: false,
            has_remote: false,
            client_id: None,
            at: self.at,
            delivery,
            mail,
            attachments: Vec::new(),
        });
    }
}
