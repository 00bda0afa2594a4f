from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote, urlencode
from uuid import uuid4

from ._pictures import Picture, read_picture
from ._sender import Sender, encode_form
from ._types import (
    Batch,
    BatchResult,
    Branding,
    Check,
    Enrolment,
    Erasure,
    NewSession,
    NewWebhook,
    PendingCheck,
    Person,
    PersonExport,
    PersonMatch,
    RotatedWebhook,
    Session,
    Webhook,
)

_PICTURES = ("picture", "reference", "picture_2", "picture_3", "picture_4")


class Liveface:
    """Every call raises LivefaceError when the API refuses it, and OSError or
    http.client.HTTPException when no answer came.

    base_url: where the server is, without /api/v1.
    key: as `liveface keys create --dialect liveface` prints it.
    retries: how often a call is tried again when no answer came or the server was busy.
    timeout: seconds that one attempt may wait for the server.
    """

    def __init__(self, base_url: str, key: str, *, retries: int = 3, timeout: float = 60) -> None:
        self._timeout = timeout
        self._sender = Sender(base_url, key, retries, timeout)

    def liveness(
        self,
        picture: Picture,
        *,
        further: Sequence[Picture] = (),
        person: str | None = None,
        idempotency_key: str | None = None,
    ) -> Check:
        """Is the face in this picture a living person before a camera?

        further: up to three more pictures of the same capture, moments apart.
        """
        pictures = {"picture": picture, **{f"picture_{at}": one for at, one in enumerate(further, 2)}}
        return self._upload("/liveness", pictures, {"person": person}, idempotency_key)

    def match(
        self,
        picture: Picture,
        reference: Picture,
        *,
        person: str | None = None,
        idempotency_key: str | None = None,
    ) -> Check:
        """Do two pictures show one person? Of a pair, `picture` is the selfie."""
        pictures = {"picture": picture, "reference": reference}
        return self._upload("/match", pictures, {"person": person}, idempotency_key)

    def age(
        self,
        picture: Picture,
        *,
        minimum_age: int | None = None,
        person: str | None = None,
        idempotency_key: str | None = None,
    ) -> Check:
        """Has the person in this picture reached an age?"""
        fields = {"minimum_age": minimum_age, "person": person}
        return self._upload("/age", {"picture": picture}, fields, idempotency_key)

    def quality(
        self, picture: Picture, *, person: str | None = None, idempotency_key: str | None = None
    ) -> Check:
        """Is this picture good enough to recognise a person by?"""
        return self._upload("/quality", {"picture": picture}, {"person": person}, idempotency_key)

    def submit(
        self,
        type: Literal["liveness", "match", "age", "quality"],
        picture: Picture,
        callback_url: str,
        *,
        reference: Picture | None = None,
        minimum_age: int | None = None,
        person: str | None = None,
        idempotency_key: str | None = None,
    ) -> PendingCheck:
        """Has a check made later, and one of your webhooks, `callback_url`, told of it."""
        pictures = {"picture": picture} | ({} if reference is None else {"reference": reference})
        fields = {"callback_url": callback_url, "minimum_age": minimum_age, "person": person}
        return self._upload(f"/{type}", pictures, fields, idempotency_key)

    def result(self, id: str) -> Check:
        """The check once it was measured, asked for every second. Raises LivefaceError with the problem that it met."""
        while "status" in (check := self.check(id)):
            time.sleep(1)
        return check

    def create_batch(
        self, requests: Iterable[Mapping[str, Any]], *, idempotency_key: str | None = None
    ) -> Batch:
        """Has many checks made, at most 28 MB of lines in one call. All of them are accepted, or none.

        requests: each with its type, its pictures (picture, reference) in any shape, and its other fields.
        """
        body = b"".join(json.dumps(self._line(request)).encode() + b"\n" for request in requests)
        key = idempotency_key or str(uuid4())
        headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": key}
        return self._sender.send("POST", "/batches", body=body, headers=headers)

    def batch(self, id: str) -> Batch:
        """How far a batch is."""
        return self._sender.send("GET", f"/batches/{quote(id, safe='')}")

    def batch_results(self, id: str) -> Iterator[BatchResult]:
        """What became of each line of a batch, in their order, once it does not run any more; asked for every second."""
        while self.batch(id)["status"] == "running":
            time.sleep(1)
        yield from self._sender.send("GET", f"/batches/{quote(id, safe='')}/results", lines=True)

    def cancel_batch(self, id: str) -> Batch:
        """Has no more checks of a batch made."""
        return self._sender.send("POST", f"/batches/{quote(id, safe='')}/cancel")

    def check(self, id: str) -> Check | PendingCheck:
        """One check of yours; one with a callback_url is pending until it was measured."""
        return self._sender.send("GET", f"/checks/{quote(id, safe='')}")

    def checks(
        self,
        *,
        type: Literal["liveness", "match", "age", "quality"] | None = None,
        verdict: Literal["pass", "fail", "review"] | None = None,
        person: str | None = None,
        page_size: int = 100,
    ) -> Iterator[Check]:
        """Your checks, newest first; pages are fetched as you go."""
        return self._pages(
            "/checks", {"type": type, "verdict": verdict, "person": person, "limit": page_size}
        )

    def erase(self, id: str) -> None:
        """Erases a check with all that belongs to it."""
        self._sender.send("DELETE", f"/checks/{quote(id, safe='')}")

    def enrol(
        self,
        picture: Picture,
        person: str,
        *,
        if_known: Literal["report", "refuse"] | None = None,
        consent: str | None = None,
        keep_until: str | None = None,
        idempotency_key: str | None = None,
    ) -> Enrolment:
        """Enrols a face of a person; a picture that would spoil the gallery is refused with its reason as the code."""
        fields = {"person": person, "if_known": if_known, "consent": consent, "keep_until": keep_until}
        return self._upload("/people", {"picture": picture}, fields, idempotency_key)

    def search_people(
        self, picture: Picture, *, limit: int | None = None, idempotency_key: str | None = None
    ) -> list[PersonMatch]:
        """Who of your people looks like this picture? Most alike first."""
        answer = self._upload("/people/search", {"picture": picture}, {"limit": limit}, idempotency_key)
        return answer["matches"]

    def person(self, person: str) -> Person:
        """A person by your id of them."""
        return self._sender.send("GET", _path_of(person))

    def people(
        self, *, list: Literal["block", "allow"] | None = None, page_size: int = 100
    ) -> Iterator[Person]:
        """Your people, in the order of your ids; pages are fetched as you go."""
        return self._pages("/people", {"list": list, "limit": page_size})

    def change_person(self, person: str, **change: str | None) -> Person:
        """Puts a person on a list, or changes how long they are kept: list, note, consent, keep_until."""
        headers = {"Content-Type": "application/json"}
        body = json.dumps(change).encode()
        return self._sender.send("PATCH", _path_of(person), body=body, headers=headers)

    def export_person(self, person: str) -> PersonExport:
        """Everything that the server keeps of a person."""
        return self._sender.send("GET", f"{_path_of(person)}/export")

    def erase_person(self, person: str) -> Erasure | None:
        """Erases everything that you have of a person. None when an attempt whose answer was lost had done it."""
        return self._sender.send("DELETE", _path_of(person))

    def erase_face(self, person: str, face: str) -> None:
        """Erases one enrolled face of a person."""
        self._sender.send("DELETE", f"{_path_of(person)}/faces/{quote(face, safe='')}")

    def create_session(
        self,
        person: str,
        *,
        gestures: int | list[Literal["TURN_LEFT", "TURN_RIGHT", "LOOK_UP", "SMILE", "BLINK", "OPEN_MOUTH"]] | None = None,
        attempts: int | None = None,
        return_url: str | None = None,
        branding: Branding | None = None,
        language: Literal["en", "hi", "es", "fr", "pt", "ar", "bn", "ta", "te", "mr", "ur"] | None = None,
        expires_in: int | None = None,
        expires_from: Literal["creation", "opening"] | None = None,
        mirrored: bool | None = None,
        idempotency_key: str | None = None,
    ) -> NewSession:
        """Makes a challenge session; send the person to the link of its capture page.

        gestures: how many are drawn, 3 to 6, or which, in their order.
        attempts: how often the person may try.
        return_url: where the page sends the person afterwards; verify_return reads what they bring.
        branding: who asks, as the page shows it.
        expires_in: seconds that the person has, from the session's creation or the link's opening.
        """
        request = {
            "person": person,
            "gestures": gestures,
            "attempts": attempts,
            "return_url": return_url,
            "branding": branding,
            "language": language,
            "expires_in": expires_in,
            "expires_from": expires_from,
            "mirrored": mirrored,
        }
        return self._create("/sessions", _given(request), idempotency_key)

    def session(self, id: str) -> Session:
        """One session of yours."""
        return self._sender.send("GET", f"/sessions/{quote(id, safe='')}")

    def erase_session(self, id: str) -> None:
        """Erases a session with all that belongs to it."""
        self._sender.send("DELETE", f"/sessions/{quote(id, safe='')}")

    def create_webhook(
        self,
        url: str,
        events: list[Literal["check.completed", "check.failed", "session.completed"]],
        *,
        idempotency_key: str | None = None,
    ) -> NewWebhook:
        """Has an address told of checks and sessions. Keep the answer's secret: it is shown once."""
        return self._create("/webhooks", {"url": url, "events": events}, idempotency_key)

    def webhooks(self) -> list[Webhook]:
        """Your webhooks, oldest first."""
        return self._sender.send("GET", "/webhooks")["data"]

    def rotate_webhook_secret(
        self, id: str, *, previous_for: int | None = None, idempotency_key: str | None = None
    ) -> RotatedWebhook:
        """Has messages signed with a new secret, shown once.

        previous_for: seconds for which they are signed with the one before too; a day unless said otherwise.
        """
        path = f"/webhooks/{quote(id, safe='')}/rotate"
        return self._create(path, _given({"previous_for": previous_for}), idempotency_key)

    def delete_webhook(self, id: str) -> None:
        self._sender.send("DELETE", f"/webhooks/{quote(id, safe='')}")

    def _create(self, path: str, request: dict[str, object], idempotency_key: str | None) -> Any:
        headers = {"Content-Type": "application/json", "Idempotency-Key": idempotency_key or str(uuid4())}
        return self._sender.send("POST", path, body=json.dumps(request).encode(), headers=headers)

    def _line(self, request: Mapping[str, Any]) -> dict[str, Any]:
        pictures = {name: request[name] for name in _PICTURES if name in request}
        read = {name: read_picture(picture, self._timeout) for name, picture in pictures.items()}
        return {**request, **{name: base64.b64encode(bytes).decode() for name, bytes in read.items()}}

    def _pages(self, path: str, filter: dict[str, object]) -> Iterator[Any]:
        query = _given(filter)
        while True:
            page = self._sender.send("GET", f"{path}?{urlencode(query)}")
            yield from page["data"]
            if page["next_cursor"] is None:
                return
            query["cursor"] = page["next_cursor"]

    def _upload(
        self,
        path: str,
        pictures: dict[str, Picture],
        fields: dict[str, object],
        idempotency_key: str | None,
    ) -> Any:
        read = {name: read_picture(picture, self._timeout) for name, picture in pictures.items()}
        body, content_type = encode_form(_given(fields), read)
        headers = {"Content-Type": content_type, "Idempotency-Key": idempotency_key or str(uuid4())}
        return self._sender.send("POST", path, body=body, headers=headers)


def _given(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _path_of(person: str) -> str:
    return f"/people/{quote(person, safe='')}"
