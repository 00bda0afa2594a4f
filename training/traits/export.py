"""Writes the net as ONNX and checks it against PyTorch."""

import numpy as np
import onnx
import onnxruntime
import torch

from net import EYE_HEIGHT, EYE_WIDTH, FACE, GEOMETRY


class Exported(torch.nn.Module):
    """Takes plain 0..255 planes, gives logits only: the geometry guess was a training aid."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, face, eyes, geometry):
        return self.net((face - 127.5) / 127.5, (eyes - 127.5) / 127.5, geometry.flatten(1))[:3]


def halve(path):
    """Keeps the weights as 16-bit numbers, half the size; the runtime widens them once, when it loads the net."""
    model = onnx.load(path)
    graph = model.graph
    casts = []
    for index, tensor in enumerate(graph.initializer):
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size > 64:
            name = tensor.name
            graph.initializer[index].CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), name + "_half"))
            casts.append(onnx.helper.make_node("Cast", [name + "_half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend(casts + nodes)
    onnx.save(model, path)


def export(net, path):
    net = Exported(net.float().eval().to(memory_format=torch.contiguous_format))
    torch.manual_seed(0)
    inputs = (
        torch.rand(1, 3, FACE, FACE) * 255,
        torch.rand(2, 3, EYE_HEIGHT, EYE_WIDTH) * 255,
        torch.randn(1, GEOMETRY, 1, 1),  # a catalogue entry is channels, height, width
    )
    names = ["face", "eyes", "geometry"]
    torch.onnx.export(
        net, inputs, str(path), input_names=names, output_names=["eyewear", "flags", "open"],
        opset_version=17, dynamo=False, do_constant_folding=True,
    )
    halve(path)
    net.eval()  # the exporter leaves parts of the net in training mode
    onnx.checker.check_model(onnx.load(path))
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    got = session.run(None, {name: value.numpy() for name, value in zip(names, inputs)})
    with torch.no_grad():
        want = [value.numpy() for value in net(*inputs)]
    worst = max(float(np.abs(a - b).max()) for a, b in zip(got, want))
    if worst > 0.02:
        raise SystemExit(f"{path} differs from the trained net by {worst}")
    print(f"{path}: {path.stat().st_size} bytes, differs from the trained net by {worst:.1e}")


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from net import TraitsNet

    net = TraitsNet()
    net.load_state_dict(torch.load(sys.argv[1])["average"])
    export(net, Path(sys.argv[2]))
