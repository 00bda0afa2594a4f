"""What a review band around the threshold takes out of the answers, on development groups left out of the fusion.

    python band.py

Reads predictions.npz. The default half width (LIVEFACE_LIVENESS_REVIEW_BAND) is the smallest printed one at which at most
1 % of the bona fide pictures, as a mean over left-out groups, are refused without anybody being asked to look.
"""
import numpy as np

from calibrate import LEAST_COVERAGE, SHARES, left_out, lenient, mean_over
from data import CACHE
from predict import described

GOAL = 0.01


def main():
    rows, seen = described(), np.load(CACHE / 'predictions.npz')
    chosen = np.array([r['variant'] == 'plain' and r['coverage'] >= LEAST_COVERAGE for r in rows])
    label = np.array([int(r['bonafide']) for r in rows])[chosen]
    group = np.array([r['group'] for r in rows])[chosen]
    joined = sum(share * seen[name][chosen] for name, share in SHARES.items())[:, None]
    logit = left_out(joined, label, group)
    score = 1 / (1 + np.exp(-logit - lenient(logit, label, group)))
    print(f'{(label == 0).sum()} attacks, {(label == 1).sum()} bona fide pictures; means over groups, then by picture')
    print('| half width | attacks pass | attacks to review | bona fide refused | bona fide to review |')
    print('|---|---|---|---|---|')
    for half in np.arange(0, 0.35, 0.05):
        low, high = 0.5 - half - 1e-9, 0.5 + half
        parts = [(0, score >= high), (0, (score > low) & (score < high)), (1, score <= low), (1, (score > low) & (score < high))]
        cells = [f'{100 * mean_over(group, label == side, which):.1f} % ({100 * which[label == side].mean():.1f})' for side, which in parts]
        print(f'| {half:.2f} | ' + ' | '.join(cells) + ' |')
    fits = [half for half in np.arange(0, 0.5, 0.05) if mean_over(group, label == 1, score <= 0.5 - half) <= GOAL]
    print(f'default: {fits[0]:.2f}')


if __name__ == '__main__':
    main()
