"""HTTP, links, challenges and data URIs of UCWA, by the standard library alone.

Written from the protocol reference (sections 2B, 3 and 4) and from nothing else, so that it does not share a
misunderstanding with the server it talks to.
"""

import base64
import html.parser
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

# A parked GET is held by the server for up to 180 s (section 3.2); everything else answers at once.
EVENTS_TIMEOUT_S = 200
REQUEST_TIMEOUT_S = 30
MAX_BODY_BYTES = 4 * 1024 * 1024


class TransportError(Exception):
    """No answer came: the host is away, or the connection broke."""


class ProtocolError(Exception):
    """An answer came, and it is not what the protocol reference promises."""


class Refused(Exception):
    """The server said no: status, `code` and `subcode` of section 4."""

    def __init__(self, reply):
        body = reply.json_or_empty()
        self.status = reply.status
        self.code = str(body.get("code", ""))
        self.subcode = str(body.get("subcode", ""))
        said = "/".join(word for word in (self.code, self.subcode) if word) or "no code"
        super().__init__(f"{reply.method} {urllib.parse.urlsplit(reply.url).path}: {reply.status} {said}")


@dataclass
class Reply:
    """One answer: the request's method and address, the status, the headers and the raw body."""

    method: str
    url: str
    status: int
    headers: object
    body: bytes = b""

    def json(self):
        """The body as a JSON object. A byte order mark at its start is let pass (section 3.9)."""
        try:
            value = json.loads(self.body.decode("utf-8-sig"))
        except ValueError as error:
            raise ProtocolError(f"{self.method} {self.url}: the body is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise ProtocolError(f"{self.method} {self.url}: the body is not a JSON object")
        return value

    def json_or_empty(self):
        """The body if it is a JSON object, otherwise nothing: for errors, whose body is optional."""
        try:
            return self.json()
        except ProtocolError:
            return {}

    def location(self):
        """Where a 201 says that the new resource is, absolute."""
        where = self.headers.get("Location")
        if not where:
            raise ProtocolError(f"{self.method} {self.url}: {self.status} without Location")
        return urllib.parse.urljoin(self.url, where)


class _KeepRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like others; nothing follows it with the token by itself."""

    def redirect_request(self, *_):
        return None


@dataclass
class Http:
    """Requests against one service, with the token once there is one."""

    token: str = ""
    opener: object = field(default_factory=lambda: urllib.request.build_opener(_KeepRedirects))

    def send(self, method, url, body=None, content_type=None, timeout=REQUEST_TIMEOUT_S, headers=None):
        """One request, its answer whatever the status."""
        head = {"Accept": "application/json", **(headers or {})}
        if self.token:
            head["Authorization"] = f"Bearer {self.token}"
        if content_type:
            head["Content-Type"] = content_type
        if body is None and method == "POST":
            body = b""
        request = urllib.request.Request(url, data=body, headers=head, method=method)
        try:
            with self.opener.open(request, timeout=timeout) as answer:
                return Reply(method, url, answer.status, answer.headers, answer.read(MAX_BODY_BYTES))
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Reply(method, url, refusal.code, refusal.headers, refusal.read(MAX_BODY_BYTES))
        except (OSError, ValueError) as error:
            raise TransportError(f"{method} {urllib.parse.urlsplit(url).path}: {error}") from error

    def get(self, url):
        """A resource, as JSON."""
        return _wanted(self.send("GET", url)).json()

    def post(self, url, fields=None, headers=None):
        """A POST of JSON fields, or of nothing."""
        if fields is None:
            return _wanted(self.send("POST", url, headers=headers))
        body = json.dumps(fields).encode("utf-8")
        return _wanted(self.send("POST", url, body, "application/json", headers=headers))

    def post_text(self, url, text):
        """A POST of a raw text (sendMessage, section 2B.3)."""
        return _wanted(self.send("POST", url, text.encode("utf-8"), "text/plain; charset=utf-8"))

    def delete(self, url):
        """A DELETE; what is gone already is as good as deleted."""
        reply = self.send("DELETE", url)
        if reply.status != 404:
            _wanted(reply)


def _wanted(reply):
    if 200 <= reply.status < 300:
        return reply
    raise Refused(reply)


def links(resource, rel):
    """All hrefs of one rel: a link is an object or an array of objects (A27, DTO-06)."""
    found = (resource.get("_links") or {}).get(rel)
    several = found if isinstance(found, list) else [found]
    return [link["href"] for link in several if isinstance(link, dict) and link.get("href")]


def link(resource, rel, base):
    """The first href of one rel, absolute; None when the action is not offered now (section 3.7).

    A literal `\\u0026` left after JSON decoding stands for `&` (A38).
    """
    for href in links(resource, rel):
        return urllib.parse.urljoin(base, href.replace("\\u0026", "&"))
    return None


def need(resource, rel, base):
    """A link that has to be there for this client to go on."""
    href = link(resource, rel, base)
    if href is None:
        raise ProtocolError(f"{resource.get('rel', 'resource')} at {base} has no link {rel}")
    return href


def embedded(resource, rel):
    """An embedded resource, the first one if it is an array; None if it is not embedded."""
    found = (resource.get("_embedded") or {}).get(rel)
    if isinstance(found, list):
        found = found[0] if found else None
    return found if isinstance(found, dict) else None


def with_query(url, **extra):
    """The address with more query parameters; what is there stays as it is (section 3.2)."""
    parts = urllib.parse.urlsplit(url)
    more = urllib.parse.urlencode({name: value for name, value in extra.items() if value is not None})
    query = "&".join(part for part in (parts.query, more) if part)
    return urllib.parse.urlunsplit(parts._replace(query=query))


_CHALLENGE = re.compile(r'MsRtcOAuth\s[^"]*?href="([^"]+)"', re.IGNORECASE)
_GRANTS = re.compile(r'grant_type="([^"]*)"', re.IGNORECASE)


def challenge(reply):
    """Where to get a token: the `MsRtcOAuth` challenge of a 401 (section 1.3), and its grant types."""
    for line in reply.headers.get_all("WWW-Authenticate") or []:
        found = _CHALLENGE.search(line)
        if found:
            grants = _GRANTS.search(line[found.end():])
            return urllib.parse.urljoin(reply.url, found[1]), (grants[1].split(",") if grants else [])
    raise ProtocolError(f"{reply.url}: {reply.status} without an MsRtcOAuth challenge")


def data_text(href):
    """The text in a `data:` URI (A39): percent-encoded with `+` for a space, or base64; HTML becomes plain."""
    head, comma, body = href.partition(",")
    if not head.lower().startswith("data:") or not comma:
        raise ProtocolError("a message's body is not a data URI")
    kind, *parameters = head[len("data:"):].split(";")
    names = [parameter.strip().lower() for parameter in parameters]
    charset = next((name.partition("=")[2] for name in names if name.startswith("charset=")), "utf-8")
    if "base64" in names:
        raw = base64.b64decode(urllib.parse.unquote_to_bytes(body), validate=False)
    else:
        raw = urllib.parse.unquote_to_bytes(body.replace("+", "%20"))
    try:
        text = raw.decode(charset.strip('"') or "utf-8", "replace")
    except LookupError as error:
        raise ProtocolError(f"a message's charset is unknown: {charset}") from error
    return _plain(text) if kind.strip().lower() == "text/html" else text


class _Words(html.parser.HTMLParser):
    """The words of an HTML message, with line ends where a reader sees them."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words = []

    def handle_data(self, data):
        self.words.append(data)

    def handle_starttag(self, tag, attrs):
        if tag in ("br", "p", "div", "li"):
            self.words.append("\n")


def _plain(markup):
    words = _Words()
    words.feed(markup)
    words.close()
    return "".join(words.words).strip()
