//! The only folder that knows the SIP library: messages, transactions, sockets. Above it there are plain types.
mod build;
mod grow;
mod message;
mod stream;
mod udp;
mod uri;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use sipx_sip::{Timers, TuEvent};
use tokio::sync::{mpsc, oneshot};

pub(crate) use message::{Arrived, Outgoing, Reply, Request, Response, ServerTx, Target, words};
pub(crate) use uri::{NameAddr, UriParts, escape, quote};

use crate::api::{SipConfig, SipError, Transport};

/// Requests that wait for the router. It decides in microseconds; what does not fit is answered `503`.
const ARRIVED: usize = 4096;
/// How long the names of a URI may take to resolve.
const RESOLVE: Duration = Duration::from_secs(5);

/// Who may be heard. Asked for every message, before it is parsed where that is possible.
pub(crate) trait Gate: Send + Sync + 'static {
    /// Whether to read what comes from here now.
    fn admit(&self, source: SocketAddr) -> bool;
    /// Answer to this source wherever its Via points.
    fn symmetric(&self, source: SocketAddr) -> bool;
    /// A connection is gone.
    fn closed(&self, connection: &Target);
}

/// Why something cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WireError {
    #[error("the SIP side is closed")]
    Closed,
    #[error("there is no SIP socket for {0}")]
    NoListener(&'static str),
    #[error("the request cannot be written: {0}")]
    Unwritable(String),
    #[error("`{0}` cannot be resolved")]
    Unresolvable(String),
    #[error("{0}")]
    Broken(String),
    #[error("no answer")]
    Timeout,
}

/// What becomes of a request.
#[derive(Clone, Debug)]
pub(crate) enum ClientEvent {
    Response(Response),
    Timeout,
    Broken(String),
}

impl ClientEvent {
    /// What the library tells. Requests are handed up where they come in.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library may add events")]
    fn of(event: TuEvent, broken: impl FnOnce() -> String) -> Option<Self> {
        match event {
            TuEvent::Response(response) => Some(Self::Response(Response(Arc::new(*response)))),
            TuEvent::Timeout => Some(Self::Timeout),
            TuEvent::TransportError => Some(Self::Broken(broken())),
            _ => None,
        }
    }
}

/// A request on its way: what a CANCEL must repeat.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    via: String,
    request: Outgoing,
    target: Target,
}

/// A request on its way, with its responses. Every 2xx to an INVITE comes, repeats too.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) sent: Sent,
    pub(crate) events: mpsc::Receiver<ClientEvent>,
}

enum Socket {
    Udp(udp::Udp),
    Stream(sipx_transport::Handle),
}

struct Listener {
    transport: Transport,
    address: SocketAddr,
    /// Only there to connect to others.
    hidden: bool,
    socket: Socket,
}

/// All sockets.
pub(crate) struct Wire {
    listeners: Vec<Listener>,
    advertised: Option<IpAddr>,
    server: String,
    resolver: sipx_transport::destination::Resolver,
    streams: grow::Streams,
}

impl Wire {
    /// Opens every socket of the configuration.
    pub(crate) async fn open(config: &SipConfig, gate: Arc<dyn Gate>) -> Result<(Self, mpsc::Receiver<Arrived>), SipError> {
        let Some(first) = config.listen.first() else { return Err(SipError::NothingToListenOn) };
        let timers = Timers { t1: config.t1, ..Timers::default() };
        let secrets = stream::Secrets::new(config)?;
        let (arrived, news) = mpsc::channel(ARRIVED);
        let mut listeners: Vec<Listener> = Vec::new();
        for listen in &config.listen {
            let index = listeners.len();
            let (socket, address) = if listen.transport == Transport::Udp {
                let udp = udp::open(index, listen.address, timers, gate.clone(), arrived.clone(), config.user_agent.clone())
                    .map_err(|source| SipError::Bind { transport: "UDP", address: listen.address, source })?;
                let address = udp.address;
                (Socket::Udp(udp), address)
            } else {
                let (handle, address) = stream::open(stream::Opening {
                    listener: index,
                    transport: listen.transport,
                    address: listen.address,
                    closed: false,
                    timers,
                    secrets: &secrets,
                    gate: gate.clone(),
                    arrived: arrived.clone(),
                })
                .await?;
                (Socket::Stream(handle), address)
            };
            listeners.push(Listener { transport: listen.transport, address, hidden: false, socket });
        }
        if !listeners.iter().any(|listener| listener.transport == Transport::Tcp) {
            let any = SocketAddr::new(first.address.ip(), 0);
            let (handle, address) = stream::open(stream::Opening {
                listener: listeners.len(),
                transport: Transport::Tcp,
                address: any,
                closed: true,
                timers,
                secrets: &secrets,
                gate,
                arrived,
            })
            .await?;
            listeners.push(Listener { transport: Transport::Tcp, address, hidden: true, socket: Socket::Stream(handle) });
        }
        let resolver = sipx_transport::destination::Resolver::within(Some(RESOLVE));
        Ok((
            Self {
                listeners,
                advertised: config.advertised,
                server: config.user_agent.clone(),
                resolver,
                streams: grow::Streams::default(),
            },
            news,
        ))
    }

    /// What is listened on.
    pub(crate) fn addresses(&self) -> Vec<(Transport, SocketAddr)> {
        self.listeners.iter().filter(|listener| !listener.hidden).map(|listener| (listener.transport, listener.address)).collect()
    }

    /// Our URI for whoever is at `target`: the value of a Contact, without angle brackets.
    pub(crate) fn contact(&self, user: &str, target: &Target) -> String {
        let transport = match target.transport {
            Transport::Udp => "",
            Transport::Tcp => ";transport=tcp",
            Transport::Tls => ";transport=tls",
            Transport::Ws | Transport::Wss => ";transport=ws",
        };
        let at = if user.is_empty() { String::new() } else { format!("{}@", escape(user)) };
        format!("sip:{at}{}{transport}", self.sent_by(target))
    }

    /// Host and port under which `target` reaches us.
    pub(crate) fn sent_by(&self, target: &Target) -> String {
        let listener = self.listener_for(target).or_else(|_| self.listeners.first().ok_or(WireError::Closed));
        let (ip, port) = listener.map_or((IpAddr::from([127, 0, 0, 1]), 5060), |listener| (listener.address.ip(), listener.address.port()));
        let ip = match self.advertised {
            Some(ip) => ip,
            None if ip.is_unspecified() => local_ip_towards(target.address).unwrap_or(ip),
            None => ip,
        };
        SocketAddr::new(ip, port).to_string()
    }

    /// Sends a request in a transaction of its own. One that is too large for a datagram goes over TCP where somebody listens there
    /// (RFC 3261 18.1.1).
    pub(crate) async fn request(&self, request: Outgoing, target: &Target) -> Result<Client, WireError> {
        if target.grows && target.transport == Transport::Udp && grow::is_large(&request) && self.streams.are_taken(target.address).await {
            let stream = Target { transport: Transport::Tcp, listener: None, ..target.clone() };
            if let Ok(client) = self.request_by(request.clone(), &stream).await {
                return Ok(client);
            }
        }
        self.request_by(request, target).await
    }

    async fn request_by(&self, request: Outgoing, target: &Target) -> Result<Client, WireError> {
        let via = format!("SIP/2.0/{} {};rport;branch={}", target.transport.as_str(), self.sent_by(target), sipx_transport::new_branch());
        let sent = Sent { via, request, target: target.clone() };
        let events = self.transact(&sent.request, &sent.via, target).await?;
        Ok(Client { sent, events })
    }

    /// Sends a request that is not INVITE and waits for its final answer.
    pub(crate) async fn exchange(&self, request: Outgoing, target: &Target) -> Result<Response, WireError> {
        let mut client = self.request(request, target).await?;
        while let Some(event) = client.events.recv().await {
            match event {
                ClientEvent::Response(response) if response.code() >= 200 => return Ok(response),
                ClientEvent::Response(_) => {}
                ClientEvent::Timeout => return Err(WireError::Timeout),
                ClientEvent::Broken(why) => return Err(WireError::Broken(why)),
            }
        }
        Err(WireError::Closed)
    }

    /// CANCEL of a request on its way. Only after a provisional answer (RFC 3261 9.1); the answer to the INVITE tells what became of it.
    pub(crate) async fn cancel(&self, sent: &Sent, headers: &[(String, String)]) -> Result<(), WireError> {
        let mut cancel = Outgoing::new("CANCEL", &sent.request.uri);
        for (name, value) in &sent.request.headers {
            if ["From", "To", "Call-ID", "Route", "Max-Forwards"].iter().any(|kept| name.eq_ignore_ascii_case(kept)) {
                cancel = cancel.header(name, value.clone());
            } else if name.eq_ignore_ascii_case("CSeq") {
                let number = value.split_whitespace().next().unwrap_or("1");
                cancel = cancel.header("CSeq", format!("{number} CANCEL"));
            }
        }
        cancel.headers.extend_from_slice(headers);
        // Nobody waits for the answer; the transaction repeats the request until one comes.
        self.transact(&cancel, &sent.via, &sent.target).await.map(drop)
    }

    /// Sends an ACK: no transaction, no answer.
    pub(crate) async fn ack(&self, request: &Outgoing, target: &Target) -> Result<(), WireError> {
        let via = format!("SIP/2.0/{} {};rport;branch={}", target.transport.as_str(), self.sent_by(target), sipx_transport::new_branch());
        let built = build::request(request, &via).ok_or_else(|| WireError::Unwritable(request.uri.clone()))?;
        match &self.listener_for(target)?.socket {
            Socket::Udp(udp) => udp.order(udp::Order::Direct { request: Box::new(built), to: target.address }).await,
            Socket::Stream(handle) => {
                handle.send_directly(built, stream::target(target)).await.map_err(|error| WireError::Broken(error.to_string()))
            }
        }
    }

    /// Answers a request. Failing is no news for the caller: the other side repeats itself or gives up.
    pub(crate) async fn reply(&self, tx: &ServerTx, reply: &Reply) {
        let Some(response) = build::response(&tx.request, reply, &self.server, fresh_tag) else {
            tracing::debug!(code = reply.code, "a request cannot be answered, it lacks a header that every answer repeats");
            return;
        };
        let Some(listener) = self.listeners.get(tx.listener) else { return };
        let result = match &listener.socket {
            Socket::Udp(udp) => udp.order(udp::Order::Reply { key: tx.key.clone(), response: Box::new(response) }).await,
            Socket::Stream(handle) => handle.respond(&tx.key, response).await.map_err(|error| WireError::Broken(error.to_string())),
        };
        if let Err(error) = result {
            tracing::debug!(code = reply.code, %error, "an answer could not be sent");
        }
    }

    /// Leaves a request without an answer.
    pub(crate) async fn forget(&self, tx: &ServerTx) {
        if let Some(Listener { socket: Socket::Udp(udp), .. }) = self.listeners.get(tx.listener) {
            let _ = udp.order(udp::Order::Forget(tx.key.clone())).await;
        }
    }

    /// Keeps the way to `target` open: two empty lines.
    pub(crate) async fn keep_alive(&self, target: &Target) {
        match self.listener_for(target).map(|listener| &listener.socket) {
            Ok(Socket::Udp(udp)) => {
                let _ = udp.order(udp::Order::KeepAlive(target.address)).await;
            }
            Ok(Socket::Stream(handle)) => {
                let _ = handle.keepalive(stream::target(target), Duration::from_secs(10)).await;
            }
            Err(_) => {}
        }
    }

    /// The addresses of a URI (RFC 3263), best first.
    pub(crate) async fn resolve(&self, uri: &str, transport: Option<Transport>) -> Result<Vec<Target>, WireError> {
        let unresolvable = || WireError::Unresolvable(uri.to_owned());
        let parts = UriParts::parse(uri).ok_or_else(unresolvable)?;
        let transport = transport.or(parts.transport).unwrap_or(if parts.scheme == "sips" { Transport::Tls } else { Transport::Udp });
        let name = transport.is_secure().then(|| parts.host.clone());
        if let Ok(ip) = parts.host.parse::<IpAddr>() {
            let address = SocketAddr::new(ip, parts.port.unwrap_or(transport.default_port()));
            return Ok(vec![Target { address, transport, name, listener: None, grows: false }]);
        }
        if parts.host.is_empty() {
            return Err(unresolvable());
        }
        if parts.port.is_none()
            && let Ok(parsed) = sipx_sip::Uri::parse(bytes::Bytes::copy_from_slice(uri.as_bytes()))
        {
            let kind = stream::target(&Target::new(SocketAddr::from(([0, 0, 0, 0], 0)), transport)).transport;
            if let Ok(found) = self.resolver.resolve(&parsed, None, Some(kind)).await
                && !found.is_empty()
            {
                return Ok(found
                    .into_iter()
                    .map(|one| Target { address: one.addr, transport, name: name.clone(), listener: None, grows: false })
                    .collect());
            }
        }
        // The resolver above asks name servers; this one knows `localhost` and the hosts file.
        let port = parts.port.unwrap_or(transport.default_port());
        let found = tokio::time::timeout(RESOLVE, tokio::net::lookup_host((parts.host.as_str(), port))).await;
        let found = found.map_err(|_| unresolvable())?.map_err(|_| unresolvable())?;
        let mut targets: Vec<Target> =
            found.map(|address| Target { address, transport, name: name.clone(), listener: None, grows: false }).collect();
        // IPv4 first: trunks that know callers by their address mostly mean that one.
        targets.sort_by_key(|target| target.address.is_ipv6());
        if targets.is_empty() { Err(unresolvable()) } else { Ok(targets) }
    }

    /// Closes every socket.
    pub(crate) async fn close(&self) {
        for listener in &self.listeners {
            match &listener.socket {
                Socket::Udp(udp) => {
                    let (done, closed) = oneshot::channel();
                    if udp.order(udp::Order::Close(done)).await.is_ok() {
                        let _ = closed.await;
                    }
                }
                Socket::Stream(handle) => handle.shutdown().await,
            }
        }
    }

    async fn transact(&self, request: &Outgoing, via: &str, target: &Target) -> Result<mpsc::Receiver<ClientEvent>, WireError> {
        let built = build::request(request, via).ok_or_else(|| WireError::Unwritable(request.uri.clone()))?;
        let (events, news) = mpsc::channel(udp::RESPONSES);
        match &self.listener_for(target)?.socket {
            Socket::Udp(udp) => udp.order(udp::Order::Request { request: Box::new(built), to: target.address, events }).await?,
            Socket::Stream(handle) => stream::request(handle, built, target, events).await?,
        }
        Ok(news)
    }

    /// The socket for a target: the one that its request came by, else one of its kind, else any stream socket, which can connect to all.
    fn listener_for(&self, target: &Target) -> Result<&Listener, WireError> {
        if let Some(listener) = target.listener.and_then(|index| self.listeners.get(index)) {
            return Ok(listener);
        }
        let family = |listener: &&Listener| listener.address.is_ipv4() == target.address.is_ipv4();
        let kind = |listener: &&Listener| listener.transport == target.transport;
        let udp = target.transport == Transport::Udp;
        let stream = |listener: &&Listener| !udp && listener.transport == Transport::Tcp;
        let all = || self.listeners.iter();
        all()
            .filter(kind)
            .find(family)
            .or_else(|| all().filter(stream).find(family))
            .or_else(|| all().find(kind))
            .or_else(|| all().find(stream))
            .ok_or(WireError::NoListener(target.transport.as_str()))
    }
}

/// The address of ours that packets to `target` leave from.
fn local_ip_towards(target: SocketAddr) -> Option<IpAddr> {
    let any: SocketAddr = if target.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0_u16; 8], 0).into() };
    let socket = std::net::UdpSocket::bind(any).ok()?;
    socket.connect(target).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// A tag that nobody guesses.
pub(crate) fn fresh_tag() -> String {
    hex::encode(rand::random::<[u8; 8]>())
}
