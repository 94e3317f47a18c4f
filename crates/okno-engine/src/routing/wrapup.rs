//! Wrap-up (behaviour.md B4): its clocks, its prolongation, the request of an agent, and the wrap-up of an agent who gave
//! an interaction away, which is his and no longer the interaction's.

use super::{
    Effect, Engine, Rejected, Stage, Step, WrapupEnd,
    slab::{AgentIx, ItemIx, QueueIx},
    stage::secs,
};
use okno_model::{
    AgentId, InteractionId, Medium, QueueId, Timestamp,
    doc::{Activity, Slot, WrapupKind, WrapupMode},
};

/// When a wrap-up ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrapupClock {
    /// When the agent ends it.
    Open,
    /// By itself, or earlier by the agent.
    Timed {
        /// Its end.
        until: Timestamp,
    },
    /// By itself only.
    Fixed {
        /// Its end.
        until: Timestamp,
    },
    /// By itself, or earlier by the agent; it occupies nothing.
    Optional {
        /// Its end.
        until: Timestamp,
    },
}

/// How much longer a wrap-up may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension {
    /// How much longer, seconds.
    pub seconds: u32,
    /// Longest single extension, seconds.
    pub longest: u32,
    /// How many there may be.
    pub most: u8,
    /// Longest whole wrap-up, seconds.
    pub max_seconds: u32,
}

/// The wrap-up of an agent who gave an interaction away. It may outlive the interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentWrapup {
    /// Of which interaction.
    pub interaction: InteractionId,
    /// The queue in which he had it: its rules hold.
    pub queue: QueueId,
    /// Medium: it occupies a slot of this one.
    pub medium: Medium,
    /// Since when.
    pub since: Timestamp,
    /// When it ends.
    pub clock: WrapupClock,
    /// How often he lengthened it.
    pub extended: u8,
}

impl WrapupClock {
    /// The clock of a wrap-up that starts now; `None` if there is none. `requested`: the agent asked for one.
    pub fn start(mode: WrapupMode, requested: bool, now: Timestamp) -> Option<Self> {
        let until = |seconds| (seconds > 0).then(|| now + secs(seconds));
        match mode {
            WrapupMode::None | WrapupMode::Optional => None,
            WrapupMode::OptionalTimed { seconds } => until(seconds).map(|until| Self::Optional { until }),
            WrapupMode::AgentRequested { .. } if !requested => None,
            WrapupMode::AgentRequested { seconds } | WrapupMode::Timed { seconds } => until(seconds).map(|until| Self::Timed { until }),
            WrapupMode::Fixed { seconds } => until(seconds).map(|until| Self::Fixed { until }),
            WrapupMode::Discretionary => Some(Self::Open),
        }
    }

    /// The clock that rows tell of.
    pub const fn restored(kind: WrapupKind, until: Option<Timestamp>) -> Self {
        match (kind, until) {
            (_, None) => Self::Open,
            (WrapupKind::Open | WrapupKind::Timed, Some(until)) => Self::Timed { until },
            (WrapupKind::Fixed, Some(until)) => Self::Fixed { until },
            (WrapupKind::Optional, Some(until)) => Self::Optional { until },
        }
    }

    /// Its end, if it has one.
    pub const fn until(self) -> Option<Timestamp> {
        match self {
            Self::Open => None,
            Self::Timed { until } | Self::Fixed { until } | Self::Optional { until } => Some(until),
        }
    }

    /// Its published word.
    pub const fn kind(self) -> WrapupKind {
        match self {
            Self::Open => WrapupKind::Open,
            Self::Timed { .. } => WrapupKind::Timed,
            Self::Fixed { .. } => WrapupKind::Fixed,
            Self::Optional { .. } => WrapupKind::Optional,
        }
    }

    /// It keeps work away from the agent.
    pub const fn occupies(self) -> bool {
        match self {
            Self::Open | Self::Timed { .. } | Self::Fixed { .. } => true,
            Self::Optional { .. } => false,
        }
    }

    /// Ends it before its time, if that is allowed.
    pub(super) fn complete(self, now: Timestamp) -> Result<(), Rejected> {
        match self {
            Self::Fixed { until } if now < until => Err(Rejected::WrapupFixed { until }),
            Self::Open | Self::Timed { .. } | Self::Fixed { .. } | Self::Optional { .. } => Ok(()),
        }
    }

    /// Lengthens it; an open one is as long as the agent likes anyway.
    pub(super) fn extend(self, since: Timestamp, extended: u8, by: Extension) -> Result<Self, Rejected> {
        let longer = |until: Timestamp| {
            let until = until + secs(by.seconds);
            if by.seconds > by.longest {
                Err(Rejected::ExtensionTooLong { seconds: by.longest })
            } else if extended >= by.most {
                Err(Rejected::NoExtensionLeft { most: by.most })
            } else if until.since(since) > secs(by.max_seconds) {
                Err(Rejected::WrapupTooLong { seconds: by.max_seconds })
            } else {
                Ok(until)
            }
        };
        Ok(match self {
            Self::Open => Self::Open,
            Self::Timed { until } => Self::Timed { until: longer(until)? },
            Self::Fixed { until } => Self::Fixed { until: longer(until)? },
            Self::Optional { until } => Self::Optional { until: longer(until)? },
        })
    }
}

impl SegmentWrapup {
    /// As one of the slots of its agent.
    pub fn slot(&self) -> Slot {
        let activity = Activity::Wrapup { since: self.since, until: self.clock.until(), ends: self.clock.kind() };
        Slot { interaction: self.interaction, medium: self.medium, activity }
    }
}

impl Engine {
    /// The agent wants a wrap-up after the talk, or no longer.
    pub(super) fn request_wrapup(
        &mut self,
        interaction: InteractionId,
        agent: AgentId,
        wanted: bool,
        out: &mut Vec<Effect>,
    ) -> Result<(), Rejected> {
        let item = self.find_item(interaction)?;
        let WrapupMode::AgentRequested { .. } = self.queues[self.items[item].queue].profile.wrapup else {
            return Err(Rejected::WrapupNotRequested);
        };
        let old = self.step(item, Step::RequestWrapup { agent, wanted })?;
        if old != self.items[item].stage {
            out.push(Effect::WrapupRequested { interaction, agent, wanted });
        }
        Ok(())
    }

    /// What an extension may be in a queue.
    fn extension(&self, queue: Option<QueueIx>, seconds: Option<u32>) -> Extension {
        let rules = queue.map(|queue| self.queues[queue].profile.slots).unwrap_or_default();
        Extension {
            seconds: seconds.unwrap_or(rules.extension_seconds),
            longest: rules.extension_seconds,
            most: rules.wrapup_extensions,
            max_seconds: self.limits.wrapup_max_seconds,
        }
    }

    pub(super) fn extend_wrapup(
        &mut self,
        interaction: InteractionId,
        agent: AgentId,
        seconds: Option<u32>,
        out: &mut Vec<Effect>,
    ) -> Result<(), Rejected> {
        if let Some((who, at)) = self.find_segment(interaction, agent) {
            let had = self.agents[who].wrapups[at];
            let extension = self.extension(self.queue_ix.get(&had.queue).copied(), seconds);
            let clock = had.clock.extend(had.since, had.extended, extension)?;
            if let Some(until) = clock.until() {
                let wrapup = &mut self.agents[who].wrapups[at];
                wrapup.clock = clock;
                wrapup.extended += 1;
                self.set_alarms(who);
                self.changed.push(who);
                out.push(Effect::SegmentWrapupExtended { interaction, agent, until });
            }
            return Ok(());
        }
        let item = self.find_item(interaction)?;
        let by = self.extension(Some(self.items[item].queue), seconds);
        self.step(item, Step::Extend { agent, by })?;
        if let Stage::Wrapup { clock, extended, .. } = self.items[item].stage
            && let Some(until) = clock.until()
        {
            out.push(Effect::WrapupExtended { interaction, agent, until, extended });
        }
        Ok(())
    }

    pub(super) fn complete_wrapup(&mut self, interaction: InteractionId, agent: AgentId, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        if let Some((who, at)) = self.find_segment(interaction, agent) {
            self.agents[who].wrapups[at].clock.complete(self.now)?;
            self.end_segment(who, interaction, WrapupEnd::Completed, out);
            return Ok(());
        }
        let item = self.find_item(interaction)?;
        self.step(item, Step::Complete { agent })?;
        self.wrapup_over(item, agent, WrapupEnd::Completed, out);
        Ok(())
    }

    /// The time of a wrap-up is over.
    pub(super) fn wrapup_expired(&mut self, item: ItemIx, out: &mut Vec<Effect>) {
        let Stage::Wrapup { agent, .. } = self.items[item].stage else { return };
        self.step(item, Step::Expire).expect("a wrap-up that is due can expire");
        self.wrapup_over(item, agent, WrapupEnd::Expired, out);
    }

    /// The wrap-up of an agent for an interaction that he gave away.
    fn find_segment(&self, interaction: InteractionId, agent: AgentId) -> Option<(AgentIx, usize)> {
        let &who = self.agent_ix.get(&agent)?;
        let at = self.agents[who].wrapups.iter().position(|wrapup| wrapup.interaction == interaction)?;
        Some((who, at))
    }

    /// An agent gave an interaction away: he has a wrap-up by the rules of the queue in which he had it.
    pub(super) fn begin_segment(&mut self, item: ItemIx, agent: AgentId, had_in: QueueIx, requested: bool, out: &mut Vec<Effect>) {
        let Some(&who) = self.agent_ix.get(&agent) else { return };
        let profile = &self.queues[had_in].profile;
        let (queue, now) = (profile.id, self.now);
        let Some(clock) = WrapupClock::start(profile.wrapup, requested, now) else { return };
        let (interaction, medium) = (self.items[item].work.interaction, self.items[item].work.medium);
        self.agents[who].wrapups.push(SegmentWrapup { interaction, queue, medium, since: now, clock, extended: 0 });
        self.set_alarms(who);
        self.changed.push(who);
        self.awake.push(who);
        out.push(Effect::SegmentWrapupStarted { interaction, agent, queue, medium, until: clock.until() });
    }

    /// Ends the wrap-up of an agent for an interaction that he gave away, if it runs.
    pub(super) fn end_segment(&mut self, who: AgentIx, interaction: InteractionId, how: WrapupEnd, out: &mut Vec<Effect>) {
        let record = &mut self.agents[who];
        let Some(at) = record.wrapups.iter().position(|wrapup| wrapup.interaction == interaction) else { return };
        let over = record.wrapups.remove(at);
        if over.clock.occupies() {
            record.idle_since = self.now;
        }
        let agent = record.profile.id;
        self.set_alarms(who);
        self.changed.push(who);
        self.awake.push(who);
        out.push(Effect::SegmentWrapupEnded { interaction, agent, how });
        self.work_ended(who, out);
    }
}
