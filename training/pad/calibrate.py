"""Fits the fusion on groups that the nets had not seen: predictions.npz -> src/engine/liveness/calibration.ts.

    python calibrate.py [--write]

Every group weighs the same on either side, and so do the two sides. What is printed was predicted with each group left
out of the fusion, too. The bias is then moved to where 5 % of the bona fide pictures, as a mean over the left-out groups
and the photographs that no net learned from, stay below 0.5.
"""
import argparse

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from data import CACHE, ROOT
from predict import described

LEAST_COVERAGE = 0.16  # as in fusion.ts
GOAL = 0.05
# How much each cue counts beside the near net's. Free slopes do no better on groups left out, and take the portraits and
# the phones of src/engine/liveness/index.test.ts for one another.
SHARES = dict(near=1.0, skin=0.3, general=0.25)
# Tight crops keep the constants of their first release: fitted again they were no better on groups left out.
ALONE = ('alone', 'The picture shows too little around the face.', -0.5258, dict(texture=0.37853, skin=0.28))


def weights(label, group):
    weight = np.zeros(len(label))
    for side in (0, 1):
        names = set(group[label == side])
        for name in names:
            members = (label == side) & (group == name)
            weight[members] = 1 / len(names) / members.sum()
    return weight * len(label) / 2


def fit(x, label, group, c=1.0):
    # Few groups: a prior of slope 0 keeps the score from being surer than they warrant.
    model = LogisticRegression(C=c, max_iter=1000).fit(x, label, sample_weight=weights(label, group) / len(label) * 20)
    return model.intercept_[0], model.coef_[0]


def left_out(x, label, group):
    """Each group's logits by a fit without it."""
    logit = np.empty(len(label))
    for name in set(group):
        out = group == name
        bias, slopes = fit(x[~out], label[~out], group[~out])
        logit[out] = bias + x[out] @ slopes
    return logit


def mean_over(group, mask, values):
    return np.mean([values[mask & (group == name)].mean() for name in sorted(set(group[mask]))])


def figures(logit, label, group, shift=0.0):
    passed = logit + shift >= 0
    areas = [roc_auc_score(label[group == g], logit[group == g]) for g in set(group) if len(set(label[group == g])) == 2]
    order = np.sort(logit)
    eer = min(max(np.mean(logit[label == 0] >= t), np.mean(logit[label == 1] < t)) for t in order)
    return (f'AUC {roc_auc_score(label, logit):.4f}, by group {np.mean(areas):.4f}, EER {eer:.3f}; at 0.5 APCER {passed[label == 0].mean():.3f} '
            f'(by group {mean_over(group, label == 0, passed):.3f}), BPCER {(~passed)[label == 1].mean():.3f} (by group {mean_over(group, label == 1, ~passed):.3f})')


def lenient(logit, label, group):
    """How far to move all logits so that at most 5 % of bona fide pictures, as a mean over left-out groups, are refused."""
    shifts = np.arange(-1.6, 1.65, 0.05)
    return float(next((s for s in shifts if mean_over(group, label == 1, logit + s < 0) <= GOAL), shifts[-1]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--write', action='store_true')
    parser.add_argument('--groups', action='store_true')
    options = parser.parse_args()
    rows = described()
    seen = np.load(CACHE / 'predictions.npz')
    label = np.array([int(r['bonafide']) for r in rows])
    group = np.array([r['group'] for r in rows])
    plain = np.array([r['variant'] == 'plain' for r in rows])
    wide = np.array([r['coverage'] >= LEAST_COVERAGE for r in rows])
    chosen, closer = plain & wide, ~plain & wide
    every, everywhere = label, group
    label, group = label[chosen], group[chosen]
    print(chosen.sum(), 'pictures', len(set(group)), 'groups')
    joined = sum(share * seen[name] for name, share in SHARES.items())
    tries = {name: seen[name][:, None] for name in SHARES} | {'free': np.stack([seen[n] for n in SHARES], 1), 'joined': joined[:, None]}
    for name, cue in tries.items():
        x = cue[chosen]
        logit = left_out(x, label, group)
        shift = lenient(logit, label, group)
        print(' ', name, figures(logit, label, group))
        print(f'    shift {shift:.2f}:', figures(logit, label, group, shift))
    for g in sorted(set(group)) if options.groups else ():
        mine = group == g
        passed, live = logit[mine] + shift >= 0, label[mine] == 1
        print(f'    {g[:30]:30} attacks passed {passed[~live].sum()} of {(~live).sum()}, bona fide refused {(~passed)[live].sum()} of {live.sum()}')
    bias, slopes = fit(x, label, group)
    slopes = {name: share * slopes[0] for name, share in SHARES.items()}
    fits = [('together', 'The picture shows what is around the face.', bias + shift, slopes)]
    cut = bias + shift + sum(slopes[name] * seen[name][closer] for name in slopes)
    print('  the same pictures cut closely', figures(cut, every[closer], everywhere[closer]))
    for cue, parts, comment in (('skin', ('skin',), 'The skin by itself, for its cue.'),
                                ('surroundings', ('near', 'general'), 'The surroundings by themselves, for their cue.')):
        bias, slopes = fit(np.stack([seen[n][chosen] for n in parts], 1), label, group)
        fits.append((cue, comment, bias, dict(zip(parts, slopes))))
    fits.append(ALONE)
    lines = ['/** Written by training/pad/calibrate.py; do not edit by hand. */', 'export const calibration = {']
    for name, comment, bias, slopes in fits:
        values = ', '.join(f'{key}: {round(float(value), 5)}' for key, value in {'bias': bias, **slopes}.items())
        lines += [f'  /** {comment} */', f'  {name}: {{ {values} }},']
        print(name, values)
    if options.write:
        (ROOT / 'src/engine/liveness/calibration.ts').write_text('\n'.join(lines + ['} as const', '']))


if __name__ == '__main__':
    main()
