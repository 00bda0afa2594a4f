"""Writes held-out.csv: the labels of every picture that neither taught nor tuned the weights, and their split.

    python training/traits/held-out.py
"""

from data import HERE, LABELS, Faces

NAMES = ["none", "glasses", "sunglasses"]


def main():
    faces = Faces()
    lines = ["key,split,weak," + ",".join(LABELS)]
    for row, key in enumerate(faces.keys):
        labels = faces.labels[row]
        if faces.split[row] not in ("calibrate", "test") or (labels < 0).all():
            continue
        words = ["" if value < 0 else NAMES[value] if name == "eyewear" else str(value) for name, value in zip(LABELS, labels)]
        lines.append(f"{key},{faces.split[row]},{int(faces.weak[row])},{','.join(words)}")
    (HERE / "held-out.csv").write_text("\n".join(lines) + "\n")
    print(len(lines) - 1, "pictures")


if __name__ == "__main__":
    main()
