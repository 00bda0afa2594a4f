"""The two nets: plain 3x3 convolutions, which are fastest on CPUs."""
import torch
from torch import nn

# Side of the view in pixels; output channels and stride of each convolution.
LAYOUTS = {
    'skin': (112, [(16, 2), (32, 2), (48, 1), (64, 2), (96, 1), (128, 2), (128, 1)]),
    'drawn': (112, [(16, 2), (32, 2), (48, 1), (64, 2), (80, 1), (96, 2)]),
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
    """RGB 0..255 of a view -> two logits: bona fide or not, and what a teacher would say of it.

    The first is shipped; the second only helps to learn. Every cell is judged, and their mean is the answer.
    """

    def __init__(self, view, dropout=0.2):
        super().__init__()
        self.normalise = Normalise()
        self.body, channels = body_of(view, 3)
        self.dropout = nn.Dropout2d(dropout)
        self.head = nn.Conv2d(channels, 2, 1)

    def cells(self, x):
        """Both logits of every cell: N x 2 x cells x cells."""
        x = self.normalise(torch.cat([x, torch.ones_like(x[:, :1])], 1))
        return self.head(self.dropout(self.body(x[:, :3])))

    def forward(self, x):
        return self.cells(x)[:, 0].mean((1, 2))


def carry_on(net, file, views):
    """Takes the weights of a net that export.py wrote into `net`, to train on from there.

    Its convolutions have swallowed their normalisation; here this gets the scale and shift back under which `views`
    (N x 3 x H x W, 0..255) pass through as they did.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(file))
    held = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).astype('float32')) for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == 'Cast' and node.input[0] in held:
            held[node.output[0]] = held[node.input[0]]
    weights = [[held[name] for name in node.input[1:3]] for node in model.graph.node if node.op_type == 'Conv' and node.input[1] in held]
    layers = [layer for layer in net.body if isinstance(layer, (nn.Conv2d, nn.BatchNorm2d))]
    with torch.no_grad():
        x = net.normalise(torch.cat([views, torch.ones_like(views[:, :1])], 1))[:, :3]
        for conv, norm, (weight, bias) in zip(layers[::2], layers[1::2], weights):
            conv.weight.copy_(weight)
            x = conv(x)
            norm.running_mean.copy_(x.mean((0, 2, 3)))
            norm.running_var.copy_(x.var((0, 2, 3)))
            norm.weight.copy_((norm.running_var + norm.eps).sqrt())
            norm.bias.copy_(bias + norm.running_mean)
            x = torch.relu(x + bias[:, None, None])
        for own, carried in zip((net.head.weight, net.head.bias), weights[len(layers) // 2]):
            own.copy_(carried)


class SkinNet(nn.Module):
    """RGB 0..255 of the skin -> logit: positive speaks for bona fide, or, of `drawn`, for a photograph."""

    def __init__(self, view='skin'):
        super().__init__()
        self.body, channels = body_of(view, 3)
        self.dropout = nn.Dropout(0.3)
        self.head = nn.Linear(channels, 1)

    def forward(self, x):
        return self.head(self.dropout(self.body((x - 127) / 64).mean((2, 3))))[:, 0]
