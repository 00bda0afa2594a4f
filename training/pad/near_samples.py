"""Draws samples of the near view: 2.7 x the face box, shrunk and shifted until it lies inside the picture.

Real captures, web photographs, and attacks simulated on either; a teacher judges each.

    python near_samples.py --shard 0 & python near_samples.py --shard 1

Writes .cache/pad/near-SHARD.npy (views) and .npz (the teacher's probabilities, labels, folds).
"""
import argparse

import cv2
import numpy as np
import onnxruntime

import augment
import scene
import simulate
from data import CACHE, SHARED
from nets import LAYOUTS
from samples import Pools

SIZE = LAYOUTS['near'][0]
FACTOR = 2.7
TEACHER = SHARED / 'models/minifasnet/2.7_80x80_MiniFASNetV2.onnx'


def teacher():
    """MiniFASNet V2 (Silent-Face-Anti-Spoofing, Apache-2.0): BGR 0..255 in, softmax out, class 1 bona fide."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    return onnxruntime.InferenceSession(str(TEACHER), options, providers=['CPUExecutionProvider'])


def judged(session, batch):
    """batch: N x size x size x 3 RGB uint8 -> probability of bona fide, N."""
    planes = np.ascontiguousarray(batch[..., ::-1].transpose(0, 3, 1, 2), np.float32)
    return session.run(None, {session.get_inputs()[0].name: planes})[0][:, 1]


def cut(pixels, box, factor=FACTOR):
    """The box grown about its centre as far as the picture allows, then shifted inside it: SIZE x SIZE x 3."""
    height, width = pixels.shape[:2]
    x, y, w, h = box
    most = min(factor, (width - 1) / w, (height - 1) / h)
    w, h, cx, cy = w * most, h * most, x + w / 2, y + h / 2
    left = min(max(0, cx - w / 2), width - w)
    top = min(max(0, cy - h / 2), height - h)
    scale = np.array([SIZE / w, SIZE / h])
    if scale.max() < 0.7:
        pixels = cv2.GaussianBlur(pixels, (0, 0), 0.42 / scale.max())
    m = np.array([[scale[0], 0, 0.5 * scale[0] - 0.5 - left * scale[0]], [0, scale[1], 0.5 * scale[1] - 0.5 - top * scale[1]]])
    return cv2.warpAffine(pixels, m, (SIZE, SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


class Drawer:
    """Draws (view, label, fold)."""

    def __init__(self, seed):
        self.near, self.wide = Pools('texture'), Pools('context')
        self.rng = np.random.default_rng(seed)

    def inside(self, row, pixels, valid):
        """The picture about a region's face: the region without what lies beyond the picture's edge."""
        left, top, right, bottom = (int(v) for v in valid)
        half = row['side'] / 2
        middle = pixels.shape[0] / 2
        return pixels[top:bottom, left:right], (middle - half - left, middle - half - top, 2 * half, 2 * half)

    def picture(self):
        rng = self.rng
        draw = rng.random()
        label = int(rng.random() < 0.5)
        if draw < 0.40:  # real captures, tight or whole
            row = self.near.draw(label, rng)
            if row['view'] == 'full':
                row = self.wide.draw(label, rng)
            return row, row['pixels'], row['valid'], row['label']
        if draw < 0.52:
            row = self.wide.draw(label, rng)
            return row, row['pixels'], row['valid'], row['label']
        if draw < 0.68:
            pool = self.wide if rng.random() < 0.6 else self.near
            row = pool.web[rng.integers(0, len(pool.web))]
            return row, row['pixels'], row['valid'], 1
        if draw < 0.86:
            row = self.wide.any_bonafide(0.7, rng)
            return row, *scene.attack(row, self.wide.every, rng), 0
        if draw < 0.93:
            row = self.wide.any_bonafide(0.6, rng)
            return row, *scene.distract(row, self.wide.every, rng), 1
        row = self.near.any_bonafide(0.5, rng)
        return row, simulate.attack_texture(np.ascontiguousarray(row['pixels']), rng), row['valid'], 0

    def sample(self):
        rng = self.rng
        row, pixels, valid, label = self.picture()
        pixels, (x, y, w, h) = self.inside(row, np.asarray(pixels), valid)
        if rng.random() < 0.5:  # framing differs: each edge of the picture may come nearer to the face
            cx, cy = x + w / 2, y + h / 2
            reach = w * np.exp(rng.uniform(np.log(0.5), np.log(2.2), 4))
            l, t = int(max(0, cx - reach[0])), int(max(0, cy - reach[1]))
            r, b = int(min(pixels.shape[1], cx + reach[2])), int(min(pixels.shape[0], cy + reach[3]))
            if r - l > 0.8 * w and b - t > 0.8 * h:
                pixels, x, y = pixels[t:b, l:r], x - l, y - t
        grow = np.exp(rng.normal(0, 0.05))
        x, y = x + w * rng.normal(0, 0.03) + w * (1 - grow) / 2, y + h * rng.normal(0, 0.03) + h * (1 - grow) / 2
        box = x, y, w * grow, h * grow
        pixels = np.ascontiguousarray(pixels)
        image = cut(pixels, box)
        if rng.random() < 0.5:  # another capture: the teacher may say otherwise of it
            image = augment.colour(image, rng, 0.8)
        if rng.random() < 0.5:
            image = image[:, ::-1]
        return np.ascontiguousarray(image), label, row['fold']


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--shard', type=int, default=0)
    parser.add_argument('--count', type=int, default=48000)
    options = parser.parse_args()
    cv2.setNumThreads(0)
    drawer, session = Drawer((21, options.shard)), teacher()
    views = np.lib.format.open_memmap(CACHE / f'near-{options.shard}.npy', 'w+', np.uint8, (options.count, SIZE, SIZE, 3))
    taught = np.empty(options.count, np.float32)
    label, fold = np.empty(options.count, np.int8), np.empty(options.count, np.int8)
    for start in range(0, options.count, 8):
        for i in range(start, min(start + 8, options.count)):
            views[i], label[i], fold[i] = drawer.sample()
        taught[start:start + 8] = judged(session, views[start:start + 8])
        if start % 4000 == 0:
            print(f'{start} of {options.count}', flush=True)
    views.flush()
    np.savez(CACHE / f'near-{options.shard}.npz', taught=taught, label=label, fold=fold)


if __name__ == '__main__':
    main()
