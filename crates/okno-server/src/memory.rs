//! What the allocator may keep.
//!
//! glibc keeps what was freed for the next use, in an arena per thread: after one large block was freed (a password's hash needs 19 MB) it takes blocks
//! of that size from the arenas too and no longer gives them back. A server with a few signed-in people then holds hundreds of
//! megabytes of nothing. So the thresholds are fixed, which also ends their growing.

/// Larger blocks come from the system and go back to it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: i32 = 256 * 1024;
/// Free memory at the end of an arena above this goes back to the system.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const FREE: i32 = 1024 * 1024;

/// Sets the bounds; before any thread begins. Other allocators have their own.
pub(crate) fn bound() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        let arenas = i32::try_from(processors + 2).unwrap_or(i32::MAX);
        for (what, value) in [(libc::M_MMAP_THRESHOLD, LARGE), (libc::M_TRIM_THRESHOLD, FREE), (libc::M_ARENA_MAX, arenas)] {
            #[expect(unsafe_code, reason = "the allocator's own setting; it takes two integers, and no other thread runs yet")]
            // SAFETY: `mallopt` has no preconditions, and nothing else allocates meanwhile.
            let set = unsafe { libc::mallopt(what, value) };
            debug_assert_eq!(set, 1, "glibc knows these settings");
        }
    }
}
