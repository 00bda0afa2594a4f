"""Turns chips into augmented training batches, with production's own crops as the target geometry."""

import cv2
import numpy as np
import torch

from data import SIDE, eye_crops
from net import EYE_HEIGHT, EYE_WIDTH, FACE
from simulate import capture, close_eyes, dark_lenses, occlude

# A chip has 0.4 of air about the mean face shape, the net's crop 0.25; crops.ts has the same figures.
UNIT = SIDE / 1.8
FACE_SPAN = 1.5
EYE_SPAN = 0.385
CORNERS = [(33, 133), (263, 362)]
# Which geometry number takes whose place when the face is mirrored (turn also changes sign).
SWAP = [0, 2, 1, 3, 4, 6, 5, 8, 7, 9, 10, 11, 12, 13]


def affine(centre, span, size, angle=0.0, mirror=False, height=None):
    """2 x 3 map from target to chip for cv2.WARP_INVERSE_MAP; pixel centres as in warp.ts."""
    height = height or size
    step = span * UNIT / size
    cos, sin = np.cos(angle) * step, np.sin(angle) * step
    flip = -1 if mirror else 1
    matrix = np.array([[cos * flip, -sin, 0], [sin * flip, cos, 0]])
    middle = np.array([(size - 1) / 2, (height - 1) / 2])
    matrix[:, 2] = np.asarray(centre) - 0.5 - matrix[:, :2] @ middle
    return matrix.astype(np.float32)


def crop(chip, matrix, width, height, shrink=1):
    """Samples `shrink` times finer and averages, as warp.ts does where the source is larger."""
    if shrink > 1:
        matrix = matrix.copy()
        matrix[:, 2] += matrix[:, :2] @ np.full(2, -(shrink - 1) / (2 * shrink))
        matrix[:, :2] /= shrink
    out = cv2.warpAffine(chip, matrix, (width * shrink, height * shrink), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return cv2.resize(out, (width, height), interpolation=cv2.INTER_AREA) if shrink > 1 else out


def face_and_eyes(chip, mesh, rng=None, mirror=False):
    """112 x 112 face and two 32 x 48 eyes (right, left mirrored) of an RGB chip; jittered when `rng` is given."""
    shift, angle, span = np.zeros(2), 0.0, FACE_SPAN
    if rng is not None:
        shift, angle, span = rng.normal(0, 4, 2), rng.normal(0, 0.09), FACE_SPAN * np.exp(rng.normal(0, 0.06))
    centre = np.full(2, SIDE / 2) + shift
    face = crop(chip, affine(centre, span, FACE, angle, mirror), FACE, FACE, 2)
    eyes = []
    for k in ((1, 0) if mirror else (0, 1)):
        middle = mesh[list(CORNERS[k])].mean(0)
        turn, width = angle, EYE_SPAN
        if rng is not None:
            middle = middle + rng.normal(0, 3.0, 2)
            turn, width = rng.normal(0, 0.12), EYE_SPAN * np.exp(rng.normal(0, 0.12))
        eyes.append(crop(chip, affine(middle, width, EYE_WIDTH, turn, k == 1, EYE_HEIGHT), EYE_WIDTH, EYE_HEIGHT))
    return face, eyes


def mirrored_geometry(geometry):
    out = geometry[SWAP].copy()
    out[12] = -out[12]
    return out


class Sampler:
    """Draws augmented samples. Each index has its own generator seeded by (seed, epoch, index)."""

    def __init__(self, faces, seed):
        self.faces, self.seed = faces, seed
        self.rows = np.flatnonzero(faces.split == "train")
        pictures, labels, splits = eye_crops()
        keep = np.flatnonzero(splits == "train")
        self.eye_pictures, self.eye_labels = [pictures[i] for i in keep], labels[keep]
        bare = self.rows[faces.labels[self.rows, 2] == 0]
        self.others = faces.chips[bare[:: max(1, len(bare) // 300)]]

    def face(self, row, rng):
        chip, mesh = np.array(self.faces.chips[row]), self.faces.mesh[row, :, :2].astype(np.float64)
        geometry, labels = self.faces.geometry[row].copy(), self.faces.labels[row].copy()
        real = labels.copy()
        if real[0] in (0, 1) and rng.random() < 0.07:
            chip, labels[0] = dark_lenses(rng, chip, mesh), 2
            labels[5:7] = -1
        elif (real[5:7] != 0).all() and real[0] != 2 and rng.random() < 0.16:
            which = [[0, 1], [0], [1]][rng.choice(3, p=[0.6, 0.2, 0.2])]
            chip = close_eyes(rng, chip, mesh, which)
            labels[5 + np.array(which)] = 0
            geometry[7:9] += rng.normal(0, 0.3)
        if real[2] != 1 and rng.random() < 0.36:
            chip, (mouth, nose, right, left) = occlude(rng, chip, mesh, self.others)
            labels = relabel(labels, mouth, nose, right, left)
        if rng.random() < 0.15:
            geometry = geometry * 0  # the net must not lean on the mesh alone
        mirror = rng.random() < 0.5
        if mirror:
            geometry, labels = mirrored_geometry(geometry), labels[[0, 1, 2, 3, 4, 6, 5]]
        face, eyes = face_and_eyes(chip, mesh, rng, mirror)
        # One photograph has one camera: its light and blur hit face and eyes alike.
        seed = int(rng.integers(1 << 31))
        shots = [capture(np.random.default_rng(seed), part) for part in (face, *eyes)]
        return shots[0], shots[1:], geometry + rng.normal(0, 0.1, len(geometry)).astype(np.float32), labels

    def eye(self, index, rng):
        picture = self.eye_pictures[index]
        height, width = picture.shape[:2]
        # The set shows an eye at 55 to 85 per cent of the width, the net's crop at 55.
        scale = EYE_WIDTH / width * np.exp(rng.normal(-0.12, 0.16))
        angle = rng.normal(0, 0.15)
        flip = -1 if rng.random() < 0.5 else 1
        matrix = np.array([[np.cos(angle) * flip, -np.sin(angle), 0], [np.sin(angle) * flip, np.cos(angle), 0]]) / scale
        centre = np.array([width, height]) / 2 + rng.normal(0, 0.04, 2) * width
        matrix[:, 2] = centre - matrix[:, :2] @ np.array([EYE_WIDTH / 2, EYE_HEIGHT / 2])
        small = cv2.GaussianBlur(picture, (0, 0), 0.4 / scale) if scale < 0.7 else picture
        out = cv2.warpAffine(small, matrix.astype(np.float32), (EYE_WIDTH, EYE_HEIGHT), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT_101)
        return capture(rng, out)

    def batch(self, epoch, number, rows, eyes):
        rng = np.random.default_rng([self.seed, epoch, number])
        faces, pairs, geometry, labels = zip(*[self.face(row, rng) for row in rows])
        singles = [self.eye(i, rng) for i in eyes]
        return (
            planes(faces), planes([eye for pair in pairs for eye in pair]), torch.from_numpy(np.stack(geometry).astype(np.float32)),
            torch.from_numpy(np.stack(labels).astype(np.int64)), planes(singles), torch.from_numpy(self.eye_labels[eyes].astype(np.float32)),
            torch.from_numpy(self.faces.weak[np.array(rows)]),
        )


def relabel(labels, mouth, nose, right, left):
    """What simulated cover does to the labels; a sliver of cover makes a label unknown."""
    labels = labels.copy()
    most = max(mouth, nose, right, left)
    if most > 0.3:
        labels[1] = 1
    elif most > 0.04 and labels[1] == 0:
        labels[1] = -1
    if mouth > 0.3 or nose > 0.4:
        labels[2] = 1
    elif (mouth > 0.04 or nose > 0.06) and labels[2] == 0:
        labels[2] = -1
    if mouth > 0.15:
        labels[3:5] = -1
    for index, share in ((5, right), (6, left)):
        if share > 0.15:
            labels[index] = -1
    if right > 0.5 or left > 0.5:
        labels[0] = -1
    return labels


def planes(pictures):
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float().sub_(127.5).div_(127.5)
