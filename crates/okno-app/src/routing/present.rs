//! Who is there: desks and phones of agents, as this process was told. No row has it, so that a restart trusts nobody.

use okno_engine::routing::Input;
use okno_model::AgentId;
use std::collections::BTreeSet;

/// Agents whose desk is connected, and agents who have a phone. Known to this process whether it decides or not: when it takes
/// over, or its engine is rebuilt, it decides with that.
#[derive(Debug, Clone, Default)]
pub(super) struct Present {
    desks: BTreeSet<AgentId>,
    phones: BTreeSet<AgentId>,
}

impl Present {
    /// Takes note of an input that says who is there.
    pub(super) fn note(&mut self, input: &Input) {
        if let Input::Connected { agent } = input {
            self.desks.insert(*agent);
        } else if let Input::Disconnected { agent } = input {
            self.desks.remove(agent);
        } else if let Input::SetPhone { agent, ready: true } = input {
            self.phones.insert(*agent);
        } else if let Input::SetPhone { agent, ready: false } = input {
            self.phones.remove(agent);
        }
    }

    /// His desk is connected.
    pub(super) fn has_desk(&self, agent: AgentId) -> bool {
        self.desks.contains(&agent)
    }

    /// He has a phone.
    pub(super) fn has_phone(&self, agent: AgentId) -> bool {
        self.phones.contains(&agent)
    }
}
