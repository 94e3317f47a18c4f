//! The registrar: which SIP phones can be reached, and where. It is also the one who knows phones by their digest.

mod phone;
mod read;
mod table;

use crate::SipEvent;
use crate::auth::{Asked, DigestServer, Verdict};
use crate::wire::{Reply, Request, Target};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use table::Table;
use tokio::sync::{Notify, Semaphore, mpsc};

pub use phone::{Binding, Phone, PhoneId};

/// How long a REGISTER over a connection waits for the first phones: the time of a start, or of a phone that was made just now. Over
/// a connection nobody asks again for half a minute, and so long the phone could not be called.
const FIRST_PHONES: Duration = Duration::from_secs(5);
/// REGISTERs that may wait so at once; a stranger can send them, too.
const WAITING: usize = 256;

/// What becomes of a request of a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said<T> {
    /// No word: here are no phones, and nobody learns more.
    Silence,
    /// Ask, or refuse. It counts against the source.
    Refuse(Reply),
    /// It is from a phone of ours.
    Accept(T),
}

/// The registrar. All of its work is short and in memory, so that a lock is all it needs.
#[derive(Debug)]
pub(crate) struct Registrar {
    state: Mutex<State>,
    wake: Notify,
    /// Phones were told.
    told: Notify,
    waiting: Semaphore,
}

#[derive(Debug)]
struct State {
    digest: DigestServer,
    phones: BTreeMap<String, Phone>,
    table: Table,
    /// Phones whose bindings changed since they were told.
    news: BTreeSet<PhoneId>,
    /// Addresses that phones are registered from: asked for every message that comes in.
    sources: BTreeSet<IpAddr>,
}

impl Registrar {
    /// A registrar of one realm. `key` makes its nonces; take it from the operating system at each start.
    pub(crate) fn new(now: Instant, realm: &str, key: [u8; 32]) -> Self {
        let state = State {
            digest: DigestServer::new(now, realm, key),
            phones: BTreeMap::new(),
            table: Table::default(),
            news: BTreeSet::new(),
            sources: BTreeSet::new(),
        };
        Self { state: Mutex::new(state), wake: Notify::new(), told: Notify::new(), waiting: Semaphore::new(WAITING) }
    }

    /// The phones, all of them. Who is gone or has a new secret or login is not registered any more.
    pub(crate) fn set_phones(&self, phones: Vec<Phone>) {
        let mut state = self.lock();
        let new: BTreeMap<String, Phone> = phones.into_iter().map(|phone| (phone.login.clone(), phone)).collect();
        let old = std::mem::replace(&mut state.phones, new);
        for phone in old.into_values() {
            let same = state.phones.get(&phone.login).is_some_and(|now| now.id == phone.id && now.secret == phone.secret);
            if !same && state.table.forget(&phone.id) {
                state.news.insert(phone.id);
            }
        }
        state.index();
        drop(state);
        self.wake.notify_one();
        self.told.notify_waiters();
    }

    /// Whether there are phones.
    pub(crate) fn has_phones(&self) -> bool {
        !self.lock().phones.is_empty()
    }

    /// Waits for the first phones, for a moment. Not at all where too many wait already.
    pub(crate) async fn first_phones(&self) {
        let Ok(_one_of_few) = self.waiting.try_acquire() else { return };
        let come = async {
            loop {
                let told = self.told.notified();
                if self.has_phones() {
                    return;
                }
                told.await;
            }
        };
        // Who waits in vain hears nothing, like everybody where there are no phones.
        let _ = tokio::time::timeout(FIRST_PHONES, come).await;
    }

    /// Puts back what [`SipEvent::Phone`] told before a restart, each with the time that is left of it.
    pub(crate) fn load(&self, now: Instant, bindings: Vec<(PhoneId, Vec<Binding>)>) {
        let mut state = self.lock();
        for (id, list) in bindings {
            if state.phones.values().any(|phone| phone.id == id) && state.table.load(now, &id, list) {
                state.news.insert(id);
            }
        }
        state.index();
        drop(state);
        self.wake.notify_one();
    }

    /// Answers a REGISTER.
    pub(crate) fn register(&self, now: Instant, request: &Request, source: &Target) -> Said<Reply> {
        let claimed = request.address("To").and_then(|to| to.parts.user).unwrap_or_default();
        let mut state = self.lock();
        let id = match state.who(now, request, source, &claimed) {
            Said::Accept(id) => id,
            Said::Silence => return Said::Silence,
            Said::Refuse(reply) => return Said::Refuse(reply),
        };
        let register = match read::read(request) {
            Ok(register) => register,
            Err(reply) => return Said::Accept(reply),
        };
        let (reply, changed) = state.table.register(now, &id, &register, source, rand::random());
        if changed {
            state.news.insert(id);
            state.index();
        }
        drop(state);
        self.wake.notify_one();
        Said::Accept(reply)
    }

    /// Who sends any other request outside a dialog, by its digest.
    pub(crate) fn authenticate(&self, now: Instant, request: &Request, source: &Target) -> Said<PhoneId> {
        let claimed = request.address("From").and_then(|from| from.parts.user).unwrap_or_default();
        self.lock().who(now, request, source, &claimed)
    }

    /// Where a phone can be reached, the best place first.
    pub(crate) fn bindings(&self, now: Instant, id: &str) -> Vec<Binding> {
        self.lock().table.bindings(now, id)
    }

    /// Whether some phone is registered from this address.
    pub(crate) fn has_source(&self, source: IpAddr) -> bool {
        self.lock().sources.contains(&source.to_canonical())
    }

    /// The phone that is registered from exactly this socket. It still has to show who it is.
    pub(crate) fn at(&self, now: Instant, source: &Target) -> Option<PhoneId> {
        self.lock().table.at(now, source).cloned()
    }

    /// Where phones over UDP are: their ways need a packet now and then.
    pub(crate) fn over_udp(&self, now: Instant) -> Vec<SocketAddr> {
        self.lock().table.over_udp(now)
    }

    /// A connection is gone, and with it what was registered over it.
    pub(crate) fn closed(&self, connection: &Target) {
        let mut state = self.lock();
        let lost = state.table.closed(connection);
        state.news.extend(lost);
        state.index();
        drop(state);
        self.wake.notify_one();
    }

    /// Does what a REGISTER asks for without asking who it is from. For probes.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn probe(&self, now: Instant, request: &Request, source: &Target) {
        if let Ok(register) = read::read(request) {
            let _ = self.lock().table.register(now, &"p".to_owned(), &register, source, 0.5);
        }
    }

    /// Tells what changes, and ends what has ended, until nobody listens. One sleep, until the next end.
    pub(crate) async fn run(&self, events: mpsc::Sender<SipEvent>) {
        loop {
            let (news, deadline) = self.collect(Instant::now());
            for (id, bindings) in news {
                if events.send(SipEvent::Phone { id, bindings }).await.is_err() {
                    return;
                }
            }
            let wait = async {
                match deadline {
                    Some(at) => tokio::time::sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = wait => {}
                () = self.wake.notified() => {}
                () = events.closed() => return,
            }
        }
    }

    fn collect(&self, now: Instant) -> (Vec<(PhoneId, Vec<Binding>)>, Option<Instant>) {
        let mut state = self.lock();
        let ended = state.table.expire(now);
        if !ended.is_empty() {
            state.news.extend(ended);
            state.index();
        }
        let news = std::mem::take(&mut state.news);
        let news = news.into_iter().map(|id| (id.clone(), state.table.bindings(now, &id))).collect();
        (news, state.table.next_deadline())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn index(&mut self) {
        self.sources = self.table.sources();
    }

    fn who(&mut self, now: Instant, request: &Request, source: &Target, claimed: &str) -> Said<PhoneId> {
        if self.phones.is_empty() {
            return Said::Silence;
        }
        let uri = request.uri();
        let asked = Asked { method: request.method(), request_uri: uri.as_bytes(), source: source.address.ip(), claimed };
        let shown = request.headers("Authorization");
        match self.digest.check(now, &self.phones, asked, shown.iter().map(String::as_bytes)) {
            Verdict::Accepted(login) => match self.phones.get(&login) {
                Some(phone) => Said::Accept(phone.id.clone()),
                None => Said::Refuse(Reply::new(403)),
            },
            Verdict::Challenge(value) => Said::Refuse(Reply::new(401).header("WWW-Authenticate", value)),
            Verdict::Locked(wait) => Said::Refuse(Reply::new(403).header("Retry-After", (wait.as_secs() + 1).to_string())),
        }
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod live;
