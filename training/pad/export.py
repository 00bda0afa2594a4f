"""Writes models/pad-surroundings.onnx, the near net, models/pad-face.onnx, the skin net of whole frames, and
models/pad-drawn.onnx, which parts photographs from drawings.

    python export.py --near 2,3 --skin 6 --drawn 1

An empty name leaves that file as it is. Several runs are averaged inside the file. Prints its SHA-256 for the catalogue.
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
from predict import load, load_skin


class Averaged(nn.Module):
    """A view to one logit: the mean over a net's runs."""

    def __init__(self, runs):
        super().__init__()
        self.nets = nn.ModuleList([load('near', run) for run in runs])

    def forward(self, view):
        return torch.stack([net(view) for net in self.nets]).mean(0)[:, None]


class Column(nn.Module):
    """A net whose logits stand one below the other: N x 1."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, view):
        return self.net(view)[:, None]


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
    parser.add_argument('--near', default='2,3')
    parser.add_argument('--skin', default='6')
    parser.add_argument('--drawn', default='1')
    parser.add_argument('--out', type=Path, default=ROOT / 'models')
    options = parser.parse_args()
    warnings.filterwarnings('ignore')

    def example(view):
        size = LAYOUTS[view][0]
        return (torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(0)) * 255,)
    if options.near:
        write(Averaged(options.near.split(',')), options.out / 'pad-surroundings.onnx', ['near'], ['near_logit'], example('near'))
    if options.skin:
        write(Column(load_skin(options.skin)), options.out / 'pad-face.onnx', ['skin'], ['skin_logit'], example('skin'))
    if options.drawn:
        drawn = load_skin(options.drawn, 'drawn')
        write(Column(drawn), options.out / 'pad-drawn.onnx', ['skin'], ['photograph_logit'], example('drawn'))


if __name__ == '__main__':
    main()
