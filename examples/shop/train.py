"""price-optimiser v1 and v2 on the price tests of the simulated shop. Run in this folder: python train.py

Both models learn the best price as a share of the competitor's and multiply by the competitor's, as price followers do.
Within the range of the training rows that is accurate; with a broken price feed it gives absurd prices, which is what
guardrails are for.
"""
import json
import sys
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper
from skl2onnx import to_onnx
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import mean_absolute_error, mean_absolute_percentage_error, r2_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import export  # noqa: E402

SEED = 20260825

# The periods are those of CALENDAR in simulator.ts; a test compares them.
VERSIONS = {
    "v1": {
        "description": "Gradient boosting (60 trees of depth 2) on ten weeks of price tests",
        "train": "trainV1", "heldOut": "heldOutV1",
        "period": {"from": "2026-06-01", "to": "2026-08-10"},
        "heldOutPeriod": {"from": "2026-08-10", "to": "2026-08-17"},
        "parameters": {"n_estimators": 60, "max_depth": 2, "learning_rate": 0.1, "subsample": 0.8, "min_samples_leaf": 20},
    },
    "v2": {
        "description": "Deeper gradient boosting (150 trees of depth 3) on price tests since the competitor delivers free of charge",
        "train": "trainV2", "heldOut": "heldOutV2",
        "period": {"from": "2026-09-14", "to": "2026-10-19"},
        "heldOutPeriod": {"from": "2026-10-19", "to": "2026-10-26"},
        "parameters": {"n_estimators": 150, "max_depth": 3, "learning_rate": 0.1, "subsample": 0.8, "min_samples_leaf": 20},
    },
}


def times_competitor_price(model):
    """Puts `price = share x competitor_price` behind the trees."""
    graph = model.graph
    [share] = [output.name for output in graph.output]
    graph.node.append(helper.make_node("Mul", [share, "competitor_price"], ["price"], name="times_competitor_price"))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("price", TensorProto.FLOAT, [None, 1]))
    return model


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
        ("regressor", GradientBoostingRegressor(random_state=SEED, **version["parameters"])),
    ])
    pipeline.fit(train[columns].astype({column: float for column in numeric}), train["target"] / train["competitor_price"])
    model = to_onnx(pipeline, initial_types=export.initial_types(numeric, categorical), target_opset=export.OPSET)
    path = HERE / f"{name}.onnx"
    export.save_onnx(times_competitor_price(model), path)
    price = export.run_onnx(path, held_out, numeric, categorical)[0][:, 0].astype(np.float64)
    metrics = {
        "mae": round(float(mean_absolute_error(held_out["target"], price)), 4),
        "mape": round(float(mean_absolute_percentage_error(held_out["target"], price)), 4),
        "r2": round(float(r2_score(held_out["target"], price)), 4),
        "heldOutRows": len(held_out),
    }
    export.write_reference(HERE / f"reference-{name}.csv", train, columns, "target", SEED)
    export.write_metadata(HERE / f"{name}.json", {
        "model": "price-optimiser",
        "description": version["description"],
        "lineage": {
            "repository": "examples/shop/train.py",
            "commit": None,
            "dataset": "Simulated price tests (examples/shop/simulator.ts)",
            "period": version["period"],
            "rows": len(train),
            "dataHash": export.sha256(content),
            "runId": f"price-optimiser-{name}-seed-{SEED}",
            "parameters": {"algorithm": "GradientBoostingRegressor", **version["parameters"], "seed": SEED,
                           "heldOutFrom": version["heldOutPeriod"]["from"], "heldOutTo": version["heldOutPeriod"]["to"]},
            "metrics": metrics,
        },
        "fields": fields,
        "scoreMeaning": "price to offer in USD",
        "featureOrder": columns,
    })
    export.report(HERE, name, metrics)


def main():
    fields = json.loads((HERE / "fields.json").read_text(encoding="utf-8"))
    for name, version in VERSIONS.items():
        build(name, version, fields)


if __name__ == "__main__":
    main()
