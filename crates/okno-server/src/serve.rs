//! Starting and stopping: facts, acts and doors put together.

use crate::{config::Config, node::Node};
use anyhow::Context as _;
use okno_app::{App, Ctx, Ids as _, SystemClock, SystemIds, Urls, secrets::Secrets};
use okno_channels::mail::{MailConfig, MailDoor};
use okno_model::WorkspaceId;
use okno_store::{Store, Target, blobs::Blobs};
use std::{net::SocketAddr, path::Path, sync::Arc};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// Calls get no more time when the desks are gone.
const WITHOUT_DESKS: std::time::Duration = std::time::Duration::from_secs(5);

/// A running okno.
pub(crate) struct Running {
    /// The installation.
    pub(crate) app: Arc<App>,
    /// Its workspace.
    pub(crate) home: WorkspaceId,
    /// Held as long as the process serves.
    _node: Node,
    /// One-time token of the first set-up, until it is done.
    pub(crate) setup_token: Option<String>,
    listen: SocketAddr,
    stop: watch::Sender<bool>,
    api: JoinHandle<anyhow::Result<()>>,
    channels: JoinHandle<()>,
    /// The telephone closes before everything else: agents need their desks until the last call is over.
    hang_up: watch::Sender<bool>,
    voice: Option<JoinHandle<()>>,
    /// Where SIP over UDP is open.
    pub(crate) sip: Option<SocketAddr>,
}

/// Starts everything and returns when the doors are open.
pub(crate) async fn start(config: &Config) -> anyhow::Result<Running> {
    std::fs::create_dir_all(&config.data_dir).with_context(|| format!("cannot make the data folder {}", config.data_dir.display()))?;
    let node = Node::lock(&config.data_dir, || SystemIds.next())?;
    let secrets = Secrets::load_or_create(&config.data_dir.join("secret.key")).context("cannot read or make the key file")?;
    let blobs = Blobs::open(config.data_dir.join("blobs")).context("cannot open the folder of files")?;
    let store = Store::open(Target::parse(&config.database)?).await.context("cannot open the database; `okno doctor` may know why")?;
    let urls = Urls { app: config.url.clone(), files: config.files_url.clone() };
    let app = App::new(store, blobs, secrets, urls, Arc::new(SystemClock::default()), Arc::new(SystemIds));
    app.name_node(node.name().to_owned());
    let home = okno_app::workspace::home(&app).await?;
    let setup_token = okno_app::access::setup_token(&app).await?;

    let main = bind("listen", config.listen).await?;
    let files = bind("files_listen", config.files_listen).await?;
    let mail = MailDoor::bind(mail_config(config)?).await?;
    // One for prompts and announcements: what one learns of its health the other knows.
    let speech = config.voice.as_ref().and_then(|voice| voice.speech.clone()).map(okno_api::SpeechProvider::open);
    let voice = match &config.voice {
        Some(voice) => Some(voice.bind(speech.as_ref()).await?),
        None => None,
    };
    let listen = main.local_addr()?;
    let (stop, stopping) = watch::channel(false);
    let ctx: Ctx = app.at(home);
    // Before routing starts, so that its first figures are kept.
    let state = okno_api::ApiState::new(Arc::clone(&app), home, okno_api::ApiConfig { speech, ..api_config(config) });
    okno_app::routing::start(&ctx).await?;
    let (hang_up, hanging_up) = watch::channel(false);
    let sip = voice.as_ref().and_then(|door| door.addresses().into_iter().next()).map(|(_, address)| address);
    let voice = voice.map(|door| crate::voice::run(door, ctx.clone(), hanging_up));
    let channels = tokio::spawn(mail.run(ctx, stopping.clone()));
    let api = tokio::spawn(async move { okno_api::serve(state, main, files, told(stopping)).await.map_err(anyhow::Error::from) });
    tracing::info!(url = config.url, files = config.files_url, smtp = ?config.smtp_listen, "okno is open");
    Ok(Running { _node: node, app, home, setup_token, listen, stop, api, channels, hang_up, voice, sip })
}

fn mail_config(config: &Config) -> anyhow::Result<MailConfig> {
    let read = |path: &Path| std::fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    let mail = &config.mail;
    let certificate = mail.certificate.as_ref().map(|(chain, key)| anyhow::Ok((read(chain)?, read(key)?))).transpose()?;
    let authorities = mail.authorities.as_deref().map(read).transpose()?.unwrap_or_default();
    Ok(MailConfig { host: mail.host.clone(), listen: config.smtp_listen, certificate, authorities, trusted: mail.trusted.clone() })
}

fn api_config(config: &Config) -> okno_api::ApiConfig {
    let build = concat!(env!("CARGO_PKG_VERSION"), "-", env!("OKNO_BUILD")).to_owned();
    let trusted_proxies = config.trusted_proxies.clone();
    let metrics_token = config.metrics_token.clone();
    let normal = okno_api::ApiConfig { build, trusted_proxies, metrics_token, ..Default::default() };
    if config.rate_limits {
        normal
    } else {
        okno_api::ApiConfig { requests_per_second: 0, user_requests_per_second: 0, sign_ins_per_minute: 0, ..normal }
    }
}

async fn bind(name: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on `{name}` {address}; is another okno running? `okno doctor` tells"))
}

/// Resolves when the process is told to stop.
async fn told(mut stopping: watch::Receiver<bool>) {
    // An error means that the sender is gone: the process ends.
    let _ = stopping.wait_for(|stop| *stop).await;
}

impl Running {
    /// The address that was really taken, as a URL on this machine.
    pub(crate) fn local_url(&self) -> String {
        format!("http://{}", self.listen)
    }

    /// Serves until SIGTERM, Ctrl-C or a door fails; then drains.
    pub(crate) async fn until_stopped(mut self) -> anyhow::Result<()> {
        let failed = tokio::select! {
            signal = stop_signal() => { signal?; None }
            done = &mut self.api => Some(done),
        };
        tracing::info!("okno stops: no new work, what runs may end");
        self.hang_up.send_replace(true);
        if let Some(mut voice) = self.voice.take() {
            tokio::select! {
                done = &mut voice => if let Err(error) = done {
                    tracing::error!(%error, "the telephone ended badly");
                },
                // Without desks nobody can end a call, and who asks twice does not want to wait.
                _ = stop_signal(), if failed.is_none() => voice.abort(),
                () = tokio::time::sleep(WITHOUT_DESKS), if failed.is_some() => voice.abort(),
            }
        }
        self.stop.send_replace(true);
        let api = match failed {
            Some(done) => done,
            None => (&mut self.api).await,
        };
        if let Err(error) = (&mut self.channels).await {
            tracing::error!(%error, "a channel ended badly");
        }
        okno_app::routing::stop(&self.app).await;
        self.app.store.clone().close().await;
        tracing::info!("okno has stopped");
        api.context("the HTTP door ended badly")?
    }
}

/// Resolves on SIGTERM or Ctrl-C.
async fn stop_signal() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            done = tokio::signal::ctrl_c() => done?,
            _ = term.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}
