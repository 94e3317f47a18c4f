//! Which parts of a mail are its text, which its HTML, and which are files.

use super::{
    encoding, files, html,
    tree::{Content, Part},
};
use crate::mail::limits::{FILES, TEXT_BYTES};
use okno_model::wire::InboundFile;

/// The inside of a mail.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Whole text, quoted history included.
    pub text: String,
    /// Sanitized HTML.
    pub html: Option<String>,
    /// The HTML has remote pictures.
    pub has_remote: bool,
    /// Files.
    pub files: Vec<InboundFile>,
}

/// One piece of the mail's own words.
#[derive(Default)]
struct Piece {
    text: Option<String>,
    html: Option<String>,
}

/// Reads the parts.
pub(super) fn read(root: &Part<'_>) -> Body {
    let mut reader = Reader::default();
    reader.part(root, Place::Mixed);
    reader.finish()
}

/// Where a part stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// One after another.
    Mixed,
    /// A form of the same text.
    Alternative,
    /// Belongs to the HTML before it.
    Related,
}

#[derive(Default)]
struct Reader {
    pieces: Vec<Piece>,
    files: Vec<InboundFile>,
}

impl Reader {
    fn part(&mut self, part: &Part<'_>, place: Place) {
        let Content::Multipart(parts) = &part.content else { return self.leaf(part, place) };
        match part.mime.as_str() {
            "multipart/alternative" => {
                self.pieces.push(Piece::default());
                let mine = self.pieces.len() - 1;
                for part in parts {
                    self.part(part, Place::Alternative);
                }
                // Pieces that nested parts made are forms of this one.
                for piece in self.pieces.split_off(mine + 1) {
                    merge(&mut self.pieces[mine], piece);
                }
            }
            "multipart/related" => {
                for (n, part) in parts.iter().enumerate() {
                    self.part(part, if n == 0 { place } else { Place::Related });
                }
            }
            _ => {
                for part in parts {
                    self.part(part, if place == Place::Alternative { Place::Alternative } else { Place::Mixed });
                }
            }
        }
    }

    fn leaf(&mut self, part: &Part<'_>, place: Place) {
        let named = part.file_name().is_some() || part.fields.is_attachment();
        let is_text = matches!(part.mime.as_str(), "text/plain" | "text/html")
            && !named
            && place != Place::Related
            && matches!(part.content, Content::Leaf(_));
        if !is_text {
            return self.file(part, place);
        }
        let text = part.text();
        let piece = if part.mime == "text/html" { Piece { text: None, html: Some(text) } } else { Piece { text: Some(text), html: None } };
        match self.pieces.last_mut() {
            Some(last) if place == Place::Alternative => merge(last, piece),
            _ => self.pieces.push(piece),
        }
    }

    fn file(&mut self, part: &Part<'_>, place: Place) {
        let bytes = part.decoded();
        let given = part.file_name().unwrap_or_default();
        if bytes.is_empty() && given.is_empty() {
            return;
        }
        if self.files.len() >= FILES {
            // The last file takes the rest, so that nothing is lost and nothing grows.
            if let Some(rest) = self.files.last_mut() {
                rest.bytes.extend_from_slice(&bytes);
                "further-files.bin".clone_into(&mut rest.name);
                "application/octet-stream".clone_into(&mut rest.mime);
            }
            return;
        }
        let mail = part.mime.starts_with("message/") && part.mime != "message/delivery-status";
        let mime = if mail { "message/rfc822" } else { files::detect(&bytes, &given) };
        let content_id = part.fields.content_id();
        let inline = mime.starts_with("image/") && (place == Place::Related || !part.fields.is_attachment()) && content_id.is_some();
        self.files.push(InboundFile { name: files::safe_name(&given, mime), mime: mime.to_owned(), bytes, content_id, inline });
    }

    fn finish(mut self) -> Body {
        let mut text = String::new();
        let mut joined = String::new();
        let (mut any_html, mut has_remote) = (false, false);
        for piece in &self.pieces {
            let clean = piece.html.as_deref().and_then(html::sanitize);
            let words = match (&piece.text, &piece.html) {
                (Some(words), _) if !words.trim().is_empty() => words.clone(),
                (_, Some(raw)) => clean.as_ref().map_or_else(|| html::raw_to_text(raw), |clean| html::to_text(&clean.html)),
                (words, None) => words.clone().unwrap_or_default(),
            };
            if !words.trim().is_empty() {
                if !text.is_empty() {
                    text.push_str("\n\n");
                }
                text.push_str(words.trim_matches('\n'));
            }
            if let Some(clean) = clean {
                any_html = true;
                has_remote |= clean.has_remote;
                joined.push_str(&clean.html);
            } else {
                joined.push_str(&escaped(&words));
            }
        }
        if text.len() > TEXT_BYTES {
            self.files.push(InboundFile {
                name: "full-text.txt".to_owned(),
                mime: "text/plain".to_owned(),
                bytes: text.clone().into_bytes(),
                content_id: None,
                inline: false,
            });
            let mut end = TEXT_BYTES;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
            text.push_str("\n\n[...] full-text.txt");
        }
        // A picture that the HTML doesn't show is a file like any other.
        for file in self.files.iter_mut().filter(|file| file.inline) {
            let shown = file.content_id.as_ref().is_some_and(|id| any_html && joined.contains(&format!("data-cid=\"{}\"", attribute(id))));
            file.inline = shown;
        }
        Body { text: encoding::clean(&text), html: any_html.then_some(joined), has_remote, files: self.files }
    }
}

fn merge(into: &mut Piece, piece: Piece) {
    fn add(into: &mut Option<String>, more: Option<String>) {
        match (into.as_mut(), more) {
            (Some(have), Some(more)) => {
                have.push('\n');
                have.push_str(&more);
            }
            (None, more) => *into = more,
            (Some(_), None) => {}
        }
    }
    add(&mut into.text, piece.text);
    add(&mut into.html, piece.html);
}

fn escaped(text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    format!("<div style=\"white-space:pre-wrap\">{}</div>", text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

fn attribute(value: &str) -> String {
    value.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
