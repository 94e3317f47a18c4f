//! What was learned, in the parts in which it is kept: only what has changed has to be written.

use super::{WaitKey, WaitModel, mean::Mean, model::Class, share::Work};
use okno_model::AgentId;
use serde::{Deserialize, Serialize};

/// One part of a [`WaitModel`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part(Kind);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// One class.
    Class { key: WaitKey, learned: Box<Class> },
    /// How one agent divides his time.
    Agent { agent: AgentId, work: Work },
    /// How long work takes, over all.
    Typical { mean: Mean },
}

impl Part {
    /// The same for every version of a part, and for no other part.
    pub fn name(&self) -> String {
        match &self.0 {
            Kind::Class { key, .. } => format!("class:{}:{}", key.queue, key.medium),
            Kind::Agent { agent, .. } => format!("agent:{agent}"),
            Kind::Typical { .. } => "typical".to_owned(),
        }
    }
}

impl WaitModel {
    /// The parts that have changed since they were taken last.
    pub fn take_changed(&mut self) -> Vec<Part> {
        let keys = std::mem::take(&mut self.changed);
        let classes = keys.into_iter().filter_map(|key| {
            let learned = Box::new(self.classes.get(&key)?.clone());
            Some(Part(Kind::Class { key, learned }))
        });
        let mut parts: Vec<Part> = classes.collect();
        let agents = std::mem::take(&mut self.shares.changed);
        if !agents.is_empty() {
            parts.push(Part(Kind::Typical { mean: self.shares.typical }));
        }
        let work = |agent| Some(Part(Kind::Agent { agent, work: self.shares.agents.get(&agent)?.clone() }));
        parts.extend(agents.into_iter().filter_map(work));
        parts
    }

    /// Everything counts as changed: what was kept in one piece is to be kept in parts.
    pub fn touch_all(&mut self) {
        self.changed = self.classes.keys().copied().collect();
        self.shares.changed = self.shares.agents.keys().copied().collect();
    }

    /// The model that these parts were taken of.
    pub fn of_parts(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut model = Self::default();
        for Part(kind) in parts {
            match kind {
                Kind::Class { key, learned } => drop(model.classes.insert(key, *learned)),
                Kind::Agent { agent, work } => drop(model.shares.agents.insert(agent, work)),
                Kind::Typical { mean } => model.shares.typical = mean,
            }
        }
        model
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, WaitModel};
    use crate::wait::WaitKey;
    use okno_model::{AgentId, Medium, QueueId, Timestamp};

    #[test]
    fn only_what_changed_is_taken_and_the_parts_make_the_same_model() {
        let key = |n| WaitKey { queue: QueueId::from_u128(n), medium: Medium::Chat };
        let (anna, boris) = (AgentId::from_u128(1), AgentId::from_u128(2));
        let mut model = WaitModel::default();
        let mut kept: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
        let mut keep = |model: &mut WaitModel| {
            let parts = model.take_changed();
            let names: Vec<String> = parts.iter().map(Part::name).collect();
            kept.extend(parts.iter().map(|part| (part.name(), serde_json::to_string(part).unwrap())));
            let parts = kept.values().map(|text| serde_json::from_str::<Part>(text).unwrap());
            (names, WaitModel::of_parts(parts))
        };
        model.answered(key(1), Timestamp(0), 30.0, None);
        model.gave_up(key(2), 10.0, None);
        model.handled(key(1), 9, 120.0);
        model.shares.handled(anna, key(1), 120.0);
        let (names, back) = keep(&mut model);
        assert_eq!(names.len(), 4, "two classes, one agent, what is typical: {names:?}");
        assert_eq!(serde_json::to_string(&back).unwrap(), serde_json::to_string(&model).unwrap());
        model.shares.handled(boris, key(2), 60.0);
        model.answered(key(2), Timestamp(0), 5.0, None);
        let (names, back) = keep(&mut model);
        assert_eq!(names, [format!("class:{}:chat", key(2).queue), "typical".to_owned(), format!("agent:{boris}")]);
        assert_eq!(serde_json::to_string(&back).unwrap(), serde_json::to_string(&model).unwrap());
        assert!(keep(&mut model).0.is_empty());
        model.touch_all();
        assert_eq!(keep(&mut model).0.len(), 5);
    }
}
