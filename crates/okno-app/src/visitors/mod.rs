//! Visitors: browsers that hold a widget token. A visitor becomes a customer with his first message.
//!
//! * V-1 Only the hash of a token is stored; a token opens one visitor of one widget.
//! * V-2 A visitor sees the messages of his own interactions, without notes and without what happened inside.
//! * V-3 What the widget tells about him is not proven, unless the company's server has signed it.

mod acts;
mod identify;
mod views;
mod waiting;
mod work;

#[cfg(test)]
mod tests;

pub use acts::{connected, delivered, disconnected, left, open, read, resume};
pub use identify::{Identify, identify, identity_secret};
pub(crate) use identify::{add_email, rename};
pub use views::{VisitorView, messages, online, view};
pub use waiting::{back_offered, call_me_back, write_me_back};
pub(crate) use work::started;
pub use work::sweep;

use crate::messages::visible_to_customer as visible;
use okno_model::{ChannelId, CustomerId, InteractionId, VisitorId, doc::MessageDoc};
use okno_store::visitors::VisitorRow;

/// A visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Id.
    pub id: VisitorId,
    /// Widget.
    pub channel: ChannelId,
    /// Customer, once he has written.
    pub customer: Option<CustomerId>,
    /// His current interaction, or the last one.
    pub interaction: Option<InteractionId>,
    /// The name he told, or empty.
    pub name: String,
}

impl From<VisitorRow> for Visitor {
    fn from(row: VisitorRow) -> Self {
        Self { id: row.id, channel: row.channel, customer: row.customer, interaction: row.interaction, name: row.told.name }
    }
}

/// Whether a customer may see a message: never notes, never what happened inside.
pub const fn visible_to_customer(message: &MessageDoc) -> bool {
    visible(message)
}
