"""Links pictures of one person across the sets, so that nobody stands on both sides of a split.

    python training/traits/people.py       writes .cache/traits/links.csv

Bare faces whose templates have a cosine above 0.56 are linked, which fewer than two in a million pairs of
strangers have; a lower threshold chains strangers into one crowd. Templates of masked faces say little, so masked
pictures are linked when their pixels are nearly the same.
"""

import csv

import cv2
import numpy as np

from data import CACHE, SIDE, table

TEMPLATE = 0.56
PIXELS = 0.99


def main():
    rows = table(CACHE / "faces.csv")
    keys = [row["key"] for row in rows]
    templates = np.fromfile(CACHE / "templates.f32", np.float32).reshape(len(keys), 128)
    chips = np.memmap(CACHE / "chips.u8", np.uint8, "r", shape=(len(keys), SIDE, SIDE, 3))
    thumbs = np.stack([cv2.resize(cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY), (24, 24), interpolation=cv2.INTER_AREA).ravel() for chip in chips]).astype(np.float32)
    thumbs -= thumbs.mean(1, keepdims=True)
    thumbs /= np.linalg.norm(thumbs, axis=1, keepdims=True) + 1e-6
    bare = np.array([not key.startswith(("masks/mask", "pad/")) for key in keys])
    links = []
    for start in range(0, len(keys), 512):
        alike = templates[start : start + 512] @ templates.T
        same = thumbs[start : start + 512] @ thumbs.T
        for i, j in np.argwhere(((alike > TEMPLATE) & bare[None] & bare[start : start + 512, None]) | (same > PIXELS)):
            if start + i < j:
                links.append((keys[start + i], keys[j]))
    with open(CACHE / "links.csv", "w", newline="") as file:
        csv.writer(file).writerows([("first", "second"), *links])
    print(len(links), "links")


if __name__ == "__main__":
    main()
