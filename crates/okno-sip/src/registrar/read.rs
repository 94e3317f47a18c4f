//! What a REGISTER asks for.

use crate::wire::{NameAddr, Reply, Request};

/// Places in one REGISTER. Phones send one or two.
const MAX_PLACES: usize = 10;
/// Proxies on the way.
const MAX_PATH: usize = 5;
/// The longest URI that is kept.
const MAX_URI: usize = 512;

/// A REGISTER as it was read. It says nothing about who sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Register {
    pub(super) call_id: String,
    pub(super) cseq: u32,
    pub(super) ask: Ask,
    pub(super) path: Vec<String>,
    /// The phone keeps flows by RFC 5626.
    pub(super) outbound: bool,
    pub(super) user_agent: String,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ask {
    /// Tell what is there.
    Tell,
    /// `*`: take everything away.
    Clear,
    /// Put or take away these.
    Set(Vec<Place>),
}

/// One place that a phone names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) uri: String,
    /// Seconds; `None` = as long as we like.
    pub(super) expires: Option<u32>,
    pub(super) q: u16,
    pub(super) instance: Option<String>,
    pub(super) reg_id: Option<u32>,
}

/// Reads a REGISTER; the refusal if it makes no sense.
pub(super) fn read(request: &Request) -> Result<Register, Reply> {
    let bad = |why: &str| Reply::new(400).reason(why);
    let (cseq, _) = request.cseq().ok_or_else(|| bad("Bad CSeq"))?;
    let path = request.addresses("Path").ok_or_else(|| bad("Bad Path"))?;
    if path.len() > MAX_PATH {
        return Err(bad("Too Many Proxies"));
    }
    let outbound = request.has("Supported", "outbound");
    // A value that cannot be read is as good as none (RFC 3261 10.3).
    let header_expires = request.header("Expires").map(|text| seconds(&text));
    let ask = if request.headers("Contact").iter().any(|value| value.trim() == "*") {
        if request.headers("Contact").len() > 1 || header_expires != Some(Some(0)) {
            return Err(bad("Wildcard Needs Expires 0"));
        }
        Ask::Clear
    } else {
        let places = request.addresses("Contact").ok_or_else(|| bad("Bad Contact"))?;
        if places.len() > MAX_PLACES {
            return Err(bad("Too Many Contacts"));
        }
        let places: Option<Vec<Place>> = places.iter().map(|place| read_place(place, header_expires.flatten(), outbound)).collect();
        match places {
            Some(places) if places.is_empty() => Ask::Tell,
            Some(places) => Ask::Set(places),
            None => return Err(bad("Bad Contact")),
        }
    };
    Ok(Register {
        call_id: request.call_id(),
        cseq,
        ask,
        path: path.into_iter().map(|route| route.uri).collect(),
        outbound,
        user_agent: request.header("User-Agent").unwrap_or_default().chars().filter(|c| !c.is_control()).take(120).collect(),
    })
}

fn read_place(place: &NameAddr, header_expires: Option<u32>, outbound: bool) -> Option<Place> {
    // Headers that hide behind the `?` of a URI (RFC 4475 3.3.14) never become part of our requests.
    let uri = place.parts.plain.clone();
    let sip = matches!(place.parts.scheme.as_str(), "sip" | "sips");
    let clean = !uri.is_empty()
        && uri.len() <= MAX_URI
        && !uri.contains(|c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | '"'));
    if !sip || !clean || place.parts.host.is_empty() {
        return None;
    }
    let instance = place.param("+sip.instance").map(|text| text.trim_matches('"')).filter(|text| !text.is_empty() && text.len() <= 200);
    Some(Place {
        uri,
        expires: match place.param("expires") {
            Some(text) => seconds(text),
            None => header_expires,
        },
        q: place.param("q").map_or(1000, thousandths),
        instance: instance.map(str::to_owned),
        reg_id: place.param("reg-id").and_then(|text| text.parse().ok()).filter(|id| outbound && *id > 0),
    })
}

/// Seconds; more than can be counted is the most that can be.
fn seconds(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u32::MAX))
}

/// `0.7` is 700.
fn thousandths(text: &str) -> u16 {
    let value: f64 = text.parse().unwrap_or(1.0);
    if (0.0..=1.0).contains(&value) { (value * 1000.0).round() as u16 } else { 1000 }
}
