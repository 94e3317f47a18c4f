//! Mail addresses as keys.

use crate::AppError;

/// RFC 5321: longest path.
const ADDRESS_CHARS: usize = 254;
const LOCAL_CHARS: usize = 64;

/// An address in the form that is compared and stored: trimmed and in lower case.
///
/// # Errors
/// [`AppError::Invalid`] on `field` if it is no address.
pub fn normalize_address(field: &'static str, text: &str) -> Result<String, AppError> {
    address_of(text)
        .ok_or_else(|| AppError::invalid(field, "bad_address", format!("`{field}` must be a mail address, such as `help@example.com`")))
}

/// As [`normalize_address`]; `None` if it is no address.
pub fn address_of(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let bad = |c: char| c.is_whitespace() || c.is_control() || "<>()[]\\,;:\"@".contains(c);
    let labels = |domain: &str| domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    let good = !local.is_empty()
        && local.len() <= LOCAL_CHARS
        && text.len() <= ADDRESS_CHARS
        && !local.contains(bad)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && !domain.is_empty()
        && domain.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.')
        && labels(domain);
    good.then(|| text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::address_of;

    #[test]
    fn addresses_are_compared_in_lower_case() {
        assert_eq!(address_of(" Help@Example.COM "), Some("help@example.com".into()));
        assert_eq!(address_of("o'brien+x@пример.рф"), Some("o'brien+x@пример.рф".into()));
        assert_eq!(address_of("help@localhost"), Some("help@localhost".into()));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in [
            "",
            "help",
            "@x.com",
            "a@",
            "a b@x.com",
            "a@x..com",
            "a@-x.com",
            "a@x.com\r\nBcc: y@z.com",
            "<a@x.com>",
            "a@b@c.com",
            ".a@x.com",
        ] {
            assert_eq!(address_of(bad), None, "{bad:?}");
        }
    }
}
