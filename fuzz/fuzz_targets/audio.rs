//! One file: as a prompt that somebody uploads, and as a recording that was stored.
#![cfg_attr(feature = "libfuzzer", no_main)]

fn probe(data: &[u8]) {
    okno_media::probe::prompt(data);
    okno_media::probe::recording(data);
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
