"""Trains the nets of the near view: one per fold (that fold's sources left out) and one on everything.

    python near.py --steps 2400 --seed 1

Each net learns what is true of the views that near_samples.py drew, and beside it what a teacher says of them. It sees
every view after a harmless change that the teacher did not see: light, blur, size, JPEG, mirror.
"""
import cv2
import numpy as np
import torch
from torch.nn import functional as F

import folds
from data import CACHE
from nets import LAYOUTS, NearNet

SIZE = LAYOUTS['near'][0]


def harmless(image, rng):
    """What may differ between two files of one capture: light, blur, size, JPEG, mirror."""
    if rng.random() < 0.7:
        image = np.clip(image.astype(np.float32) * np.exp(rng.uniform(-0.42, 0.32)), 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 0.8))
    if rng.random() < 0.2:
        small = cv2.resize(image, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
        image = cv2.resize(small, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.35:
        quality = int(rng.uniform(50, 95))
        image = cv2.imdecode(cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    return image[:, ::-1] if rng.random() < 0.5 else image


class Stream(torch.utils.data.IterableDataset):
    """Batches: view N x 3 x size x size, the teacher's probability N, label N, fold N."""

    def __init__(self, seed, batch):
        self.seed, self.batch = seed, batch

    def __iter__(self):
        cv2.setNumThreads(0)
        files = sorted(CACHE.glob('near-?.npz'))
        views = [np.load(file.with_suffix('.npy'), mmap_mode='r') for file in files]
        facts = [np.load(file) for file in files]
        taught = [f['taught'] for f in facts]
        places = [(shard, i) for shard, f in enumerate(facts) for i in range(len(f['label']))]
        label, fold = [f['label'] for f in facts], [f['fold'] for f in facts]
        rng = np.random.default_rng((self.seed, 0))
        while True:
            order = rng.permutation(len(places))
            for start in range(0, len(order) - self.batch + 1, self.batch):
                chosen = [places[i] for i in order[start:start + self.batch]]
                images = np.stack([harmless(views[s][i], rng) for s, i in chosen]).transpose(0, 3, 1, 2)
                yield (torch.from_numpy(np.ascontiguousarray(images)), torch.tensor([taught[s][i] for s, i in chosen]),
                       torch.tensor([float(label[s][i]) for s, i in chosen]), torch.tensor([int(fold[s][i]) for s, i in chosen]))


def loss_of(net, images, taught, labels):
    said, true = net.judged(images).float().unbind(1)
    return (F.binary_cross_entropy_with_logits(said, taught.clamp(0.005, 0.995))
            + 0.5 * F.binary_cross_entropy_with_logits(true, labels * 0.96 + 0.02))


def prepare(net, images):
    return folds.channels_last(net.normalised(images).bfloat16())


if __name__ == '__main__':
    folds.train('near', NearNet, Stream, loss_of, folds.parser(2400, 64, 2.5e-3).parse_args(), prepare)
