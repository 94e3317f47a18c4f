//! From text to terms.

use super::{Fault, Node, Op, QUERY_CHARS, QUERY_DEPTH, QUERY_TERMS, Query, QueryError, Schema, Span, read};

/// Reads a query. An empty text finds everything.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn parse(text: &str, schema: &Schema) -> Result<Query, QueryError> {
    let mut parser = Parser { rest: text, at: 0, schema, terms: 0, depth: 0 };
    if text.chars().count() > QUERY_CHARS {
        return Err(QueryError { at: 0..text.encode_utf16().count(), fault: Fault::Long });
    }
    let root = parser.any()?;
    match parser.peek() {
        None => Ok(Query { root }),
        // Only a parenthesis that nobody opened ends `any` before the text ends.
        Some(_) => Err(parser.here(1, Fault::Close)),
    }
}

/// A word between terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keyword {
    Or,
    And,
    Not,
}

/// In capitals only, so that the words themselves can be looked for.
fn keyword(word: &str) -> Option<Keyword> {
    match word {
        "OR" | "ИЛИ" | "LUB" => Some(Keyword::Or),
        "AND" => Some(Keyword::And),
        "NOT" | "НЕ" | "NIE" => Some(Keyword::Not),
        _ => None,
    }
}

/// Whether `text` must be quoted to be taken as text.
pub(super) fn needs_quotes(text: &str) -> bool {
    text.is_empty()
        || keyword(text).is_some()
        || text.starts_with('-')
        || text.chars().any(|c| c.is_whitespace() || matches!(c, '(' | ')' | '"' | ',' | ':' | '=' | '<' | '>' | '!'))
}

struct Parser<'a> {
    rest: &'a str,
    /// UTF-16 units before `rest`.
    at: usize,
    schema: &'a Schema,
    terms: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn any(&mut self) -> Result<Node, QueryError> {
        let mut parts = vec![self.all()?];
        while self.take_keyword(Keyword::Or) {
            self.must_follow(&parts[parts.len() - 1])?;
            let next = self.all()?;
            self.must_follow(&next)?;
            parts.push(next);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Node::Any(parts) })
    }

    /// `OR` stands between two things.
    fn must_follow(&self, node: &Node) -> Result<(), QueryError> {
        match node {
            Node::All(parts) if parts.is_empty() => Err(self.here(0, Fault::Missing)),
            Node::All(_) | Node::Any(_) | Node::Not(_) | Node::Term { .. } | Node::Text(_) => Ok(()),
        }
    }

    fn all(&mut self) -> Result<Node, QueryError> {
        let mut parts = Vec::new();
        loop {
            self.skip();
            match self.peek() {
                None | Some(')') => break,
                Some(_) if self.sees(Keyword::Or) => break,
                Some(_) if self.take_keyword(Keyword::And) => {
                    self.skip();
                    if parts.is_empty() || matches!(self.peek(), None | Some(')')) || self.sees(Keyword::Or) {
                        return Err(self.here(0, Fault::Missing));
                    }
                }
                Some(_) => parts.push(self.one()?),
            }
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Node::All(parts) })
    }

    fn one(&mut self) -> Result<Node, QueryError> {
        let begin = self.at;
        if self.take_keyword(Keyword::Not) || self.take_minus() {
            self.skip();
            if matches!(self.peek(), None | Some(')')) || self.sees(Keyword::Or) || self.sees(Keyword::And) {
                return Err(self.here(0, Fault::Missing));
            }
            self.deeper(begin)?;
            let inner = self.one()?;
            self.depth -= 1;
            return Ok(Node::Not(Box::new(inner)));
        }
        if self.peek() == Some('(') {
            self.deeper(begin)?;
            self.step();
            let inner = self.any()?;
            self.must_follow(&inner)?;
            if self.peek() != Some(')') {
                return Err(QueryError { at: begin..begin + 1, fault: Fault::Open });
            }
            self.step();
            self.depth -= 1;
            return Ok(inner);
        }
        self.terms += 1;
        if self.terms > QUERY_TERMS {
            return Err(self.here(0, Fault::Terms));
        }
        if self.peek() == Some('"') {
            return Ok(Node::Text(self.quoted()?));
        }
        if let Some((name, op, not)) = self.head() {
            return self.term(begin, name, op, not);
        }
        Ok(Node::Text(self.bare(|_| false).to_owned()))
    }

    fn deeper(&mut self, begin: usize) -> Result<(), QueryError> {
        self.depth += 1;
        if self.depth > QUERY_DEPTH {
            return Err(QueryError { at: begin..begin + 1, fault: Fault::Deep });
        }
        Ok(())
    }

    /// Takes `name:` or `name>=` and the like, if that is what comes; the last says that the comparison is to be turned round.
    fn head(&mut self) -> Option<(&'a str, Op, bool)> {
        let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')))?;
        let name = &self.rest[..end];
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let signs = [
            (":", Op::Is, false),
            ("!=", Op::Exactly, true),
            ("<=", Op::LessOrEqual, false),
            (">=", Op::GreaterOrEqual, false),
            ("<", Op::Less, false),
            (">", Op::Greater, false),
            ("=", Op::Exactly, false),
        ];
        let (sign, op, not) = signs.into_iter().find(|(sign, ..)| self.rest[end..].starts_with(sign))?;
        self.skip_bytes(end + sign.len());
        Some((name, op, not))
    }

    fn term(&mut self, begin: usize, name: &str, op: Op, not: bool) -> Result<Node, QueryError> {
        let named = begin..begin + name.len();
        let field = self.schema.field(&name.to_ascii_lowercase()).ok_or_else(|| QueryError {
            at: named.clone(),
            fault: Fault::Field { name: name.to_owned(), nearest: self.schema.nearest(&name.to_ascii_lowercase()).map(str::to_owned) },
        })?;
        let mut values = Vec::new();
        let listed = self.peek() == Some('(');
        if listed {
            self.step();
        }
        loop {
            if listed {
                self.skip();
            }
            let from = self.at;
            let quoted = self.peek() == Some('"');
            let text = if quoted { self.quoted()? } else { self.bare(|c| c == ',').to_owned() };
            if text.is_empty() && !quoted {
                return Err(QueryError { at: named, fault: Fault::Value { field: field.name.clone() } });
            }
            self.terms += 1;
            if self.terms > QUERY_TERMS {
                return Err(self.here(0, Fault::Terms));
            }
            values.push(read::value(field, op, &text, quoted, from..self.at)?);
            if listed {
                self.skip();
            }
            if self.peek() != Some(',') {
                break;
            }
            self.step();
        }
        if listed {
            if self.peek() != Some(')') {
                return Err(QueryError { at: begin..begin + name.len(), fault: Fault::Open });
            }
            self.step();
        }
        let term = Node::Term { field: field.name.clone(), op, values };
        Ok(if not { Node::Not(Box::new(term)) } else { term })
    }

    /// Text in quotes; `\"` is a quote in it, `\\` a backslash.
    fn quoted(&mut self) -> Result<String, QueryError> {
        let begin = self.at;
        self.step();
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.step();
            match c {
                '"' => return Ok(text),
                '\\' if matches!(self.peek(), Some('"' | '\\')) => {
                    text.extend(self.peek());
                    self.step();
                }
                _ => text.push(c),
            }
        }
        Err(QueryError { at: begin..self.at, fault: Fault::Quote })
    }

    /// Everything up to a space, a quote, a parenthesis, or what `ends` says.
    fn bare(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '(' | ')') || ends(c)).unwrap_or(self.rest.len());
        let text = &self.rest[..end];
        self.skip_bytes(end);
        text
    }

    /// A minus is a negation if something stands right after it.
    fn take_minus(&mut self) -> bool {
        let negates = self.rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| !c.is_whitespace()));
        if negates {
            self.step();
        }
        negates
    }

    fn sees(&self, wanted: Keyword) -> bool {
        let end = self.rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '(' | ')')).unwrap_or(self.rest.len());
        keyword(&self.rest[..end]) == Some(wanted)
    }

    fn take_keyword(&mut self, wanted: Keyword) -> bool {
        self.skip();
        let sees = self.sees(wanted);
        if sees {
            self.bare(|_| false);
        }
        sees
    }

    fn skip(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.step();
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn step(&mut self) {
        if let Some(c) = self.peek() {
            self.skip_bytes(c.len_utf8());
        }
    }

    fn skip_bytes(&mut self, bytes: usize) {
        self.at += self.rest[..bytes].encode_utf16().count();
        self.rest = &self.rest[bytes..];
    }

    fn here(&self, length: usize, fault: Fault) -> QueryError {
        let at: Span = self.at..self.at + length;
        QueryError { at, fault }
    }
}
