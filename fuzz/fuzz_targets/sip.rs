//! One SIP message: as a datagram, as a stream in pieces, and everything that reads its headers and its body.
#![cfg_attr(feature = "libfuzzer", no_main)]

#[cfg(feature = "libfuzzer")]
libfuzzer_sys::fuzz_target!(|data: &[u8]| okno_sip::hostile::probe::sip(data));

#[cfg(not(feature = "libfuzzer"))]
#[path = "../replay.rs"]
mod replay;

#[cfg(not(feature = "libfuzzer"))]
fn main() -> std::io::Result<()> {
    replay::all(okno_sip::hostile::probe::sip)
}
