//! Trunks: the connections to providers. They register, ask whether the provider is there, know whose call comes in, and give out channels.

mod ask;
mod channels;
mod choose;
mod config;
mod health;
mod resolve;
mod run;

use crate::SipEvent;
use crate::auth::{Answered, DigestClient, DigestError, Rounds};
use crate::wire::{Response, Target, UriParts, Wire, fresh_tag};
use channels::Channels;
use choose::{Candidate, Known};
use resolve::Names;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;

pub(crate) use channels::{Channel, Full};
pub use config::{Login, SrtpPolicy, Trunk, TrunkId, TrunkKind, TrunkState};

/// How long a trunk that failed a call goes last.
const PENALTY: Duration = Duration::from_secs(30);

/// All trunks.
pub(crate) struct Trunks {
    wire: Arc<Wire>,
    events: mpsc::Sender<SipEvent>,
    user_agent: Arc<str>,
    running: Mutex<BTreeMap<TrunkId, Running>>,
}

/// One trunk with its task. The task ends when `stop` is dropped.
struct Running {
    link: Arc<Link>,
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

/// What a trunk's task and the calls share.
#[derive(Debug)]
struct Link {
    trunk: Arc<Trunk>,
    names: Names,
    channels: Arc<Channels>,
    digest: Mutex<Option<DigestClient>>,
    facts: Mutex<Facts>,
    /// Somebody saw a call fail.
    suspect: Notify,
    user_agent: Arc<str>,
}

#[derive(Debug)]
struct Facts {
    state: TrunkState,
    detail: String,
    penalty: Option<Instant>,
}

impl Trunks {
    pub(crate) fn new(wire: Arc<Wire>, events: mpsc::Sender<SipEvent>, user_agent: &str) -> Self {
        Self { wire, events, user_agent: user_agent.into(), running: Mutex::default() }
    }

    /// The trunks, all of them. What is new or changed starts, what is gone says farewell; the rest is left alone.
    pub(crate) fn set(&self, now: Instant, trunks: Vec<Trunk>) {
        let mut running = self.running();
        let mut old = std::mem::take(&mut *running);
        for trunk in trunks {
            let one = match old.remove(&trunk.id) {
                Some(same) if *same.link.trunk == trunk => same,
                Some(Running { task, stop, .. }) => {
                    drop(stop);
                    self.start(now, trunk, Some(task))
                }
                None => self.start(now, trunk, None),
            };
            running.insert(one.link.trunk.id.clone(), one);
        }
    }

    /// `before` is the task of the same trunk as it was: its farewell must not take away what the new one registers.
    fn start(&self, now: Instant, trunk: Trunk, before: Option<JoinHandle<()>>) -> Running {
        let link = Arc::new(Link {
            names: Names::default(),
            channels: Channels::new(now, &trunk),
            digest: Mutex::new(trunk.login().cloned().map(DigestClient::new)),
            facts: Mutex::new(Facts { state: TrunkState::Unknown, detail: String::new(), penalty: None }),
            suspect: Notify::new(),
            user_agent: self.user_agent.clone(),
            trunk: Arc::new(trunk),
        });
        let (stop, stopped) = watch::channel(());
        let run = run::run(self.wire.clone(), link.clone(), self.events.clone(), stopped);
        let task = tokio::spawn(async move {
            if let Some(before) = before {
                let _ = before.await;
            }
            run.await;
        });
        Running { link, stop, task }
    }

    /// Whose request this is, by where it came from and the user that it calls.
    pub(crate) fn identify(&self, source: SocketAddr, user: &str) -> Option<Arc<Trunk>> {
        let links = self.links();
        let resolved: Vec<Vec<Target>> = links.iter().map(|link| link.names.known()).collect();
        let known = links.iter().zip(&resolved).map(|(link, resolved)| Known { trunk: &link.trunk, resolved });
        let id = choose::identify(known, source, user)?.id.clone();
        links.into_iter().find(|link| link.trunk.id == id).map(|link| link.trunk.clone())
    }

    /// Whether calls of some trunk come from this address.
    pub(crate) fn has_source(&self, source: IpAddr) -> bool {
        let running = self.running();
        running.values().any(|one| one.link.names.has(source) || one.link.trunk.sources.iter().any(|network| network.contains(source)))
    }

    pub(crate) fn get(&self, id: &str) -> Option<Arc<Trunk>> {
        self.running().get(id).map(|running| running.link.trunk.clone())
    }

    /// The state of a trunk, with its words.
    pub(crate) fn state(&self, id: &str) -> Option<(TrunkState, String)> {
        let link = self.link(id)?;
        let facts = link.facts();
        Some((facts.state, facts.detail.clone()))
    }

    /// The trunks to try for a number, best first.
    pub(crate) fn candidates(&self, now: Instant, number: &str) -> Vec<TrunkId> {
        let links = self.links();
        let list = links.iter().map(|link| {
            let facts = link.facts();
            Candidate {
                trunk: &link.trunk,
                state: facts.state,
                penalized: facts.penalty.is_some_and(|until| until > now),
                free: link.channels.is_free(now),
            }
        });
        choose::candidates(list, number).into_iter().map(|trunk| trunk.id.clone()).collect()
    }

    /// Takes a channel for a call, in either direction. `None` if there is no such trunk.
    pub(crate) fn take(&self, now: Instant, id: &str) -> Option<Result<Channel, Full>> {
        Some(self.link(id)?.channels.take(now))
    }

    /// Channels of a trunk in use.
    pub(crate) fn used(&self, id: &str) -> u32 {
        self.link(id).map_or(0, |link| link.channels.used())
    }

    /// Where a request to this trunk goes, best first; empty if its name cannot be resolved.
    pub(crate) async fn targets(&self, id: &str) -> Vec<Target> {
        match self.link(id) {
            Some(link) => link.names.targets(&self.wire, &link.trunk, Instant::now()).await,
            None => Vec::new(),
        }
    }

    /// An address of a trunk did not take a call: its others go first for a while.
    pub(crate) fn avoid(&self, now: Instant, id: &str, target: &Target) {
        if let Some(link) = self.link(id) {
            link.names.avoid(target, now);
            link.suspect.notify_one();
        }
    }

    /// Where a redirection of a trunk leads, if to a place that is the trunk's own: an address of its name or of its networks.
    pub(crate) fn place(&self, id: &str, uri: &UriParts) -> Option<Target> {
        let link = self.link(id)?;
        let transport = uri.transport.unwrap_or(link.trunk.transport);
        let port = uri.port.unwrap_or(transport.default_port());
        let ip = match uri.host.parse::<IpAddr>() {
            Ok(ip) => ip,
            // Its own name: the address that it has now.
            Err(_) if uri.host.eq_ignore_ascii_case(&link.trunk.host) => link.names.known().first()?.address.ip(),
            Err(_) => return None,
        };
        let own = link.names.has(ip) || link.trunk.sources.iter().any(|network| network.contains(ip));
        // Who is reached by TLS is not left for plain text.
        let safe = transport.is_secure() || !link.trunk.transport.is_secure();
        (own && safe)
            .then(|| Target { name: transport.is_secure().then(|| uri.host.clone()), ..Target::new(SocketAddr::new(ip, port), transport) })
    }

    /// Answers a 401 or 407 of this trunk, and of nobody else.
    pub(crate) fn answer(
        &self,
        id: &str,
        rounds: &mut Rounds,
        response: &Response,
        method: &str,
        uri: &str,
    ) -> Result<Answered, DigestError> {
        self.link(id).ok_or(DigestError::NoDigest)?.answer(rounds, response, method, uri)
    }

    /// A call failed there in a way that another trunk may do better: it goes last for a while, and is asked whether it is there.
    pub(crate) fn failed(&self, now: Instant, id: &str) {
        if let Some(link) = self.link(id) {
            link.facts().penalty = now.checked_add(PENALTY);
            link.suspect.notify_one();
        }
    }

    /// Ends all registrations.
    pub(crate) async fn close(&self) {
        let all = std::mem::take(&mut *self.running());
        let tasks: Vec<JoinHandle<()>> = all
            .into_values()
            .map(|running| {
                drop(running.stop);
                running.task
            })
            .collect();
        for task in tasks {
            let _ = task.await;
        }
    }

    fn link(&self, id: &str) -> Option<Arc<Link>> {
        self.running().get(id).map(|running| running.link.clone())
    }

    fn links(&self) -> Vec<Arc<Link>> {
        self.running().values().map(|running| running.link.clone()).collect()
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<TrunkId, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Link {
    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn digest(&self) -> MutexGuard<'_, Option<DigestClient>> {
        self.digest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn in_advance(&self, method: &str, uri: &str) -> Option<Answered> {
        self.digest().as_mut()?.in_advance(method, uri, &fresh_tag())
    }

    fn answer(&self, rounds: &mut Rounds, response: &Response, method: &str, uri: &str) -> Result<Answered, DigestError> {
        let name = if response.code() == 407 { "Proxy-Authenticate" } else { "WWW-Authenticate" };
        let challenges = response.headers(name);
        let mut digest = self.digest();
        let digest = digest.as_mut().ok_or(DigestError::NoLogin)?;
        digest.answer(rounds, response.code(), challenges.iter().map(String::as_bytes), method, uri, &fresh_tag())
    }
}

#[cfg(test)]
mod live;
