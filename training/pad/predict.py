"""Scores the engine's own views of every picture with the nets that never saw its source: predictions.csv.

    python predict.py --context 1

One line per picture and variant: path, variant, label, source, view, attack, texture and context logits, coverage.
Pictures from the web that were kept from every net are scored by the mean of the fold nets.
"""
import argparse
import csv
from pathlib import Path

import numpy as np
import torch

from data import CACHE, FOLDS, fold_of
from evaluate import load
from features import pooled, trunk
from head import apply
from views import views

HERE = Path(__file__).parent
FIELDS = ['path', 'variant', 'label', 'source', 'view', 'attack', 'texture', 'context', 'coverage', 'reason']


def stored(file):
    heads = np.load(CACHE / file)
    return {f: {n: heads[f'{f}.{n}'] for n in ('weight', 'bias', 'mean', 'deviation')} for f in range(len(FOLDS))}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--context', default='1')
    parser.add_argument('--variants', default='plain')
    parser.add_argument('--out', default=str(HERE / 'predictions.csv'))
    options = parser.parse_args()
    torch.set_num_threads(1)
    session = trunk()
    heads = stored('heads.npz')
    nets = {f: [load('context', seed, f) for seed in options.context.split(',')] for f in heads}
    rows = []
    for variant in options.variants.split(','):
        for picture, texture, context in views(variant):
            fold = fold_of(picture['source'])
            folds = list(heads) if fold < 0 else [fold]
            values = pooled(session, texture)
            with torch.no_grad():
                x = torch.from_numpy(np.stack([context, context[:, :, ::-1]]))  # the mirror image too, as export.py
                surroundings = np.mean([net(x).mean().item() for f in folds for net in nets[f]])
            skin = np.mean([apply(heads[f], values) for f in folds])
            rows.append([picture['path'], variant, int(picture['bonafide']), picture['source'], picture['view'],
                         picture['attack'], f'{skin:.4f}', f'{surroundings:.4f}', f"{picture['coverage']:.4f}",
                         picture.get('reason') or ''])
            if len(rows) % 1000 == 0:
                print(len(rows), flush=True)
    with open(options.out, 'w', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(FIELDS)
        writer.writerows(rows)


if __name__ == '__main__':
    main()
