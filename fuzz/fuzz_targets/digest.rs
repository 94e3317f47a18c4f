//! One digest header, as credentials and as a challenge, and the other short texts that come from outside.
#![cfg_attr(feature = "libfuzzer", no_main)]

#[cfg(feature = "libfuzzer")]
libfuzzer_sys::fuzz_target!(|data: &[u8]| okno_sip::hostile::probe::digest(data));

#[cfg(not(feature = "libfuzzer"))]
#[path = "../replay.rs"]
mod replay;

#[cfg(not(feature = "libfuzzer"))]
fn main() -> std::io::Result<()> {
    replay::all(okno_sip::hostile::probe::digest)
}
