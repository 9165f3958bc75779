"""Rows a second of another explainer (interventional, raw) on the trees of a file, one process, one thread.

    python python_rows.py shap|woodelf WORKLOAD.json      prints {"version", "rowsPerSecond", "largestDifference"}

shap is asked for ten rows at a time, and keeps what it prepared. woodelf prepares anew with every call, so it is asked
for all rows at once, the more favourable way, and its preparation is part of its time.
"""
import json
import sys
import time
from importlib.metadata import version
from types import SimpleNamespace

import numpy as np

library, file = sys.argv[1:3]
work = json.load(open(file))
columns, size, trees = work["columns"], work["nodesPerTree"], work["trees"]
background = np.array(work["background"]).reshape(-1, columns)
rows = np.array(work["rows"]).reshape(-1, columns)
shape = {k: np.array(work[k]).reshape(trees, size) for k in ("column", "threshold", "whenTrue", "whenFalse", "value")}
is_leaf = shape["column"] < 0
first = np.arange(trees).reshape(-1, 1) * size
left = np.where(is_leaf, -1, shape["whenTrue"] - first)
right = np.where(is_leaf, -1, shape["whenFalse"] - first)
feature = np.where(is_leaf, -2, shape["column"])


def with_shap():
    import shap

    model = {
        "trees": [
            {
                "children_left": left[t],
                "children_right": right[t],
                "children_default": right[t],
                "features": feature[t],
                "thresholds": shape["threshold"][t],
                "values": shape["value"][t].reshape(-1, 1),
                "node_sample_weight": np.ones(size),
            }
            for t in range(trees)
        ],
        "internal_dtype": np.float64,
        "input_dtype": np.float64,
        "objective": "squared_error",
        "tree_output": "raw_value",
    }
    # Without a masker of its own size shap takes 100 of the background rows.
    masker = shap.maskers.Independent(background, max_samples=len(background))
    explainer = shap.TreeExplainer(model, data=masker, feature_perturbation="interventional", model_output="raw")
    return version("shap"), rows[:10], lambda batch: explainer.shap_values(batch, check_additivity=False)


def with_woodelf():
    import pandas as pd
    from woodelf import WoodelfExplainer
    from woodelf.core.trees.custom_parsing import load_decision_tree
    from woodelf.core.trees.decision_trees_ensemble import DecisionTreesEnsemble

    names = [f"x{column}" for column in range(columns)]
    nodes = [
        SimpleNamespace(
            node_count=size,
            threshold=shape["threshold"][t],
            value=shape["value"][t],
            children_left=left[t],
            children_right=right[t],
            feature=feature[t],
            weighted_n_node_samples=np.ones(size),
        )
        for t in range(trees)
    ]
    ensemble = DecisionTreesEnsemble([load_decision_tree(tree, names, False) for tree in nodes])
    explainer = WoodelfExplainer(ensemble, pd.DataFrame(background, columns=names))
    table = pd.DataFrame(rows, columns=names)
    return version("woodelf_explainer"), table, lambda batch: explainer.shap_values(batch, verbose=False)


name, batch, explain = {"shap": with_shap, "woodelf": with_woodelf}[library]()
expected = np.array(work["values"]).reshape(-1, columns)
values = np.asarray(explain(batch)).reshape(-1, columns)[: len(expected)]
count, spent = 0, 0.0
while spent < work["seconds"] or count == 0:
    started = time.perf_counter()
    explain(batch)
    spent += time.perf_counter() - started
    count += len(batch)
print(json.dumps(dict(version=name, rowsPerSecond=count / spent, largestDifference=float(np.abs(values - expected).max()))))
