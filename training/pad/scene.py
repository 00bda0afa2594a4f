"""Simulated surroundings: a face on a held phone, a monitor or a sheet of paper, and harmless rectangles."""
import cv2
import numpy as np

import augment
import simulate


def background(pictures, size, rng):
    """A room to stand behind the attack: part of another picture, or a plain wall."""
    if rng.random() < 0.2:
        ends = rng.integers(0, 256, (2, 2, 3)).astype(np.float32)
        if rng.random() < 0.7:
            ends = ends.mean(-1, keepdims=True) + (ends - ends.mean(-1, keepdims=True)) * 0.25
        wall = cv2.resize(ends.astype(np.uint8), (size, size), interpolation=cv2.INTER_LINEAR)
        return np.clip(wall + rng.normal(0, 3, wall.shape), 0, 255).astype(np.uint8)
    row = pictures[rng.integers(0, len(pictures))]
    left, top, right, bottom = (int(v) for v in row['valid'])
    part = row['pixels'][top:bottom, left:right]
    h, w = part.shape[:2]
    ch, cw = int(h * rng.uniform(0.35, 1)), int(w * rng.uniform(0.35, 1))
    y, x = int(rng.integers(0, h - ch + 1)), int(rng.integers(0, w - cw + 1))
    out = cv2.resize(part[y:y + ch, x:x + cw], (size, size), interpolation=cv2.INTER_AREA)
    turn = rng.integers(0, 4)
    if turn:
        out = np.rot90(out, turn).copy()
    if rng.random() < 0.6:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.5, 5))
    return augment.colour(out, rng)


def corners(box, rng, tilt):
    """Corners of a rectangle (left, top, right, bottom) turned and put in perspective a little."""
    left, top, right, bottom = box
    points = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    centre = points.mean(0)
    angle = rng.normal(0, tilt)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    size = np.array([right - left, bottom - top], np.float32)
    return ((points - centre) @ turn.T + centre + rng.normal(0, 0.025, (4, 2)) * size).astype(np.float32)


def rounded(h, w, radius):
    mask = np.zeros((h, w), np.uint8)
    r = int(min(radius, h // 2 - 1, w // 2 - 1))
    if r < 1:
        mask[:] = 255
        return mask
    cv2.rectangle(mask, (r, 0), (w - 1 - r, h - 1), 255, -1)
    cv2.rectangle(mask, (0, r), (w - 1, h - 1 - r), 255, -1)
    for x, y in ((r, r), (w - 1 - r, r), (r, h - 1 - r), (w - 1 - r, h - 1 - r)):
        cv2.circle(mask, (x, y), r, 255, -1)
    return mask


def fingers(scene, quad, face_colour, unit, rng):
    """A hand that holds the device: elongated skin-coloured shapes across one or two of its edges."""
    tone = np.clip(face_colour * np.exp(rng.normal(-0.1, 0.35)) * np.exp(rng.normal(0, 0.06, 3)), 0, 255)
    for edge in rng.permutation(4)[:rng.integers(1, 3)]:
        a, b = quad[edge], quad[(edge + 1) % 4]
        along = (b - a) / (np.linalg.norm(b - a) + 1e-6)
        normal = np.array([-along[1], along[0]])
        start = rng.uniform(0.05, 0.5)
        for i in range(rng.integers(1, 5)):
            at = a + (b - a) * (start + i * 0.13) + normal * unit * rng.uniform(-0.35, 0.1)
            axes = (int(unit * rng.uniform(0.3, 0.75)) + 1, int(unit * rng.uniform(0.1, 0.2)) + 1)
            angle = np.degrees(np.arctan2(normal[1], normal[0])) + rng.normal(0, 12)
            shade = tuple(float(v) for v in np.clip(tone * rng.uniform(0.75, 1.15), 0, 255))
            cv2.ellipse(scene, tuple(int(v) for v in at), axes, float(angle), 0, 360, shade, -1, cv2.LINE_AA)


def widened(row, rng):
    """The row's region, at times continued past the picture's edge by its mirror image.

    Few bona fide pictures show much of the room. Without this, and without `attack` keeping the picture's own
    edges, wide surroundings alone would mean an attack.
    """
    pixels, valid, size = row['pixels'], row['valid'], row['pixels'].shape[0]
    left, top, right, bottom = (int(v) for v in valid)
    if rng.random() > 0.35 or right - left < 16 or bottom - top < 16:
        return pixels, valid
    part = pixels[top:bottom, left:right]
    margin = 4 if row['source'] == 'lfw' else 0  # LFW's edges are often black
    part = part[margin:-margin, margin:-margin] if margin else part
    out = cv2.copyMakeBorder(part, top + margin, size - bottom + margin, left + margin, size - right + margin,
                             cv2.BORDER_REFLECT_101 if rng.random() < 0.8 else cv2.BORDER_REPLICATE)
    return out, (0, 0, size, size)


def attack(row, pictures, rng):
    """The row's picture shown on a device or sheet in front of another scene; returns pixels and valid rectangle."""
    (pixels, v), unit = widened(row, rng), row['side']
    size = pixels.shape[0]
    centre = size / 2
    # Half of the time the result keeps the picture's own edges: the device must then end inside them.
    seen = v if rng.random() < 0.6 and min(v[2] - v[0], v[3] - v[1]) > 1.9 * unit else (0, 0, size, size)
    far = (1.15, 1.2, 1.15, 1.3) if seen is v else (1.9, 2.1, 1.9, 2.3)
    reach = [rng.uniform(low, high) for low, high in zip((0.6, 0.65, 0.6, 0.7), far)]
    # A device held near shows two of its edges: above and below, or on both sides, it reaches out of the picture.
    near = rng.random() < 0.3
    across = near and rng.random() < 0.25
    if near:
        for side in (0, 2) if across else (1, 3):
            reach[side] = 9
    left, top = centre - reach[0] * unit, centre - reach[1] * unit
    right, bottom = centre + reach[2] * unit, centre + reach[3] * unit
    if rng.random() < 0.85:  # else what is missing stays dark, as on a phone in portrait with a wide picture
        left, top, right, bottom = max(left, v[0]), max(top, v[1]), min(right, v[2]), min(bottom, v[3])
    left, top, right, bottom = (int(round(t)) for t in (max(left, 0), max(top, 0), min(right, size), min(bottom, size)))
    if right - left < 8 or bottom - top < 8:
        return pixels, v
    shown = simulate.attack_texture(pixels[top:bottom, left:right].copy(), rng)
    paper = rng.random() < 0.3
    rim = [rng.uniform(0.0 if paper else 0.02, 0.35) * unit for _ in range(4)]
    if rng.random() < 0.6:
        rim = [rim[0], rim[1], rim[0], rim[1]]
    if not paper and rng.random() < 0.4:  # bars of an application or of the browser
        bar = rng.integers(0, 2)
        rim[1 + 2 * bar] += rng.uniform(0.1, 0.8) * unit
    rim = [int(round(r)) for r in rim]
    if near:
        rim = [0, rim[1], 0, rim[3]] if across else [rim[0], 0, rim[2], 0]
        seen = (left, seen[1], right, seen[3]) if across else (seen[0], top, seen[2], bottom)
    if paper:
        rim_colour = rng.uniform(120, 250) * np.array([1, 1, rng.uniform(0.8, 1)])
    elif rng.random() < 0.75:
        rim_colour = rng.uniform(0, 55) * np.exp(rng.normal(0, 0.1, 3))
    else:
        rim_colour = rng.uniform(60, 250) * np.exp(rng.normal(0, 0.08, 3))
    card = cv2.copyMakeBorder(shown, rim[1], rim[3], rim[0], rim[2], cv2.BORDER_CONSTANT,
                              value=tuple(float(c) for c in np.clip(rim_colour, 0, 255)))
    h, w = card.shape[:2]
    if not paper and rng.random() < 0.5:
        cv2.rectangle(card, (0, 0), (w - 1, h - 1), float(rng.uniform(60, 160)), 1)  # the metal edge catches light
    mask = rounded(h, w, 0 if paper else unit * rng.uniform(0, 0.35))
    scene = background(pictures, size, rng)
    if rng.random() < 0.6:  # the camera exposes for the bright display
        scene = (scene * rng.uniform(0.12, 0.8)).astype(np.uint8)
    tilt = 0.03 if near else 0.09
    quad = corners((left - rim[0], top - rim[1], right + rim[2], bottom + rim[3]), rng, tilt)
    matrix = cv2.getPerspectiveTransform(np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32), quad)
    alpha = cv2.warpPerspective(mask, matrix, (size, size), flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    front = cv2.warpPerspective(card, matrix, (size, size), flags=cv2.INTER_LINEAR)
    if rng.random() < 0.5:
        shadow = cv2.GaussianBlur(alpha, (0, 0), unit * rng.uniform(0.05, 0.25))
        scene = (scene * (1 - rng.uniform(0.2, 0.7) * shadow[..., None])).astype(np.uint8)
    alpha = alpha[..., None]
    scene = np.ascontiguousarray((scene * (1 - alpha) + front * alpha).astype(np.uint8))
    if rng.random() < 0.5:
        c, half = int(centre), max(2, int(unit * 0.2))
        tone = np.median(pixels[c - half:c + half, c - half:c + half].reshape(-1, 3), 0)
        fingers(scene, quad, tone, unit, rng)
    if rng.random() < 0.25:
        scene = simulate.glare(scene, rng)
    return scene, seen


def distract(row, pictures, rng):
    """A bona fide picture with rectangles that do not surround the face: doors, posters, screens, letterbox bars."""
    (pixels, valid), unit = widened(row, rng), row['side']
    size = pixels.shape[0]
    left, top, right, bottom = (int(v) for v in valid)
    half = unit * 0.75
    keep = np.zeros((size, size), np.uint8)
    cv2.ellipse(keep, (size // 2, int(size / 2 - 0.1 * unit)), (int(half), int(unit * 0.95)), 0, 0, 360, 1, -1)
    keep[int(size / 2 + 0.3 * unit):, int(size / 2 - 1.4 * unit):int(size / 2 + 1.4 * unit)] = 1  # the body
    for _ in range(rng.integers(1, 4)):
        w, h = (max(6, int(unit * rng.uniform(0.4, 3))) for _ in range(2))
        x, y = int(rng.integers(-w // 2, size)), int(rng.integers(-h // 2, size))
        card = background(pictures, 64, rng)
        rim = int(rng.integers(0, 8))
        card = cv2.copyMakeBorder(card, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=(float(rng.integers(0, 256)),) * 3)
        quad = corners((x, y, x + w, y + h), rng, 0.08)
        n = card.shape[0]
        matrix = cv2.getPerspectiveTransform(np.array([[0, 0], [n, 0], [n, n], [0, n]], np.float32), quad)
        alpha = cv2.warpPerspective(np.full((n, n), 255, np.uint8), matrix, (size, size)).astype(np.float32) / 255
        front = cv2.warpPerspective(card, matrix, (size, size))
        alpha = (alpha * (1 - keep))[..., None]
        pixels = (pixels * (1 - alpha) + front * alpha).astype(np.uint8)
    inside = np.zeros((size, size, 1), np.uint8)
    inside[top:bottom, left:right] = 1
    return pixels * inside, valid


def card(row, pictures, rng):
    """The face as the portrait of an identity card or a small print with a border, held before another scene."""
    pixels, unit, size = row['pixels'], row['side'], row['pixels'].shape[0]
    v = [int(t) for t in row['valid']]
    c = size // 2
    reach = [unit * r for r in (rng.uniform(0.6, 0.95), rng.uniform(0.65, 1.0), rng.uniform(0.6, 0.95), rng.uniform(0.7, 1.1))]
    l, t = int(max(v[0], c - reach[0])), int(max(v[1], c - reach[1]))
    r, b = int(min(v[2], c + reach[2])), int(min(v[3], c + reach[3]))
    portrait = pixels[t:b, l:r]
    if min(portrait.shape[:2]) < 8:
        return pixels, row['valid']
    portrait = simulate.attack_texture(portrait.copy(), rng) if rng.random() < 0.5 else simulate.print_colour(simulate.recapture(portrait.copy(), rng), rng)
    paper = np.clip(rng.uniform(150, 252) * np.exp(rng.normal(0, 0.05, 3)), 0, 255)
    plain = rng.random() < 0.4  # a print with its white border instead of a card
    rim = [unit * (rng.uniform(0.02, 0.3) if plain else rng.uniform(0.1, 2.2)) for _ in range(4)]
    left, top, right, bottom = l - rim[0], t - rim[1], r + rim[2], b + rim[3]
    w, h = int(right - left), int(bottom - top)
    sheet = np.full((h, w, 3), paper, np.float32)
    if not plain:
        band = np.clip(rng.uniform(30, 220, 3), 0, 255)
        height = int(h * rng.uniform(0.1, 0.3))
        if rng.random() < 0.7:
            sheet[:height] = band
        for _ in range(rng.integers(2, 9)):  # lines of writing
            y, x = int(rng.integers(0, h)), int(rng.integers(0, w))
            cv2.line(sheet, (x, y), (x + int(unit * rng.uniform(0.3, 1.5)), y), tuple(float(q) for q in rng.uniform(0, 120, 3)), max(1, int(unit * rng.uniform(0.02, 0.09))))
    y, x = t - int(top), l - int(left)
    room = sheet[y:y + portrait.shape[0], x:x + portrait.shape[1]]
    room[:] = portrait[:room.shape[0], :room.shape[1]]
    sheet = np.clip(sheet, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        sheet = simulate.glare(sheet, rng)
    behind = background(pictures, size, rng)
    quad = corners((left, top, right, bottom), rng, 0.08)
    matrix = cv2.getPerspectiveTransform(np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32), quad)
    alpha = cv2.warpPerspective(rounded(h, w, 0 if plain else unit * rng.uniform(0, 0.15)), matrix, (size, size)).astype(np.float32)[..., None] / 255
    out = np.ascontiguousarray((behind * (1 - alpha) + cv2.warpPerspective(sheet, matrix, (size, size)) * alpha).astype(np.uint8))
    if rng.random() < 0.7:
        half = max(2, int(unit * 0.2))
        fingers(out, quad, np.median(pixels[c - half:c + half, c - half:c + half].reshape(-1, 3), 0), unit, rng)
    return out, (0, 0, size, size)


def paper_mask(wearer, shown, rng):
    """A printed face, cut out along the face or as a square, at times with cut eyes, worn before the wearer's own."""
    base, unit = np.ascontiguousarray(wearer['pixels']).copy(), wearer['side']
    size, c = base.shape[0], base.shape[0] // 2
    half = int(shown['side'] * 0.62)
    middle = shown['pixels'].shape[0] // 2
    face = shown['pixels'][max(0, middle - half):middle + half, max(0, middle - half):middle + half]
    side = int(unit * rng.uniform(1.0, 1.4))
    face = cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA)
    face = simulate.print_colour(simulate.halftone(face, rng) if rng.random() < 0.4 else simulate.recapture(face, rng), rng)
    alpha = np.zeros((side, side), np.float32)
    if rng.random() < 0.75:
        cv2.ellipse(alpha, (side // 2, side // 2), (int(side * rng.uniform(0.33, 0.46)), int(side * rng.uniform(0.42, 0.5))), 0, 0, 360, 1, -1)
    else:
        alpha[:] = 1
    if rng.random() < 0.6:  # eyes, and at times nose or mouth, cut out
        for x in (0.36, 0.64):
            cv2.ellipse(alpha, (int(side * x), int(side * 0.42)), (max(1, int(side * 0.06)), max(1, int(side * 0.03))), 0, 0, 360, 0, -1)
    if rng.random() < 0.5:  # the cut edge is white
        edge = cv2.dilate(alpha, np.ones((3, 3))) - alpha
        face = np.where(edge[..., None] > 0.5, np.uint8(rng.integers(190, 256)), face)
        alpha = np.maximum(alpha, edge)
    m = cv2.getRotationMatrix2D((side / 2, side / 2), rng.normal(0, 6), 1)
    m[:, 2] += c - side / 2 + rng.normal(0, 0.04, 2) * unit
    alpha = cv2.warpAffine(alpha, m, (size, size))[..., None]
    shadow = cv2.GaussianBlur(alpha, (0, 0), unit * 0.08)[..., None] * rng.uniform(0, 0.5)
    out = base * (1 - shadow * (1 - alpha)) * (1 - alpha) + cv2.warpAffine(face, m, (size, size)) * alpha
    return np.clip(out, 0, 255).astype(np.uint8), wearer['valid']
