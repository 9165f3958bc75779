"""Rows a second of shap's TreeExplainer (interventional, raw) on the trees of a file, one process, one thread.

    python shap_rows.py WORKLOAD.json      prints {"version", "rowsPerSecond", "largestDifference"}
"""
import json
import sys
import time

import numpy as np
import shap

work = json.load(open(sys.argv[1]))
columns, size, trees = work["columns"], work["nodesPerTree"], work["trees"]
background = np.array(work["background"]).reshape(-1, columns)
rows = np.array(work["rows"]).reshape(-1, columns)
shape = {k: np.array(work[k]).reshape(trees, size) for k in ("column", "threshold", "whenTrue", "whenFalse", "value")}
model = {
    "trees": [
        {
            "children_left": np.where(shape["column"][t] < 0, -1, shape["whenTrue"][t] - t * size),
            "children_right": np.where(shape["column"][t] < 0, -1, shape["whenFalse"][t] - t * size),
            "children_default": np.where(shape["column"][t] < 0, -1, shape["whenFalse"][t] - t * size),
            "features": np.where(shape["column"][t] < 0, -2, shape["column"][t]),
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
values = np.asarray(explainer.shap_values(rows[: len(work["values"]) // columns], check_additivity=False)).reshape(-1, columns)
expected = np.array(work["values"]).reshape(-1, columns)
count, spent = 0, 0.0
batch = rows[:10]
while spent < work["seconds"] or count == 0:
    started = time.perf_counter()
    explainer.shap_values(batch, check_additivity=False)
    spent += time.perf_counter() - started
    count += len(batch)
print(json.dumps(dict(version=shap.__version__, rowsPerSecond=count / spent, largestDifference=float(np.abs(values - expected).max()))))
