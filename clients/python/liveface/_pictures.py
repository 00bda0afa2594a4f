from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO
from urllib.request import urlopen

Picture = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
"""A path, a URL (which this program fetches, not the server), bytes, or an open binary file."""


def read_picture(picture: Picture, timeout: float) -> bytes:
    """All of a picture: a call that is tried again sends it again."""
    if isinstance(picture, (bytes, bytearray, memoryview)):
        return bytes(picture)
    if isinstance(picture, str) and picture.startswith(("http://", "https://")):
        with urlopen(picture, timeout=timeout) as response:
            return response.read()
    if isinstance(picture, (str, os.PathLike)):
        return Path(picture).read_bytes()
    return picture.read()
