"""Reads what views.ts cut: every picture as the engine sees it."""
import json

import numpy as np

from data import CACHE
from nets import LAYOUTS

CROP = 138


def views(variant):
    """The records of .cache/pad/views-VARIANT: description, texture view, context view."""
    size = LAYOUTS['context'][0]
    data = np.memmap(CACHE / f'views-{variant}.bin', np.uint8, 'r')
    lengths = 4 * CROP * CROP, 4 * size * size
    at = 0
    for line in (CACHE / f'views-{variant}.jsonl').read_text().splitlines():
        texture = data[at:at + lengths[0]].reshape(4, CROP, CROP)[:3].transpose(1, 2, 0)
        context = data[at + lengths[0]:at + sum(lengths)].reshape(4, size, size)
        at += sum(lengths)
        yield json.loads(line), np.ascontiguousarray(texture), np.array(context, np.float32)
