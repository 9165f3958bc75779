"""Golden values for lib/math/tree-shapley from shap's TreeExplainer (interventional, raw margin): trees of scikit-learn,
XGBoost and LightGBM as plain arrays, with the values that shap gives for the native models.

    pip install shap==0.49.1 scikit-learn==1.7.2 xgboost==3.0.5 lightgbm==4.7.0 numpy==2.3.5
    OMP_NUM_THREADS=1 python tools/golden/tree-shapley.py > tools/golden/tree-shapley.json

Every column is a player: shap knows no others. Inputs are multiples of 1/4, which float32 and float64 hold alike.
"""
import json
import sys

import lightgbm
import numpy as np
import shap
import sklearn
import xgboost
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor

LEAF, LESS_OR_EQUAL, LESS = -1, 0, 1
rng = np.random.default_rng(20240503)
COLUMNS, BACKGROUND, ROWS = 6, 24, 10


def data(missing):
    x = np.round(rng.normal(0, 2, (400, COLUMNS)) * 4) / 4
    y = x[:, 0] * x[:, 1] + np.maximum(x[:, 2], x[:, 3]) - (x[:, 4] > 0.5) * x[:, 0] + rng.normal(0, 0.1, 400)
    if missing:
        x[rng.random(x.shape) < 0.15] = np.nan
    return x, y


class Nodes:
    def __init__(self):
        self.roots, self.rows = [], []

    def leaf(self, value):
        self.rows.append([LEAF, 0, 0.0, 0, 0, 0, float(value)])
        return len(self.rows) - 1

    def split(self, column, comparison, threshold, missing):
        self.rows.append([int(column), comparison, float(threshold), int(missing), 0, 0, 0.0])
        return len(self.rows) - 1

    def children(self, node, yes, no):
        self.rows[node][4:6] = [yes, no]

    def plain(self, constant):
        names = ["column", "comparison", "threshold", "missingIsTrue", "whenTrue", "whenFalse", "value"]
        return dict(roots=self.roots, constant=float(constant), **{n: [r[i] for r in self.rows] for i, n in enumerate(names)})


def of_sklearn(trees, scale):
    nodes = Nodes()
    for tree in trees:
        t = tree.tree_

        def visit(i):
            if t.children_left[i] < 0:
                return nodes.leaf(t.value[i].ravel()[0] * scale)
            own = nodes.split(t.feature[i], LESS_OR_EQUAL, t.threshold[i], 0)
            nodes.children(own, visit(t.children_left[i]), visit(t.children_right[i]))
            return own

        nodes.roots.append(visit(0))
    return nodes


def of_xgboost(booster):
    nodes = Nodes()
    for dump in booster.get_dump(dump_format="json"):

        def visit(n):
            if "leaf" in n:
                return nodes.leaf(np.float32(n["leaf"]))
            child = {c["nodeid"]: c for c in n["children"]}
            own = nodes.split(int(n["split"][1:]), LESS, np.float32(n["split_condition"]), n["missing"] == n["yes"])
            nodes.children(own, visit(child[n["yes"]]), visit(child[n["no"]]))
            return own

        nodes.roots.append(visit(json.loads(dump)))
    return nodes


def of_lightgbm(booster):
    nodes = Nodes()
    for tree in booster.dump_model()["tree_info"]:

        def visit(n):
            if "leaf_value" in n:
                return nodes.leaf(n["leaf_value"])
            own = nodes.split(n["split_feature"], LESS_OR_EQUAL, n["threshold"], n["default_left"])
            nodes.children(own, visit(n["left_child"]), visit(n["right_child"]))
            return own

        nodes.roots.append(visit(tree["tree_structure"]))
    return nodes


def case(name, model, nodes, constant, x):
    background, rows = x[:BACKGROUND], x[100:100 + ROWS]
    explainer = shap.TreeExplainer(model, data=background, feature_perturbation="interventional", model_output="raw")
    values = explainer.shap_values(rows, check_additivity=False)
    return dict(name=name, forest=nodes.plain(constant), background=background.tolist(), rows=rows.tolist(), base=float(np.ravel(explainer.expected_value)[0]), values=np.asarray(values).tolist())


def missing_as_null(value):
    if isinstance(value, dict):
        return {k: missing_as_null(v) for k, v in value.items()}
    if isinstance(value, list):
        return [missing_as_null(v) for v in value]
    return None if isinstance(value, float) and value != value else value


x, y = data(False)
boosting = GradientBoostingRegressor(n_estimators=12, max_depth=3, random_state=0).fit(x, y)
forest = RandomForestRegressor(n_estimators=5, max_depth=5, random_state=0).fit(x, y)
cases = [
    case("scikit-learn gradient boosting", boosting, of_sklearn(boosting.estimators_.ravel(), boosting.learning_rate), boosting.init_.constant_.ravel()[0], x),
    case("scikit-learn random forest", forest, of_sklearn(forest.estimators_, 1 / 5), 0, x),
]
x, y = data(True)
xgb = xgboost.XGBRegressor(n_estimators=10, max_depth=4, base_score=0.5, random_state=0, n_jobs=1).fit(x, y)
lgb = lightgbm.LGBMRegressor(n_estimators=10, num_leaves=12, random_state=0, n_jobs=1, verbose=-1).fit(x, y)
cases += [
    case("XGBoost with missing values", xgb, of_xgboost(xgb.get_booster()), 0.5, x),
    case("LightGBM with missing values", lgb, of_lightgbm(lgb.booster_), 0, x),
]
versions = dict(shap=shap.__version__, sklearn=sklearn.__version__, xgboost=xgboost.__version__, lightgbm=lightgbm.__version__, numpy=np.__version__)
json.dump(dict(versions=versions, cases=missing_as_null(cases)), sys.stdout)
print()
