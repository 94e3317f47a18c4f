//! The frames of visitors (contract 7).

use okno_app::uploads::links;
use okno_app::{Ctx, visitors::Identify};
use okno_model::{
    AttachmentId, InteractionId, MessageId, Timestamp, VisitorId,
    doc::{Author, MessageDoc, MessageKind},
    phone::{PhoneDown, PhoneUp},
};
use serde::{Deserialize, Serialize};

/// What a visitor sends.
#[derive(Debug, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(super) enum ClientFrame {
    Hello(Hello),
    Say {
        client_id: String,
        #[serde(default)]
        text: String,
        #[serde(default)]
        attachments: Vec<AttachmentId>,
    },
    Typing {
        on: bool,
        #[serde(default)]
        text: Option<String>,
    },
    Read {
        number: i64,
    },
    Identify(Who),
    /// Click-to-call.
    Call {
        up: PhoneUp,
    },
    /// He would rather be called.
    CallBack {
        number: String,
    },
    /// He would rather be written to.
    WriteBack {
        email: String,
    },
    Leave {},
    Ping {},
}

/// The first frame of every connection.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Hello {
    pub(super) token: Option<String>,
    /// Last number that he has of `interaction`.
    pub(super) resume: i64,
    pub(super) interaction: Option<InteractionId>,
    pub(super) language: Option<String>,
    pub(super) page: String,
    #[serde(flatten)]
    pub(super) who: Who,
}

/// Who the visitor says he is. `hash` proves `external_id` (and `email`).
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Who {
    name: Option<String>,
    email: Option<String>,
    external_id: Option<String>,
    hash: Option<String>,
}

impl Who {
    pub(super) fn says_something(&self) -> bool {
        [&self.name, &self.email, &self.external_id].into_iter().flatten().any(|text| !text.trim().is_empty())
    }

    pub(super) fn identify(self, language: Option<String>) -> Identify {
        let Self { name, email, external_id, hash } = self;
        Identify { name, email, language, external_id, hash }
    }
}

/// What a visitor receives.
#[derive(Debug, Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(super) enum ServerFrame {
    Welcome {
        token: String,
        visitor: VisitorId,
        interaction: Option<InteractionId>,
        online: bool,
        agent_name: Option<String>,
        /// Last number that he has seen.
        read: i64,
        /// We have a name of his.
        known: bool,
    },
    Message(Box<Shown>),
    Ack {
        client_id: String,
        number: i64,
        at: Timestamp,
        interaction: InteractionId,
        id: MessageId,
    },
    Refused {
        client_id: Option<String>,
        code: String,
        detail: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_ms: Option<u64>,
    },
    Typing {
        on: bool,
        name: String,
    },
    State(Standing),
    /// Somebody came to serve the widget, or the last one went.
    Online {
        on: bool,
    },
    /// Last number that an agent has seen.
    Read {
        number: i64,
    },
    /// The telephone says something about his call.
    Call {
        down: PhoneDown,
    },
    /// He is called back at this number, or written to: he may go.
    Back {
        to: String,
        /// By when.
        due: Timestamp,
    },
    Pong {},
}

/// How his interaction stands, from his side.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Standing {
    Queued {
        #[serde(skip_serializing_if = "Option::is_none")]
        position: Option<u32>,
        /// He stands further back than is said exactly: at least so many are before him.
        #[serde(skip_serializing_if = "Option::is_none")]
        least: Option<u32>,
        /// Half of the waits and four in five are not longer, whole minutes from now on.
        #[serde(skip_serializing_if = "Option::is_none")]
        wait: Option<(u32, u32)>,
        /// A confession: that is longer than he was told before.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        longer: bool,
        /// He cannot be answered soon: by when he is.
        #[serde(skip_serializing_if = "Option::is_none")]
        due: Option<Timestamp>,
        /// When we open, if we are closed.
        #[serde(skip_serializing_if = "Option::is_none")]
        opens: Option<Timestamp>,
    },
    Active {
        #[serde(skip_serializing_if = "Option::is_none")]
        agent_name: Option<String>,
    },
    Closed {},
}

/// A message as a customer sees it.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    interaction: InteractionId,
    number: i64,
    id: MessageId,
    from: &'static str,
    author: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    attachments: Vec<File>,
}

#[derive(Debug, Serialize)]
struct File {
    id: AttachmentId,
    name: String,
    mime: String,
    size: i64,
    url: String,
}

impl Shown {
    pub(super) fn new(ctx: &Ctx, visitor: VisitorId, doc: &MessageDoc) -> Self {
        let (from, author, key) = match &doc.author {
            Author::Customer { .. } => ("me", String::new(), None),
            Author::User { name, .. } => ("agent", name.clone(), None),
            Author::System { key } => ("system", String::new(), Some(key.clone())),
        };
        let attachments = doc
            .attachments
            .iter()
            .map(|file| File {
                id: file.id,
                name: file.name.clone(),
                mime: file.mime.clone(),
                size: file.size,
                url: links::visitor_attachment_url(ctx, visitor, file.id),
            })
            .collect();
        Self {
            interaction: doc.interaction,
            number: doc.number,
            id: doc.id,
            from,
            author,
            text: doc.text.clone(),
            key,
            at: doc.at,
            // Ids of agents' clients are no business of his.
            client_id: doc.client_id.clone().filter(|_| doc.kind == MessageKind::Inbound),
            attachments,
        }
    }
}
