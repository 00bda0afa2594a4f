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


def logs(features):
    b = np.log(np.array(features['bands']) + 0.3)
    return b[:-1] - b[1:]


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
    chosen = list(spread_rows(data))
    x = np.array([[1, *logs(row['features'])] for row in chosen])
    y = np.log([true_spread(row) for row in chosen])
    # Each width counts the same, however many rows have it.
    widths, counts = np.unique(y.round(3), return_counts=True)
    weight = np.array([1 / dict(zip(widths, counts))[v] for v in y.round(3)])
    use = np.array([train(row) for row in chosen])
    root = np.sqrt(weight[use])[:, None]
    w = np.linalg.lstsq(x[use] * root, y[use] * root[:, 0], rcond=None)[0]
    p = x @ w
    groups = [np.abs(y - v) < 1e-3 for v in np.unique(y.round(3))]
    means = np.array([(p[g & use].mean(), y[g & use].mean()) for g in groups])
    power, gain = np.polyfit(means[:, 0], means[:, 1], 1)
    constants = {'offset': w[0], 'weights': list(w[1:]), 'gain': np.exp(gain), 'power': power}
    return constants, chosen, np.exp(gain + power * p), y, use


def spread(constants, features):
    p = constants['offset'] + np.dot(constants['weights'], logs(features))
    return constants['gain'] * np.exp(p) ** constants['power']


def logistic(x, y):
    model = LogisticRegression(C=1e4, class_weight='balanced', max_iter=2000).fit(x, y)
    return model.coef_[0], model.intercept_[0]


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def reliability(p, truth):
    confidence, right = np.maximum(p, 1 - p), (p >= 0.5) == truth
    table = []
    for low, high in ((0.5, 0.7), (0.7, 0.9), (0.9, 0.97), (0.97, 0.995), (0.995, 1.01)):
        m = (confidence >= low) & (confidence < high)
        if m.sum() > 5:
            table.append(f'{low:.3f}+: n {m.sum()} said {confidence[m].mean():.3f} right {right[m].mean():.3f}')
    return table


def main():
    series = rows('series')
    captures = rows('captures') if (CACHE / 'captures.jsonl').exists() else []
    train = lambda row: row['fold'] < 3
    print('pictures', len({r['picture'] for r in series}), 'rows', len(series))
    constants, chosen, estimate, y, use = fit_spread(series, train)
    print('pointSpread', {k: np.round(v, 4).tolist() for k, v in constants.items()})
    for key in sorted({(r['kind'], r['amount']) for r in series}):
        e = [spread(constants, r['features']) for r in series if (r['kind'], r['amount']) == key and r['features']]
        print('  %-8s %6.3f  spread %.4f  5%% %.4f  95%% %.4f' % (*key, np.mean(e), *np.quantile(e, [0.05, 0.95])))
    x, truth = np.log(estimate)[:, None], np.exp(y) >= BLUR_TRUTH
    slope, offset = logistic(x[use], truth[use])
    print('blur', {'slope': round(slope[0], 2), 'middle': round(float(np.exp(-offset / slope[0])), 4)})
    p = sigmoid(x[:, 0] * slope[0] + offset)
    print('  test accuracy', np.mean((p >= 0.5)[~use] == truth[~use]), *reliability(p[~use], truth[~use]), sep='\n  ')

    lit = [r for r in series if r['kind'] in ('none', 'stops', 'stops+', 'blur', 'jpeg', 'grain') and r['features']]
    stops = np.array([r['amount'] if r['kind'].startswith('stops') else 0 for r in lit])
    use = np.array([train(r) for r in lit])
    light = [r['features']['light'] for r in lit]
    level = np.array([np.log(0.5 * l['skin'] + 0.5 * l['high'] + 0.01) for l in light])[:, None]
    slope, offset = logistic(level[use], (stops <= -2.5)[use])
    print('dark', {'slope': round(slope[0], 2), 'middle': round(float(np.exp(-offset / slope[0])), 4)})
    p = sigmoid(level[:, 0] * slope[0] + offset)
    print('  test accuracy', np.mean((p >= 0.5)[~use] == (stops <= -2.5)[~use]), *reliability(p[~use], (stops <= -2.5)[~use]), sep='\n  ')
    glare = np.array([[l['skin'], np.log(l['white'] + 0.01)] for l in light])
    slopes, offset = logistic(glare[use], (stops >= 1.5)[use])
    print('white', {'skin': round(slopes[0], 2), 'clipped': round(slopes[1], 2), 'offset': round(offset, 2)})
    p = sigmoid(glare @ slopes + offset)
    print('  test accuracy', np.mean((p >= 0.5)[~use] == (stops >= 1.5)[~use]), *reliability(p[~use], (stops >= 1.5)[~use]), sep='\n  ')

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
            'level': np.mean([0.5 * f['light']['skin'] + 0.5 * f['light']['high'] for f in found]),
        }
    for key, v in losses.items():
        print('  %-8s %6.3f' % key, ' '.join(f'{k} {v[k]:.3f}' for k in v))
    base = losses[('none', 0)]['spread']
    law = lambda x, scale, power: (x / scale) ** power
    b = [v for k, v in losses.items() if k[0] in ('blur', 'enlarged')]
    f = lambda x, scale, power: law(x, scale, power) - law(base, scale, power)
    blur, _ = curve_fit(f, [v['spread'] for v in b], [v['loss'] for v in b], p0=(0.085, 1.9), bounds=(0.01, 5))
    print('penalty blur', blur.round(3))
    s = [v for k, v in losses.items() if k[0] == 'small']
    rest = np.array([v['loss'] - f(v['spread'], *blur) for v in s])
    print('small: left after blur', rest.round(3), [round(v['size'], 1) for v in s])
    j = [(k[1], v) for k, v in losses.items() if k[0] == 'jpeg']
    jpeg, _ = curve_fit(lambda q, scale, power: (scale / q) ** power, [q for q, _ in j], [v['loss'] for _, v in j], p0=(4.7, 1.6))
    print('penalty jpeg', jpeg.round(3))
    w = [v for k, v in losses.items() if k[0] == 'stops' and k[1] > 0]
    white, _ = curve_fit(law, [v['white'] for v in w], [v['loss'] for v in w], p0=(0.65, 1.9))
    print('penalty white', white.round(3))
    if captures:
        describe_captures(captures, constants)


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
            lv = [0.5 * f['light']['skin'] + 0.5 * f['light']['high'] for f in e]
            print('  ', name, len(e), 'spread %.3f..%.3f' % (min(spread(constants, f) for f in e), max(spread(constants, f) for f in e)), 'size %.0f..%.0f' % (min(f['interocular'] for f in e), max(f['interocular'] for f in e)), 'level %.2f..%.2f' % (min(lv), max(lv)), 'white max %.2f' % max(f['light']['white'] for f in e), 'visible min %.2f fill max %.2f' % (min(f['visible'] for f in e), max(f['fill'] for f in e)))


main()
