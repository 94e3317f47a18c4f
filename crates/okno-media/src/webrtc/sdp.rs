//! The little that is read from and changed in SDP beside str0m.

/// Codec names in the order that we prefer: what the telephone network speaks first, so that nothing is decoded on the way.
const PREFERRED: [&str; 4] = ["PCMU/8000", "PCMA/8000", "G722/8000", "opus/48000"];

/// The DTLS fingerprint of a description. A new one is a new connection (the page was loaded again).
pub(crate) fn fingerprint(sdp: &str) -> Option<String> {
    sdp.lines().find_map(|line| line.trim_end().strip_prefix("a=fingerprint:")).map(str::to_ascii_lowercase)
}

/// The name of the first audio line that is not refused.
pub(crate) fn audio_mid(sdp: &str) -> Option<&str> {
    let mut audio = false;
    sdp.lines().map(str::trim_end).find_map(|line| {
        if line.starts_with("m=") {
            audio = line.starts_with("m=audio ") && !line.starts_with("m=audio 0 ");
        }
        line.strip_prefix("a=mid:").filter(|_| audio)
    })
}

/// Puts the payload types of each audio line into our order; the browser sends with the first one.
pub(crate) fn prefer(answer: &str) -> String {
    let mut out = String::with_capacity(answer.len() + 2);
    let lines: Vec<&str> = answer.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if line.starts_with("m=audio ") {
            let section = lines[at + 1..].iter().take_while(|line| !line.starts_with("m="));
            let maps: Vec<(&str, &str)> = section.filter_map(|line| line.trim_end().strip_prefix("a=rtpmap:")?.split_once(' ')).collect();
            out.push_str(&reordered(line.trim_end(), &maps));
        } else {
            out.push_str(line.trim_end());
        }
        out.push_str("\r\n");
    }
    out
}

fn reordered(line: &str, maps: &[(&str, &str)]) -> String {
    let mut words: Vec<&str> = line.split(' ').collect();
    if words.len() > 4 {
        let rank = |payload_type: &str| {
            let name = maps.iter().find(|(own, _)| *own == payload_type).map_or("", |(_, name)| name);
            let known = PREFERRED.iter().position(|own| name.len() >= own.len() && name[..own.len()].eq_ignore_ascii_case(own));
            known.unwrap_or(PREFERRED.len())
        };
        words[3..].sort_by_key(|payload_type| rank(payload_type));
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_codecs_stand_first() {
        let answer = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 9 0 8 110 126\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:9 G722/8000\r\n\
                      a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\n";
        let lines = prefer(answer);
        assert!(lines.contains("m=audio 9 UDP/TLS/RTP/SAVPF 0 8 9 111 110 126\r\n"), "{lines}");
        assert!(lines.ends_with("a=rtpmap:126 telephone-event/8000\r\n"));
    }

    #[test]
    fn the_audio_line_is_found() {
        let sdp = "v=0\r\nm=audio 0 X\r\na=mid:a\r\nm=video 9 X\r\na=mid:b\r\nm=audio 9 X\r\na=mid:c\r\n";
        assert_eq!(audio_mid(sdp), Some("c"));
        assert_eq!(audio_mid("v=0"), None);
    }

    #[test]
    fn the_fingerprint_is_found() {
        assert_eq!(fingerprint("v=0\r\na=fingerprint:sha-256 AB:CD\r\n").as_deref(), Some("sha-256 ab:cd"));
        assert_eq!(fingerprint("v=0"), None);
    }
}
