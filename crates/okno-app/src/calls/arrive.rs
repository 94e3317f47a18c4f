//! A call comes in.

use crate::{AppError, Ctx};
use okno_model::{
    ChannelId, TrunkId, VisitorId,
    doc::{CallDoc, InteractionDoc, PhoneSettings},
};

/// An incoming call, as the door saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Makes a repeat the same call: Call-ID and the caller's tag, hashed.
    pub key: String,
    /// The telephone channel of the number that was called.
    pub channel: ChannelId,
    /// The caller's number as it came, or a user name; empty if hidden.
    pub number: String,
    /// The caller's shown name: a stranger's text.
    pub name: String,
    /// The number that was called.
    pub our_number: String,
    /// Trunk that brought it; `None` for a widget.
    pub trunk: Option<TrunkId>,
    /// Nobody vouches for the number.
    pub unconfirmed: bool,
    /// The browser that calls from a widget.
    pub visitor: Option<VisitorId>,
}

/// What a call that came in has become.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrived {
    /// The call.
    pub call: CallDoc,
    /// Its interaction.
    pub interaction: InteractionDoc,
    /// What callers of this channel hear.
    pub settings: PhoneSettings,
    /// Name of the queue, for the agent's whisper.
    pub queue_name: String,
    /// Language of announcements: the customer's if we speak it, else the channel's.
    pub language: String,
    /// He rang back, or had a callback: he has his earlier place.
    pub resumed_place: bool,
    /// It had come in before.
    pub repeat: bool,
}

/// Takes a call in. When this returns it may be answered.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown channel, [`AppError::Conflict`] `channel_off` for one that takes no calls; otherwise the
/// store's: then nothing was stored.
pub async fn arrived(ctx: &Ctx, arrival: Arrival) -> Result<Arrived, AppError> {
    let _ = (ctx, arrival);
    Err(super::rows::later())
}
