//! Whether a mail was written by a machine, so that no machine of ours answers it (RFC 3834).

use super::fields::Fields;
use okno_model::doc::Address;

/// Why no automatic answer may be sent; `None` if one may.
pub(super) fn reason(fields: &Fields, from: &Address, own: &[String]) -> Option<&'static str> {
    let lower = |name: &str| fields.first(name).unwrap_or_default().trim().to_ascii_lowercase();
    if own.iter().any(|address| address.eq_ignore_ascii_case(&from.address)) {
        return Some("own_address");
    }
    if fields.first("return-path").is_some_and(|path| matches!(path.trim(), "<>" | "")) {
        return Some("null_sender");
    }
    let local = from.address.split('@').next().unwrap_or_default().to_ascii_lowercase();
    if matches!(local.as_str(), "mailer-daemon" | "postmaster" | "") {
        return Some("null_sender");
    }
    if !matches!(lower("auto-submitted").split(';').next().unwrap_or_default().trim(), "" | "no") || is_responder(fields) {
        return Some("auto_submitted");
    }
    if fields.names().any(|name| name.starts_with("list-") || name == "mailing-list" || name == "x-mailing-list")
        || lower("precedence") == "list"
    {
        return Some("list");
    }
    if matches!(lower("precedence").as_str(), "bulk" | "junk" | "auto_reply" | "auto-reply")
        || lower("x-auto-response-suppress").split(',').any(|what| matches!(what.trim(), "all" | "oof" | "autoreply"))
    {
        return Some("bulk");
    }
    if matches!(
        local.as_str(),
        "noreply" | "no-reply" | "donotreply" | "do-not-reply" | "no_reply" | "notification" | "notifications" | "bounce" | "bounces"
    ) {
        return Some("bulk");
    }
    None
}

/// Marks of answering machines that don't know RFC 3834.
fn is_responder(fields: &Fields) -> bool {
    const HEADERS: &[&str] = &[
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-autoreply-from",
        "x-mail-autoreply",
        "x-fc-machinegenerated",
        "x-loop",
        "x-vacation",
        "x-ms-exchange-inbox-rules-loop",
    ];
    const SUBJECTS: &[&str] = &[
        "automatic reply:",
        "auto reply:",
        "auto-reply:",
        "autoreply:",
        "out of office",
        "out of the office",
        "автоответ",
        "автоматический ответ",
        "odpowiedź automatyczna",
        "autoodpowiedź",
        "automatische antwort",
        "abwesenheitsnotiz",
        "réponse automatique",
        "respuesta automática",
        "risposta automatica",
    ];
    let subject = fields.text(&mail_parser::HeaderName::Subject).unwrap_or_default().trim().to_lowercase();
    HEADERS.iter().any(|name| fields.has(name)) || SUBJECTS.iter().any(|start| subject.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_reason() {
        let own = ["help@okno.test".to_owned()];
        for (header, from, expected) in [
            ("Subject: Hello\r\n", "ivan@x.test", None),
            ("Auto-Submitted: no\r\n", "ivan@x.test", None),
            ("Auto-Submitted: auto-replied\r\n", "ivan@x.test", Some("auto_submitted")),
            ("auto-submitted: auto-generated; owner=x\r\n", "ivan@x.test", Some("auto_submitted")),
            ("Precedence: bulk\r\n", "ivan@x.test", Some("bulk")),
            ("Precedence: LIST\r\n", "ivan@x.test", Some("list")),
            ("List-Id: <x.y>\r\n", "ivan@x.test", Some("list")),
            ("List-Unsubscribe: <mailto:a@b>\r\n", "ivan@x.test", Some("list")),
            ("Return-Path: <>\r\n", "ivan@x.test", Some("null_sender")),
            ("Subject: x\r\n", "MAILER-DAEMON@x.test", Some("null_sender")),
            ("X-Auto-Response-Suppress: DR, OOF, AutoReply\r\n", "ivan@x.test", Some("bulk")),
            ("X-Autoreply: yes\r\n", "ivan@x.test", Some("auto_submitted")),
            ("Subject: Automatic reply: Your order\r\n", "ivan@x.test", Some("auto_submitted")),
            ("Subject: =?utf-8?B?0JDQstGC0L7QvtGC0LLQtdGC?=\r\n", "ivan@x.test", Some("auto_submitted")),
            ("Subject: x\r\n", "no-reply@x.test", Some("bulk")),
            ("Subject: x\r\n", "Help@Okno.test", Some("own_address")),
        ] {
            let from = Address { name: String::new(), address: from.to_owned() };
            assert_eq!(reason(&Fields::parse(header.as_bytes()), &from, &own), expected, "{header}");
        }
    }
}
