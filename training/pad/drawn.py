"""Trains the net that parts photographs from what was drawn or made over (makeover.py).

    python drawn.py bank --shard 0        views of both kinds, about 15 minutes; another shard beside it makes more
    python drawn.py train --minutes 15
    python drawn.py train --seed 2 --minutes 12 --rate 1e-3 --start drawn-1.pt

A photograph of a print or a screen is a photograph here: what a camera took is all that is asked. Captures are those of
the training groups; photographs of the press and the web are those that data.py keeps from no net.
"""
import argparse
import copy
import time

import cv2
import numpy as np
import torch
from torch.nn import functional as F

import augment
from data import CACHE, regions
from makeover import make_over
from nets import LAYOUTS, SkinNet

SIZE = LAYOUTS['drawn'][0]
# The net sees 1.15 sides of the face box; the bank keeps more, to move and turn the view in.
FACTOR, KEPT_FACTOR, KEPT = 1.15, 1.5, 144
EVERY = {'pad': 6, 'web': 1}


def soften(image, rng):
    """What lenses, sensors, their programs and other people's servers do to a photograph, up to where it looks painted."""
    for step in rng.permutation([optics, sensor, program])[:int(rng.integers(1, 4))]:
        image = step(image, rng)
    if rng.random() < 0.2:
        image = saved(image, rng.uniform(12, 50))
    return image


def optics(image, rng):
    """Blur, or fewer pixels than the picture has."""
    if rng.random() < 0.5:
        return cv2.GaussianBlur(image, (0, 0), rng.uniform(0.5, 2.5))
    shrink = rng.uniform(0.25, 0.8)
    small = cv2.resize(image, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, image.shape[1::-1], interpolation=int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC])))


def sensor(image, rng):
    """Noise of each pixel or of grains, grey or coloured."""
    grain = int(rng.choice([1, 1, 2, 3]))
    height, width = (-(-side // grain) for side in image.shape[:2])
    noise = rng.normal(0, rng.uniform(2, 20), (height, width, int(rng.choice([1, 3])))).astype(np.float32)
    noise = cv2.resize(noise, image.shape[1::-1], interpolation=int(rng.choice([cv2.INTER_NEAREST, cv2.INTER_LINEAR])))
    return np.clip(image + noise.reshape(*image.shape[:2], -1), 0, 255).astype(np.uint8)


def program(image, rng):
    """Noise taken out again, and edges made sharper than they were."""
    kind = rng.random()
    if kind < 0.35:
        image = cv2.bilateralFilter(image, 5, rng.uniform(8, 30), rng.uniform(2, 4))
    elif kind < 0.5:
        image = cv2.medianBlur(image, 3)
    if rng.random() < 0.5:
        gain = rng.uniform(0.3, 2)
        image = cv2.addWeighted(image, 1 + gain, cv2.GaussianBlur(image, (0, 0), rng.uniform(0.6, 2)), -gain, 0)
    return image


def saved(image, quality):
    return cv2.imdecode(cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])[1], cv2.IMREAD_COLOR)


class Source:
    """Regions by kind: the press and the web, or a capture group, drawn evenly."""

    def __init__(self):
        count = {}

        def chosen(row):
            kind = row.get('set', 'web')
            count[kind] = count.get(kind, 0) + 1
            return count[kind] % EVERY.get(kind, 1) == 0
        self.web, self.groups = [], {}
        for row in regions('texture', ('training', 'web'), chosen):
            (self.web if row['part'] == 'web' else self.groups.setdefault(row['group'], [])).append(row)
        self.names = sorted(self.groups)

    def draw(self, rng):
        rows = self.web if rng.random() < 0.55 else self.groups[self.names[rng.integers(len(self.names))]]
        return rows[rng.integers(len(rows))]


def view(source, made_over, rng):
    """One picture of either kind as the bank keeps it, and the recipe's name ('' for a photograph)."""
    row = source.draw(rng)
    side = np.exp(rng.uniform(np.log(60), np.log(230)))
    scale = side / row['side']
    image = cv2.resize(row['pixels'], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    n, name = image.shape[0], ''
    if rng.random() < (0.3 if made_over else 0.8):
        image = soften(image, rng)
    if made_over:
        image, name = make_over(image, ((n - side) / 2, (n - side) / 2, side), rng)
        if rng.random() < 0.2:
            image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 0.8))
    if rng.random() < 0.8:
        image = saved(image, rng.uniform(50, 97))
    valid = [edge * scale for edge in row['valid']]
    image, mask = augment.warp(image, valid, (n / 2, n / 2), side * KEPT_FACTOR, 0, KEPT, False, cv2.INTER_LINEAR)
    return image * mask[..., None], name


def bank(options):
    rng, source = np.random.default_rng(1000 + options.shard), Source()
    folder = CACHE / 'drawn'
    folder.mkdir(parents=True, exist_ok=True)
    begun, piece = time.time(), 0
    while time.time() - begun < 60 * options.minutes:
        views, names = zip(*(view(source, index % 2, rng) for index in range(1000)))
        np.savez(folder / f'{options.shard}-{piece:02d}.npz', views=np.stack(views), names=np.array(names))
        piece += 1
        print(f'{1000 * piece} views in {time.time() - begun:.0f} s', flush=True)


def varied(image, rng):
    side = KEPT * FACTOR / KEPT_FACTOR * np.exp(rng.normal(0, 0.07))
    centre = [KEPT / 2 + rng.normal(0, 3) for _ in range(2)]
    whole = (0, 0, KEPT, KEPT)
    return augment.colour(augment.warp(image, whole, centre, side, rng.normal(0, 0.1), SIZE, rng.random() < 0.5, cv2.INTER_LINEAR)[0], rng, 0.4)


def train(options):
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(0)
    rng = np.random.default_rng(options.seed)
    left_out = set(options.without.split(','))
    pieces, net = {}, SkinNet('drawn').to(memory_format=torch.channels_last)
    if options.start:
        net.load_state_dict(torch.load(CACHE / 'runs' / options.start))
    kept = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.03)
    out = CACHE / 'runs' / f'drawn-{options.seed}.pt'
    out.parent.mkdir(exist_ok=True)
    begun, step, total = time.time(), 0, 0.0
    while (share := (time.time() - begun) / 60 / options.minutes) < 1:
        if step % 100 == 0:  # the bank may still grow
            for file in sorted((CACHE / 'drawn').glob('*.npz')):
                if file.name not in pieces:
                    try:
                        held = np.load(file)
                        pieces[file.name] = held['views'], held['names']
                    except (OSError, ValueError, EOFError):
                        pass
            views = [(piece[0], at) for piece in pieces.values() for at, name in enumerate(piece[1]) if name not in left_out]
            labels = [float(piece[1][at] == '') for piece in pieces.values() for at, name in enumerate(piece[1]) if name not in left_out]
        chosen = rng.integers(0, len(views), options.batch)
        images = np.stack([varied(views[index][0][views[index][1]], rng) for index in chosen])
        x = torch.from_numpy(images).permute(0, 3, 1, 2).float().contiguous(memory_format=torch.channels_last)
        y = torch.tensor([labels[index] for index in chosen])
        optimiser.param_groups[0]['lr'] = options.rate * min(1, (step + 1) / 50, (1 - share) / 0.6)
        with torch.autocast('cpu', dtype=torch.bfloat16):
            loss = F.binary_cross_entropy_with_logits(net(x).float(), y * 0.96 + 0.02)
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
            print(f'{step} {share:.2f} loss {total / 25:.3f} of {len(views)} views', flush=True)
            total = 0.0
            torch.save(kept.state_dict(), out)
    torch.save(kept.state_dict(), out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('what', choices=['bank', 'train'])
    parser.add_argument('--minutes', type=float, default=15)
    parser.add_argument('--shard', type=int, default=0)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--batch', type=int, default=64)
    parser.add_argument('--rate', type=float, default=2e-3)
    parser.add_argument('--start', default=None, help='a checkpoint of .cache/pad/runs, to train on from there')
    parser.add_argument('--without', default='none', help='recipes to leave out, with commas between')
    options = parser.parse_args()
    bank(options) if options.what == 'bank' else train(options)


if __name__ == '__main__':
    main()
