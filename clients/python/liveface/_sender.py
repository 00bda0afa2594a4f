from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener
from uuid import uuid4

from ._error import LivefaceError

MAX_WAIT = 30.0
"""Longest wait between two attempts, in seconds; a longer Retry-After is the caller's to heed."""


class _NoRedirects(HTTPRedirectHandler):
    """Answers with the redirect itself: urllib would carry the key to wherever it leads."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


open_url = build_opener(_NoRedirects).open


class Sender:
    """Sends calls, and sends them again where that does no harm.

    A check has an idempotency key, so that one whose answer was lost is done and paid once.
    """

    def __init__(self, base_url: str, key: str, retries: int, timeout: float) -> None:
        self._base = f"{base_url.rstrip('/')}/api/v1"
        self._key = key
        self._retries = retries
        self._timeout = timeout

    def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        lines: bool = False,
    ) -> Any:
        """The answer's JSON, None where it has none; with `lines`, the list of its lines' JSON. Raises LivefaceError, and OSError or HTTPException when no answer came."""
        sent = {"Authorization": f"Bearer {self._key}", **(headers or {})}
        may_be_done = False
        for attempt in range(self._retries + 1):
            try:
                text = self._attempt(Request(self._base + path, body, sent, method=method))
                if lines:
                    return [json.loads(line) for line in text.splitlines()]
                return json.loads(text) if text else None
            except LivefaceError as error:
                # What an attempt before this one erased, whose answer was lost, is erased.
                if method == "DELETE" and error.status == 404 and may_be_done:
                    return None
                # 503 refuses before anything is done; other errors may come of a proxy that lost the answer.
                may_be_done = may_be_done or (error.status >= 500 and error.status != 503)
                wait = _wait_before(error, attempt)
                if attempt == self._retries or wait is None:
                    raise
            except (OSError, HTTPException):
                if attempt == self._retries:
                    raise
                may_be_done = True
                wait = _backoff(attempt)
            time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _attempt(self, request: Request) -> bytes:
        try:
            with open_url(request, timeout=self._timeout) as response:
                return response.read()
        except HTTPError as error:
            with error:
                is_problem = error.headers.get_content_type() == "application/problem+json"
                problem = json.load(error) if is_problem else {}
                raise LivefaceError(error.code, error.headers, problem) from None


def encode_form(fields: Mapping[str, object], pictures: Mapping[str, bytes]) -> tuple[bytes, str]:
    """A multipart form. Returns its bytes and its content type."""
    boundary = uuid4().hex
    parts: list[bytes] = []
    for name, value in fields.items():
        head = f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n'
        parts.append(f"{head}{value}\r\n".encode())
    for name, picture in pictures.items():
        head = (
            f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"; filename="{name}"\r\n'
            "content-type: application/octet-stream\r\n\r\n"
        )
        parts.append(head.encode() + picture + b"\r\n")
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"


def _backoff(attempt: int) -> float:
    # Spread out, so that clients which failed together do not come back together.
    return min(MAX_WAIT, 0.5 * 2**attempt) * random.uniform(0.5, 1)


def _wait_before(error: LivefaceError, attempt: int) -> float | None:
    """Seconds until the next attempt; None: it would fail the same way."""
    is_passing = error.status == 429 or error.status >= 500 or error.code == "idempotency_key_under_way"
    if not is_passing or (error.retry_after or 0) > MAX_WAIT:
        return None
    return _backoff(attempt) if error.retry_after is None else float(error.retry_after)
