//! What a session asks of its caller, and what the caller answers.

/// What the caller has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Read from the peer.
    Read,
    /// Write this to the peer.
    Write(String),
    /// Look the address up, then [`super::Session::recipient`].
    Recipient(String),
    /// Store the mail durably, then [`super::Session::stored`].
    Store(Envelope),
    /// Make the connection a TLS one, then [`super::Session::encrypted`].
    StartTls,
    /// Close the connection.
    Close,
}

/// A mail that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Name that the peer gave itself.
    pub helo: String,
    /// Envelope sender, empty for the null path.
    pub sender: String,
    /// Envelope recipients.
    pub recipients: Vec<String>,
    /// The mail.
    pub bytes: Vec<u8>,
}

/// Answer to [`Step::Recipient`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipient {
    /// Ours.
    Known,
    /// Not ours: nothing is relayed.
    Unknown,
    /// Cannot be said now.
    Unavailable,
}

/// Answer to [`Step::Store`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// Durable.
    Durable,
    /// Not stored: the other side has to keep it.
    Unavailable,
}
