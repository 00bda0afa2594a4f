"""Pictures, labels, groups and the cached regions that training reads.

faces.jsonl (written by faces.ts through the engine) has one line per picture:
{"path": relative to the data folder, "w", "h", "score", "box": [x, y, width, height], "reason"} in picture pixels.
groups.csv (drawn once by groups.py) says what a group may be used for.
"""
import csv
import json
import os
import zlib
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get('LIVEFACE_SHARED', ROOT.parent / 'shared'))
DATA = SHARED / 'data'
CACHE = ROOT / '.cache' / 'pad'
HERE = Path(__file__).parent

# Texture region: 1.6 x the face box with the box at most 200 pixels wide. Context region: 5 x, box at most 40.
VIEWS = {'texture': (1.6, 200), 'context': (5.0, 40)}
MIN_CONFIDENCE = 0.5
# Sources of the older set that show the same person are one group (as in pictures.ts).
RECORDINGS = {'jtboing': 'apfol', 'saikan45': 'apfol'}


def captures():
    """The labelled pictures of both sets: path, label (1 bona fide), attack, source, group, view, set."""
    for name in ('pad', 'pad2'):
        with open(DATA / name / 'labels.csv') as file:
            for row in csv.DictReader(file):
                source = row['source']
                yield dict(path=f"{name}/{row['path']}", label=int(row['label'] == 'bonafide'), attack=row['attack'], source=source,
                           group=row.get('group') or RECORDINGS.get(source, source), view=row['view'], set=name)


def parts():
    """Group -> training, development or verdict."""
    with open(HERE / 'groups.csv') as file:
        return {row['group']: row['part'] for row in csv.DictReader(file)}


def excluded():
    """Paths whose label is wrong, with the reason in excluded.csv."""
    with open(HERE / 'excluded.csv') as file:
        return {row['path'] for row in csv.DictReader(file)}


def held_out(path):
    """A seventh of the web pictures is kept from every net to measure BPCER on press pictures."""
    return zlib.crc32(Path(path).parent.name.encode() + (b'' if 'lfw' in path else path.encode())) % 7 == 0


def rows(wanted):
    """
    One dictionary per picture with a face: path, box, label, source, group, attack, view, part.
    wanted: parts of the groups, for example ('training',); `web` adds the press and web photographs.
    """
    faces = {}
    with open(CACHE / 'faces.jsonl') as lines:
        for line in lines:
            face = json.loads(line)
            if face['score'] >= MIN_CONFIDENCE:
                faces[face['path']] = face
    part, wrong = parts(), excluded()
    result = [dict(row, box=faces[row['path']]['box'], part=part[row['group']]) for row in captures()
              if row['path'] in faces and row['path'] not in wrong and part[row['group']] in wanted]
    if 'web' in wanted:
        for path, face in faces.items():
            # Web pictures with a tiny face say little about capture.
            if path.startswith('pad') or face['box'][2] < 40 or held_out(path):
                continue
            source = 'lfw' if path.startswith('lfw/') else 'masks'
            result.append(dict(path=path, box=face['box'], label=1, source=source, group=source, attack='', view='web', part='web'))
    return result


def region(image, box, factor, target):
    """Square region `factor` x the box about its centre: pixels (zero outside), box side in them, valid rectangle."""
    x, y, w, h = box
    side = max(w, h)
    cx, cy, half = x + w / 2, y + h / 2, side * factor / 2
    scale = min(1.0, target / side)
    size = int(round(2 * half * scale))
    height, width = image.shape[:2]
    x0, y0 = max(0, int(np.floor(cx - half))), max(0, int(np.floor(cy - half)))
    x1, y1 = min(width, int(np.ceil(cx + half))), min(height, int(np.ceil(cy + half)))
    part = image[y0:y1, x0:x1]
    left, top = int(round((x0 - cx + half) * scale)), int(round((y0 - cy + half) * scale))
    right, bottom = min(size, int(round((x1 - cx + half) * scale))), min(size, int(round((y1 - cy + half) * scale)))
    out = np.zeros((size, size, 3), np.uint8)
    left, top = max(0, left), max(0, top)
    if right > left and bottom > top:
        out[top:bottom, left:right] = cv2.resize(part, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    return out, side * scale, (left, top, right, bottom)


def load(row, view):
    """Adds `pixels` (RGB), `side` (of the box) and `valid` of one view's region to the row."""
    image = cv2.cvtColor(cv2.imread(str(DATA / row['path']), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    longest = max(image.shape[:2])
    if longest > 1280:  # as the engine decodes it
        image = cv2.resize(image, None, fx=1280 / longest, fy=1280 / longest, interpolation=cv2.INTER_AREA)
    row['pixels'], row['side'], row['valid'] = region(image, row['box'], *VIEWS[view])
    return row


def regions(view, wanted, chosen=lambda row: True):
    """Rows of the wanted parts with one view's region, decoded once and kept in .cache/pad."""
    every = [row for row in rows(wanted) if chosen(row)]
    digest = zlib.crc32(json.dumps([[(r['path'], r['box']) for r in every], VIEWS[view]]).encode())
    file = CACHE / f'{view}-{digest:08x}.npz'
    if not file.exists():
        loaded = [load(row, view) for row in every]
        np.savez(file, flat=np.concatenate([r['pixels'].ravel() for r in loaded]),
                 facts=np.array([(r['pixels'].shape[0], r['side'], *r['valid']) for r in loaded]))
    stored = np.load(file)
    flat, facts = stored['flat'], stored['facts']
    start = 0
    for row, (size, side, *valid) in zip(every, facts):
        size = int(size)
        row['pixels'] = flat[start:start + size * size * 3].reshape(size, size, 3)
        row['side'], row['valid'] = side, valid
        start += size * size * 3
    return every
