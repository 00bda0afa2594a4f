"""Writes held-out.csv: the labels of every picture that neither taught nor tuned the weights, and their split.

    python training/traits/held-out.py

Pictures of the age-gender set (UTKFace, never trained on) come in with the labels made for them alone. A picture that
stands in two sets counts once.
"""

import hashlib

from data import HERE, LABELS, SHARED, Faces, table

NAMES = ["none", "glasses", "sunglasses"]


def main():
    faces = Faces()
    lines = ["key,split,weak," + ",".join(LABELS)]
    seen = set()
    for row, key in enumerate(faces.keys):
        labels = faces.labels[row]
        if faces.split[row] not in ("calibrate", "test") or (labels < 0).all():
            continue
        # Half of the hand-labelled set are LFW's own files.
        digest = hashlib.sha1(file_of(key).read_bytes()).digest()
        if digest in seen:
            continue
        seen.add(digest)
        words = ["" if value < 0 else NAMES[value] if name == "eyewear" else str(value) for name, value in zip(LABELS, labels)]
        lines.append(f"{key},{faces.split[row]},{int(faces.weak[row])},{','.join(words)}")
    for row in table(HERE / "labels" / "neutral.csv"):
        if row["key"].startswith("people/"):
            digit = int(hashlib.sha1(row["key"].encode()).hexdigest(), 16) % 10
            words = [row.get(name, "").replace("?", "") for name in LABELS]
            lines.append(f"{row['key']},{'test' if digit < 6 else 'calibrate'},0,{','.join(words)}")
    (HERE / "held-out.csv").write_text("\n".join(lines) + "\n")
    print(len(lines) - 1, "pictures")


def file_of(key):
    kind, name = key.split("/", 1)
    return SHARED / {"hand": "traits/hand-labelled", "masks": "traits/masks", "lfw": "lfw"}[kind] / name


if __name__ == "__main__":
    main()
