"""Trains the traits net on one CPU thread and writes models/traits.onnx.

    nice -n 10 /path/to/python training/traits/train.py --epochs 30 --seed 1 --name first
    ... --resume picks up the last checkpoint of the same name.
"""

import argparse
import json
import time

import numpy as np
import torch
from torch.nn import functional as F

from batches import Sampler
from data import CACHE, ROOT, Faces
from export import export
from accuracy import measure
from net import TraitsNet

BATCH, SINGLES = 64, 24


def masked(loss, known, weight=None):
    weight = known.float() if weight is None else known.float() * weight
    return (loss * weight).sum() / weight.sum().clamp(min=1)


def total_loss(net, batch):
    faces, eyes, geometry, labels, singles, single_labels, weak = batch
    faces, eyes, singles = (x.contiguous(memory_format=torch.channels_last) for x in (faces, eyes, singles))
    with torch.autocast("cpu", torch.bfloat16):
        eyewear, flags, opened, guess = net(faces, eyes, geometry)
        single = net.open_logits(singles)
    eyewear, flags, opened, guess, single = (x.float() for x in (eyewear, flags, opened, guess, single))
    loss = F.cross_entropy(eyewear, labels[:, 0].clamp(min=0), reduction="none", label_smoothing=0.03)
    parts = {"eyewear": masked(loss, labels[:, 0] >= 0)}
    for column, name in enumerate(("occluded", "mouth_covered", "mouth_open", "smile")):
        target = labels[:, 1 + column]
        soft = target.clamp(min=0).float() * 0.96 + 0.02
        loss = F.binary_cross_entropy_with_logits(flags[:, column], soft, reduction="none")
        # One labeller alone named LFW's expressions: count them less.
        parts[name] = masked(loss, target >= 0, torch.where(weak, 0.5, 1.0) if name == "smile" else None)
    target = labels[:, 5:7]
    loss = F.binary_cross_entropy_with_logits(opened, target.clamp(min=0).float() * 0.96 + 0.02, reduction="none")
    parts["eyes"] = masked(loss, target >= 0)
    parts["singles"] = F.binary_cross_entropy_with_logits(single, single_labels * 0.96 + 0.02) * 0.7
    seen = (geometry.abs().sum(1, keepdim=True) > 1.5) & (labels[:, 2:3] != 1)
    parts["geometry"] = masked(F.smooth_l1_loss(guess, geometry, reduction="none"), seen.expand_as(geometry)) * 0.3
    return sum(parts.values()), parts


def draw(sampler, rng):
    """Row order of one epoch: rare labels come up to four times."""
    labels = sampler.faces.labels[sampler.rows]
    times = np.ones(len(labels))
    times += 2 * (labels[:, 0] == 2) + 3 * (labels[:, 5:7] == 0).any(1) + 1 * (labels[:, 0] == 1) + 1 * (labels[:, 3] == 1)
    times += 2 * ((labels[:, 1] == 1) & (labels[:, 2] != 1))
    # A face of which little is known mostly feeds the simulations.
    known = (labels[:, [0, 3, 5]] >= 0).any(1)
    times[~known & (labels[:, 2] != 1)] = 0.5
    times[~known & (labels[:, 2] != 1) & (labels[:, 4] == -1)] = 0.25
    whole = np.floor(times + rng.random(len(times))).astype(int)
    return rng.permutation(np.repeat(sampler.rows, whole))


def follow(average, value, count):
    """Running mean of the weights; quick at first, so that the untrained ones do not linger."""
    if not value.is_floating_point():
        return value
    return average + (value - average) * max(0.004, 10 / (10 + float(count)))


class Batches(torch.utils.data.Dataset):
    def __init__(self, sampler, epoch):
        rng = np.random.default_rng([sampler.seed, epoch])
        rows = draw(sampler, rng)
        self.rows = [rows[i : i + BATCH] for i in range(0, len(rows) - BATCH + 1, BATCH)]
        self.eyes = [rng.choice(len(sampler.eye_labels), SINGLES, replace=False) for _ in self.rows]
        self.sampler, self.epoch = sampler, epoch

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, number):
        return self.sampler.batch(self.epoch, number, self.rows[number], self.eyes[number])


def seed_worker(_):
    import cv2

    cv2.setNumThreads(0)
    torch.set_num_threads(1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--until", type=int, help="stop after so many of the epochs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--name", default="traits")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--start", help="checkpoint whose weights to begin with")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    seed_worker(0)
    faces = Faces()
    sampler = Sampler(faces, options.seed)
    print({name: int((faces.split == name).sum()) for name in ("train", "calibrate", "test")}, flush=True)
    net = TraitsNet().to(memory_format=torch.channels_last)
    if options.start:
        net.load_state_dict(torch.load(options.start)["net"])
    average = torch.optim.swa_utils.AveragedModel(net, avg_fn=follow, use_buffers=True)
    optimiser = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.03)
    steps = options.epochs * len(Batches(sampler, 0))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, options.rate, total_steps=int(steps * 1.02) + 50, pct_start=0.15)
    file, first = CACHE / f"{options.name}.pt", 0
    if options.resume and file.exists():
        state = torch.load(file)
        net.load_state_dict(state["net"]), average.load_state_dict(state["ema"])
        optimiser.load_state_dict(state["optimiser"]), schedule.load_state_dict(state["schedule"])
        first = state["epoch"] + 1
    for epoch in range(first, options.until or options.epochs):
        started, sums, net_ = time.time(), {}, net.train()
        loader = torch.utils.data.DataLoader(Batches(sampler, epoch), batch_size=None, num_workers=options.workers, worker_init_fn=seed_worker)
        for batch in loader:
            loss, parts = total_loss(net_, batch)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step(), schedule.step(), average.update_parameters(net)
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + value.item() / len(loader)
        state = {"net": net.state_dict(), "ema": average.state_dict(), "average": average.module.state_dict(), "epoch": epoch}
        torch.save({**state, "optimiser": optimiser.state_dict(), "schedule": schedule.state_dict()}, file)
        print(epoch, f"{time.time() - started:.0f}s", {k: round(v, 3) for k, v in sums.items()}, flush=True)
        if epoch % 5 == 4 or epoch == options.epochs - 1:
            print(json.dumps(measure(average.module.eval(), faces, "calibrate")), flush=True)
    export(average.module.eval(), CACHE / f"{options.name}.onnx")


if __name__ == "__main__":
    main()
