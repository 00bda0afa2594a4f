"""Against a started server: LIVEFACE_URL, LIVEFACE_KEY, and LIVEFACE_PICTURE with the path of a picture that passes."""

import base64
import hashlib
import hmac
import io
import json
import os
import threading
import unittest
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from unittest.mock import patch
from urllib.error import HTTPError
from uuid import uuid4

from liveface import Liveface, LivefaceError, verify_return, verify_webhook
from liveface._sender import open_url

URL = os.environ["LIVEFACE_URL"]
PATH = Path(os.environ["LIVEFACE_PICTURE"])
PICTURE = PATH.read_bytes()


def over(first):
    """Instead of the first request: `first`, which is given what does the request."""
    attempts = iter([first])

    def send(request, timeout):
        instead = next(attempts, None)
        return instead(lambda: open_url(request, timeout=timeout)) if instead else open_url(request, timeout=timeout)

    return patch("liveface._sender.open_url", send)


def busy(retry_after):
    headers = Message()
    headers["retry-after"] = retry_after

    def answer(_send):
        raise HTTPError(URL, 503, "busy", headers, io.BytesIO(b""))

    return over(answer)


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.liveface = Liveface(f"{URL}/", os.environ["LIVEFACE_KEY"])
        self.person = str(uuid4())

    def ids(self):
        return [check["id"] for check in self.liveface.checks(person=self.person)]

    def test_takes_pictures_in_any_shape(self):
        with PATH.open("rb") as file:
            for picture in (str(PATH), PATH, PICTURE, bytearray(PICTURE), file):
                self.assertEqual(self.liveface.liveness(picture)["verdict"], "pass")

    def test_judges_several_pictures_of_one_capture(self):
        check = self.liveface.liveness(PICTURE, further=[PATH, PICTURE])
        self.assertEqual([seen["name"] for seen in check["pictures"]], ["picture", "picture_2", "picture_3"])

    def test_asks_each_question_of_the_api(self):
        match = self.liveface.match(PICTURE, PICTURE, person=self.person)
        age = self.liveface.age(PICTURE, minimum_age=21)
        self.assertEqual((match["type"], match["person"]), ("match", self.person))
        self.assertEqual(age["age"]["minimum_age"], 21)
        self.assertEqual(self.liveface.quality(PICTURE)["type"], "quality")

    def test_reads_a_check_and_erases_it_for_good(self):
        check = self.liveface.liveness(PICTURE)
        self.assertEqual(self.liveface.check(check["id"]), check)
        self.liveface.erase(check["id"])
        with self.assertRaises(LivefaceError) as raised:
            self.liveface.check(check["id"])
        self.assertEqual((raised.exception.status, raised.exception.code), (404, "check_unknown"))

    def test_does_a_check_once_when_its_answer_was_lost(self):
        def lose(send):
            send().close()
            raise ConnectionResetError

        with over(lose):
            check = self.liveface.liveness(PICTURE, person=self.person)
        self.assertEqual(self.ids(), [check["id"]])

    def test_takes_unknown_for_erased_only_after_an_answer_was_lost(self):
        def lose(_send):
            raise ConnectionResetError

        with over(lose):
            self.liveface.erase("gone")
        with busy("0"), self.assertRaises(LivefaceError) as raised:
            self.liveface.erase("gone")
        self.assertEqual(raised.exception.status, 404)

    def test_does_not_carry_the_key_where_a_redirect_leads(self):
        asked = []

        class Redirects(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(302)
                self.send_header("location", "/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_args):
                pass

        with HTTPServer(("127.0.0.1", 0), Redirects) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            with self.assertRaises(LivefaceError) as raised:
                Liveface(f"http://127.0.0.1:{server.server_port}", "key").check("a")
            server.shutdown()
        self.assertEqual((raised.exception.status, asked), (302, ["/api/v1/checks/a"]))

    def test_does_a_check_once_for_one_key(self):
        checks = [
            self.liveface.liveness(PICTURE, person=self.person, idempotency_key=self.person) for _ in range(2)
        ]
        self.assertEqual(checks[0], checks[1])
        self.assertEqual(self.ids(), [checks[0]["id"]])

    def test_waits_for_a_busy_server_as_long_as_it_says(self):
        with busy("0"):
            self.assertEqual(self.liveface.liveness(PICTURE)["verdict"], "pass")
        with busy("3600"), self.assertRaises(LivefaceError) as raised:
            self.liveface.liveness(PICTURE)
        self.assertEqual((raised.exception.status, raised.exception.retry_after), (503, 3600))

    def test_says_why_a_call_was_refused(self):
        with self.assertRaises(LivefaceError) as raised:
            self.liveface.age(PICTURE, minimum_age=500)
        self.assertEqual(raised.exception.code, "fields_invalid")
        self.assertEqual(raised.exception.errors[0]["field"], "minimum_age")
        self.assertIn("minimum_age", str(raised.exception))
        self.assertTrue(raised.exception.request_id)

    def test_lists_checks_page_by_page(self):
        made = [self.liveface.liveness(PICTURE, person=self.person)["id"] for _ in range(5)]
        pages = list(self.liveface.checks(person=self.person, page_size=2))
        self.assertEqual({check["id"] for check in pages}, set(made))
        self.assertEqual(len(pages), 5)

    def test_submits_a_check_and_waits_for_its_result(self):
        url = f"https://example.com/{self.person}"
        hook = self.liveface.create_webhook(url, ["check.failed"])
        pending = self.liveface.submit("match", PICTURE, url, reference=PICTURE, person=self.person)
        self.assertEqual((pending["status"], pending["person"]), ("pending", self.person))
        self.assertEqual(self.liveface.result(pending["id"])["type"], "match")
        self.liveface.delete_webhook(hook["id"])

    def test_has_a_batch_made_and_gives_its_results(self):
        requests = [
            {"type": "liveness", "picture": PATH, "person": self.person},
            {"type": "match", "picture": PICTURE, "reference": PICTURE},
        ]
        batch = self.liveface.create_batch(requests)
        results = list(self.liveface.batch_results(batch["id"]))
        self.assertEqual([result["line"] for result in results], [1, 2])
        self.assertEqual(results[0]["check"]["person"], self.person)
        self.assertEqual(self.liveface.batch(batch["id"])["completed"], 2)
        self.assertEqual(self.liveface.cancel_batch(batch["id"])["status"], "completed")

    def test_enrols_finds_changes_and_erases_a_person(self):
        made = self.liveface.enrol(PICTURE, self.person, consent="form-7")
        self.assertEqual((made["person"], made["consent"], made["duplicates"]), (self.person, "form-7", []))
        self.assertIn(self.person, [match["person"] for match in self.liveface.search_people(PICTURE, limit=50)])
        self.assertEqual(self.liveface.change_person(self.person, list="allow")["list"], "allow")
        self.assertIn(self.person, [one["person"] for one in self.liveface.people(list="allow", page_size=1)])
        self.assertEqual(self.liveface.export_person(self.person)["person"], self.person)
        self.liveface.erase_face(self.person, made["face"])
        self.assertEqual(self.liveface.person(self.person)["faces"], [])
        self.assertEqual(self.liveface.erase_person(self.person)["faces"], 0)
        with self.assertRaises(LivefaceError) as refused:
            self.liveface.person(self.person)
        self.assertEqual(refused.exception.code, "person_unknown")

    def test_makes_reads_and_erases_a_session(self):
        made = self.liveface.create_session(self.person)
        self.assertEqual(self.liveface.session(made["id"])["person"], self.person)
        self.liveface.erase_session(made["id"])
        with self.assertRaises(LivefaceError) as raised:
            self.liveface.session(made["id"])
        self.assertEqual(raised.exception.code, "session_unknown")

    def test_makes_a_session_with_options(self):
        made = self.liveface.create_session(
            self.person, gestures=4, attempts=2, return_url="https://example.com/back", expires_in=120, language="hi"
        )
        self.assertEqual((len(made["gestures"]), made["attempts"]), (4, 2))
        self.assertTrue(made["capture_url"].endswith("?language=hi"))
        self.assertTrue(made["return_secret"])

    def test_makes_lists_and_deletes_a_webhook(self):
        made = self.liveface.create_webhook("https://example.com/python", ["check.completed"])
        self.assertIn(made["id"], [webhook["id"] for webhook in self.liveface.webhooks()])
        rotated = self.liveface.rotate_webhook_secret(made["id"], previous_for=60)
        self.assertEqual(rotated["id"], made["id"])
        self.assertNotEqual(rotated["secret"], made["secret"])
        self.liveface.delete_webhook(made["id"])
        self.assertNotIn(made["id"], [webhook["id"] for webhook in self.liveface.webhooks()])


class WebhookTest(unittest.TestCase):
    """A message that the server's own code signed: LIVEFACE_MESSAGE, as JSON."""

    def setUp(self):
        message = json.loads(os.environ["LIVEFACE_MESSAGE"])
        self.body = message["body"].encode()
        self.headers = message["headers"]
        self.secret = message["secret"]
        self.now = int(self.headers["webhook-timestamp"])

    def test_reads_a_message_of_the_server(self):
        headers = {name.title(): value for name, value in self.headers.items()}
        event = verify_webhook(self.body, headers, self.secret, now=self.now)
        self.assertEqual((event["type"], event["data"]), ("session.completed", {"id": "ü"}))

    def test_takes_several_secrets_of_which_one_must_have_signed(self):
        other = "whsec_" + "A" * 32
        event = verify_webhook(self.body, self.headers, [other, self.secret], now=self.now)
        self.assertEqual(event["type"], "session.completed")
        for secrets in ([other], []):
            with self.assertRaisesRegex(ValueError, "not signed"):
                verify_webhook(self.body, self.headers, secrets, now=self.now)

    def test_refuses_a_secret_that_everybody_has(self):
        for secret in ("", "whsec_", "whsec_...", "whsec_AAAA"):
            signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
            forged = base64.b64encode(hmac.new(b"", signed, hashlib.sha256).digest()).decode()
            for secrets in (secret, [self.secret, secret], [secret, self.secret]):
                for headers in (self.headers, {**self.headers, "webhook-signature": f"v1,{forged}"}):
                    with self.assertRaisesRegex(ValueError, "24 bytes in base64"):
                        verify_webhook(self.body, headers, secrets, now=self.now)

    def test_refuses_what_is_changed_old_or_unsigned(self):
        for body, headers, now, why in (
            (self.body + b" ", self.headers, self.now, "not signed"),
            (self.body, {**self.headers, "webhook-id": "other"}, self.now, "not signed"),
            (self.body, self.headers, self.now + 301, "too old"),
            (self.body, {**self.headers, "webhook-timestamp": "x"}, self.now, "too old"),
            (self.body, {}, self.now, "no signature"),
        ):
            with self.assertRaisesRegex(ValueError, why):
                verify_webhook(body, headers, self.secret, now=now)


class ReturnTest(unittest.TestCase):
    """An address to which the server's own code sent a person: LIVEFACE_RETURN, as JSON."""

    def setUp(self):
        self.given = json.loads(os.environ["LIVEFACE_RETURN"])

    def test_reads_an_address_of_the_server(self):
        back = verify_return(self.given["address"], self.given["secret"])
        self.assertEqual((back["session"], back["status"]), (self.given["session"], "completed"))

    def test_refuses_what_is_changed_old_or_unsigned(self):
        address, secret = self.given["address"], self.given["secret"]
        for changed, key, now, why in (
            (address.replace("completed", "expired"), secret, None, "not signed"),
            (address, secret[::-1], None, "not signed"),
            (address, "", None, "empty"),
            (address + "é", secret, None, "not signed"),
            (address, secret, 0, "too old"),
            (address.replace("liveface_time=", "liveface_time=x"), secret, None, "too old"),
            ("/back?order=7", secret, None, "no signature"),
        ):
            with self.assertRaisesRegex(ValueError, why):
                verify_return(changed, key, now=now)


if __name__ == "__main__":
    unittest.main()
