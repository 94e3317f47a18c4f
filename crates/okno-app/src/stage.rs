//! A small company for the tests of conversations: a queue, agents, a mailbox, a widget, a clock that is moved by hand.

use crate::{
    App, AppError, Ctx, Urls,
    access::Actor,
    clock::{CountingIds, ManualClock},
    ingest::{self, ChatAck, VisitorMessage},
    interactions, ledger,
    messages::{self, NewMessage, NewMessageKind},
    routing,
    secrets::Secrets,
    visitors,
};
use okno_model::{
    AgentId, ChannelId, ChannelKind, InteractionId, OfferId, QueueId, RoleId, SessionId, Timestamp, UnitId, UserId, VisitorId, WorkspaceId,
    doc::{
        Address, AgentDoc, Capacity, ChannelDoc, ChannelHealth, ChannelSettings, InteractionDoc, InteractionState, LedgerDoc,
        LedgerSummary, MailboxSettings, MessageDoc, Presence, QueueDoc, RoleDoc, UnitKind, UserDoc, WidgetSettings, WorkspaceDoc,
    },
    event::Event,
    right::default_roles,
    wire::{InboundMail, RawUnit, Received},
};
use okno_store::{blobs::Blobs, journal, testing::Fresh};
use std::{sync::Arc, time::Duration};

pub(crate) const START: Timestamp = Timestamp(1_800_000_000_000);
pub(crate) const QUEUE: QueueId = QueueId::from_u128(0xA1);
pub(crate) const SECOND: QueueId = QueueId::from_u128(0xA2);
pub(crate) const MAILBOX: ChannelId = ChannelId::from_u128(0xC1);
pub(crate) const WIDGET: ChannelId = ChannelId::from_u128(0xC2);
pub(crate) const ANNA: UserId = UserId::from_u128(0xE1);
pub(crate) const BORIS: UserId = UserId::from_u128(0xE2);
pub(crate) const CHIEF: UserId = UserId::from_u128(0xE3);

/// A running company on one database.
pub(crate) struct Stage {
    pub(crate) ctx: Ctx,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) fresh: Fresh,
}

/// The same company on each database.
pub(crate) async fn stages() -> Vec<Stage> {
    let mut all = Vec::new();
    for fresh in okno_store::testing::fresh_all().await {
        all.push(Stage::new(fresh).await);
    }
    all
}

/// How often the desks of a stage say that they are there while its clock runs.
const HEARTBEAT_SECONDS: u64 = 240;

fn queue(id: QueueId, name: &str) -> QueueDoc {
    QueueDoc {
        ageing_seconds: 0,
        chat_offer_seconds: 45,
        email_offer_seconds: 300,
        no_answer_delay_seconds: 30,
        decline_delay_seconds: 30,
        answer_within_seconds: 600,
        ..QueueDoc::new(id, name)
    }
}

fn channel(id: ChannelId, name: &str, settings: ChannelSettings) -> ChannelDoc {
    let kind = match settings {
        ChannelSettings::Mailbox(_) => ChannelKind::Mailbox,
        ChannelSettings::Widget(_) => ChannelKind::Widget,
        ChannelSettings::Phone(_) => ChannelKind::Phone,
    };
    let health = ChannelHealth { state: "ok".into(), detail: String::new(), since: START };
    ChannelDoc { id, kind, name: name.into(), queue: QUEUE, enabled: true, settings, health }
}

impl Stage {
    async fn new(fresh: Fresh) -> Self {
        let clock = Arc::new(ManualClock::new(START));
        let blobs = Blobs::open(fresh.dir().join("blobs")).unwrap();
        let urls = Urls { app: "http://desk.example".into(), files: "http://files.example".into() };
        let app = App::new(fresh.store(), blobs, Secrets::new([7; 32]), urls, clock.clone(), Arc::new(CountingIds::default()));
        // The process has its name before anything happens, so that the ids of what happens are the same in every run.
        app.node();
        let ctx = app.at(WorkspaceId::from_u128(1));
        let stage = Self { ctx, clock, fresh };
        stage.found().await;
        routing::start(&stage.ctx).await.unwrap();
        stage
    }

    /// Another process on the same facts.
    pub(crate) fn twin(&self) -> Ctx {
        let blobs = Blobs::open(self.fresh.dir().join("blobs")).unwrap();
        let (urls, ids) = (self.ctx.app.urls.clone(), self.ctx.app.ids());
        let app = App::new(self.fresh.store(), blobs, Secrets::new([7; 32]), urls, self.clock.clone(), ids);
        app.node();
        app.at(self.ctx.ws)
    }

    /// The same facts in a new process: nothing but the rows is left.
    pub(crate) async fn restart(&mut self) {
        routing::stop(&self.ctx.app).await;
        self.ctx = self.twin();
        routing::start(&self.ctx).await.unwrap();
    }

    async fn found(&self) {
        let mailbox = MailboxSettings {
            address: "help@borealis.example".into(),
            sender_name: "Borealis".into(),
            aliases: vec!["support@borealis.example".into()],
            imap: None,
            archive_before: None,
            smtp: None,
            signature: "Borealis Lamps".into(),
            auto_reply: "We have your message.".into(),
        };
        let widget = WidgetSettings {
            key: "wk_test".into(),
            sites: vec!["*".into()],
            title: "Chat".into(),
            greeting: "Hello".into(),
            color: "#336699".into(),
            ask: "no".into(),
        };
        let roles: Vec<RoleDoc> = default_roles()
            .into_iter()
            .enumerate()
            .map(|(n, (key, name, grants))| RoleDoc { id: RoleId::from_u128(0xF0 + n as u128), key: key.into(), name: name.into(), grants })
            .collect();
        let role = |key: &str| roles.iter().find(|r| r.key == key).unwrap().id;
        let user = |id: UserId, name: &str, role: RoleId| UserDoc {
            id,
            email: format!("{}@borealis.example", name.to_lowercase()),
            name: name.into(),
            team: None,
            roles: vec![role],
            disabled: false,
            language: "en".into(),
            skills: Vec::new(),
            queues: vec![QUEUE],
            capacity: Capacity::default(),
            created: START,
        };
        let users = vec![user(ANNA, "Anna", role("agent")), user(BORIS, "Boris", role("agent")), user(CHIEF, "Chief", role("supervisor"))];
        let ws = self.ctx.ws;
        self.ctx
            .write(move |tx| {
                tx.put(&WorkspaceDoc { id: ws, name: "Borealis".into(), time_zone: "Europe/Warsaw".into(), language: "en".into() })?;
                tx.put(&queue(QUEUE, "Support"))?;
                tx.put(&queue(SECOND, "Sales"))?;
                for role in &roles {
                    tx.put(role)?;
                }
                for user in &users {
                    tx.put(user)?;
                }
                tx.put(&channel(MAILBOX, "Help desk", ChannelSettings::Mailbox(mailbox)))?;
                tx.put(&channel(WIDGET, "Site", ChannelSettings::Widget(widget)))?;
                Ok(())
            })
            .await
            .unwrap();
    }

    /// A signed-in user with the rights of his role.
    #[expect(clippy::unused_self, reason = "reads as the stage's actor")]
    pub(crate) fn actor(&self, user: UserId) -> Actor {
        let key = if user == CHIEF { "supervisor" } else { "agent" };
        let (_, _, grants) = default_roles().into_iter().find(|r| r.0 == key).unwrap();
        let name = match user {
            ANNA => "Anna",
            BORIS => "Boris",
            _ => "Chief",
        };
        Actor { user, session: SessionId::from_u128(user.0.as_u128()), name: name.into(), team: None, queues: vec![QUEUE], grants }
    }

    /// Somebody with every right.
    pub(crate) fn owner(&self) -> Actor {
        let (_, _, grants) = default_roles().into_iter().find(|r| r.0 == "owner").unwrap();
        Actor { grants, ..self.actor(CHIEF) }
    }

    /// The user sits at his desk and takes offers.
    pub(crate) async fn available(&self, user: UserId) {
        routing::desk_connected(&self.ctx, user.into()).await.unwrap();
        routing::set_presence(&self.ctx, &self.actor(user), user.into(), Presence::Available).await.unwrap();
    }

    pub(crate) async fn advance(&self, seconds: u64) {
        let mut left = seconds;
        while left > 0 {
            let step = left.min(HEARTBEAT_SECONDS);
            self.clock.advance(Duration::from_secs(step));
            left -= step;
            // Desks that are there say so now and then.
            let agents = self.ctx.read(|tx| Ok(tx.list::<AgentDoc>()?)).await.unwrap();
            for agent in agents.into_iter().filter(|agent| agent.connected) {
                routing::desk_connected(&self.ctx, agent.id).await.unwrap();
            }
        }
        routing::tick(&self.ctx).await.unwrap();
    }

    pub(crate) async fn visitor(&self) -> (VisitorId, String) {
        let (visitor, token) = visitors::open(&self.ctx, WIDGET, "http://shop.example/").await.unwrap();
        visitors::connected(&self.ctx, visitor.id, "http://shop.example/").await.unwrap();
        (visitor.id, token)
    }

    pub(crate) async fn say(&self, visitor: VisitorId, client_id: &str, text: &str) -> ChatAck {
        self.try_say(visitor, client_id, text).await.unwrap()
    }

    pub(crate) async fn try_say(&self, visitor: VisitorId, client_id: &str, text: &str) -> Result<ChatAck, AppError> {
        let said = VisitorMessage { visitor, client_id: client_id.into(), text: text.into(), attachments: Vec::new() };
        let ack = ingest::chat_message(&self.ctx, said).await?;
        routing::tick(&self.ctx).await?;
        Ok(ack)
    }

    /// A mail from outside, as the mail door brings it.
    pub(crate) async fn mail(&self, key: &str, mail: InboundMail) -> UnitId {
        let unit = match ingest::receive(&self.ctx, raw(key)).await.unwrap() {
            Received::New(unit) | Received::Repeat(unit) => unit,
        };
        ingest::understand_mail(&self.ctx, unit, mail).await.unwrap();
        routing::tick(&self.ctx).await.unwrap();
        unit
    }

    pub(crate) async fn reply(&self, user: UserId, id: InteractionId, client_id: &str, text: &str) -> Result<MessageDoc, AppError> {
        messages::send(&self.ctx, &self.actor(user), id, outbound_text(client_id, text), None).await
    }

    /// Accepts what rings at the agent in this interaction.
    pub(crate) async fn accept(&self, user: UserId, id: InteractionId) -> InteractionDoc {
        let (agent, offer) = self.offer(id).await.expect("nothing rings");
        assert_eq!(agent, user.into(), "it rings at somebody else");
        interactions::accept(&self.ctx, &self.actor(user), id, offer).await.unwrap()
    }

    pub(crate) async fn offer(&self, id: InteractionId) -> Option<(AgentId, OfferId)> {
        let InteractionState::Offered { agent, offer, .. } = self.interaction(id).await.state else { return None };
        Some((agent, offer))
    }

    pub(crate) async fn interaction(&self, id: InteractionId) -> InteractionDoc {
        self.ctx.read(move |tx| Ok(tx.get::<InteractionDoc>(id)?.unwrap())).await.unwrap()
    }

    pub(crate) async fn agent(&self, user: UserId) -> AgentDoc {
        self.ctx.read(move |tx| Ok(tx.get::<AgentDoc>(user.into())?.unwrap())).await.unwrap()
    }

    pub(crate) async fn unit(&self, id: UnitId) -> LedgerDoc {
        self.ctx.read(move |tx| Ok(tx.get::<LedgerDoc>(id)?.unwrap())).await.unwrap()
    }

    pub(crate) async fn units(&self) -> Vec<LedgerDoc> {
        self.ctx.read(|tx| Ok(tx.list::<LedgerDoc>()?)).await.unwrap()
    }

    pub(crate) async fn messages(&self, id: InteractionId) -> Vec<MessageDoc> {
        self.ctx.read(move |tx| Ok(okno_store::messages::after(tx, id, 0, 1000)?)).await.unwrap()
    }

    pub(crate) async fn open(&self) -> Vec<InteractionDoc> {
        self.ctx.read(|tx| Ok(okno_store::interactions::open(tx)?)).await.unwrap()
    }

    pub(crate) async fn events(&self) -> Vec<Event> {
        self.ctx.read(|tx| Ok(journal::after(tx, 0, 100_000)?)).await.unwrap()
    }

    /// The check of the ledger; must hold after every act.
    pub(crate) async fn conserved(&self) -> LedgerSummary {
        let summary = ledger::reconcile(&self.ctx).await.unwrap();
        assert!(summary.conserved, "{:?}", summary.violations);
        summary
    }
}

pub(crate) fn raw(key: &str) -> RawUnit {
    RawUnit {
        channel: MAILBOX,
        kind: UnitKind::Mail,
        key: key.into(),
        twin: Some(format!("mid:{key}")),
        raw: format!("raw mail {key}").into_bytes(),
        archive: false,
        envelope_to: vec!["help@borealis.example".into()],
    }
}

pub(crate) fn address(address: &str) -> Address {
    Address { name: String::new(), address: address.into() }
}

/// A plain mail of a customer to the mailbox.
pub(crate) fn letter(message_id: &str, from: &str, subject: &str, text: &str) -> InboundMail {
    InboundMail {
        message_id: message_id.into(),
        references: Vec::new(),
        from: Address { name: "Olga Ivanova".into(), address: from.into() },
        to: vec![address("help@borealis.example")],
        cc: Vec::new(),
        delivered_to: Vec::new(),
        subject: subject.into(),
        date: None,
        text: text.into(),
        quoted: String::new(),
        html: None,
        has_remote: false,
        attachments: Vec::new(),
        automatic: None,
        report: None,
        dmarc: "pass".into(),
        language: None,
    }
}

pub(crate) fn outbound_text(client_id: &str, text: &str) -> NewMessage {
    NewMessage {
        kind: NewMessageKind::Outbound,
        text: text.into(),
        client_id: client_id.into(),
        attachments: Vec::new(),
        to: None,
        cc: None,
        subject: None,
    }
}
