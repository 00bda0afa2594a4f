"""Scores the engine's own views of the training and development groups with the trained nets: .cache/pad/predictions.npz.

    python predict.py --near 1 --context 1 [--skin models/pad-skin.onnx]

The near and context nets saw the training groups and never the development groups: the fusion is fitted on the latter.
"""
import argparse
import json

import numpy as np
import onnxruntime
import torch

from data import CACHE, ROOT
from nets import LAYOUTS, FrameNet

SIZES = {'texture': (3, 138), 'context': (4, LAYOUTS['context'][0]), 'near': (3, LAYOUTS['near'][0]), 'skin': (3, LAYOUTS['skin'][0])}


def records():
    """Descriptions, and an array of bytes with one row per picture; `views` reads a row."""
    rows = [json.loads(line) for line in (CACHE / 'views.jsonl').read_text().splitlines()]
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
            return torch.stack([net(look) for net in nets for look in (x, x.flip(3))]).mean(0).numpy()
    return batched(judge, views(data, view))


def skin_logits(file, data):
    session = onnxruntime.InferenceSession(str(file), providers=['CPUExecutionProvider'])
    return batched(lambda x: session.run(None, {'skin': x})[0][:, 0], views(data, 'skin'))


def texture_logits(data, chosen):
    """The rule of models/pad-texture.onnx on the trunk's features; NaN for pictures that are not chosen."""
    import cv2
    trunk = onnxruntime.InferenceSession(str(next((ROOT / '.cache/models').glob('pad-trunk-*.onnx'))))
    head = onnxruntime.InferenceSession(str(ROOT / 'models/pad-texture.onnx'))
    result = np.full(len(data), np.nan, np.float32)
    for i in np.flatnonzero(chosen):
        seen = np.asarray(views(data, 'texture')[i], np.float32).transpose(1, 2, 0)
        large = cv2.resize(seen, (224, 224), interpolation=cv2.INTER_LINEAR).transpose(2, 0, 1)[None]
        features = trunk.run(None, {trunk.get_inputs()[0].name: np.ascontiguousarray(large)})[0]
        result[i] = head.run(None, {'features': features.reshape(1, 14, 14, 512)})[0].item()
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--near', default='1')
    parser.add_argument('--context', default='1')
    parser.add_argument('--skin', default=str(ROOT / 'models/pad-skin.onnx'))
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows, data = records()
    tight = np.array([r['coverage'] < 0.16 for r in rows])
    texture = CACHE / 'texture-logits.npy'
    if not texture.exists():
        np.save(texture, texture_logits(data, tight))
    np.savez(CACHE / 'predictions.npz', texture=np.load(texture), skin=skin_logits(options.skin, data),
             near=frame_logits('near', options.near.split(','), data), context=frame_logits('context', options.context.split(','), data))


if __name__ == '__main__':
    main()
