"""The traits net: a face trunk, a shared eye trunk and mesh geometry, joined in linear heads.

Plain 3x3 convolutions only: they train fast in bfloat16 on a CPU and run fast in ONNX Runtime.
"""

import torch
from torch import nn

FACE = 112
EYE_WIDTH, EYE_HEIGHT = 48, 32
GEOMETRY = 14
FLAGS = ["occluded", "mouth_covered", "mouth_open", "smile"]


def conv(inputs, outputs, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = conv(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return torch.relu(x + self.second(self.first(x)))


class Pooled(nn.Module):
    """Mean and maximum over the picture: a thin frame or a fingertip shows in the maximum alone."""

    def forward(self, x):
        return torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)


class TraitsNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.face = nn.Sequential(
            conv(3, 32, 2), conv(32, 40, 2), conv(40, 64), conv(64, 104, 2), Residual(104), conv(104, 160, 2),
            Residual(160), Residual(160), Pooled(),
        )
        self.eye = nn.Sequential(
            conv(3, 20, 2), conv(20, 36), conv(36, 56, 2), Residual(56), conv(56, 80, 2), Residual(80), Pooled()
        )
        self.eye_open = nn.Linear(160, 1)
        joined = 320 + 2 * 160 + GEOMETRY
        self.drop = nn.Dropout(0.2)
        self.eyewear = nn.Linear(joined, 3)
        self.flags = nn.Linear(joined, len(FLAGS))
        self.geometry = nn.Linear(320, GEOMETRY)

    def forward(self, face, eyes, geometry):
        """face N x 3 x 112 x 112; eyes 2N x 3 x 32 x 48, right then left of each face; values -1..1."""
        trunk = self.face(face)
        eye = self.eye(eyes)
        pair = eye.reshape(-1, 2, eye.shape[1])
        joined = self.drop(torch.cat([trunk, pair.mean(1), pair.amax(1), geometry], 1))
        return self.eyewear(joined), self.flags(joined), self.eye_open(self.drop(eye)).reshape(-1, 2), self.geometry(trunk)

    def open_logits(self, eyes):
        return self.eye_open(self.drop(self.eye(eyes)))[:, 0]
