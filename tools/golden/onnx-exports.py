"""Small models as people export them, for lib/onnx/exports.test.ts: about forty pipelines of scikit-learn, LightGBM,
XGBoost and CatBoost on one made-up table of loan applications, each as an ONNX file (gzip, base64) with what python's
onnxruntime answers for the rows.

    pip install protobuf==6.33.1 numpy==2.3.5 scipy==1.15.3 pandas==2.3.3 scikit-learn==1.7.2 lightgbm==4.6.0 \
        xgboost==3.0.5 catboost==1.2.10 onnx==1.19.1 onnxruntime==1.23.2 skl2onnx==1.19.1 onnxmltools==1.14.0
    OMP_NUM_THREADS=1 PYTHONHASHSEED=0 python tools/golden/onnx-exports.py > tools/golden/onnx-exports.json

In `rows` null is missing (fed as NaN, or as the empty text). The last rows have gaps and texts that no encoder knows.
"""
import base64
import gzip
import json
import sys
import warnings

import catboost
import lightgbm
import numpy as np
import onnx
import onnxruntime
import pandas as pd
import skl2onnx
import sklearn
import xgboost
from lightgbm import LGBMClassifier, LGBMRegressor
from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm
from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost
from skl2onnx import to_onnx, update_registered_converter
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
from skl2onnx.common.shape_calculator import (
    calculate_linear_classifier_output_shapes,
    calculate_linear_regressor_output_shapes,
)
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, PoissonRegressor, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from xgboost import XGBClassifier, XGBRegressor

warnings.filterwarnings("ignore")
SEED = 20240611
NUMBERS, TEXTS, WHOLES = ["age", "income", "amount"], ["purpose", "housing"], ["rooms"]
FIELDS = NUMBERS + TEXTS + WHOLES
OPSET = {"": 17, "ai.onnx.ml": 3}


def shape_of(kind):
    return calculate_linear_classifier_output_shapes if kind == "classifier" else calculate_linear_regressor_output_shapes


for cls, alias, kind, convert in [
    (LGBMClassifier, "LightGbmLGBMClassifier", "classifier", convert_lightgbm),
    (LGBMRegressor, "LightGbmLGBMRegressor", "regressor", convert_lightgbm),
    (XGBClassifier, "XGBoostXGBClassifier", "classifier", convert_xgboost),
    (XGBRegressor, "XGBoostXGBRegressor", "regressor", convert_xgboost),
]:
    options = {"options": {"nocl": [True, False], "zipmap": [True, False, "columns"]}} if kind == "classifier" else {}
    update_registered_converter(cls, alias, shape_of(kind), convert, **options)


def applications(count, rng, gaps):
    d = pd.DataFrame({
        "age": rng.integers(18, 80, count).astype(np.float64),
        "income": np.round(rng.lognormal(7.6, 0.5, count), 2),
        "amount": np.round(rng.gamma(2, 1800, count) / 50) * 50,
        "purpose": rng.choice(["car", "home", "study", "trip"], count, p=[0.4, 0.3, 0.2, 0.1]),
        "housing": rng.choice(["own", "rent", "free"], count),
        "rooms": rng.integers(1, 6, count),
    })
    burden = d["amount"] / d["income"]
    score = 0.5 * burden - 0.03 * d["age"] + (d["purpose"] == "trip") * 0.9 - (d["housing"] == "own") * 0.7
    score = score - 0.15 * d["rooms"] + rng.normal(0, 0.6, count)
    if gaps:
        for name in ["income", "amount"]:
            d.loc[rng.random(count) < 0.1, name] = np.nan
    # What float32 holds, so that training and serving see the same numbers.
    d[NUMBERS] = d[NUMBERS].astype(np.float32).astype(np.float64)
    return d, score


RNG = np.random.default_rng(SEED)
WHOLE, WHOLE_SCORE = applications(500, RNG, False)
GAPPY, GAPPY_SCORE = applications(500, RNG, True)


def targets(score):
    low, high = np.quantile(score, [0.4, 0.75])
    return {
        "binary": (score > high).astype(int).to_numpy(),
        "text": np.where(score > high, "refuse", "accept"),
        "three": np.where(score > high, "high", np.where(score > low, "middle", "low")),
        "value": np.round(1000 + 300 * score.to_numpy(), 1),
        "count": np.floor(np.exp(np.clip(score.to_numpy(), -2, 2))),
    }


def served_rows():
    d, _ = applications(40, RNG, False)
    d = d.astype(object)
    kinds = {**{n: float for n in NUMBERS}, **{n: str for n in TEXTS}, **{n: int for n in WHOLES}}
    rows = [{k: kinds[k](v) for k, v in r.items()} for r in d.to_dict("records")]
    for i, r in enumerate(rows):
        if 28 <= i < 32:
            r["purpose"] = ["boat", "", "Car", "car "][i - 28]
        if 32 <= i < 36:
            r["housing"] = ["tent", "", "OWN", "rent"][i - 32]
        if 36 <= i:
            r[["income", "amount", "age", "income"][i - 36]] = None
    rows[31]["housing"] = None
    rows[27]["rooms"], rows[26]["rooms"] = 9, -1
    return rows


ROWS = served_rows()


TENSORS = {"float32": (FloatTensorType, np.float32), "float64": (DoubleTensorType, np.float64),
           "int64": (Int64TensorType, np.int64), "text": (StringTensorType, object)}


def tensor_of(field, doubles):
    return "text" if field in TEXTS else "int64" if field in WHOLES else "float64" if doubles else "float32"


def named_types(doubles):
    return [(n, TENSORS[tensor_of(n, doubles)][0]([None, 1])) for n in FIELDS]


def named_feeds(rows, doubles):
    missing = {"text": "", "int64": None}
    feeds = {}
    for n in FIELDS:
        kind = tensor_of(n, doubles)
        column = [missing.get(kind, np.nan) if r[n] is None else r[n] for r in rows]
        feeds[n] = np.array(column, dtype=TENSORS[kind][1]).reshape(-1, 1)
    return feeds


def hot():
    return OneHotEncoder(handle_unknown="ignore", sparse_output=False)


def ordinal():
    return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)


def filled(scaler=None, strategy="median"):
    steps = [("fill", SimpleImputer(strategy=strategy))] + ([("scale", scaler)] if scaler is not None else [])
    return Pipeline(steps)


def prepared(numbers, texts, model, wholes="passthrough"):
    return Pipeline([
        ("prep", ColumnTransformer([("num", numbers, NUMBERS), ("cat", texts, TEXTS), ("whole", wholes, WHOLES)])),
        ("model", model),
    ])


MODELS = []


def model(name, pipeline, target, gaps=True, opset=OPSET, doubles=False):
    MODELS.append((name, pipeline, target, gaps, opset, doubles))


forest = dict(n_estimators=8, max_depth=4, random_state=1)
boosted = dict(n_estimators=12, max_depth=3, random_state=1)

model("logistic", prepared(filled(StandardScaler()), hot(), LogisticRegression(max_iter=2000)), "binary")
model("logistic-text-classes", prepared(filled(MinMaxScaler(), "mean"), hot(), LogisticRegression(max_iter=2000)), "text")
model("logistic-multinomial", prepared(filled(RobustScaler()), hot(), LogisticRegression(max_iter=2000)), "three")
model("linear-regression", prepared(filled(MaxAbsScaler()), ordinal(), LinearRegression()), "value")
model("ridge-binned", prepared(
    KBinsDiscretizer(n_bins=4, encode="onehot-dense", subsample=None), hot(), Ridge()), "value", gaps=False)
model("tree-binned-ordinal", prepared(
    KBinsDiscretizer(n_bins=5, encode="ordinal", subsample=None), ordinal(),
    DecisionTreeClassifier(max_depth=5, random_state=1)), "binary", gaps=False)
model("decision-tree", prepared("passthrough", ordinal(), DecisionTreeClassifier(max_depth=5, random_state=1)),
      "three", gaps=False)
model("decision-tree-value", prepared(filled(), hot(), DecisionTreeRegressor(max_depth=5, random_state=1)), "value")
model("random-forest", prepared(filled(), hot(), RandomForestClassifier(**forest)), "binary")
model("random-forest-three", prepared(filled(), ordinal(), RandomForestClassifier(**forest)), "three")
model("random-forest-value", prepared(filled(), hot(), RandomForestRegressor(**forest)), "value")
model("extra-trees", prepared(filled(StandardScaler()), hot(), ExtraTreesClassifier(**forest)), "text")
model("extra-trees-value", prepared(filled(StandardScaler()), hot(), ExtraTreesRegressor(**forest)), "value")
model("gradient-boosting", prepared(filled(), hot(), GradientBoostingClassifier(**boosted)), "binary")
model("gradient-boosting-three", prepared(filled(), hot(), GradientBoostingClassifier(**boosted)), "three")
model("gradient-boosting-value", prepared(filled(), hot(), GradientBoostingRegressor(**boosted)), "value")
hist = dict(max_iter=12, max_depth=4, random_state=1)
model("hist-gradient-boosting", prepared("passthrough", ordinal(), HistGradientBoostingClassifier(**hist)), "binary")
model("hist-gradient-boosting-three", prepared("passthrough", hot(), HistGradientBoostingClassifier(**hist)), "three")
model("hist-gradient-boosting-value", prepared("passthrough", hot(), HistGradientBoostingRegressor(**hist)), "value")
model("ada-boost", prepared(filled(), hot(), AdaBoostClassifier(
    DecisionTreeClassifier(max_depth=2, random_state=1), n_estimators=6, random_state=1)), "binary")
model("ada-boost-value", prepared(filled(), hot(), AdaBoostRegressor(
    DecisionTreeRegressor(max_depth=3, random_state=1), n_estimators=5, random_state=1)), "value")
model("bagging", prepared(filled(), hot(), BaggingClassifier(
    DecisionTreeClassifier(max_depth=4, random_state=1), n_estimators=5, max_features=0.7, random_state=1)), "binary")
model("bagging-value", prepared(filled(), hot(), BaggingRegressor(
    DecisionTreeRegressor(max_depth=4, random_state=1), n_estimators=5, random_state=1)), "value")
lgbm = dict(n_estimators=15, num_leaves=8, min_child_samples=10, random_state=1, n_jobs=1, verbose=-1)
model("lightgbm", prepared("passthrough", ordinal(), LGBMClassifier(**lgbm)), "binary")
model("lightgbm-three", prepared("passthrough", hot(), LGBMClassifier(**lgbm)), "three")
model("lightgbm-value", prepared("passthrough", hot(), LGBMRegressor(**lgbm)), "value")
model("lightgbm-forest", prepared(filled(), hot(), LGBMClassifier(
    boosting_type="rf", bagging_freq=1, bagging_fraction=0.7, **lgbm)), "binary")
xgb = dict(n_estimators=15, max_depth=3, random_state=1, n_jobs=1, tree_method="exact")
model("xgboost", prepared("passthrough", hot(), XGBClassifier(**xgb)), "binary")
model("xgboost-three", prepared("passthrough", ordinal(), XGBClassifier(**xgb)), "three-coded")
model("xgboost-value", prepared("passthrough", hot(), XGBRegressor(**xgb)), "value")
model("xgboost-poisson", prepared("passthrough", hot(), XGBRegressor(objective="count:poisson", **xgb)), "count")
model("svm-rbf", prepared(filled(StandardScaler()), hot(), SVC(C=0.5, probability=True, random_state=1)), "binary")
model("svm-linear-text", prepared(filled(StandardScaler()), hot(), SVC(
    C=0.5, kernel="linear", probability=True, random_state=1)), "text")
model("svm-rbf-three", prepared(filled(StandardScaler()), hot(), SVC(
    C=0.5, probability=True, random_state=1)), "three")
model("svm-poly", prepared(filled(StandardScaler()), hot(), SVC(
    C=0.5, kernel="poly", degree=2, probability=True, random_state=1)), "binary")
model("svr-rbf", prepared(filled(StandardScaler()), hot(), SVR(C=50, epsilon=60)), "value")
model("svr-sigmoid", prepared(filled(StandardScaler()), hot(), SVR(C=5, kernel="sigmoid", gamma=0.05, epsilon=60)), "value")
model("svr-linear", prepared(filled(StandardScaler()), hot(), SVR(C=5, kernel="linear", epsilon=60)), "value")
net = dict(hidden_layer_sizes=(6, 4), max_iter=80, random_state=1)
model("network", prepared(filled(StandardScaler()), hot(), MLPClassifier(**net)), "binary")
model("network-three", prepared(filled(StandardScaler()), hot(), MLPClassifier(activation="tanh", **net)), "three")
model("network-value", prepared(filled(StandardScaler()), hot(), MLPRegressor(activation="logistic", **net)), "value")
model("voting-forests", prepared(filled(), hot(), VotingClassifier([
    ("forest", RandomForestClassifier(**forest)), ("extra", ExtraTreesClassifier(**forest))],
    voting="soft", flatten_transform=False, weights=np.array([2, 1]))), "binary")
model("voting-mixed", prepared(filled(StandardScaler()), hot(), VotingClassifier([
    ("forest", RandomForestClassifier(**forest)), ("logistic", LogisticRegression(max_iter=2000))],
    voting="soft", flatten_transform=False)), "text")
model("voting-value", prepared(filled(), hot(), VotingRegressor([
    ("forest", RandomForestRegressor(**forest)), ("boosted", GradientBoostingRegressor(**boosted))])), "value")
model("voting-trees-and-line", prepared(filled(StandardScaler()), hot(), VotingRegressor([
    ("boosted", GradientBoostingRegressor(**boosted)), ("line", Ridge())])), "value")
model("stacking", prepared(filled(StandardScaler()), hot(), StackingClassifier([
    ("forest", RandomForestClassifier(**forest)), ("logistic", LogisticRegression(max_iter=2000))],
    final_estimator=LogisticRegression(), cv=3)), "binary")
model("calibrated-sigmoid", prepared(filled(), hot(), CalibratedClassifierCV(
    GradientBoostingClassifier(**boosted), method="sigmoid", cv=2)), "binary")
model("calibrated-isotonic", prepared(filled(), hot(), CalibratedClassifierCV(
    RandomForestClassifier(**forest), method="isotonic", cv=2)), "binary")
model("normalized", prepared(Pipeline([("fill", SimpleImputer()), ("norm", Normalizer())]), hot(),
                             RandomForestClassifier(**forest)), "binary")
model("polynomial", prepared(Pipeline([("fill", SimpleImputer()), ("scale", StandardScaler()),
                                       ("poly", PolynomialFeatures(2, include_bias=False))]), hot(), Ridge()), "value")
model("poisson", prepared(filled(StandardScaler()), hot(), PoissonRegressor()), "count")
model("naive-bayes", prepared(filled(StandardScaler()), hot(), GaussianNB()), "three")
model("neighbours", prepared(filled(StandardScaler()), hot(), KNeighborsRegressor(3)), "value")
model("whole-numbers-hot", prepared(filled(StandardScaler()), hot(), LogisticRegression(max_iter=2000), hot()), "binary")
model("whole-numbers-ordinal", prepared(filled(), ordinal(), RandomForestClassifier(**forest), ordinal()), "binary")
model("texts-filled", prepared(filled(), Pipeline([
    ("fill", SimpleImputer(strategy="constant", missing_values="", fill_value="none")), ("hot", hot())]),
    GradientBoostingClassifier(**boosted)), "binary")
model("doubles-logistic", prepared(StandardScaler(), hot(), LogisticRegression(max_iter=2000)), "binary",
      gaps=False, doubles=True)
model("doubles-ridge", prepared(MinMaxScaler(), hot(), Ridge()), "value", gaps=False, doubles=True)
model("stacking-value", prepared(filled(StandardScaler()), hot(), StackingRegressor([
    ("forest", RandomForestRegressor(**forest)), ("line", Ridge())], final_estimator=Ridge(), cv=3)), "value")
model("pipeline-opset-15", prepared(filled(), hot(), RandomForestClassifier(**forest)), "binary",
      opset={"": 15, "ai.onnx.ml": 1})


def answers(onx, feeds):
    """Probabilities and values by output, row by row; a ZipMap's maps as rows in the classes' order."""
    session = onnxruntime.InferenceSession(onx, providers=["CPUExecutionProvider"])
    outputs = {}
    for output, values in zip(session.get_outputs(), session.run(None, feeds)):
        if isinstance(values, list) and isinstance(values[0], dict):
            outputs[output.name] = [list(row.values()) for row in values]
        elif not isinstance(values, list) and values.dtype.kind == "f":
            outputs[output.name] = values.tolist()
    return outputs


def packed(onx):
    return base64.b64encode(gzip.compress(onx, 9, mtime=0)).decode()


def of_pipelines(wanted):
    for name, pipeline, target, gaps, opset, doubles in MODELS:
        if wanted and name not in wanted:
            continue
        frame, score = (GAPPY, GAPPY_SCORE) if gaps else (WHOLE, WHOLE_SCORE)
        y = targets(score)
        coded = {"three-coded": np.unique(y["three"], return_inverse=True)[1]}
        try:
            pipeline.fit(frame, {**y, **coded}[target])
            classifier = hasattr(pipeline, "classes_") or target in ("binary", "text", "three", "three-coded")
            options = {id(pipeline): {"zipmap": False}} if classifier else None
            onx = to_onnx(pipeline, initial_types=named_types(doubles), options=options, target_opset=opset)
            onx = onx.SerializeToString()
            outputs = answers(onx, named_feeds(ROWS, doubles))
        except Exception as error:
            print(f"{name}: not exported: {type(error).__name__}: {str(error)[:300]}", file=sys.stderr)
            continue
        yield dict(name=name, producer="skl2onnx", onnx=packed(onx), outputs=outputs)


def matrix(frame):
    """All fields as numbers in one matrix, as those feed it who train without a pipeline."""
    places = {n: {t: i for i, t in enumerate(sorted(set(GAPPY[n])))} for n in TEXTS}
    columns = [frame[n].map(places[n]) if n in TEXTS else frame[n] for n in FIELDS]
    return np.column_stack([np.asarray(c, dtype=np.float64) for c in columns]).astype(np.float32)


def matrix_rows():
    m = matrix(GAPPY[:60])[20:]
    m[:4, 3] = 9
    m[4:6, 0] = np.nan
    return m


def of_matrices(wanted):
    from onnxmltools import convert_lightgbm as lightgbm_file
    from onnxmltools import convert_xgboost as xgboost_file
    from onnxmltools.convert.common.data_types import FloatTensorType as Floats

    x, rows = matrix(GAPPY), matrix_rows()
    y = targets(GAPPY_SCORE)
    three = np.unique(y["three"], return_inverse=True)[1]
    types = [("x", Floats([None, len(FIELDS)]))]
    trained = {}
    cats = dict(categorical_feature=[3, 4])
    trained["lightgbm-matrix"] = lambda: lightgbm_file(
        LGBMClassifier(min_data_per_group=5, cat_smooth=1, **lgbm).fit(x, y["binary"], **cats), initial_types=types,
        zipmap=False, target_opset=15)
    trained["lightgbm-matrix-zipmap"] = lambda: lightgbm_file(
        LGBMClassifier(**lgbm).fit(x, y["three"]), initial_types=types, target_opset=15)
    trained["xgboost-matrix"] = lambda: xgboost_file(
        XGBClassifier(**xgb).fit(x, y["binary"]), initial_types=types, target_opset=15)
    trained["xgboost-matrix-three"] = lambda: xgboost_file(
        XGBClassifier(**xgb).fit(x, three), initial_types=types, target_opset=15)
    cat = dict(iterations=12, depth=3, random_seed=1, verbose=0, thread_count=1, allow_writing_files=False)
    trained["catboost"] = lambda: catboost_file(catboost.CatBoostClassifier(**cat).fit(x, y["binary"]))
    trained["catboost-three"] = lambda: catboost_file(catboost.CatBoostClassifier(**cat).fit(x, y["three"]))
    trained["catboost-value"] = lambda: catboost_file(catboost.CatBoostRegressor(**cat).fit(x, y["value"]))
    for name, make in trained.items():
        if wanted and name not in wanted:
            continue
        made = make()
        onx = made if isinstance(made, bytes) else made.SerializeToString()
        session = onnxruntime.InferenceSession(onx, providers=["CPUExecutionProvider"])
        feeds = {session.get_inputs()[0].name: rows}
        yield dict(name=name, producer=name.split("-")[0], matrix=True, onnx=packed(onx), outputs=answers(onx, feeds))


def catboost_file(trained):
    import os
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        trained.save_model(path, format="onnx")
        with open(path, "rb") as file:
            return file.read()


def plain(value):
    if isinstance(value, list):
        return [plain(v) for v in value]
    return None if isinstance(value, float) and value != value else value


if __name__ == "__main__":
    wanted = set(sys.argv[1:])
    models = list(of_pipelines(wanted)) + list(of_matrices(wanted))
    for made in models:
        made["outputs"] = {name: plain(values) for name, values in made["outputs"].items()}
    versions = {m.__name__: m.__version__ for m in
                (sklearn, skl2onnx, lightgbm, xgboost, catboost, onnx, onnxruntime, np)}
    print(json.dumps(dict(versions=versions, rows=ROWS, matrixRows=plain(matrix_rows().astype(float).tolist()),
                          models=models), separators=(",", ":")))
