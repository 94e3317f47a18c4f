//! Files of messages: taken with limits, kept by content, shown only from another origin by short-lived links.
//!
//! * U-1 The media type is what the bytes say, never what a stranger claims.
//! * U-2 A name is safe: no path, no control or direction-changing characters, bounded.
//! * U-3 A loose file can be attached once, by the one who brought it.
//! * U-4 A link names one file, one reader and an end, signed; it opens nothing after its end or the end of the session.

mod acts;
pub mod files;
pub mod links;
mod sniff;

#[cfg(test)]
mod tests;

pub use acts::accept;
pub(crate) use acts::{claim, outgoing_files};
pub use okno_store::messages::Uploader;
pub(crate) use sniff::{detect, safe_name};
