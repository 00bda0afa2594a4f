"""Trains the skin nets: one per fold (that fold's sources left out) and one on everything.

    python skin.py --steps 450 --seed 1

What tells skin from its picture at this size is faint colour and softness, so little is varied and nothing is
normalised: strong augmentation and simulated attacks made such a net worse (NOTES.md).
Checkpoint: .cache/pad/runs/skin-SEED/FOLD.pt
"""
import argparse
import copy
import time

import cv2
import numpy as np
import torch
from torch.nn import functional as F

import augment
from data import CACHE, FOLDS
from nets import LAYOUTS, SkinNet, averaged
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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--steps', type=int, default=450)
    parser.add_argument('--batch', type=int, default=64)
    parser.add_argument('--rate', type=float, default=2e-3)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--threads', type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    folds = [str(i) for i in range(len(FOLDS))] + ['all']
    nets = {fold: SkinNet().to(device, memory_format=torch.channels_last) for fold in folds}
    kept = {fold: copy.deepcopy(net) for fold, net in nets.items()}
    optimisers = {fold: torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.03) for fold, net in nets.items()}
    stream = torch.utils.data.DataLoader(Stream(options.seed, options.batch), batch_size=None, num_workers=1, prefetch_factor=8)
    out = CACHE / 'runs' / f'skin-{options.seed}'
    out.mkdir(parents=True, exist_ok=True)
    begun, losses = time.time(), {fold: 0.0 for fold in folds}
    for step, (images, labels, members) in enumerate(stream):
        if step == options.steps:
            break
        rate = options.rate * min(1, (step + 1) / 50, (1 - step / options.steps) / 0.6)  # warm up, hold, fall to zero
        images = images.to(device).float()
        for fold, net in nets.items():
            chosen = members != (-2 if fold == 'all' else int(fold))
            with torch.autocast(device, dtype=torch.bfloat16):
                logit = net(images[chosen.to(device)].contiguous(memory_format=torch.channels_last)).float()
            loss = F.binary_cross_entropy_with_logits(logit, labels[chosen].to(device) * 0.94 + 0.03)
            optimisers[fold].param_groups[0]['lr'] = rate
            optimisers[fold].zero_grad()
            loss.backward()
            optimisers[fold].step()
            averaged(kept[fold], net, min(0.99, step / (step + 20)))
            losses[fold] += loss.item()
        if (step + 1) % 50 == 0:
            seconds = (time.time() - begun) / (step + 1)
            text = ' '.join(f'{fold} {value / 50:.3f}' for fold, value in losses.items())
            print(f'{step + 1}/{options.steps} {seconds:.2f} s/step, {seconds * (options.steps - step - 1) / 60:.0f} min left: {text}', flush=True)
            losses = {fold: 0.0 for fold in folds}
    for fold, net in kept.items():
        torch.save(net.state_dict(), out / f'{fold}.pt')


if __name__ == '__main__':
    main()
