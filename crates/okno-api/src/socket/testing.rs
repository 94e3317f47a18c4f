//! A served installation for the tests of the doors: real listeners, real sockets.

use crate::{ApiConfig, ApiState, serve};
use futures_util::{SinkExt as _, StreamExt as _};
use okno_app::{
    App, Ctx, SystemClock, SystemIds, Urls,
    access::{self, Actor, Origin, Setup},
    channels,
    messages::{NewMessage, NewMessageKind},
    routing,
    secrets::Secrets,
    users, workspace,
};
use okno_model::{
    ChannelKind, QueueId,
    doc::{ChannelSettings, Presence},
    input::{ChannelInput, SettingsInput, UserInput, WidgetInput},
};
use okno_store::{blobs::Blobs, testing::Fresh};
use serde_json::{Value, json};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

const PASSWORD: &str = "correct horse battery";
/// Longest wait for something that has to happen.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) ctx: Ctx,
    pub(crate) owner: Actor,
    pub(crate) queue: QueueId,
    /// Key of a widget for `https://shop.example`.
    pub(crate) key: String,
    pub(crate) address: SocketAddr,
    pub(crate) http: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    _fresh: Fresh,
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let fresh = okno_store::testing::fresh_sqlite().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let files = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, files_address) = (listener.local_addr().unwrap(), files.local_addr().unwrap());
        let urls = Urls { app: format!("http://{address}"), files: format!("http://{files_address}") };
        let blobs = Blobs::open(fresh.dir().join("blobs")).unwrap();
        let app = App::new(fresh.store(), blobs, Secrets::new([7; 32]), urls, Arc::new(SystemClock::default()), Arc::new(SystemIds));
        let home = workspace::home(&app).await.unwrap();
        let ctx = app.at(home);
        let token = access::setup_token(&app).await.unwrap().unwrap();
        let first = Setup {
            token,
            company: "Borealis".into(),
            time_zone: "Europe/Warsaw".into(),
            language: "en".into(),
            name: "Olga Owner".into(),
            email: "owner@example.com".into(),
            password: PASSWORD.into(),
        };
        let owner = access::setup(&ctx, first, origin()).await.unwrap().actor;
        let queue = owner.queues[0];
        let widget = WidgetInput {
            key: None,
            sites: vec!["https://shop.example".into()],
            title: "Help".into(),
            greeting: "Hello!".into(),
            color: None,
            ask: None,
        };
        let input = ChannelInput {
            kind: Some(ChannelKind::Widget),
            name: Some("Shop".into()),
            queue: Some(queue),
            settings: Some(SettingsInput::Widget(widget)),
            ..ChannelInput::default()
        };
        let channel = channels::create(&ctx, &owner, input, None).await.unwrap();
        let ChannelSettings::Widget(settings) = channel.settings else { panic!("a widget was made") };
        routing::start(&ctx).await.unwrap();
        let config = ApiConfig { requests_per_second: 0, user_requests_per_second: 0, sign_ins_per_minute: 0, ..ApiConfig::default() };
        let (stop, stopped) = oneshot::channel();
        let state = ApiState::new(app, home, config);
        tokio::spawn(async move {
            serve(state, listener, files, async {
                let _ = stopped.await;
            })
            .await
        });
        // A test talks to its own loopback only; the provider is needed for the client to be built at all.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { ctx, owner, queue, key: settings.key, address, http, stop: Some(stop), _fresh: fresh }
    }

    /// A user with a default role who serves the queues; signed in.
    pub(crate) async fn colleague(&self, name: &str, role: &str, queues: Vec<QueueId>) -> (Actor, String) {
        let roles = users::roles(&self.ctx, &self.owner).await.unwrap();
        let role = roles.into_iter().find(|r| r.key == role).unwrap().id;
        let input = UserInput {
            email: Some(format!("{name}@example.com")),
            name: Some(name.to_owned()),
            roles: Some(vec![role]),
            queues: Some(queues),
            password: Some(PASSWORD.to_owned()),
            ..UserInput::default()
        };
        users::create(&self.ctx, &self.owner, input, None).await.unwrap();
        let signed = access::sign_in(&self.ctx, &format!("{name}@example.com"), PASSWORD.into(), origin()).await.unwrap().unwrap();
        (signed.actor, signed.token)
    }

    /// A desk after its snapshot; its agent is available.
    pub(crate) async fn desk_ready(&self, actor: &Actor, token: &str) -> (Peer, Value) {
        let mut desk = self.desk(token).await;
        desk.say(json!({"t": "hello", "resume": null})).await;
        let snapshot = desk.next().await;
        assert_eq!(snapshot["t"], "snapshot", "{snapshot}");
        routing::set_presence(&self.ctx, actor, actor.agent(), Presence::Available).await.unwrap();
        (desk, snapshot)
    }

    pub(crate) async fn desk(&self, token: &str) -> Peer {
        let cookie = format!("okno_session={token}");
        self.socket("/api/v1/socket", &[("cookie", &cookie)], None).await.unwrap()
    }

    /// A visitor's socket after its welcome.
    pub(crate) async fn visitor(&self, token: Option<&str>) -> (Peer, Value) {
        self.visitor_with(json!({"t": "hello", "token": token, "resume": 0, "language": "en", "page": "https://shop.example/"})).await
    }

    pub(crate) async fn visitor_with(&self, hello: Value) -> (Peer, Value) {
        let mut peer = self.socket(&format!("/api/v1/visitor/socket?key={}", self.key), &[], None).await.unwrap();
        peer.say(hello).await;
        let welcome = peer.next().await;
        assert_eq!(welcome["t"], "welcome", "{welcome}");
        (peer, welcome)
    }

    /// Opens a socket; the status if the server refuses.
    pub(crate) async fn socket(&self, path: &str, headers: &[(&'static str, &str)], buffer: Option<u32>) -> Result<Peer, u16> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(bytes) = buffer {
            socket.set_recv_buffer_size(bytes).unwrap();
        }
        let stream = socket.connect(self.address).await.unwrap();
        match client_async(request, stream).await {
            Ok((socket, _)) => Ok(Peer(socket)),
            Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        let sign = if path.contains('?') { '&' } else { '?' };
        format!("http://{}{path}{sign}key={}", self.address, self.key)
    }
}

/// The other side of a socket.
pub(crate) struct Peer(WebSocketStream<TcpStream>);

impl Peer {
    pub(crate) async fn say(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// The next text frame.
    pub(crate) async fn next(&mut self) -> Value {
        self.maybe().await.unwrap_or_else(|code| panic!("the socket was closed with {code}"))
    }

    /// The next text frame, or the code that the socket was closed with (0 without one).
    pub(crate) async fn maybe(&mut self) -> Result<Value, u16> {
        loop {
            match tokio::time::timeout(PATIENCE, self.0.next()).await.expect("something comes in time") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => return Err(frame.map_or(0, |frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(0),
            }
        }
    }

    /// Reads until a frame that fits; all frames up to it.
    pub(crate) async fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut all = Vec::new();
        loop {
            all.push(self.next().await);
            if fits(&all[all.len() - 1]) {
                return all;
            }
        }
    }

    /// Reads until a frame of this kind and returns it.
    pub(crate) async fn kind(&mut self, kind: &str) -> Value {
        self.until(|frame| frame["t"] == kind).await.pop().unwrap()
    }

    /// Reads until an event of this type and returns it.
    pub(crate) async fn event(&mut self, kind: &str) -> Value {
        self.until(|frame| frame["type"] == kind).await.pop().unwrap()
    }
}

fn origin() -> Origin {
    Origin { address: "127.0.0.1".parse().unwrap(), agent: "test".into(), token: None }
}

/// A reply to the customer.
pub(crate) fn reply(client_id: &str, text: &str) -> NewMessage {
    NewMessage {
        kind: NewMessageKind::Outbound,
        text: text.to_owned(),
        client_id: client_id.to_owned(),
        attachments: Vec::new(),
        to: None,
        cc: None,
        subject: None,
    }
}
