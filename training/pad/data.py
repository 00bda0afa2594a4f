"""Pictures, labels, folds and the two caches (texture and context regions) that training reads.

faces.jsonl (written by faces.ts through the engine) has one line per picture:
{"path": relative to the data folder, "w", "h", "score", "box": [x, y, width, height]} in picture pixels.
"""
import csv
import json
import os
import zlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get('LIVEFACE_SHARED', ROOT.parent / 'shared'))
DATA = SHARED / 'data'
CACHE = ROOT / '.cache' / 'pad'

# Sources that show the same person, or that may hold the same recording, share a fold; so a held-out source's
# people are never trained on. The fold's number is the net that never saw it.
FOLDS = [
    ['apfol', 'jtboing', 'saikan45'],
    ['tloki', 'trickyf0x', 'manikantha'],
    ['tranvanluyt', 'alexcamargo', 'vishalkrishna'],
    ['dtruong46me', 'jomariya', 'aksultan', 'shubhamlala'],
]
# Texture region: 1.6 x the face box with the box at most 200 pixels wide. Context region: 5 x, box at most 40.
VIEWS = {'texture': (1.6, 200), 'context': (5.0, 40)}
MIN_CONFIDENCE = 0.5


def fold_of(source):
    for index, members in enumerate(FOLDS):
        if source in members:
            return index
    return -1  # in every net's training set: web pictures whose people are in no tested source


def held_out(path):
    """A seventh of the web pictures is kept from every net to measure BPCER on press pictures."""
    return zlib.crc32(Path(path).parent.name.encode() + (b'' if 'lfw' in path else path.encode())) % 7 == 0


def rows():
    """One dictionary per picture with a face: path, box, label (1 bona fide), source, attack, view, fold, heldout."""
    faces = {}
    with open(CACHE / 'faces.jsonl') as lines:
        for line in lines:
            face = json.loads(line)
            if face['score'] >= MIN_CONFIDENCE:
                faces[face['path']] = face
    result = []
    with open(DATA / 'pad' / 'labels.csv') as file:
        for row in csv.DictReader(file):
            path = f"pad/{row['path']}"
            if path in faces:
                result.append(dict(
                    path=path, box=faces[path]['box'], label=int(row['label'] == 'bonafide'), source=row['source'],
                    attack=row['attack'], view=row['view'], fold=fold_of(row['source']), heldout=False))
    for path, face in faces.items():
        if path.startswith('pad/'):
            continue
        # Web pictures with a tiny face say little about capture; LFW stays whole.
        if face['box'][2] < 40:
            continue
        source = 'lfw' if path.startswith('lfw/') else 'masks'
        result.append(dict(path=path, box=face['box'], label=1, source=source, attack='', view='web', fold=-1,
                           heldout=held_out(path)))
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


def load(row):
    image = cv2.cvtColor(cv2.imread(str(DATA / row['path']), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    return {view: region(image, row['box'], *VIEWS[view]) for view in VIEWS}


def regions(view, wanted=None):
    """Rows with `pixels`, `side`, `valid` of one view, decoded once and kept in .cache/pad."""
    every = rows()
    file = CACHE / f'{view}.npy'
    index = CACHE / f'{view}.json'
    key = [(r['path'], r['box']) for r in every]
    digest = zlib.crc32(json.dumps([key, VIEWS[view]]).encode())
    if not index.exists() or json.loads(index.read_text())['digest'] != digest:
        CACHE.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(2) as pool:
            parts = [part[view] for part in pool.map(load, every, chunksize=64)]
        np.save(file, np.concatenate([p[0].ravel() for p in parts]))
        index.write_text(json.dumps({'digest': digest, 'parts': [(p[0].shape[0], p[1], p[2]) for p in parts]}))
    flat = np.load(file, mmap_mode='r')
    start = 0
    for row, (size, side, valid) in zip(every, json.loads(index.read_text())['parts']):
        row['pixels'] = flat[start:start + size * size * 3].reshape(size, size, 3)
        row['side'], row['valid'] = side, valid
        start += size * size * 3
    return [r for r in every if wanted is None or wanted(r)]
