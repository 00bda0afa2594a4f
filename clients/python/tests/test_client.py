"""Against a started server: LIVEFACE_URL, LIVEFACE_KEY, and LIVEFACE_PICTURE with the path of a picture that passes."""

import io
import os
import unittest
from email.message import Message
from pathlib import Path
from unittest.mock import patch
from urllib.error import HTTPError
from urllib.request import urlopen
from uuid import uuid4

from liveface import Liveface, LivefaceError

URL = os.environ["LIVEFACE_URL"]
PATH = Path(os.environ["LIVEFACE_PICTURE"])
PICTURE = PATH.read_bytes()


def over(first):
    """Instead of the first request: `first`, which is given what does the request."""
    attempts = iter([first])

    def send(request, timeout):
        instead = next(attempts, None)
        return instead(lambda: urlopen(request, timeout=timeout)) if instead else urlopen(request, timeout=timeout)

    return patch("liveface._sender.urlopen", send)


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


if __name__ == "__main__":
    unittest.main()
