//! HTML of a mail, made harmless by `ammonia`: a white list of tags and attributes, no remote loads, no layout tricks.

use super::cost;
use crate::mail::limits::HTML_BYTES;
use ammonia::{Builder, UrlRelative};
use std::{borrow::Cow, collections::HashSet, sync::LazyLock};

/// Sanitized HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanHtml {
    /// The HTML: remote pictures as `data-remote-src`, pictures of the mail itself as `data-cid`.
    pub html: String,
    /// There are remote pictures.
    pub has_remote: bool,
}

/// Marks of an attribute that gets another name after cleaning; `ammonia` can change values only.
const REMOTE: &str = "okno-remote:";
const CID: &str = "okno-cid:";

/// CSS properties that change how text looks, and nothing else: none loads, moves or hides.
const CSS: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-radius",
    "border-right",
    "border-spacing",
    "border-style",
    "border-top",
    "border-width",
    "color",
    "direction",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "text-indent",
    "vertical-align",
    "white-space",
    "width",
];

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Tags whose content is not text of the mail.
const DROPPED: &[&str] = &[
    "script",
    "style",
    "title",
    "noscript",
    "template",
    "iframe",
    "object",
    "embed",
    "applet",
    "svg",
    "math",
    "textarea",
    "select",
    "option",
    "xmp",
    "noembed",
    "noframes",
    "plaintext",
    "head",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let set = |words: &'static [&'static str]| words.iter().copied().collect::<HashSet<_>>();
    let mut cleaner = Builder::empty();
    cleaner
        .tags(set(TAGS))
        .clean_content_tags(set(DROPPED))
        .generic_attributes(set(&["style", "class", "dir", "lang", "title", "align", "valign", "bgcolor", "width", "height"]))
        .add_tag_attributes("a", ["href"])
        .add_tag_attributes("img", ["src", "alt"])
        .add_tag_attributes("font", ["color", "size"])
        .add_tag_attributes("table", ["border", "cellpadding", "cellspacing"])
        .add_tag_attributes("td", ["colspan", "rowspan"])
        .add_tag_attributes("th", ["colspan", "rowspan", "scope"])
        .add_tag_attributes("ol", ["start", "type"])
        .add_tag_attributes("blockquote", ["type"])
        .url_schemes(set(&["http", "https", "mailto", "tel", "cid", "data"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .strip_comments(true)
        .attribute_filter(attribute);
    cleaner
});

fn attribute<'v>(element: &str, name: &str, value: &'v str) -> Option<Cow<'v, str>> {
    match (element, name) {
        ("img", "src") => picture(value).map(Cow::Owned),
        ("a", "href") => {
            let scheme = value.trim_start().split(':').next().unwrap_or_default().to_ascii_lowercase();
            matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel").then_some(Cow::Borrowed(value))
        }
        (_, "class") => is_quote_class(value).then_some(Cow::Borrowed("quote")),
        (_, "style") => {
            let style = style(value);
            (!style.is_empty()).then_some(Cow::Owned(style))
        }
        (_, "dir") => matches!(value.to_ascii_lowercase().as_str(), "ltr" | "rtl" | "auto").then_some(Cow::Borrowed(value)),
        (_, "width" | "height" | "border" | "cellpadding" | "cellspacing" | "colspan" | "rowspan" | "start" | "size") => (value.len() <= 8
            && value.chars().all(|c| c.is_ascii_digit() || matches!(c, '%' | '.' | '+' | '-')))
        .then_some(Cow::Borrowed(value)),
        (_, "align" | "valign" | "bgcolor" | "color" | "lang" | "scope" | "type") => (value.len() <= 40
            && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '#' | '-')))
        .then_some(Cow::Borrowed(value)),
        _ => Some(Cow::Borrowed(value)),
    }
}

/// A picture: remote ones and those of the mail get a mark, small inline ones stay, everything else goes.
fn picture(value: &str) -> Option<String> {
    let value = value.trim();
    let lower: String = value.chars().take(40).collect::<String>().to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        let url = url::Url::parse(value).ok()?;
        return Some(format!("{REMOTE}{url}"));
    }
    if lower.starts_with("cid:") {
        let id: String = value[4..].chars().filter(|c| !c.is_control() && !c.is_whitespace()).take(250).collect();
        return Some(format!("{CID}{id}"));
    }
    let inline = ["png", "jpeg", "jpg", "gif", "webp"].iter().any(|kind| lower.starts_with(&format!("data:image/{kind};base64,")));
    inline.then(|| value.to_owned())
}

fn is_quote_class(value: &str) -> bool {
    value.split_ascii_whitespace().any(|class| {
        matches!(
            class,
            "gmail_quote"
                | "gmail_extra"
                | "yahoo_quoted"
                | "moz-cite-prefix"
                | "protonmail_quote"
                | "tutanota_quote"
                | "zmail_extra"
                | "quote"
        )
    })
}

/// Keeps harmless declarations; a value with any function but colors, any escape or any URL goes.
fn style(value: &str) -> String {
    let mut kept = Vec::new();
    for declaration in value.split(';').take(60) {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let property = property.trim().to_ascii_lowercase();
        let value = value.trim().to_ascii_lowercase();
        let value = value.strip_suffix("!important").unwrap_or(&value).trim();
        let plain = value.len() <= 120
            && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '#' | '.' | ',' | '%' | '-' | '(' | ')' | '\'' | '"'));
        let functions = value.match_indices('(').all(|(at, _)| ["rgb", "rgba", "hsl", "hsla"].iter().any(|f| value[..at].ends_with(f)));
        if CSS.contains(&property.as_str()) && plain && functions && !hides(&property, value) {
            kept.push(format!("{property}:{}", value.replace('"', "'")));
        }
    }
    kept.join(";")
}

/// Text that is there but not seen is a trick against filters and against the agent.
fn hides(property: &str, value: &str) -> bool {
    let number: String = value.trim_start_matches('-').chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    match property {
        "font-size" | "line-height" => number.parse::<f64>().is_ok_and(|n| n < 0.5),
        "text-indent" | "letter-spacing" | "margin" | "margin-left" | "margin-top" | "margin-right" | "margin-bottom" => {
            value.contains('-') && !value.contains("--") && value.split(' ').any(|v| v.starts_with('-'))
        }
        "color" | "background-color" => value == "transparent" || value.replace(' ', "").ends_with(",0)"),
        _ => false,
    }
}

/// Sanitizes the HTML of a mail. `None` if it is larger or more tangled than a browser's parser could take in bounded time;
/// then the mail is shown as text.
pub fn sanitize(html: &str) -> Option<CleanHtml> {
    if html.len() > HTML_BYTES || !cost::is_bearable(html) {
        return None;
    }
    let cleaned = CLEANER.clean(html).to_string();
    let has_remote = cleaned.contains(" src=\"okno-remote:");
    let cleaned = cleaned.replace(" src=\"okno-remote:", " data-remote-src=\"").replace(" src=\"okno-cid:", " data-cid=\"");
    Some(CleanHtml { html: cleaned, has_remote })
}

/// Readable text of sanitized HTML; quoted parts get `> `.
pub fn to_text(html: &str) -> String {
    // html2text 0.17 panics on tables whose rows span columns that no other row has. Nothing of it outlives the call.
    let text = std::panic::catch_unwind(|| {
        html2text::config::with_decorator(Plain)
            .raw_mode(true)
            .no_table_borders()
            .allow_width_overflow()
            .string_from_read(html.as_bytes(), 10_000)
    });
    let text = text.ok().and_then(Result::ok).unwrap_or_else(|| raw_to_text(html));
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        let line = line.replace('\u{a0}', " ");
        let line = line.trim_end();
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty <= 1 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.trim_matches('\n').to_owned()
}

/// Text of HTML that is too tangled to be parsed: tags are cut out in one pass.
pub fn raw_to_text(html: &str) -> String {
    super::encoding::clean(&mail_parser::decoders::html::html_to_text(html))
}

/// Text without footnotes and ornaments; only quotes and list marks stay.
#[derive(Debug, Clone, Copy)]
struct Plain;

impl html2text::render::TextDecorator for Plain {
    type Annotation = ();
    fn decorate_link_start(&mut self, _: &str) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_link_end(&mut self) -> String {
        String::new()
    }
    fn decorate_em_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_em_end(&self) -> String {
        String::new()
    }
    fn decorate_strong_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_strong_end(&self) -> String {
        String::new()
    }
    fn decorate_strikeout_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }
    fn decorate_code_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_code_end(&self) -> String {
        String::new()
    }
    fn decorate_preformat_first(&self) {}
    fn decorate_preformat_cont(&self) {}
    fn decorate_image(&mut self, _: &str, title: &str) -> (String, ()) {
        (if title.is_empty() { String::new() } else { format!("[{title}]") }, ())
    }
    fn header_prefix(&self, _: usize) -> String {
        String::new()
    }
    fn quote_prefix(&self) -> String {
        "> ".to_owned()
    }
    fn unordered_item_prefix(&self) -> String {
        "- ".to_owned()
    }
    fn ordered_item_prefix(&self, i: i64) -> String {
        format!("{i}. ")
    }
    fn make_subblock_decorator(&self) -> Self {
        Self
    }
}
