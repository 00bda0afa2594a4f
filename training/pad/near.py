"""Trains the nets of the near view: one per fold (that fold's sources left out) and one on everything.

    python near.py --steps 2400 --seed 1

Each net learns what is true of the views that near_samples.py drew, and beside it what a teacher says of them. It sees
every view after a harmless change that the teacher did not see: light, blur, size, JPEG, mirror.
Checkpoint: .cache/pad/runs/near-SEED/FOLD.pt
"""
import argparse
import copy
import time

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from data import CACHE, FOLDS
from nets import LAYOUTS, NearNet, averaged


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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--steps', type=int, default=2400)
    parser.add_argument('--batch', type=int, default=64)
    parser.add_argument('--rate', type=float, default=2.5e-3)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--threads', type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    folds = [str(i) for i in range(len(FOLDS))] + ['all']
    nets = {fold: NearNet().to(device, memory_format=torch.channels_last) for fold in folds}
    kept = {fold: copy.deepcopy(net) for fold, net in nets.items()}
    optimisers = {fold: torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.03) for fold, net in nets.items()}
    stream = torch.utils.data.DataLoader(
        Stream(options.seed, options.batch), batch_size=None, num_workers=1, prefetch_factor=8)
    out = CACHE / 'runs' / f'near-{options.seed}'
    out.mkdir(parents=True, exist_ok=True)

    begun, losses = time.time(), {fold: 0.0 for fold in folds}
    for step, (images, taught, labels, members) in enumerate(stream):
        if step == options.steps:
            break
        rate = options.rate * min(1, (step + 1) / 100, (1 - step / options.steps) / 0.6)  # warm up, hold, fall to zero
        with torch.no_grad():  # the same for every net, so done once
            images = next(iter(nets.values())).normalised(images.to(device).float())
            images = images.bfloat16().contiguous(memory_format=torch.channels_last)
        for fold, net in nets.items():
            chosen = members != (-2 if fold == 'all' else int(fold))
            mine = chosen.to(device)
            with torch.autocast(device, dtype=torch.bfloat16):
                loss = loss_of(net, images[mine].contiguous(memory_format=torch.channels_last), taught[chosen].to(device), labels[chosen].to(device))
            optimisers[fold].param_groups[0]['lr'] = rate
            optimisers[fold].zero_grad()
            loss.backward()
            optimisers[fold].step()
            averaged(kept[fold], net, min(0.995, step / (step + 20)))
            losses[fold] += loss.item()
        if (step + 1) % 50 == 0:
            seconds = (time.time() - begun) / (step + 1)
            text = ' '.join(f'{fold} {value / 50:.3f}' for fold, value in losses.items())
            print(f'{step + 1}/{options.steps} {seconds:.2f} s/step, {seconds * (options.steps - step - 1) / 60:.0f} min left: {text}', flush=True)
            losses = {fold: 0.0 for fold in folds}
        if (step + 1) % 200 == 0 or step + 1 == options.steps:
            for fold, net in kept.items():
                torch.save(net.state_dict(), out / f'{fold}.pt')


if __name__ == '__main__':
    main()
