from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any


def verify_webhook(
    body: bytes,
    headers: Mapping[str, str],
    secret: str,
    *,
    tolerance: float = 300,
    now: float | None = None,
) -> dict[str, Any]:
    """Reads a webhook's message when it is the server's; raises ValueError when it is old, or somebody else's.

    Messages may come twice: drop those whose webhook-id you know.

    body: as it arrived, before any JSON is read of it.
    headers: of the request, names in any case.
    secret: as create_webhook gave it, whsec_...
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
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    if not any(hmac.compare_digest(expected, signature.encode()) for signature in signatures.split(" ")):
        raise ValueError("The message is not signed with this secret.")
    return json.loads(body)
