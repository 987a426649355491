#!/usr/bin/env python3
"""An agent that answers every message with its echo: a small UCWA client that nobody of Frontdesk's makers needs.

It signs in as a user, becomes reachable, accepts every invitation and echoes what it is told, until it is
interrupted. It uses Python's standard library alone and is written from the protocol reference, sections 2B and 3.

    ECHO_AGENT_PASSWORD=… python3 echo_agent.py --server http://127.0.0.1:8080 --user alice
"""

import argparse
import logging
import os
import queue
import signal
import sys
import time
import urllib.parse
import uuid
from dataclasses import dataclass, field

from channel import Channel, events
from wire import Http, ProtocolError, Refused, TransportError
from wire import challenge, data_text, embedded, link, need, with_query

log = logging.getLogger("echo-agent")

DISCOVERY_PATH = "/autodiscover/autodiscoverservice.svc/root"
# Availability fades when nothing is reported for four minutes (section 3.4).
ACTIVITY_PERIOD_S = 60
# Nobody echoes an echo: two of these agents in one room would never stop.
ECHO = "echo: "
# The channel's reader acknowledges by itself; the messages that are remembered, in order not to answer twice, are bounded.
MAX_SEEN_MESSAGES = 10_000


class Interrupted(Exception):
    """Somebody asked this program to end."""


@dataclass
class Talk:
    """One conversation: what can be done in it now, by link."""

    href: str
    accepted: bool = False
    asked_for_messaging: bool = False
    send: str | None = None
    typing: str | None = None
    stop: str | None = None
    echoed: int = 0


@dataclass
class Options:
    """What the command line says."""

    server: str
    user: str
    password: str
    farewell: str | None = None
    pause_s: float = 0.0
    timeout_s: int | None = None


@dataclass
class EchoAgent:
    """One signed-in application and its conversations."""

    options: Options
    http: Http = field(default_factory=Http)
    endpoint_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    base: str = ""
    application: str = ""
    communication: str = ""
    activity: str | None = None
    channel: Channel | None = None
    talks: dict = field(default_factory=dict)
    seen: dict = field(default_factory=dict)

    # Signing in (section 2B.1).

    def sign_in(self):
        """Discovery, challenge, token, user, application, reachable, events."""
        root = urllib.parse.urljoin(self.options.server, DISCOVERY_PATH)
        user_url = need(self.http.get(root), "user", root)
        self.user_url = user_url
        self.renew_token()
        applications = need(self.http.get(user_url), "applications", user_url)
        self.create_application(applications)

    def renew_token(self):
        """The user resource is asked without a token; its challenge says where one is to be had."""
        asked = Http().send("GET", self.user_url)
        if asked.status != 401:
            raise ProtocolError(f"the user resource answered {asked.status} to a stranger, not 401")
        token_url, grants = challenge(asked)
        if grants and "password" not in grants:
            raise ProtocolError(f"the server grants no token for a password, but for {grants}")
        form = {"grant_type": "password", "username": self.options.user, "password": self.options.password}
        body = urllib.parse.urlencode(form).encode("ascii")
        reply = Http().send("POST", token_url, body, "application/x-www-form-urlencoded")
        if reply.status != 200:
            said = reply.json_or_empty().get("error", reply.status)
            raise ProtocolError(f"no token for this user and password: {said}")
        self.http.token = reply.json()["access_token"]
        log.info("token: got one for %s s", reply.json().get("expires_in", "?"))

    def create_application(self, applications):
        """An application, reachable (section 3.6), with its event channel."""
        fields = {
            "culture": "en-US",
            "userAgent": "echo-agent/1",
            "type": "Browser",
            "endpointId": self.endpoint_id,
            "instanceId": str(uuid.uuid4()),
        }
        application = self.http.post(applications, fields).json()
        self.base = applications
        self.application = need(application, "self", applications)
        communication = embedded(application, "communication")
        if communication is None:
            raise ProtocolError("the application embeds no communication")
        self.communication = need(communication, "self", self.base)
        log.info("application: created")
        self.channel = Channel(
            self.http, self.base, need(application, "events", self.base), self.renew_token, self.options.timeout_s
        )
        self.channel.start()
        self.become_reachable(embedded(application, "me") or {})

    def become_reachable(self, me):
        """Without makeMeAvailable an application receives no invitation."""
        href = link(me, "makeMeAvailable", self.base)
        if href is None:
            raise ProtocolError("me has no link makeMeAvailable: this user cannot be called")
        fields = {"signInAs": "Online", "supportedModalities": ["Messaging"], "supportedMessageFormats": ["Plain"]}
        try:
            self.http.post(href, fields)
        except Refused as refused:
            if refused.subcode != "AlreadyExists":
                raise
        me = self.http.get(need(me, "self", self.base))
        self.activity = link(me, "reportMyActivity", self.base)
        log.info("reachable: waiting for invitations")

    # Working through what happens.

    def run(self):
        """Handles packages until it is interrupted or the server ends the application for good."""
        reported = time.monotonic()
        while True:
            try:
                kind, what = self.channel.out.get(timeout=1.0)
            except queue.Empty:
                kind, what = None, None
            if kind == "over":
                self.start_again(what)
            elif kind == "package":
                self.package(what)
            if self.activity and time.monotonic() - reported >= ACTIVITY_PERIOD_S:
                reported = time.monotonic()
                self.attempt("reportMyActivity", lambda: self.http.post(self.activity))

    def start_again(self, why):
        """404 means: create the application again. All else is for a person to decide (section 3.3)."""
        if not (isinstance(why, Refused) and why.status == 404):
            raise why
        log.warning("application: gone (%s), creating it again", why)
        self.talks.clear()
        applications = need(self.http.get(self.user_url), "applications", self.user_url)
        self.create_application(applications)

    def package(self, package):
        """One package. A resync or resume says that what is known of conversations is old."""
        if any(link(package, rel, self.base) for rel in ("resync", "resume")):
            self.talks.clear()
            self.attempt("reading conversations anew", self.read_conversations)
        for sender_rel, sender_href, event in events(package):
            handle = self.HANDLERS.get(event["link"].get("rel", ""))
            if handle:
                name = f"{event['link']['rel']} {event.get('type')}"
                self.attempt(name, lambda: handle(self, sender_href, event))

    def attempt(self, name, act):
        """Does one thing. What the server refuses about one conversation does not end the others."""
        try:
            act()
        except (Refused, ProtocolError, TransportError) as error:
            log.warning("%s: %s", name, error)

    def read_conversations(self):
        """What a resync asks for: the conversations as they are now."""
        communication = self.http.get(self.communication)
        conversations = link(communication, "conversations", self.base)
        listed = self.http.get(conversations) if conversations else {}
        for found in (listed.get("_embedded") or {}).get("conversation") or []:
            href = link(found, "self", self.base)
            messaging = link(found, "messaging", self.base)
            if href and messaging:
                self.talks[key(href)] = Talk(href, accepted=True)
                self.messaging(self.talks[key(href)], self.http.get(messaging))

    def resource(self, event):
        """The resource an event is about; read by its link when it is not embedded (WID-06)."""
        rel = event["link"].get("rel", "")
        return embedded(event, rel) or self.http.get(self.absolute(event["link"]["href"]))

    def absolute(self, href):
        return urllib.parse.urljoin(self.base, href.replace("\\u0026", "&"))

    def talk(self, href):
        """The conversation of this address; known or new."""
        href = self.absolute(href)
        return self.talks.setdefault(key(href), Talk(href))

    def on_invitation(self, _sender, event):
        """An invitation to a conversation, of either kind: accepted while it can be."""
        if event.get("type") == "completed":
            return
        invitation = self.resource(event)
        accept = link(invitation, "accept", self.base)
        conversation = link(invitation, "conversation", self.base)
        if invitation.get("direction") != "Incoming" or accept is None or conversation is None:
            return
        talk = self.talk(conversation)
        if talk.accepted:
            return
        talk.accepted = True
        self.http.post(accept)
        log.info("invitation %s: accepted", last(event["link"]["href"]))

    def on_messaging(self, sender, event):
        """What can be said in a conversation has changed."""
        resource = self.resource(event)
        talk = self.talk(link(resource, "conversation", self.base) or sender)
        self.messaging(talk, resource)

    def messaging(self, talk, resource):
        """In a meeting it is the agent's client that adds messaging, once (section 2B.7)."""
        was_connected = talk.send is not None
        talk.send = link(resource, "sendMessage", self.base)
        talk.typing = link(resource, "setIsTyping", self.base)
        talk.stop = link(resource, "stopMessaging", self.base)
        add = link(resource, "addMessaging", self.base)
        if talk.send and not was_connected:
            log.info("conversation %s: connected", last(talk.href))
        elif was_connected and not talk.send:
            log.info("conversation %s: messaging is over, %d echoed", last(talk.href), talk.echoed)
        if add and talk.accepted and not talk.asked_for_messaging:
            talk.asked_for_messaging = True
            self.http.post(add, {"operationId": str(uuid.uuid4())})

    def on_message(self, sender, event):
        """Somebody wrote. Repeats of an event are known by the message's address (A22)."""
        href = key(self.absolute(event["link"]["href"]))
        if href in self.seen or event.get("status") == "Failure":
            return
        message = self.resource(event)
        if message.get("direction") != "Incoming":
            return
        self.remember(href)
        body = link(message, "plainMessage", self.base) or link(message, "htmlMessage", self.base)
        if body is None:
            raise ProtocolError("a message has neither plainMessage nor htmlMessage")
        text = data_text(body)
        if not text.startswith(ECHO):
            self.answer(self.talk(sender), text)

    def remember(self, href):
        self.seen[href] = True
        if len(self.seen) > MAX_SEEN_MESSAGES:
            del self.seen[next(iter(self.seen))]

    def answer(self, talk, text):
        """Typing, then the echo; after the farewell, the end of the conversation."""
        if talk.send is None:
            log.warning("conversation %s: nothing can be sent, a message stays without its echo", last(talk.href))
            return
        if talk.typing:
            self.http.post(talk.typing)
            time.sleep(self.options.pause_s)
        sent = self.http.post_text(with_query(talk.send, operationId=str(uuid.uuid4())), ECHO + text)
        talk.echoed += 1
        log.info("conversation %s: echoed as message %s", last(talk.href), last(sent.location()))
        if self.options.farewell and text.strip() == self.options.farewell:
            self.leave(talk)

    def leave(self, talk):
        """Stops messaging and leaves the conversation."""
        if talk.stop:
            self.http.post(talk.stop)
        self.http.delete(talk.href)
        self.talks.pop(key(talk.href), None)
        log.info("conversation %s: left after %d echoes", last(talk.href), talk.echoed)

    def on_conversation(self, _sender, event):
        """A conversation that is gone is forgotten."""
        if event.get("type") == "deleted":
            talk = self.talks.pop(key(self.absolute(event["link"]["href"])), None)
            if talk:
                log.info("conversation %s: ended, %d echoed", last(talk.href), talk.echoed)

    HANDLERS = {
        "onlineMeetingInvitation": on_invitation,
        "messagingInvitation": on_invitation,
        "messaging": on_messaging,
        "message": on_message,
        "conversation": on_conversation,
    }

    def sign_out(self):
        """Leaves every conversation and deletes the application, as far as the server still lets it."""
        if self.channel:
            self.channel.stop()
        for talk in list(self.talks.values()):
            self.attempt("leaving a conversation", lambda talk=talk: self.leave(talk))
        if self.application:
            self.attempt("signing out", lambda: self.http.delete(self.application))
            log.info("signed out")


def key(href):
    """What two spellings of one address have in common (section 1.7: compared without regard to case)."""
    parts = urllib.parse.urlsplit(href)
    return urllib.parse.unquote(parts.path).rstrip("/").lower()


def last(href):
    """The last part of an address: enough for a log, which names no people and no texts."""
    return urllib.parse.urlsplit(href).path.rstrip("/").rsplit("/", 1)[-1]


def options(arguments):
    """The command line. The password comes from the environment: a command line is for all to read."""
    parser = argparse.ArgumentParser(description="Signs in as an agent and echoes every message.")
    parser.add_argument("--server", required=True, help="where discovery starts, e.g. https://chat.example")
    parser.add_argument("--user", required=True, help="the agent's name for the password grant")
    parser.add_argument("--farewell", help="a message of just this word ends the conversation")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds of typing before each echo")
    parser.add_argument("--timeout", type=int, help="seconds after which an empty package is to come")
    given = parser.parse_args(arguments)
    password = os.environ.get("ECHO_AGENT_PASSWORD")
    if not password:
        parser.error("set ECHO_AGENT_PASSWORD to the agent's password")
    return Options(given.server, given.user, password, given.farewell, given.pause, given.timeout)


def main(arguments):
    """Signs in, echoes, signs out. Exit code 0 after an interruption, 1 when the server or the network ended it."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO, stream=sys.stderr)
    agent = EchoAgent(options(arguments))

    def interrupt(*_):
        raise Interrupted

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)
    try:
        agent.sign_in()
        agent.run()
    except Interrupted:
        agent.sign_out()
        return 0
    except (Refused, ProtocolError, TransportError) as error:
        log.error("%s", error)
        agent.sign_out()
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
