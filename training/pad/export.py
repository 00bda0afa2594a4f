"""Writes what was trained on everything: models/pad-texture.onnx, pad-skin.onnx and pad-surroundings.onnx.

    python export.py --context 1 --near 1 --skin 1,2

Several seeds, and a view of the surroundings with its mirror image, are averaged inside the files. Prints their SHA-256
for the catalogue.
"""
import argparse
import hashlib
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from data import CACHE, ROOT
from evaluate import load
from nets import LAYOUTS
from predict import NETS


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


class Averaged(nn.Module):
    """Views to one logit each: the mean over a net's seeds and, where asked, the view and its mirror image."""

    def __init__(self, names, seeds, fold, mirrored):
        super().__init__()
        self.nets = nn.ModuleList([nn.ModuleList([load(name, seed, fold) for seed in seeds[name]]) for name in names])
        self.mirrored = mirrored

    def forward(self, *views):
        def mean(nets, view):
            looks = [view, view.flip(3)] if self.mirrored else [view]
            return torch.stack([net(look) for net in nets for look in looks]).mean(0)[:, None]
        return tuple(mean(nets, view) for nets, view in zip(self.nets, views))


def halved(file):
    """Keeps the weights as 16-bit numbers, which the runtime widens when it opens the file: half the size."""
    model = onnx.load(file)
    casts = []
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= 512:
            name = tensor.name
            tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), f'{name}.half'))
            casts.append(onnx.helper.make_node('Cast', [f'{name}.half'], [name], to=onnx.TensorProto.FLOAT))
    rest = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(casts + rest)
    onnx.save(model, file)


def write(net, file, inputs, outputs, example):
    names = dict(input_names=inputs, output_names=outputs, dynamic_axes={name: {0: 'N'} for name in inputs + outputs})
    torch.onnx.export(net.eval(), example, str(file), opset_version=17, dynamo=False, **names)
    halved(str(file))
    onnx.checker.check_model(str(file))
    session = onnxruntime.InferenceSession(str(file), providers=['CPUExecutionProvider'])
    got = session.run(None, dict(zip(inputs, (x.numpy() for x in example))))
    with torch.no_grad():
        want = net(*example)
    want = want if isinstance(want, tuple) else (want,)
    worst = max(np.abs(a - b.numpy()).max() for a, b in zip(got, want))
    if worst > 0.02:  # 16-bit weights
        raise SystemExit(f'{file} differs from the net by {worst}')
    data = file.read_bytes()
    print(f'{file.name}: {len(data)} bytes, differs by {worst:.1e}, sha256 {hashlib.sha256(data).hexdigest()}')


def main():
    parser = argparse.ArgumentParser()
    for name in NETS:
        parser.add_argument(f'--{name}', default='1')
    parser.add_argument('--fold', default='all')
    parser.add_argument('--out', type=Path, default=ROOT / 'models')
    options = parser.parse_args()
    seeds = {name: getattr(options, name).split(',') for name in NETS}
    warnings.filterwarnings('ignore')
    generator = torch.Generator().manual_seed(0)

    def planes(name):
        size = LAYOUTS[name][0]
        return torch.rand(2, 3, size, size, generator=generator) * 255
    context = planes('context')
    mask = (context[:, :1] > 40).float()
    write(Head(options.fold), options.out / 'pad-texture.onnx', ['features'], ['texture_logit'],
          (torch.rand(2, 14, 14, 512, generator=generator) * 3,))
    write(Averaged(['skin'], seeds, options.fold, False), options.out / 'pad-skin.onnx', ['skin'], ['skin_logit'], (planes('skin'),))
    write(Averaged(['context', 'near'], seeds, options.fold, True), options.out / 'pad-surroundings.onnx',
          ['context', 'near'], ['context_logit', 'near_logit'], (torch.cat([context * mask, mask], 1), planes('near')))


if __name__ == '__main__':
    main()
