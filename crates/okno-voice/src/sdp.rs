//! Between the session descriptions of the signaling and the legs of the media.

use okno_media::{Codec, Direction, DtlsRemote, DtmfFormat, RtpPort, RtpRemote, SrtpKey, SrtpPair, SrtpProfile};
use okno_sip::{
    SrtpPolicy,
    sdp::{self, Negotiated, OfferParams, Protection, Rtcp, SdesKey, Setup, Suite},
};
use std::net::IpAddr;

/// What a party's configuration says about its voice.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    /// Best first.
    pub(crate) codecs: Vec<sdp::Codec>,
    /// Encryption.
    pub(crate) srtp: SrtpPolicy,
}

impl Default for Terms {
    fn default() -> Self {
        Self { codecs: codecs(&[]), srtp: SrtpPolicy::Off }
    }
}

/// Codecs by their names, best first; okno's own order without any.
pub(crate) fn codecs(names: &[String]) -> Vec<sdp::Codec> {
    let of = |codec| match codec {
        Codec::Pcmu => sdp::Codec::pcmu(),
        Codec::Pcma => sdp::Codec::pcma(),
        Codec::G722 => sdp::Codec::g722(),
        Codec::Opus => sdp::Codec::opus(),
    };
    let known: Vec<_> = names.iter().filter_map(|name| Codec::parse(name)).map(of).collect();
    if known.is_empty() { vec![sdp::Codec::pcma(), sdp::Codec::pcmu(), sdp::Codec::g722(), sdp::Codec::opus()] } else { known }
}

/// Our side of a description, without its version. `dtls`: the far end has offered a handshake.
///
/// Keys in SDP protect only where nobody reads the signaling. Where encryption is required and the signaling is in the clear, a handshake
/// (DTLS-SRTP) is offered instead.
pub(crate) fn params(port: &RtpPort, terms: &Terms, secure_signaling: bool, dtls: bool) -> OfferParams {
    let handshake = || Protection::Dtls { fingerprint: port.fingerprint.to_string(), setup: Setup::ActPass };
    let sdes = |required| {
        let keys = [Suite::AesCm128HmacSha1_80, Suite::AeadAes256Gcm, Suite::AeadAes128Gcm, Suite::AesCm128HmacSha1_32]
            .into_iter()
            .filter_map(|suite| port.key(profile(suite)).map(|key| SdesKey { suite, material: key.material.clone() }))
            .collect();
        Protection::Sdes { keys, required }
    };
    let protection = match terms.srtp {
        SrtpPolicy::Optional | SrtpPolicy::Required if dtls => handshake(),
        SrtpPolicy::Optional if secure_signaling => sdes(false),
        SrtpPolicy::Off | SrtpPolicy::Optional => Protection::None,
        SrtpPolicy::Required if secure_signaling => sdes(true),
        SrtpPolicy::Required => handshake(),
    };
    OfferParams {
        address: port.local,
        rtcp: None,
        session: port.leg.get(),
        version: 1,
        codecs: terms.codecs.clone(),
        dtmf: true,
        ptime: 20,
        direction: sdp::Direction::SendRecv,
        protection,
        rtcp_mux: true,
    }
}

/// What the media leg is told about its far end. `None` for what the media cannot do; offer and answer never agree on that.
pub(crate) fn remote(agreed: &Negotiated, symmetric: Option<IpAddr>) -> Option<RtpRemote> {
    let codec = Codec::parse(&agreed.codec.name)?;
    let pair = match &agreed.srtp {
        Some(keys) => Some(SrtpPair { send: key(&keys.send)?, receive: key(&keys.receive)? }),
        None => None,
    };
    let dtls = agreed.dtls.as_ref().map(|dtls| DtlsRemote { active: dtls.we_connect, fingerprint: dtls.fingerprint.clone() });
    let direction = match agreed.direction {
        sdp::Direction::SendRecv => Direction::Both,
        sdp::Direction::SendOnly => Direction::SendOnly,
        sdp::Direction::RecvOnly => Direction::ReceiveOnly,
        sdp::Direction::Inactive => Direction::Inactive,
    };
    Some(RtpRemote {
        addr: agreed.remote,
        rtcp: match agreed.rtcp {
            Rtcp::At(address) => address,
            Rtcp::Mux => agreed.remote,
        },
        codec,
        pt_send: agreed.codec.send,
        pt_receive: agreed.codec.receive,
        dtmf: agreed.dtmf.map(|event| DtmfFormat { send: event.send, receive: event.receive, clock: event.clock }),
        srtp: pair,
        dtls,
        direction,
        symmetric: symmetric.or_else(|| Some(agreed.remote.ip())),
    })
}

fn key(key: &SdesKey) -> Option<SrtpKey> {
    SrtpKey::new(profile(key.suite), key.material.clone())
}

const fn profile(suite: Suite) -> SrtpProfile {
    match suite {
        Suite::AeadAes256Gcm => SrtpProfile::AeadAes256Gcm,
        Suite::AeadAes128Gcm => SrtpProfile::AeadAes128Gcm,
        Suite::AesCm128HmacSha1_80 => SrtpProfile::AesCm128Sha1_80,
        Suite::AesCm128HmacSha1_32 => SrtpProfile::AesCm128Sha1_32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codecs_are_those_of_the_trunk_in_its_order() {
        let names = |list: &[&str]| {
            codecs(&list.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()).into_iter().map(|c| c.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&["opus", "pcmu", "G729"]), ["opus", "PCMU"]);
        assert_eq!(names(&[]), ["PCMA", "PCMU", "G722", "opus"]);
        assert_eq!(names(&["G729"]).len(), 4, "a trunk with unknown codecs only gets what we speak");
    }
}
