"""Opens a net of one run, and prints error rates by source: a first look at nets that never saw the source.

The numbers of MODELS.md come from `npm run eval:pad`, through the engine's own pixels.
"""
import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from data import CACHE
from nets import ContextNet, NearNet, SkinNet

NETS = {'context': ContextNet, 'near': NearNet, 'skin': SkinNet}


def load(name, seed, fold):
    """The net `name` (context, near or skin) of a run; fold: 0.. or `all`."""
    net = NETS[name]()
    net.load_state_dict(torch.load(CACHE / 'runs' / f'{name}-{seed}' / f'{fold}.pt', map_location='cpu'))
    return net.eval()


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
