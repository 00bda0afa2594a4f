"""Which of the captures a net is not trained on, so that it is calibrated and measured with people whom it has not seen."""
import random


def split(rows, seed):
    """Keeps about a fifth of the people apart (of the pictures, where nobody says who is in them), at least one of either side.

    Whoever is kept apart is so on both sides: one order of all people decides, from which each side takes its first fifth.
    rows: dicts with label (0 or 1), person (may be None) and path. Returns a list of bools, True where a row is kept apart.
    """
    names = [str(row['person'] or row['path']) for row in rows]
    order = sorted(set(names))
    random.Random(seed).shuffle(order)
    apart = set()
    for label in (0, 1):
        own = {name for name, row in zip(names, rows) if row['label'] == label}
        apart.update([name for name in order if name in own][:max(1, len(own) // 5)])
    return [name in apart for name in names]
