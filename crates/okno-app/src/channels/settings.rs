//! From what an administrator writes to checked settings.

use super::{normalize_address, phone::phone};
use crate::{AppError, config, secrets};
use okno_model::{
    Timestamp,
    doc::{ChannelSettings, MailboxSettings, ServerSettings, WidgetSettings},
    input::{MailboxInput, ServerInput, SettingsInput, WidgetInput},
};
use url::Url;

const TEXT_CHARS: usize = 5_000;
const SITES: usize = 100;
const ALIASES: usize = 100;
const HOST_CHARS: usize = 253;

/// The settings after a write; `before` are the stored ones.
pub(super) fn settings(input: SettingsInput, before: Option<&ChannelSettings>, now: Timestamp) -> Result<ChannelSettings, AppError> {
    let other_kind = || AppError::invalid("settings", "other_kind", "the kind of a channel cannot be changed; make a new channel");
    match (input, before) {
        (SettingsInput::Mailbox(input), None) => mailbox(input, None, now).map(ChannelSettings::Mailbox),
        (SettingsInput::Mailbox(input), Some(ChannelSettings::Mailbox(had))) => {
            mailbox(input, Some(had), now).map(ChannelSettings::Mailbox)
        }
        (SettingsInput::Widget(input), None) => widget(input, None).map(ChannelSettings::Widget),
        (SettingsInput::Widget(input), Some(ChannelSettings::Widget(had))) => widget(input, Some(had)).map(ChannelSettings::Widget),
        (SettingsInput::Phone(input), None) => phone(input, None).map(ChannelSettings::Phone),
        (SettingsInput::Phone(input), Some(ChannelSettings::Phone(had))) => phone(input, Some(had)).map(ChannelSettings::Phone),
        (SettingsInput::Mailbox(_) | SettingsInput::Widget(_) | SettingsInput::Phone(_), Some(_)) => Err(other_kind()),
    }
}

fn mailbox(input: MailboxInput, had: Option<&MailboxSettings>, now: Timestamp) -> Result<MailboxSettings, AppError> {
    let address = normalize_address("address", &input.address)?;
    if input.aliases.len() > ALIASES {
        return Err(AppError::invalid("aliases", "too_many", format!("a mailbox may have at most {ALIASES} aliases")));
    }
    let mut aliases = Vec::new();
    for alias in &input.aliases {
        let alias = normalize_address("aliases", alias)?;
        if alias != address && !aliases.contains(&alias) {
            aliases.push(alias);
        }
    }
    config::limited("signature", &input.signature, TEXT_CHARS)?;
    config::limited("auto_reply", &input.auto_reply, TEXT_CHARS)?;
    let sender_name = if input.sender_name.trim().is_empty() { String::new() } else { config::name("sender_name", &input.sender_name)? };
    let imap = input.imap.map(|server| self::server("imap", server)).transpose()?;
    // The first connect reads in archive mode: a mailbox full of old mail must not flood the agents.
    let first_connect = imap.is_some() && had.is_none_or(|had| had.imap.is_none());
    // Servers know the arrival of a mail only to the second.
    let this_second = Timestamp::from_millis(now.millis() / 1000 * 1000);
    let archive_before = input.archive_before.or(first_connect.then_some(this_second));
    let smtp = input.smtp.map(|server| self::server("smtp", server)).transpose()?;
    Ok(MailboxSettings {
        address,
        sender_name,
        aliases,
        imap,
        archive_before,
        smtp,
        signature: input.signature,
        auto_reply: input.auto_reply,
    })
}

fn server(field: &'static str, input: ServerInput) -> Result<ServerSettings, AppError> {
    let host = input.host.trim().to_ascii_lowercase();
    let named = !host.is_empty() && host.len() <= HOST_CHARS && host.chars().all(|c| c.is_alphanumeric() || "-._:[]".contains(c));
    if !named {
        return Err(AppError::invalid(field, "bad_host", "the host must be a name or an address, without a port or a scheme"));
    }
    if input.port == 0 {
        return Err(AppError::invalid(field, "bad_port", "the port must be 1 to 65535"));
    }
    if input.user.len() > 500 || input.user.chars().any(char::is_control) {
        return Err(AppError::invalid(field, "bad_user", "the user name must be one line of text"));
    }
    Ok(ServerSettings { host, port: input.port, tls: input.tls, user: input.user, has_password: false })
}

fn widget(input: WidgetInput, had: Option<&WidgetSettings>) -> Result<WidgetSettings, AppError> {
    if input.sites.len() > SITES {
        return Err(AppError::invalid("sites", "too_many", format!("a widget may be shown on at most {SITES} sites")));
    }
    let mut sites = Vec::new();
    for text in &input.sites {
        let site = site(text)?;
        if !sites.contains(&site) {
            sites.push(site);
        }
    }
    if !input.title.is_empty() {
        config::name("title", &input.title)?;
    }
    config::limited("greeting", &input.greeting, TEXT_CHARS)?;
    let color = input.color.or_else(|| had.map(|had| had.color.clone())).unwrap_or_else(|| "#2563eb".to_owned()).to_ascii_lowercase();
    if color.len() != 7 || !color.starts_with('#') || !color[1..].chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(AppError::invalid("color", "bad_color", "the color must be written as `#rrggbb`"));
    }
    let ask = input.ask.or_else(|| had.map(|had| had.ask.clone())).unwrap_or_else(|| "optional".to_owned());
    if !["no", "optional", "required"].contains(&ask.as_str()) {
        return Err(AppError::invalid("ask", "unknown", "`ask` must be `no`, `optional` or `required`"));
    }
    let key = had.map_or_else(|| format!("wk_{}", secrets::token()), |had| had.key.clone());
    Ok(WidgetSettings { key, sites, title: input.title.trim().to_owned(), greeting: input.greeting, color, ask })
}

/// `*`, or the origin of a site: scheme, host and port, nothing else.
fn site(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text == "*" {
        return Ok(text.to_owned());
    }
    let bad = || {
        AppError::invalid(
            "sites",
            "bad_site",
            format!("`{}` is no site; write it as `https://www.example.com`", text.chars().take(100).collect::<String>()),
        )
    };
    let url = Url::parse(text).map_err(|_| bad())?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none();
    if plain { Ok(url.origin().ascii_serialization()) } else { Err(bad()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_become_origins() {
        assert_eq!(site("https://WWW.Example.com/").unwrap(), "https://www.example.com");
        assert_eq!(site("http://127.0.0.1:8090").unwrap(), "http://127.0.0.1:8090");
        assert_eq!(site("https://example.com:443").unwrap(), "https://example.com");
        assert_eq!(site("*").unwrap(), "*");
        for bad in [
            "example.com",
            "https://example.com/shop",
            "ftp://example.com",
            "https://a@example.com",
            "javascript:alert(1)",
            "https://x.com; script-src *",
        ] {
            assert!(site(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn hosts_are_names_or_addresses() {
        let server = |host: &str| {
            server(
                "imap",
                ServerInput { host: host.into(), port: 993, tls: okno_model::doc::TlsMode::Tls, user: String::new(), has_password: None },
            )
        };
        assert_eq!(server(" IMAP.Example.com ").unwrap().host, "imap.example.com");
        assert!(server("::1").is_ok());
        for bad in ["", "imap.example.com/x", "a b", "x\r\ny"] {
            assert!(server(bad).is_err(), "{bad:?}");
        }
    }
}
