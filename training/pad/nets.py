"""The three nets: plain 3x3 convolutions, which are fastest on CPUs."""
import torch
from torch import nn

# Output channels and stride of each convolution.
LAYOUTS = {
    'skin': (112, [(16, 2), (32, 2), (48, 1), (64, 2), (96, 1), (128, 2), (128, 1)]),
    'context': (96, [(16, 2), (32, 2), (48, 1), (64, 2), (96, 1), (128, 2), (128, 1)]),
    'near': (80, [(24, 2), (32, 1), (48, 2), (64, 1), (80, 2), (96, 1), (128, 2), (128, 1)]),
}

class Normalise(nn.Module):
    """RGB 0..255 and a 0/1 mask -> each colour centred on its own mean, scaled by the picture's contrast; mask kept.

    Per-picture normalisation takes exposure, white balance and contrast away, so the threshold travels.
    """

    def forward(self, x):
        rgb, mask = x[:, :3], x[:, 3:4]
        count = mask.sum((2, 3), keepdim=True).clamp_min(1.0)
        mean = (rgb * mask).sum((2, 3), keepdim=True) / count
        centred = (rgb - mean) * mask
        variance = (centred * centred).sum((1, 2, 3), keepdim=True) / (3 * count)
        return torch.cat([centred / torch.sqrt(variance + 36.0), mask], 1)


def body_of(view, channels):
    """The convolutions of a view's net, and how many channels come out."""
    layers = []
    for width, stride in LAYOUTS[view][1]:
        layers += [nn.Conv2d(channels, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
        channels = width
    return nn.Sequential(*layers), channels


class ContextNet(nn.Module):
    """RGB 0..255 and a mask of the context view -> logit: positive speaks for bona fide. Every cell is judged."""

    def __init__(self, dropout=0.2):
        super().__init__()
        self.normalise = Normalise()
        self.body, channels = body_of('context', 4)
        self.dropout = nn.Dropout2d(dropout)
        self.head = nn.Conv2d(channels, 1, 1)

    def cells(self, normalised):
        """Logit of every cell, N x cells x cells: positive speaks for bona fide."""
        return self.head(self.dropout(self.body(normalised)))[:, 0]

    def forward(self, x):
        return self.cells(self.normalise(x)).mean((1, 2))


class NearNet(nn.Module):
    """RGB 0..255 of the near view -> two logits: what a teacher would say, and bona fide or not. Only the second is shipped."""

    def __init__(self):
        super().__init__()
        self.normalise = Normalise()
        self.body, channels = body_of('near', 3)
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(channels, 2)

    def normalised(self, x):
        return self.normalise(torch.cat([x, torch.ones_like(x[:, :1])], 1))[:, :3]

    def judged(self, normalised):
        return self.head(self.dropout(self.body(normalised).mean((2, 3))))

    def forward(self, x):
        return self.judged(self.normalised(x))[:, 1]


class SkinNet(nn.Module):
    """RGB 0..255 of the skin -> logit: positive speaks for bona fide."""

    def __init__(self):
        super().__init__()
        self.body, channels = body_of('skin', 3)
        self.dropout = nn.Dropout(0.3)
        self.head = nn.Linear(channels, 1)

    def forward(self, x):
        return self.head(self.dropout(self.body((x - 127) / 64).mean((2, 3))))[:, 0]
