//! Names of legs and rooms. A name carries its thread, so that no table is shared between threads.

use std::fmt;

/// How many bits of a name are the thread's number.
const THREAD_BITS: u32 = 8;
/// The most media threads that names can tell apart.
pub(crate) const MAX_THREADS: usize = 1 << THREAD_BITS;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(u64);

        impl $name {
            pub(crate) fn new(thread: usize, number: u64) -> Self {
                Self((number << THREAD_BITS) | (thread % MAX_THREADS) as u64)
            }

            /// The thread that owns it.
            pub(crate) fn thread(self) -> usize {
                (self.0 % MAX_THREADS as u64) as usize
            }

            /// The number behind the name: unique in the process, never used twice.
            pub fn get(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}

names! {
    /// One party's media: an RTP leg or a WebRTC leg.
    LegId "leg-";
    /// A room in which legs hear each other by a table of gains.
    RoomId "room-";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_knows_its_thread() {
        let leg = LegId::new(3, 77);
        assert_eq!(leg.thread(), 3);
        assert_ne!(leg, LegId::new(3, 78));
        assert_ne!(leg, LegId::new(2, 77));
        assert_eq!(leg.to_string(), format!("leg-{}", leg.get()));
    }
}
