//! A person makes somebody more or less urgent.

use super::{Effect, Engine, Rejected, Stage, acts::check_priority};
use okno_model::InteractionId;

impl Engine {
    /// Changes the priority; whoever waits takes his new place at once.
    pub(super) fn set_priority(&mut self, interaction: InteractionId, priority: u8, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        check_priority(priority)?;
        let item = self.find_item(interaction)?;
        let had = self.items[item].work.priority;
        if priority == had {
            return Ok(());
        }
        // The place is made of the priority: out of the indexes with the old one, back with the new one. Nobody has to be
        // matched anew: whoever could take it would have it already, unless he keeps free for what was before it.
        let stage = self.items[item].stage;
        let waits = matches!(stage, Stage::Waiting | Stage::Held { .. });
        if waits {
            self.leave(item, stage, stage);
        }
        self.items[item].work.priority = priority;
        if waits {
            self.enter(item, stage, stage);
            self.wake_who_keeps_free(item);
        }
        let (rule, word) = if priority > had { ("raised_by_person", "raised") } else { ("lowered_by_person", "lowered") };
        let decision = self.said(item, "prioritized", rule, None, || format!("its priority was {word} from {had} to {priority}"));
        out.push(Effect::Prioritized { interaction, priority, decision });
        Ok(())
    }
}
