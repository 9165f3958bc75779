"""no-show-risk v1 and v2: gradient boosting on the bookings of the simulated clinic. Run in this folder: python train.py"""
import json
import sys
from pathlib import Path

from skl2onnx import to_onnx
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import export  # noqa: E402

SEED = 20260824
# A call takes minutes, an empty slot costs the fee: it pays to call well below one half.
THRESHOLD = 0.35
PARAMETERS = {"n_estimators": 100, "max_depth": 3, "learning_rate": 0.08, "subsample": 0.8, "min_samples_leaf": 20}

# The periods are those of CALENDAR in simulator.ts; a test compares them.
VERSIONS = {
    "v1": {
        "description": "Gradient boosting on 13 weeks of bookings at Old Town and Harbour",
        "train": "trainV1", "heldOut": "heldOutV1",
        "period": {"from": "2026-04-27", "to": "2026-07-27"},
        "heldOutPeriod": {"from": "2026-07-27", "to": "2026-08-10"},
    },
    "v2": {
        "description": "The same algorithm on 13 later weeks, five of them with the new location Riverside",
        "train": "trainV2", "heldOut": "heldOutV2",
        "period": {"from": "2026-07-20", "to": "2026-10-19"},
        "heldOutPeriod": {"from": "2026-10-19", "to": "2026-10-26"},
    },
}


def build(name, version, fields):
    columns = list(fields)
    numeric, categorical = export.columns_of(fields)
    train, content = export.simulated_rows(HERE, version["train"])
    held_out, _ = export.simulated_rows(HERE, version["heldOut"])
    pipeline = Pipeline([
        ("columns", ColumnTransformer([
            ("numbers", "passthrough", numeric),
            ("categories", OneHotEncoder(handle_unknown="ignore", sparse_output=False), categorical),
        ])),
        ("classifier", GradientBoostingClassifier(random_state=SEED, **PARAMETERS)),
    ])
    pipeline.fit(train[columns].astype({column: float for column in numeric}), train["target"])
    model = to_onnx(pipeline, initial_types=export.initial_types(numeric, categorical),
                    options={id(pipeline): {"zipmap": False}}, target_opset=export.OPSET)
    path = HERE / f"{name}.onnx"
    export.save_onnx(model, path)
    score = export.run_onnx(path, held_out, numeric, categorical)[1][:, 1]
    metrics = export.classification_metrics(held_out["target"], score, THRESHOLD)
    export.write_reference(HERE / f"reference-{name}.csv", train, columns, "target", SEED)
    known = {field: {code: label for code, label in about["categories"].items() if code in set(train[field])}
             for field, about in fields.items() if "categories" in about}
    export.write_metadata(HERE / f"{name}.json", {
        "model": "no-show-risk",
        "description": version["description"],
        "lineage": {
            "repository": "examples/clinic/train.py",
            "commit": None,
            "dataset": "Simulated clinic bookings (examples/clinic/simulator.ts)",
            "period": version["period"],
            "rows": len(train),
            "dataHash": export.sha256(content),
            "runId": f"no-show-risk-{name}-seed-{SEED}",
            "parameters": {"algorithm": "GradientBoostingClassifier", **PARAMETERS, "seed": SEED,
                           "heldOutFrom": version["heldOutPeriod"]["from"], "heldOutTo": version["heldOutPeriod"]["to"]},
            "metrics": metrics,
        },
        # A version declares the categories it was trained on, so that a new one is seen as new.
        "fields": {field: {**about, "categories": known[field]} if field in known else about for field, about in fields.items()},
        "positiveClass": 1,
        "scoreMeaning": "probability that the patient does not come",
        "decision": {"threshold": THRESHOLD, "above": "call the patient to remind", "below": "nothing to do"},
        "featureOrder": columns,
    })
    export.report(HERE, name, metrics)


def main():
    fields = json.loads((HERE / "fields.json").read_text(encoding="utf-8"))
    for name, version in VERSIONS.items():
        build(name, version, fields)


if __name__ == "__main__":
    main()
