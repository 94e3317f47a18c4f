//! Which trunk a call came from, and which trunks a call may leave by. Pure.

use super::{Trunk, TrunkState};
use crate::Cidr;
use crate::wire::Target;
use std::net::SocketAddr;

/// A trunk as identification sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) trunk: &'a Trunk,
    /// What its host resolves to.
    pub(super) resolved: &'a [Target],
}

/// Whose request this is, by where it came from: the longest match of the networks that are listed and the addresses that were resolved; the
/// exact socket that we talk to goes before all. Several trunks with one provider are told apart by the user that was called.
pub(super) fn identify<'a>(trunks: impl IntoIterator<Item = Known<'a>>, source: SocketAddr, user: &str) -> Option<&'a Trunk> {
    let mut best: Option<(Rank<'a>, &Trunk)> = None;
    for known in trunks {
        let Some(bits) = strength(known, source) else { continue };
        let called = known.trunk.login().is_some_and(|login| !user.is_empty() && login.user == user);
        let rank = (bits, called, std::cmp::Reverse((known.trunk.order, known.trunk.id.as_str())));
        if best.as_ref().is_none_or(|(other, _)| rank > *other) {
            best = Some((rank, known.trunk));
        }
    }
    best.map(|(_, trunk)| trunk)
}

/// Bits that fit, whether the called user is its own, and its place in the order.
type Rank<'a> = (u8, bool, std::cmp::Reverse<(u32, &'a str)>);

fn strength(known: Known<'_>, source: SocketAddr) -> Option<u8> {
    let address = source.ip().to_canonical();
    let listed = known.trunk.sources.iter().filter(|network| network.contains(address)).map(Cidr::bits).max();
    let same_host = |target: &&Target| target.address.ip().to_canonical() == address;
    let resolved = known.resolved.iter().filter(same_host).map(|target| {
        let exact = target.address.port() == source.port();
        Cidr::one(address).bits() + u8::from(exact)
    });
    listed.max(resolved.max())
}

/// A trunk as routing sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) trunk: &'a Trunk,
    pub(super) state: TrunkState,
    /// It refused or lost a call a moment ago.
    pub(super) penalized: bool,
    /// It has a free channel and a call of this second left.
    pub(super) free: bool,
}

/// The trunks to try for a number, best first: those with the longest fitting prefix; who works before who does not; by their order. Full ones
/// are left out, silent ones stay at the end, because they may be back.
pub(super) fn candidates<'a>(trunks: impl IntoIterator<Item = Candidate<'a>>, number: &str) -> Vec<&'a Trunk> {
    let number = plain(number);
    let mut fitting: Vec<(usize, Candidate<'_>)> =
        trunks.into_iter().filter_map(|candidate| Some((prefix(candidate.trunk, &number)?, candidate))).collect();
    let longest = fitting.iter().map(|(length, _)| *length).max().unwrap_or_default();
    fitting.retain(|(length, candidate)| *length == longest && candidate.free);
    fitting.sort_by_key(|(_, candidate)| {
        (candidate.state == TrunkState::Error, candidate.penalized, candidate.trunk.order, candidate.trunk.id.as_str())
    });
    fitting.into_iter().map(|(_, candidate)| candidate.trunk).collect()
}

/// The length of the longest prefix that fits; 0 for a trunk that takes every number.
fn prefix(trunk: &Trunk, number: &str) -> Option<usize> {
    if trunk.prefixes.is_empty() {
        return Some(0);
    }
    trunk.prefixes.iter().map(|prefix| plain(prefix)).filter(|prefix| number.starts_with(prefix.as_str())).map(|prefix| prefix.len()).max()
}

/// `0049 30 1` and `+49301` are one number.
fn plain(number: &str) -> String {
    let kept: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    match kept.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Transport;
    use crate::trunks::{Login, TrunkKind};
    use proptest::prelude::*;

    fn trunk(id: &str, order: u32, sources: &[&str]) -> Trunk {
        let sources = sources.iter().map(|text| text.parse().unwrap()).collect();
        Trunk { order, sources, ..Trunk::new(id, "sip.example.net", Transport::Udp) }
    }

    fn login(mut trunk: Trunk, user: &str) -> Trunk {
        trunk.kind = TrunkKind::Digest(Login { user: user.into(), auth_user: None, secret: "s".into(), realm: None });
        trunk
    }

    fn who<'a>(trunks: &'a [(Trunk, Vec<Target>)], source: &str, user: &str) -> Option<&'a str> {
        let known = trunks.iter().map(|(trunk, resolved)| Known { trunk, resolved });
        identify(known, source.parse().unwrap(), user).map(|trunk| trunk.id.as_str())
    }

    #[test]
    fn the_longest_match_has_it() {
        let trunks = [
            (trunk("wide", 0, &["192.0.2.0/24"]), vec![]),
            (trunk("narrow", 9, &["192.0.2.8/29"]), vec![]),
            (trunk("host", 9, &[]), vec![Target::new("192.0.2.9:5060".parse().unwrap(), Transport::Udp)]),
        ];
        assert_eq!(who(&trunks, "192.0.2.1:5060", ""), Some("wide"));
        assert_eq!(who(&trunks, "192.0.2.10:5060", ""), Some("narrow"));
        assert_eq!(who(&trunks, "192.0.2.9:40000", ""), Some("host"));
        assert_eq!(who(&trunks, "198.51.100.1:5060", ""), None, "a stranger");
        assert_eq!(who(&trunks, "[::ffff:192.0.2.1]:5060", ""), Some("wide"));
    }

    #[test]
    fn two_trunks_with_one_provider_are_told_apart() {
        let provider = |port: u16| vec![Target::new(format!("192.0.2.9:{port}").parse().unwrap(), Transport::Udp)];
        let trunks = [
            (login(trunk("sales", 0, &[]), "100"), provider(5060)),
            (login(trunk("support", 1, &[]), "200"), provider(5060)),
            (trunk("other port", 2, &[]), provider(5070)),
        ];
        assert_eq!(who(&trunks, "192.0.2.9:5060", "200"), Some("support"), "by the user that was called");
        assert_eq!(who(&trunks, "192.0.2.9:5060", "+49301"), Some("sales"), "else by order");
        assert_eq!(who(&trunks, "192.0.2.9:5070", "200"), Some("other port"), "by the socket first of all");
    }

    fn route(trunks: &[(Trunk, TrunkState, bool, bool)], number: &str) -> Vec<String> {
        let list =
            trunks.iter().map(|(trunk, state, penalized, free)| Candidate { trunk, state: *state, penalized: *penalized, free: *free });
        candidates(list, number).into_iter().map(|trunk| trunk.id.clone()).collect()
    }

    #[test]
    fn calls_leave_by_prefix_health_and_order() {
        let with =
            |id, order, prefixes: &[&str]| Trunk { prefixes: prefixes.iter().map(|p| (*p).to_owned()).collect(), ..trunk(id, order, &[]) };
        let mut trunks = [
            (with("b", 2, &[]), TrunkState::Ok, false, true),
            (with("a", 1, &[]), TrunkState::Ok, false, true),
            (with("germany", 9, &["0049", "+43"]), TrunkState::Unknown, false, true),
            (with("new", 3, &[]), TrunkState::Unknown, false, true),
        ];
        assert_eq!(route(&trunks, "+1 555 0100"), ["a", "b", "new"]);
        assert_eq!(route(&trunks, "+49 (30) 123"), ["germany"]);
        trunks[1].1 = TrunkState::Error;
        assert_eq!(route(&trunks, "+15550100"), ["b", "new", "a"], "who is in error is the last resort");
        trunks[0].2 = true;
        assert_eq!(route(&trunks, "+15550100"), ["new", "b", "a"]);
        trunks[3].3 = false;
        assert_eq!(route(&trunks, "+15550100"), ["b", "a"], "who is full is no candidate");
    }

    proptest! {
        #[test]
        fn nobody_is_a_trunk_without_a_reason(source in any::<[u8; 4]>(), port in any::<u16>(), nets in prop::collection::vec((any::<[u8; 4]>(), 0..=32u8), 0..6)) {
            let trunks: Vec<(Trunk, Vec<Target>)> = nets.iter().enumerate().map(|(n, (net, bits))| {
                let mut trunk = trunk(&n.to_string(), 0, &[]);
                trunk.sources = vec![Cidr::new((*net).into(), *bits).unwrap()];
                (trunk, vec![])
            }).collect();
            let source = SocketAddr::from((source, port));
            let found = identify(trunks.iter().map(|(trunk, resolved)| Known { trunk, resolved }), source, "");
            let widest = trunks.iter().flat_map(|(trunk, _)| &trunk.sources).filter(|net| net.contains(source.ip())).map(Cidr::bits).max();
            prop_assert_eq!(found.and_then(|trunk| trunk.sources.first()).map(Cidr::bits), widest);
        }
    }
}
