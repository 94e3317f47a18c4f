//! The telephone on a socket: what a browser says is checked and handed to the telephone door, what the door says comes back by
//! the feed. Nothing of it is a fact, nothing is stored.

use okno_app::Ctx;
use okno_bus::voice::VoiceRequest;
use okno_model::phone::{DIGITS, PhoneDown, PhoneUp, SDP_BYTES};
use std::time::Duration;
use tokio::time::Instant;

/// Longest name of a page.
const TAB_CHARS: usize = 64;
/// Offers of one connection within [`OFFERS_PER`]: each may cost the door a media connection. Devices and networks change
/// less often. Off together with the limit of requests.
const OFFERS: u32 = 12;
const OFFERS_PER: Duration = Duration::from_secs(30);

/// Counts what a connection asks for.
#[derive(Debug)]
pub(crate) struct Offers {
    count: u32,
    since: Instant,
}

impl Offers {
    pub(crate) fn new() -> Self {
        Self { count: 0, since: Instant::now() }
    }

    fn one_more(&mut self) -> bool {
        if self.since.elapsed() > OFFERS_PER {
            *self = Self::new();
        }
        self.count += 1;
        self.count <= OFFERS
    }
}

/// Hands a frame to the telephone door; what cannot be done is the answer. What needs no answer gets none.
pub(crate) fn pass(
    ctx: &Ctx,
    up: PhoneUp,
    offers: &mut Offers,
    limited: bool,
    request: impl FnOnce(PhoneUp) -> VoiceRequest,
) -> Option<PhoneDown> {
    let tab = tab_of(&up).unwrap_or_default().chars().take(TAB_CHARS).collect::<String>();
    let refused = |code: &str, why: String| Some(PhoneDown::Refused { tab: tab.clone(), code: code.to_owned(), why });
    if let Err(why) = check(&up) {
        return refused("bad_offer", why.to_owned());
    }
    if matches!(up, PhoneUp::Connect { .. }) && !offers.one_more() && limited {
        return refused("busy", "this page connects too often; wait half a minute".to_owned());
    }
    let answered = wants_answer(&up);
    match ctx.app.bus.voice.ask(ctx.ws, request(up)) {
        Ok(()) => None,
        Err(error) if answered => refused(if error.code == "no_voice" { "off" } else { error.code }, error.why),
        Err(error) => {
            tracing::debug!(%error, "a browser's word did not reach the telephone");
            None
        }
    }
}

/// Refuses it without asking anybody.
pub(crate) fn refuse(up: &PhoneUp, code: &str, why: &str) -> Option<PhoneDown> {
    let tab = tab_of(up).unwrap_or_default().chars().take(TAB_CHARS).collect();
    wants_answer(up).then(|| PhoneDown::Refused { tab, code: code.to_owned(), why: why.to_owned() })
}

const fn wants_answer(up: &PhoneUp) -> bool {
    match up {
        PhoneUp::Connect { .. } | PhoneUp::Digits { .. } | PhoneUp::Hangup | PhoneUp::Echo { .. } => true,
        PhoneUp::Disconnect { .. } | PhoneUp::Quality { .. } => false,
    }
}

fn tab_of(up: &PhoneUp) -> Option<&str> {
    match up {
        PhoneUp::Connect { tab, .. } | PhoneUp::Disconnect { tab } | PhoneUp::Quality { tab, .. } | PhoneUp::Echo { tab, .. } => Some(tab),
        PhoneUp::Digits { .. } | PhoneUp::Hangup => None,
    }
}

fn check(up: &PhoneUp) -> Result<(), &'static str> {
    if tab_of(up).is_some_and(|tab| tab.is_empty() || tab.chars().count() > TAB_CHARS) {
        return Err("`tab` names the page with 1 to 64 characters");
    }
    match up {
        PhoneUp::Connect { sdp, .. } if sdp.len() > SDP_BYTES => Err("the offer is longer than any browser's"),
        PhoneUp::Connect { sdp, .. } if !sdp.starts_with("v=0") => Err("the offer is no session description"),
        PhoneUp::Digits { digits } if digits.is_empty() || digits.len() > DIGITS => Err("1 to 64 keys at once"),
        PhoneUp::Digits { digits } if !digits.chars().all(|key| key.is_ascii_digit() || "*#ABCD".contains(key)) => {
            Err("a key is a digit, `*`, `#` or `A` to `D`")
        }
        PhoneUp::Connect { .. }
        | PhoneUp::Digits { .. }
        | PhoneUp::Disconnect { .. }
        | PhoneUp::Quality { .. }
        | PhoneUp::Hangup
        | PhoneUp::Echo { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_browser_says_is_refused() {
        let connect = |tab: &str, sdp: String| check(&PhoneUp::Connect { tab: tab.into(), sdp });
        let digits = |keys: &str| check(&PhoneUp::Digits { digits: keys.into() });
        assert!(connect("t1", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n".into()).is_ok());
        assert!(connect("", "v=0\r\n".into()).is_err());
        assert!(connect(&"t".repeat(65), "v=0\r\n".into()).is_err());
        assert!(connect("t1", "hello".into()).is_err());
        assert!(connect("t1", format!("v=0\r\n{}", "a".repeat(SDP_BYTES))).is_err());
        assert!(digits("123*#A").is_ok());
        for bad in ["", "12x", "１２", "1 2"] {
            assert!(digits(bad).is_err(), "{bad:?}");
        }
        assert!(digits(&"1".repeat(65)).is_err());
    }
}
