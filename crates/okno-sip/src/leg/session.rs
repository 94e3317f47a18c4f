//! Session timers (RFC 4028): who refreshes, when, and when a silent side is given up.
use std::time::Duration;

use tokio::time::Instant;

use crate::wire::{Reply, Request, Response};

/// RFC 4028: nobody may ask for less.
pub(crate) const FLOOR: Duration = Duration::from_secs(90);
/// How long before the end a silent session is ended at the latest.
const EARLY: Duration = Duration::from_secs(32);

/// A running session timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) interval: Duration,
    /// Whether refreshing is our duty.
    pub(crate) ours: bool,
    /// When the last refresh was.
    since: Instant,
    /// A refresh is on its way, so that it is not sent twice.
    asked: bool,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Refresh,
    Expired,
}

impl Session {
    fn new(interval: Duration, ours: bool, now: Instant) -> Self {
        Self { interval: interval.max(FLOOR), ours, since: now, asked: false }
    }

    /// When to look again.
    pub(crate) fn deadline(&self) -> Instant {
        if self.ours && !self.asked { self.since + self.interval / 2 } else { self.end() }
    }

    fn end(&self) -> Instant {
        self.since + self.interval - EARLY.min(self.interval / 3)
    }

    /// What is due now. A refresh is named once.
    pub(crate) fn due(&mut self, now: Instant) -> Option<Due> {
        if now >= self.end() {
            return Some(Due::Expired);
        }
        if self.ours && !self.asked && now >= self.deadline() {
            self.asked = true;
            return Some(Due::Refresh);
        }
        None
    }

    /// `Session-Expires` of a request that we send: as requester we are `uac` in it.
    pub(crate) fn in_request(&self) -> String {
        format!("{};refresher={}", self.interval.as_secs(), if self.ours { "uac" } else { "uas" })
    }
}

/// What a header says: seconds, and whether the sender of the request refreshes.
fn read(value: &str) -> Option<(Duration, Option<bool>)> {
    let mut parts = value.split(';').map(str::trim);
    let interval = Duration::from_secs(parts.next()?.parse().ok()?);
    let refresher = parts.find_map(|part| {
        let (name, who) = part.split_once('=')?;
        if !name.trim().eq_ignore_ascii_case("refresher") {
            return None;
        }
        match who.trim().to_ascii_lowercase().as_str() {
            "uac" => Some(true),
            "uas" => Some(false),
            _ => None,
        }
    });
    Some((interval, refresher))
}

/// `422` for a request that asks for a shorter session than we allow.
pub(crate) fn too_brief(request: &Request, min: Duration) -> Option<Reply> {
    let (interval, _) = read(&request.header("Session-Expires")?)?;
    let min = min.max(FLOOR);
    (interval < min).then(|| Reply::new(422).header("Min-SE", min.as_secs().to_string()))
}

/// The timer that a 2xx to `request` starts, with the headers to put into it. The interval is never raised; without a wish of the other side it
/// is ours, if that side knows timers at all.
pub(crate) fn answer(request: &Request, wish: Duration, now: Instant) -> Option<(Session, Vec<(String, String)>)> {
    let supports = request.has("Supported", "timer") || request.has("Require", "timer");
    let asked = request.header("Session-Expires").and_then(|value| read(&value));
    let (interval, they) = match asked {
        // Without an election: who knows timers refreshes; if both do, we do, because the refresher sees a dead line first.
        Some((interval, refresher)) => (interval, refresher.unwrap_or(false) && supports),
        None if supports => (wish.max(Duration::from_secs(u64::from(request.number("Min-SE").unwrap_or(0)))), false),
        None => return None,
    };
    let mut headers =
        vec![("Session-Expires".to_owned(), format!("{};refresher={}", interval.max(FLOOR).as_secs(), if they { "uac" } else { "uas" }))];
    if supports {
        headers.push(("Require".to_owned(), "timer".to_owned()));
    }
    Some((Session::new(interval, !they, now), headers))
}

/// The timer that a 2xx to our request starts; none where the other side has no use for one.
pub(crate) fn adopt(response: &Response, now: Instant) -> Option<Session> {
    let (interval, refresher) = read(&response.header("Session-Expires")?)?;
    // Whoever does not say whose duty it is leaves it to us.
    Some(Session::new(interval, refresher.unwrap_or(true), now))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &str) -> Request {
        let text = format!(
            "INVITE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:1@h>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n{headers}\r\n"
        );
        Request::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_refresher_is_elected_and_the_interval_kept() {
        let now = Instant::now();
        let wish = Duration::from_secs(1800);
        for (headers, expected) in [
            ("Supported: timer\r\nSession-Expires: 600;refresher=uac\r\n", Some((600, false, "600;refresher=uac"))),
            ("Supported: timer\r\nSession-Expires: 600;refresher=uas\r\n", Some((600, true, "600;refresher=uas"))),
            ("k: timer\r\nx: 600\r\n", Some((600, true, "600;refresher=uas"))),
            ("Supported: timer\r\n", Some((1800, true, "1800;refresher=uas"))),
            ("Session-Expires: 600;refresher=uac\r\n", Some((600, true, "600;refresher=uas"))),
            ("", None),
        ] {
            let answer = answer(&request(headers), wish, now);
            let seen = answer.as_ref().map(|(session, headers)| (session.interval.as_secs(), session.ours, headers[0].1.as_str()));
            assert_eq!(seen, expected, "{headers}");
        }
    }

    #[test]
    fn a_short_session_is_refused_with_ours() {
        let min = Duration::from_secs(120);
        assert!(too_brief(&request("Session-Expires: 60\r\n"), min).unwrap().headers.contains(&("Min-SE".into(), "120".into())));
        assert!(too_brief(&request("Session-Expires: 60\r\n"), Duration::ZERO).unwrap().headers.contains(&("Min-SE".into(), "90".into())));
        assert!(too_brief(&request("Session-Expires: 120\r\n"), min).is_none());
        assert!(too_brief(&request(""), min).is_none());
    }

    #[test]
    fn a_refresh_is_due_at_half_and_the_end_comes_before_the_end() {
        let now = Instant::now();
        let mut ours = Session::new(Duration::from_secs(600), true, now);
        assert_eq!(ours.due(now + Duration::from_secs(299)), None);
        assert_eq!(ours.due(now + Duration::from_secs(300)), Some(Due::Refresh));
        assert_eq!(ours.due(now + Duration::from_secs(301)), None, "once");
        assert_eq!(ours.due(now + Duration::from_secs(568)), Some(Due::Expired));
        let theirs = Session::new(Duration::from_secs(90), false, now);
        assert_eq!(theirs.deadline(), now + Duration::from_secs(60), "a third of a short interval");
    }
}
