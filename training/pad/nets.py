"""The two nets: plain 3x3 convolutions (fastest on CPUs) that normalise their own input and judge every cell."""
import torch
from torch import nn

# Output channels and stride of each convolution.
LAYOUTS = {
    'texture': (112, [(16, 2), (32, 2), (48, 1), (64, 2), (96, 1), (128, 2), (128, 1)]),
    'context': (96, [(16, 2), (32, 2), (48, 1), (64, 2), (96, 1), (128, 2), (128, 1)]),
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


class PadNet(nn.Module):
    def __init__(self, view, dropout=0.2):
        super().__init__()
        self.size, layout = LAYOUTS[view]
        self.normalise = Normalise()
        layers, channels = [], 4
        for width, stride in layout:
            layers += [nn.Conv2d(channels, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            channels = width
        self.body = nn.Sequential(*layers)
        self.dropout = nn.Dropout2d(dropout)
        self.head = nn.Conv2d(channels, 1, 1)

    def cells(self, normalised):
        """Logit of every cell, N x cells x cells: positive speaks for bona fide."""
        return self.head(self.dropout(self.body(normalised)))[:, 0]

    def forward(self, x):
        return self.cells(self.normalise(x)).mean((1, 2))
