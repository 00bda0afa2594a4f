"""Scores every picture with the net that never saw its source, and prints the table by source.

    python evaluate.py texture --seeds 1,2 [--only all]

A first look during training; the numbers of MODELS.md come from `npm run eval:pad`, through the engine's own pixels.
"""
import argparse

import cv2
import numpy as np
import torch
from sklearn.metrics import roc_auc_score

import augment
from data import CACHE, FOLDS, regions
from nets import LAYOUTS, PadNet

FACTOR = {'texture': 1.15, 'context': 3.6}


def tensors(view, rows):
    """The view as the engine cuts it, N x 4 x size x size float32."""
    size = LAYOUTS[view][0]
    out = np.empty((len(rows), 4, size, size), np.float32)
    for i, row in enumerate(rows):
        n, unit = row['pixels'].shape[0], row['side']
        image, mask = augment.warp(row['pixels'], row['valid'], (n / 2, n / 2), unit * FACTOR[view], 0, size, False, cv2.INTER_LINEAR)
        out[i, :3], out[i, 3] = image.transpose(2, 0, 1), mask
    return out


def load(view, seed, fold):
    net = PadNet(view)
    net.load_state_dict(torch.load(CACHE / 'runs' / f'{view}-{seed}' / f'{fold}.pt', map_location='cpu'))
    return net.eval()


def predict(net, x, batch=64):
    with torch.no_grad():
        return np.concatenate([net(torch.from_numpy(x[i:i + batch])).numpy() for i in range(0, len(x), batch)])


def scores(view, seeds, wanted=None):
    """Rows and the mean logit over seeds; a source by its fold's net, web pictures by the mean of all fold nets."""
    rows = regions(view, wanted)
    x = tensors(view, rows)
    result = np.zeros(len(rows))
    for seed in seeds:
        for fold in range(len(FOLDS)):
            net = load(view, seed, fold)
            mine = [i for i, r in enumerate(rows) if r['fold'] == fold]
            if mine:
                result[mine] += predict(net, x[mine]) / len(seeds)
            web = [i for i, r in enumerate(rows) if r['fold'] == -1]
            if web:
                result[web] += predict(net, x[web]) / len(seeds) / len(FOLDS)
    return rows, result


def table(rows, logit):
    groups = {}
    for row, value in zip(rows, logit):
        groups.setdefault((row['view'], row['source']), ([], []))[row['label']].append(value)
    aucs = {}
    for (view, source), (attack, bona) in sorted(groups.items()):
        auc = roc_auc_score([0] * len(attack) + [1] * len(bona), attack + bona) if attack and bona else np.nan
        aucs.setdefault(view, []).append(auc)
        apcer = np.mean(np.array(attack) > 0) if attack else np.nan
        bpcer = np.mean(np.array(bona) <= 0) if bona else np.nan
        middle = [np.median(v) if v else np.nan for v in (attack, bona)]
        print(f'{view:5} {source:14} AUC {auc:.3f}  APCER {apcer:.2f}  BPCER {bpcer:.2f}  medians {middle[0]:+.1f} {middle[1]:+.1f}  n {len(attack)} {len(bona)}')
    for view, values in aucs.items():
        print(view, 'mean AUC over sources', np.nanmean(values).round(3))


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('view', choices=list(FACTOR))
    parser.add_argument('--seeds', default='1')
    options = parser.parse_args()
    torch.set_num_threads(1)
    keep = (lambda r: r['view'] != 'web' or r['heldout']) if options.view == 'texture' else (
        lambda r: r['view'] == 'full' or (r['view'] == 'web' and r['heldout']))
    rows, logit = scores(options.view, [s for s in options.seeds.split(',')], keep)
    table(rows, logit)
