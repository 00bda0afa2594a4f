"""Fits the fusion on pictures whose sources the nets had not seen: predictions.csv -> src/engine/liveness/calibration.ts.

Every source weighs the same on either side, and so do the two sides: the score is a probability at equal priors.
"""
import csv
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

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
    model = LogisticRegression(C=20, max_iter=1000).fit(x, y, sample_weight=weight)
    return model.intercept_[0], dict(zip(names, model.coef_[0]))


def main():
    rows = predictions()
    surrounded = [r for r in rows if float(r['coverage']) >= LEAST_COVERAGE and r['view'] != 'crop']
    tight = [r for r in rows if r['view'] == 'crop']
    fits = [('alone', 'The picture shows too little around the face.', fit(tight, ['texture'])),
            ('together', 'Both nets.', fit(surrounded, ['texture', 'context'])),
            ('context', 'The context net by itself, for its cue.', fit(surrounded, ['context']))]
    lines = ['/** Written by training/pad/calibrate.py; do not edit by hand. */', 'export const calibration = {']
    for name, comment, (bias, slopes) in fits:
        values = ', '.join(f'{key}: {float(round(value, 5))}' for key, value in {'bias': bias, **slopes}.items())
        lines += [f'  /** {comment} */', f'  {name}: {{ {values} }},']
        print(name, values)
    (ROOT / 'src/engine/liveness/calibration.ts').write_text('\n'.join(lines + ['} as const', '']))


if __name__ == '__main__':
    main()
