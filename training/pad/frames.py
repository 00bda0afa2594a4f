"""Trains the near net of whole frames on what bank.py has drawn; reads new samples as they come.

    python frames.py near --minutes 25

It learns what is true, and beside it what the teachers say of the same view. The weights kept are an exponential
average over the steps. Checkpoint: .cache/pad/runs/NAME-SEED.pt.
"""
import argparse
import copy
import time

import numpy as np
import torch
from torch.nn import functional as F

from data import CACHE
from nets import FrameNet, carry_on


class Bank:
    """The samples drawn so far."""

    def __init__(self, view, name='bank'):
        self.views, self.facts = [], []
        for file in sorted(CACHE.glob(f'{name}-?-{view}.npy')):
            self.views.append(np.load(file, mmap_mode='r'))
            self.facts.append(np.load(str(file).replace(view, 'facts'), mmap_mode='r'))
        self.refresh()

    def refresh(self):
        self.places = np.concatenate([np.stack([np.full(n, i), np.arange(n)], 1) for i, f in enumerate(self.facts)
                                      for n in [int((f[:, 0] >= 0).sum())]])
        self.places = self.places[:]

    def batch(self, size, rng):
        chosen = self.places[rng.integers(0, len(self.places), size)]
        views = np.stack([self.views[i][j] for i, j in chosen])
        facts = np.stack([self.facts[i][j] for i, j in chosen])
        return torch.from_numpy(views).permute(0, 3, 1, 2).float(), torch.from_numpy(facts[:, 0]).float(), torch.from_numpy(facts[:, 1]).float()


def harmless(x, generator):
    """What may differ between two files of one capture: mirror, light, colour, contrast, blur, noise; N x 3.. x H x W, 0..255."""
    n = x.shape[0]
    draw = lambda low, high, *shape: low + (high - low) * torch.rand(*shape, generator=generator)
    rgb, rest = x[:, :3], x[:, 3:]
    gain = torch.exp(draw(-0.35, 0.3, n, 1, 1, 1)) * torch.exp(draw(-0.1, 0.1, n, 3, 1, 1))
    gamma = torch.exp(draw(-0.3, 0.3, n, 1, 1, 1))
    rgb = 255 * (rgb.clamp(0, 255) / 255 + 1e-4).pow(gamma) * gain
    grey = rgb.mean(1, keepdim=True)
    rgb = grey + (rgb - grey) * draw(0.6, 1.35, n, 1, 1, 1)
    soft = F.avg_pool2d(F.pad(rgb, (1, 1, 1, 1), mode='replicate'), 3, 1)
    share = draw(-0.6, 0.7, n, 1, 1, 1) * (draw(0, 1, n, 1, 1, 1) < 0.5)  # blurred, or sharpened
    rgb = rgb + (soft - rgb) * share
    rgb = rgb + torch.randn(rgb.shape, generator=generator) * draw(0, 5, n, 1, 1, 1) * (draw(0, 1, n, 1, 1, 1) < 0.3)
    x = torch.cat([rgb.clamp(0, 255) * (rest if rest.shape[1] else 1), rest], 1)
    x = torch.where(draw(0, 1, n, 1, 1, 1) < 0.5, x.flip(3), x)
    size = x.shape[2]
    for i in (draw(0, 1, n) < 0.25).nonzero()[:, 0].tolist():  # a part is covered
        w, h = (int(v) for v in draw(0.1 * size, 0.4 * size, 2))
        a, b = (int(v) for v in draw(0, 0.9 * size, 2))
        x[i, :3, b:b + h, a:a + w] = draw(0, 255, 3, 1, 1)
    return x


def loss_of(net, x, label, taught, weight):
    cells = net.cells(x).float()
    target = label * 0.96 + 0.02
    true, said = cells.mean((2, 3)).unbind(1)
    each = F.binary_cross_entropy_with_logits(cells[:, 0], target[:, None, None].expand_as(cells[:, 0]))
    teacher = F.binary_cross_entropy_with_logits(said, torch.sigmoid(taught / 2))
    return F.binary_cross_entropy_with_logits(true, target) + 0.3 * each + weight * teacher


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('view', choices=('near',))
    parser.add_argument('--minutes', type=float, default=25)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--batch', type=int, default=96)
    parser.add_argument('--rate', type=float, default=3e-3)
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--teacher', type=float, default=0.5)
    parser.add_argument('--bank', default='bank')
    parser.add_argument('--start', default=None, help='models/pad-surroundings.onnx, to train on from there')
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    rng, generator = np.random.default_rng(options.seed), torch.Generator().manual_seed(options.seed)
    net = FrameNet(options.view).to(memory_format=torch.channels_last)
    bank = Bank(options.view, options.bank)
    if options.start:
        carry_on(net, options.start, bank.batch(512, rng)[0])
    kept = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.03)
    (CACHE / 'runs').mkdir(exist_ok=True)
    out = CACHE / 'runs' / f'{options.view}-{options.seed}.pt'
    begun, step, total, seen = time.time(), 0, 0.0, 0
    while (share := (time.time() - begun) / 60 / options.minutes) < 1:
        if step % 100 == 0:
            bank.refresh()
        views, label, taught = bank.batch(options.batch, rng)
        views = harmless(views, generator).contiguous(memory_format=torch.channels_last)
        optimiser.param_groups[0]['lr'] = options.rate * min(1, (step + 1) / 100, (1 - share) / 0.6)
        with torch.autocast('cpu', dtype=torch.bfloat16):
            loss = loss_of(net, views, label, taught, options.teacher)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        with torch.no_grad():
            decay = min(0.995, step / (step + 20))
            for a, b in zip(kept.state_dict().values(), net.state_dict().values()):
                a.lerp_(b, 1 - decay) if a.dtype.is_floating_point else a.copy_(b)
        total += loss.item()
        if step % 50 == 0:
            print(f'{step} {share:.2f} {len(bank.places)} samples, loss {total / 50:.3f}', flush=True)
            total = 0.0
        if step % 200 == 0:
            torch.save(kept.state_dict(), out)
    torch.save(kept.state_dict(), out)


if __name__ == '__main__':
    main()
