//! What an effect says about why: a document, or nothing from an engine without words.

use okno_model::{QueueId, Timestamp, doc::DecisionDoc};
use std::{
    borrow::Cow,
    ops::{Deref, DerefMut},
};

/// Why something was decided. An engine without words ([`super::Engine::silent`]) says nothing, and allocates nothing: then every
/// field is empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision(Option<Box<DecisionDoc>>);

/// What an engine without words says.
const NOTHING: DecisionDoc = DecisionDoc {
    at: Timestamp::from_millis(0),
    act: Cow::Borrowed(""),
    rule: Cow::Borrowed(""),
    because: String::new(),
    agent: None,
    queue: QueueId::from_u128(0),
    candidates: Vec::new(),
    removed: Vec::new(),
    position: None,
    skipped: None,
};
static SILENCE: DecisionDoc = NOTHING;

impl Decision {
    pub(super) const SILENT: Self = Self(None);

    pub(super) fn new(doc: DecisionDoc) -> Self {
        Self(Some(Box::new(doc)))
    }

    /// The document itself.
    pub fn into_doc(self) -> DecisionDoc {
        self.0.map_or(NOTHING, |doc| *doc)
    }
}

impl Deref for Decision {
    type Target = DecisionDoc;

    fn deref(&self) -> &DecisionDoc {
        self.0.as_deref().unwrap_or(&SILENCE)
    }
}

impl DerefMut for Decision {
    fn deref_mut(&mut self) -> &mut DecisionDoc {
        self.0.get_or_insert_with(|| Box::new(NOTHING))
    }
}
