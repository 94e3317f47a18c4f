//! The list of sites that may show a widget.

use axum::http::{HeaderMap, header};
use std::fmt::Write;
use url::Url;

/// Origins, `https://*.example.com` for all names below one, `*` for any site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sites {
    any: bool,
    list: Vec<Site>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Site {
    scheme: &'static str,
    /// Any name below `host`.
    below: bool,
    host: String,
    /// As written; none for the scheme's own.
    port: Option<u16>,
}

impl Sites {
    /// Reads the settings; what is no origin allows nothing.
    pub(crate) fn new(sites: &[String]) -> Self {
        let any = sites.iter().any(|site| site.trim() == "*");
        Self { any, list: sites.iter().filter_map(|site| Site::parse(site.trim())).collect() }
    }

    /// Whether a page of this origin may show the widget. `own` is okno's own origin.
    pub(crate) fn allow(&self, origin: &str) -> bool {
        self.any || Site::parse(origin).is_some_and(|origin| !origin.below && self.list.iter().any(|site| site.covers(&origin)))
    }

    /// The directive that makes browsers enforce the list: `frame-ancestors ...`.
    pub(crate) fn frame_ancestors(&self) -> String {
        let mut out = String::from("frame-ancestors");
        if self.any {
            return out + " *";
        }
        if self.list.is_empty() {
            return out + " 'none'";
        }
        for Site { scheme, below, host, port } in &self.list {
            let star = if *below { "*." } else { "" };
            let _ = write!(out, " {scheme}://{star}{host}");
            if let Some(port) = port {
                let _ = write!(out, ":{port}");
            }
        }
        out
    }
}

impl Site {
    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (below, rest) = rest.strip_prefix("*.").map_or((false, rest), |rest| (true, rest));
        // The parser of browsers decides what a host is; a star anywhere else is no host.
        let url = Url::parse(&format!("{scheme}://{rest}")).ok()?;
        let scheme = match url.scheme() {
            "https" => "https",
            "http" => "http",
            _ => return None,
        };
        let host = url.host_str().filter(|host| !host.contains('*') && !host.is_empty())?.to_owned();
        let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        plain.then_some(Self { scheme, below, host, port: url.port() })
    }

    fn covers(&self, origin: &Self) -> bool {
        let host = if self.below {
            origin.host.strip_suffix(&self.host).is_some_and(|name| name.len() > 1 && name.ends_with('.'))
        } else {
            origin.host == self.host
        };
        host && self.scheme == origin.scheme && self.port == origin.port
    }
}

/// The origin of the page that asks: `Origin`, or the origin of `Referer`.
pub(super) fn page_origin(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    if let Some(origin) = text(header::ORIGIN) {
        return Some(origin.to_owned());
    }
    let referer = Url::parse(text(header::REFERER)?).ok()?;
    Some(referer.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sites(list: &[&str]) -> Sites {
        Sites::new(&list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_site_is_its_exact_origin() {
        let sites = sites(&["https://shop.example", "http://localhost:3000/"]);
        for (origin, allowed) in [
            ("https://shop.example", true),
            ("https://shop.example:443", true),
            ("HTTPS://SHOP.EXAMPLE", true),
            ("http://shop.example", false),
            ("https://shop.example:8443", false),
            ("https://www.shop.example", false),
            ("https://shop.example.evil.test", false),
            ("https://evilshop.example", false),
            ("http://localhost:3000", true),
            ("http://localhost", false),
            ("null", false),
            ("", false),
        ] {
            assert_eq!(sites.allow(origin), allowed, "{origin}");
        }
    }

    #[test]
    fn a_star_covers_names_below_only() {
        let sites = sites(&["https://*.shop.example"]);
        assert!(sites.allow("https://www.shop.example") && sites.allow("https://a.b.shop.example"));
        for origin in ["https://shop.example", "https://wwwshop.example", "https://.shop.example", "https://*.shop.example"] {
            assert!(!sites.allow(origin), "{origin}");
        }
    }

    #[test]
    fn settings_cannot_smuggle_a_policy() {
        let sites = sites(&["https://a.example; script-src *", "javascript:alert(1)", "https://user@b.example", "https://b.example"]);
        assert_eq!(sites.frame_ancestors(), "frame-ancestors https://b.example");
        assert_eq!(Sites::new(&[]).frame_ancestors(), "frame-ancestors 'none'");
        assert_eq!(Sites::new(&["*".into()]).frame_ancestors(), "frame-ancestors *");
    }
}
