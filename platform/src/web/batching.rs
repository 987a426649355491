//! `multipart/batching`: several requests in one body, several answers in another
//! (`protocol.md` §3.9, row A47). Pure text in and out; nothing is executed here.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use crate::limits::BATCH_PART_HEADERS_MAX;

/// The media type of bodies of batches.
pub(crate) const BATCHING: &str = "multipart/batching";

/// One request of a batch.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) method: Method,
    /// As it stood in the request line: a path, or an absolute address.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// The boundary of a content type, if it is one of a batch.
pub(crate) fn boundary(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (media_type, parameters) = value.split_once(';')?;
    if !media_type.trim().eq_ignore_ascii_case(BATCHING) {
        return None;
    }
    let named = parameters.split(';').filter_map(|it| it.trim().split_once('='));
    let found = named.filter(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"));
    let boundary = found.map(|(_, it)| it.trim().trim_matches('"').to_owned()).next_back()?;
    // RFC 2046 allows 70 characters.
    (!boundary.is_empty() && boundary.len() <= 70).then_some(boundary)
}

/// The parts between the delimiters, in order; what stands before the first and after the last
/// does not count.
pub(crate) fn split<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let delimiter = format!("--{boundary}").into_bytes();
    let mut parts = Vec::new();
    let mut begin = None;
    let mut at = 0;
    while at < body.len() {
        let line_end = body[at..].iter().position(|it| *it == b'\n').map(|it| at + it + 1);
        let next = line_end.unwrap_or(body.len());
        if let Some(rest) = body[at..next].strip_prefix(delimiter.as_slice()) {
            let rest = rest.trim_ascii();
            if rest.is_empty() || rest == b"--" {
                if let Some(begin) = begin.replace(next) {
                    parts.push(without_line_end(&body[begin..at]));
                }
                if !rest.is_empty() {
                    break;
                }
            }
        }
        at = next;
    }
    parts
}

/// The line end before a delimiter belongs to the delimiter.
fn without_line_end(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

/// After the empty line that ends a head; with the head, its line ends included.
fn after_head(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    while let Some(line) = text[at..].iter().position(|it| *it == b'\n') {
        let next = at + line + 1;
        if text[at..next].trim_ascii().is_empty() {
            return Some(text.split_at(next));
        }
        at = next;
    }
    None
}

/// Reads one part: its own head, of which nothing counts (row A47), and the request in it.
pub(crate) fn read(part: &[u8]) -> Result<Part, String> {
    let (_, request) = after_head(part).ok_or("the part has no empty line after its head")?;
    let (head, body) = match after_head(request) {
        Some((head, body)) => (head.to_vec(), body),
        // The empty line may have been taken for the delimiter's.
        None => ([request, b"\r\n\r\n"].concat(), &[][..]),
    };
    let mut slots = [httparse::EMPTY_HEADER; BATCH_PART_HEADERS_MAX];
    let mut parsed = httparse::Request::new(&mut slots);
    let status =
        parsed.parse(&head).map_err(|error| format!("the request in the part: {error}"))?;
    if status.is_partial() {
        return Err("the request in the part is cut off".to_owned());
    }
    let method = parsed.method.and_then(|it| Method::from_bytes(it.as_bytes()).ok());
    let mut headers = HeaderMap::new();
    for field in parsed.headers.iter() {
        let name = HeaderName::from_bytes(field.name.as_bytes());
        let value = HeaderValue::from_bytes(field.value);
        let (Ok(name), Ok(value)) = (name, value) else {
            return Err(format!("the header {} cannot be read", field.name));
        };
        headers.insert(name, value);
    }
    Ok(Part {
        method: method.ok_or("the request in the part has no verb")?,
        target: parsed.path.ok_or("the request in the part has no address")?.to_owned(),
        headers,
        body: Bytes::copy_from_slice(body),
    })
}

/// Appends an answer as a part.
pub(crate) fn write(
    out: &mut Vec<u8>,
    boundary: &str,
    (status, headers, body): (StatusCode, &HeaderMap, &[u8]),
) {
    let reason = status.canonical_reason().unwrap_or_default();
    let line = |text: String, out: &mut Vec<u8>| {
        out.extend_from_slice(text.as_bytes());
        out.extend_from_slice(b"\r\n");
    };
    line(format!("--{boundary}"), out);
    line("Content-Type: application/http; msgtype=response".to_owned(), out);
    line(String::new(), out);
    line(format!("HTTP/1.1 {} {reason}", status.as_u16()), out);
    for (name, value) in headers {
        let is_own = *name == header::CONTENT_LENGTH
            || *name == header::VARY
            || name.as_str().starts_with("access-control-");
        if !is_own && let Ok(value) = value.to_str() {
            line(format!("{name}: {value}"), out);
        }
    }
    line(format!("Content-Length: {}", body.len()), out);
    line(String::new(), out);
    out.extend_from_slice(body);
    out.extend_from_slice(b"\r\n");
}

/// Ends what [`write`] began.
pub(crate) fn close(out: &mut Vec<u8>, boundary: &str) {
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_boundary_is_read_however_it_is_written() {
        for value in
            ["multipart/batching;boundary=b1", "Multipart/Batching; charset=utf-8; Boundary=\"b1\""]
        {
            assert_eq!(boundary(&typed(value)).as_deref(), Some("b1"), "{value}");
        }
        for value in ["multipart/mixed; boundary=b1", "multipart/batching", "application/json"] {
            assert_eq!(boundary(&typed(value)), None, "{value}");
        }
    }

    #[test]
    fn a_body_falls_into_its_parts() {
        let body =
            b"preamble\r\n--b\r\nA: 1\r\n\r\none\r\n--bold\r\n--b  \r\n\r\ntwo\n--b--\r\n--b\r\nx";
        let parts = split(body, "b");
        assert_eq!(parts, [b"A: 1\r\n\r\none\r\n--bold".as_slice(), b"\r\ntwo"]);
        assert!(split(b"no delimiter", "b").is_empty());
        assert!(split(b"--b\r\nnever closed", "b").is_empty());
    }

    #[test]
    fn a_request_is_read_with_and_without_its_last_empty_line() {
        for text in [
            "Content-Type: application/http; msgtype=request\r\n\r\nGET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n",
            "Content-Type: application/http\r\n\r\nGET /a?b=c HTTP/1.1\r\nHost: h",
            "\nGET /a?b=c HTTP/1.1\nHost: h\n\n",
        ] {
            let part = read(text.as_bytes()).unwrap();
            assert_eq!((part.method, part.target.as_str()), (Method::GET, "/a?b=c"), "{text:?}");
            assert_eq!((part.headers["host"].as_bytes(), part.body.len()), (b"h".as_slice(), 0));
        }
        let text = "\r\nPOST /a HTTP/1.1\r\nContent-Type: text/plain\r\n\r\nHi\r\n\r\nyou";
        assert_eq!(read(text.as_bytes()).unwrap().body, "Hi\r\n\r\nyou");
        for text in
            ["", "no head", "\r\nGET\r\n\r\n", "\r\n\r\n\r\n", "\r\nGET /\u{1} HTTP/1.1\r\n\r\n"]
        {
            assert!(read(text.as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_answer_is_written_with_its_length_and_without_what_is_the_batchs() {
        let mut headers = typed("text/plain");
        headers.insert(header::VARY, HeaderValue::from_static("Origin"));
        let mut out = Vec::new();
        write(&mut out, "b", (StatusCode::OK, &headers, b"Hi"));
        close(&mut out, "b");
        let text = "--b\r\nContent-Type: application/http; msgtype=response\r\n\r\nHTTP/1.1 200 OK\r\n\
            content-type: text/plain\r\nContent-Length: 2\r\n\r\nHi\r\n--b--\r\n";
        assert_eq!(String::from_utf8(out).unwrap(), text);
    }
}
