"""Fits the fusion on groups that the nets had not seen: predictions.npz -> src/engine/liveness/calibration.ts.

    python calibrate.py [--write]

Every group weighs the same on either side, and so do the two sides. What is printed was predicted with each group left
out of the fusion, too. The bias then gives way to attacks until at most 5 % of them, as a mean over the left-out groups,
reach 0.5.
"""
import argparse

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from data import CACHE, ROOT
from predict import records

LEAST_COVERAGE = 0.16  # as in fusion.ts
GOAL = 0.05


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


def strict(logit, label, group):
    """How far to lower all logits so that the mean APCER of left-out groups comes to the goal; not below what BPCER allows."""
    for shift in np.arange(0, 1.6, 0.05):
        if mean_over(group, label == 0, logit - shift >= 0) <= GOAL or mean_over(group, label == 1, logit - shift < 0) >= 2 * GOAL:
            return -float(shift)
    return -1.6


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--write', action='store_true')
    parser.add_argument('--groups', action='store_true')
    options = parser.parse_args()
    rows, _ = records()
    seen = np.load(CACHE / 'predictions.npz')
    label = np.array([int(r['bonafide']) for r in rows])
    group, part, view = (np.array([r[k] for r in rows]) for k in ('group', 'part', 'view'))
    new = np.array([r['path'].startswith('pad2/') for r in rows])
    wide = np.array([r['coverage'] >= LEAST_COVERAGE for r in rows])
    fits = []
    for name, comment, chosen, tries in (
            ('together', 'The picture shows what is around the face.', (part == 'development') & wide & (view != 'crop'),
             [('near',), ('context',), ('skin',), ('near', 'context'), ('skin', 'context', 'near')]),
            # The skin net and the rule on texture never saw the second set.
            ('alone', 'The picture shows too little around the face.', new & ~wide, [('skin',), ('texture',), ('texture', 'skin')])):
        print(name, chosen.sum(), 'pictures', len(set(group[chosen])), 'groups')
        for names in tries:
            x = np.stack([seen[n][chosen] for n in names], 1)
            logit = left_out(x, label[chosen], group[chosen])
            shift = strict(logit, label[chosen], group[chosen])
            print(' ', '+'.join(names), figures(logit, label[chosen], group[chosen]), f'| shift {shift:.2f}:', figures(logit, label[chosen], group[chosen], shift)[-60:])
        if options.groups:
            for g in sorted(set(group[chosen])):
                m = group[chosen] == g
                l, y = logit[m] + shift, label[chosen][m]
                print(f'    {g[:30]:30} APCER {np.mean(l[y == 0] >= 0):.2f} of {np.sum(y == 0)}, BPCER {np.mean(l[y == 1] < 0):.2f} of {np.sum(y == 1)}')
        bias, slopes = fit(x, label[chosen], group[chosen])
        fits.append((name, comment, bias + shift, dict(zip(tries[-1], slopes))))
        if name == 'together':
            for cue, parts in (('skin', ('skin',)), ('surroundings', ('context', 'near'))):
                bias, slopes = fit(np.stack([seen[n][chosen] for n in parts], 1), label[chosen], group[chosen])
                fits.append((cue, f'The {cue} by {"itself" if cue == "skin" else "themselves"}, for its cue.', bias, dict(zip(parts, slopes))))
    lines = ['/** Written by training/pad/calibrate.py; do not edit by hand. */', 'export const calibration = {']
    for name, comment, bias, slopes in fits:
        values = ', '.join(f'{key}: {float(round(value, 5))}' for key, value in {'bias': bias, **slopes}.items())
        lines += [f'  /** {comment} */', f'  {name}: {{ {values} }},']
        print(name, values)
    if options.write:
        (ROOT / 'src/engine/liveness/calibration.ts').write_text('\n'.join(lines + ['} as const', '']))


if __name__ == '__main__':
    main()
