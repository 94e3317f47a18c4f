//! The sockets around [`super::session`]: bounds on connections, time and memory.

use super::session::{Envelope, Recipient, Session, Step, Stored};
use crate::mail::{
    office::{Office, OfficeError},
    parse,
    wait::stopped,
};
use okno_model::{
    ChannelId,
    doc::UnitKind,
    wire::{RawUnit, Received},
};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{Instant, timeout, timeout_at},
};
use tokio_rustls::TlsAcceptor;

/// Connections at once.
const CONNECTIONS: usize = 200;
/// Connections at once of one address.
const CONNECTIONS_PER_SOURCE: usize = 50;
/// Silence after which a session ends (RFC 5321 4.5.3.2.7 asks for five minutes).
const IDLE: Duration = Duration::from_secs(300);
/// Longest session: slow senders must not hold connections for ever.
const TOTAL: Duration = Duration::from_secs(3600);
/// Bytes of mail that all sessions together hold in memory.
const HELD_BYTES: usize = 256 * 1024 * 1024;
/// Bytes that are read at once.
const READ_BYTES: usize = 64 * 1024;
/// Pause after a failed accept, so that a lack of descriptors doesn't spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Settings of the listener.
#[derive(Clone)]
pub(crate) struct ListenerConfig {
    /// Our name in the greeting and in Received.
    pub host: String,
    /// Offers STARTTLS with this.
    pub tls: Option<TlsAcceptor>,
}

impl std::fmt::Debug for ListenerConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ListenerConfig").field("host", &self.host).field("tls", &self.tls.is_some()).finish()
    }
}

/// Connections and memory in use.
#[derive(Debug, Default)]
struct Usage {
    sources: Mutex<BTreeMap<IpAddr, usize>>,
    held: AtomicUsize,
}

/// One connection's place; gives it back when dropped.
struct Place {
    usage: Arc<Usage>,
    source: IpAddr,
    held: usize,
}

impl Usage {
    fn take(self: &Arc<Self>, source: IpAddr) -> Option<Place> {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let total: usize = sources.values().sum();
        let mine = sources.entry(source).or_default();
        if total >= CONNECTIONS || *mine >= CONNECTIONS_PER_SOURCE {
            return None;
        }
        *mine += 1;
        Some(Place { usage: Arc::clone(self), source, held: 0 })
    }
}

impl Place {
    /// Notes how much the session holds; false if all together hold too much.
    fn holds(&mut self, bytes: usize) -> bool {
        let before = std::mem::replace(&mut self.held, bytes);
        let total = if bytes >= before {
            self.usage.held.fetch_add(bytes - before, Ordering::Relaxed) + (bytes - before)
        } else {
            self.usage.held.fetch_sub(before - bytes, Ordering::Relaxed) - (before - bytes)
        };
        total <= HELD_BYTES
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.usage.held.fetch_sub(self.held, Ordering::Relaxed);
        let mut sources = self.usage.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = sources.get_mut(&self.source) {
            *count -= 1;
            if *count == 0 {
                sources.remove(&self.source);
            }
        }
    }
}

/// Serves until `shutdown` says so; then running mails may end, for at most half a minute.
pub(crate) async fn serve(office: Office, listener: TcpListener, config: ListenerConfig, mut shutdown: watch::Receiver<bool>) {
    let usage = Arc::new(Usage::default());
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let Some(place) = usage.take(peer.ip()) else {
                        refuse(stream).await;
                        continue;
                    };
                    sessions.spawn(connection(office.clone(), stream, peer, config.clone(), place, shutdown.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a mail connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(ended) = sessions.join_next() => {
                if let Err(error) = ended && error.is_panic() {
                    tracing::error!("a mail session panicked; its mail was not acknowledged and comes again");
                }
            }
            () = stopped(&mut shutdown) => break,
        }
    }
    drop(listener);
    // A mail that is on its way gets its answer; the sessions see the shutdown and end after it.
    let drain = async { while sessions.join_next().await.is_some() {} };
    if timeout(Duration::from_secs(30), drain).await.is_err() {
        sessions.shutdown().await;
    }
}

async fn refuse(mut stream: TcpStream) {
    let words = b"421 4.7.0 too many connections, please try again later\r\n";
    let _ = timeout(Duration::from_secs(1), stream.write_all(words)).await;
}

async fn connection(
    office: Office,
    stream: TcpStream,
    peer: SocketAddr,
    config: ListenerConfig,
    mut place: Place,
    mut shutdown: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let mut session = Session::new(&config.host, config.tls.is_some());
    let until = Instant::now() + TOTAL;
    let mut talk = Talk { office: &office, config: &config, peer, place: &mut place, until, encrypted: false };
    match talk.run(stream, &mut session, &mut shutdown).await {
        Ok(None) => {}
        Ok(Some(stream)) => {
            let Some(acceptor) = &config.tls else { return };
            match timeout(Duration::from_secs(30), acceptor.accept(stream)).await {
                Ok(Ok(stream)) => {
                    session.encrypted();
                    talk.encrypted = true;
                    if let Err(error) = talk.run(stream, &mut session, &mut shutdown).await {
                        tracing::debug!(%error, "a mail connection broke");
                    }
                }
                Ok(Err(error)) => tracing::debug!(%error, "a mail connection could not be encrypted"),
                Err(_) => tracing::debug!("a mail connection did not finish its TLS handshake"),
            }
        }
        Err(error) => tracing::debug!(%error, "a mail connection broke"),
    }
}

/// One connection.
struct Talk<'a> {
    office: &'a Office,
    config: &'a ListenerConfig,
    peer: SocketAddr,
    place: &'a mut Place,
    until: Instant,
    encrypted: bool,
}

impl Talk<'_> {
    /// Runs until the session closes (`None`) or asks for TLS (the stream).
    async fn run<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        mut stream: S,
        session: &mut Session,
        shutdown: &mut watch::Receiver<bool>,
    ) -> io::Result<Option<S>> {
        let mut buffer = vec![0; READ_BYTES];
        loop {
            match session.step() {
                Step::Write(text) => {
                    let written = async {
                        stream.write_all(text.as_bytes()).await?;
                        stream.flush().await
                    };
                    timeout(IDLE, written).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
                }
                Step::Read => {
                    let idle = (Instant::now() + IDLE).min(self.until);
                    tokio::select! {
                        read = timeout_at(idle, stream.read(&mut buffer)) => match read {
                            Ok(Ok(0)) => return Ok(None),
                            Ok(Ok(count)) => {
                                session.receive(&buffer[..count]);
                                // The session takes the bytes over before they are counted.
                                if !self.place.holds(session.held()) {
                                    session.overload();
                                }
                            }
                            Ok(Err(error)) => return Err(error),
                            Err(_) => session.end("you were silent or slow for too long"),
                        },
                        () = stopped(shutdown), if !session.is_busy() => session.end("the server stops, please try again"),
                    }
                }
                Step::Recipient(address) => {
                    let answer = match self.office.by_address(address).await {
                        Ok(Some(_)) => Recipient::Known,
                        Ok(None) => Recipient::Unknown,
                        Err(error) => {
                            tracing::warn!(%error, "cannot look up a recipient");
                            Recipient::Unavailable
                        }
                    };
                    session.recipient(answer);
                }
                Step::Store(envelope) => {
                    let answer = match self.store(envelope).await {
                        Ok(()) => Stored::Durable,
                        Err(error) => {
                            tracing::warn!(%error, "cannot store a mail; its sender keeps it");
                            Stored::Unavailable
                        }
                    };
                    session.stored(answer);
                    self.place.holds(session.held());
                }
                Step::StartTls => return Ok(Some(stream)),
                Step::Close => {
                    let _ = timeout(Duration::from_secs(5), stream.shutdown()).await;
                    return Ok(None);
                }
            }
        }
    }

    /// Stores the mail once for each mailbox it is for. A repeat after a lost answer finds the same keys.
    async fn store(&self, envelope: Envelope) -> Result<(), OfficeError> {
        let mut channels: BTreeMap<ChannelId, Vec<String>> = BTreeMap::new();
        for address in &envelope.recipients {
            if let Some(channel) = self.office.by_address(address.clone()).await? {
                channels.entry(channel).or_default().push(address.clone());
            }
        }
        if channels.is_empty() {
            return Err(OfficeError::Unavailable("the mailbox was removed while its mail came in".to_owned()));
        }
        let key = format!("smtp:{}", hex::encode(Sha256::digest(&envelope.bytes)));
        let twin = parse::twin(&envelope.bytes);
        for (channel, envelope_to) in channels {
            let raw = [self.trace(&envelope, &envelope_to).as_bytes(), &envelope.bytes].concat();
            let unit =
                RawUnit { channel, kind: UnitKind::Mail, key: key.clone(), twin: Some(twin.clone()), raw, archive: false, envelope_to };
            match self.office.receive(unit).await? {
                Received::New(unit) => tracing::info!(%unit, %channel, "a mail came in by SMTP"),
                Received::Repeat(unit) => tracing::info!(%unit, %channel, "a mail came in again by SMTP"),
            }
        }
        Ok(())
    }

    /// What a final server writes on top of a mail (RFC 5321 4.4).
    fn trace(&self, envelope: &Envelope, recipients: &[String]) -> String {
        let plain = |text: &str| {
            text.chars().filter(|c| !c.is_control() && !matches!(c, '<' | '>' | '(' | ')' | '\\')).take(255).collect::<String>()
        };
        let delivered: String =
            recipients.iter().map(|address| format!("Delivered-To: {}\r\n", plain(address))).collect::<Vec<_>>().concat();
        let date = mail_parser::DateTime::from_timestamp(self.office.now().millis().div_euclid(1000)).to_rfc822();
        let with = if self.encrypted { "ESMTPS" } else { "ESMTP" };
        format!(
            "Return-Path: <{}>\r\n{delivered}Received: from {} ([{}])\r\n\tby {} with {with}; {date}\r\n",
            plain(&envelope.sender),
            plain(&envelope.helo),
            self.peer.ip(),
            self.config.host,
        )
    }
}
