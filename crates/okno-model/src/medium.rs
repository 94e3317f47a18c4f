//! Media and kinds of channels.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:tt),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),* }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stored and published word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// Reads the stored word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// How customer and agent talk.
    Medium {
        /// A telephone or browser call.
        Voice = "voice",
        /// E-mail.
        Email = "email",
        /// Web chat.
        Chat = "chat",
        /// A messenger or SMS.
        Message = "message",
        /// Back-office work that is routed like an interaction.
        Task = "task",
    }
}

words! {
    /// What kind of door a channel is.
    ChannelKind {
        /// A mailbox (IMAP or SMTP listener in, SMTP out).
        Mailbox = "mailbox",
        /// A chat widget on web sites.
        Widget = "widget",
        /// Telephone numbers.
        Phone = "phone",
    }
}

impl ChannelKind {
    /// The medium of the interactions that come through it.
    pub const fn medium(self) -> Medium {
        match self {
            Self::Mailbox => Medium::Email,
            Self::Widget => Medium::Chat,
            Self::Phone => Medium::Voice,
        }
    }
}

words! {
    /// The kind of an address of a customer.
    IdentityKind {
        /// A mail address, lower case.
        Email = "email",
        /// A telephone number, E.164.
        Phone = "phone",
        /// A browser that holds a widget token.
        Visitor = "visitor",
        /// The company's own id of the customer, proven by HMAC.
        External = "external",
    }
}
