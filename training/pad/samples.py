"""Draws samples of the context view: which picture, attacked or not, seen how. One stream feeds the nets of every fold."""
import cv2
import numpy as np
import torch

import augment
import scene
from data import regions
from nets import LAYOUTS

WEB = ('lfw', 'masks')


class Pools:
    """Pictures by (source, label); sources are drawn evenly, so a long recording does not count more than a short one."""

    def __init__(self, view):
        every = [r for r in regions(view) if not r['heldout']]
        if view == 'context':
            every = [r for r in every if r['view'] in ('full', 'web')]
        self.real = {}
        for row in every:
            # A source's crops and frames are two recordings more often than one: kept apart.
            key = (row['source'], row['view'], row['label'])
            self.real.setdefault(key, []).append(row)
        self.web = [r for r in every if r['source'] in WEB]
        self.keys = {label: [k for k in self.real if k[2] == label and k[0] not in WEB] for label in (0, 1)}
        self.every = every

    def draw(self, label, rng):
        keys = self.keys[label]
        rows = self.real[keys[rng.integers(0, len(keys))]]
        return rows[rng.integers(0, len(rows))]

    def any_bonafide(self, web_share, rng):
        if rng.random() < web_share:
            return self.web[rng.integers(0, len(self.web))]
        return self.draw(1, rng)


def context_sample(pools, rng):
    size = LAYOUTS['context'][0]
    label = int(rng.random() < 0.5)
    if label:
        row = pools.any_bonafide(0.55, rng)
        pixels, valid = scene.distract(row, pools.every, rng) if rng.random() < 0.35 else scene.widened(row, rng)
    elif rng.random() < 0.35:
        row = pools.draw(0, rng)
        pixels, valid = row['pixels'], row['valid']
    else:
        row = pools.any_bonafide(0.7, rng)
        pixels, valid = scene.attack(row, pools.every, rng)
    unit, n = row['side'], pixels.shape[0]
    valid = [float(v) for v in valid]
    if rng.random() < 0.6:  # framing differs: each edge of the picture may come nearer to the face
        for i, towards in enumerate((-1, -1, 1, 1)):
            if rng.random() < 0.6:
                edge = n / 2 + towards * unit * rng.uniform(0.6, 2.0)
                valid[i] = max(valid[i], edge) if towards < 0 else min(valid[i], edge)
    side = unit * 3.6 * np.exp(rng.uniform(-0.2, 0.2))
    centre = (n / 2 + unit * rng.normal(0, 0.08), n / 2 + unit * rng.normal(0, 0.08))
    image, mask = augment.warp(pixels, valid, centre, side, rng.normal(0, 0.1), size, rng.random() < 0.5, cv2.INTER_LINEAR)
    return finish(image, mask, label, row, rng)


def finish(image, mask, label, row, rng):
    image = augment.colour(image, rng)
    image = augment.capture(image, rng)
    if rng.random() < 0.25:
        augment.cut_out(image, mask, rng)
    image = image * mask[..., None]
    return np.concatenate([image, mask[..., None] * 255], -1), label, row['fold']


class Stream(torch.utils.data.IterableDataset):
    def __init__(self, seed, batch):
        self.seed, self.batch = seed, batch

    def __iter__(self):
        cv2.setNumThreads(0)
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng((self.seed, worker.id if worker else 0))
        pools = Pools('context')
        while True:
            drawn = [context_sample(pools, rng) for _ in range(self.batch)]
            images = torch.from_numpy(np.stack([d[0] for d in drawn]))
            yield images, torch.tensor([d[1] for d in drawn]), torch.tensor([d[2] for d in drawn])
