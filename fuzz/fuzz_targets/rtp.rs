//! One datagram at a media port (RTP, SRTP, RTCP, STUN, telephone events), and the same bytes as a stream of packets to decode.
#![cfg_attr(feature = "libfuzzer", no_main)]

fn probe(data: &[u8]) {
    okno_media::probe::datagram(data);
    okno_media::probe::stream(data);
}

#[cfg(feature = "libfuzzer")]
libfuzzer_sys::fuzz_target!(|data: &[u8]| probe(data));

#[cfg(not(feature = "libfuzzer"))]
#[path = "../replay.rs"]
mod replay;

#[cfg(not(feature = "libfuzzer"))]
fn main() -> std::io::Result<()> {
    replay::all(probe)
}
