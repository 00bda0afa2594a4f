"""Splits the groups once, by lot, into training, development and verdict: writes groups.csv. Run once; never again.

A group is one repository, or one person's recordings. The lot is drawn within strata, so that every part has prints or
cards, whole frames, and tight crops. Groups of the older set have been looked at by every earlier version: they may be
learnt from, but can judge nothing any more. `fold` is for predictions on left-out groups: the net of a fold sees no group
of it. Development is fold 0; the training groups make folds 1 and 2.
"""
import csv
import random
from pathlib import Path

from data import captures

SEED = 20261130
FILE = Path(__file__).parent / 'groups.csv'
PAPER = ('print', 'mask', 'print_or_idcard')
SHARES = {'paper': (1, 1, 1), 'crops': (4, 3, 3), 'frames': (10, 6, 6)}  # training, development, verdict


def stratum(rows):
    """What a group is drawn for: what most of its attacks are, or its pictures where it has none."""
    attacks = [r for r in rows if not r['label']] or rows
    if sum(r['attack'] in PAPER for r in attacks) > len(attacks) / 2:
        return 'paper'
    return 'crops' if sum(r['view'] == 'crop' for r in attacks) > len(attacks) / 2 else 'frames'


def main():
    if FILE.exists():
        raise SystemExit('The lot has been drawn.')
    lot = random.Random(SEED)
    groups = {}
    for row in captures():
        groups.setdefault((row['set'], row['group']), []).append(row)
    lines, folds = [], 0
    for kind, shares in SHARES.items():
        members = sorted(group for (name, group), rows in groups.items() if name == 'pad2' and stratum(rows) == kind)
        lot.shuffle(members)
        parts = [part for part, share in zip(('training', 'development', 'verdict'), shares) for _ in range(share)]
        parts += ['training'] * (len(members) - len(parts))
        for group, part in zip(members, parts):
            lines.append([group, 'pad2', kind, part])
    older = sorted(group for name, group in groups if name == 'pad')
    lot.shuffle(older)
    lines += [[group, 'pad', stratum(groups['pad', group]), 'development' if i % 3 == 0 else 'training'] for i, group in enumerate(older)]
    with open(FILE, 'w', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(['group', 'set', 'stratum', 'part', 'fold'])
        for line in sorted(lines):
            fold = {'development': 0, 'verdict': ''}.get(line[3])
            if fold is None:
                fold = 1 + folds % 2
                folds += 1
            writer.writerow([*line, fold])


if __name__ == '__main__':
    main()
