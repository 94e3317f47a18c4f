//! Whole SIP sides on loopback, against each other and against raw datagrams.
mod calls;
mod forks;
mod places;
mod probes;
mod raw;
mod transfers;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::api::{Dial, Dialed, Incoming, LegEvent, LegHandle, Listen, Sip, SipConfig, SipEvent, Source, Transport, Trunk};
use crate::sdp::{self, Codec, Direction, OfferParams, Protection, Sdp};

/// Long enough for a busy machine; nothing waits for it when all is well.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn params(port: u16) -> OfferParams {
    OfferParams {
        address: SocketAddr::from(([127, 0, 0, 1], port)),
        rtcp: None,
        session: 7,
        version: 1,
        codecs: vec![Codec::pcma(), Codec::pcmu()],
        dtmf: true,
        ptime: 20,
        direction: Direction::SendRecv,
        protection: Protection::None,
        rtcp_mux: false,
    }
}

pub(super) fn offer(port: u16) -> Sdp {
    sdp::offer(&params(port))
}

pub(super) fn answer(offer: &Sdp, port: u16) -> Sdp {
    sdp::answer(offer, &params(port)).unwrap().0
}

/// One SIP side.
pub(super) struct Side {
    pub(super) sip: Sip,
    pub(super) news: mpsc::Receiver<SipEvent>,
    pub(super) address: SocketAddr,
}

pub(super) fn config(transport: Transport) -> SipConfig {
    SipConfig {
        listen: vec![Listen { transport, address: SocketAddr::from(([127, 0, 0, 1], 0)) }],
        per_source_per_second: 10_000,
        per_trunk_per_second: 100_000,
        ..SipConfig::default()
    }
}

impl Side {
    pub(super) async fn start(config: SipConfig) -> Self {
        let (sip, news) = Sip::bind(config).await.unwrap();
        let address = sip.addresses()[0].1;
        Self { sip, news, address }
    }

    /// Whoever is on this machine is trunk `t`, and calls to it go to `peer`.
    pub(super) async fn know(&self, transport: Transport, peer: SocketAddr) {
        let trunk = Trunk {
            port: peer.port(),
            sources: vec!["127.0.0.1".parse().unwrap()],
            allow_refer: true,
            keep_alive: None,
            ..Trunk::new("t", "127.0.0.1", transport)
        };
        self.sip.set_trunks(vec![trunk]).await;
    }

    pub(super) async fn incoming(&mut self) -> Incoming {
        loop {
            match tokio::time::timeout(PATIENCE, self.news.recv()).await.expect("a call comes").expect("the side lives") {
                SipEvent::Incoming(incoming) => return *incoming,
                SipEvent::Phone { .. } | SipEvent::Trunk { .. } => {}
            }
        }
    }

    pub(super) async fn dial(&self, number: &str) -> LegHandle {
        self.sip.dial(Dial::new(Dialed::Trunk { trunk: "t".into(), number: number.into() }, "+4930100", offer(4000))).await.unwrap()
    }
}

/// Two sides that are each other's trunk.
pub(super) async fn pair(transport: Transport) -> (Side, Side) {
    let mut settings = config(transport);
    if transport.is_secure() {
        let key = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let chain = key.cert.pem().into_bytes();
        settings.tls = Some((chain.clone(), key.signing_key.serialize_pem().into_bytes()));
        settings.authorities = chain;
    }
    let (a, b) = (Side::start(settings.clone()).await, Side::start(settings).await);
    a.know(transport, b.address).await;
    b.know(transport, a.address).await;
    (a, b)
}

impl LegHandle {
    /// The next event but for whom we met.
    pub(super) async fn next(&mut self) -> LegEvent {
        loop {
            let event = tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("an event comes").expect("the leg lives");
            if !matches!(event, LegEvent::Met { .. }) {
                return event;
            }
        }
    }

    /// The next event that is no progress.
    pub(super) async fn outcome(&mut self) -> LegEvent {
        loop {
            let event = self.next().await;
            if !matches!(event, LegEvent::Progress { .. }) {
                return event;
            }
        }
    }

    /// Nothing follows.
    pub(super) async fn silent(&mut self) {
        let last = tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("the leg ends");
        assert_eq!(last, None);
    }
}

/// A call from `a` to `b` that was answered and acknowledged.
pub(super) async fn call(a: &Side, b: &mut Side) -> (LegHandle, LegHandle) {
    let mut caller = a.dial("200").await;
    let incoming = b.incoming().await;
    assert_eq!(incoming.source, Source::Trunk("t".into()));
    let mut called = incoming.leg;
    called.control.answer(answer(incoming.offer.as_ref().unwrap(), 5000));
    assert!(matches!(caller.outcome().await, LegEvent::Answered { sdp: Some(_) }));
    assert_eq!(called.next().await, LegEvent::Confirmed { sdp: None });
    (caller, called)
}

/// Waits until a side has no leg.
pub(super) async fn quiet(side: &Side) {
    let until = tokio::time::Instant::now() + PATIENCE;
    while side.sip.legs() > 0 {
        assert!(tokio::time::Instant::now() < until, "{} legs stay", side.sip.legs());
        tokio::task::yield_now().await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
