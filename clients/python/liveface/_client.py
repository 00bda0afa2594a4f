from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import quote, urlencode
from uuid import uuid4

from ._pictures import Picture, read_picture
from ._sender import Sender, encode_form
from ._types import Check, NewSession, NewWebhook, Session, Webhook


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
        self, picture: Picture, *, person: str | None = None, idempotency_key: str | None = None
    ) -> Check:
        """Is the face in this picture a living person before a camera?"""
        return self._check("liveness", {"picture": picture}, {"person": person}, idempotency_key)

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
        return self._check("match", pictures, {"person": person}, idempotency_key)

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
        return self._check("age", {"picture": picture}, fields, idempotency_key)

    def quality(
        self, picture: Picture, *, person: str | None = None, idempotency_key: str | None = None
    ) -> Check:
        """Is this picture good enough to recognise a person by?"""
        return self._check("quality", {"picture": picture}, {"person": person}, idempotency_key)

    def check(self, id: str) -> Check:
        """One check of yours."""
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
        query = _given({"type": type, "verdict": verdict, "person": person, "limit": page_size})
        while True:
            page = self._sender.send("GET", f"/checks?{urlencode(query)}")
            yield from page["data"]
            if page["next_cursor"] is None:
                return
            query["cursor"] = page["next_cursor"]

    def erase(self, id: str) -> None:
        """Erases a check with all that belongs to it."""
        self._sender.send("DELETE", f"/checks/{quote(id, safe='')}")

    def create_session(
        self, person: str, *, mirrored: bool | None = None, idempotency_key: str | None = None
    ) -> NewSession:
        """Makes a challenge session; send the person to the link of its capture page."""
        return self._create("/sessions", _given({"person": person, "mirrored": mirrored}), idempotency_key)

    def session(self, id: str) -> Session:
        """One session of yours."""
        return self._sender.send("GET", f"/sessions/{quote(id, safe='')}")

    def erase_session(self, id: str) -> None:
        """Erases a session with all that belongs to it."""
        self._sender.send("DELETE", f"/sessions/{quote(id, safe='')}")

    def create_webhook(
        self,
        url: str,
        events: list[Literal["check.completed", "session.completed"]],
        *,
        idempotency_key: str | None = None,
    ) -> NewWebhook:
        """Has an address told of checks and sessions. Keep the answer's secret: it is shown once."""
        return self._create("/webhooks", {"url": url, "events": events}, idempotency_key)

    def webhooks(self) -> list[Webhook]:
        """Your webhooks, oldest first."""
        return self._sender.send("GET", "/webhooks")["data"]

    def delete_webhook(self, id: str) -> None:
        self._sender.send("DELETE", f"/webhooks/{quote(id, safe='')}")

    def _create(self, path: str, request: dict[str, object], idempotency_key: str | None) -> Any:
        headers = {"Content-Type": "application/json", "Idempotency-Key": idempotency_key or str(uuid4())}
        return self._sender.send("POST", path, body=json.dumps(request).encode(), headers=headers)

    def _check(
        self,
        type: str,
        pictures: dict[str, Picture],
        fields: dict[str, object],
        idempotency_key: str | None,
    ) -> Check:
        read = {name: read_picture(picture, self._timeout) for name, picture in pictures.items()}
        body, content_type = encode_form(_given(fields), read)
        headers = {"Content-Type": content_type, "Idempotency-Key": idempotency_key or str(uuid4())}
        return self._sender.send("POST", f"/{type}", body=body, headers=headers)


def _given(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}
