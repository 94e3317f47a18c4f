//! Randomness for SSRCs, first sequence numbers, ports and keys: guessing one of them must not help an injector.

use rand::TryRng as _;

/// Fills `bytes` from the system.
pub(crate) fn fill(bytes: &mut [u8]) {
    rand::rngs::SysRng.try_fill_bytes(bytes).expect("the system gives random bytes");
}

pub(crate) fn u32() -> u32 {
    let mut bytes = [0; 4];
    fill(&mut bytes);
    u32::from_ne_bytes(bytes)
}
