from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any


def verify_webhook(
    body: bytes,
    headers: Mapping[str, str],
    secrets: str | Sequence[str],
    *,
    tolerance: float = 300,
    now: float | None = None,
) -> dict[str, Any]:
    """Reads a webhook's message when it is the server's.

    Raises ValueError when it is old, or somebody else's, and for a secret that the server did not make.

    Messages may come twice: drop those whose webhook-id you know.

    body: as it arrived, before any JSON is read of it.
    headers: of the request, names in any case.
    secrets: as create_webhook and rotate_webhook_secret gave them, whsec_...; one of them must have signed it.
    tolerance: seconds by which a message may be old, or early.
    """
    found = {name.lower(): value for name, value in headers.items()}
    try:
        id, timestamp, signatures = (found[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
    except KeyError:
        raise ValueError("The message has no signature.") from None
    at = time.time() if now is None else now
    if not timestamp.isdecimal() or abs(at - int(timestamp)) > tolerance:
        raise ValueError("The message is too old, or the clock is wrong.")
    for key in [_key(secret) for secret in ([secrets] if isinstance(secrets, str) else secrets)]:
        digest = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
        expected = b"v1," + base64.b64encode(digest)
        if any(hmac.compare_digest(expected, signature.encode()) for signature in signatures.split(" ")):
            return json.loads(body)
    raise ValueError("The message is not signed with this secret.")


def _key(secret: str) -> bytes:
    """The 24 bytes of a secret. A variable that is not set would be a key that everybody has."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 24:
        raise ValueError("A secret of a webhook is whsec_ and 24 bytes in base64.")
    return key
