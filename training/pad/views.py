"""Reads what views.ts cut: every picture as the engine sees it."""
import json

import numpy as np

from data import CACHE
from nets import LAYOUTS

CROP = 138


def views(variant):
    """The records of .cache/pad/views-VARIANT: description, then a dictionary of the views as float32 planes."""
    sizes = {'texture': (4, CROP), 'context': (4, LAYOUTS['context'][0]), 'near': (3, LAYOUTS['near'][0]), 'skin': (3, LAYOUTS['skin'][0])}
    data = np.memmap(CACHE / f'views-{variant}.bin', np.uint8, 'r')
    at = 0
    for line in (CACHE / f'views-{variant}.jsonl').read_text().splitlines():
        seen = {}
        for name, (planes, size) in sizes.items():
            length = planes * size * size
            seen[name] = np.array(data[at:at + length], np.float32).reshape(planes, size, size)
            at += length
        yield json.loads(line), seen


def picture(planes):
    """Planes as a picture, height x width x RGB uint8."""
    return np.ascontiguousarray(planes[:3].transpose(1, 2, 0).astype(np.uint8))
