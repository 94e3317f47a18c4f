//! Blending: what an agent may have beside what he has (behaviour.md B5).

use crate::{Medium, WorkspaceId};

documents! {
    /// The rules of one workspace for work of several media at once. How many of each medium an agent takes is his own capacity.
    #[derive(Eq)]
    pub struct BlendingDoc {
        /// The workspace.
        pub id: WorkspaceId,
        /// What may be offered to an agent who has something of a medium. A medium without an entry keeps nothing away; the
        /// same medium is always a matter of his capacity alone.
        #[serde(default)]
        pub may_receive: Vec<MayReceive>,
        /// Work that a call may interrupt: it keeps no calls away, whatever `may_receive` says.
        #[serde(default)]
        pub interruptible: Vec<Medium>,
        /// A chat or messenger thread counts less when we wrote last and its customer is silent for so many seconds; 0 for never.
        #[serde(default)]
        pub idle_after_seconds: u32,
        /// How much it counts then, percent of one.
        #[serde(default = "idle_weight")]
        pub idle_weight: u8,
        /// Media whose wrap-up keeps work of all other media away too.
        #[serde(default)]
        pub wrapup_blocks: Vec<Medium>,
    }

    /// What may come beside work of one medium.
    #[derive(Eq)]
    pub struct MayReceive {
        /// While he has something of this medium,
        pub while_on: Medium,
        /// he may be offered something of these.
        pub media: Vec<Medium>,
    }
}

const fn idle_weight() -> u8 {
    50
}

impl BlendingDoc {
    /// Everything may come beside everything, silent chats count in full.
    pub const fn open(id: WorkspaceId) -> Self {
        Self {
            id,
            may_receive: Vec::new(),
            interruptible: Vec::new(),
            idle_after_seconds: 0,
            idle_weight: idle_weight(),
            wrapup_blocks: Vec::new(),
        }
    }
}
