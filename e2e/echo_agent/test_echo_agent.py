"""What the echo agent makes of odd answers that a well-behaved server does not give it in the browser journey."""

import email.message
import json
import unittest

import channel
import wire
from channel import Channel, events
from echo_agent import EchoAgent, Options, Talk, key

BASE = "http://chat.example/ucwa/oauth/v1/applications"


def reply(status, body=None, **headers):
    """An answer of the server."""
    head = email.message.Message()
    for name, value in headers.items():
        head[name.replace("_", "-")] = value
    return wire.Reply("GET", BASE, status, head, json.dumps(body or {}).encode())


class Script:
    """A server that gives the answers it was told, and remembers what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.token = "old"

    def send(self, method, url, *_, **__):
        self.asked.append((method, url))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def get(self, url):
        return wire._wanted(self.send("GET", url)).json()

    def post(self, url, fields=None, headers=None):
        return wire._wanted(self.send("POST", url))

    post_text = post


def read_all(*answers):
    """What a channel hands on until it is over, and what it asked."""
    http = Script(*answers)
    reader = Channel(http, BASE, "/events?ack=1", lambda: setattr(http, "token", "new"))
    reader.stopped.wait = lambda _seconds: None
    reader.run()
    return [reader.out.get() for _ in range(reader.out.qsize())], http


class Wire(unittest.TestCase):
    def test_a_data_uri_is_read_in_each_of_its_forms(self):
        for href, text in {
            "data:text/plain;charset=utf-8,Message+1%2b%c3%a9": "Message 1+é",
            "data:text/plain,Hello%20World": "Hello World",
            "data:text/plain;base64,SGVsbG8rV29ybGQ=": "Hello+World",
            "DATA:text/html;charset=UTF-8,%3Cp%3Ea+%26lt%3B%3C%2Fp%3E": "a <",
        }.items():
            self.assertEqual(wire.data_text(href), text)

    def test_what_is_no_data_uri_is_said_to_be_none(self):
        for href in ("", "http://chat.example", "data:text/plain", "data:text/plain;charset=nonsense,a"):
            with self.assertRaises(wire.ProtocolError):
                wire.data_text(href)

    def test_the_challenge_is_found_beside_others(self):
        header = 'Bearer trusted_issuers="*",client_id="c", MsRtcOAuth href="/WebTicket/oauthtoken",grant_type="a,password"'
        found = wire.challenge(reply(401, WWW_Authenticate=header))
        self.assertEqual(found, ("http://chat.example/WebTicket/oauthtoken", ["a", "password"]))

    def test_a_link_is_found_alone_or_in_an_array_and_relative_or_absolute(self):
        for found in ({"href": "/a?b\\u0026c"}, [{"href": "/a?b\\u0026c"}], [{"href": "http://chat.example/a?b&c"}]):
            self.assertEqual(wire.link({"_links": {"x": found}}, "x", BASE), "http://chat.example/a?b&c")
        self.assertIsNone(wire.link({"_links": {"x": []}}, "x", BASE))
        self.assertIsNone(wire.link({}, "x", BASE))

    def test_a_query_parameter_joins_what_is_there_unchanged(self):
        self.assertEqual(wire.with_query(BASE + "?ack=1&key=%7Ea", timeout=None), BASE + "?ack=1&key=%7Ea")
        self.assertEqual(wire.with_query(BASE + "?key=%7Ea", timeout=180), BASE + "?key=%7Ea&timeout=180")


class TheChannel(unittest.TestCase):
    def test_after_a_failure_the_same_address_is_asked_again(self):
        package = {"_links": {"next": {"href": "/events?ack=2"}}}
        handed, http = read_all(
            reply(503, Retry_After="2"), wire.TransportError("gone"), reply(200, package), reply(410, {"code": "Gone"})
        )
        first = ("GET", "/events?ack=1")
        self.assertEqual(http.asked, [first, first, first, ("GET", "http://chat.example/events?ack=2")])
        self.assertEqual(handed[0], ("package", package))
        self.assertEqual((handed[1][0], handed[1][1].status), ("over", 410))

    def test_an_expired_token_is_renewed(self):
        handed, http = read_all(reply(401), reply(404, {"code": "NotFound", "subcode": "ApplicationNotFound"}))
        self.assertEqual(http.token, "new")
        self.assertEqual(handed[0][1].subcode, "ApplicationNotFound")

    def test_resync_goes_before_resume_before_next(self):
        rels = {rel: {"href": f"/{rel}"} for rel in ("next", "resume", "resync")}
        reader = Channel(Script(), BASE, "/events?ack=1", None, timeout_s=180)
        for rel in ("resync", "resume"):
            self.assertEqual(reader.onward({"_links": rels}), f"http://chat.example/{rel}?timeout=180")
            del rels[rel]
        self.assertEqual(reader.onward({"_links": rels}), "http://chat.example/next")
        with self.assertRaises(wire.ProtocolError):
            reader.onward({})

    def test_an_empty_package_has_no_events_in_either_form(self):
        self.assertEqual(list(events({"_links": {}})), [])
        self.assertEqual(list(events({"sender": []})), [])
        self.assertEqual(list(events({"sender": [{"rel": "x"}, {"rel": "y", "events": [{"type": "added"}]}]})), [])

    def test_pauses_grow_and_are_bounded(self):
        waits = channel.pauses()
        taken = [next(waits) for _ in range(20)]
        self.assertLessEqual(taken[0], channel.FIRST_PAUSE_S)
        self.assertGreater(taken[-1], channel.LONGEST_PAUSE_S / 2 - 1)
        self.assertLessEqual(max(taken), channel.LONGEST_PAUSE_S)


class TheAgent(unittest.TestCase):
    def agent(self, *answers):
        agent = EchoAgent(Options("http://chat.example", "alice", "x"), http=Script(*answers))
        agent.base = BASE
        return agent

    def message(self, text, **more):
        body = {"direction": "Incoming", "_links": {"plainMessage": {"href": "data:text/plain," + text}}}
        return {"link": {"rel": "message", "href": "/c/1/messages/2"}, "type": "completed", "_embedded": {"message": body}, **more}

    def package(self, *happened):
        return {"_links": {"next": {"href": "/n"}}, "sender": [{"rel": "conversation", "href": "/c/1", "events": list(happened)}]}

    def test_a_message_told_twice_is_echoed_once(self):
        agent = self.agent(reply(201, Location="/c/1/messages/3"))
        agent.talks[key("/c/1")] = Talk("/c/1", send=BASE + "/send")
        agent.package(self.package(self.message("hello"), self.message("hello", type="started")))
        self.assertEqual(len(agent.http.asked), 1)
        self.assertEqual(agent.talks["/c/1"].echoed, 1)

    def test_an_echo_is_not_echoed(self):
        agent = self.agent()
        agent.talks[key("/c/1")] = Talk("/c/1", send=BASE + "/send")
        agent.package(self.package(self.message("echo:+hello")))
        self.assertEqual(agent.http.asked, [])

    def test_what_is_not_embedded_is_read_and_messaging_is_added_once(self):
        agent = self.agent(reply(200, {"_links": {"addMessaging": {"href": "/add"}}}), reply(201), reply(204))
        agent.talks[key("/c/1")] = Talk("/c/1", accepted=True)
        told = {"link": {"rel": "messaging", "href": "/c/1/messaging"}, "type": "updated"}
        again = {**told, "_embedded": {"messaging": {"_links": {"addMessaging": {"href": "/add"}}}}}
        agent.package(self.package(told, again))
        self.assertEqual([url.rsplit("/", 1)[-1] for _, url in agent.http.asked], ["messaging", "add"])

    def test_what_is_refused_in_one_conversation_does_not_end_the_others(self):
        agent = self.agent(reply(404, {"code": "NotFound"}), reply(201, Location="/c/1/messages/5"))
        agent.talks[key("/c/1")] = Talk("/c/1", send=BASE + "/send")
        second = self.message("b")
        second["link"]["href"] = "/c/1/messages/4"
        with self.assertLogs("echo-agent", "WARNING"):
            agent.package(self.package(self.message("a"), second))
        self.assertEqual(agent.talks["/c/1"].echoed, 1)


if __name__ == "__main__":
    unittest.main()
