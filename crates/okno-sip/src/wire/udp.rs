//! SIP over UDP: one task per socket around the library's transactions.
//!
//! Our own driver, because the library's sets no buffer size, has no gate before its parser, and cannot answer to the source of a request that
//! did not ask for that (`rport`).
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use sipx_sip::transaction::Dispatch;
use sipx_sip::{Limits, Message, Output, Reliability, Timer, Timers, TransactionKey, TransactionLayer, TuEvent, Via};
use sipx_transport::target::response_destination;
use sipx_transport::timers::TimerQueue;
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::message::{Arrived, Request, ServerTx, Target};
use super::{ClientEvent, Gate, WireError, build};
use crate::api::Transport;

/// Room for a burst of some ten thousand messages in the kernel; it grants what `net.core.rmem_max` allows.
const RECEIVE_BUFFER: usize = 8 * 1024 * 1024;
const SEND_BUFFER: usize = 2 * 1024 * 1024;
/// Datagrams read before timers and orders get their turn.
const BURST: usize = 64;
/// Server transactions at once: half a minute of 2,000 new calls per second. What comes beyond is dropped unanswered.
const MAX_TRANSACTIONS: usize = 65_536;
/// Orders that wait for the socket's task.
const ORDERS: usize = 8192;
/// Responses that wait for whoever sent the request; retransmissions bring again what is lost.
pub(super) const RESPONSES: usize = 32;

/// What the task is told.
pub(super) enum Order {
    Request {
        request: Box<sipx_sip::Request>,
        to: SocketAddr,
        events: mpsc::Sender<ClientEvent>,
    },
    Direct {
        request: Box<sipx_sip::Request>,
        to: SocketAddr,
    },
    Reply {
        key: TransactionKey,
        response: Box<sipx_sip::Response>,
    },
    /// Nobody will answer this request.
    Forget(TransactionKey),
    /// An empty line to keep a NAT open.
    KeepAlive(SocketAddr),
    Close(oneshot::Sender<()>),
}

/// A running socket.
pub(super) struct Udp {
    pub(super) address: SocketAddr,
    pub(super) orders: mpsc::Sender<Order>,
}

/// Opens the socket and starts its task.
pub(super) fn open(
    listener: usize,
    address: SocketAddr,
    timers: Timers,
    gate: Arc<dyn Gate>,
    arrived: mpsc::Sender<Arrived>,
    server: String,
) -> io::Result<Udp> {
    let socket = socket2::Socket::new(socket2::Domain::for_address(address), socket2::Type::DGRAM, None)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // Best effort: a small kernel limit costs retransmissions, not calls.
    let _ = socket.set_recv_buffer_size(RECEIVE_BUFFER);
    let _ = socket.set_send_buffer_size(SEND_BUFFER);
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    let socket = UdpSocket::from_std(socket.into())?;
    let address = socket.local_addr()?;
    let (orders, letterbox) = mpsc::channel(ORDERS);
    let driver = Driver {
        listener,
        socket,
        layer: TransactionLayer::new(timers),
        timers: TimerQueue::new(),
        ways: HashMap::new(),
        clients: HashMap::new(),
        arrived,
        gate,
        server,
        limits: Limits::datagram(),
    };
    tokio::spawn(driver.run(letterbox));
    Ok(Udp { address, orders })
}

struct Driver {
    listener: usize,
    socket: UdpSocket,
    layer: TransactionLayer,
    timers: TimerQueue<(TransactionKey, Timer)>,
    /// Where the messages of a transaction go.
    ways: HashMap<TransactionKey, SocketAddr>,
    clients: HashMap<TransactionKey, mpsc::Sender<ClientEvent>>,
    arrived: mpsc::Sender<Arrived>,
    gate: Arc<dyn Gate>,
    server: String,
    limits: Limits,
}

impl Driver {
    async fn run(mut self, mut letterbox: mpsc::Receiver<Order>) {
        let mut buffer = vec![0_u8; 65_536];
        loop {
            let deadline = self.timers.next_deadline();
            tokio::select! {
                ready = self.socket.readable() => {
                    if ready.is_ok() {
                        self.read(&mut buffer).await;
                    }
                }
                order = letterbox.recv() => match order {
                    Some(Order::Close(done)) => {
                        let _ = done.send(());
                        return;
                    }
                    Some(order) => self.order(order).await,
                    None => return,
                },
                () = until(deadline), if deadline.is_some() => {
                    for (key, timer) in self.timers.take_due(Instant::now()) {
                        let outputs = self.layer.on_timer(&key, timer);
                        self.perform(&key, outputs).await;
                    }
                }
            }
        }
    }

    async fn read(&mut self, buffer: &mut [u8]) {
        for _ in 0..BURST {
            // Errors of an UDP socket are news about packets sent before; they say nothing about the next one.
            let Ok((length, source)) = self.socket.try_recv_from(buffer) else { return };
            if !self.gate.admit(source) {
                metrics::counter!("okno_sip_dropped_total", "why" => "rate").increment(1);
                continue;
            }
            let datagram = &buffer[..length];
            // Keep-alives are empty or empty lines; STUN begins with a control character, a method may begin with `!`.
            if datagram.iter().all(|byte| matches!(byte, b'\r' | b'\n' | 0)) || datagram[0] < 0x20 && !matches!(datagram[0], b'\r' | b'\n')
            {
                continue;
            }
            let start = datagram.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
            match sipx_sip::parse_datagram(Bytes::copy_from_slice(&datagram[start..]), &self.limits) {
                Ok(message) => self.message(message, source).await,
                Err(error) => {
                    metrics::counter!("okno_sip_dropped_total", "why" => "unreadable").increment(1);
                    tracing::debug!(%source, %error, "a SIP datagram cannot be read");
                }
            }
        }
    }

    async fn message(&mut self, message: Message, source: SocketAddr) {
        let message = match message {
            Message::Request(mut request) => {
                sipx_transport::nat::apply_received_and_rport(&mut request, source);
                Message::Request(request)
            }
            response @ Message::Response(_) => response,
        };
        let way = match &message {
            Message::Request(request) => self.way(request, source),
            Message::Response(_) => source,
        };
        if matches!(message, Message::Request(_)) && self.layer.len().1 >= MAX_TRANSACTIONS {
            metrics::counter!("okno_sip_dropped_total", "why" => "transactions").increment(1);
            return;
        }
        let copy = match &message {
            Message::Request(request) => Some(request.clone()),
            Message::Response(_) => None,
        };
        match self.layer.receive(message, Reliability::Unreliable) {
            Dispatch::Created { key, outputs } => {
                self.ways.insert(key.clone(), way);
                self.perform(&key, outputs).await;
                if let Some(request) = copy {
                    self.hand_up(key, request, source).await;
                }
            }
            Dispatch::Matched { key, outputs } => self.perform_from(&key, outputs, source).await,
            Dispatch::Unmatched(message) => {
                if let Message::Request(request) = *message
                    && let Some(key) = TransactionKey::from_request(&request)
                {
                    self.hand_up(key, request, source).await;
                }
            }
        }
    }

    /// Where answers to a request go: where its Via says, or where it came from if that is the only way back.
    fn way(&self, request: &sipx_sip::Request, source: SocketAddr) -> SocketAddr {
        if self.gate.symmetric(source) {
            return source;
        }
        match request.headers.typed::<Via>() {
            Some(Ok(via)) => response_destination(&via, source, sipx_transport::TransportKind::Udp).addr,
            _ => source,
        }
    }

    async fn hand_up(&mut self, key: TransactionKey, request: sipx_sip::Request, source: SocketAddr) {
        let request = Request(Arc::new(request));
        let mut target = Target::new(source, Transport::Udp);
        target.listener = Some(self.listener);
        let tx = ServerTx { listener: self.listener, key, request: request.clone() };
        let Err(refused) = self.arrived.try_send(Arrived { request, tx, source: target }) else { return };
        metrics::counter!("okno_sip_dropped_total", "why" => "busy").increment(1);
        let tx = match refused {
            mpsc::error::TrySendError::Full(arrived) | mpsc::error::TrySendError::Closed(arrived) => arrived.tx,
        };
        let reply = super::Reply::new(503).header("Retry-After", "5");
        if let Some(response) = build::response(&tx.request, &reply, &self.server, super::fresh_tag) {
            let outputs = self.layer.send_response(&tx.key, response);
            self.perform(&tx.key, outputs).await;
        }
    }

    async fn order(&mut self, order: Order) {
        match order {
            Order::Request { request, to, events } => {
                let Some((key, outputs)) = self.layer.send_request(*request, Reliability::Unreliable) else {
                    let _ = events.try_send(ClientEvent::Broken("the request has no usable Via".into()));
                    return;
                };
                self.ways.insert(key.clone(), to);
                self.clients.insert(key.clone(), events);
                self.perform(&key, outputs).await;
            }
            Order::Direct { request, to } => {
                let bytes = Message::Request(*request).to_bytes();
                if let Err(error) = self.send(&bytes, to).await {
                    tracing::debug!(%to, %error, "a SIP message cannot be sent");
                }
            }
            Order::Reply { key, response } => {
                let outputs = self.layer.send_response(&key, *response);
                self.perform(&key, outputs).await;
            }
            Order::Forget(key) => {
                self.layer.abandon(&key);
                if !self.clients.contains_key(&key) {
                    self.end(&key);
                }
            }
            Order::KeepAlive(to) => {
                let _ = self.send(b"\r\n\r\n", to).await;
            }
            Order::Close(_) => {}
        }
    }

    async fn perform_from(&mut self, key: &TransactionKey, outputs: Vec<Output>, source: SocketAddr) {
        // A second INVITE or ACK of a transaction may come from another port of the same NAT; its answers go the old way.
        for output in &outputs {
            if let Output::ToTu(event) = output
                && let TuEvent::Ack(ack) = event.as_ref()
            {
                self.hand_up(key.clone(), (**ack).clone(), source).await;
            }
        }
        self.perform(key, outputs).await;
    }

    async fn perform(&mut self, key: &TransactionKey, outputs: Vec<Output>) {
        let mut pending = vec![outputs];
        while let Some(outputs) = pending.pop() {
            for output in outputs {
                match output {
                    Output::Send(message) => {
                        let Some(to) = self.ways.get(key).copied() else { continue };
                        let bytes = message.to_bytes();
                        if let Err(error) = self.send(&bytes, to).await {
                            tracing::debug!(%to, %error, "a SIP message cannot be sent");
                            if matches!(*message, Message::Request(_)) {
                                pending.push(self.layer.on_transport_error(key));
                            }
                        }
                    }
                    Output::SetTimer { timer, after } => self.timers.set((key.clone(), timer), Instant::now(), after),
                    Output::ClearTimer(timer) => self.timers.clear(&(key.clone(), timer)),
                    Output::ToTu(event) => self.tell(key, *event),
                    Output::Terminated(_) => self.end(key),
                    _ => {}
                }
            }
        }
    }

    fn tell(&mut self, key: &TransactionKey, event: TuEvent) {
        let broken = || "the network refused to send".to_owned();
        let Some(event) = ClientEvent::of(event, broken) else { return };
        if let Some(client) = self.clients.get(key) {
            let _ = client.try_send(event);
        }
    }

    fn end(&mut self, key: &TransactionKey) {
        self.ways.remove(key);
        self.clients.remove(key);
        for timer in Timer::ALL {
            self.timers.forget(&(key.clone(), timer));
        }
    }

    async fn send(&self, bytes: &[u8], to: SocketAddr) -> io::Result<()> {
        match self.socket.try_send_to(bytes, to) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.socket.send_to(bytes, to).await.map(|_| ()),
            Err(error) => Err(error),
        }
    }
}

async fn until(deadline: Option<Instant>) {
    if let Some(deadline) = deadline {
        tokio::time::sleep_until(deadline).await;
    }
}

impl Udp {
    pub(super) async fn order(&self, order: Order) -> Result<(), WireError> {
        self.orders.send(order).await.map_err(|_| WireError::Closed)
    }
}
