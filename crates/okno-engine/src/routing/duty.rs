//! What an agent chose, apart from what he is doing (behaviour.md B2). Drawn in `docs/machines/presence.md`.

use okno_model::{
    Timestamp,
    doc::{Presence, PresenceBy},
};

/// The chosen presence of an agent, and the one that comes after his current work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Presence.
    pub presence: Presence,
    /// Since when.
    pub since: Timestamp,
    /// Who chose it.
    pub by: PresenceBy,
    /// Presence after the current work.
    pub next: Option<Presence>,
}

/// What changes a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DutyStep {
    /// A presence is chosen; takes back the next one.
    Set {
        /// Presence.
        presence: Presence,
        /// Who chose it.
        by: PresenceBy,
    },
    /// A next presence is chosen or taken back.
    SetNext {
        /// Presence.
        next: Option<Presence>,
    },
    /// He took an interaction.
    Took,
    /// Nothing occupies him.
    Idle,
    /// He missed too many offers in a row.
    MissedTooMany,
    /// He accepted a call, and his phone could not be reached.
    Unreached,
    /// His desk has been away for too long.
    Lost,
}

impl Duty {
    /// A new agent: offline.
    pub const fn new(now: Timestamp) -> Self {
        Self { presence: Presence::Offline, since: now, by: PresenceBy::Agent, next: None }
    }

    /// Whether his presence lets him be routed to.
    pub const fn takes_offers(&self) -> bool {
        takes_offers(&self.presence)
    }

    /// Whether the next presence already keeps new work away: else his break would never come.
    pub const fn is_leaving(&self) -> bool {
        match &self.next {
            Some(next) => !takes_offers(next),
            None => false,
        }
    }

    /// Moves on. Never fails: any presence may follow any other.
    #[must_use]
    #[expect(clippy::match_same_arms, reason = "a transition table reads by state and input, not by outcome")]
    pub fn step(self, now: Timestamp, step: DutyStep) -> Self {
        match (&self.presence, step) {
            (
                Presence::Available | Presence::AvailableOnDemand | Presence::Paused { .. } | Presence::Offline,
                DutyStep::Set { presence, by },
            ) => {
                // The same again is no change: the idle time goes on.
                if presence == self.presence { Self { next: None, ..self } } else { Self { presence, since: now, by, next: None } }
            }
            (
                Presence::Available | Presence::AvailableOnDemand | Presence::Paused { .. } | Presence::Offline,
                DutyStep::SetNext { next },
            ) => Self { next, ..self },

            // On demand means one interaction, unless he already chose what comes after it.
            (Presence::AvailableOnDemand, DutyStep::Took) => {
                let next = self.next.unwrap_or(Presence::Paused { code: None });
                Self { next: Some(next), ..self }
            }
            (Presence::Available | Presence::Paused { .. } | Presence::Offline, DutyStep::Took) => self,

            (Presence::Available | Presence::AvailableOnDemand | Presence::Paused { .. } | Presence::Offline, DutyStep::Idle) => {
                match self.next {
                    None => self,
                    Some(next) => {
                        let on_demand = self.presence == Presence::AvailableOnDemand && next == Presence::Paused { code: None };
                        let by = if on_demand { PresenceBy::OnDemand } else { PresenceBy::Next };
                        let since = if next == self.presence { self.since } else { now };
                        Self { presence: next, since, by, next: None }
                    }
                }
            }

            // A break that he chose for later still comes; a return that he chose for later would undo the pause.
            (Presence::Available | Presence::AvailableOnDemand, DutyStep::MissedTooMany) => {
                let next = self.next.filter(|next| !takes_offers(next));
                Self { presence: Presence::Paused { code: None }, since: now, by: PresenceBy::Rona, next }
            }
            (Presence::Available | Presence::AvailableOnDemand, DutyStep::Unreached) => {
                // On demand he would be paused after this one anyway; the pause has come, and this is why.
                let next = self.next.filter(|next| !takes_offers(next) && *next != Presence::Paused { code: None });
                Self { presence: Presence::Paused { code: None }, since: now, by: PresenceBy::NoPhone, next }
            }
            (Presence::Available | Presence::AvailableOnDemand, DutyStep::Lost) => {
                Self { presence: Presence::Offline, since: now, by: PresenceBy::LostHeartbeat, next: None }
            }
            (Presence::Paused { .. } | Presence::Offline, DutyStep::MissedTooMany | DutyStep::Unreached | DutyStep::Lost) => self,
        }
    }
}

const fn takes_offers(presence: &Presence) -> bool {
    match presence {
        Presence::Available | Presence::AvailableOnDemand => true,
        Presence::Paused { .. } | Presence::Offline => false,
    }
}
