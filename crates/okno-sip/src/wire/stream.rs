//! SIP over TCP, TLS and WebSocket, by the library's endpoint.
use std::net::SocketAddr;
use std::sync::Arc;

use sipx_sip::{Timers, TuEvent};
use sipx_transport::tls::{ClientTls, Identity, ServerTls, TrustAnchors};
use sipx_transport::{CleartextTransports, Config, Handle, TransportKind};
use tokio::sync::mpsc;

use super::message::{Arrived, Request, Response, ServerTx, Target};
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

/// Opens one listener. With `closed` it only serves to connect to others.
pub(super) async fn open(
    listener: usize,
    transport: Transport,
    address: SocketAddr,
    closed: bool,
    timers: Timers,
    secrets: &Secrets,
    gate: Arc<dyn Gate>,
    arrived: mpsc::Sender<Arrived>,
) -> Result<(Handle, SocketAddr), SipError> {
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
    let (handle, mut incoming) = sipx_transport::bind(config).await.map_err(|error| match error {
        sipx_transport::Error::Io(source) => SipError::Bind { transport: transport.as_str(), address, source },
        other => SipError::Settings(other.to_string()),
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
    tokio::spawn(async move {
        while let Some(message) = incoming.recv().await {
            if !gate.admit(message.source) {
                metrics::counter!("okno_sip_dropped_total", "why" => "rate").increment(1);
                continue;
            }
            let request = Request(Arc::new(message.request));
            let source = Target { address: message.source, transport: plain(message.transport), name: None, listener: Some(listener) };
            let tx = ServerTx { listener, key: message.key, request: request.clone() };
            if arrived.send(Arrived { request, tx, source }).await.is_err() {
                return;
            }
        }
    });
    Ok((handle, local))
}

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
            let event = match event {
                TuEvent::Response(response) => ClientEvent::Response(Response(Arc::new(*response))),
                TuEvent::Timeout => ClientEvent::Timeout,
                TuEvent::TransportError => ClientEvent::Broken(
                    responses.take_transport_error().map_or_else(|| "the connection broke".to_owned(), |error| error.to_string()),
                ),
                _ => continue,
            };
            if events.send(event).await.is_err() {
                return;
            }
        }
    });
    Ok(())
}
