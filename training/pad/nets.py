"""The three nets: plain 3x3 convolutions, which are fastest on CPUs."""
import torch
from torch import nn

# Side of the view in pixels; output channels and stride of each convolution.
LAYOUTS = {
    'skin': (112, [(16, 2), (32, 2), (48, 1), (64, 2), (96, 1), (128, 2), (128, 1)]),
    'context': (96, [(16, 2), (32, 2), (48, 1), (64, 2), (96, 1), (128, 2), (128, 1)]),
    'near': (96, [(24, 2), (48, 2), (64, 1), (80, 2), (96, 1), (128, 2), (160, 1)]),
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


class FrameNet(nn.Module):
    """RGB 0..255 of a view (and a mask, for `context`) -> two logits: bona fide or not, and what a teacher would say of it.

    The first is shipped; the second only helps to learn. Every cell is judged, and their mean is the answer.
    """

    def __init__(self, view, dropout=0.2):
        super().__init__()
        self.masked = view == 'context'
        self.normalise = Normalise()
        self.body, channels = body_of(view, 4 if self.masked else 3)
        self.dropout = nn.Dropout2d(dropout)
        self.head = nn.Conv2d(channels, 2, 1)

    def cells(self, x):
        """Both logits of every cell: N x 2 x cells x cells."""
        if not self.masked:
            x = torch.cat([x, torch.ones_like(x[:, :1])], 1)
        x = self.normalise(x)
        return self.head(self.dropout(self.body(x if self.masked else x[:, :3])))

    def forward(self, x):
        return self.cells(x)[:, 0].mean((1, 2))


class SkinNet(nn.Module):
    """RGB 0..255 of the skin -> logit: positive speaks for bona fide."""

    def __init__(self):
        super().__init__()
        self.body, channels = body_of('skin', 3)
        self.dropout = nn.Dropout(0.3)
        self.head = nn.Linear(channels, 1)

    def forward(self, x):
        return self.head(self.dropout(self.body((x - 127) / 64).mean((2, 3))))[:, 0]
