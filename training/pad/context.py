"""Trains the context nets: one per fold (that fold's sources left out) and one on everything.

    python context.py --steps 1200 --seed 1

All nets read the same stream of augmented batches, which costs more to make than a step of one net. The weights
kept are an exponential average over the steps. Checkpoint: .cache/pad/runs/context-SEED/FOLD.pt (fold `all`: shipped).
"""
import argparse
import copy
import json
import time

import torch
from torch.nn import functional as F

from data import CACHE, FOLDS
from nets import ContextNet, averaged
from samples import Stream


def loss_of(net, images, labels):
    """Every cell must decide as well as their mean: a cue anywhere in the face counts, a shortcut in one corner less."""
    target = labels.float() * 0.96 + 0.02
    cells = net.cells(images).float()
    whole = F.binary_cross_entropy_with_logits(cells.mean((1, 2)), target)
    each = F.binary_cross_entropy_with_logits(cells, target[:, None, None].expand_as(cells))
    return whole + 0.4 * each


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--steps', type=int, default=1200)
    parser.add_argument('--batch', type=int, default=80)
    parser.add_argument('--rate', type=float, default=2.5e-3)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--workers', type=int, default=1)
    parser.add_argument('--start', default=None, help='seed of an earlier run whose weights to go on from')
    parser.add_argument('--folds', default=None, help='for example 0,2,all; default: every fold that has pictures')
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    device = 'cuda' if torch.cuda.is_available() else 'cpu'

    folds = options.folds.split(',') if options.folds else [str(i) for i in range(len(FOLDS))] + ['all']
    nets = {fold: ContextNet().to(device, memory_format=torch.channels_last) for fold in folds}
    if options.start:
        for fold, net in nets.items():
            net.load_state_dict(torch.load(CACHE / 'runs' / f'context-{options.start}' / f'{fold}.pt'))
    kept = {fold: copy.deepcopy(net) for fold, net in nets.items()}
    optimisers = {fold: torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.03) for fold, net in nets.items()}
    stream = torch.utils.data.DataLoader(
        Stream(options.seed, options.batch), batch_size=None, num_workers=options.workers, prefetch_factor=8)
    out = CACHE / 'runs' / f'context-{options.seed}'
    out.mkdir(parents=True, exist_ok=True)
    (out / 'options.json').write_text(json.dumps(vars(options)))

    begun, losses = time.time(), {fold: 0.0 for fold in folds}
    for step, (images, labels, members) in enumerate(stream):
        if step == options.steps:
            break
        done = step / options.steps
        rate = options.rate * min(1, (step + 1) / 100, (1 - done) / 0.6)  # warm up, hold, fall to zero
        images = images.to(device).permute(0, 3, 1, 2).float().contiguous(memory_format=torch.channels_last)
        images[:, 3] /= 255
        labels = labels.to(device)
        with torch.no_grad():  # the same for every net, so done once
            images = next(iter(nets.values())).normalise(images).bfloat16().contiguous(memory_format=torch.channels_last)
        for fold, net in nets.items():
            chosen = members.to(device) != (-2 if fold == 'all' else int(fold))
            with torch.autocast(device, dtype=torch.bfloat16):
                loss = loss_of(net, images[chosen].contiguous(memory_format=torch.channels_last), labels[chosen])
            optimisers[fold].param_groups[0]['lr'] = rate
            optimisers[fold].zero_grad()
            loss.backward()
            optimisers[fold].step()
            averaged(kept[fold], net, min(0.995, step / (step + 20)))
            losses[fold] += loss.item()
        if (step + 1) % 50 == 0:
            seconds = (time.time() - begun) / (step + 1)
            text = ' '.join(f'{fold} {value / 50:.3f}' for fold, value in losses.items())
            print(f'{step + 1}/{options.steps} {seconds:.2f} s/step, {seconds * (options.steps - step - 1) / 60:.0f} min left: {text}', flush=True)
            losses = {fold: 0.0 for fold in folds}
        if (step + 1) % 200 == 0 or step + 1 == options.steps:
            for fold, net in kept.items():
                torch.save(net.state_dict(), out / f'{fold}.pt')


if __name__ == '__main__':
    main()
