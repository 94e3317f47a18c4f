//! What is known of customers beyond their addresses: organizations, attributes, notes, orders, and the one history.

use super::{CaseDoc, CustomerDoc, MatchDoc, MergeDoc, TimelineItem};
use crate::{AttributeId, CustomerId, NoteId, OrderId, OrganizationId, Timestamp, UserId, medium::words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// What an attribute holds.
    AttributeKind {
        /// Words, one line.
        Text = "text",
        /// A number.
        Number = "number",
        /// A day, `2026-03-31`.
        Date = "date",
        /// One of its choices.
        Choice = "choice",
        /// Yes or no.
        Bool = "bool",
        /// A telephone number, E.164 where it can be.
        Phone = "phone",
        /// A mail address.
        Email = "email",
        /// An address of the web.
        Url = "url",
    }
}

words! {
    /// What an attribute is about.
    AttributeOn {
        /// Customers.
        Customer = "customer",
        /// Organizations.
        Organization = "organization",
        /// Cases.
        Case = "case",
    }
}

/// The value of an attribute. Days, choices, numbers of telephones and addresses are text in their one form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum AttributeValue {
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Everything else.
    Text(String),
}

/// Values by the keys of their attributes.
pub type Attributes = BTreeMap<String, AttributeValue>;

documents! {
    /// The company of customers.
    pub struct OrganizationDoc {
        /// Id.
        pub id: OrganizationId,
        /// Name.
        pub name: String,
        /// Its mail domains: whoever writes from one is suggested to belong to it.
        pub domains: Vec<String>,
        /// What every colleague should know.
        pub notes: String,
        /// Attributes.
        pub attributes: Attributes,
        /// Made when.
        pub created: Timestamp,
    }

    /// A field that the company has given to customers, organizations or cases.
    #[derive(Eq)]
    pub struct AttributeDoc {
        /// Id.
        pub id: AttributeId,
        /// Short name for programs and imports: `contract_no`. It never changes.
        pub key: String,
        /// Shown name.
        pub label: String,
        /// What it is about.
        pub on: AttributeOn,
        /// What it holds.
        pub kind: AttributeKind,
        /// Whoever changes the attributes must give it.
        pub required: bool,
        /// What may be chosen.
        pub choices: Vec<String>,
        /// What text must look like: a regular expression for the whole of it; empty for anything.
        pub pattern: String,
        /// Place in lists, smallest first.
        pub position: i64,
    }

    /// What somebody wrote about a customer.
    #[derive(Eq)]
    pub struct NoteDoc {
        /// Id.
        pub id: NoteId,
        /// About whom.
        pub customer: CustomerId,
        /// Text.
        pub text: String,
        /// Stands above the others.
        pub pinned: bool,
        /// Who wrote it: he alone may change it.
        pub by: UserId,
        /// His name.
        pub by_name: String,
        /// Written when.
        pub created: Timestamp,
        /// Changed when.
        pub edited: Option<Timestamp>,
    }

    /// What a customer has bought, as another system tells it.
    #[derive(Eq)]
    pub struct OrderDoc {
        /// Id.
        pub id: OrderId,
        /// Whose.
        pub customer: CustomerId,
        /// The other system's number: one number is one order.
        pub number: String,
        /// Placed when.
        pub placed: Timestamp,
        /// The other system's word for its state.
        pub state: String,
        /// Sum in minor units of the currency: cents.
        pub total: i64,
        /// ISO 4217, `EUR`.
        pub currency: String,
        /// Where it can be seen; empty if nowhere.
        pub url: String,
        /// What was bought.
        pub items: Vec<OrderItem>,
        /// Told last when.
        pub changed: Timestamp,
    }

    /// One line of an order.
    #[derive(Eq)]
    pub struct OrderItem {
        /// What.
        pub name: String,
        /// How many.
        pub quantity: i64,
        /// Price of one in minor units.
        pub price: i64,
    }

    /// An open match with both sides, for whoever decides.
    pub struct MatchPair {
        /// The match.
        pub suggestion: MatchDoc,
        /// Its first customer, or who stands for him.
        pub customer: CustomerDoc,
        /// The other.
        pub other: CustomerDoc,
        /// How many interactions the first one has.
        pub customer_interactions: i64,
        /// And the other.
        pub other_interactions: i64,
        /// All that speaks for it, strongest first.
        pub reasons: Vec<String>,
    }

    /// One entry of a customer's history over everything.
    pub struct HistoryItem {
        /// Where it stands in time: the newest first.
        pub at: Timestamp,
        /// What it is.
        pub entry: HistoryEntry,
    }

    /// What stands in a history.
    #[serde(tag = "kind", content = "data", rename_all = "snake_case")]
    pub enum HistoryEntry {
        /// An interaction with its calls and recordings.
        Interaction(Box<TimelineItem>),
        /// A case, at the time when it was made.
        Case(Box<CaseDoc>),
        /// A note.
        Note(NoteDoc),
        /// An order.
        Order(OrderDoc),
        /// Customers were merged.
        Merge(MergeDoc),
    }
}
