"""Trains one net per fold, with that fold's sources left out, and one on everything.

All of them read the same stream of batches, which costs more to make than a step of one net. The weights kept are an
exponential average over the steps. Checkpoint: .cache/pad/runs/NAME-SEED/FOLD.pt (fold `all`: shipped).
"""
import argparse
import copy
import time

import torch

from data import CACHE, FOLDS


def parser(steps, batch, rate):
    """Options that every net has; the arguments are its defaults."""
    result = argparse.ArgumentParser()
    result.add_argument('--steps', type=int, default=steps)
    result.add_argument('--batch', type=int, default=batch)
    result.add_argument('--rate', type=float, default=rate)
    result.add_argument('--seed', type=int, default=1)
    result.add_argument('--threads', type=int, default=1)
    result.add_argument('--start', default=None, help='seed of an earlier run whose weights to go on from')
    return result


def device():
    return 'cuda' if torch.cuda.is_available() else 'cpu'


def channels_last(images):
    return images.contiguous(memory_format=torch.channels_last)


def averaged(kept, net, decay):
    """Moves the running average `kept` of a net's weights a step towards the net."""
    with torch.no_grad():
        for a, b in zip(kept.state_dict().values(), net.state_dict().values()):
            if a.dtype.is_floating_point:
                a.lerp_(b, 1 - decay)
            else:
                a.copy_(b)


def train(name, make, stream, loss_of, options, prepare=lambda net, images: images, warm_up=100, decay=0.995):
    """
    make: a new net. stream(seed, batch): an iterable of (images, *targets, folds). loss_of(net, images, *targets).
    prepare(net, images): what is the same for every net, so done once, without gradients.
    """
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    folds = [str(i) for i in range(len(FOLDS))] + ['all']
    nets = {fold: make().to(device(), memory_format=torch.channels_last) for fold in folds}
    if options.start:
        for fold, net in nets.items():
            net.load_state_dict(torch.load(CACHE / 'runs' / f'{name}-{options.start}' / f'{fold}.pt'))
    kept = {fold: copy.deepcopy(net) for fold, net in nets.items()}
    optimisers = {fold: torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.03) for fold, net in nets.items()}
    batches = torch.utils.data.DataLoader(stream(options.seed, options.batch), batch_size=None, num_workers=1, prefetch_factor=8)
    out = CACHE / 'runs' / f'{name}-{options.seed}'
    out.mkdir(parents=True, exist_ok=True)

    begun, losses = time.time(), dict.fromkeys(folds, 0.0)
    for step, (images, *targets, members) in enumerate(batches):
        if step == options.steps:
            break
        rate = options.rate * min(1, (step + 1) / warm_up, (1 - step / options.steps) / 0.6)  # rise, hold, fall to zero
        with torch.no_grad():
            images = prepare(next(iter(nets.values())), images.to(device()).float())
        for fold, net in nets.items():
            chosen = (members != (-2 if fold == 'all' else int(fold))).to(device())
            with torch.autocast(device(), dtype=torch.bfloat16):
                loss = loss_of(net, channels_last(images[chosen]), *(target.to(device())[chosen] for target in targets))
            optimisers[fold].param_groups[0]['lr'] = rate
            optimisers[fold].zero_grad()
            loss.backward()
            optimisers[fold].step()
            averaged(kept[fold], net, min(decay, step / (step + 20)))
            losses[fold] += loss.item()
        if (step + 1) % 50 == 0:
            seconds = (time.time() - begun) / (step + 1)
            text = ' '.join(f'{fold} {value / 50:.3f}' for fold, value in losses.items())
            print(f'{step + 1}/{options.steps} {seconds:.2f} s/step, {seconds * (options.steps - step - 1) / 60:.0f} min left: {text}', flush=True)
            losses = dict.fromkeys(folds, 0.0)
        if (step + 1) % 200 == 0 or step + 1 == options.steps:
            for fold, net in kept.items():
                torch.save(net.state_dict(), out / f'{fold}.pt')
