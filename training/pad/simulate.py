"""Simulated presentation attacks: what a screen or a print does to a bona fide picture, and what stands around it.

Every function takes and returns RGB uint8 (or float32 where said) and draws from the given numpy Generator.
"""
import cv2
import numpy as np


def _grid(shape, period, angle):
    y, x = np.mgrid[0:shape[0], 0:shape[1]].astype(np.float32)
    return (x * np.cos(angle) + y * np.sin(angle)) * (2 * np.pi / period)


def moire(image, rng):
    """Beat of two gratings: the display's pixel rows against the camera's, bent a little by the lens."""
    out = image.astype(np.float32)
    h, w = out.shape[:2]
    for _ in range(rng.integers(1, 4)):
        period, angle = np.exp(rng.uniform(np.log(2.2), np.log(28))), rng.uniform(0, np.pi)
        phase = _grid((h, w), period, angle)
        if rng.random() < 0.6:
            bend = _grid((h, w), rng.uniform(0.6, 2.5) * w, rng.uniform(0, np.pi))
            phase = phase + rng.uniform(0.5, 5) * np.sin(bend)
        depth = rng.uniform(0.03, 0.13)
        if rng.random() < 0.5:  # sub-pixels: each colour has its own phase
            shift = rng.uniform(0.5, 2.5)
            wave = np.stack([np.sin(phase + i * shift) for i in range(3)], -1)
        else:
            wave = np.sin(phase)[..., None]
        if rng.random() < 0.5:  # moire is seldom the same everywhere
            wave = wave * _blotch((h, w), rng)[..., None]
        out *= 1 + depth * wave
    return np.clip(out, 0, 255).astype(np.uint8)


def _blotch(shape, rng, cells=4):
    small = rng.random((cells, cells)).astype(np.float32)
    return cv2.resize(small, shape[::-1], interpolation=cv2.INTER_CUBIC).clip(0, 1)


def pixel_grid(image, rng):
    """Dark lines between a display's pixels, or bright and dark columns of its sub-pixels."""
    out = image.astype(np.float32)
    pitch = int(rng.integers(2, 5))
    depth = rng.uniform(0.05, 0.25)
    offset = int(rng.integers(0, pitch))
    if rng.random() < 0.5:
        out[offset::pitch] *= 1 - depth
    if rng.random() < 0.7:
        for channel in range(3):
            out[:, (offset + channel) % pitch::pitch, channel] *= 1 - depth
    return np.clip(out, 0, 255).astype(np.uint8)


def screen_colour(image, rng):
    """Glow of a display seen by a camera: raised blacks, cast, steep or flat contrast, blown highlights."""
    out = image.astype(np.float32) / 255
    out = out ** rng.uniform(0.65, 1.5)
    out = (out - 0.5) * rng.uniform(0.65, 1.55) + 0.5 + rng.uniform(-0.1, 0.22)
    cast = 1 + rng.normal(0, 0.09, 3)
    if rng.random() < 0.5:
        cast = cast * np.array([rng.uniform(0.82, 1), 1, rng.uniform(1, 1.25)])  # cold white point
    out = out * cast + rng.uniform(0, 0.08)
    grey = out.mean(-1, keepdims=True)
    out = grey + (out - grey) * rng.uniform(0.6, 1.7)
    if rng.random() < 0.4:  # backlight bleeding and vignetting
        out = out * (0.8 + 0.35 * _blotch(out.shape[:2], rng, 3)[..., None])
    return (np.clip(out, 0, 1) * 255).astype(np.uint8)


def glare(image, rng):
    """A lamp or a window mirrored in glass or glossy paper."""
    h, w = image.shape[:2]
    layer = np.zeros((h, w), np.float32)
    for _ in range(rng.integers(1, 3)):
        centre = (int(rng.integers(0, w)), int(rng.integers(0, h)))
        axes = (max(2, int(w * rng.uniform(0.03, 0.3))), max(2, int(h * rng.uniform(0.02, 0.12))))
        cv2.ellipse(layer, centre, axes, float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(0.2, 0.9)), -1)
    layer = cv2.GaussianBlur(layer, (0, 0), w * rng.uniform(0.01, 0.06))[..., None]
    tint = 255 * (1 - rng.uniform(0, 0.15, 3))
    return (image * (1 - layer) + tint * layer).clip(0, 255).astype(np.uint8)


def recapture(image, rng):
    """Displayed or printed at a finite resolution, then photographed out of focus."""
    h, w = image.shape[:2]
    shrink = rng.uniform(0.3, 0.85)
    method = [cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_NEAREST][rng.integers(0, 3)]
    small = cv2.resize(image, (max(8, int(w * shrink)), max(8, int(h * shrink))), interpolation=method)
    back = [cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST][rng.integers(0, 3)]
    out = cv2.resize(small, (w, h), interpolation=back)
    if rng.random() < 0.5:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.4, 1.4))
    return out


def halftone(image, rng):
    """Ink dots: each colour screened at its own angle."""
    out = image.astype(np.float32) / 255
    period = rng.uniform(2.2, 6)
    base = rng.uniform(0, np.pi)
    hard, mix = rng.uniform(1.5, 6), rng.uniform(0.15, 0.45)
    dots = np.empty_like(out)
    for channel, angle in enumerate((0.26, 1.31, 0.0)):
        a = base + angle
        screen = np.cos(_grid(out.shape[:2], period, a)) * np.cos(_grid(out.shape[:2], period, a + np.pi / 2))
        dots[..., channel] = 1 / (1 + np.exp(-hard * (2 * out[..., channel] - 1 + screen)))
    return ((out * (1 - mix) + dots * mix).clip(0, 1) * 255).astype(np.uint8)


def print_colour(image, rng):
    """Ink and paper: less range, weaker colours, the tint of the paper and of the room's light, some streaks."""
    out = image.astype(np.float32) / 255
    grey = out.mean(-1, keepdims=True)
    out = grey + (out - grey) * (0.0 if rng.random() < 0.12 else rng.uniform(0.35, 1.0))
    low, high = rng.uniform(0.05, 0.3), rng.uniform(0.7, 0.98)
    out = (low + out ** rng.uniform(0.7, 1.4) * (high - low)) * (1 + rng.normal(0, 0.06, 3))
    if rng.random() < 0.3:
        rows = 1 + rng.normal(0, 0.03, (out.shape[0], 1, 1))
        out = out * (rows if rng.random() < 0.5 else rows.transpose(1, 0, 2)[:, :1].repeat(1, 1)) \
            if out.shape[0] != out.shape[1] else out * (rows if rng.random() < 0.5 else rows.reshape(1, -1, 1))
    if rng.random() < 0.5:  # light falls unevenly on a sheet that is not flat
        out = out * (0.75 + 0.4 * _blotch(out.shape[:2], rng, 3)[..., None])
    return (np.clip(out, 0, 1) * 255).astype(np.uint8)


def attack_texture(image, rng):
    """What one presentation does to the face's own pixels.

    At least one trace is left that no honest capture has (grid, dots, beat): blur and colour alone also come from
    lenses and light, and a net that is told to call them an attack learns to refuse poor cameras.
    """
    if rng.random() < 0.6:
        steps = [(recapture, 0.5), (pixel_grid, 0.35), (screen_colour, 0.8), (moire, 0.65), (glare, 0.25)]
        trace = moire
    else:
        steps = [(recapture, 0.4), (print_colour, 0.9), (halftone, 0.75), (glare, 0.2)]
        trace = halftone
    chosen = [step for step, share in steps if rng.random() < share]
    if not {moire, halftone, pixel_grid} & set(chosen):
        chosen.append(trace)
    for step in chosen:
        image = step(image, rng)
    return image
