"""Scores the engine's own views of the development groups with the nets: .cache/pad/predictions.npz.

    python predict.py --near 2,3 --skin 6      or, of the nets in models/:      python predict.py --released

The nets saw the training groups and never the development groups: the fusion is fitted on the latter.
"""
import argparse
import json

import numpy as np
import onnxruntime
import torch

from data import CACHE, ROOT
from nets import LAYOUTS, FrameNet, SkinNet

SIZES = {'near': (3, LAYOUTS['near'][0]), 'general': (3, 128), 'skin': (3, LAYOUTS['skin'][0])}


def described():
    """One dictionary per picture of views.bin."""
    return [json.loads(line) for line in (CACHE / 'views.jsonl').read_text().splitlines()]


def records():
    """Descriptions, and an array of bytes with one row per picture; `views` reads a row."""
    rows = described()
    length = sum(planes * size * size for planes, size in SIZES.values())
    return rows, np.memmap(CACHE / 'views.bin', np.uint8, 'r', shape=(len(rows), length))


def views(data, name):
    """All pictures' views of one kind: N x planes x size x size."""
    start = 0
    for each, (planes, size) in SIZES.items():
        if each == name:
            return data[:, start:start + planes * size * size].reshape(-1, planes, size, size)
        start += planes * size * size


def load(view, run):
    net = FrameNet(view)
    net.load_state_dict(torch.load(CACHE / 'runs' / f'{view}-{run}.pt', map_location='cpu'))
    return net.eval()


def batched(judge, x):
    return np.concatenate([judge(np.asarray(x[i:i + 64], np.float32)) for i in range(0, len(x), 64)])


def frame_logits(view, runs, data):
    nets = [load(view, run) for run in runs]

    def judge(x):
        x = torch.from_numpy(x)
        with torch.no_grad():
            return torch.stack([net(x) for net in nets]).mean(0).numpy()
    return batched(judge, views(data, view))


def load_skin(run, view='skin'):
    net = SkinNet(view)
    net.load_state_dict(torch.load(CACHE / 'runs' / f'{view}-{run}.pt', map_location='cpu'))
    return net.eval()


def skin_logits(run, data):
    net = load_skin(run)

    def judge(x):
        with torch.no_grad():
            return net(torch.from_numpy(x)).numpy()
    return batched(judge, views(data, 'skin'))


def general_logits(data):
    """The packaged net, compiled by the engine: class 0 against the other two, as in fusion.ts."""
    session = onnxruntime.InferenceSession(str(next((ROOT / '.cache/models').glob('pad-general-*.onnx'))))

    def judge(x):
        classes = session.run(None, {session.get_inputs()[0].name: x})[0]
        return classes[:, 0] - np.logaddexp(classes[:, 1], classes[:, 2])
    return batched(judge, views(data, 'general'))


def released_logits(name, view, data):
    session = onnxruntime.InferenceSession(str(ROOT / f'models/{name}.onnx'))
    return batched(lambda x: session.run(None, {session.get_inputs()[0].name: x})[0][:, 0], views(data, view))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--released', action='store_true')
    parser.add_argument('--near', default='2,3')
    parser.add_argument('--skin', default='6')
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = records()[1]
    if options.released:
        skin, near = released_logits('pad-face', 'skin', data), released_logits('pad-surroundings', 'near', data)
    else:
        skin, near = skin_logits(options.skin, data), frame_logits('near', options.near.split(','), data)
    np.savez(CACHE / 'predictions.npz', skin=skin, near=near, general=general_logits(data))


if __name__ == '__main__':
    main()
