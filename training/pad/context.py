"""Trains the context nets: one per fold (that fold's sources left out) and one on everything.

    python context.py --steps 1200 --seed 1
"""
from torch.nn import functional as F

import folds
from nets import ContextNet
from samples import Stream


def loss_of(net, images, labels):
    """Every cell must decide as well as their mean: a cue anywhere in the face counts, a shortcut in one corner less."""
    target = labels.float() * 0.96 + 0.02
    cells = net.cells(images).float()
    whole = F.binary_cross_entropy_with_logits(cells.mean((1, 2)), target)
    each = F.binary_cross_entropy_with_logits(cells, target[:, None, None].expand_as(cells))
    return whole + 0.4 * each


def prepare(net, images):
    images = images.permute(0, 3, 1, 2)
    images[:, 3] /= 255
    return folds.channels_last(net.normalise(folds.channels_last(images)).bfloat16())


if __name__ == '__main__':
    folds.train('context', ContextNet, Stream, loss_of, folds.parser(1200, 80, 2.5e-3).parse_args(), prepare)
