"""Reduces what the recognition net says of a face, 512 values, to a template of 128.

The net itself uses no more than about 150 of its 512 directions. This keeps the 128 along which faces differ most
(principal components about the origin, so that angles stay what they were; no labels), as a quarter of the bytes in
every database and of the time in every search.

    npx tsx training/match/features.ts
    python training/match/project.py       writes models/template.onnx and prints its checksum

Learned from the pictures of LFW folds 0, 1 and 2; folds 3 and 4 are kept for the report.
"""

import csv
import hashlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WIDE, SIZE = 512, 128
TRAINED = {"0", "1", "2"}


def fit(features):
    rows = features / np.linalg.norm(features, axis=1, keepdims=True)
    values, vectors = np.linalg.eigh(rows.T @ rows / len(rows))
    print(f"share of the energy kept: {values[::-1][:SIZE].sum() / values.sum():.4f}")
    kept = vectors[:, ::-1][:, :SIZE]
    # An eigenvector's sign is arbitrary: fix it, so that every run writes the same file.
    return kept * np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(SIZE)])


def export(kept, path):
    constants = {"kept": kept.astype(np.float32), "tiny": np.array(1e-12, np.float32)}
    nodes = [
        helper.make_node("MatMul", ["features", "kept"], ["projected"]),
        helper.make_node("ReduceL2", ["projected"], ["length"], axes=[1], keepdims=1),
        helper.make_node("Max", ["length", "tiny"], ["divisor"]),
        helper.make_node("Div", ["projected", "divisor"], ["template"]),
    ]
    port = lambda name, size: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", size])
    graph = helper.make_graph(
        nodes,
        "template",
        [port("features", WIDE)],
        [port("template", SIZE)],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="liveface")
    model.ir_version = 8
    onnx.checker.check_model(model)
    data = model.SerializeToString(deterministic=True)
    with open(path, "wb") as file:
        file.write(data)
    print(path, len(data), hashlib.sha256(data).hexdigest())


def main():
    with open(".cache/match/features.csv") as file:
        folds = np.array([row["fold"] for row in csv.DictReader(file)])
    rows = np.fromfile(".cache/match/features.bin", dtype=np.float32).reshape(len(folds), WIDE).astype(np.float64)
    export(fit(rows[np.isin(folds, list(TRAINED))]), "models/template.onnx")


main()
