"""Fits the constants of src/engine/quality/limits.ts on what measure.ts wrote.

    /path/to/python training/quality/fit.py        prints the constants and the tables of README.md

Folds 0..2 of LFW View 2 and the PAD sources of even place in the alphabet fit; the others test.
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import curve_fit
from sklearn.linear_model import LogisticRegression

CACHE = Path('.cache/quality')
NATIVE = 0.0163  # point spread of the LFW pictures themselves: 0.8 pixel at 49 pixels between the eyes
BLUR_TRUTH = 0.045
DROP = 0.03  # loss of genuine cosine that divides the score by e


def rows(name):
    return [json.loads(line) for line in open(CACHE / f'{name}.jsonl')]


def ratio(features):
    """Log contrast of the coarse octave over the fine one: judge.ts, pointSpread."""
    d = features['detail']
    return np.log((d['coarse'] + 0.3) / (d['fine'] + 0.3))


def level(features):
    return 0.5 * features['light']['skin'] + 0.5 * features['light']['high']


def true_spread(row):
    return np.hypot(NATIVE, row['amount'] if row['kind'].startswith('blur') else 0)


def spread_rows(data):
    for row in data:
        kind, amount = row['kind'], row['amount']
        ok = (
            kind in ('none', 'blur', 'blur+', 'grain', 'stops+')
            or (kind == 'jpeg' and amount >= 20)
            or (kind == 'stops' and -4 <= amount <= 1)
        )
        if ok and row['features'] and not (kind == 'grain' and amount > 6):
            yield row


def fit_spread(data, train):
    """Regression of log point spread on the log ratio, each width counting the same however many rows have it."""
    chosen = list(spread_rows(data))
    x = np.array([ratio(row['features']) for row in chosen])
    y = np.log([true_spread(row) for row in chosen])
    use = np.array([train(row) for row in chosen])
    widths = np.unique(y.round(3))
    # The regression runs through the mean of each width: noise in x would otherwise flatten it.
    means = np.array([(x[use & (y.round(3) == w)].mean(), w) for w in widths])
    power, offset = np.polyfit(means[:, 0], means[:, 1], 1)
    constants = {'scale': float(np.exp(offset)), 'power': float(power)}
    return constants, np.exp(offset + power * x), y, use


def spread(constants, features):
    return constants['scale'] * np.exp(ratio(features)) ** constants['power']


def judge(name, x, truth, use, names):
    """Fits a logistic judgement on `use` and prints how it does, and how honest its confidence is, on the rest."""
    model = LogisticRegression(C=1e4, class_weight='balanced', max_iter=2000).fit(x[use], truth[use])
    constants = {n: round(float(c), 3) for n, c in zip(names, model.coef_[0])}
    constants['offset'] = round(float(model.intercept_[0]), 3)
    if len(names) == 1:
        constants['middle'] = round(float(np.exp(-model.intercept_[0] / model.coef_[0][0])), 4)
    p = model.predict_proba(x[~use])[:, 1]
    print(name, constants, 'accuracy on the other folds %.3f' % np.mean((p >= 0.5) == truth[~use]))
    print(*reliability(p, truth[~use]), sep='\n')


def reliability(p, truth):
    """Said and met confidence with both classes counting the same, as they do in the fit."""
    confidence, right = np.maximum(p, 1 - p), (p >= 0.5) == truth
    weight = np.where(truth, 0.5 / truth.mean(), 0.5 / (1 - truth.mean()))
    table = []
    for low, high in ((0.5, 0.7), (0.7, 0.9), (0.9, 0.97), (0.97, 0.995), (0.995, 1.01)):
        m = (confidence >= low) & (confidence < high)
        if m.sum() > 5:
            said, met = (np.average(v[m], weights=weight[m]) for v in (confidence, right))
            table.append(f'  confidence {low:.3f}+: n {m.sum()} said {said:.3f} right {met:.3f}')
    return table


def main():
    series = rows('series')
    captures = rows('captures') if (CACHE / 'captures.jsonl').exists() else []
    train = lambda row: row['fold'] < 3
    print('pictures', len({r['picture'] for r in series}), 'rows', len(series))
    constants, estimate, y, use = fit_spread(series, train)
    print('pointSpread', {k: round(v, 5) for k, v in constants.items()})
    for key in sorted({(r['kind'], r['amount']) for r in series}):
        e = [spread(constants, r['features']) for r in series if (r['kind'], r['amount']) == key and r['features']]
        print('  %-8s %6.3f  spread %.4f  5%% %.4f  95%% %.4f' % (*key, np.mean(e), *np.quantile(e, [0.05, 0.95])))
    judge('blur', np.log(estimate)[:, None], np.exp(y) >= BLUR_TRUTH, use, ['slope'])

    lit = [r for r in series if r['kind'] in ('none', 'stops', 'stops+') and r['features']]
    stops = np.array([r['amount'] if r['kind'].startswith('stops') else 0 for r in lit])
    use = np.array([train(r) for r in lit])
    x = np.log([level(r['features']) + 0.01 for r in lit])[:, None]
    judge('dark', x, stops <= -2.5, use, ['slope'])
    glare = np.array([[f['light']['skin'], np.log(f['light']['white'] + 0.01)] for f in (r['features'] for r in lit)])
    judge('white', glare, stops >= 1.5, use, ['skin', 'clipped'])

    # Losses of genuine cosine by kind and amount; a face no longer found counts as a match lost.
    clean = {r['picture']: r['cosine'] for r in series if r['kind'] == 'none'}
    losses = {}
    for key in sorted({(r['kind'], r['amount']) for r in series}):
        group = [r for r in series if (r['kind'], r['amount']) == key]
        loss = np.mean([clean[r['picture']] - (r['cosine'] if r['features'] else 0.86) for r in group]) / DROP
        found = [r['features'] for r in group if r['features']]
        losses[key] = {
            'loss': loss,
            'fail': np.mean([not r['features'] or r['cosine'] < 0.91 for r in group]),
            'spread': np.mean([spread(constants, f) for f in found]),
            'size': np.mean([f['interocular'] for f in found]),
            'white': np.mean([f['light']['white'] for f in found]),
            'level': np.mean([level(f) for f in found]),
        }
    for key, v in losses.items():
        print('  %-8s %6.3f' % key, ' '.join(f'{k} {v[k]:.3f}' for k in v))
    fit_penalties(losses)
    if captures:
        describe_captures(captures, constants)


def fit_penalties(losses):
    """A power law through the loss each flaw makes on its own."""
    law = lambda x, scale, power: (x / scale) ** power
    base = losses[('none', 0)]['spread']
    blurs = [v for k, v in losses.items() if k[0] in ('blur', 'enlarged')]
    above = lambda x, scale, power: law(x, scale, power) - law(base, scale, power)
    show = lambda name, found: print('penalty', name, dict(zip(('scale', 'power'), found.round(3).tolist())))
    blur, _ = curve_fit(above, [v['spread'] for v in blurs], [v['loss'] for v in blurs], p0=(0.085, 1.9), bounds=(0.01, 5))
    show('blur', blur)
    small = [v for k, v in losses.items() if k[0] == 'small']
    rest = [v['loss'] - above(v['spread'], *blur) for v in small]
    print('size: loss left after blur', {round(v['size']): round(r, 3) for v, r in zip(small, rest)})
    for name, kind, of in (('jpeg', 'jpeg', None), ('white', 'stops', 'white')):
        group = [(k[1], v) for k, v in losses.items() if k[0] == kind and (kind == 'jpeg' or k[1] > 0)]
        x = np.array([v[of] if of else 1 / amount for amount, v in group])
        found, _ = curve_fit(law, x, [v['loss'] for _, v in group], p0=(0.7 if of else 0.2, 1.5))
        show(name, found if of else np.array([1 / found[0], found[1]]))


def describe_captures(captures, constants):
    for label in ('bonafide', 'attack'):
        for view in ('full', 'crop'):
            e = [(spread(constants, r['features']), r['features'], r['source']) for r in captures if r['label'] == label and r['view'] == view and r['kind'] == 'none' and r['features']]
            if e:
                print(label, view, len(e), 'spread', np.quantile([v[0] for v in e], [0.05, 0.5, 0.9, 0.95, 0.99]).round(4), 'size', np.quantile([v[1]['interocular'] for v in e], [0.01, 0.05, 0.5]).round(1))
    names = sorted({r['source'] for r in captures})
    for name in names:
        e = [r['features'] for r in captures if r['source'] == name and r['label'] == 'bonafide' and r['kind'] == 'none' and r['features']]
        if e:
            lv = [level(f) for f in e]
            print('  ', name, len(e), 'spread %.3f..%.3f' % (min(spread(constants, f) for f in e), max(spread(constants, f) for f in e)), 'size %.0f..%.0f' % (min(f['interocular'] for f in e), max(f['interocular'] for f in e)), 'level %.2f..%.2f' % (min(lv), max(lv)), 'white max %.2f' % max(f['light']['white'] for f in e), 'visible min %.2f fill max %.2f' % (min(f['visible'] for f in e), max(f['fill'] for f in e)))


main()
