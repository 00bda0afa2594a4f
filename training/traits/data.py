"""Reads what faces.ts wrote and joins it with every label, split by person.

A label is 1, 0 or -1 for unknown; unknown labels take no part in the loss.
"""

import csv
import hashlib
import os
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = Path(os.environ.get("TRAITS_CACHE", ROOT / ".cache" / "traits"))
SHARED = Path(os.environ.get("LIVEFACE_SHARED", ROOT / ".." / "shared")).resolve() / "data"
SIDE = 256
LABELS = ["eyewear", "occluded", "mouth_covered", "mouth_open", "smile", "eye_right", "eye_left"]
EYEWEAR = {"none": 0, "glasses": 1, "sunglasses": 2}
# UTKFace is for non-commercial research: its faces measure and calibrate, the weights never see them.
UTK_SIDE = 200


class Faces:
    """All aligned chips with their labels. `labels` is N x 7 int8; `split` is train, calibrate or test."""

    def __init__(self):
        rows = list(csv.DictReader(open(CACHE / "faces.csv")))
        count = len(rows)
        self.keys = [row["key"] for row in rows]
        self.where = {key: i for i, key in enumerate(self.keys)}
        self.rows = rows
        self.chips = np.memmap(CACHE / "chips.u8", np.uint8, "r", shape=(count, SIDE, SIDE, 3))
        self.mesh = np.fromfile(CACHE / "mesh.f32", np.float32).reshape(count, 468, 3)
        self.geometry = np.fromfile(CACHE / "geometry.f32", np.float32).reshape(count, -1)
        # The engine's own rule for a face worth judging; the others are often a single eye of a close crop.
        self.usable = np.array([float(row["confidence"]) + float(row["presence"]) / 2 >= 0.7 for row in rows])
        self.labels = np.full((count, len(LABELS)), -1, np.int8)
        self.weak = np.zeros(count, bool)
        self.read_labels()
        self.people = self.find_people()
        self.split = np.array([self.split_of(i) for i in range(count)])

    def put(self, key, **labels):
        row = self.where.get(key)
        if row is None:
            return
        for name, value in labels.items():
            if value is not None:
                self.labels[row, LABELS.index(name)] = value

    def read_labels(self):
        for row in table(SHARED / "lfw" / "expression.csv"):
            key = "lfw/" + row["path"]
            if key in self.where:
                self.weak[self.where[key]] = True
            smile = {"happiness": 1, "neutral": 0, "anger": 0, "sadness": 0, "disgust": 0, "fear": 0, "surprise": 0}
            self.put(key, smile=smile.get(row["expression"]))
            self.put(key, occluded=0, mouth_covered=0)  # press portraits; labels/occlusion.csv has the exceptions
        for row, key in enumerate(self.keys):
            if key.startswith("pad/"):  # bona fide frames: nobody hides behind anything
                self.put(key, occluded=0, mouth_covered=0)
        for row in table(SHARED / "traits" / "masks" / "labels.csv"):
            worn = int(row["label"] == "mask")
            self.put("masks/" + row["path"], mouth_covered=worn, occluded=1 if worn else None)
        for row in table(SHARED / "traits" / "hand-labelled" / "labels.csv"):
            self.put("hand/" + row["path"], **from_hand(row))
        # Labels of this project, made by eye on contact sheets; they overrule the others.
        for file in sorted((HERE / "labels").glob("*.csv")):
            for row in table(file):
                key = row.pop("key")
                values = {}
                for name, value in row.items():
                    if name == "eyewear":
                        values[name] = EYEWEAR.get(value, -1 if value == "?" else None)
                    elif name in LABELS:
                        values[name] = {"1": 1, "0": 0, "?": -1}.get(value)
                if key in self.where and values.get("smile") in (0, 1):
                    self.weak[self.where[key]] = False
                self.put(key, **values)
        # A covered mouth shows no smile; dark lenses show no eyes.
        covered = self.labels[:, 2] == 1
        self.labels[covered, 3:5] = -1
        self.labels[self.labels[:, 0] == 2, 5:7] = -1

    def find_people(self):
        """One name per person: LFW's, or that of a linked face (links.csv of people.py), or the picture's own."""
        parent = {key: key for key in self.keys}

        def root(key):
            while parent[key] != key:
                parent[key] = parent[parent[key]]
                key = parent[key]
            return key

        first = {}
        for key in self.keys:
            if key.startswith(("lfw/", "pad/")):  # a PAD source is one person's recordings
                name = "/".join(key.split("/")[:2])
                parent[root(key)] = root(first.setdefault(name, key))
        links = CACHE / "links.csv"
        if links.exists():
            for row in table(links):
                if row["first"] in parent and row["second"] in parent:
                    parent[root(row["first"])] = root(row["second"])
        # The smallest key names the group, so that the split does not hang on the order of the links.
        smallest = {}
        for key in self.keys:
            smallest[root(key)] = min(smallest.get(root(key), key), key)
        return [smallest[root(key)] for key in self.keys]

    def split_of(self, row):
        if not self.usable[row]:
            return "unused"
        if self.rows[row]["set"] == "pad":
            return "train"  # few people, many frames: nothing could be measured on them
        digit = int(hashlib.sha1(self.people[row].encode()).hexdigest(), 16) % 10
        if self.rows[row]["set"] == "hand" and int(self.rows[row]["width"]) == UTK_SIDE:
            return "test" if digit < 6 else "calibrate"
        return "test" if digit < 2 else "calibrate" if digit == 2 else "train"

    def is_utk(self, row):
        return self.rows[row]["set"] == "hand" and int(self.rows[row]["width"]) == UTK_SIDE


def from_hand(row):
    number = {name: int(value) if value else None for name, value in row.items() if name != "path"}
    eyewear = None
    if number["sunglasses"] == 1:
        eyewear = 2
    elif number["eyeglasses"] == 1 and number["sunglasses"] == 0:
        eyewear = 1
    elif number["eyeglasses"] == 0 and number["sunglasses"] == 0:
        eyewear = 0
    shut = number["eyes_closed"]
    eyes = None if shut is None or number["one_eye_closed"] != 0 else 1 - shut
    return {
        "eyewear": eyewear,
        "mouth_open": number["mouth_open"],
        "smile": number["smile"],
        "occluded": number["occluded"],
        "mouth_covered": 0 if number["occluded"] == 0 else None,
        "eye_right": eyes,
        "eye_left": eyes,
    }


def table(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def eye_crops():
    """The single-eye set as (RGB pictures, open 0/1, split). Whose eyes they are is unknown, so pictures are split."""
    import cv2

    pictures, labels, splits = [], [], []
    for row in table(SHARED / "traits" / "eyes" / "labels.csv"):
        picture = cv2.imread(str(SHARED / "traits" / "eyes" / row["path"]))
        pictures.append(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
        labels.append(int(row["label"] == "open"))
        digit = int(hashlib.sha1(row["path"].encode()).hexdigest(), 16) % 10
        splits.append("test" if digit < 2 else "calibrate" if digit == 2 else "train")
    return pictures, np.array(labels), np.array(splits)
