from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class LivefaceError(Exception):
    """The API refused a call.

    status: HTTP status.
    code: name of the problem, a closed set; None where another server answered, such as a proxy.
    errors: fields or pictures at fault, each with `field` and `message`.
    request_id: by which the server's log knows the request.
    retry_after: seconds after which to try again; None where the server names none.
    """

    def __init__(self, status: int, headers: Mapping[str, str], problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code: str | None = problem.get("code")
        self.errors: list[dict[str, str]] = problem.get("errors", [])
        self.request_id = headers.get("x-request-id")
        seconds = headers.get("retry-after", "")
        self.retry_after = int(seconds) if seconds.isdigit() else None
        title = problem.get("title", f"The server answered {status}.")
        details = ", ".join(f"{error['field']} {error['message']}" for error in self.errors)
        super().__init__(f"{title} ({details})" if details else title)
