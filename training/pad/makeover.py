"""Makes a photograph over into what no camera takes: drawings, cartoons, posters, dithers, faces cut out.

Every recipe takes an RGB picture, the face box (x, y, side) in it and a random generator, and draws its own strength.
Pictures are as large as they were when they were made over, not as the net sees them.
"""
import cv2
import numpy as np


def posterise(image, box, rng):
    """Few levels of each colour."""
    levels = int(rng.integers(3, 8))
    if rng.random() < 0.4:
        image = cv2.medianBlur(image, int(rng.choice([3, 5])))
    space = rng.choice(['rgb', 'hsv', 'luma'])
    back = {'rgb': None, 'hsv': cv2.COLOR_HSV2RGB, 'luma': cv2.COLOR_YCrCb2RGB}[space]
    if space != 'rgb':
        image = cv2.cvtColor(image, {'hsv': cv2.COLOR_RGB2HSV, 'luma': cv2.COLOR_RGB2YCrCb}[space])
    step = 256 / levels
    few = (np.floor(image / step) * step + step / 2).clip(0, 255).astype(np.uint8)
    if space == 'hsv':
        few[..., 0] = image[..., 0]
    if space == 'luma' and rng.random() < 0.5:
        few[..., 1:] = image[..., 1:]
    return few if back is None else cv2.cvtColor(few, back)


def palette(image, box, rng):
    """The nearest of a few colours that the picture itself has."""
    samples = image.reshape(-1, 3)[rng.integers(0, image.shape[0] * image.shape[1], 3000)].astype(np.float32)
    cv2.setRNGSeed(int(rng.integers(1 << 30)))
    _, _, centres = cv2.kmeans(samples, int(rng.integers(5, 17)), None, (cv2.TERM_CRITERIA_MAX_ITER, 8, 1.0), 1, cv2.KMEANS_RANDOM_CENTERS)
    smooth = cv2.bilateralFilter(image, 7, 40, 5) if rng.random() < 0.6 else image
    # The nearest of each colour of 4 bits, looked up.
    cube = np.stack(np.meshgrid(*[np.arange(16) * 16 + 8] * 3, indexing='ij'), -1).reshape(-1, 1, 3).astype(np.float32)
    nearest = centres.astype(np.uint8)[((cube - centres) ** 2).sum(-1).argmin(1)].reshape(16, 16, 16, 3)
    coarse = smooth >> 4
    return nearest[coarse[..., 0], coarse[..., 1], coarse[..., 2]]


def dither(image, box, rng):
    """Error diffusion, in one of its forms, or a fixed pattern of thresholds, to a few levels."""
    levels = int(rng.integers(2, 5))
    step = 255 / (levels - 1)
    kind = rng.choice(['rows', 'diffused', 'ordered'])
    values = image.astype(np.float32)
    if kind == 'ordered':
        n = int(rng.choice([2, 4, 8]))
        grid = np.zeros((1, 1))
        while grid.shape[0] < n:
            grid = np.block([[4 * grid, 4 * grid + 2], [4 * grid + 3, 4 * grid + 1]])
        tile = (grid + 0.5) / n ** 2 - 0.5
        tiled = np.tile(tile, [s // n + 1 for s in image.shape[:2]])[:image.shape[0], :image.shape[1], None]
        return (np.round((values + tiled * step) / step) * step).clip(0, 255).astype(np.uint8)
    if kind == 'rows':
        down = rng.uniform(0.4, 1)
        for y in range(values.shape[0]):
            new = (np.round(values[y] / step) * step).clip(0, 255)
            if y + 1 < values.shape[0]:
                values[y + 1] += (values[y] - new) * down
            values[y] = new
        return values.astype(np.uint8)
    # Noise before rounding looks as diffusion does, and needs no loop over pixels.
    return (np.round((values + rng.uniform(-0.5, 0.5, values.shape[:2] + (1,)) * step) / step) * step).clip(0, 255).astype(np.uint8)


def halftone(image, box, rng):
    """Printed dots, of which dark places have larger ones, for each colour at its own angle."""
    period = rng.uniform(3, 7)
    ys, xs = np.mgrid[:image.shape[0], :image.shape[1]].astype(np.float32)
    out = np.empty_like(image)
    for channel in range(3):
        angle = rng.uniform(0, np.pi)
        u, v = xs * np.cos(angle) + ys * np.sin(angle), ys * np.cos(angle) - xs * np.sin(angle)
        screen = (np.cos(2 * np.pi * u / period) + np.cos(2 * np.pi * v / period)) / 4 + 0.5
        out[..., channel] = np.clip((image[..., channel] / 255 - screen) * rng.uniform(3, 12) + 0.5, 0, 1) * 255
    return out


def lines(image, rng):
    """Dark lines, 0..1 of each pixel, where the picture has edges."""
    grey = cv2.medianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), int(rng.choice([3, 5, 7])))
    if rng.random() < 0.5:
        side = int(rng.choice([5, 7, 9, 11]))
        edges = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, side, int(rng.integers(2, 8)))
    else:
        edges = 255 - cv2.dilate(cv2.Canny(grey, rng.uniform(30, 80), rng.uniform(90, 180)), np.ones((int(rng.integers(1, 3)),) * 2))
    return (edges / 255 * rng.uniform(0.5, 1) + 0.0)[..., None]


def flatten(image, rng):
    """Flat patches with sharp borders between them."""
    kind = rng.choice(['bilateral', 'median', 'shift', 'edges', 'stylised'], p=[0.3, 0.3, 0.1, 0.15, 0.15])
    if kind == 'bilateral':
        for _ in range(int(rng.integers(2, 6))):
            image = cv2.bilateralFilter(image, int(rng.choice([5, 7, 9])), rng.uniform(30, 90), rng.uniform(4, 9))
        return image
    if kind == 'median':
        for _ in range(int(rng.integers(1, 4))):
            image = cv2.medianBlur(image, int(rng.choice([5, 7, 9, 11])))
        return image
    if kind == 'shift':
        return cv2.pyrMeanShiftFiltering(image, rng.uniform(6, 12), rng.uniform(18, 40))
    if kind == 'edges':
        return cv2.edgePreservingFilter(image, flags=int(rng.integers(1, 3)), sigma_s=rng.uniform(30, 90), sigma_r=rng.uniform(0.3, 0.7))
    return cv2.stylization(image, sigma_s=rng.uniform(30, 90), sigma_r=rng.uniform(0.25, 0.6))


def cartoon(image, box, rng):
    """Flat patches, mostly with richer colours, few levels or dark lines."""
    out = flatten(image, rng)
    if rng.random() < 0.6:
        hsv = cv2.cvtColor(out, cv2.COLOR_RGB2HSV).astype(np.float32)
        hsv[..., 1] *= rng.uniform(1, 1.8)
        hsv[..., 2] *= rng.uniform(0.95, 1.2)
        out = cv2.cvtColor(hsv.clip(0, 255).astype(np.uint8), cv2.COLOR_HSV2RGB)
    if rng.random() < 0.3:
        out = posterise(out, box, rng)
    if rng.random() < 0.5:
        out = (out * lines(image, rng)).astype(np.uint8)
    return out


def oil(image, box, rng):
    """Each pixel becomes the mean colour of the commonest brightness around it."""
    levels, radius = int(rng.integers(6, 14)), int(rng.integers(2, 5))
    index = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(int) * levels // 256)
    window = (2 * radius + 1,) * 2
    best, out = np.zeros(image.shape[:2], np.float32), np.zeros(image.shape, np.float32)
    for level in range(levels):
        mask = (index == level).astype(np.float32)
        count = cv2.boxFilter(mask, -1, window, normalize=False)
        colour = cv2.boxFilter(image * mask[..., None], -1, window, normalize=False) / np.maximum(count, 1)[..., None]
        better = count > best
        best[better], out[better] = count[better], colour[better]
    return out.astype(np.uint8)


def pencil(image, box, rng):
    """Lines and shades on white, in grey or weak colour."""
    if rng.random() < 0.4:
        grey, colour = cv2.pencilSketch(image, sigma_s=rng.uniform(20, 90), sigma_r=rng.uniform(0.04, 0.15), shade_factor=rng.uniform(0.02, 0.08))
        return colour if rng.random() < 0.7 else cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    sketch = np.minimum(255, grey / np.maximum(1, cv2.GaussianBlur(grey, (0, 0), rng.uniform(2, 10))) * 255)
    sketch = (255 * (sketch / 255) ** rng.uniform(1, 4))[..., None]
    paper = np.array([255, 255 - rng.uniform(0, 15), 255 - rng.uniform(0, 40)])
    tint = image if rng.random() < 0.5 else np.broadcast_to(paper, image.shape)
    return (sketch / 255 * (tint * rng.uniform(0.3, 1) + paper * rng.uniform(0, 0.7))).clip(0, 255).astype(np.uint8)


def two_tone(image, box, rng):
    """Sepia and duotones: colour that follows brightness alone."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)[..., None] / 255
    if rng.random() < 0.4:
        return (grey * np.array([rng.uniform(1, 1.35), rng.uniform(0.95, 1.2), rng.uniform(0.6, 0.95)]) * 255).clip(0, 255).astype(np.uint8)
    dark, light = rng.uniform(0, 110, 3), rng.uniform(150, 255, 3)
    return (dark + (light - dark) * grey).astype(np.uint8)


def patches(image, box, rng):
    """Mosaics: cells of one colour, in a grid or grown from seeds."""
    if rng.random() < 0.4:
        cell = int(rng.integers(3, 8))
        small = cv2.resize(image, (max(8, image.shape[1] // cell), max(8, image.shape[0] // cell)), interpolation=cv2.INTER_AREA)
        return cv2.resize(small, image.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    side = rng.uniform(5, 11)
    count = max(64, int(image.shape[0] * image.shape[1] / side ** 2))
    seeds = np.full(image.shape[:2], 255, np.uint8)
    ys, xs = rng.integers(0, image.shape[0], count), rng.integers(0, image.shape[1], count)
    seeds[ys, xs] = 0
    _, labels = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    colours = np.zeros((labels.max() + 1, 3), np.uint8)
    colours[labels[ys, xs]] = cv2.blur(image, (3, 3))[ys, xs]
    return colours[labels]


def cut_out(image, box, rng):
    """The face alone, inside an outline, on one colour."""
    x, y, side = box
    points = []
    for angle in np.linspace(0, 2 * np.pi, 40, endpoint=False):
        chin = 1.15 if np.sin(angle) > 0 else 1.0
        points.append((np.cos(angle) * 0.5 * rng.uniform(0.95, 1.05), np.sin(angle) * 0.6 * chin))
    outline = np.array([x + side / 2, y + side / 2]) + np.array(points) * side * rng.uniform(0.8, 1.2)
    mask = np.zeros(image.shape[:2], np.float32)
    cv2.fillPoly(mask, [outline.astype(np.int32)], 1.0)
    if rng.random() < 0.3:
        mask = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.5, 2))
    ground = np.full(3, rng.choice([255, 255, 0, rng.integers(0, 256)])) if rng.random() < 0.7 else rng.integers(0, 256, 3)
    return (image * mask[..., None] + ground * (1 - mask[..., None])).astype(np.uint8)


# Recipe and how often it is drawn.
RECIPES = {
    posterise: 2, palette: 2, dither: 2, halftone: 1, cartoon: 5, oil: 1, pencil: 2, two_tone: 1, patches: 1, cut_out: 2,
}


def make_over(image, box, rng, recipes=RECIPES):
    """A picture made over by a recipe drawn by lot, and the recipe's name."""
    names = list(recipes)
    weights = np.array([recipes[name] for name in names], float)
    recipe = names[rng.choice(len(names), p=weights / weights.sum())]
    return recipe(np.ascontiguousarray(image), box, rng), recipe.__name__
