//! Configuration of the telephone: trunks, phones, prompts, what may be dialed; and what the telephone door needs of it.
//!
//! * V-1 A password is sealed, never returned, and good only for the server and user, or the login, that it was entered for: the seal itself
//!   is bound to them.
//! * V-2 A login belongs to one phone, a number to one telephone channel.
//! * V-3 Without a dial plan nobody can be called.
//! * V-4 What a channel plays exists: a prompt in use is not removed.
//! * V-5 Every change pokes [`okno_bus::Topic::Voice`]; the door reads everything anew by [`door`]. What the door tells of trunks and phones
//!   pokes nobody.

mod dial_plan;
mod door;
mod phones;
mod prompts;
mod secret;
mod trunks;
mod words;

#[cfg(test)]
mod tests;

pub use dial_plan::{get as dial_plan, update as update_dial_plan};
pub use door::{Call, DoorConfig, DoorPhone, DoorTrunk, bindings, click_to_call, door, phone_registered, trunk_health};
pub use phones::{
    PASSWORD_MIN_CHARS, create as create_phone, delete as delete_phone, get as phone, list as phones, update as update_phone,
};
pub use prompts::{
    PROMPT_BYTES, PROMPT_SECONDS, create as create_prompt, delete as delete_prompt, delete_part, get as prompt, list as prompts,
    part_bytes, set_part, sound, update as update_prompt, writable_part,
};
pub use trunks::{create as create_trunk, delete as delete_trunk, get as trunk, list as trunks, update as update_trunk};

pub(crate) use prompts::check_used as check_prompts;
