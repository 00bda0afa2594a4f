"""Random capture conditions: everything that may differ between two honest pictures must not move the score."""
import cv2
import numpy as np


def warp(pixels, valid, centre, side, angle, size, flip, method):
    """Square of `side` pixels about `centre` turned by `angle` to size x size, with the mask of valid pixels."""
    scale = size / side
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    if flip:
        m = np.array([[-cos, -sin, 0], [-sin, cos, 0]], np.float64)
    else:
        m = np.array([[cos, -sin, 0], [sin, cos, 0]], np.float64)
    m[:, 2] = size / 2 - 0.5 - m[:, :2] @ (np.asarray(centre) - 0.5)
    image = pixels
    if scale < 0.7:  # area average first: single samples of a large region alias
        image = cv2.GaussianBlur(pixels, (0, 0), 0.42 / scale)
    image = cv2.warpAffine(image, m, (size, size), flags=method, borderMode=cv2.BORDER_CONSTANT)
    mask = np.zeros(pixels.shape[:2], np.uint8)
    left, top, right, bottom = (int(v) for v in valid)
    mask[top:bottom, left:right] = 1
    mask = cv2.warpAffine(mask, m, (size, size), flags=cv2.INTER_NEAREST)
    return image * mask[..., None], mask


def colour(image, rng, strength=1.0):
    out = image.astype(np.float32) / 255
    if rng.random() < 0.5:
        out = out ** np.exp(rng.uniform(-0.5, 0.5) * strength)
    out = out * np.exp(rng.uniform(-0.45, 0.35) * strength)
    out = out * np.exp(rng.normal(0, 0.10 * strength, 3)).astype(np.float32)
    grey = out.mean(-1, keepdims=True)
    out = grey + (out - grey) * rng.uniform(1 - 0.6 * strength, 1 + 0.5 * strength)
    mean = out.mean()
    out = mean + (out - mean) * rng.uniform(1 - 0.3 * strength, 1 + 0.3 * strength)
    if rng.random() < 0.05:
        out = np.repeat(out.mean(-1, keepdims=True), 3, -1)
    return (out.clip(0, 1) * 255).astype(np.uint8)


def motion(image, rng, most):
    length = int(rng.integers(2, most + 1))
    kernel = np.zeros((2 * length + 1,) * 2, np.float32)
    angle = rng.uniform(0, np.pi)
    dx, dy = np.cos(angle) * length / 2, np.sin(angle) * length / 2
    at = (length, length)
    cv2.line(kernel, (int(at[0] - dx), int(at[1] - dy)), (int(at[0] + dx), int(at[1] + dy)), 1.0)
    return cv2.filter2D(image, -1, kernel / kernel.sum())


def capture(image, rng):
    """Lens, sensor and file: blur or sharpening, noise, JPEG."""
    draw = rng.random()
    if draw < 0.20:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 0.9))
    elif draw < 0.25:
        image = motion(image, rng, 3)
    elif draw < 0.40:
        soft = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.6, 1.5))
        gain = rng.uniform(0.2, 1.0)
        image = cv2.addWeighted(image, 1 + gain, soft, -gain, 0)
    if rng.random() < 0.2:
        h, w = image.shape[:2]
        shrink = rng.uniform(0.5, 0.95)
        small = cv2.resize(image, (int(w * shrink), int(h * shrink)), interpolation=cv2.INTER_AREA)
        image = cv2.resize(small, (w, h), interpolation=[cv2.INTER_LINEAR, cv2.INTER_CUBIC][rng.integers(0, 2)])
    if rng.random() < 0.25:
        noise = rng.normal(0, rng.uniform(1, 6), image.shape[:2] + (3 if rng.random() < 0.7 else 1,))
        image = np.clip(image + noise.astype(np.float32), 0, 255).astype(np.uint8)
    if rng.random() < 0.45:
        quality = int(rng.uniform(45, 95))
        image = cv2.imdecode(cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    return image


def cut_out(image, mask, rng):
    size = image.shape[0]
    w, h = (int(size * rng.uniform(0.1, 0.45)) for _ in range(2))
    x, y = int(rng.integers(0, size - w)), int(rng.integers(0, size - h))
    if rng.random() < 0.5:
        mask[y:y + h, x:x + w] = 0
    else:
        image[y:y + h, x:x + w] = rng.integers(0, 256, 3)
