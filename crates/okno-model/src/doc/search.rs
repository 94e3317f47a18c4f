//! What a search answers.

use crate::{CustomerId, InteractionId, Medium, Timestamp, medium::words};
use uuid::Uuid;

words! {
    /// What can be found.
    SearchKind {
        /// A customer, by name, addresses and notes.
        Customer = "customer",
        /// An interaction, by its subject.
        Interaction = "interaction",
        /// A message or an internal note, by its words.
        Message = "message",
        /// A case, by its number, title and tags, and its customer's name.
        Case = "case",
    }
}

documents! {
    /// Something that was found.
    pub struct SearchHit {
        /// What it is.
        pub kind: SearchKind,
        /// Its id.
        pub id: Uuid,
        /// The interaction that it is, or of which it is a part.
        pub interaction: Option<InteractionId>,
        /// The customer whom it is, or with whom it has to do.
        pub customer: Option<CustomerId>,
        /// How the customer talked to us.
        pub medium: Option<Medium>,
        /// The customer's name.
        pub name: String,
        /// Who said it, of a message of ours; okno itself is empty.
        pub author: Option<String>,
        /// It is an internal note.
        pub note: bool,
        /// Subject of the interaction, or number and title of the case.
        pub subject: String,
        /// The part of the text that answers.
        pub snippet: SearchSnippet,
        /// When it was said, or began.
        pub at: Timestamp,
    }

    /// A part of a text with the words that were looked for.
    pub struct SearchSnippet {
        /// The part, in one line.
        pub text: String,
        /// The words that were looked for, in UTF-16 units of `text`, in order.
        pub found: Vec<SearchMark>,
    }

    /// A piece of a text, in UTF-16 units.
    #[derive(Copy, Eq)]
    pub struct SearchMark {
        /// Its first unit.
        pub from: u32,
        /// The unit after its last.
        pub until: u32,
    }
}
