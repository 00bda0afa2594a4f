"""Scores the engine's own views of every picture with the nets that never saw its source: predictions.csv.

    python predict.py --context 1

One line per picture and variant: path, variant, label, source, view, attack, texture and context logits, coverage.
Pictures from the web that were kept from every net are scored by the mean of the fold nets.
"""
import argparse
import csv
import json
from pathlib import Path

import numpy as np
import torch

from data import CACHE, FOLDS, fold_of
from evaluate import load
from features import CROP, pooled, trunk
from head import apply
from nets import LAYOUTS

HERE = Path(__file__).parent
FIELDS = ['path', 'variant', 'label', 'source', 'view', 'attack', 'texture', 'context', 'coverage', 'reason']


def views(variant):
    """The records of .cache/pad/views-VARIANT: description, texture view, context view."""
    size = LAYOUTS['context'][0]
    data = np.memmap(CACHE / f'views-{variant}.bin', np.uint8, 'r')
    lengths = 4 * CROP * CROP, 4 * size * size
    at = 0
    for line in (CACHE / f'views-{variant}.jsonl').read_text().splitlines():
        texture = data[at:at + lengths[0]].reshape(4, CROP, CROP)[:3].transpose(1, 2, 0)
        context = data[at + lengths[0]:at + sum(lengths)].reshape(4, size, size)
        at += sum(lengths)
        yield json.loads(line), np.ascontiguousarray(texture), np.array(context, np.float32)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--context', default='1')
    parser.add_argument('--variants', default='plain')
    options = parser.parse_args()
    torch.set_num_threads(1)
    session = trunk()
    stored = np.load(CACHE / 'heads.npz')
    heads = {f: {n: stored[f'{f}.{n}'] for n in ('weight', 'bias', 'mean', 'deviation')} for f in range(len(FOLDS))}
    nets = {f: [load('context', seed, f) for seed in options.context.split(',')] for f in heads}
    rows = []
    for variant in options.variants.split(','):
        for picture, texture, context in views(variant):
            fold = fold_of(picture['source'])
            folds = list(heads) if fold < 0 else [fold]
            values = pooled(session, texture)
            with torch.no_grad():
                x = torch.from_numpy(context[None])
                surroundings = np.mean([net(x).item() for f in folds for net in nets[f]])
            skin = np.mean([apply(heads[f], values) for f in folds])
            rows.append([picture['path'], variant, int(picture['bonafide']), picture['source'], picture['view'],
                         picture['attack'], f'{skin:.4f}', f'{surroundings:.4f}', f"{picture['coverage']:.4f}",
                         picture.get('reason') or ''])
            if len(rows) % 1000 == 0:
                print(len(rows), flush=True)
    with open(HERE / 'predictions.csv', 'w', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(FIELDS)
        writer.writerows(rows)


if __name__ == '__main__':
    main()
