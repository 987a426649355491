"""The event channel (section 3 of the protocol reference): one parked GET after the other, packages in order."""

import logging
import queue
import random
import threading

from wire import EVENTS_TIMEOUT_S, ProtocolError, Refused, TransportError, link, with_query

log = logging.getLogger("echo-agent")

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
# Packages that are read and not worked through yet. The reader waits when there are more.
MAX_WAITING_PACKAGES = 64


class Channel(threading.Thread):
    """Reads packages and hands them on: `("package", json)`, or `("over", exception)` as its last word.

    The GET of the next package is on its way before this one is worked through (section 3.2, "Pipelining"): that is
    why it is a thread. The address of a package is used as it was given, and used again after an error (A14).
    """

    def __init__(self, http, base, href, renew, timeout_s=None):
        super().__init__(name="events", daemon=True)
        self.http = http
        self.base = base
        self.href = href
        self.renew = renew
        self.timeout_s = timeout_s
        self.out = queue.Queue(MAX_WAITING_PACKAGES)
        self.stopped = threading.Event()
        self.pause = pauses()

    def run(self):
        """Reads until it is stopped or until the server says that the application is over."""
        url = with_query(self.href, timeout=self.timeout_s)
        while not self.stopped.is_set():
            try:
                package = self.read(url)
                if package is None:
                    continue
                url = self.onward(package)
            except (Refused, ProtocolError) as error:
                self.out.put(("over", error))
                return
            self.out.put(("package", package))

    def read(self, url):
        """One package, or None if the same address has to be asked again."""
        try:
            reply = self.http.send("GET", url, timeout=EVENTS_TIMEOUT_S)
        except TransportError as error:
            self.wait_a_little(f"no answer ({error})")
            return None
        if reply.status == 200:
            self.pause = pauses()
            return reply.json()
        if reply.status == 401:
            self.renew()
            return None
        if reply.status in (408, 429) or reply.status >= 500:
            self.wait_a_little(f"status {reply.status}", reply.headers.get("Retry-After"))
            return None
        raise Refused(reply)

    def onward(self, package):
        """The one continuation of a package: resync before resume before next (section 3.3)."""
        for rel in ("resync", "resume", "next"):
            href = link(package, rel, self.base)
            if href is None:
                continue
            if rel == "next":
                return href
            log.info("the event channel says %s", rel)
            return with_query(href, timeout=self.timeout_s)
        raise ProtocolError("a package has neither next nor resume nor resync")

    def wait_a_little(self, why, retry_after=None):
        """Backs off with jitter, as long as the server wants if it says so."""
        seconds = next(self.pause)
        if retry_after and retry_after.isdigit():
            seconds = max(seconds, min(float(retry_after), LONGEST_PAUSE_S))
        log.warning("events: %s; asking again in %.1f s", why, seconds)
        self.stopped.wait(seconds)

    def stop(self):
        """No further GET. The one that is parked is released by DELETE of the application (A46)."""
        self.stopped.set()


def pauses():
    """Seconds to wait after one failure after the other: doubling, jittered, bounded."""
    seconds = FIRST_PAUSE_S
    while True:
        yield seconds * random.uniform(0.5, 1.0)
        seconds = min(seconds * 2, LONGEST_PAUSE_S)


def events(package):
    """The events of a package in their order, each with the rel and the href of its sender.

    `sender` may be absent or empty (section 3.1); what has no link is not an event anybody can act on.
    """
    for sender in package.get("sender") or []:
        for event in sender.get("events") or []:
            if isinstance(event.get("link"), dict) and event["link"].get("href"):
                yield sender.get("rel", ""), sender.get("href", ""), event
