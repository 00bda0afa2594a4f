from __future__ import annotations

import hashlib
import hmac
import time
from typing import Literal, TypedDict
from urllib.parse import parse_qs, urlsplit


class SessionReturn(TypedDict):
    """What a person brings from the capture page to your return_url. Read the verdict from the server."""

    session: str
    """Id of the session."""
    status: Literal["completed", "expired"]
    time: int
    """When the person was sent back; Unix seconds."""


def verify_return(
    address: str, secret: str, *, tolerance: float = 300, now: float | None = None
) -> SessionReturn:
    """Reads the address at which a person came back; raises ValueError when it is old, or somebody else's.

    address: that was asked for, with its query; its host does not matter.
    secret: return_secret of that session, as create_session gave it.
    tolerance: seconds by which the address may be old, or early.
    """
    if not secret:
        # A variable that is not set would be a key that everybody has.
        raise ValueError("The secret is empty.")
    query = parse_qs(urlsplit(address).query)
    try:
        session, status, at, signatures = (
            query[f"liveface_{name}"][0] for name in ("session", "status", "time", "signature")
        )
    except KeyError:
        raise ValueError("The address has no signature.") from None
    clock = time.time() if now is None else now
    if not at.isdecimal() or abs(clock - int(at)) > tolerance:
        raise ValueError("The address is too old, or the clock is wrong.")
    expected = hmac.new(secret.encode(), f"{session}.{status}.{at}".encode(), hashlib.sha256).hexdigest()
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in signatures.split(".")):
        raise ValueError("The address is not signed with this secret.")
    return {"session": session, "status": status, "time": int(at)}  # type: ignore[typeddict-item]
