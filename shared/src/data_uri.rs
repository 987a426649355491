//! Texts as data URIs (`protocol.md` §2A.4, row A39): percent-encoded; in a text, `+` for a space.

use std::fmt::Write as _;

/// A decoded data URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataUri {
    /// The media type without parameters, lower-case; `text/plain` where none is given.
    pub media_type: String,
    /// The content as text; bytes that are not UTF-8 are replaced.
    pub text: String,
}

/// Encodes a text as the vectors do: `data:text/plain;charset=utf-8,Message+1%2b`. In what is no text but,
/// say, JSON, a `+` stands for itself.
pub fn encode(media_type: &str, text: &str) -> String {
    let is_text = media_type.starts_with("text/");
    let mut out = format!("data:{media_type};charset=utf-8,");
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' if is_text => out.push('+'),
            other => {
                // Writing to a String does not fail.
                let _ = write!(out, "%{other:02x}");
            }
        }
    }
    out
}

/// Decodes a data URI; `None` when it is not one, or when its base64 is broken.
pub fn decode(uri: &str) -> Option<DataUri> {
    let rest =
        uri.get(..5).filter(|it| it.eq_ignore_ascii_case("data:")).and_then(|_| uri.get(5..))?;
    let (head, body) = rest.split_once(',')?;
    let mut parts = head.split(';');
    let media_type = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let media_type = if media_type.is_empty() { "text/plain".to_owned() } else { media_type };
    let is_base64 = parts.any(|it| it.trim().eq_ignore_ascii_case("base64"));
    let bytes = if is_base64 {
        base64(&percent_decode(body, false))?
    } else {
        percent_decode(body, media_type.starts_with("text/"))
    };
    Some(DataUri { media_type, text: String::from_utf8_lossy(&bytes).into_owned() })
}

/// Percent-encodes all but what RFC 3986 calls unreserved: good for a segment of a path, and for a
/// header's extended value (RFC 8187).
pub fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            other => {
                // Writing to a String does not fail.
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

/// Undoes percent-encoding; a `%` that begins no code stands for itself.
pub fn percent_decode(text: &str, plus_is_space: bool) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = || Some((hex(*bytes.get(at + 1)?)? << 4) | hex(*bytes.get(at + 2)?)?);
        match (byte, code()) {
            (b'%', Some(value)) => {
                out.push(value);
                at += 3;
                continue;
            }
            (b'+', _) if plus_is_space => out.push(b' '),
            (other, _) => out.push(other),
        }
        at += 1;
    }
    out
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|it| u8::try_from(it).ok())
}

/// Decodes base64 of either alphabet, with or without padding.
pub(crate) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for &byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' | b'\r' | b'\n' | b' ' => continue,
            _ => return None,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
    }
    Some(out)
}
