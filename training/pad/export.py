"""Writes what was trained on everything as one ONNX file, models/pad.onnx.

    python export.py --context 1

Several seeds of the context net, and the view and its mirror image, are averaged inside the file. Prints the file's SHA-256 for the catalogue.
"""
import argparse
import hashlib
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from data import CACHE, ROOT
from evaluate import load
from nets import LAYOUTS


def rule(file, fold):
    """A linear rule on standardised numbers as one on plain numbers."""
    heads = np.load(CACHE / file)
    weight, bias, mean, deviation = (heads[f'{fold}.{name}'] for name in ('weight', 'bias', 'mean', 'deviation'))
    weight = weight / deviation
    return torch.tensor(weight, dtype=torch.float32), float(bias - (weight * mean).sum())


class Head(nn.Module):
    """Trunk features, N x 14 x 14 x 512, to a logit: mean and deviation of each channel, then a linear rule."""

    def __init__(self, fold):
        super().__init__()
        weight, bias = rule('heads.npz', fold)
        self.weight, self.bias = nn.Parameter(weight), nn.Parameter(torch.tensor(bias))

    def forward(self, features):
        cells = features.flatten(1, 2)
        mean = cells.mean(1)
        deviation = ((cells - mean[:, None]) ** 2).mean(1).sqrt()
        return (torch.log1p(torch.cat([mean, deviation], 1)) * self.weight).sum(1, keepdim=True) + self.bias


class Pad(nn.Module):
    def __init__(self, fold, seeds):
        super().__init__()
        self.texture = Head(fold)
        self.context = nn.ModuleList([load('context', seed, fold) for seed in seeds])

    def forward(self, features, context):
        both = context, context.flip(3)  # a mirror image must not change the verdict
        return self.texture(features), torch.stack([net(x) for net in self.context for x in both]).mean(0)[:, None]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--context', default='1')
    parser.add_argument('--fold', default='all')
    parser.add_argument('--out', default=str(ROOT / 'models' / 'pad.onnx'))
    options = parser.parse_args()
    net = Pad(options.fold, options.context.split(',')).eval()
    size = LAYOUTS['context'][0]
    generator = torch.Generator().manual_seed(0)
    context = torch.rand(2, 4, size, size, generator=generator) * 255
    context[:, 3] = (context[:, 3] > 40).float()
    context[:, :3] *= context[:, 3:]
    example = (torch.rand(2, 14, 14, 512, generator=generator) * 3, context)
    names = ['features', 'context', 'texture_logit', 'context_logit']
    warnings.filterwarnings('ignore')
    torch.onnx.export(net, example, options.out, input_names=names[:2], output_names=names[2:], opset_version=17,
                      dynamo=False, dynamic_axes={name: {0: 'N'} for name in names})
    onnx.checker.check_model(options.out)
    session = onnxruntime.InferenceSession(options.out, providers=['CPUExecutionProvider'])
    got = session.run(None, dict(zip(names, (x.numpy() for x in example))))
    with torch.no_grad():
        want = net(*example)
    worst = max(np.abs(a - b.numpy()).max() for a, b in zip(got, want))
    if worst > 1e-3:
        raise SystemExit(f'The exported file differs from the net by {worst}')
    data = open(options.out, 'rb').read()
    print(f'{options.out}: {len(data)} bytes, differs by {worst:.1e}, sha256 {hashlib.sha256(data).hexdigest()}')


if __name__ == '__main__':
    main()
