"""Golden values for lib/math from numpy, scipy and scikit-learn, and from plain listings where no library has the quantity.

    pip install numpy==2.4.6 scipy==1.15.3 scikit-learn==1.7.2
    python tools/golden/numerics.py > tools/golden/numerics.json
"""
import json
import math
import sys
from itertools import permutations

import numpy as np
import scipy
import sklearn
from scipy import special, stats
from scipy.spatial.distance import jensenshannon
from sklearn import metrics

rng = np.random.default_rng(20240503)


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


def quantiles():
    samples = {
        "normal": rng.normal(50, 12, 203),
        "rounded": np.round(rng.normal(3, 2, 150)),
        "mostlyZero": np.where(rng.random(80) < 0.93, 0.0, rng.random(80)),
        "two": np.array([2.5, -1.0]),
        "constant": np.full(7, 4.0),
    }
    cases = []
    for name, values in samples.items():
        edges = np.unique(np.quantile(values, np.linspace(0, 1, 11)))
        cases.append(dict(name=name, values=values, innerEdges=edges[1:-1], quantiles=[[q, np.quantile(values, q)] for q in (0, 0.013, 0.25, 0.5, 0.77, 1)]))
    return cases


def distances():
    cases = []
    for a, b in [([10, 20, 30, 40], [40, 30, 20, 10]), ([5, 0, 95], [50, 50, 0]), ([7, 7, 7], [1, 1, 1]), ([1000, 1], [999, 2])]:
        p, q = np.array(a) / sum(a), np.array(b) / sum(b)
        pf, qf = np.maximum(p, 1e-4), np.maximum(q, 1e-4)
        chi = stats.chi2_contingency(np.array([a, b]), correction=False)
        cases.append(dict(reference=a, current=b, psi=((qf - pf) * np.log(qf / pf)).sum(), jensenShannonBase2=jensenshannon(p, q, base=2),
                          jensenShannonBaseE=jensenshannon(p, q), hellinger=np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2),
                          totalVariation=np.abs(p - q).sum() / 2, lInfinity=np.abs(p - q).max(), chi2=chi.statistic, chi2DegreesOfFreedom=chi.dof, chi2P=chi.pvalue))
    return cases


def samples():
    cases = []
    for a, b in [(rng.normal(0, 1, 60), rng.normal(0.4, 1.3, 45)), (np.round(rng.exponential(3, 200)), np.round(rng.exponential(3.3, 170))),
                 (rng.random(5), rng.random(4) + 0.3), (np.arange(10.0), np.arange(10.0)), (rng.normal(0, 1, 30), rng.normal(9, 1, 30)),
                 ([1.0, 2.0, 3.0, 4.0, 5.0], [1.5, 2.5, 6.0, 7.0, 8.0])]:
        ks = stats.ks_2samp(a, b, method="asymp")
        cases.append(dict(reference=a, current=b, ks=ks.statistic, ksLocation=ks.statistic_location, ksP=ks.pvalue,
                          ksPLimit=special.kolmogorov(math.sqrt(len(a) * len(b) / (len(a) + len(b))) * ks.statistic), wasserstein1=stats.wasserstein_distance(a, b)))
    return cases


def tails():
    kolmogorov = [[n, d, stats.kstwo.sf(d, n)] for n in (1, 2, 5, 20, 100, 140, 141, 500, 5000, 100000)
                  for d in sorted({0.4 / n, 0.8 / n, 0.3 / math.sqrt(n), 0.6 / math.sqrt(n), 0.9 / math.sqrt(n), 1.3 / math.sqrt(n), 2.1 / math.sqrt(n), 5 / math.sqrt(n), 0.55, 1 - 0.5 / n}) if d < 1]
    limit = [[z, special.kolmogorov(z)] for z in (0.1, 0.3, 0.7, 1.0, 1.17, 1.19, 1.5, 2.5, 6.0)]
    chisquare = [[x, k, stats.chi2.sf(x, k)] for k in (1, 2, 3, 7, 30, 144, 1501) for x in (0.01, 1.0, 3.84, 40.0, 300.0, 1400.0)]
    return dict(kolmogorov=kolmogorov, kolmogorovLimit=limit, chisquare=chisquare)


def classification():
    y = (rng.random(90) < 0.35).astype(int)
    score = np.round(np.clip(0.35 + 0.3 * (y - 0.35) + rng.normal(0, 0.2, 90), 0, 1), 2)
    score[:3], y[:3] = [0.0, 1.0, 1.0], [1, 1, 0]
    predicted = (score >= 0.4).astype(int)
    bins = np.minimum(np.floor(10 * score), 9).astype(int)
    table = [dict(count=int((bins == b).sum()), meanScore=score[bins == b].mean() if (bins == b).any() else None, positiveShare=y[bins == b].mean() if (bins == b).any() else None) for b in range(10)]
    ece = sum(t["count"] * abs(t["meanScore"] - t["positiveShare"]) for t in table if t["count"]) / len(y)
    return dict(y=y, score=score, threshold=0.4, auc=metrics.roc_auc_score(y, score), averagePrecision=metrics.average_precision_score(y, score),
                logLoss=metrics.log_loss(y, score), brier=metrics.brier_score_loss(y, score), accuracy=metrics.accuracy_score(y, predicted),
                precision=metrics.precision_score(y, predicted), recall=metrics.recall_score(y, predicted), f1=metrics.f1_score(y, predicted),
                ksOfScores=stats.ks_2samp(score[y == 1], score[y == 0]).statistic, ece=ece, calibration=table)


def regression():
    actual = np.round(rng.gamma(2, 60, 50))
    actual[3] = 0
    predicted = actual * 0.9 + rng.normal(5, 20, 50)
    kept = actual != 0
    return dict(actual=actual, predicted=predicted, meanAbsoluteError=metrics.mean_absolute_error(actual, predicted), meanSquaredError=metrics.mean_squared_error(actual, predicted),
                rootMeanSquaredError=metrics.root_mean_squared_error(actual, predicted), medianAbsoluteError=metrics.median_absolute_error(actual, predicted),
                bias=(predicted - actual).mean(), maxError=metrics.max_error(actual, predicted), r2=metrics.r2_score(actual, predicted),
                explainedVariance=metrics.explained_variance_score(actual, predicted), mape=metrics.mean_absolute_percentage_error(actual[kept], predicted[kept]))


def intervals():
    wilson = []
    for x, n, level in [(0, 12, 0.95), (12, 12, 0.95), (3, 40, 0.9), (517, 958, 0.99)]:
        low, high = stats.binomtest(x, n).proportion_ci(level, method="wilson")
        wilson.append([x, n, level, low, high])
    a, b = rng.normal(20, 3, 14), rng.normal(17, 8, 25)
    test = stats.ttest_ind(a, b, equal_var=False)
    ci = test.confidence_interval(0.95)
    mean = stats.t.interval(0.9, len(a) - 1, a.mean(), stats.sem(a))
    ratio = stats.chisquare([480, 530, 90], np.array([0.45, 0.45, 0.1]) * 1100)
    return dict(wilson=wilson, welch=dict(first=a, second=b, t=test.statistic, degreesOfFreedom=test.df, p=test.pvalue, interval=[ci.low, ci.high]),
                meanInterval=dict(level=0.9, interval=mean), moments=dict(mean=a.mean(), sampleVariance=a.var(ddof=1), populationVariance=a.var()),
                sampleRatio=dict(counts=[480, 530, 90], expected=[0.45, 0.45, 0.1], statistic=ratio.statistic, p=ratio.pvalue))


def shapley():
    """Every order of the players, from a small game with interactions: f(x) = x0 x1 + max(x2, x3) - x4 x0 + sin(x5)."""
    f = lambda x: x[0] * x[1] + max(x[2], x[3]) - x[4] * x[0] + math.sin(x[5])
    background, row = np.round(rng.normal(0, 1, (5, 6)), 2), np.round(rng.normal(0, 1, 6), 2)
    background[1][2], background[3] = row[2], row
    phi, orders = np.zeros(6), list(permutations(range(6)))
    for b in background:
        for order in orders:
            x = b.copy()
            for player in order:
                before = f(x)
                x[player] = row[player]
                phi[player] += (f(x) - before) / len(orders) / len(background)
    return dict(background=background, row=row, base=np.mean([f(b) for b in background]), prediction=f(row), values=phi)


def xoshiro():
    """xoshiro128** 1.1 from the authors' page, and splitmix32 in front of it."""
    mask = 0xFFFFFFFF
    rotl = lambda x, k: ((x << k) | (x >> (32 - k))) & mask

    def outputs(s, count):
        s, out = list(s), []
        for _ in range(count):
            out.append(rotl(s[1] * 5 & mask, 7) * 9 & mask)
            t = s[1] << 9 & mask
            s[2] ^= s[0]
            s[3] ^= s[1]
            s[1] ^= s[2]
            s[0] ^= s[3]
            s[2] ^= t
            s[3] = rotl(s[3], 11)
        return out

    def splitmix(seed):
        state = []
        for _ in range(4):
            seed = seed + 0x9E3779B9 & mask
            z = (seed ^ seed >> 16) * 0x21F0AAAD & mask
            z = (z ^ z >> 15) * 0x735A2D97 & mask
            state.append(z ^ z >> 15)
        return state

    return dict(state=[1, 2, 3, 4], outputs=outputs([1, 2, 3, 4], 10), seeded=[dict(seed=seed, outputs=outputs(splitmix(seed & mask), 6)) for seed in (0, 42, -7)])


doc = dict(versions=dict(python=sys.version.split()[0], numpy=np.__version__, scipy=scipy.__version__, scikitLearn=sklearn.__version__), quantiles=quantiles(), distances=distances(),
           samples=samples(), tails=tails(), classification=classification(), regression=regression(), intervals=intervals(), shapley=shapley(), xoshiro=xoshiro())
json.dump(plain(doc), sys.stdout, separators=(",", ":"))
print()
