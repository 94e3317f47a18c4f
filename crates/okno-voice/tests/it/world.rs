//! A company with a telephone: a queue, agents with desk phones, a provider.

use crate::peer::Peer;
use okno_app::{App, Ctx, SystemClock, SystemIds, Urls, access::Actor, routing, secrets::Secrets, visitors, voice_config};
use okno_model::{
    AgentId, CallId, ChannelId, ChannelKind, InteractionId, QueueId, RoleId, SessionId, Timestamp, UserId, VisitorId, WorkspaceId,
    doc::{
        AnswerMode, CallDoc, Capacity, ChannelDoc, ChannelHealth, ChannelSettings, DialPlanDoc, InteractionDoc, LedgerDoc, PhoneSettings,
        Presence, QueueDoc, RecordingDoc, RoleDoc, SrtpPolicy, UserDoc, WidgetSettings, WorkspaceDoc, WrapupMode,
    },
    input::{PhoneInput, TrunkInput},
    right::default_roles,
};
use okno_store::{blobs::Blobs, testing::Fresh};
use okno_voice::{Transport, VoiceConfig, VoiceDoor};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};
use tokio::{sync::watch, task::JoinHandle, time::timeout};

pub(crate) const QUEUE: QueueId = QueueId::from_u128(0xA1);
pub(crate) const LINE: ChannelId = ChannelId::from_u128(0xC1);
const WIDGET: ChannelId = ChannelId::from_u128(0xC2);
pub(crate) const ANNA: UserId = UserId::from_u128(0xE1);
pub(crate) const BORIS: UserId = UserId::from_u128(0xE2);
pub(crate) const NUMBER: &str = "+48221112233";
pub(crate) const OLGA: &str = "+48601234567";
const SECRET: &str = "a long secret of a phone";

/// Everything here happens much sooner.
const PATIENCE: Duration = Duration::from_secs(30);
/// Each door of this process has ports of its own.
static PORTS: AtomicU16 = AtomicU16::new(20_000);

/// The running company.
pub(crate) struct World {
    pub(crate) ctx: Ctx,
    pub(crate) provider: Peer,
    okno: SocketAddr,
    stop: watch::Sender<bool>,
    door: JoinHandle<()>,
    _fresh: Fresh,
}

impl World {
    /// With the usual settings, changed.
    pub(crate) async fn new(change: impl FnOnce(&mut PhoneSettings)) -> Self {
        let fresh = okno_store::testing::fresh_sqlite().await;
        let blobs = Blobs::open(fresh.dir().join("blobs")).unwrap();
        let urls = Urls { app: "http://desk.example".into(), files: "http://files.example".into() };
        let secrets = Secrets::load_or_create(&fresh.dir().join("secret.key")).unwrap();
        let app = App::new(fresh.store(), blobs, secrets, urls, Arc::new(SystemClock::default()), Arc::new(SystemIds));
        let ctx = app.at(WorkspaceId::from_u128(1));
        found(&ctx, change).await;
        routing::start(&ctx).await.unwrap();
        let provider = Peer::new("127.0.0.2").await;
        let input = TrunkInput {
            name: Some("Provider".into()),
            host: Some("127.0.0.2".into()),
            port: Some(provider.address().port()),
            sources: Some(vec!["127.0.0.2".into()]),
            enabled: Some(true),
            trusted: Some(true),
            max_calls: Some(20),
            calls_per_second: Some(50),
            ..Default::default()
        };
        voice_config::create_trunk(&ctx, &owner(), input, None).await.unwrap();
        for user in [ANNA, BORIS] {
            let login = login(user);
            let input = PhoneInput {
                agent: Some(user.into()),
                name: Some(login.clone()),
                login: Some(login),
                password: Some(SECRET.into()),
                ..Default::default()
            };
            voice_config::create_phone(&ctx, &owner(), input, None).await.unwrap();
        }
        let (okno, stop, door) = open(&ctx).await;
        provider.connect(okno, None).await;
        Self { ctx, provider, okno, stop, door, _fresh: fresh }
    }

    /// An agent with a registered desk phone, who takes calls.
    pub(crate) async fn agent(&self, user: UserId) -> Peer {
        let phone = Peer::new("127.0.0.3").await;
        phone.connect(self.okno, Some((&login(user), SECRET))).await;
        let agent: AgentId = user.into();
        routing::desk_connected(&self.ctx, agent).await.unwrap();
        routing::set_presence(&self.ctx, &actor(user), agent, Presence::Available).await.unwrap();
        self.until("the phone is registered", async |ctx| {
            let found = ctx.read(move |tx| Ok(tx.get::<okno_model::doc::AgentDoc>(agent)?)).await.unwrap();
            found.filter(|doc| doc.phone)
        })
        .await;
        phone
    }

    /// His phone and the trunk speak encrypted, or take it.
    pub(crate) async fn require_encryption(&self, user: UserId) {
        let phones = self.ctx.read(|tx| Ok(tx.list::<okno_model::doc::PhoneDoc>()?)).await.unwrap();
        let phone = phones.into_iter().find(|phone| phone.agent == user.into()).unwrap().id;
        let input = PhoneInput { srtp: Some(SrtpPolicy::Required), ..Default::default() };
        voice_config::update_phone(&self.ctx, &owner(), phone, input).await.unwrap();
        let trunk = self.ctx.read(|tx| Ok(tx.list::<okno_model::doc::TrunkDoc>()?)).await.unwrap()[0].id;
        let input = TrunkInput { srtp: Some(SrtpPolicy::Optional), ..Default::default() };
        voice_config::update_trunk(&self.ctx, &owner(), trunk, input).await.unwrap();
        self.until("the door knows it", async |ctx| {
            let trunk = ctx.read(move |tx| Ok(tx.get::<okno_model::doc::TrunkDoc>(trunk)?)).await.unwrap();
            trunk.filter(|trunk| trunk.health.state == "ok" && trunk.srtp == SrtpPolicy::Optional)
        })
        .await;
    }

    /// One more phone of an agent.
    pub(crate) async fn another_phone(&self, user: UserId) -> Peer {
        let login = format!("{}b", login(user));
        let input = PhoneInput {
            agent: Some(user.into()),
            name: Some(login.clone()),
            login: Some(login.clone()),
            password: Some(SECRET.into()),
            ..Default::default()
        };
        let id = voice_config::create_phone(&self.ctx, &owner(), input, None).await.unwrap().id;
        let phone = Peer::new("127.0.0.6").await;
        phone.connect(self.okno, Some((&login, SECRET))).await;
        self.until("the other phone is registered", async |ctx| {
            let found = ctx.read(move |tx| Ok(tx.get::<okno_model::doc::PhoneDoc>(id)?)).await.unwrap();
            found.filter(|doc| !doc.registered.is_empty())
        })
        .await;
        phone
    }

    /// Another provider, tried after the first.
    pub(crate) async fn second_provider(&self) -> Peer {
        let provider = Peer::new("127.0.0.4").await;
        let input = TrunkInput {
            name: Some("Second".into()),
            order: Some(9),
            host: Some("127.0.0.4".into()),
            port: Some(provider.address().port()),
            sources: Some(vec!["127.0.0.4".into()]),
            enabled: Some(true),
            ..Default::default()
        };
        let id = voice_config::create_trunk(&self.ctx, &owner(), input, None).await.unwrap().id;
        provider.connect(self.okno, None).await;
        self.until("the door knows it", async |ctx| {
            let trunk = ctx.read(move |tx| Ok(tx.get::<okno_model::doc::TrunkDoc>(id)?)).await.unwrap();
            trunk.filter(|trunk| trunk.health.state == "ok")
        })
        .await;
        provider
    }

    /// A browser on the company's site.
    pub(crate) async fn visitor(&self) -> VisitorId {
        visitors::open(&self.ctx, WIDGET, "http://shop.example/").await.unwrap().0.id
    }

    /// The process dies: nothing is told, nothing is waited for. Another one comes.
    pub(crate) async fn crash(&mut self) {
        self.door.abort();
        let _ = (&mut self.door).await;
        let (okno, stop, door) = open(&self.ctx).await;
        (self.okno, self.stop, self.door) = (okno, stop, door);
    }

    /// Stops in order; returns when the door has closed.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    pub(crate) fn stopped(&self) -> bool {
        self.door.is_finished()
    }

    /// Waits for a value.
    pub(crate) async fn until<T>(&self, what: &str, look: impl AsyncFn(Ctx) -> Option<T>) -> T {
        let looked = async {
            loop {
                if let Some(found) = look(self.ctx.clone()).await {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, looked).await.unwrap_or_else(|_| panic!("in vain: {what}"))
    }

    /// The only call, when it is as wanted.
    pub(crate) async fn call_that(&self, what: &str, wanted: impl Fn(&CallDoc) -> bool) -> CallDoc {
        self.until(what, async |ctx| {
            let calls = ctx.read(|tx| Ok(tx.list::<CallDoc>()?)).await.unwrap();
            calls.into_iter().find(|call| wanted(call))
        })
        .await
    }

    pub(crate) async fn interaction(&self, id: InteractionId) -> InteractionDoc {
        self.ctx.read(move |tx| Ok(tx.get::<InteractionDoc>(id)?.unwrap())).await.unwrap()
    }

    pub(crate) async fn unit(&self, interaction: InteractionId) -> LedgerDoc {
        let units = self.ctx.read(|tx| Ok(tx.list::<LedgerDoc>()?)).await.unwrap();
        units.into_iter().find(|unit| unit.interaction == Some(interaction)).unwrap()
    }

    pub(crate) async fn recordings(&self, call: CallId) -> Vec<RecordingDoc> {
        let all = self.ctx.read(|tx| Ok(tx.list::<RecordingDoc>()?)).await.unwrap();
        all.into_iter().filter(|recording| recording.call == call).collect()
    }
}

/// With what the agent's phone registers.
pub(crate) fn login(user: UserId) -> String {
    format!("phone{}", user.0.as_u128())
}

async fn open(ctx: &Ctx) -> (SocketAddr, watch::Sender<bool>, JoinHandle<()>) {
    let first = PORTS.fetch_add(60, Ordering::Relaxed);
    let config = VoiceConfig {
        listen: vec![(Transport::Udp, "127.0.0.1:0".parse().unwrap())],
        rtp_ports: first..=first + 59,
        drain: Duration::from_secs(20),
        ..VoiceConfig::default()
    };
    let door = VoiceDoor::bind(config).await.unwrap();
    let okno = door.addresses()[0].1;
    let (stop, stopping) = watch::channel(false);
    (okno, stop, tokio::spawn(door.run(ctx.clone(), stopping)))
}

/// Who may configure.
pub(crate) fn owner() -> Actor {
    as_role(UserId::from_u128(0xE9), "owner")
}

/// An agent.
pub(crate) fn actor(user: UserId) -> Actor {
    as_role(user, "agent")
}

/// A supervisor.
pub(crate) fn supervisor(user: UserId) -> Actor {
    as_role(user, "supervisor")
}

fn as_role(user: UserId, role: &str) -> Actor {
    let (_, _, grants) = default_roles().into_iter().find(|known| known.0 == role).unwrap();
    Actor { user, session: SessionId::from_u128(user.0.as_u128()), name: role.into(), team: None, queues: vec![QUEUE], grants }
}

async fn found(ctx: &Ctx, change: impl FnOnce(&mut PhoneSettings)) {
    let mut settings = PhoneSettings {
        numbers: vec![NUMBER.into()],
        answer: AnswerMode::AtOnce,
        language: "en".into(),
        greeting: None,
        music: None,
        announce_position: false,
        announce_wait: false,
        announce_seconds: 0,
        whisper: false,
        record: false,
        record_days: 30,
        callback: false,
        voicemail: false,
        callback_retries: 3,
        callback_gaps: vec![10, 30, 60],
        callback_hours: 24,
        voicemail_seconds: 0,
        click_to_call: false,
    };
    change(&mut settings);
    let queue = QueueDoc {
        ageing_seconds: 0,
        chat_offer_seconds: 45,
        email_offer_seconds: 300,
        no_answer_delay_seconds: 30,
        decline_delay_seconds: 30,
        wrapup: WrapupMode::Timed { seconds: 60 },
        answer_within_seconds: 600,
        ..QueueDoc::new(QUEUE, "Support")
    };
    let health = ChannelHealth { state: "ok".into(), detail: String::new(), since: Timestamp(0) };
    let line = ChannelDoc {
        id: LINE,
        kind: ChannelKind::Phone,
        name: "Hotline".into(),
        queue: QUEUE,
        enabled: true,
        settings: ChannelSettings::Phone(settings),
        health,
    };
    let widget = WidgetSettings {
        key: "wk_test".into(),
        sites: vec!["*".into()],
        title: "Chat".into(),
        greeting: "Hello".into(),
        color: "#336699".into(),
        ask: "no".into(),
    };
    let site = ChannelDoc {
        id: WIDGET,
        kind: ChannelKind::Widget,
        name: "Site".into(),
        settings: ChannelSettings::Widget(widget),
        ..line.clone()
    };
    let ws = ctx.ws;
    let plan = DialPlanDoc { country: "48".into(), allow: vec!["+48".into()], ..DialPlanDoc::closed(ws) };
    let roles: Vec<RoleDoc> = default_roles()
        .into_iter()
        .enumerate()
        .map(|(n, (key, name, grants))| RoleDoc { id: RoleId::from_u128(0xF0 + n as u128), key: key.into(), name: name.into(), grants })
        .collect();
    let agent = roles[0].id;
    let user = move |id: UserId, name: &str| UserDoc {
        id,
        email: format!("{}@borealis.example", name.to_lowercase()),
        name: name.into(),
        team: None,
        roles: vec![agent],
        disabled: false,
        language: "en".into(),
        skills: Vec::new(),
        queues: vec![QUEUE],
        capacity: Capacity::default(),
        created: Timestamp(0),
    };
    ctx.write(move |tx| {
        tx.put(&WorkspaceDoc { id: ws, name: "Borealis".into(), time_zone: "Europe/Warsaw".into(), language: "en".into() })?;
        tx.put(&queue)?;
        for role in &roles {
            tx.put(role)?;
        }
        for user in [user(ANNA, "Anna"), user(BORIS, "Boris")] {
            tx.put(&user)?;
        }
        tx.put(&line)?;
        tx.put(&site)?;
        tx.put(&plan)?;
        Ok(())
    })
    .await
    .unwrap();
}
