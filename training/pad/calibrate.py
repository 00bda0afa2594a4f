"""Fits the fusion on pictures whose sources the nets had not seen: predictions.csv -> src/engine/liveness/calibration.ts.

Every source weighs the same on either side, and so do the two sides: the score is a probability at equal priors.
"""
import csv
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from data import ROOT

HERE = Path(__file__).parent
LEAST_COVERAGE = 0.16  # as in fusion.ts


def predictions(variant='plain'):
    with open(HERE / 'predictions.csv') as file:
        return [r for r in csv.DictReader(file) if r['variant'] == variant and not r['reason']]


def fit(rows, names):
    x = np.array([[float(r[name]) for name in names] for r in rows])
    y = np.array([int(r['label']) for r in rows])
    weight = np.zeros(len(rows))
    for label in (0, 1):
        groups = {}
        for i, row in enumerate(rows):
            if int(row['label']) == label:
                groups.setdefault((row['source'], row['view']), []).append(i)
        for members in groups.values():
            weight[members] = 1 / len(groups) / len(members)
    # Few sources: a prior of slope 0 keeps the score from being surer than they warrant.
    model = LogisticRegression(C=2, max_iter=1000).fit(x, y, sample_weight=weight)
    return model.intercept_[0], dict(zip(names, model.coef_[0]))


def left_out(rows, names):
    """Prints how the fusion does where it, too, never saw the source: its constants come from the others."""
    logit = np.empty(len(rows))
    for source in {r['source'] for r in rows}:
        bias, slopes = fit([r for r in rows if r['source'] != source], names)
        for i, row in enumerate(rows):
            if row['source'] == source:
                logit[i] = bias + sum(slope * float(row[name]) for name, slope in slopes.items())
    label = np.array([int(r['label']) for r in rows])
    source = np.array([r['source'] for r in rows])
    captured = np.array([r['view'] != 'web' for r in rows])
    areas = [roc_auc_score(label[source == s], logit[source == s]) for s in set(source) if len(set(label[source == s])) == 2]
    print(f'  left out: AUC {roc_auc_score(label[captured], logit[captured]):.4f}, mean over sources {np.mean(areas):.3f}, '
          f'APCER {np.mean(logit[label == 0] > 0):.3f}, BPCER {np.mean(logit[(label == 1) & captured] <= 0):.3f}')


def main():
    rows = predictions()
    surrounded = [r for r in rows if float(r['coverage']) >= LEAST_COVERAGE and r['view'] != 'crop']
    tight = [r for r in rows if r['view'] == 'crop']
    fits = [('alone', 'The picture shows too little around the face.', fit(tight, ['texture', 'skin'])),
            ('together', 'The picture shows what is around the face.', fit(surrounded, ['skin', 'context', 'near'])),
            ('skin', 'The skin by itself, for its cue.', fit(surrounded, ['skin'])),
            ('surroundings', 'The surroundings by themselves, for their cue.', fit(surrounded, ['context', 'near']))]
    lines = ['/** Written by training/pad/calibrate.py; do not edit by hand. */', 'export const calibration = {']
    for name, comment, (bias, slopes) in fits:
        values = ', '.join(f'{key}: {float(round(value, 5))}' for key, value in {'bias': bias, **slopes}.items())
        lines += [f'  /** {comment} */', f'  {name}: {{ {values} }},']
        print(name, values)
    left_out(tight, ['texture', 'skin'])
    left_out(surrounded, ['skin', 'context', 'near'])
    (ROOT / 'src/engine/liveness/calibration.ts').write_text('\n'.join(lines + ['} as const', '']))


if __name__ == '__main__':
    main()
