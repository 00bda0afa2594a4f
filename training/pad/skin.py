"""Trains the skin net on the training groups, crops and whole frames alike.

    python skin.py --minutes 12 --seed 1

What tells skin from its picture at this size is faint colour and softness, so little is varied and nothing is normalised.
A few attacks are simulated from photographs, so that prints and screens which fill the picture are known by their skin.
Checkpoint: .cache/pad/runs/skin-SEED.pt.
"""
import argparse
import copy
import time

import cv2
import numpy as np
import torch
from torch.nn import functional as F

import augment
import simulate
from data import CACHE, regions
from nets import LAYOUTS, SkinNet

SIZE = LAYOUTS['skin'][0]
FACTOR = 1.15
# The older set's recordings are long and their frames alike; of the photographs a part is enough.
EVERY = {'pad': 4, 'web': 2}


class Pools:
    """Pictures by group, source and side: groups are drawn evenly, then what they hold."""

    def __init__(self, wanted):
        count = {}

        def chosen(row):
            kind = row.get('set', 'web')
            count[kind] = count.get(kind, 0) + 1
            return count[kind] % EVERY.get(kind, 1) == 0
        self.web, self.groups = [], {0: {}, 1: {}}
        for row in regions('texture', (*wanted, 'web'), chosen):
            if row['part'] == 'web':
                self.web.append(row)
            else:
                held = self.groups[row['label']].setdefault(row['group'], {})
                held.setdefault((row['source'], row['view'], row['attack']), []).append(row)

    def capture(self, label, rng):
        held = list(self.groups[label].values())
        kinds = list(held[rng.integers(len(held))].values())
        rows = kinds[rng.integers(len(kinds))]
        return rows[rng.integers(len(rows))]


def draw(pools, rng):
    """A view of a capture with little changed, and its label."""
    label = int(rng.random() < 0.5)
    simulated = not label and rng.random() < 0.25
    # More photographs are bona fide than are simulated attacks: a photograph as such says nothing.
    photograph = rng.random() < (0.35 if label else 0.5) and (label or simulated)
    row = pools.web[rng.integers(len(pools.web))] if photograph else pools.capture(label or int(simulated), rng)
    pixels = row['pixels']
    if simulated:
        pixels = simulate.attack_texture(np.ascontiguousarray(pixels), rng)
    n, unit = pixels.shape[0], row['side']
    side = unit * FACTOR * np.exp(rng.normal(0, 0.08))
    centre = n / 2 + unit * rng.normal(0, 0.03), n / 2 + unit * rng.normal(0, 0.03)
    image, mask = augment.warp(pixels, row['valid'], centre, side, rng.normal(0, 0.08), SIZE, rng.random() < 0.5, cv2.INTER_LINEAR)
    image = augment.colour(image, rng, 0.35)
    if rng.random() < 0.3:
        image = cv2.imdecode(cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(50, 95))])[1], cv2.IMREAD_COLOR)
    if rng.random() < 0.15:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 0.9))
    if rng.random() < 0.25:
        augment.cut_out(image, mask, rng)
    return image * mask[..., None], label


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--minutes', type=float, default=12)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--batch', type=int, default=64)
    parser.add_argument('--rate', type=float, default=2e-3)
    parser.add_argument('--start', default=None, help='a checkpoint of .cache/pad/runs, to train on from there')
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(0)
    pools, rng = Pools(('training',)), np.random.default_rng(options.seed)
    net = SkinNet().to(memory_format=torch.channels_last)
    if options.start:
        net.load_state_dict(torch.load(CACHE / 'runs' / options.start))
    kept = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.03)
    out = CACHE / 'runs' / f'skin-{options.seed}.pt'
    begun, step, total = time.time(), 0, 0.0
    while (share := (time.time() - begun) / 60 / options.minutes) < 1:
        images, labels = zip(*(draw(pools, rng) for _ in range(options.batch)))
        x = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float().contiguous(memory_format=torch.channels_last)
        y = torch.tensor(labels).float()
        optimiser.param_groups[0]['lr'] = options.rate * min(1, (step + 1) / 50, (1 - share) / 0.6)
        with torch.autocast('cpu', dtype=torch.bfloat16):
            loss = F.binary_cross_entropy_with_logits(net(x).float(), y * 0.94 + 0.03)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        with torch.no_grad():
            decay = min(0.99, step / (step + 20))
            for a, b in zip(kept.state_dict().values(), net.state_dict().values()):
                a.lerp_(b, 1 - decay) if a.dtype.is_floating_point else a.copy_(b)
        total += loss.item()
        if step % 25 == 0:
            print(f'{step} {share:.2f} loss {total / 25:.3f}', flush=True)
            total = 0.0
            torch.save(kept.state_dict(), out)
    torch.save(kept.state_dict(), out)


if __name__ == '__main__':
    main()
