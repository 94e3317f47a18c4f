//! A company with one mailbox, a running mail door, and what stands around it.

use okno_app::{
    App, Ctx, SystemClock, SystemIds, Urls,
    access::Actor,
    channels,
    interactions::{self, Filter},
    ledger, messages, routing,
    secrets::Secrets,
};
use okno_channels::mail::{MailConfig, MailDoor};
use okno_model::{
    ChannelId, InteractionId, QueueId, SessionId, Timestamp, UserId, WorkspaceId,
    doc::{
        Capacity, ChannelDoc, InteractionDoc, InteractionState, LedgerDoc, MessageDoc, Presence, QueueDoc, RoleDoc, TlsMode, UserDoc,
        WorkspaceDoc, WrapupMode,
    },
    input::{ChannelInput, MailboxInput, ServerInput, SettingsInput},
    right::default_roles,
};
use okno_store::{blobs::Blobs, ledger::Shown, testing::Fresh};
use okno_testkit::{Dovecot, MAIL_PASSWORD, Postfix};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinHandle, time::Instant};

pub(crate) const HELP: &str = "help@shop.test";
pub(crate) const IVAN: &str = "ivan@customer.test";
const QUEUE: QueueId = QueueId::from_u128(0xA1);
const ANNA: UserId = UserId::from_u128(0xE1);
/// The slowest of these tests waits for a machine that builds something else at the same time.
const PATIENCE: Duration = Duration::from_secs(60);

/// Mailboxes and relay.
pub(crate) struct Peers {
    pub(crate) postfix: Postfix,
    pub(crate) dovecot: Dovecot,
}

impl Peers {
    pub(crate) fn start() -> Self {
        let addresses = [HELP, IVAN];
        let dovecot = Dovecot::start(&addresses).unwrap();
        let postfix = Postfix::start(&dovecot, &addresses).unwrap();
        Self { postfix, dovecot }
    }

    pub(crate) fn imap(&self) -> ServerInput {
        ServerInput { host: "127.0.0.1".into(), port: self.dovecot.port(), tls: TlsMode::None, user: HELP.into(), has_password: None }
    }

    pub(crate) fn smtp(&self) -> ServerInput {
        server(self.postfix.port())
    }

    /// A customer writes through the relay.
    pub(crate) async fn write(&self, mail: &str) {
        let taken = okno_testkit::smtp::submit(self.postfix.port(), IVAN, HELP, &mail.replace('\n', "\r\n"), || {}).await.unwrap();
        assert_eq!(taken, okno_testkit::smtp::Submitted::Taken);
    }

    /// The first mail of the customer's inbox that holds these words.
    pub(crate) async fn received(&self, words: &str) -> String {
        eventually("the customer receives the mail", async || {
            self.dovecot.mails(IVAN).unwrap().into_iter().find(|mail| mail.contains(words))
        })
        .await
    }
}

pub(crate) fn server(port: u16) -> ServerInput {
    ServerInput { host: "127.0.0.1".into(), port, tls: TlsMode::None, user: String::new(), has_password: None }
}

/// The company.
pub(crate) struct World {
    pub(crate) ctx: Ctx,
    fresh: Fresh,
    door: Option<Door>,
}

struct Door {
    smtp: SocketAddr,
    shutdown: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let fresh = okno_store::testing::fresh_sqlite().await;
        let blobs = Blobs::open(fresh.dir().join("blobs")).unwrap();
        let urls = Urls { app: "http://desk.test".into(), files: "http://files.test".into() };
        let app = App::new(fresh.store(), blobs, Secrets::new([7; 32]), urls, Arc::new(SystemClock::default()), Arc::new(SystemIds));
        let ctx = app.at(WorkspaceId::from_u128(1));
        let this = Self { ctx, fresh, door: None };
        this.found().await;
        routing::start(&this.ctx).await.unwrap();
        this
    }

    async fn found(&self) {
        let ws = self.ctx.ws;
        let now = self.ctx.now();
        let roles: Vec<RoleDoc> = default_roles()
            .into_iter()
            .enumerate()
            .map(|(n, (key, name, grants))| RoleDoc {
                id: okno_model::RoleId::from_u128(0xF0 + n as u128),
                key: key.into(),
                name: name.into(),
                grants,
            })
            .collect();
        let anna = UserDoc {
            id: ANNA,
            email: "anna@shop.test".into(),
            name: "Anna".into(),
            team: None,
            roles: roles.iter().map(|role| role.id).collect(),
            disabled: false,
            language: "en".into(),
            skills: vec![],
            queues: vec![QUEUE],
            capacity: Capacity::default(),
            created: now,
        };
        let queue = QueueDoc {
            ageing_seconds: 0,
            chat_offer_seconds: 45,
            email_offer_seconds: 300,
            no_answer_delay_seconds: 30,
            decline_delay_seconds: 30,
            wrapup: WrapupMode::None,
            answer_within_seconds: 600,
            ..QueueDoc::new(QUEUE, "Support")
        };
        self.ctx
            .write(move |tx| {
                tx.put(&WorkspaceDoc { id: ws, name: "Shop".into(), time_zone: "Europe/Warsaw".into(), language: "en".into() })?;
                tx.put(&queue)?;
                for role in &roles {
                    tx.put(role)?;
                }
                tx.put(&anna)?;
                Ok(())
            })
            .await
            .unwrap();
    }

    pub(crate) fn anna() -> Actor {
        let grants = default_roles().into_iter().flat_map(|(_, _, grants)| grants).collect();
        Actor { user: ANNA, session: SessionId::from_u128(1), name: "Anna".into(), team: None, queues: vec![QUEUE], grants }
    }

    /// A mailbox. Mail that is there already counts as new unless `archive_before` says otherwise.
    pub(crate) async fn mailbox(&self, imap: Option<ServerInput>, smtp: Option<ServerInput>, archive_before: Timestamp) -> ChannelId {
        let mailbox = MailboxInput {
            address: HELP.into(),
            sender_name: "Shop".into(),
            aliases: vec!["support@shop.test".into()],
            imap,
            archive_before: Some(archive_before),
            smtp,
            signature: "The shop".into(),
            auto_reply: String::new(),
        };
        let input = ChannelInput {
            kind: None,
            name: Some("Help".into()),
            queue: Some(QUEUE),
            enabled: Some(true),
            settings: Some(SettingsInput::Mailbox(mailbox)),
            imap_password: Some(Some(MAIL_PASSWORD.into())),
            smtp_password: None,
        };
        channels::create(&self.ctx, &Self::anna(), input, None).await.unwrap().id
    }

    /// Starts the mail door.
    pub(crate) async fn open(&mut self) {
        self.open_with(MailConfig::default()).await;
    }

    /// Starts the mail door with certificates.
    pub(crate) async fn open_with(&mut self, more: MailConfig) {
        let config = MailConfig { host: "mx.shop.test".into(), listen: Some(([127, 0, 0, 1], 0).into()), ..more };
        let door = MailDoor::bind(config).await.unwrap();
        let smtp = door.smtp_address().unwrap();
        let (shutdown, stop) = watch::channel(false);
        let task = tokio::spawn(door.run(self.ctx.clone(), stop));
        self.door = Some(Door { smtp, shutdown, task });
    }

    /// Stops it in order.
    pub(crate) async fn close(&mut self) {
        if let Some(door) = self.door.take() {
            door.shutdown.send_replace(true);
            tokio::time::timeout(PATIENCE, door.task).await.expect("the mail door stops in time").unwrap();
        }
    }

    pub(crate) fn smtp_port(&self) -> u16 {
        self.door.as_ref().unwrap().smtp.port()
    }

    pub(crate) async fn interactions(&self) -> Vec<InteractionDoc> {
        let mut all = Vec::new();
        for shown in [interactions::Shown::Open, interactions::Shown::Closed] {
            all.extend(interactions::list(&self.ctx, &Self::anna(), Filter { shown, ..Filter::default() }, None, 200).await.unwrap());
        }
        all
    }

    pub(crate) async fn interaction(&self, subject: &str) -> InteractionDoc {
        eventually(subject, async || self.interactions().await.into_iter().find(|doc| doc.subject == subject)).await
    }

    pub(crate) async fn messages(&self, id: InteractionId) -> Vec<MessageDoc> {
        let mut all = messages::list(&self.ctx, &Self::anna(), id, None, 100).await.unwrap();
        all.sort_by_key(|message| message.number);
        all
    }

    pub(crate) async fn ledger(&self) -> Vec<LedgerDoc> {
        ledger::list(&self.ctx, &Self::anna(), Shown::All, None, 200).await.unwrap()
    }

    pub(crate) async fn channel(&self, id: ChannelId) -> ChannelDoc {
        self.ctx.read(move |tx| Ok(tx.get::<ChannelDoc>(id)?)).await.unwrap().unwrap()
    }

    /// Anna answers.
    pub(crate) async fn reply(&self, id: InteractionId, text: &str) -> MessageDoc {
        let anna = Self::anna();
        routing::desk_connected(&self.ctx, ANNA.into()).await.unwrap();
        routing::set_presence(&self.ctx, &anna, ANNA.into(), Presence::Available).await.unwrap();
        let state = eventually("the interaction rings at Anna", async || match self.interaction_by_id(id).await.state {
            state @ (InteractionState::Offered { .. } | InteractionState::Active { .. }) => Some(state),
            InteractionState::New | InteractionState::Queued | InteractionState::Wrapup { .. } | InteractionState::Closed { .. } => None,
        })
        .await;
        if let InteractionState::Offered { offer, .. } = state {
            interactions::accept(&self.ctx, &anna, id, offer).await.unwrap();
        }
        let new = messages::NewMessage {
            kind: messages::NewMessageKind::Outbound,
            text: text.into(),
            client_id: text.into(),
            attachments: vec![],
            to: None,
            cc: None,
            subject: None,
        };
        messages::send(&self.ctx, &anna, id, new, None).await.unwrap()
    }

    async fn interaction_by_id(&self, id: InteractionId) -> InteractionDoc {
        self.ctx.read(move |tx| Ok(tx.get::<InteractionDoc>(id)?)).await.unwrap().unwrap()
    }

    pub(crate) async fn message(&self, id: okno_model::MessageId) -> MessageDoc {
        self.ctx.read(move |tx| Ok(tx.get::<MessageDoc>(id)?)).await.unwrap().unwrap()
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.fresh.dir()
    }
}

/// Looks until something is there.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < until, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
