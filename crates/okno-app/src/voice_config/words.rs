//! Hosts, networks, numbers and codecs as administrators write them.

use crate::{AppError, channels};
use std::net::IpAddr;

const HOST_CHARS: usize = 253;
/// Hosts of one provider.
const HOSTS: usize = 4;
const SOURCES: usize = 100;
/// Shorter prefixes would make strangers of half the world a trunk.
const SHORTEST_V4: u8 = 8;
const SHORTEST_V6: u8 = 16;
/// What a trunk may speak, as SDP names it.
const CODECS: [&str; 4] = ["PCMA", "PCMU", "G722", "opus"];

/// A provider's hosts, the first one first, with commas between them.
pub(super) fn hosts(text: &str) -> Result<String, AppError> {
    let hosts = text.split(',').map(host).collect::<Result<Vec<_>, _>>()?;
    if hosts.len() > HOSTS {
        return Err(AppError::invalid("host", "bad_host", format!("a trunk may have at most {HOSTS} hosts; a name may stand for more")));
    }
    Ok(hosts.join(", "))
}

/// A host name or address, in lower case.
fn host(text: &str) -> Result<String, AppError> {
    let host = text.trim().to_ascii_lowercase();
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&host);
    let named = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    let good = bare.parse::<IpAddr>().is_ok() || (bare.len() <= HOST_CHARS && bare.trim_end_matches('.').split('.').all(named));
    if good {
        return Ok(bare.to_owned());
    }
    Err(AppError::invalid("host", "bad_host", "the host must be a name or an address, without a port or a scheme"))
}

/// Addresses and networks, each as `203.0.113.7` or `203.0.113.0/24`.
pub(super) fn sources(texts: &[String]) -> Result<Vec<String>, AppError> {
    if texts.len() > SOURCES {
        return Err(AppError::invalid("sources", "too_many", format!("a trunk may have at most {SOURCES} sources")));
    }
    let mut all = Vec::new();
    for text in texts {
        let source = source(text.trim())?;
        if !all.contains(&source) {
            all.push(source);
        }
    }
    Ok(all)
}

fn source(text: &str) -> Result<String, AppError> {
    let bad = || {
        let shown: String = text.chars().take(60).collect();
        AppError::invalid(
            "sources",
            "bad_source",
            format!("`{shown}` is no address; write `203.0.113.7`, `203.0.113.0/24` or `2001:db8::/32`"),
        )
    };
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| bad())?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().map_err(|_| bad())?;
    let (whole, shortest) = if address.is_ipv4() { (32, SHORTEST_V4) } else { (128, SHORTEST_V6) };
    match bits {
        None => Ok(address.to_string()),
        Some(bits) if bits > whole => Err(bad()),
        Some(bits) if bits < shortest => {
            Err(AppError::invalid("sources", "too_wide", format!("`{text}` lets half the world in; name the networks of the provider")))
        }
        Some(bits) => Ok(format!("{address}/{bits}")),
    }
}

/// Codecs in order of preference, each once, by their names in SDP.
pub(super) fn codecs(texts: &[String]) -> Result<Vec<String>, AppError> {
    let mut all = Vec::new();
    for text in texts {
        let Some(known) = CODECS.iter().find(|known| known.eq_ignore_ascii_case(text.trim())) else {
            return Err(AppError::invalid("codecs", "unknown", format!("a codec must be one of {}", CODECS.join(", "))));
        };
        if !all.iter().any(|had| had == known) {
            all.push((*known).to_owned());
        }
    }
    if all.is_empty() {
        return Err(AppError::invalid("codecs", "required", "name at least one codec"));
    }
    Ok(all)
}

/// A number in E.164, or nothing.
pub(super) fn number(field: &'static str, text: &str) -> Result<String, AppError> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    let bad = || AppError::invalid(field, "bad_number", "write the number with its country: `+48 22 123 45 67`");
    let number = channels::number(text).map_err(|_| bad())?;
    if is_e164(&number, 4) { Ok(number) } else { Err(bad()) }
}

/// `+` and digits, at least `least` and at most 15 of them.
pub(super) fn is_e164(text: &str, least: usize) -> bool {
    text.strip_prefix('+')
        .is_some_and(|rest| (least..=15).contains(&rest.len()) && rest.chars().all(|c| c.is_ascii_digit()) && !rest.starts_with('0'))
}

/// One line of text for signaling: nothing that could end a header.
pub(super) fn line(field: &'static str, text: &str, chars: usize) -> Result<String, AppError> {
    let text = text.trim();
    crate::config::limited(field, text, chars)?;
    if text.chars().any(|c| c.is_control() || "\"<>\\".contains(c)) {
        return Err(AppError::invalid(field, "bad_characters", format!("`{field}` must be one line without quotes and brackets")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses() {
        for (text, host_) in [(" SIP.Example.com ", "sip.example.com"), ("203.0.113.7", "203.0.113.7"), ("[2001:db8::1]", "2001:db8::1")] {
            assert_eq!(host(text).unwrap(), host_);
        }
        assert_eq!(hosts("A.example , 203.0.113.7").unwrap(), "a.example, 203.0.113.7");
        for bad in ["a.example,", ",", "a,b,c,d,e"] {
            assert!(hosts(bad).is_err(), "{bad:?}");
        }
        for bad in ["", "sip:example.com", "example.com:5060", "a b", "-x.example", "x..example", "x\r\nVia: y", "пример.рф"] {
            assert!(host(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn sources_are_addresses_or_networks_that_are_not_the_world() {
        let read = |text: &str| sources(&[text.to_owned()]);
        assert_eq!(read(" 203.0.113.0/24 ").unwrap(), ["203.0.113.0/24"]);
        assert_eq!(read("2001:DB8::/32").unwrap(), ["2001:db8::/32"]);
        for bad in ["sip.example.com", "203.0.113.0/33", "203.0.113.0/x", "0.0.0.0/0", "::/0", ""] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
        assert_eq!(sources(&["10.0.0.1".into(), "10.0.0.1".into()]).unwrap().len(), 1);
    }

    #[test]
    fn codecs_keep_their_order_and_their_names() {
        assert_eq!(codecs(&["g722".into(), "pcma".into(), "G722".into()]).unwrap(), ["G722", "PCMA"]);
        assert!(codecs(&[]).is_err());
        assert!(codecs(&["G729".into()]).is_err());
    }

    #[test]
    fn numbers_have_their_country() {
        assert_eq!(number("caller_id", "+48 22 123-45-67").unwrap(), "+48221234567");
        assert_eq!(number("caller_id", " ").unwrap(), "");
        for bad in ["221234567", "+0123456", "+48", "+1234567890123456", "+48 22 CALL"] {
            assert!(number("caller_id", bad).is_err(), "{bad}");
        }
    }
}
