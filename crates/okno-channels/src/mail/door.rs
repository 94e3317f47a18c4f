//! The mail door as one thing: what it needs, what it starts, and how it follows changes of the configuration.

use super::{
    health::{Board, Side},
    imap,
    office::{Mailbox, Office, TestRequest},
    send,
    smtp_in::listener::{ListenerConfig, serve},
    tls::{Trust, TrustError},
    understand,
    wait::{BackOff, stopped},
};
use okno_app::{Ctx, channels::ChannelCheck};
use okno_bus::Topic;
use okno_model::ChannelId;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::{collections::BTreeMap, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;

/// The configuration is looked at at least so often; a lost wake-up costs no more.
const LOOK: Duration = Duration::from_secs(30);

/// Settings of the mail door that belong to the installation, not to a mailbox.
#[derive(Debug, Clone, Default)]
pub struct MailConfig {
    /// Our host name: in greetings and in Received.
    pub host: String,
    /// Address of the SMTP listener, if there is one.
    pub listen: Option<SocketAddr>,
    /// Certificate chain and key of the listener, PEM; without them it offers no STARTTLS.
    pub certificate: Option<(Vec<u8>, Vec<u8>)>,
    /// Certificates of the company's own authority, PEM; may be empty.
    pub authorities: Vec<u8>,
    /// Mail servers whose Authentication-Results are believed; hosts of mailboxes are anyway.
    pub trusted: Vec<String>,
}

/// The mail door cannot start.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The listener.
    #[error("cannot listen for mail on {address}: {error}; choose another `smtp_listen` or stop what uses it")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// Certificates.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// Own certificate.
    #[error("the certificate of the mail listener cannot be used: {0}")]
    Certificate(String),
}

/// A mail door that is ready to run; its listener is bound already.
#[derive(Debug)]
pub struct MailDoor {
    config: MailConfig,
    trust: Trust,
    listener: Option<(TcpListener, ListenerConfig)>,
}

impl MailDoor {
    /// Reads the certificates and binds the listener.
    ///
    /// # Errors
    /// [`MailError`] in words for the administrator.
    pub async fn bind(config: MailConfig) -> Result<Self, MailError> {
        let trust = Trust::new(&config.authorities)?;
        let listener = match config.listen {
            Some(address) => {
                let listener = TcpListener::bind(address).await.map_err(|error| MailError::Listen { address, error })?;
                let tls = config.certificate.as_ref().map(|(chain, key)| acceptor(chain, key)).transpose()?;
                Some((listener, ListenerConfig { host: config.host.clone(), tls }))
            }
            None => None,
        };
        Ok(Self { config, trust, listener })
    }

    /// Where the SMTP listener listens.
    pub fn smtp_address(&self) -> Option<SocketAddr> {
        self.listener.as_ref().and_then(|(listener, _)| listener.local_addr().ok())
    }

    /// Runs until `shutdown` becomes true, then finishes what is on its way. A part that panics is started again.
    pub async fn run(self, ctx: Ctx, shutdown: watch::Receiver<bool>) {
        let (Self { config, trust, listener }, office) = (self, Office(ctx));
        let board = Board::default();
        let mut tasks = JoinSet::new();
        let listens = listener.is_some();
        if let Some((listener, settings)) = listener {
            tasks.spawn(serve(office.clone(), listener, settings, shutdown.clone()));
        }
        {
            let (office, shutdown) = (office.clone(), shutdown.clone());
            tasks.spawn(keep("understanding mail", shutdown.clone(), move || {
                understand::run(office.clone(), config.trusted.clone(), shutdown.clone())
            }));
        }
        {
            let (office, shutdown, trust, board) = (office.clone(), shutdown.clone(), trust.clone(), board.clone());
            let host = config.host.clone();
            tasks.spawn(keep("sending mail", shutdown.clone(), move || {
                send::run(office.clone(), trust.clone(), host.clone(), board.clone(), shutdown.clone())
            }));
        }
        {
            let host = config.host;
            tasks.spawn(keep("following mailboxes", shutdown.clone(), move || {
                follow(office.clone(), trust.clone(), host.clone(), board.clone(), listens, shutdown.clone())
            }));
        }
        while tasks.join_next().await.is_some() {}
    }
}

fn acceptor(chain: &[u8], key: &[u8]) -> Result<TlsAcceptor, MailError> {
    let bad = |error: String| MailError::Certificate(error);
    let chain = CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>().map_err(|error| bad(error.to_string()))?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| bad(error.to_string()))?;
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| bad(error.to_string()))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Runs a part and starts it again if it panics: one bad mail must not end the mail of all.
async fn keep<F: Future<Output = ()> + Send + 'static>(
    name: &'static str,
    mut shutdown: watch::Receiver<bool>,
    mut start: impl FnMut() -> F,
) {
    let mut waits = BackOff::new(Duration::from_secs(1), Duration::from_secs(60));
    loop {
        match tokio::spawn(start()).await {
            Ok(()) => return,
            Err(error) => tracing::error!(%error, "{name} stopped by a fault of okno; it is started again"),
        }
        tokio::select! {
            () = tokio::time::sleep(waits.next()) => {}
            () = stopped(&mut shutdown) => return,
        }
    }
}

/// One running fetcher.
struct Running {
    mailbox: Mailbox,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// Starts and stops fetchers as mailboxes come, change and go, and answers tests of their settings.
async fn follow(office: Office, trust: Trust, host: String, board: Board, listens: bool, mut shutdown: watch::Receiver<bool>) {
    let mut channels = office.listen(Topic::Channels);
    let mut running: BTreeMap<ChannelId, Running> = BTreeMap::new();
    let mut tests = JoinSet::new();
    while !*shutdown.borrow() {
        match office.mailboxes().await {
            Ok(mailboxes) => adjust(&office, &trust, &board, listens, &mut running, mailboxes).await,
            Err(error) => tracing::warn!(%error, "cannot read the mailboxes"),
        }
        match office.tests().await {
            Ok(requests) => {
                for request in requests {
                    tests.spawn(test(office.clone(), trust.clone(), host.clone(), request));
                }
            }
            Err(error) => tracing::warn!(%error, "cannot read the tests of mailboxes"),
        }
        tokio::select! {
            () = channels.wait() => {}
            () = tokio::time::sleep(LOOK) => {}
            () = stopped(&mut shutdown) => {}
        }
        while tests.try_join_next().is_some() {}
    }
    for one in running.values() {
        one.stop.send_replace(true);
    }
    for (_, one) in running {
        let _ = one.task.await;
    }
}

async fn adjust(
    office: &Office,
    trust: &Trust,
    board: &Board,
    listens: bool,
    running: &mut BTreeMap<ChannelId, Running>,
    mailboxes: Vec<Mailbox>,
) {
    let wanted: BTreeMap<ChannelId, Mailbox> = mailboxes.into_iter().map(|mailbox| (mailbox.channel, mailbox)).collect();
    let gone: Vec<ChannelId> =
        running.iter().filter(|(id, one)| one.task.is_finished() || wanted.get(id) != Some(&one.mailbox)).map(|(id, _)| *id).collect();
    for id in gone {
        if let Some(one) = running.remove(&id) {
            one.stop.send_replace(true);
            // Two fetchers of one mailbox would do no harm but double work.
            if let Err(error) = one.task.await
                && error.is_panic()
            {
                tracing::error!(channel = %id, "a fetcher stopped by a fault of okno; it is started again");
            }
            board.forget(id);
        }
    }
    for (id, mailbox) in wanted {
        if running.contains_key(&id) {
            continue;
        }
        if mailbox.settings.imap.is_none() {
            let words = if listens {
                "mail arrives through the SMTP listener"
            } else {
                "no mail can arrive: enter an IMAP server, or turn on the SMTP listener"
            };
            board.say(office, id, Side::In, if listens { "ok" } else { "error" }, words.to_owned()).await;
            continue;
        }
        let (stop, stopping) = watch::channel(false);
        let task = tokio::spawn(imap::run(office.clone(), mailbox.clone(), trust.clone(), board.clone(), stopping));
        running.insert(id, Running { mailbox, stop, task });
    }
}

/// Tries both servers of a mailbox for an administrator who waits.
async fn test(office: Office, trust: Trust, host: String, request: TestRequest) {
    let mailbox = &request.mailbox;
    let limit = Duration::from_secs(15);
    let late = || Err("no answer within 15 seconds; check host and port".to_owned());
    let incoming = async { tokio::time::timeout(limit, imap::check(mailbox, &trust)).await.unwrap_or_else(|_| Some(late())) };
    let outgoing = async {
        let server = mailbox.settings.smtp.as_ref()?;
        let password = mailbox.smtp_password.as_deref().unwrap_or_default();
        let tried = tokio::time::timeout(limit, send::Relay::connect(server, password, &trust, &host)).await;
        Some(match tried {
            Ok(Ok(relay)) => {
                relay.quit().await;
                Ok(format!("{}:{} takes mail", server.host, server.port))
            }
            Ok(Err(down)) => Err(down.to_string()),
            Err(_) => late(),
        })
    };
    let (incoming, outgoing) = tokio::join!(incoming, outgoing);
    let mut checks = Vec::new();
    for (name, result) in [("imap", incoming), ("smtp", outgoing)] {
        let (ok, detail) = match result {
            Some(Ok(detail)) => (true, detail),
            Some(Err(detail)) => (false, detail),
            None => continue,
        };
        checks.push(ChannelCheck { name: name.to_owned(), ok, detail });
    }
    if let Err(error) = office.tested(request.id, checks).await {
        tracing::warn!(%error, "cannot answer a test of a mailbox");
    }
}
