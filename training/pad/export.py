"""Writes models/pad-surroundings.onnx: the near and the context net in one file.

    python export.py --near 1 --context 1

Several seeds, and a view with its mirror image, are averaged inside the file. Prints its SHA-256 for the catalogue.
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

from data import ROOT
from nets import LAYOUTS
from predict import load


class Averaged(nn.Module):
    """Views to one logit each: the mean over a net's seeds, and over the view and its mirror image."""

    def __init__(self, runs):
        super().__init__()
        self.nets = nn.ModuleList([nn.ModuleList([load(name, run) for run in seeds]) for name, seeds in runs.items()])

    def forward(self, *views):
        def mean(nets, view):
            return torch.stack([net(look) for net in nets for look in (view, view.flip(3))]).mean(0)[:, None]
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
    parser.add_argument('--context', default='1')
    parser.add_argument('--near', default='1')
    parser.add_argument('--out', type=Path, default=ROOT / 'models')
    options = parser.parse_args()
    warnings.filterwarnings('ignore')
    generator = torch.Generator().manual_seed(0)

    def planes(name):
        size = LAYOUTS[name][0]
        return torch.rand(2, 3, size, size, generator=generator) * 255
    context = planes('context')
    mask = (context[:, :1] > 40).float()
    runs = {'context': options.context.split(','), 'near': options.near.split(',')}
    write(Averaged(runs), options.out / 'pad-surroundings.onnx', ['context', 'near'], ['context_logit', 'near_logit'],
          (torch.cat([context * mask, mask], 1), planes('near')))


if __name__ == '__main__':
    main()
