//! Why a call ended, in one list: from SIP codes and from Q.850 numbers in `Reason`.

/// Why a leg failed or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Somebody hung up.
    Normal,
    Busy,
    /// It rang, and nobody took it.
    NoAnswer,
    /// Somebody said no.
    Rejected,
    /// The caller gave up before an answer.
    Canceled,
    /// The other side is not reachable now.
    Unavailable,
    /// The number or address does not exist.
    NotFound,
    /// Not allowed, or not authenticated.
    Forbidden,
    /// Too much traffic, ours or theirs.
    Congestion,
    /// No answer from the network, or a broken connection.
    NetworkFailure,
    /// No common codec or no acceptable media.
    NoCommonMedia,
    /// The voice stopped.
    MediaTimeout,
    /// A session timer ran out.
    Expired,
    /// Another phone or person took the call.
    ElsewhereAnswered,
    /// The call went on elsewhere by a transfer.
    Transferred,
    /// The other side speaks SIP wrongly, or we do.
    ProtocolError,
    /// The process died.
    Crash,
    /// Anything else.
    Other,
}

impl Cause {
    /// All of them, for tables.
    pub const ALL: [Self; 18] = [
        Self::Normal,
        Self::Busy,
        Self::NoAnswer,
        Self::Rejected,
        Self::Canceled,
        Self::Unavailable,
        Self::NotFound,
        Self::Forbidden,
        Self::Congestion,
        Self::NetworkFailure,
        Self::NoCommonMedia,
        Self::MediaTimeout,
        Self::Expired,
        Self::ElsewhereAnswered,
        Self::Transferred,
        Self::ProtocolError,
        Self::Crash,
        Self::Other,
    ];

    /// A stable word for storage and interfaces.
    pub fn key(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Busy => "busy",
            Self::NoAnswer => "no_answer",
            Self::Rejected => "rejected",
            Self::Canceled => "canceled",
            Self::Unavailable => "unavailable",
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::Congestion => "congestion",
            Self::NetworkFailure => "network_failure",
            Self::NoCommonMedia => "no_common_media",
            Self::MediaTimeout => "media_timeout",
            Self::Expired => "expired",
            Self::ElsewhereAnswered => "answered_elsewhere",
            Self::Transferred => "transferred",
            Self::ProtocolError => "protocol_error",
            Self::Crash => "crash",
            Self::Other => "other",
        }
    }

    /// The cause with this key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.key() == key)
    }

    /// English words for logs and call records.
    pub fn words(self) -> &'static str {
        match self {
            Self::Normal => "ended normally",
            Self::Busy => "busy",
            Self::NoAnswer => "no answer",
            Self::Rejected => "declined",
            Self::Canceled => "the caller hung up before an answer",
            Self::Unavailable => "not reachable now",
            Self::NotFound => "number not in use",
            Self::Forbidden => "not allowed",
            Self::Congestion => "network congested",
            Self::NetworkFailure => "network failure",
            Self::NoCommonMedia => "no common codec",
            Self::MediaTimeout => "no voice was received",
            Self::Expired => "the other side stopped refreshing the call",
            Self::ElsewhereAnswered => "answered elsewhere",
            Self::Transferred => "transferred",
            Self::ProtocolError => "protocol error",
            Self::Crash => "the call server stopped",
            Self::Other => "ended for another reason",
        }
    }

    /// From the final answer to an INVITE.
    pub fn from_code(code: u16) -> Self {
        match code {
            200..=299 => Self::Normal,
            401 | 403 | 407 | 433 => Self::Forbidden,
            603 | 607 | 608 => Self::Rejected,
            404 | 410 | 484 | 485 | 604 => Self::NotFound,
            408 | 504 => Self::NetworkFailure,
            300..=399 | 430 | 480 => Self::Unavailable,
            486 | 600 => Self::Busy,
            487 => Self::Canceled,
            415 | 488 | 606 => Self::NoCommonMedia,
            422 => Self::Expired,
            500 | 502 | 503 | 513 => Self::Congestion,
            400 | 402 | 405 | 406 | 413 | 414 | 416 | 420 | 421 | 423 | 481 | 482 | 483 | 489 | 491 | 493 | 501 | 505 | 580 => {
                Self::ProtocolError
            }
            _ => Self::Other,
        }
    }

    /// From a Q.850 cause number.
    pub fn from_q850(number: u16) -> Self {
        match number {
            1 | 22 | 28 => Self::NotFound,
            2 | 3 | 20 | 27 => Self::Unavailable,
            16 | 31 => Self::Normal,
            17 => Self::Busy,
            18 | 19 => Self::NoAnswer,
            21 => Self::Rejected,
            26 => Self::ElsewhereAnswered,
            34 | 42 | 44 | 47 => Self::Congestion,
            38 | 41 => Self::NetworkFailure,
            50 | 52 | 54 | 55 | 57 | 63 => Self::Forbidden,
            58 | 65 | 70 | 79 | 88 => Self::NoCommonMedia,
            95..=101 | 111 => Self::ProtocolError,
            102 => Self::Expired,
            _ => Self::Other,
        }
    }

    /// From the values of a `Reason` header (RFC 3326), if one of them says something that the code does not.
    pub fn from_reason(header: &str) -> Option<Self> {
        let mut found = None;
        for value in header.split(',') {
            let mut parts = value.split(';').map(str::trim);
            let protocol = parts.next().unwrap_or_default();
            let cause = parts.find_map(|part| {
                let (name, number) = part.split_once('=')?;
                if name.trim().eq_ignore_ascii_case("cause") { number.trim().parse::<u16>().ok() } else { None }
            });
            let Some(cause) = cause else { continue };
            if protocol.eq_ignore_ascii_case("Q.850") {
                return Some(Self::from_q850(cause));
            }
            if protocol.eq_ignore_ascii_case("SIP") && found.is_none() {
                found = Some(if cause == 200 { Self::ElsewhereAnswered } else { Self::from_code(cause) });
            }
        }
        found
    }

    /// The Q.850 number that tells another switch the same.
    pub fn q850(self) -> u16 {
        match self {
            Self::Normal | Self::Transferred => 16,
            Self::Busy => 17,
            Self::NoAnswer => 19,
            Self::Rejected => 21,
            Self::Canceled => 31,
            Self::Unavailable => 20,
            Self::NotFound => 1,
            Self::Forbidden => 57,
            Self::Congestion => 42,
            Self::NetworkFailure => 38,
            Self::NoCommonMedia => 88,
            Self::MediaTimeout | Self::Crash => 41,
            Self::Expired => 102,
            Self::ElsewhereAnswered => 26,
            Self::ProtocolError => 111,
            Self::Other => 127,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_its_own_key_and_comes_back_by_it() {
        for cause in Cause::ALL {
            assert_eq!(Cause::parse(cause.key()), Some(cause));
            assert!(!cause.words().is_empty());
        }
        let keys: std::collections::BTreeSet<_> = Cause::ALL.iter().map(|cause| cause.key()).collect();
        assert_eq!(keys.len(), Cause::ALL.len());
    }

    #[test]
    fn codes_and_numbers_say_the_same() {
        let table = [
            (486, 17, Cause::Busy),
            (404, 1, Cause::NotFound),
            (480, 20, Cause::Unavailable),
            (603, 21, Cause::Rejected),
            (503, 42, Cause::Congestion),
            (408, 38, Cause::NetworkFailure),
            (403, 57, Cause::Forbidden),
            (488, 88, Cause::NoCommonMedia),
        ];
        for (code, number, cause) in table {
            assert_eq!(Cause::from_code(code), cause, "{code}");
            assert_eq!(Cause::from_q850(number), cause, "{number}");
            assert_eq!(cause.q850(), number);
        }
        assert_eq!(Cause::from_code(699), Cause::Other);
        assert_eq!(Cause::from_q850(19), Cause::NoAnswer);
    }

    #[test]
    fn a_reason_header_says_more_than_the_code() {
        assert_eq!(Cause::from_reason("SIP;cause=200;text=\"Call completed elsewhere\""), Some(Cause::ElsewhereAnswered));
        assert_eq!(Cause::from_reason("SIP ;cause=480, Q.850 ; cause=17 ;text=\"busy\""), Some(Cause::Busy));
        assert_eq!(Cause::from_reason("Q.850;cause=x"), None);
        assert_eq!(Cause::from_reason(""), None);
    }
}
