//! Messages that want to do harm: the torture tests of RFC 4475 and RFC 5118, and damaged copies of them.
//!
//! [`probe`] is the one way in for the mutation test here and for the fuzz targets in `fuzz/`. Every message is written for this repository
//! after what the RFC says about it: the same defect under the RFC's own name, not the same characters.

pub mod probe;

#[cfg(test)]
mod live;
#[cfg(test)]
mod mutate;
#[cfg(test)]
mod rfc4475;
#[cfg(test)]
mod rfc5118;

/// One torture message.
#[cfg(test)]
#[derive(Debug, Clone)]
struct Case {
    /// The RFC's name for it.
    name: &'static str,
    /// What a receiver does with it.
    expect: Expect,
    bytes: Vec<u8>,
}

/// What is to become of a message.
#[cfg(test)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A call begins.
    Call,
    /// One of these answers; 0 is none.
    Answer(&'static [u16]),
}

/// Writes a message: lines as given, `<<41>>` as that byte, without the line break at its end. The empty line before the body is part of it.
#[cfg(test)]
fn wire(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<<") {
        out.extend(before.replace('\n', "\r\n").bytes());
        let (byte, after) = after.split_once(">>").expect("the marks of this file are in pairs");
        out.push(u8::from_str_radix(byte, 16).expect("the marks of this file are hexadecimal"));
        rest = after;
    }
    out.extend(rest.replace('\n', "\r\n").bytes());
    out
}

/// A message with a body, whose length is counted.
#[cfg(test)]
fn with_body(head: &str, body: &str) -> Vec<u8> {
    let body = wire(body);
    let mut out = wire(head.trim_end_matches('\n'));
    out.extend(format!("\r\nContent-Length: {}\r\n\r\n", body.len()).bytes());
    out.extend(body);
    out
}
