"""Scores the engine's own views of every picture with the nets that never saw its source: predictions.csv.

    python predict.py --context 1 --near 1 --skin 1,2

One line per picture and variant: path, variant, label, source, view, attack, the logits, coverage. Several seeds are
averaged, and a view of the surroundings with its mirror image, as export.py does. Pictures from the web that were kept from
every net are scored by the mean of the fold nets.
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
from views import picture, views

HERE = Path(__file__).parent
NETS = ['skin', 'context', 'near']
FIELDS = ['path', 'variant', 'label', 'source', 'view', 'attack', 'texture', *NETS, 'coverage', 'reason']


def stored(file):
    heads = np.load(CACHE / file)
    return {f: {n: heads[f'{f}.{n}'] for n in ('weight', 'bias', 'mean', 'deviation')} for f in range(len(FOLDS))}


class Judges:
    """The nets of every fold. seeds: of each of NETS, which runs."""

    def __init__(self, seeds):
        self.session, self.heads = trunk(), stored('heads.npz')
        self.nets = {name: {f: [load(name, seed, f) for seed in seeds[name]] for f in self.heads} for name in NETS}

    def judge(self, fold, seen):
        """Logits of one picture's views: texture, then NETS."""
        folds = list(self.heads) if fold < 0 else [fold]
        values = pooled(self.session, picture(seen['texture']))
        logits = [np.mean([apply(self.heads[f], values) for f in folds])]
        for name in NETS:
            both = [seen[name], seen[name][:, :, ::-1]] if name in ('context', 'near') else [seen[name]]
            x = torch.from_numpy(np.stack(both))
            with torch.no_grad():
                logits.append(np.mean([net(x).mean().item() for f in folds for net in self.nets[name][f]]))
        return logits


def main():
    parser = argparse.ArgumentParser()
    for name in NETS:
        parser.add_argument(f'--{name}', default='1')
    parser.add_argument('--variants', default='plain')
    parser.add_argument('--out', default=str(HERE / 'predictions.csv'))
    options = parser.parse_args()
    torch.set_num_threads(1)
    judges = Judges({name: getattr(options, name).split(',') for name in NETS})
    rows = []
    for variant in options.variants.split(','):
        for described, seen in views(variant):
            logits = judges.judge(fold_of(described['source']), seen)
            rows.append([described['path'], variant, int(described['bonafide']), described['source'], described['view'],
                         described['attack'], *(f'{v:.4f}' for v in logits), f"{described['coverage']:.4f}",
                         described.get('reason') or ''])
            if len(rows) % 1000 == 0:
                print(len(rows), flush=True)
    with open(options.out, 'w', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(FIELDS)
        writer.writerows(rows)


if __name__ == '__main__':
    main()
