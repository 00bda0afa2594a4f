"""Fits `calibration.smear` of src/engine/quality/limits.ts on what chips.ts cut.

    /path/to/python training/quality/blur.py        prints constants, error rates and how honest the confidence is

Gaussian blur and straight moves of the face are drawn on chips with 80 pixels between the eyes, halved to the engine's
40 and, on every third, given noise of 3 levels. Two thirds of the faces fit, the others test. The features repeat
src/engine/quality/detail.ts.
"""

import numpy as np
from scipy.ndimage import convolve1d, gaussian_filter
from scipy.optimize import minimize
from scipy.signal import fftconvolve

SIDE, SCALE = 96, 80
WIDTHS = (0, 0.025, 0.035, 0.045, 0.06, 0.09, 0.12)  # standard deviations in distances between the eyes
MOVES = (0.12, 0.18, 0.25, 0.35, 0.5, 0.75)  # lengths in distances between the eyes
RIDGE = 3e-4
rng = np.random.default_rng(1)
y, x = (np.mgrid[0:SIDE, 0:SIDE] + 0.5) / SIDE - 0.5
OVAL = x * x / 0.16 + y * y / 0.22 <= 1
KERNEL = np.array([1, 4, 6, 4, 1], np.float32) / 16


def smooth(grey):
    return convolve1d(convolve1d(grey, KERNEL, axis=0, mode='nearest'), KERNEL, axis=1, mode='nearest')


def features(grey):
    """Log contrast of four octaves, log noise, and log ratios of directions in three octaves."""
    mask, octaves, rows, diagonals = OVAL, [], [], []
    for level in range(4):
        soft = smooth(grey)
        rest = np.abs(grey - soft)[mask]
        octaves.append(np.log(rest.mean() + 0.3))
        if level == 0:
            noise = np.log(1.4826 / 0.89 * np.median(rest) + 0.5)
        if level < 3:
            inner = mask[1:-1, 1:-1]
            log = lambda a, b: np.log(np.abs(2 * grey[1:-1, 1:-1] - a - b)[inner].mean() + 0.3)
            rows.append(log(grey[1:-1, 2:], grey[1:-1, :-2]) - log(grey[2:, 1:-1], grey[:-2, 1:-1]))
            diagonals.append(log(grey[2:, 2:], grey[:-2, :-2]) - log(grey[2:, :-2], grey[:-2, 2:]))
            grey, mask = soft[::2, ::2], mask[::2, ::2]
    return [*octaves, noise, *rows, *diagonals]


def moved(chip, length, angle):
    side = int(np.ceil(length)) + 3 | 1
    kernel = np.zeros((side, side))
    for t in np.linspace(-length / 2, length / 2, 4 * side):
        u, v = side // 2 + t * np.cos(angle), side // 2 + t * np.sin(angle)
        kernel[int(round(v)), int(round(u))] += 1
    return fftconvolve(np.pad(chip, side // 2, mode='edge'), kernel / kernel.sum(), mode='valid')


def series(chip):
    for width in WIDTHS:
        yield 'blur', width, gaussian_filter(chip, width * SCALE, mode='nearest') if width else chip
    for length in MOVES:
        # Hands and heads move level or upright more often than aslant.
        level = rng.random() < 0.4
        angle = rng.choice([0, np.pi / 2]) + rng.normal(0, 0.1) if level else rng.uniform(0, np.pi)
        yield 'move', length, moved(chip, length * SCALE, angle)


def main():
    chips = np.fromfile('.cache/quality/chips.u8', np.uint8).reshape(-1, 2 * SIDE, 2 * SIDE).astype(np.float32)
    rows, kinds, amounts, faces = [], [], [], []
    for face, chip in enumerate(chips):
        for kind, amount, spoilt in series(chip):
            half = spoilt.reshape(SIDE, 2, SIDE, 2).mean((1, 3))
            if rng.random() < 0.3:
                half = half + rng.normal(0, 3, half.shape)
            rows.append(features(half.astype(np.float32)))
            kinds.append(kind)
            amounts.append(amount)
            faces.append(face)
    rows, kinds, amounts, faces = map(np.array, (rows, kinds, amounts, faces))
    sharp = np.median(rows[(kinds == 'blur') & (amounts == 0), 5:8], axis=0)
    lacks = np.hypot(rows[:, 5:8] - sharp, rows[:, 8:11])
    x = np.c_[rows[:, :5], lacks]
    truth = np.where(kinds == 'blur', amounts >= 0.04, amounts >= 0.18)
    clear = np.where(kinds == 'blur', (amounts < 0.03) | (amounts > 0.04), amounts > 0.15)
    test = faces % 3 == 0
    mean, spread = x[~test].mean(0), x[~test].std(0)
    z = np.c_[(x - mean) / spread, np.ones(len(x))]
    use = ~test & clear
    weight = np.where(truth[use], 0.5 / truth[use].sum(), 0.5 / (~truth[use]).sum())

    def loss(b):
        score = z[use] @ b
        error = 1 / (1 + np.exp(-score)) - truth[use]
        held = np.r_[b[:-1], 0]
        value = (weight * np.logaddexp(0, np.where(truth[use], -score, score))).sum() + RIDGE * held @ held
        return value, z[use].T @ (weight * error) + 2 * RIDGE * held

    b = minimize(loss, np.zeros(z.shape[1]), jac=True).x
    raw, offset = b[:-1] / spread, b[-1] - (b[:-1] * mean / spread).sum()
    print('octaves', raw[:4].round(2), 'noise', raw[4].round(2), 'sharpDirection', sharp.round(2))
    print('directions', raw[5:].round(2), 'offset', round(offset, 2))
    score = x @ raw + offset
    for kind in ('blur', 'move'):
        for amount in np.unique(amounts[kinds == kind]):
            s = score[test & (kinds == kind) & (amounts == amount)]
            print(f'{kind} {amount:5.3f}: smeared {(s > 0).mean():.2f}, the fault {(s > 2).mean():.2f} of {len(s)}')
    print('highest of a face as it is', score[(kinds == 'blur') & (amounts == 0)].max().round(2))


if __name__ == '__main__':
    main()
