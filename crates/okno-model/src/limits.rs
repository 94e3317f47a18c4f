//! Named limits with their reasons. Related limits are compared at compile time.

/// Longest chat message or reply, in characters: long enough for any real text, short enough for a page.
pub const MESSAGE_CHARS: usize = 20_000;
/// Largest single attachment, in bytes: what common mail providers pass.
pub const ATTACHMENT_BYTES: usize = 20 * 1024 * 1024;
/// Attachments of one message.
pub const ATTACHMENTS_PER_MESSAGE: usize = 20;
/// Largest raw mail that is accepted, in bytes: base64 grows attachments by a third.
pub const MAIL_BYTES: usize = 40 * 1024 * 1024;
/// Deepest MIME nesting that is parsed; deeper parts are kept raw.
pub const MIME_DEPTH: usize = 32;
/// Most recipients of one mail.
pub const RECIPIENTS: usize = 100;
/// Largest frame on a visitor's socket, in bytes.
pub const VISITOR_FRAME_BYTES: usize = 128 * 1024;
/// Largest frame on a desk's socket, in bytes.
pub const DESK_FRAME_BYTES: usize = 64 * 1024;
/// Largest JSON body of the REST API, in bytes.
pub const JSON_BYTES: usize = 512 * 1024;
/// Bytes waiting for one slow socket before it is dropped and has to resume.
pub const SOCKET_QUEUE_BYTES: usize = 1024 * 1024;
/// Events kept for `resume`; a client further behind gets a snapshot.
pub const RESUME_EVENTS: u64 = 5_000;
/// Rows of one page of a listing.
pub const PAGE_MAX: usize = 200;
/// Default rows of one page.
pub const PAGE_DEFAULT: usize = 50;
/// Length of a name (queue, skill, customer, file).
pub const NAME_CHARS: usize = 200;
/// Shortest password (NIST SP 800-63B: length, not composition).
pub const PASSWORD_MIN_CHARS: usize = 10;
/// Longest password, so that hashing has a bound.
pub const PASSWORD_MAX_CHARS: usize = 256;
/// Automatic mails to one correspondent within a day (RFC 3834; reliability.md).
pub const AUTO_REPLIES_PER_SENDER_DAY: u32 = 1;
/// Automatic mails of one workspace within an hour: the brake against loops.
pub const AUTO_REPLIES_PER_HOUR: u32 = 200;
/// Priority of an interaction: 0 lowest, 9 highest.
pub const PRIORITY_MAX: u8 = 9;
/// Longest wrap-up including its extensions, seconds; 900 is the field's usual cap.
pub const WRAPUP_MAX_SECONDS: u32 = 900;
/// How long after the end of an interaction its last agent may still give its outcome and a note, seconds.
pub const LATE_WRAPUP_SECONDS: u32 = 900;
/// A desk that counts as connected and says nothing for so long is gone, seconds. The door notices its silence much earlier; this holds
/// when the door itself fails.
pub const DESK_LEASE_SECONDS: u32 = 300;
/// How often the door tells that a desk is there, seconds.
pub const DESK_RENEW_SECONDS: u32 = 60;
/// A call that an agent has is asked for after so many seconds: if no record of it is live, it is over.
pub const CALL_LEASE_SECONDS: u32 = 120;
/// Skill level: 1 lowest, 10 highest.
pub const SKILL_LEVEL_MAX: u8 = 10;
/// Open intervals of one day of business hours: more than any real day has, few enough for a page.
pub const HOURS_INTERVALS_PER_DAY: usize = 12;
/// Holidays of one calendar of business hours: 20 years of 15 dated days.
pub const HOURS_HOLIDAYS: usize = 300;
/// Exceptions of one calendar of business hours; each question walks over them.
pub const HOURS_EXCEPTIONS: usize = 200;

const _: () = assert!(MAIL_BYTES > ATTACHMENT_BYTES * 4 / 3, "a mail must be able to hold one largest attachment in base64");
const _: () = assert!(VISITOR_FRAME_BYTES > MESSAGE_CHARS * 4, "a frame must be able to hold one longest message in UTF-8");
const _: () = assert!(DESK_RENEW_SECONDS * 3 < DESK_LEASE_SECONDS, "two signs of life may be lost");
const _: () = assert!(PAGE_DEFAULT <= PAGE_MAX);
