//! The life of one interaction inside the engine. Drawn in `docs/machines/interaction.md`.

use super::{Extension, Rejected, WrapupClock};
use okno_model::{
    AgentId, OfferId, Timestamp,
    doc::{Activity, Closed, WrapupMode},
};
use std::time::Duration;

/// Where an interaction stands: exactly one place at every moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Waits for anybody who may have it.
    Waiting,
    /// Waits for the opening of its queue; the customer was told by when he is answered.
    Parked,
    /// Waits for one agent alone, who is busy.
    Held {
        /// For whom.
        agent: AgentId,
        /// Until when.
        until: Timestamp,
    },
    /// Rings at an agent.
    Offered {
        /// At whom.
        agent: AgentId,
        /// Which offer.
        offer: OfferId,
        /// Until when.
        until: Timestamp,
    },
    /// An agent works on it.
    Active {
        /// Who.
        agent: AgentId,
        /// Since when.
        since: Timestamp,
        /// He asked for a wrap-up after it.
        requested: bool,
    },
    /// An agent finishes his notes.
    Wrapup {
        /// Who.
        agent: AgentId,
        /// Since when.
        since: Timestamp,
        /// When it ends.
        clock: WrapupClock,
        /// How it is closed then.
        how: Closed,
        /// How often he lengthened it.
        extended: u8,
    },
    /// Over.
    Closed {
        /// How.
        how: Closed,
    },
}

/// What moves an interaction on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Keep it for one agent.
    Hold {
        /// For whom.
        agent: AgentId,
        /// Until when.
        until: Timestamp,
    },
    /// Keep it until its queue opens.
    Park,
    /// Keep it no longer.
    Release,
    /// Ring at an agent.
    Offer {
        /// At whom.
        agent: AgentId,
        /// Which offer.
        offer: OfferId,
        /// Until when.
        until: Timestamp,
    },
    /// The agent takes the offer.
    Accept {
        /// Who.
        agent: AgentId,
        /// Which offer.
        offer: OfferId,
    },
    /// The agent refuses the offer.
    Decline {
        /// Who.
        agent: AgentId,
        /// Which offer.
        offer: OfferId,
    },
    /// The offer's time is over.
    Miss,
    /// The offer is taken back: the agent left.
    Recall,
    /// An agent takes it by hand.
    Take {
        /// Who.
        agent: AgentId,
    },
    /// The agent accepted, and could not be reached.
    Unreached {
        /// Who.
        agent: AgentId,
    },
    /// Back to a queue: transfer, overflow, the agent was removed.
    Requeue,
    /// The agent is done with the customer.
    Finish {
        /// Who.
        agent: AgentId,
        /// The queue's wrap-up.
        wrapup: WrapupMode,
    },
    /// The customer left, or a person refused it.
    Leave {
        /// The queue's wrap-up.
        wrapup: WrapupMode,
        /// How it ends.
        how: Closed,
    },
    /// The agent ends his wrap-up.
    Complete {
        /// Who.
        agent: AgentId,
    },
    /// The agent needs longer.
    Extend {
        /// Who.
        agent: AgentId,
        /// How much longer.
        by: Extension,
    },
    /// The agent wants a wrap-up after the talk, or no longer.
    RequestWrapup {
        /// Who.
        agent: AgentId,
        /// He wants one.
        wanted: bool,
    },
    /// Nobody has shown a sign of life for too long: taken back from the agent.
    Reclaim,
    /// The wrap-up's time is over.
    Expire,
}

pub(super) fn secs(seconds: u32) -> Duration {
    Duration::from_secs(u64::from(seconds))
}

impl Stage {
    /// The word of the state, for messages and drawings.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Parked => "parked",
            Self::Held { .. } => "held",
            Self::Offered { .. } => "offered",
            Self::Active { .. } => "active",
            Self::Wrapup { .. } => "in wrap-up",
            Self::Closed { .. } => "closed",
        }
    }

    /// It waits, for anybody or for one agent.
    pub const fn waits(&self) -> bool {
        match self {
            Self::Waiting | Self::Held { .. } => true,
            Self::Parked | Self::Offered { .. } | Self::Active { .. } | Self::Wrapup { .. } | Self::Closed { .. } => false,
        }
    }

    /// The agent whom it occupies.
    pub const fn occupies(&self) -> Option<AgentId> {
        match self {
            Self::Offered { agent, .. } | Self::Active { agent, .. } | Self::Wrapup { agent, .. } => Some(*agent),
            Self::Waiting | Self::Parked | Self::Held { .. } | Self::Closed { .. } => None,
        }
    }

    /// What the agent whom it occupies does with it.
    pub const fn activity(&self) -> Option<Activity> {
        match self {
            Self::Offered { offer, until, .. } => Some(Activity::Offered { offer: *offer, until: *until }),
            Self::Active { since, .. } => Some(Activity::Active { since: *since }),
            Self::Wrapup { since, clock, .. } => Some(Activity::Wrapup { since: *since, until: clock.until(), ends: clock.kind() }),
            Self::Waiting | Self::Parked | Self::Held { .. } | Self::Closed { .. } => None,
        }
    }

    const fn wrong(&self, needs: &'static str) -> Rejected {
        Rejected::WrongStage { stage: self.word(), needs }
    }

    /// Moves on, or says why not.
    #[expect(clippy::match_same_arms, reason = "a transition table reads by state and input, not by outcome")]
    pub fn step(self, now: Timestamp, step: Step) -> Result<Self, Rejected> {
        match (self, step) {
            (Self::Waiting, Step::Hold { agent, until }) => Ok(Self::Held { agent, until }),
            (Self::Waiting | Self::Held { .. }, Step::Offer { agent, offer, until }) => Ok(Self::Offered { agent, offer, until }),
            (Self::Held { .. } | Self::Parked, Step::Release) => Ok(Self::Waiting),
            (Self::Waiting | Self::Held { .. }, Step::Park) => Ok(Self::Parked),

            (Self::Offered { agent, offer, .. }, Step::Accept { agent: by, offer: which }) => {
                if agent == by && offer == which {
                    Ok(Self::Active { agent, since: now, requested: false })
                } else {
                    Err(Rejected::StaleOffer)
                }
            }
            (Self::Offered { agent, offer, .. }, Step::Decline { agent: by, offer: which }) => {
                if agent == by && offer == which {
                    Ok(Self::Waiting)
                } else {
                    Err(Rejected::StaleOffer)
                }
            }
            (Self::Offered { until, .. }, Step::Miss) => Ok(if now >= until { Self::Waiting } else { self }),
            (Self::Offered { .. }, Step::Recall) => Ok(Self::Waiting),

            (Self::Waiting | Self::Parked | Self::Held { .. } | Self::Offered { .. }, Step::Take { agent }) => {
                Ok(Self::Active { agent, since: now, requested: false })
            }
            (Self::Active { agent, .. }, Step::Take { agent: by }) => {
                Err(if agent == by { Rejected::SameAgent } else { Rejected::NotYours })
            }

            (Self::Waiting | Self::Parked | Self::Held { .. } | Self::Offered { .. } | Self::Active { .. }, Step::Requeue) => {
                Ok(Self::Waiting)
            }

            (Self::Active { agent, .. }, Step::Unreached { agent: who }) => {
                if agent == who {
                    Ok(Self::Waiting)
                } else {
                    Err(Rejected::NotYours)
                }
            }
            (Self::Active { agent, requested, .. }, Step::Finish { agent: by, wrapup }) => {
                if agent == by {
                    Ok(ended(agent, now, WrapupClock::start(wrapup, requested, now), Closed::Finished))
                } else {
                    Err(Rejected::NotYours)
                }
            }
            (Self::Waiting | Self::Parked | Self::Held { .. } | Self::Offered { .. }, Step::Leave { how, .. }) => {
                // Before an answer, a customer who left has abandoned.
                let how = if how == Closed::CustomerLeft { Closed::Abandoned } else { how };
                Ok(Self::Closed { how })
            }
            (Self::Active { agent, requested, .. }, Step::Leave { wrapup, how }) => {
                let how = if how == Closed::Abandoned { Closed::CustomerLeft } else { how };
                Ok(ended(agent, now, WrapupClock::start(wrapup, requested, now), how))
            }
            // The customer may leave while the agent finishes his notes; nothing follows from it.
            (Self::Wrapup { .. } | Self::Closed { .. }, Step::Leave { .. }) => Ok(self),

            (Self::Wrapup { agent, clock, how, .. }, Step::Complete { agent: by }) => {
                if agent == by {
                    clock.complete(now).map(|()| Self::Closed { how })
                } else {
                    Err(Rejected::NotYours)
                }
            }
            (Self::Wrapup { agent, since, clock, how, extended }, Step::Extend { agent: who, by }) => {
                if agent == who {
                    let clock = clock.extend(since, extended, by)?;
                    Ok(Self::Wrapup { agent, since, clock, how, extended: extended.saturating_add(u8::from(clock.until().is_some())) })
                } else {
                    Err(Rejected::NotYours)
                }
            }
            (Self::Active { agent, since, .. }, Step::RequestWrapup { agent: by, wanted }) => {
                if agent == by {
                    Ok(Self::Active { agent, since, requested: wanted })
                } else {
                    Err(Rejected::NotYours)
                }
            }
            (Self::Active { .. }, Step::Reclaim) => Ok(Self::Waiting),
            (Self::Wrapup { how, .. }, Step::Reclaim) => Ok(Self::Closed { how }),
            (Self::Wrapup { clock, how, .. }, Step::Expire) => match clock.until() {
                Some(until) if now >= until => Ok(Self::Closed { how }),
                Some(_) | None => Ok(self),
            },

            (
                Self::Parked | Self::Held { .. } | Self::Offered { .. } | Self::Active { .. } | Self::Wrapup { .. } | Self::Closed { .. },
                Step::Hold { .. },
            )
            | (
                Self::Parked | Self::Offered { .. } | Self::Active { .. } | Self::Wrapup { .. } | Self::Closed { .. },
                Step::Offer { .. } | Step::Park,
            )
            | (Self::Wrapup { .. } | Self::Closed { .. }, Step::Take { .. }) => Err(self.wrong("waiting")),
            (Self::Waiting | Self::Offered { .. } | Self::Active { .. } | Self::Wrapup { .. } | Self::Closed { .. }, Step::Release) => {
                Err(self.wrong("held for an agent"))
            }
            // Whoever answers an offer that is over is told so, wherever the interaction went.
            (
                Self::Waiting | Self::Parked | Self::Held { .. } | Self::Active { .. } | Self::Wrapup { .. } | Self::Closed { .. },
                Step::Accept { .. } | Step::Decline { .. },
            ) => Err(Rejected::StaleOffer),
            (
                Self::Waiting | Self::Parked | Self::Held { .. } | Self::Active { .. } | Self::Wrapup { .. } | Self::Closed { .. },
                Step::Miss | Step::Recall,
            ) => Err(self.wrong("offered")),
            (Self::Wrapup { .. } | Self::Closed { .. }, Step::Requeue) => Err(self.wrong("waiting, offered or active")),
            (
                Self::Waiting | Self::Parked | Self::Held { .. } | Self::Offered { .. } | Self::Wrapup { .. } | Self::Closed { .. },
                Step::Finish { .. } | Step::Unreached { .. } | Step::RequestWrapup { .. },
            ) => Err(self.wrong("active")),
            (Self::Waiting | Self::Parked | Self::Held { .. } | Self::Offered { .. } | Self::Closed { .. }, Step::Reclaim) => {
                Err(self.wrong("active or in wrap-up"))
            }
            (
                Self::Waiting | Self::Parked | Self::Held { .. } | Self::Offered { .. } | Self::Active { .. } | Self::Closed { .. },
                Step::Complete { .. } | Step::Extend { .. } | Step::Expire,
            ) => Err(self.wrong("in wrap-up")),
        }
    }
}

fn ended(agent: AgentId, now: Timestamp, wrapup: Option<WrapupClock>, how: Closed) -> Stage {
    match wrapup {
        Some(clock) => Stage::Wrapup { agent, since: now, clock, how, extended: 0 },
        None => Stage::Closed { how },
    }
}
