//! SIP over TCP, TLS and WebSocket, by the library's endpoint.
use std::net::SocketAddr;
use std::sync::Arc;

use sipx_sip::Timers;
use sipx_transport::tls::{ClientTls, Identity, ServerTls, TrustAnchors};
use sipx_transport::{CleartextTransports, Config, ConnectionState, EndpointObservation, Handle, TransportKind};
use tokio::sync::mpsc;

use super::message::{Arrived, Request, ServerTx, Target};
use super::{ClientEvent, Gate, WireError};
use crate::api::{SipConfig, SipError, Transport};

/// Connections at once per listener. Each phone over TCP or WebSocket holds one.
const CONNECTIONS: usize = 16_384;
/// TLS and WebSocket handshakes at once; what comes beyond is closed.
const HANDSHAKES: usize = 512;
/// Messages that wait in the endpoint.
const CAPACITY: usize = 8192;

/// How we check others and what we show them.
#[derive(Clone)]
pub(super) struct Secrets {
    client: Option<ClientTls>,
    server: Option<ServerTls>,
}

impl Secrets {
    pub(super) fn new(config: &SipConfig) -> Result<Self, SipError> {
        let refused = |error: sipx_transport::tls::TlsError| SipError::Certificate(error.to_string());
        let mut anchors = TrustAnchors::system();
        if !config.authorities.is_empty() {
            anchors.add_pem(&config.authorities).map_err(refused)?;
        }
        // A machine without any root certificate cannot call by TLS, and says so when it tries.
        let client = ClientTls::new(&anchors).ok();
        let server = match &config.tls {
            Some((chain, key)) => Some(ServerTls::new(Identity::from_pem(chain, key).map_err(refused)?).map_err(refused)?),
            None => None,
        };
        Ok(Self { client, server })
    }
}

/// What a listener needs.
pub(super) struct Opening<'a> {
    pub(super) listener: usize,
    pub(super) transport: Transport,
    pub(super) address: SocketAddr,
    /// It only serves to connect to others.
    pub(super) closed: bool,
    pub(super) timers: Timers,
    pub(super) secrets: &'a Secrets,
    pub(super) gate: Arc<dyn Gate>,
    pub(super) arrived: mpsc::Sender<Arrived>,
}

/// Opens one listener.
pub(super) async fn open(opening: Opening<'_>) -> Result<(Handle, SocketAddr), SipError> {
    let Opening { listener, transport, address, closed, timers, secrets, gate, arrived } = opening;
    let mut config = Config::new(address);
    config.timers = timers;
    config.capacity = CAPACITY;
    config.handshake_limit = HANDSHAKES;
    config.pool.max_connections = CONNECTIONS;
    // Phones behind a NAT can be reached over the connection that they opened, and over nothing else.
    config.pool.reuse_inbound_for_outbound = true;
    config.pool.idle_timeout = std::time::Duration::from_secs(3600);
    config.tls_client.clone_from(&secrets.client);
    config.cleartext = CleartextTransports::None;
    let server = || secrets.server.clone().ok_or(SipError::NoCertificate);
    match transport {
        Transport::Tcp => config.cleartext = CleartextTransports::Tcp,
        Transport::Tls => config.tls_server = Some((server()?, address.port())),
        Transport::Ws => config.ws_server = Some(address.port()),
        Transport::Wss => config.wss_server = Some((server()?, address.port())),
        Transport::Udp => return Err(SipError::Settings("UDP is no stream".into())),
    }
    let (handle, mut incoming) = sipx_transport::bind(config).await.map_err(|error| {
        if let sipx_transport::Error::Io(source) = error {
            SipError::Bind { transport: transport.as_str(), address, source }
        } else {
            SipError::Settings(error.to_string())
        }
    })?;
    if closed {
        handle.replace_source_admission(Vec::new()).map_err(|error| SipError::Settings(error.to_string()))?;
    }
    let local = match transport {
        Transport::Tls => handle.tls_addr(),
        Transport::Ws => handle.ws_addr(),
        Transport::Wss => handle.wss_addr(),
        Transport::Udp | Transport::Tcp => None,
    }
    .unwrap_or_else(|| handle.local_addr());
    watch(&handle, listener, gate.clone());
    tokio::spawn(async move {
        while let Some(message) = incoming.recv().await {
            if !gate.admit(message.source) {
                metrics::counter!("okno_sip_dropped_total", "why" => "rate").increment(1);
                continue;
            }
            let request = Request(Arc::new(message.request));
            let source =
                Target { address: message.source, transport: plain(message.transport), name: None, listener: Some(listener), grows: false };
            let tx = ServerTx { listener, key: message.key, request: request.clone() };
            if arrived.send(Arrived { request, tx, source }).await.is_err() {
                return;
            }
        }
    });
    Ok((handle, local))
}

/// Tells when a connection is gone: what was registered over it cannot be reached any more.
fn watch(handle: &Handle, listener: usize, gate: Arc<dyn Gate>) {
    let mut seen = handle.observe(CAPACITY);
    tokio::spawn(async move {
        while let Some(observation) = seen.recv().await {
            if let EndpointObservation::Connection(connection) = observation
                && matches!(connection.state, ConnectionState::Closed | ConnectionState::Failed)
            {
                let key = &connection.connection.key;
                gate.closed(&Target {
                    address: key.peer,
                    transport: plain(key.transport),
                    name: None,
                    listener: Some(listener),
                    grows: false,
                });
            }
        }
    });
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the library may add transports")]
fn plain(kind: TransportKind) -> Transport {
    match kind {
        TransportKind::Udp => Transport::Udp,
        TransportKind::Tls => Transport::Tls,
        TransportKind::Ws => Transport::Ws,
        TransportKind::Wss => Transport::Wss,
        _ => Transport::Tcp,
    }
}

/// The library's form of a target.
pub(super) fn target(target: &Target) -> sipx_transport::Target {
    let kind = match target.transport {
        Transport::Udp => TransportKind::Udp,
        Transport::Tcp => TransportKind::Tcp,
        Transport::Tls => TransportKind::Tls,
        Transport::Ws => TransportKind::Ws,
        Transport::Wss => TransportKind::Wss,
    };
    let plain = sipx_transport::Target::new(target.address, kind);
    match &target.name {
        Some(name) => plain.verifying(name),
        None => plain,
    }
}

/// Sends a request and hands its responses on.
pub(super) async fn request(
    handle: &Handle,
    request: sipx_sip::Request,
    to: &Target,
    events: mpsc::Sender<ClientEvent>,
) -> Result<(), WireError> {
    let mut responses = handle.send(request, target(to)).await.map_err(|error| WireError::Broken(error.to_string()))?;
    tokio::spawn(async move {
        while let Some(event) = responses.next().await {
            let broken = || responses.take_transport_error().map_or_else(|| "the connection broke".to_owned(), |error| error.to_string());
            let Some(event) = ClientEvent::of(event, broken) else { continue };
            if events.send(event).await.is_err() {
                return;
            }
        }
    });
    Ok(())
}
