//! The DMARC verdict of the receiving server (RFC 8601). Only a server that the company named is believed: anybody can write
//! such a field into his mail.

use super::fields::Fields;

/// `pass`, `fail` or `none`, from the topmost field of a trusted server.
pub(super) fn dmarc(fields: &Fields, trusted: &[String]) -> &'static str {
    for value in fields.all("authentication-results") {
        let mut methods = value.split(';');
        let server = methods.next().unwrap_or_default().split_whitespace().next().unwrap_or_default();
        if !trusted.iter().any(|name| name.eq_ignore_ascii_case(server)) {
            continue;
        }
        for method in methods {
            let method = method.trim().to_ascii_lowercase();
            let Some((name, rest)) = method.split_once('=') else { continue };
            if name.trim() == "dmarc" {
                return match rest.trim_start().split(|c: char| !c.is_ascii_alphanumeric()).next() {
                    Some("pass" | "bestguesspass") => "pass",
                    Some("fail") => "fail",
                    _ => "none",
                };
            }
        }
        // The server writes its own field on top and takes forged ones with its name away; lower ones aren't its word.
        return "none";
    }
    "none"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn believes_only_the_own_server() {
        let trusted = ["mx.okno.test".to_owned()];
        for (header, expected) in [
            ("Authentication-Results: mx.okno.test; dkim=pass; dmarc=pass (p=reject) header.from=x.test\r\n", "pass"),
            ("Authentication-Results: MX.okno.test 1; spf=fail;\r\n dmarc=fail header.from=x.test\r\n", "fail"),
            ("Authentication-Results: mx.evil.test; dmarc=pass\r\n", "none"),
            ("Authentication-Results: mx.okno.test; dkim=none\r\nAuthentication-Results: mx.okno.test; dmarc=pass\r\n", "none"),
            ("Authentication-Results: mx.evil.test; dmarc=pass\r\nAuthentication-Results: mx.okno.test; dmarc=fail\r\n", "fail"),
            ("X-A: b\r\n", "none"),
        ] {
            assert_eq!(dmarc(&Fields::parse(header.as_bytes()), &trusted), expected, "{header}");
        }
        assert_eq!(dmarc(&Fields::parse(b"Authentication-Results: ; dmarc=pass\r\n"), &[]), "none");
    }
}
