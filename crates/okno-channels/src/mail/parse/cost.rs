//! Whether a browser-grade HTML parser takes a text in bounded time and memory.
//!
//! The HTML standard asks parsers to search open elements for each tag, to make unclosed formatting elements again in each
//! new block, and to compare each attribute of an element with its others: all are quadratic for hostile input. This scan is
//! linear, needs no tree, and when in doubt counts too much, never too little.

use crate::mail::limits::{HTML_ATTRIBUTES, HTML_DEPTH, HTML_DEPTH_SUM, HTML_REOPENED};

const VOID: &[&str] = &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
const FORMATTING: &[&str] = &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Elements that end by themselves; a closing tag may skip over them.
const OPTIONAL: &[&str] = &["p", "li", "dd", "dt", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "html", "body", "head"];

/// Whether the HTML may be given to the parser.
pub(super) fn is_bearable(html: &str) -> bool {
    let mut open: Vec<String> = Vec::new();
    let (mut formatting, mut depths, mut reopened) = (0_usize, 0_usize, 0_usize);
    let bytes = html.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
        at += found + 1;
        // Each tag begins at most one new block, in which every open formatting element is made again.
        depths += open.len();
        reopened += formatting;
        if open.len() > HTML_DEPTH || depths > HTML_DEPTH_SUM || reopened > HTML_REOPENED {
            return false;
        }
        let rest = &bytes[at..];
        if rest.starts_with(b"!") || rest.starts_with(b"?") {
            // Closing tags in a comment don't count; opening ones do, in case the parser sees the comment end earlier.
            let end: &[u8] = if rest.starts_with(b"!--") {
                b"-->"
            } else if rest.starts_with(b"![CDATA[") {
                b"]]>"
            } else {
                b">"
            };
            let length = memchr::memmem::find(rest, end).map_or(rest.len(), |e| e + end.len());
            for name in rest[..length].split(|b| *b == b'<').skip(1).map(tag_name).filter(|name| !name.is_empty()) {
                formatting += usize::from(FORMATTING.contains(&name.as_str()));
                open.push(name);
            }
            at += length;
            continue;
        }
        let closing = rest.first() == Some(&b'/');
        let name = tag_name(&rest[usize::from(closing)..]);
        if name.is_empty() {
            continue;
        }
        let (length, attributes, inner) = tag(rest);
        if attributes > HTML_ATTRIBUTES {
            return false;
        }
        formatting += inner;
        at += length;
        if closing {
            close(&mut open, &name, &mut formatting);
        } else if !VOID.contains(&name.as_str()) {
            let ended = ended_by(&name);
            while open.last().is_some_and(|last| ended.contains(&last.as_str())) {
                open.pop();
            }
            formatting += usize::from(FORMATTING.contains(&name.as_str()));
            open.push(name);
        }
    }
    true
}

/// Elements that end by themselves when this one begins.
fn ended_by(name: &str) -> &'static [&'static str] {
    match name {
        "p" => &["p"],
        "li" => &["p", "li"],
        "dd" | "dt" => &["p", "dd", "dt"],
        "td" | "th" => &["p", "td", "th"],
        "tr" => &["p", "td", "th", "tr"],
        "tbody" | "thead" | "tfoot" => &["p", "td", "th", "tr", "tbody", "thead", "tfoot"],
        _ => &[],
    }
}

fn close(open: &mut Vec<String>, name: &str, formatting: &mut usize) {
    if FORMATTING.contains(&name) {
        // Only the innermost element is surely closed: in between may be what hides it from the parser.
        if open.last().is_some_and(|last| last == name) {
            open.pop();
            *formatting = formatting.saturating_sub(1);
        }
        return;
    }
    let inner = open.iter().rposition(|o| !OPTIONAL.contains(&o.as_str()) || o == name);
    if let Some(found) = inner.filter(|found| open[*found] == name) {
        open.truncate(found);
    }
}

fn tag_name(bytes: &[u8]) -> String {
    if !bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return String::new();
    }
    bytes
        .iter()
        .take(20)
        .take_while(|b| !b.is_ascii_whitespace() && !matches!(b, b'>' | b'/' | b'<'))
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect()
}

/// Length up to and with `>`, number of attributes at most, and formatting elements that begin inside it if the parser saw it otherwise.
fn tag(rest: &[u8]) -> (usize, usize, usize) {
    let (mut at, mut attributes, mut inner) = (0, 0, 0);
    let mut after_equals = false;
    while at < rest.len() {
        match rest[at] {
            b'>' => return (at + 1, attributes, inner),
            quote @ (b'"' | b'\'') if after_equals => {
                let Some(end) = memchr::memchr(quote, &rest[at + 1..]) else { return (rest.len(), attributes, inner) };
                at += end + 1;
                after_equals = false;
            }
            b'=' => after_equals = true,
            b' ' | b'\t' | b'\n' | b'\r' | 0x0c => {
                attributes += usize::from(!rest.get(at + 1).is_some_and(u8::is_ascii_whitespace));
            }
            b'/' => {
                attributes += 1;
                after_equals = false;
            }
            b'<' => {
                inner += usize::from(FORMATTING.contains(&tag_name(&rest[at + 1..]).as_str()));
                after_equals = false;
            }
            _ => after_equals = false,
        }
        at += 1;
    }
    (at, attributes, inner)
}

#[cfg(test)]
#[expect(clippy::format_collect, reason = "bombs are written as they look")]
mod tests {
    use super::is_bearable;

    #[test]
    fn ordinary_mail_passes() {
        let row = "<tr><td style=\"a:b\"><table><tr><td><font color=red><b>x</b></font><p>a<p>b<br><img src=x></td></tr></table><a href=\"https://x.test/?a=1&b=2\">l</a></td>";
        assert!(is_bearable(&format!(
            "<!doctype html><html><head><style>b{{}}</style></head><body><!-- [if mso]><table><![endif]--><table>{}</table></body>",
            row.repeat(5_000)
        )));
        assert!(is_bearable("plain text < 5 and > 3"));
        assert!(is_bearable(&format!("<img src=\"data:image/png;base64,{}\">", "A/b=".repeat(200_000))));
        assert!(is_bearable(&"<blockquote>".repeat(200)));
    }

    #[test]
    fn bombs_do_not() {
        for (name, bomb) in [
            ("deep", "<div>".repeat(100_000)),
            ("deep tables", "<table><tr><td>".repeat(100_000)),
            ("formatting", (0..5_000).map(|n| format!("<b id={n}>")).collect::<String>() + &"<p>x".repeat(50_000)),
            ("hidden by table cells", (0..20_000).map(|n| format!("<b id={n}><table><td></b></table>x")).collect()),
            ("hidden by comments", (0..20_000).map(|n| format!("<b id={n}><!--</b>--><p>x")).collect()),
            ("hidden by attributes", (0..20_000).map(|n| format!("<b id={n}><i title=\"</b>\"></i><p>x")).collect()),
            ("hidden by style", (0..20_000).map(|n| format!("<b id={n}><style></b></style><p>x")).collect()),
            ("early end of comment", format!("<!-->{}", (0..20_000).map(|n| format!("<b id={n}><p>x")).collect::<String>())),
            ("attributes", format!("<p {}>", (0..100_000).map(|n| format!("a{n} ")).collect::<String>())),
            ("slashes", format!("<p {}>", (0..100_000).map(|n| format!("a{n}/")).collect::<String>())),
        ] {
            assert!(!is_bearable(&bomb), "{name}");
        }
    }
}
