//! The bindings of all phones. Pure: time and chance are arguments.
//!
//! Named invariants:
//! - **B-1** A phone has at most [`MAX_BINDINGS`]; a device has one per flow.
//! - **B-2** A REGISTER is done as a whole or not at all, and an older one never undoes a newer one of the same Call-ID.
//! - **B-3** Nothing is told or dialed after it expired.

use super::read::{Ask, Place, Register};
use super::{Binding, PhoneId};
use crate::Transport;
use crate::wire::{Reply, Target, UriParts};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Devices of one phone. A further one takes the place of the one that was refreshed longest ago.
const MAX_BINDINGS: usize = 8;
/// Shorter registrations are refused with 423: they are load without a use.
const SHORTEST: Duration = Duration::from_secs(60);
/// Longer ones are cut: so long a dead phone would seem alive.
const LONGEST: Duration = Duration::from_secs(3600);
/// Where nothing is asked for.
const USUAL: Duration = Duration::from_secs(600);
/// Behind a NAT, over UDP: routers forget a mapping after 30 to 60 seconds, and each refresh keeps it open.
const BEHIND_NAT: Duration = Duration::from_secs(55);
/// The share by which a granted life is shortened at random, so that phones that started together do not come back together.
const JITTER: f64 = 0.1;

const _: () =
    assert!(BEHIND_NAT.as_secs() <= SHORTEST.as_secs() && SHORTEST.as_secs() < USUAL.as_secs() && USUAL.as_secs() <= LONGEST.as_secs());

/// A binding with its end.
#[derive(Debug, Clone)]
struct Bound {
    binding: Binding,
    refreshed: Instant,
    until: Instant,
}

/// All bindings.
#[derive(Debug, Default)]
pub(super) struct Table {
    phones: BTreeMap<PhoneId, Vec<Bound>>,
}

impl Table {
    /// Does what a REGISTER asks for. The answer, and whether something changed that others want to know.
    pub(super) fn register(&mut self, now: Instant, id: &PhoneId, register: &Register, source: &Target, roll: f64) -> (Reply, bool) {
        self.expire_one(now, id);
        let list = self.phones.entry(id.clone()).or_default();
        // A REGISTER that came late must not undo what came after it (B-2).
        let newest = list.iter().filter(|bound| bound.binding.call_id == register.call_id).map(|bound| bound.binding.cseq).max();
        if register.ask != Ask::Tell && newest.is_some_and(|newest| register.cseq <= newest) {
            return (Reply::new(500).reason("Out of Order"), false);
        }
        let mut changed = false;
        match &register.ask {
            Ask::Tell => {}
            Ask::Clear => {
                changed = !list.is_empty();
                list.clear();
            }
            Ask::Set(places) => {
                let short = |place: &&Place| place.expires.is_some_and(|s| s > 0 && Duration::from_secs(s.into()) < SHORTEST);
                if places.iter().any(|place| short(&place)) {
                    let shortest = SHORTEST.as_secs().to_string();
                    return (Reply::new(423).header("Min-Expires", shortest), false);
                }
                for place in places {
                    changed |= put(list, now, place, register, source, roll);
                }
            }
        }
        let reply = answer(list, now, register);
        if list.is_empty() {
            self.phones.remove(id);
        }
        (reply, changed)
    }

    /// Where a phone can be reached: the preferred place first, then the one refreshed last.
    pub(super) fn bindings(&self, now: Instant, id: &str) -> Vec<Binding> {
        let mut live: Vec<&Bound> = self.phones.get(id).into_iter().flatten().filter(|bound| bound.until > now).collect();
        live.sort_by_key(|bound| std::cmp::Reverse((bound.binding.q, bound.refreshed)));
        live.into_iter().map(|bound| Binding { expires_in: bound.until - now, ..bound.binding.clone() }).collect()
    }

    /// The addresses that phones are registered from.
    pub(super) fn sources(&self) -> BTreeSet<IpAddr> {
        self.phones.values().flatten().map(|bound| bound.binding.source.ip().to_canonical()).collect()
    }

    /// The phone that is registered from exactly this socket.
    pub(super) fn at(&self, now: Instant, source: &Target) -> Option<&PhoneId> {
        let here =
            |bound: &Bound| bound.until > now && bound.binding.source == source.address && bound.binding.transport == source.transport;
        self.phones.iter().find(|(_, list)| list.iter().any(here)).map(|(id, _)| id)
    }

    /// The sources of bindings over UDP.
    pub(super) fn over_udp(&self, now: Instant) -> Vec<std::net::SocketAddr> {
        let udp = |bound: &&Bound| bound.until > now && bound.binding.transport == Transport::Udp;
        self.phones.values().flatten().filter(udp).map(|bound| bound.binding.source).collect()
    }

    /// When the next binding ends.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.phones.values().flatten().map(|bound| bound.until).min()
    }

    /// Takes away what has ended. The phones that lost something.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<PhoneId> {
        let ended = |list: &Vec<Bound>| list.iter().any(|bound| bound.until <= now);
        let ids: Vec<PhoneId> = self.phones.iter().filter(|(_, list)| ended(list)).map(|(id, _)| id.clone()).collect();
        for id in &ids {
            self.expire_one(now, id);
        }
        ids
    }

    /// Takes away everything of a phone. Whether there was something.
    pub(super) fn forget(&mut self, id: &str) -> bool {
        self.phones.remove(id).is_some_and(|list| !list.is_empty())
    }

    /// Takes away what was registered over a connection that is gone. The phones that lost something.
    pub(super) fn closed(&mut self, connection: &Target) -> Vec<PhoneId> {
        let over = |bound: &Bound| bound.binding.source == connection.address && bound.binding.transport == connection.transport;
        let ids: Vec<PhoneId> = self.phones.iter().filter(|(_, list)| list.iter().any(over)).map(|(id, _)| id.clone()).collect();
        for id in &ids {
            if let Some(list) = self.phones.get_mut(id) {
                list.retain(|bound| !over(bound));
            }
        }
        self.phones.retain(|_, list| !list.is_empty());
        ids
    }

    /// Puts back what was there before a restart. Connections are gone with it, so that only what came over UDP can still be reached.
    pub(super) fn load(&mut self, now: Instant, id: &PhoneId, bindings: Vec<Binding>) -> bool {
        let fresh = |binding: &Binding| binding.transport == Transport::Udp && !binding.expires_in.is_zero();
        let list: Vec<Bound> = bindings
            .into_iter()
            .filter(fresh)
            .take(MAX_BINDINGS)
            .map(|binding| Bound { refreshed: now, until: now + binding.expires_in.min(LONGEST), binding })
            .collect();
        // Whoever registered meanwhile knows better.
        let put = !list.is_empty() && !self.phones.contains_key(id);
        if put {
            self.phones.insert(id.clone(), list);
        }
        put
    }

    fn expire_one(&mut self, now: Instant, id: &str) {
        if let Some(list) = self.phones.get_mut(id) {
            list.retain(|bound| bound.until > now);
            if list.is_empty() {
                self.phones.remove(id);
            }
        }
    }
}

/// Puts one place, or takes it away. Whether others want to know.
fn put(list: &mut Vec<Bound>, now: Instant, place: &Place, register: &Register, source: &Target, roll: f64) -> bool {
    let before = list.iter().position(|bound| is_same(bound, place, register, source));
    if place.expires == Some(0) {
        return before.map(|at| list.remove(at)).is_some();
    }
    let binding = Binding {
        uri: place.uri.clone(),
        transport: source.transport,
        source: source.address,
        path: register.path.clone(),
        instance: place.instance.clone(),
        reg_id: place.reg_id,
        q: place.q,
        user_agent: register.user_agent.clone(),
        call_id: register.call_id.clone(),
        cseq: register.cseq,
        expires_in: Duration::ZERO,
    };
    let granted = grant(place, source, roll);
    let bound = Bound { binding, refreshed: now, until: now + granted };
    if let Some(at) = before {
        // A refresh of the same place is no news.
        let news = differs(&list[at].binding, &bound.binding);
        list[at] = bound;
        return news;
    }
    if list.len() >= MAX_BINDINGS
        && let Some(oldest) = (0..list.len()).min_by_key(|at| list[*at].refreshed)
    {
        list.remove(oldest);
    }
    list.push(bound);
    true
}

/// Whether the place is one that is there already: the same device and flow (RFC 5626), the same URI, or the same socket that has got a new
/// URI because the phone was restarted.
fn is_same(bound: &Bound, place: &Place, register: &Register, source: &Target) -> bool {
    let old = &bound.binding;
    if let (Some(one), Some(other)) = (&old.instance, &place.instance) {
        return one == other && old.reg_id == place.reg_id;
    }
    let restarted = old.source == source.address
        && old.transport == source.transport
        && old.path.is_empty()
        && register.path.is_empty()
        && old.call_id != register.call_id;
    same_uri(&old.uri, &place.uri) || restarted
}

fn same_uri(one: &str, other: &str) -> bool {
    let key = |text| {
        let parts = UriParts::parse(text)?;
        Some((parts.scheme, parts.user, parts.host.to_ascii_lowercase(), parts.port, parts.transport))
    };
    one == other || key(one).is_some_and(|one| Some(one) == key(other))
}

fn differs(old: &Binding, new: &Binding) -> bool {
    (&old.uri, old.source, old.transport, &old.path, &old.user_agent) != (&new.uri, new.source, new.transport, &new.path, &new.user_agent)
}

/// The life that is granted: never more than asked for, a little less at random, and short behind a NAT.
fn grant(place: &Place, source: &Target, roll: f64) -> Duration {
    let asked = place.expires.map_or(USUAL, |s| Duration::from_secs(s.into())).min(LONGEST);
    let nat = source.transport == Transport::Udp && UriParts::parse(&place.uri).is_none_or(|parts| !is_at(&parts.host, source));
    let asked = if nat { asked.min(BEHIND_NAT) } else { asked };
    let jittered = asked.mul_f64(1.0 - JITTER * roll.clamp(0.0, 1.0));
    let floor = if nat { BEHIND_NAT / 2 } else { SHORTEST.min(asked) };
    Duration::from_secs(jittered.max(floor).as_secs())
}

fn is_at(host: &str, source: &Target) -> bool {
    host.parse::<std::net::IpAddr>().is_ok_and(|host| host.to_canonical() == source.address.ip().to_canonical())
}

fn answer(list: &[Bound], now: Instant, register: &Register) -> Reply {
    let mut reply = Reply::new(200);
    for bound in list.iter().filter(|bound| bound.until > now) {
        let mut value = format!("<{}>;expires={}", bound.binding.uri, (bound.until - now).as_secs());
        if bound.binding.q != 1000 {
            let _ = write!(value, ";q={:.3}", f64::from(bound.binding.q) / 1000.0);
        }
        if let Some(instance) = &bound.binding.instance {
            let _ = write!(value, ";+sip.instance=\"{}\"", instance.replace(['"', '\\'], ""));
        }
        if let Some(reg_id) = bound.binding.reg_id {
            let _ = write!(value, ";reg-id={reg_id}");
        }
        reply = reply.header("Contact", value);
    }
    for route in &register.path {
        reply = reply.header("Path", format!("<{route}>"));
    }
    if register.outbound && list.iter().any(|bound| bound.binding.reg_id.is_some()) {
        reply = reply.header("Require", "outbound").header("Flow-Timer", "120");
    }
    reply
}
