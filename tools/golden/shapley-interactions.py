"""Golden values for the interactions of lib/math/tree-shapley: Shapley interaction values against background rows, by
listing every coalition of columns on the trees of tree-shapley.json. (shap has them for tree_path_dependent only.)

    pip install numpy==2.3.5 woodelf_explainer==0.4.8
    python tools/golden/shapley-interactions.py > tools/golden/shapley-interactions.json

Checked here: row sums are the values that shap gave for the native models, and the trees of scikit-learn have the
interactions that woodelf finds.
"""
import json
import math
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
from woodelf import WoodelfExplainer
from woodelf.core.trees.custom_parsing import load_decision_tree
from woodelf.core.trees.decision_trees_ensemble import DecisionTreesEnsemble

LESS = 1
ROWS = 4
golden = json.load(open("tools/golden/tree-shapley.json"))


def margins(forest, x):
    found = np.full(len(x), forest["constant"])
    for root in forest["roots"]:
        for i, row in enumerate(x):
            node = root
            while forest["column"][node] >= 0:
                value, threshold = row[forest["column"][node]], forest["threshold"][node]
                if np.isnan(value):
                    holds = forest["missingIsTrue"][node] == 1
                else:
                    holds = value < threshold if forest["comparison"][node] == LESS else value <= threshold
                node = forest["whenTrue" if holds else "whenFalse"][node]
            found[i] += forest["value"][node]
    return found


def interactions(forest, row, background):
    n = len(row)
    worth = []
    for coalition in range(2**n):
        mixed = background.copy()
        for column in range(n):
            if coalition >> column & 1:
                mixed[:, column] = row[column]
        worth.append(margins(forest, mixed).mean())
    found = np.zeros((n, n))
    for coalition in range(2**n):
        size = coalition.bit_count()
        for i in range(n):
            if coalition >> i & 1:
                continue
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            found[i, i] += weight * (worth[coalition | 1 << i] - worth[coalition])
            for j in range(i):
                if coalition >> j & 1:
                    continue
                weight = math.factorial(size) * math.factorial(n - size - 2) / math.factorial(n - 1)
                both = worth[coalition | 1 << i | 1 << j] - worth[coalition | 1 << i] - worth[coalition | 1 << j]
                found[i, j] += weight * (both + worth[coalition]) / 2
    found = np.tril(found, -1) + np.tril(found, -1).T + np.diag(np.diag(found))
    return found + np.diag(np.diag(found) - found.sum(axis=1))


def of_woodelf(forest, rows, background):
    """The trees have `<=` and no missing values."""
    names = [f"x{column}" for column in range(rows.shape[1])]
    array = lambda name: np.array(forest[name])
    is_leaf = array("column") < 0
    trees = []
    ends = forest["roots"][1:] + [len(is_leaf)]
    for start, end in zip(forest["roots"], ends):
        part = slice(start, end)
        child = lambda name: np.where(is_leaf[part], -1, array(name)[part] - start)
        trees.append(
            SimpleNamespace(
                node_count=end - start,
                threshold=array("threshold")[part],
                value=array("value")[part],
                children_left=child("whenTrue"),
                children_right=child("whenFalse"),
                feature=np.where(is_leaf[part], -2, array("column")[part]),
                weighted_n_node_samples=np.ones(end - start),
            )
        )
    ensemble = DecisionTreesEnsemble([load_decision_tree(tree, names, False) for tree in trees])
    explainer = WoodelfExplainer(ensemble, pd.DataFrame(background, columns=names))
    return explainer.shap_interaction_values(pd.DataFrame(rows, columns=names), verbose=False)


cases = []
for case in golden["cases"]:
    background = np.array(case["background"], dtype=float)
    rows = np.array(case["rows"], dtype=float)[:ROWS]
    found = np.array([interactions(case["forest"], row, background) for row in rows])
    assert np.abs(found.sum(axis=2) - np.array(case["values"])[:ROWS]).max() < 1e-5, case["name"]
    if case["name"].startswith("scikit-learn"):
        difference = np.abs(of_woodelf(case["forest"], rows, background) - found).max()
        assert difference < 1e-6, (case["name"], difference)
    cases.append(dict(name=case["name"], interactions=found.tolist()))
json.dump(dict(cases=cases), sys.stdout)
print()
