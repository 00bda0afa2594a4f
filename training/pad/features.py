"""Runs the frozen trunk over many looks at every picture and keeps what its last layer says of each.

    python features.py --shard 0/2 & python features.py --shard 1/2 & python features.py --engine

The trunk is the first half of a packaged face net (`pad-trunk` in the engine's catalogue); `npm run` compiles it to
.cache/models. Each look becomes 1024 numbers: mean and deviation of 512 channels. Writes .cache/pad/features-I.npz.
"""
import argparse

import cv2
import numpy as np
import onnxruntime

import augment
import simulate
from data import CACHE, ROOT, fold_of, regions
from views import CROP, picture, views

FACTOR, INPUT = 1.15, 224


def trunk():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    file = sorted((ROOT / '.cache' / 'models').glob('pad-trunk-*.onnx'))[-1]
    return onnxruntime.InferenceSession(str(file), options, providers=['CPUExecutionProvider'])


def pooled(session, image):
    """image: CROP x CROP x 3, 0..255. Enlarged before the trunk: it sees the skin closer than it was trained to."""
    large = cv2.resize(image, (INPUT, INPUT), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    maps = session.run(None, {'input': np.ascontiguousarray(large.transpose(2, 0, 1)[None])})[0][0].reshape(-1, 512)
    return np.log1p(np.concatenate([maps.mean(0), maps.std(0)])).astype(np.float32)


def look(row, rng, kind):
    """kind: clean (as production cuts it), varied (another capture of the same), attack (simulated)."""
    pixels, unit, valid = row['pixels'], row['side'], row['valid']
    if kind == 'attack' and rng.random() < 0.5:
        pixels = simulate.attack_texture(np.ascontiguousarray(pixels), rng)
    n = pixels.shape[0]
    centre, side, angle, flip = (n / 2, n / 2), unit * FACTOR, 0.0, False
    if kind != 'clean':
        side *= np.exp(rng.uniform(-0.12, 0.12))
        centre = (n / 2 + unit * rng.normal(0, 0.04), n / 2 + unit * rng.normal(0, 0.04))
        angle, flip = rng.normal(0, 0.08), rng.random() < 0.5
        if rng.random() < 0.3:  # tight crops of every source, so that padding says nothing
            cut = unit * rng.uniform(0.42, 0.62, 4)
            valid = (max(valid[0], n / 2 - cut[0]), max(valid[1], n / 2 - cut[1]),
                     min(valid[2], n / 2 + cut[2]), min(valid[3], n / 2 + cut[3]))
    image, mask = augment.warp(pixels, valid, centre, side, angle, CROP, flip, cv2.INTER_LINEAR)
    if kind == 'attack' and pixels is row['pixels']:
        image = simulate.attack_texture(image, rng)
    if kind != 'clean':
        image = augment.capture(augment.colour(image, rng, 0.8), rng)
    return image * mask[..., None]


def plan(rows, rng):
    """What to look at: (row, kind, label)."""
    looks = []
    for index, row in enumerate(rows):
        if row['source'] in ('lfw', 'masks'):
            if row['heldout'] or rng.random() < 0.5:
                continue
            looks.append((index, 'clean' if rng.random() < 0.3 else 'varied', 1))
            if rng.random() < 0.5:
                looks.append((index, 'attack', 0))
            continue
        looks.append((index, 'clean', row['label']))
        looks += [(index, 'varied', row['label'])] * 3
        if row['label'] and rng.random() < 0.5:
            looks.append((index, 'attack', 0))
    return looks


def engine_looks(rng):
    """The captures as the engine itself cut them (views.ts), each as it is and once varied: row, image, kind."""
    for row, seen in views('plain'):
        if row['view'] == 'web' or row['reason']:
            continue
        image = picture(seen['texture'])
        row = dict(row, fold=fold_of(row['source']), label=int(row['bonafide']))
        yield row, image, 'engine'
        image = image[:, ::-1] if rng.random() < 0.5 else image
        yield row, augment.capture(augment.colour(image, rng, 0.8), rng), 'varied'


def from_engine():
    cv2.setNumThreads(0)
    session, rng, values, rows = trunk(), np.random.default_rng(11), [], []
    for row, image, kind in engine_looks(rng):
        values.append(pooled(session, image))
        rows.append(dict(row, kind=kind))
    np.savez(CACHE / 'features-e.npz', values=np.array(values), **{k: [r[k] for r in rows] for k in ('label', 'kind', 'fold', 'source', 'view')})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--shard', default='0/1')
    parser.add_argument('--engine', action='store_true', help='looks of the views that views.ts cut')
    options = parser.parse_args()
    if options.engine:
        return from_engine()
    shard, shards = (int(v) for v in options.shard.split('/'))
    cv2.setNumThreads(0)
    rows = regions('texture')
    looks = plan(rows, np.random.default_rng(7))[shard::shards]
    session, rng = trunk(), np.random.default_rng((7, shard))
    values = np.empty((len(looks), 1024), np.float32)
    for i, (index, kind, _) in enumerate(looks):
        values[i] = pooled(session, look(rows[index], rng, kind))
        if i % 1000 == 0:
            print(f'{i} of {len(looks)}', flush=True)
    chosen = [rows[index] for index, _, _ in looks]
    np.savez(CACHE / f'features-{shard}.npz', values=values, label=[l for _, _, l in looks], kind=[k for _, k, _ in looks],
             fold=[r['fold'] for r in chosen], source=[r['source'] for r in chosen], view=[r['view'] for r in chosen])


if __name__ == '__main__':
    main()
