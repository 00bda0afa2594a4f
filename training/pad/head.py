"""Fits the texture head on the trunk's features: one per fold (that fold's sources left out) and one on everything.

    python head.py [--penalty 0.005] [--look]

A head is linear, on purpose: with a dozen sources, anything larger learnt the sources. Writes .cache/pad/heads.npz
(weight, bias, mean, deviation of each fold) and prints the table by source.
"""
import argparse

import numpy as np
import torch
from torch.nn import functional as F

from data import CACHE, FOLDS
from evaluate import table

WEB = ('lfw', 'masks')


def looks():
    parts = [np.load(file) for file in sorted(CACHE.glob('features-?.npz'))]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0].files}


def weights(data, chosen):
    """Every source counts the same on either side, whatever the number of its pictures; simulated attacks a third."""
    weight = np.zeros(len(chosen))
    attack = data['kind'] == 'attack'
    for source in set(data['source']):
        for label in (0, 1):
            real = chosen & (data['source'] == source) & (data['label'] == label) & ~attack
            if real.any():
                weight[real] = (1.5 if source in WEB else 1) / real.sum()
    weight[chosen & attack] = 0.33 * weight[data['label'] == 0].sum() / max(1, (chosen & attack).sum())
    for label in (0, 1):
        side = data['label'] == label
        weight[side] /= weight[side].sum()
    return weight[chosen] / 2


def fit(x, label, weight, penalty):
    x, y, w = torch.tensor(x), torch.tensor(label, dtype=torch.float32), torch.tensor(weight, dtype=torch.float32)
    head = torch.nn.Linear(x.shape[1], 1)
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.zeros_(head.bias)
    optimiser = torch.optim.LBFGS(head.parameters(), max_iter=60, history_size=10, line_search_fn='strong_wolfe')

    def closure():
        optimiser.zero_grad()
        loss = (F.binary_cross_entropy_with_logits(head(x)[:, 0], y, reduction='none') * w).sum()
        (loss + penalty * (head.weight ** 2).sum()).backward()
        return loss
    optimiser.step(closure)
    return head.weight.detach().numpy()[0], head.bias.item()


def train(data, fold, penalty):
    chosen = data['fold'] != fold if fold != 'all' else np.ones(len(data['fold']), bool)
    x = data['values'][chosen]
    mean, deviation = x.mean(0), x.std(0) + 1e-2
    weight, bias = fit((x - mean) / deviation, data['label'][chosen], weights(data, chosen), penalty)
    return dict(weight=weight, bias=bias, mean=mean, deviation=deviation)


def apply(head, values):
    return (values - head['mean']) / head['deviation'] @ head['weight'] + head['bias']


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--penalty', type=float, default=0.005)
    parser.add_argument('--look', action='store_true', help='only print the table')
    options = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    data = looks()
    heads, logit = {}, np.zeros(len(data['label']))
    for fold in range(len(FOLDS)):
        heads[fold] = train(data, fold, options.penalty)
        mine = data['fold'] == fold
        logit[mine] = apply(heads[fold], data['values'][mine])
    clean = (data['kind'] == 'engine') & (data['fold'] >= 0)
    table([dict(view=v, source=s, label=int(l)) for v, s, l in zip(data['view'][clean], data['source'][clean], data['label'][clean])], logit[clean])
    if not options.look:
        heads['all'] = train(data, 'all', options.penalty)
        np.savez(CACHE / 'heads.npz', **{f'{fold}.{name}': value for fold, head in heads.items() for name, value in head.items()})


if __name__ == '__main__':
    main()
