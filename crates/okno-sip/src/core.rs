//! What all parts of the SIP side share.
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::admission::{Admission, Class, Rates};
use crate::api::{Command, LegId, Phone, SipConfig, SipError, SipEvent, Transport, Trunk, TrunkId};
use crate::cause::Cause;
use crate::leg::Settings;
use crate::registrar::Registrar;
use crate::registry::Registry;
use crate::trunks::Trunks;
use crate::wire::{Gate, Target, Wire};

/// Events that wait for the owner. Beyond it new calls get `503`.
const EVENTS: usize = 4096;
/// NATs forget a way over UDP after half a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(25);
/// A whole office may stand behind the address of one registered phone.
const PHONE_FACTOR: u32 = 10;
/// How long the farewells of legs may take when the SIP side closes.
const FAREWELL: Duration = Duration::from_secs(2);

/// The running SIP side.
pub(crate) struct Core {
    pub(crate) config: SipConfig,
    pub(crate) wire: Arc<Wire>,
    pub(crate) trunks: Trunks,
    pub(crate) registrar: Arc<Registrar>,
    pub(crate) registry: Registry,
    pub(crate) events: mpsc::Sender<SipEvent>,
    pub(crate) admission: Admission,
    next_leg: AtomicU64,
    /// What runs beside the legs.
    tasks: OnceLock<Vec<JoinHandle<()>>>,
    /// Ways to hang up every leg.
    controls: std::sync::Mutex<std::collections::BTreeMap<LegId, mpsc::WeakSender<Box<Command>>>>,
}

/// The gate before the sockets; it needs what is made after them.
struct Door {
    core: OnceLock<Weak<Core>>,
}

impl Gate for Door {
    fn admit(&self, source: SocketAddr) -> bool {
        let Some(core) = self.core.get().and_then(Weak::upgrade) else { return false };
        core.admission.admit(Instant::now(), source.ip(), || {
            if core.trunks.has_source(source.ip()) {
                Class::Trunk
            } else if core.registrar.has_source(source.ip()) {
                Class::Phone
            } else {
                Class::Stranger
            }
        })
    }

    fn symmetric(&self, source: SocketAddr) -> bool {
        let Some(core) = self.core.get().and_then(Weak::upgrade) else { return false };
        match core.trunks.identify(source, "") {
            Some(trunk) => trunk.force_rport,
            None => core.registrar.has_source(source.ip()),
        }
    }

    fn closed(&self, connection: &Target) {
        if let Some(core) = self.core.get().and_then(Weak::upgrade) {
            core.registrar.closed(connection);
        }
    }
}

impl Core {
    pub(crate) async fn start(config: SipConfig) -> Result<(Arc<Self>, mpsc::Receiver<SipEvent>), SipError> {
        let door = Arc::new(Door { core: OnceLock::new() });
        let (wire, arrived) = Wire::open(&config, door.clone()).await?;
        let wire = Arc::new(wire);
        let (events, news) = mpsc::channel(EVENTS);
        let trunks = Trunks::new(wire.clone(), events.clone(), &config.user_agent);
        let registrar = Arc::new(Registrar::new(Instant::now(), &config.realm, rand::random()));
        let rates = Rates {
            stranger: config.per_source_per_second,
            phone: config.per_source_per_second.saturating_mul(PHONE_FACTOR),
            trunk: config.per_trunk_per_second,
        };
        let admission = Admission::new(Instant::now(), rates, config.max_calls);
        let core = Arc::new(Self {
            config,
            wire,
            trunks,
            registrar: registrar.clone(),
            registry: Registry::default(),
            events: events.clone(),
            admission,
            next_leg: AtomicU64::new(1),
            tasks: OnceLock::new(),
            controls: std::sync::Mutex::default(),
        });
        // Set once, here.
        let _ = door.core.set(Arc::downgrade(&core));
        let router = tokio::spawn(crate::router::run(Arc::downgrade(&core), arrived));
        let registrations = tokio::spawn(async move { registrar.run(events).await });
        let keep_alive = tokio::spawn(keep_alive(Arc::downgrade(&core)));
        let _ = core.tasks.set(vec![router, registrations, keep_alive]);
        Ok((core, news))
    }

    pub(crate) fn addresses(&self) -> Vec<(Transport, SocketAddr)> {
        self.wire.addresses()
    }

    pub(crate) fn set_trunks(&self, trunks: Vec<Trunk>) {
        self.trunks.set(Instant::now(), trunks);
    }

    pub(crate) fn set_phones(&self, phones: Vec<Phone>) {
        self.registrar.set_phones(phones);
    }

    pub(crate) fn route(&self, number: &str) -> Vec<TrunkId> {
        self.trunks.candidates(Instant::now(), number)
    }

    pub(crate) fn legs(&self) -> usize {
        self.registry.len()
    }

    pub(crate) fn drain(&self) {
        self.admission.drain();
    }

    pub(crate) fn next_leg(&self) -> LegId {
        LegId(self.next_leg.fetch_add(1, Ordering::Relaxed))
    }

    /// Remembers how to hang up a leg when the SIP side closes.
    pub(crate) fn remember(&self, control: &crate::api::LegControl) {
        let mut controls = self.controls.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if controls.len() > 2 * self.config.max_calls.max(64) {
            controls.retain(|_, sender| sender.upgrade().is_some_and(|sender| !sender.is_closed()));
        }
        controls.insert(control.id, control.downgrade());
    }

    pub(crate) fn settings(&self, allow_refer: bool) -> Settings {
        Settings {
            t1: self.config.t1,
            session_expires: self.config.session_expires,
            min_session_expires: self.config.min_session_expires,
            user_agent: self.config.user_agent.clone(),
            allow_refer,
            seed: rand::random(),
        }
    }

    pub(crate) async fn close(&self) {
        self.drain();
        let controls = std::mem::take(&mut *self.controls.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        for sender in controls.into_values().filter_map(|sender| sender.upgrade()) {
            let _ = sender.try_send(Box::new(Command::Hangup(Cause::Normal.into())));
        }
        let until = Instant::now() + FAREWELL;
        while self.registry.len() > 0 && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.trunks.close().await;
        for task in self.tasks.get().into_iter().flatten() {
            task.abort();
        }
        self.wire.close().await;
    }
}

/// Keeps the ways to phones behind a NAT open.
async fn keep_alive(core: Weak<Core>) {
    loop {
        tokio::time::sleep(KEEP_ALIVE).await;
        let Some(core) = core.upgrade() else { return };
        for address in core.registrar.over_udp(Instant::now()) {
            core.wire.keep_alive(&Target::new(address, Transport::Udp)).await;
        }
    }
}
