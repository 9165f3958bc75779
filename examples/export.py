"""What the three train.py files share: deterministic ONNX files, held-out metrics through ONNX Runtime, metadata."""
import hashlib
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd
from sklearn.metrics import accuracy_score, brier_score_loss, precision_score, recall_score, roc_auc_score
from skl2onnx.common.data_types import FloatTensorType, StringTensorType

OPSET = {"": 17, "ai.onnx.ml": 3}
REFERENCE_ROWS = 1000


def simulated_rows(folder: Path, period: str):
    """One period's rows from the simulator beside train.py, and the bytes of the CSV they came in."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "rows.csv"
        subprocess.run(["npx", "tsx", str(folder / "training.ts"), period, str(path)], check=True, cwd=folder.parent.parent)
        return pd.read_csv(path, keep_default_na=False), path.read_bytes()


def columns_of(fields):
    """Numbers first, then texts: a field with categories is a text."""
    categorical = [name for name in fields if "categories" in fields[name]]
    return [name for name in fields if name not in categorical], categorical


def initial_types(numeric, categorical):
    """One named input per raw column: float32 [N,1] or string [N,1]."""
    return [(name, FloatTensorType([None, 1])) for name in numeric] + [(name, StringTensorType([None, 1])) for name in categorical]


def save_onnx(model, path: Path):
    """skl2onnx lists the opset imports in hash order, sometimes one domain twice: sorted, the bytes are the same each time."""
    versions = {}
    for entry in model.opset_import:
        versions[entry.domain] = max(entry.version, versions.get(entry.domain, 0))
    del model.opset_import[:]
    for domain in sorted(versions):
        entry = model.opset_import.add()
        entry.domain, entry.version = domain, versions[domain]
    path.write_bytes(model.SerializeToString(deterministic=True))


def run_onnx(path: Path, rows, numeric, categorical):
    """All outputs of the file as it stands on disk, for raw rows, the way the product feeds it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    feed = {name: rows[[name]].astype(np.float32).to_numpy() for name in numeric}
    feed |= {name: rows[[name]].astype(str).to_numpy(dtype=object) for name in categorical}
    return session.run(None, feed)


def classification_metrics(truth, score, threshold):
    decided = score >= threshold
    metrics = {
        "auc": roc_auc_score(truth, score),
        "accuracy": accuracy_score(truth, decided),
        "precision": precision_score(truth, decided),
        "recall": recall_score(truth, decided),
        "brier": brier_score_loss(truth, score),
    }
    return {name: round(float(value), 4) for name, value in metrics.items()} | {"heldOutRows": int(len(truth))}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def csv_bytes(rows) -> bytes:
    return rows.to_csv(index=False, lineterminator="\n").encode()


def write_reference(path: Path, rows, columns, target, seed, limit=REFERENCE_ROWS):
    """Training rows as a caller sends them, then `target`; a seeded sample when there are many, in training order."""
    kept = rows if len(rows) <= limit else rows.sample(limit, random_state=seed).sort_index()
    path.write_bytes(csv_bytes(kept[columns].assign(target=kept[target].to_numpy())))


def write_metadata(path: Path, metadata):
    path.write_text(json.dumps(metadata, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def report(folder: Path, version: str, metrics):
    print(folder.name, version, (folder / f"{version}.onnx").stat().st_size, "bytes", metrics)
