"""A client of Liveface's own API. It needs nothing but Python 3.11.

    from liveface import Liveface

    liveface = Liveface("http://127.0.0.1:8080", "lf_live_...")
    check = liveface.liveness("selfie.jpg")
"""

from ._client import Liveface
from ._error import LivefaceError
from ._return import SessionReturn, verify_return
from ._types import Check, FieldProblem, Person, Session
from ._webhook import verify_webhook

__all__ = [
    "Check",
    "FieldProblem",
    "Liveface",
    "LivefaceError",
    "Person",
    "Session",
    "SessionReturn",
    "verify_return",
    "verify_webhook",
]
