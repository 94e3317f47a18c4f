//! Configuration of routing: queues, skills, pause codes, dispositions, blending.
//!
//! * Q-1 What a queue names exists: its skills, its hours, the queues that it leads to. No way leads in a circle.
//! * Q-2 Nothing that history names is removed; it is archived. Nothing archived is used by something that is not.
//! * Q-3 The routing cell learns of changes from the journal (`queue.changed`, `skill.changed`), never from here.

mod blending;
mod choice;
mod codes;
mod door;
mod hours;
mod queues;
mod skills;

#[cfg(test)]
mod tests;

pub(crate) use blending::of as blending_of;
pub use blending::{get as blending, put as put_blending};
pub use codes::{
    archive_disposition, archive_pause_code, create_disposition, create_pause_code, disposition, dispositions, pause_code, pause_codes,
    update_disposition, update_pause_code,
};
pub use hours::{archive as archive_hours, create as create_hours, default_hours, get as hours_of, list as hours, update as update_hours};
pub(crate) use queues::draft as draft_queue;
pub use queues::{archive as archive_queue, create as create_queue, default_queue, get as queue, list as queues, update as update_queue};
pub use skills::{create as create_skill, delete as delete_skill, get as skill, list as skills, update as update_skill};
