//! Where a mail belongs (behaviour.md B10): references to mails that we know, then the number of a case with its customer, then the subject with the same person, else new.

use crate::{AppError, act::Act, cases::rows as cases, customers::rows::normal_email, interactions::thread::takes_messages};
use okno_model::{
    ChannelId,
    doc::{CustomerDoc, InteractionDoc},
    wire::InboundMail,
};
use okno_store::{interactions, mail as mails};

/// References that are looked at; a hostile mail may name thousands.
const REFERENCES_MAX: usize = 100;
/// Prefixes of replies and forwards, lower case, in the languages that mail programs write.
const REPLY_PREFIXES: [&str; 12] = ["re", "aw", "odp", "sv", "vs", "antw", "rif", "ref", "tr", "ha", "нa", "отв"];

/// Where a mail belongs.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    /// Nothing is known of it.
    New,
    /// It goes on in an open interaction.
    Join(InteractionDoc),
    /// It goes on from an interaction that is over.
    Continue(InteractionDoc),
    /// It refers to a conversation in which its sender has no part: a new one that only agents see linked.
    Stranger(InteractionDoc),
}

/// Finds the place of a mail.
pub(super) fn find(act: &mut Act<'_, '_>, channel: ChannelId, mail: &InboundMail, sender: &CustomerDoc) -> Result<Place, AppError> {
    let mut stranger = None;
    for reference in mail.references.iter().take(REFERENCES_MAX) {
        for known in mails::by_message_id(act.tx, reference)? {
            let Some(doc) = act.tx.get::<InteractionDoc>(known.interaction)? else { continue };
            if takes_part(act, &doc, mail, sender)? {
                return Ok(place(doc));
            }
            stranger.get_or_insert(doc);
        }
    }
    if let Some(doc) = stranger {
        return Ok(Place::Stranger(doc));
    }
    // The number of a case, from its own customer: the conversation about it on this mailbox goes on.
    if let Some(case) = cases::named(act, &mail.subject, Some(sender.id))? {
        for &id in case.interactions.iter().rev() {
            let doc = act.tx.get::<InteractionDoc>(id)?.filter(|doc| doc.channel == channel && doc.customer == Some(sender.id));
            if let Some(doc) = doc {
                return Ok(place(doc));
            }
        }
    }
    // A mail program that drops the references: only as a reply of the same person, in an open interaction of this mailbox.
    if let Some(subject) = reply_subject(&mail.subject) {
        for doc in interactions::open_of_customer(act.tx, channel, sender.id)? {
            let own = reply_subject(&doc.subject).unwrap_or_else(|| fold(&doc.subject));
            if takes_messages(&doc) && own == subject {
                return Ok(Place::Join(doc));
            }
        }
    }
    Ok(Place::New)
}

fn place(doc: InteractionDoc) -> Place {
    if takes_messages(&doc) { Place::Join(doc) } else { Place::Continue(doc) }
}

/// The sender has written or received a mail of this interaction, or it is his own.
fn takes_part(act: &mut Act<'_, '_>, doc: &InteractionDoc, mail: &InboundMail, sender: &CustomerDoc) -> Result<bool, AppError> {
    if doc.customer == Some(sender.id) {
        return Ok(true);
    }
    let from = normal_email(&mail.from.address);
    let known = mails::of_interaction(act.tx, doc.id)?;
    // An address that failed the receiving server's check may name anybody.
    Ok(mail.dmarc != "fail" && known.iter().any(|m| m.refs.participants.contains(&from)))
}

/// The subject without its reply prefixes, if it has one.
fn reply_subject(subject: &str) -> Option<String> {
    let mut rest = subject.trim();
    let mut found = false;
    while let Some((prefix, after)) = rest.split_once(':') {
        let word = prefix.trim().trim_end_matches(|c: char| c.is_ascii_digit() || c == '[' || c == ']').to_lowercase();
        if !REPLY_PREFIXES.contains(&word.as_str()) {
            break;
        }
        found = true;
        rest = after.trim();
    }
    (found && !rest.is_empty()).then(|| fold(rest))
}

fn fold(subject: &str) -> String {
    subject.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Everybody who wrote or received a mail.
pub(super) fn participants(mail: &InboundMail) -> Vec<String> {
    let mut all: Vec<String> = std::iter::once(&mail.from).chain(&mail.to).chain(&mail.cc).map(|a| normal_email(&a.address)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reply_prefixes_of_many_programs_are_known() {
        for subject in ["Re: Broken lamp", "RE[2]: broken  lamp", "Odp: Re: Broken lamp", "AW:Broken lamp", "Отв: broken lamp"] {
            assert_eq!(reply_subject(subject).as_deref(), Some("broken lamp"), "{subject}");
        }
        for subject in ["Broken lamp", "Invoice: 12", "Re:", "", ":::"] {
            assert_eq!(reply_subject(subject), None, "{subject}");
        }
    }
}
