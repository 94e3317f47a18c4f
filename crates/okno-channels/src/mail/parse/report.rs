//! Delivery reports: RFC 3464, and the bounces of servers that don't know it.

use super::{
    encoding,
    fields::{self, Fields},
    tree::{Content, Part},
};
use mail_parser::HeaderName;
use okno_model::wire::DeliveryReport;

/// Longest explanation that is kept.
const DETAIL_CHARS: usize = 500;

/// What a mail reports about a mail of ours, if it does.
pub(super) fn read(root: &Part<'_>, text: &str) -> Option<DeliveryReport> {
    let mut found = Found::default();
    let is_report = root.mime == "multipart/report";
    collect(root, &mut found);
    if let Some(status) = found.status.as_deref() {
        let (recipient, action, detail) = per_recipient(status)?;
        let original = found.original.or_else(|| referenced(&root.fields))?;
        return Some(DeliveryReport { original, recipient, action, detail });
    }
    let failed_recipients =
        root.fields.first("x-failed-recipients").and_then(|list| list.split(',').next().and_then(fields::normal_address));
    if !is_report && failed_recipients.is_none() && !looks_like_bounce(&root.fields) {
        return None;
    }
    let original = found.original.or_else(|| id_in_text(text)).or_else(|| referenced(&root.fields))?;
    let recipient = failed_recipients.or_else(|| address_in_text(text))?;
    let code = status_code(text);
    let action = if code.is_some_and(|code| code.starts_with('4')) || looks_delayed(&root.fields, text) { "delayed" } else { "failed" };
    Some(DeliveryReport { original, recipient, action: action.to_owned(), detail: explanation(text, code) })
}

#[derive(Default)]
struct Found {
    status: Option<String>,
    original: Option<String>,
}

fn collect(part: &Part<'_>, found: &mut Found) {
    match &part.content {
        Content::Multipart(parts) => parts.iter().for_each(|part| collect(part, found)),
        Content::Raw(_) => {}
        Content::Leaf(_) => match part.mime.as_str() {
            "message/delivery-status" | "message/global-delivery-status" if found.status.is_none() => found.status = Some(part.text()),
            "message/rfc822" | "text/rfc822-headers" | "message/global" | "message/global-headers" | "message/rfc822-headers"
                if found.original.is_none() =>
            {
                let decoded = part.decoded();
                found.original = Fields::parse(encoding::split_header(&decoded).0).ids(&HeaderName::MessageId).into_iter().next();
            }
            _ => {}
        },
    }
}

/// The worst of the recipients in a `message/delivery-status`: recipient, action, words.
fn per_recipient(status: &str) -> Option<(String, String, String)> {
    let mut worst: Option<(u8, String, String, String)> = None;
    for block in status.split("\n\n").take(200) {
        let block = Fields::parse(block.as_bytes());
        let typed = |name: &str| block.first(name).map(|value| value.split_once(';').map_or(value, |(_, v)| v).trim().to_owned());
        let Some(recipient) = typed("original-recipient").or_else(|| typed("final-recipient")).and_then(|r| fields::normal_address(&r))
        else {
            continue;
        };
        let action = block
            .first("action")
            .unwrap_or_default()
            .split(|c: char| !c.is_ascii_alphabetic())
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let (rank, action) = match action.as_str() {
            "failed" => (2, "failed"),
            "delayed" => (1, "delayed"),
            "delivered" | "relayed" | "expanded" => (0, "delivered"),
            _ => continue,
        };
        let code = block.first("status").unwrap_or_default().to_owned();
        let diagnostic = typed("diagnostic-code").unwrap_or_default();
        let detail = encoding::one_line(&format!("{code} {diagnostic}"), DETAIL_CHARS);
        if worst.as_ref().is_none_or(|(w, ..)| rank > *w) {
            worst = Some((rank, recipient, action.to_owned(), detail));
        }
    }
    worst.map(|(_, recipient, action, detail)| (recipient, action, detail))
}

fn referenced(fields: &Fields) -> Option<String> {
    fields.ids(&HeaderName::InReplyTo).into_iter().next().or_else(|| fields.ids(&HeaderName::References).pop())
}

fn looks_like_bounce(fields: &Fields) -> bool {
    const SUBJECTS: &[&str] = &[
        "undeliver",
        "delivery status notification",
        "failure notice",
        "returned mail",
        "mail delivery failed",
        "delivery failure",
        "mail delivery subsystem",
        "message not delivered",
        "delivery has failed",
        "не доставлено",
        "недоставлен",
        "сообщение не доставлено",
        "ошибка доставки",
        "nie dostarczono",
        "niedostarczon",
        "zwrot wiadomości",
        "unzustellbar",
        "nicht zugestellt",
        "zustellung fehlgeschlagen",
        "warning: could not send message",
        "delayed",
    ];
    let from = fields.first("from").unwrap_or_default().to_ascii_lowercase();
    let by_server = from.contains("mailer-daemon")
        || from.contains("postmaster")
        || fields.first("return-path").is_some_and(|path| path.trim() == "<>");
    let subject = fields.text(&HeaderName::Subject).unwrap_or_default().to_lowercase();
    by_server && SUBJECTS.iter().any(|words| subject.contains(words))
}

fn looks_delayed(fields: &Fields, text: &str) -> bool {
    let subject = fields.text(&HeaderName::Subject).unwrap_or_default().to_lowercase();
    (subject.contains("delay") || subject.contains("warning")) && !text.to_lowercase().contains("permanent")
}

/// `5.1.1`, or a bare `550` of old servers.
fn status_code(text: &str) -> Option<&str> {
    let words = || text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '#' | '<' | '>' | ',' | ';' | ':' | '-')).take(5_000);
    let enhanced = |word: &&str| {
        let parts: Vec<&str> = word.split('.').collect();
        parts.len() == 3
            && matches!(parts[0], "4" | "5")
            && parts[1..].iter().all(|p| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
    };
    let plain =
        |word: &&str| word.len() == 3 && (word.starts_with('5') || word.starts_with('4')) && word.bytes().all(|b| b.is_ascii_digit());
    words().find(enhanced).or_else(|| words().find(plain))
}

fn id_in_text(text: &str) -> Option<String> {
    text.lines().take(5_000).find_map(|line| {
        let (name, value) = line.trim_start_matches(['>', ' ', '\t']).split_once(':')?;
        name.eq_ignore_ascii_case("message-id").then(|| fields::message_id(value))?
    })
}

fn address_in_text(text: &str) -> Option<String> {
    text.split_whitespace()
        .take(5_000)
        .map(|word| word.trim_matches(|c: char| matches!(c, '<' | '>' | '(' | ')' | ':' | ',' | ';' | '"' | '\'' | '.')))
        .filter(|word| word.contains('@'))
        .find_map(fields::normal_address)
}

fn explanation(text: &str, code: Option<&str>) -> String {
    let line =
        code.and_then(|code| text.lines().find(|line| line.contains(code))).or_else(|| text.lines().find(|line| !line.trim().is_empty()));
    encoding::one_line(line.unwrap_or_default(), DETAIL_CHARS)
}
