"""Accuracy of a torch net on the calibration or test people, through the same crops as training."""

import numpy as np
import torch

from batches import face_and_eyes, planes
from data import LABELS, eye_crops
from net import FLAGS


@torch.no_grad()
def predict(net, faces, rows):
    """Raw logits: eyewear n x 3, flags n x 4, eyes n x 2."""
    out = [[], [], []]
    for start in range(0, len(rows), 128):
        some = rows[start : start + 128]
        crops = [face_and_eyes(np.array(faces.chips[i]), faces.mesh[i, :, :2].astype(np.float64)) for i in some]
        x = planes([face for face, _ in crops]).contiguous(memory_format=torch.channels_last)
        eyes = planes([eye for _, pair in crops for eye in pair]).contiguous(memory_format=torch.channels_last)
        for part, values in zip(out, net(x, eyes, torch.from_numpy(faces.geometry[some]))[:3]):
            part.append(values.float().numpy())
    return [np.concatenate(part) for part in out]


def measure(net, faces, split):
    rows = np.flatnonzero((faces.split == split) & (faces.labels >= 0).any(1))
    eyewear, flags, eyes = predict(net, faces, rows)
    labels = faces.labels[rows]
    result = {}
    known = labels[:, 0] >= 0
    result["eyewear"] = report(eyewear[known].argmax(1) == labels[known, 0], labels[known, 0])
    for column, name in enumerate(FLAGS):
        target = labels[:, LABELS.index(name)]
        known = target >= 0
        result[name] = report((flags[known, column] > 0) == target[known], target[known])
    target = labels[:, 5:7]
    known = target >= 0
    result["eyes"] = report((eyes[known] > 0) == target[known], target[known])
    return result


def report(right, truth):
    """Accuracy, then per class: accuracy and count."""
    classes = {int(c): [round(float(right[truth == c].mean()), 3), int((truth == c).sum())] for c in np.unique(truth)}
    return [round(float(right.mean()), 4) if len(right) else None, classes]
