//! What every handler can reach.

use crate::{rate::Limits, socket::Live};
use okno_app::{App, Ctx};
use okno_model::WorkspaceId;
use std::{
    net::IpAddr,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::watch;

/// Settings of the HTTP door.
#[derive(Debug, Clone)]
pub struct ApiConfig {
    /// Version and commit, shown in `/me` and on the socket; a changed build asks browsers to reload.
    pub build: String,
    /// Proxies whose `X-Forwarded-For` is believed. Nobody else's is.
    pub trusted_proxies: Vec<IpAddr>,
    /// Requests per second of one source address; the burst is twice as much. 0 switches the limit off.
    pub requests_per_second: u32,
    /// Requests per second of one user; the burst is twice as much. 0 switches the limit off.
    pub user_requests_per_second: u32,
    /// Tries to sign in per minute of one source address. 0 switches the limit off (the delay per name stays).
    pub sign_ins_per_minute: u32,
    /// `Authorization: Bearer` for `/metrics` from other machines; without it only loopback may read them.
    pub metrics_token: Option<String>,
    /// Who speaks texts; `None` for espeak-ng on this machine.
    pub speech: Option<okno_media::tts::Provider>,
    /// After shutdown began: time for the load balancer to see that readiness is off, before the listener closes.
    pub drain_delay: Duration,
    /// Requests and sockets that are still there after this are cut.
    pub drain_limit: Duration,
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self {
            build: env!("CARGO_PKG_VERSION").to_owned(),
            trusted_proxies: Vec::new(),
            requests_per_second: 200,
            user_requests_per_second: 50,
            sign_ins_per_minute: 30,
            metrics_token: None,
            speech: None,
            drain_delay: Duration::ZERO,
            drain_limit: Duration::from_secs(15),
        }
    }
}

/// The state of the HTTP door. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ApiState(Arc<Inner>);

/// See [`ApiState`].
#[derive(Debug)]
pub struct Inner {
    /// The installation.
    pub app: Arc<App>,
    /// The workspace of this installation: where people sign in.
    pub home: WorkspaceId,
    /// Settings.
    pub config: ApiConfig,
    pub(crate) limits: Limits,
    pub(crate) live: Live,
    ready: AtomicBool,
    closing: watch::Sender<bool>,
    sockets: watch::Sender<usize>,
}

impl Deref for ApiState {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl ApiState {
    /// The door of one installation. `home` comes from `okno_app::workspace::home`.
    pub fn new(app: Arc<App>, home: WorkspaceId, config: ApiConfig) -> Self {
        // Whoever counts something from now on is heard.
        crate::telemetry::figures();
        let (limits, live) = (Limits::new(&config), Live::new(&config));
        Self(Arc::new(Inner {
            app,
            home,
            config,
            limits,
            live,
            ready: AtomicBool::new(false),
            closing: watch::Sender::new(false),
            sockets: watch::Sender::new(0),
        }))
    }

    /// The installation's own workspace, for doors without a signed-in user.
    pub fn ctx(&self) -> Ctx {
        self.app.at(self.home)
    }

    /// Whether cookies may travel over TLS only.
    pub fn secure(&self) -> bool {
        self.app.urls.app.starts_with("https://")
    }

    /// Whether new work may come. [`crate::serve`] sets it when the listeners are open and clears it first of all.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }

    pub(crate) fn set_ready(&self, ready: bool) {
        self.ready.store(ready, Ordering::Relaxed);
    }

    /// Returns when the server begins to stop. Long polls and sockets end then; browsers come back to the next server.
    pub async fn closing(&self) {
        let mut closing = self.closing.subscribe();
        // The sender lives in this state, so waiting cannot fail before the server is gone.
        let _ = closing.wait_for(|closing| *closing).await;
    }

    pub(crate) fn close(&self) {
        self.set_ready(false);
        self.closing.send_replace(true);
    }

    /// Counts an open socket while the guard lives; shutdown waits for them.
    pub fn socket(&self) -> SocketGuard {
        self.sockets.send_modify(|n| *n += 1);
        metrics::gauge!("okno_sockets_open").increment(1.0);
        SocketGuard(self.clone())
    }

    pub(crate) async fn sockets_gone(&self) {
        let mut sockets = self.sockets.subscribe();
        let _ = sockets.wait_for(|n| *n == 0).await;
    }
}

/// One open socket.
#[derive(Debug)]
pub struct SocketGuard(ApiState);

impl Drop for SocketGuard {
    fn drop(&mut self) {
        self.0.sockets.send_modify(|n| *n -= 1);
        metrics::gauge!("okno_sockets_open").decrement(1.0);
    }
}
