"""Trains the skin nets: one per fold (that fold's sources left out) and one on everything.

    python skin.py --steps 450 --seed 1

What tells skin from its picture at this size is faint colour and softness, so little is varied and nothing is
normalised: strong augmentation and simulated attacks made such a net worse (NOTES.md).
"""
import cv2
import numpy as np
import torch
from torch.nn import functional as F

import augment
import folds
from nets import LAYOUTS, SkinNet
from samples import Pools

SIZE = LAYOUTS['skin'][0]
FACTOR = 1.15


def draw(pools, rng):
    """A capture with little changed; of the bona fide ones 15 in 100 come from the web."""
    label = int(rng.random() < 0.5)
    row = pools.any_bonafide(0.15, rng) if label else pools.draw(0, rng)
    n, unit = row['pixels'].shape[0], row['side']
    side = unit * FACTOR * np.exp(rng.normal(0, 0.08))
    centre = n / 2 + unit * rng.normal(0, 0.03), n / 2 + unit * rng.normal(0, 0.03)
    image, mask = augment.warp(row['pixels'], row['valid'], centre, side, rng.normal(0, 0.08), SIZE, rng.random() < 0.5, cv2.INTER_LINEAR)
    image = augment.colour(image, rng, 0.3)
    if rng.random() < 0.3:
        image = cv2.imdecode(cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(50, 95))])[1], cv2.IMREAD_COLOR)
    if rng.random() < 0.15:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 0.9))
    if rng.random() < 0.25:
        augment.cut_out(image, mask, rng)
    return image * mask[..., None], label, row['fold']


class Stream(torch.utils.data.IterableDataset):
    def __init__(self, seed, batch):
        self.seed, self.batch = seed, batch

    def __iter__(self):
        cv2.setNumThreads(0)
        pools, rng = Pools('texture'), np.random.default_rng(self.seed)
        while True:
            drawn = [draw(pools, rng) for _ in range(self.batch)]
            images = np.ascontiguousarray(np.stack([d[0] for d in drawn]).transpose(0, 3, 1, 2))
            yield torch.from_numpy(images), torch.tensor([float(d[1]) for d in drawn]), torch.tensor([d[2] for d in drawn])


def loss_of(net, images, labels):
    return F.binary_cross_entropy_with_logits(net(images).float(), labels * 0.94 + 0.03)


if __name__ == '__main__':
    folds.train('skin', SkinNet, Stream, loss_of, folds.parser(450, 64, 2e-3).parse_args(), warm_up=50, decay=0.99)
