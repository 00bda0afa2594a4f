"""Trains the packaged net of the skin on from where it is, on captures of one's own, and writes it as `liveface models add`
takes it: NAME.onnx and NAME.json. Needs the views of own-views.ts.

    python own.py VIEWS OUT --name my-cameras --licence 'Ours'

A fifth of the people (of the pictures, where nobody says who is in them) is kept apart: with them the answer is calibrated,
and its errors are printed. They are few, so measure again with captures that were never here (`liveface eval pad`).
"""
import argparse
import hashlib
import json
import time
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional as F

from apart import split

SIDE = 112
FACTOR = 1.15
ROOT = Path(__file__).resolve().parents[2]
STRIDES = (2, 2, 1, 2, 1, 2, 1)


class OwnNet(nn.Module):
    """RGB 0..255 of the skin -> one logit, N x 1: positive speaks for a bona fide capture. The weights are those of
    models/pad-face.onnx, whose convolutions have swallowed their normalisation."""

    def __init__(self):
        super().__init__()
        held = released()
        layers = []
        for stride, (weight, bias) in zip(STRIDES, held[:-1]):
            conv = nn.Conv2d(weight.shape[1], weight.shape[0], 3, stride, 1)
            conv.weight.data, conv.bias.data = weight, bias
            layers += [conv, nn.ReLU()]
        self.body = nn.Sequential(*layers)
        weight, bias = held[-1]
        self.head = nn.Linear(weight.shape[1], 1)
        self.head.weight.data, self.head.bias.data = weight, bias

    def forward(self, x):
        return self.head(self.body((x - 127) / 64).mean((2, 3)))


def released():
    """Weights and biases of models/pad-face.onnx, layer by layer."""
    model = onnx.load(str(ROOT / 'models/pad-face.onnx'))
    held = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).astype('float32')) for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == 'Cast' and node.input[0] in held:
            held[node.output[0]] = held[node.input[0]]
    found = [node for node in model.graph.node if node.op_type in ('Conv', 'Gemm')]
    return [tuple(held[name].clone() for name in node.input[1:3]) for node in found]


def varied(views, generator):
    """Mirrored, brighter, darker and with other contrast, as light and cameras have it."""
    count = len(views)
    mirror = torch.rand(count, generator=generator) < 0.5
    views = torch.where(mirror[:, None, None, None], views.flip(3), views)
    gain = torch.exp(0.15 * torch.randn(count, 1, 1, 1, generator=generator))
    shift = 8 * torch.randn(count, 1, 1, 1, generator=generator)
    return (views * gain + shift).clamp(0, 255)


def train(net, views, labels, options):
    generator = torch.Generator().manual_seed(options.seed)
    sides = [torch.nonzero(labels == label)[:, 0] for label in (0, 1)]
    optimiser = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.03)
    begun, step = time.time(), 0
    while step < options.steps and time.time() - begun < 60 * options.minutes:
        # As many of one side as of the other, whatever the folder holds.
        drawn = torch.cat([side[torch.randint(len(side), (options.batch // 2,), generator=generator)] for side in sides])
        loss = F.binary_cross_entropy_with_logits(net(varied(views[drawn], generator))[:, 0], labels[drawn] * 0.94 + 0.03)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        if step % 25 == 0:
            print(f'step {step}: loss {loss.item():.3f}', flush=True)
    return step


def calibrate(logits, labels):
    """Scale and bias of the log-odds, by logistic regression with both sides weighed alike. The scale stays above 0."""
    free = torch.zeros(2, requires_grad=True)
    weights = torch.where(labels == 1, 0.5 / (labels == 1).sum(), 0.5 / (labels == 0).sum())
    optimiser = torch.optim.LBFGS([free], max_iter=100)

    def closure():
        optimiser.zero_grad()
        # Few captures part easily: without the second term the scale would grow without end.
        loss = F.binary_cross_entropy_with_logits(free[0].exp() * logits + free[1], labels, weights, reduction='sum') + 0.01 * (free ** 2).sum()
        loss.backward()
        return loss
    optimiser.step(closure)
    return free[0].exp().item(), free[1].item()


def write(net, options, scale, bias):
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / f'{options.name}.onnx'
    names = dict(input_names=['skin'], output_names=['skin_logit'], dynamic_axes={'skin': {0: 'N'}, 'skin_logit': {0: 'N'}})
    torch.onnx.export(net, (torch.zeros(1, 3, SIDE, SIDE),), str(file), opset_version=17, dynamo=False, **names)
    onnx.checker.check_model(str(file))
    description = {
        'kind': 'pad',
        'name': options.name,
        'licence': options.licence,
        'measures': 'The packaged net of the skin (Apache-2.0), trained on with captures of our own.',
        'sha256': hashlib.sha256(file.read_bytes()).hexdigest(),
        'input': {'name': 'skin', 'size': SIDE},
        'crop': {'factor': FACTOR, 'edges': 'black'},
        'output': {'name': 'skin_logit', 'meaning': 'logit', 'scale': round(scale, 5), 'bias': round(bias, 5)},
    }
    (options.out / f'{options.name}.json').write_text(json.dumps(description, indent=2) + '\n')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('views', type=Path)
    parser.add_argument('out', type=Path)
    parser.add_argument('--name', default='own')
    parser.add_argument('--licence', default='Ours; trained from models/pad-face.onnx (Apache-2.0) on our own captures.')
    parser.add_argument('--minutes', type=float, default=5)
    parser.add_argument('--steps', type=int, default=100_000, help='at most so many')
    parser.add_argument('--batch', type=int, default=32)
    parser.add_argument('--rate', type=float, default=2e-4)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    warnings.filterwarnings('ignore')
    torch.manual_seed(options.seed)
    rows = [json.loads(line) for line in (options.views / 'views.jsonl').read_text().splitlines()]
    views = torch.from_numpy(np.fromfile(options.views / 'views.bin', np.uint8).reshape(len(rows), 3, SIDE, SIDE)).float()
    labels = torch.tensor([float(row['label']) for row in rows])
    apart = torch.tensor(split(rows, options.seed))
    for label, name in ((1, 'bona fide captures'), (0, 'attacks')):
        if not ((labels == label) & ~apart).any():
            raise SystemExit(f'Too few {name} in which a face can be judged: two people or pictures are the minimum, hundreds are useful.')
    net = OwnNet().train()
    steps = train(net, views[~apart], labels[~apart], options)
    net.eval()
    with torch.no_grad():
        logits = torch.cat([net(part)[:, 0] for part in views[apart].split(64)])
    scale, bias = calibrate(logits, labels[apart])
    live = (scale * logits + bias) >= 0
    passed, refused = live[labels[apart] == 0].float(), (~live[labels[apart] == 1]).float()
    write(net, options, scale, bias)
    print(f'{steps} steps. Of {len(passed)} attacks kept apart {passed.mean():.0%} pass, of {len(refused)} bona fide captures {refused.mean():.0%} are refused.')
    print(f'Next: npx liveface models add {options.out / options.name}.onnx --description {options.out / options.name}.json')


if __name__ == '__main__':
    main()
