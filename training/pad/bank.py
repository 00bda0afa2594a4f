"""Draws views of whole frames with what teachers say of them: captures of the training groups, photographs, simulated attacks.

    python bank.py --shard 0 --count 24000

Writes .cache/pad/bank-SHARD-near.npy (uint8) and bank-SHARD-facts.npy: label, taught (logit), kind, group.
"""
import argparse
import zlib

import cv2
import numpy as np
import onnxruntime

import augment
import scene
import simulate
from data import CACHE, SHARED, regions

SIZE = 96
NEAR, FAR = 2.7, 4.0
KINDS = ('capture', 'web', 'device', 'card', 'mask', 'screen', 'distract')


class Teacher:
    """MiniFASNet (Silent-Face-Anti-Spoofing, Apache-2.0): BGR 0..255 in, softmax out, class 1 bona fide. Both nets, as one logit."""

    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = 1, 3
        names = '2.7_80x80_MiniFASNetV2', '4_0_0_80x80_MiniFASNetV1SE'
        self.nets = [onnxruntime.InferenceSession(str(SHARED / f'models/minifasnet/{name}.onnx'), options) for name in names]

    def __call__(self, *views):
        """views: of 2.7 x and of 4 x the box, each N x 80 x 80 x 3 RGB uint8 -> logits, N."""
        said = []
        for net, view in zip(self.nets, views):
            planes = np.ascontiguousarray(view[..., ::-1].transpose(0, 3, 1, 2), np.float32)
            bona = np.clip(net.run(None, {net.get_inputs()[0].name: planes})[0][:, 1], 1e-4, 1 - 1e-4)
            said.append(np.log(bona / (1 - bona)))
        return np.mean(said, 0)


def inside(pixels, box, factor, size):
    """The box grown about its centre as far as the picture allows, then shifted inside it: size x size x 3."""
    height, width = pixels.shape[:2]
    x, y, w, h = box
    most = min(factor, (width - 1) / w, (height - 1) / h)
    w, h, cx, cy = w * most, h * most, x + w / 2, y + h / 2
    left = min(max(0, cx - w / 2), width - w)
    top = min(max(0, cy - h / 2), height - h)
    scale = np.array([size / w, size / h])
    if scale.max() < 0.7:
        pixels = cv2.GaussianBlur(pixels, (0, 0), 0.42 / scale.max())
    m = np.array([[scale[0], 0, 0.5 * scale[0] - 0.5 - left * scale[0]], [0, scale[1], 0.5 * scale[1] - 0.5 - top * scale[1]]])
    return cv2.warpAffine(pixels, m, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


class Pools:
    """Pictures by group, attack and side: groups are drawn evenly, then what they hold, then the picture."""

    def __init__(self, wanted):
        every = regions('context', (*wanted, 'web'), lambda r: r['view'] in ('full', 'web'))
        self.every = every
        self.web = {name: [r for r in every if r['source'] == name] for name in ('lfw', 'masks')}
        self.groups = {0: {}, 1: {}}
        for row in every:
            if row['view'] == 'full':
                held = self.groups[row['label']].setdefault(row['group'], {})
                held.setdefault((row['source'], row['attack']), []).append(row)

    def capture(self, label, rng):
        held = list(self.groups[label].values())
        kinds = list(held[rng.integers(len(held))].values())
        rows = kinds[rng.integers(len(kinds))]
        return rows[rng.integers(len(rows))]

    def photograph(self, rng):
        rows = self.web['lfw' if rng.random() < 0.5 else 'masks']
        return rows[rng.integers(len(rows))]

    def bonafide(self, web_share, rng):
        return self.photograph(rng) if rng.random() < web_share else self.capture(1, rng)


def mixed(image, other, rng):
    """The image with a share of the other's low frequencies: another camera's light and colour, the same edges."""
    share, reach = rng.uniform(0.2, 0.7), int(rng.integers(2, 7))
    size = image.shape[0]
    other = cv2.resize(other, (image.shape[1], size), interpolation=cv2.INTER_AREA)
    a, b = np.fft.fft2(image, axes=(0, 1)), np.fft.fft2(other, axes=(0, 1))
    y, x = np.ogrid[:size, :image.shape[1]]
    low = (np.minimum(y, size - y) < reach) & (np.minimum(x, image.shape[1] - x) < reach)
    amplitude = np.abs(a)
    amplitude[low] = (1 - share) * amplitude[low] + share * np.abs(b)[low]
    return np.clip(np.fft.ifft2(amplitude * np.exp(1j * np.angle(a)), axes=(0, 1)).real, 0, 255).astype(np.uint8)


class Drawer:
    """Draws (pixels, box, label, kind, group) of a frame, then its views."""

    def __init__(self, wanted, seed):
        self.pools, self.rng = Pools(wanted), np.random.default_rng(seed)

    def frame(self):
        rng, pools = self.rng, self.pools
        draw = rng.random()
        if draw < 0.44:
            row = pools.capture(int(rng.random() < 0.5), rng)
            return row, row['pixels'], row['valid'], row['label'], 'capture'
        if draw < 0.66:
            row = pools.photograph(rng)
            return row, *scene.widened(row, rng), 1, 'web'
        if draw < 0.73:
            row = pools.bonafide(0.6, rng)
            return row, *scene.distract(row, pools.every, rng), 1, 'distract'
        # Not more photographs under the attacks than beside them: else a photograph as such would mean an attack.
        row = pools.bonafide(0.5, rng)
        if draw < 0.85:
            return row, *scene.attack(row, pools.every, rng), 0, 'device'
        if draw < 0.92:
            return row, *scene.card(row, pools.every, rng), 0, 'card'
        if draw < 0.96:
            return row, *scene.paper_mask(pools.capture(1, rng) if rng.random() < 0.5 else row, row, rng), 0, 'mask'
        return row, simulate.attack_texture(np.ascontiguousarray(row['pixels']), rng), row['valid'], 0, 'screen'

    def sample(self):
        """The near view (96 x 96 x 3), views for the teachers, label, kind, group."""
        rng = self.rng
        row, pixels, valid, label, kind = self.frame()
        left, top, right, bottom = (int(v) for v in valid)
        unit, middle = row['side'], pixels.shape[0] / 2
        part = np.ascontiguousarray(pixels[top:bottom, left:right])
        cx, cy = middle - left, middle - top
        if rng.random() < 0.45:  # framing differs: each edge of the picture may come nearer to the face
            reach = unit * np.exp(rng.uniform(np.log(0.6), np.log(2.6), 4))
            l, t = int(max(0, cx - reach[0])), int(max(0, cy - reach[1]))
            r, b = int(min(part.shape[1], cx + reach[2])), int(min(part.shape[0], cy + reach[3]))
            if r - l > 0.9 * unit and b - t > 0.9 * unit:
                part, cx, cy = np.ascontiguousarray(part[t:b, l:r]), cx - l, cy - t
        draw = rng.random()
        if draw < 0.12:
            part = mixed(part, self.pools.bonafide(0.5, rng)['pixels'], rng)
        elif draw < 0.75:
            part = augment.colour(part, rng, 0.9)
        part = augment.capture(part, rng)
        grow = unit * np.exp(rng.normal(0, 0.06))
        x, y = cx + unit * rng.normal(0, 0.04) - grow / 2, cy + unit * rng.normal(0, 0.04) - grow / 2
        height, width = part.shape[:2]
        x, y = min(max(x, -0.2 * grow), width - 0.8 * grow), min(max(y, -0.2 * grow), height - 0.8 * grow)
        box = x, y, grow, grow
        near = inside(part, box, NEAR, SIZE)
        taught = cv2.resize(near, (80, 80), interpolation=cv2.INTER_AREA), inside(part, box, FAR, 80)
        return near, taught, label, KINDS.index(kind), zlib.crc32(row['group'].encode()) & 0x7fffffff


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--shard', type=int, default=0)
    parser.add_argument('--count', type=int, default=24000)
    parser.add_argument('--parts', default='training')
    parser.add_argument('--name', default='bank')
    options = parser.parse_args()
    cv2.setNumThreads(0)
    drawer, teacher = Drawer(tuple(options.parts.split(',')), (31, options.shard)), Teacher()
    make = lambda what, *shape, kind=np.uint8: np.lib.format.open_memmap(
        CACHE / f'{options.name}-{options.shard}-{what}.npy', 'w+', kind, (options.count, *shape))
    near = make('near', SIZE, SIZE, 3)
    facts = make('facts', 4, kind=np.float64)  # label, taught, kind, group; a label of -1: not drawn yet
    facts[:] = -1
    for start in range(0, options.count, 16):
        drawn = [drawer.sample() for _ in range(start, min(start + 16, options.count))]
        logits = teacher(*(np.stack([d[1][i] for d in drawn]) for i in (0, 1)))
        for i, (d, logit) in enumerate(zip(drawn, logits), start):
            near[i] = d[0]
            facts[i] = d[2], logit, d[3], d[4]
        if start % 1600 == 0:
            print(f'{start} of {options.count}', flush=True)


if __name__ == '__main__':
    main()
