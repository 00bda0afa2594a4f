"""Simulated occlusions, dark lenses and closed eyes, drawn on an aligned 256 x 256 chip with its mesh.

Real covered faces and closed eyes are scarce in the permitted sets. Each function draws from `rng` (numpy
Generator) alone, so a run repeats.
"""

import cv2
import numpy as np

SIDE = 256
OVAL = [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152,
        148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109]
LIPS = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146]
NOSE = [168, 417, 465, 429, 279, 358, 327, 326, 2, 97, 98, 129, 49, 209, 245, 193]
# Outline of each eye, upper lid from the outer to the inner corner and then the lower lid. Right eye first.
UPPER = [[33, 246, 161, 160, 159, 158, 157, 173, 133], [263, 466, 388, 387, 386, 385, 384, 398, 362]]
LOWER = [[33, 7, 163, 144, 145, 153, 154, 155, 133], [263, 249, 390, 373, 374, 380, 381, 382, 362]]
BROW = [[70, 63, 105, 66, 107], [300, 293, 334, 296, 336]]


def polygon(points):
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(mask, [np.round(points * 8).astype(np.int32)], 255, cv2.LINE_AA, 3)
    return mask


def regions(mesh):
    """Masks of mouth, nose and the two eyes (right, left)."""
    eyes = [polygon(expand(mesh[UPPER[k] + LOWER[k][::-1]], 1.3)) for k in (0, 1)]
    return polygon(mesh[LIPS]), polygon(mesh[NOSE]), eyes[0], eyes[1]


def expand(points, factor):
    centre = points.mean(0)
    return centre + (points - centre) * factor


def cloth(rng, others):
    """A 256 x 256 surface: plain, shaded, striped, or a blown-up patch of another picture."""
    kind = rng.integers(0, 5)
    if kind == 4 and len(others):
        other = others[rng.integers(len(others))]
        size = int(rng.integers(24, 200))
        y, x = rng.integers(0, SIDE - size, 2)
        return cv2.resize(other[y : y + size, x : x + size], (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    colour = rng.integers(0, 256, 3).astype(np.float32)
    if rng.random() < 0.5:  # white, grey, black and pale blue are what people wear
        colour = rng.choice(np.float32([[235, 235, 235], [20, 20, 22], [150, 200, 220], [90, 90, 95], [40, 50, 90]]))
    surface = np.ones((SIDE, SIDE, 3), np.float32) * colour
    grid = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / SIDE - 0.5
    angle = rng.uniform(0, 2 * np.pi)
    ramp = grid[0] * np.sin(angle) + grid[1] * np.cos(angle)
    surface *= (1 + rng.uniform(-0.6, 0.6) * ramp)[..., None]
    if kind >= 2:
        wave = np.sin(ramp * rng.uniform(20, 160) + rng.uniform(0, 6))
        surface += (wave * rng.uniform(3, 45))[..., None] * rng.uniform(0.2, 1, 3).astype(np.float32)
    blotch = cv2.resize(rng.normal(0, 1, (8, 8)).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    surface += (blotch * rng.uniform(0, 18))[..., None] + rng.normal(0, rng.uniform(0, 5), (SIDE, SIDE, 1))
    return np.clip(surface, 0, 255).astype(np.uint8)


def skin(rng, chip, mesh):
    """A surface of the person's own skin tone, somewhat lighter or darker, for hands."""
    x, y = np.clip(mesh[[50, 280, 151][rng.integers(3)]], 8, SIDE - 9).astype(int)
    tone = chip[y - 6 : y + 7, x - 6 : x + 7].reshape(-1, 3).mean(0) * rng.uniform(0.65, 1.25)
    blotch = cv2.resize(rng.normal(0, 1, (10, 10)).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    surface = tone + (blotch * rng.uniform(4, 14))[..., None] + rng.normal(0, 3, (SIDE, SIDE, 1))
    return np.clip(surface, 0, 255).astype(np.uint8)


def face_mask_shape(rng, mesh):
    """A worn mask: the lower oval up to a random height of the nose."""
    lower = OVAL[OVAL.index(454) : OVAL.index(234) + 1]
    top = mesh[[[6, 197, 195, 5, 4, 1][rng.integers(0, 5)]]]
    sides = mesh[[234, 454]] * 0.6 + mesh[[132, 361]] * 0.4
    points = np.concatenate([expand(mesh[lower[2:-2]], rng.uniform(0.98, 1.1)), sides[:1], top, sides[1:]])
    return polygon(points + rng.normal(0, 1.5, points.shape))


def scarf_shape(rng, mesh):
    """Everything below a wavy line across nose, mouth or chin."""
    x = np.linspace(-20, SIDE + 20, 12)
    level = mesh[[5, 4, 2, 13, 17, 152, 152][rng.integers(7)], 1] + rng.uniform(-6, 6)
    y = level + np.cumsum(rng.normal(0, 4, 12)) + (x - mesh[1, 0]) * rng.uniform(-0.15, 0.15)
    return polygon(np.concatenate([np.stack([x, y], 1), [[SIDE + 20, SIDE + 20], [-20, SIDE + 20]]]))


def aim(rng, mesh):
    """Where an object is put: over the mouth, the nose, an eye, or where it does no harm."""
    spots = [13, 13, 13, 4, 4, 159, 386, 168, 152, 10, 234, 454, 109, 338, 200, 425, 205]
    return mesh[spots[rng.integers(len(spots))]] + rng.normal(0, 10, 2)


def hand_shape(rng, mesh):
    """Fingers as rounded strokes from a palm at the border, or a fist."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    tip = aim(rng, mesh)
    angle = rng.uniform(0.1, 0.9) * np.pi  # a hand comes from below more often than from above
    if rng.random() < 0.15:
        angle = -angle
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    width = rng.uniform(11, 20)
    count = int(rng.integers(1, 6))
    palm = tip + along * rng.uniform(55, 90)
    for finger in range(count):
        offset = (finger - (count - 1) / 2) * width * rng.uniform(1.0, 1.5)
        start = tip + across * offset + along * rng.uniform(0, 22)
        end = palm + across * offset * 0.8
        cv2.line(mask, tuple(map(int, start)), tuple(map(int, end)), 255, int(width), cv2.LINE_AA)
    if rng.random() < 0.8:
        axes = (int(width * count * 0.75 + 14), int(rng.uniform(34, 60)))
        cv2.ellipse(mask, tuple(map(int, palm + along * 20)), axes, np.degrees(angle) - 90, 0, 360, 255, -1, cv2.LINE_AA)
    return mask


def object_shape(rng, mesh):
    """Cup, phone, bar, microphone, lock of hair: a turned quadrilateral, ellipse or stroke."""
    centre = aim(rng, mesh)
    angle = rng.uniform(0, np.pi)
    kind = rng.integers(0, 4)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    if kind == 0:
        half = np.array([rng.uniform(16, 80), rng.uniform(14, 60)])
        cv2.ellipse(mask, tuple(map(int, centre)), tuple(map(int, half)), np.degrees(angle), 0, 360, 255, -1, cv2.LINE_AA)
        return mask
    if kind == 1:  # bar or stick right across
        along = np.array([np.cos(angle), np.sin(angle)]) * 400
        cv2.line(mask, tuple(map(int, centre - along)), tuple(map(int, centre + along)), 255, int(rng.uniform(14, 60)), cv2.LINE_AA)
        return mask
    w, h, taper = rng.uniform(18, 75), rng.uniform(18, 75), rng.uniform(0.6, 1.1)
    box = np.array([[-w, -h], [w, -h], [w * taper, h], [-w * taper, h]]) + rng.normal(0, 3, (4, 2))
    turn = rng.normal(0, 0.35) if kind == 2 else angle
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return polygon(box @ rotation.T + centre)


def hair_shape(rng, mesh):
    """A fringe that falls from the forehead, sometimes over an eye."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    spot = mesh[[159, 386, 105, 334, 67, 297][rng.integers(6)]]
    for _ in range(int(rng.integers(8, 26))):
        end = spot + rng.normal(0, [18, 8]) + [0, rng.uniform(-10, 25)]
        start = np.array([end[0] + rng.normal(0, 25), -5])
        cv2.line(mask, tuple(map(int, start)), tuple(map(int, end)), 255, int(rng.uniform(3, 12)), cv2.LINE_AA)
    return mask


def occlude(rng, chip, mesh, others):
    """Covers part of the chip. Returns the new chip and the covered shares of mouth, nose, right eye, left eye."""
    kind = rng.choice(5, p=[0.22, 0.12, 0.28, 0.28, 0.10])
    shape = [face_mask_shape, scarf_shape, hand_shape, object_shape, hair_shape][kind](rng, mesh)
    surface = skin(rng, chip, mesh) if kind == 2 and rng.random() < 0.85 else cloth(rng, others)
    if kind == 4:
        surface = (cloth(rng, others).astype(np.float32) * rng.uniform(0.1, 0.6)).astype(np.uint8)
    # A darker rim and a soft shadow keep the border from being a perfect cut-out, which no camera sees.
    soft = cv2.GaussianBlur(shape, (0, 0), rng.uniform(0.6, 2.0)).astype(np.float32) / 255
    inner = cv2.GaussianBlur(shape, (0, 0), rng.uniform(4, 10)).astype(np.float32) / 255
    shade = 1 - rng.uniform(0, 0.5) * (1 - np.clip(inner * 1.6 - 0.6, 0, 1))
    base = chip.astype(np.float32)
    if rng.random() < 0.5:
        shift = np.float32([[1, 0, rng.uniform(-5, 5)], [0, 1, rng.uniform(0, 8)]])
        shadow = cv2.warpAffine(inner, shift, (SIDE, SIDE))
        base *= (1 - rng.uniform(0, 0.4) * shadow)[..., None]
    light = chip.mean() / 128 * rng.uniform(0.7, 1.3)
    top = surface.astype(np.float32) * shade[..., None] * (1 if kind == 2 else np.clip(light, 0.35, 1.5))
    mixed = base * (1 - soft[..., None]) + top * soft[..., None]
    covered = [float((shape[region > 127] > 127).mean()) if (region > 127).any() else 0.0 for region in regions(mesh)]
    return np.clip(mixed, 0, 255).astype(np.uint8), covered


def dark_lenses(rng, chip, mesh):
    """Sunglasses: two dark, tinted or mirrored lenses with a frame and a bridge."""
    kind = rng.choice(4, p=[0.35, 0.2, 0.2, 0.25])
    tint = rng.uniform(0, 70, 3) if kind == 1 else np.full(3, rng.uniform(0, 45))
    strength = rng.uniform(0.86, 1.0)
    if kind == 2:  # brown, amber or rose, and the eyes faintly behind
        tint, strength = np.array([rng.uniform(70, 170), rng.uniform(25, 90), rng.uniform(0, 60)]), rng.uniform(0.68, 0.9)
    sky, ground = rng.uniform(90, 250, 3), rng.uniform(0, 90, 3)  # what a mirrored lens shows
    horizon, waves = rng.uniform(-0.2, 0.5), rng.uniform(0, 0.25)
    out = chip.astype(np.float32)
    wide, high, power = rng.uniform(0.62, 0.95), rng.uniform(0.42, 0.8), rng.uniform(2, 5)
    drop = rng.uniform(-0.05, 0.22)
    theta = np.linspace(0, 2 * np.pi, 48)
    lens = np.sign(np.cos(theta)) * abs(np.cos(theta)) ** (2 / power), np.sign(np.sin(theta)) * abs(np.sin(theta)) ** (2 / power)
    frame = rng.uniform(0, 120, 3)
    thick = int(rng.integers(1, 6))
    centres = []
    for outer, inner in ((33, 133), (263, 362)):
        axis = mesh[inner] - mesh[outer]
        axis = axis * (1 if outer == 33 else -1)
        width = max(np.linalg.norm(axis), 26)
        unit = axis / (np.linalg.norm(axis) + 1e-6)
        normal = np.array([-unit[1], unit[0]])
        centre = (mesh[inner] + mesh[outer]) / 2 + normal * drop * width
        centres.append((centre, unit, width))
        points = centre + np.outer(lens[0] * wide * width, unit) + np.outer(lens[1] * high * width, normal)
        mask = cv2.GaussianBlur(polygon(points), (0, 0), 0.8).astype(np.float32)[..., None] / 255
        ramp = 1 + rng.uniform(-0.2, 1.5) * np.clip((np.arange(SIDE)[:, None, None] - centre[1]) / (2 * high * width), -0.5, 0.5)
        glass = np.clip(tint * ramp, 0, 255)
        if kind == 3:
            across = np.sin(np.arange(SIDE) * rng.uniform(0.1, 0.6) + rng.uniform(0, 6))[None, :, None] * waves
            level = (np.arange(SIDE)[:, None, None] - centre[1]) / (high * width) - horizon + across
            share = 1 / (1 + np.exp(-level * rng.uniform(3, 12)))
            glass = sky * (1 - share) + ground * share
        if rng.random() < 0.5:  # a reflection
            spot = np.exp(-(((np.mgrid[0:SIDE, 0:SIDE].transpose(1, 2, 0) - (centre + rng.normal(0, 10, 2))[::-1]) / rng.uniform(4, 14)) ** 2).sum(2))
            glass = glass + spot[..., None] * rng.uniform(30, 160)
        out = out * (1 - mask * strength) + glass * mask * strength
        cv2.polylines(out, [np.round(points * 8).astype(np.int32)], True, tuple(map(float, frame)), thick, cv2.LINE_AA, 3)
    (left, unit, width), (right, unit2, width2) = centres
    lift = -0.2 * width * np.array([-unit[1], unit[0]])
    a, b = left + unit * wide * width + lift, right - unit2 * wide * width2 + lift
    cv2.line(out, tuple(map(int, a)), tuple(map(int, b)), tuple(map(float, frame)), max(2, thick), cv2.LINE_AA)
    return np.clip(out, 0, 255).astype(np.uint8)


def close_eyes(rng, chip, mesh, which):
    """Pulls the skin of the upper lid down over the eyes in `which` (0 right, 1 left) and draws the lash line."""
    ys, xs = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    source = ys.copy()
    lash = np.zeros((SIDE, SIDE), np.float32)
    depth = rng.uniform(0.75, 1.05)
    for k in which:
        outer, inner = mesh[UPPER[k][0]], mesh[UPPER[k][-1]]
        if abs(outer[0] - inner[0]) < 8:
            continue
        order = np.argsort(mesh[UPPER[k], 0])
        columns = np.arange(SIDE)
        upper = np.interp(columns, mesh[UPPER[k], 0][order], mesh[UPPER[k], 1][order])
        order = np.argsort(mesh[LOWER[k], 0])
        lower = np.interp(columns, mesh[LOWER[k], 0][order], mesh[LOWER[k], 1][order])
        brow = mesh[BROW[k], 1].max()
        low, high = sorted((outer[0], inner[0]))
        opening = np.clip(lower - upper, 0, None) + rng.uniform(0.5, 2)
        inside = (columns > low - 2) & (columns < high + 2)
        line = upper + opening * depth + 1  # where the lid ends now
        start = np.minimum(upper - 4, brow + (upper - brow) * 0.35)
        t = (ys - start) / np.maximum(line - start, 1)
        lid = inside & (t >= 0) & (t <= 1)
        source = np.where(lid, start + t * (upper - 1.5 - start), source)
        # What is left of the eye opening, if anything, comes from below the lower lid.
        rest = inside & (ys > line) & (ys < lower + 3)
        source = np.where(rest, lower + 3 + (lower + 3 - ys) * 0.5, source)
        sigma = rng.uniform(0.8, 1.8)
        lash = np.maximum(lash, np.where(inside, np.exp(-(((ys - line) / sigma) ** 2)), 0))
    moved = cv2.remap(chip, xs, source.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    lash = cv2.GaussianBlur(lash, (0, 0), 0.8) * rng.uniform(0.2, 0.75)
    return np.clip(moved * (1 - lash[..., None]), 0, 255).astype(np.uint8)


def capture(rng, crop):
    """What a camera and an uploader do to the pixels: light, colour, blur, small size, noise, JPEG. RGB uint8."""
    x = crop.astype(np.float32)
    if rng.random() < 0.8:
        x = 255 * np.clip(x / 255, 0, 1) ** np.exp(rng.normal(0, 0.3))
        x = (x - 128) * np.exp(rng.normal(0, 0.2)) + 128 + rng.normal(0, 16)
    if rng.random() < 0.6:
        x = x * np.exp(rng.normal(0, 0.1, 3)) + rng.normal(0, 5, 3)
    if rng.random() < 0.25:  # light from one side
        height, width = x.shape[:2]
        angle = rng.uniform(0, 2 * np.pi)
        ramp = np.outer(np.linspace(-1, 1, height), np.full(width, np.sin(angle))) + np.outer(np.full(height, np.cos(angle)), np.linspace(-1, 1, width))
        x = x * np.exp(rng.uniform(0, 0.6) * ramp)[..., None]
    if rng.random() < 0.08:
        x = np.repeat(x.mean(2, keepdims=True), 3, 2)
    x = np.clip(x, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 1.6))
    if rng.random() < 0.25:
        height, width = x.shape[:2]
        scale = rng.uniform(0.35, 0.9)
        small = cv2.resize(x, (max(8, int(width * scale)), max(8, int(height * scale))), interpolation=cv2.INTER_AREA)
        x = cv2.resize(small, (width, height), interpolation=rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC]))
    if rng.random() < 0.3:
        x = np.clip(x + rng.normal(0, rng.uniform(1, 9), x.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.35:
        code = cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 95))])[1]
        x = cv2.imdecode(code, cv2.IMREAD_COLOR)
    return x
