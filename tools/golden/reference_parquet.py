"""The Parquet files of lib/registry/testing, as pandas would write reference data. Needs pyarrow (made with 26.0.1)."""
import math
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = Path(__file__).resolve().parents[2] / "lib" / "registry" / "testing"

TABLE = pa.table(
    {
        "age": pa.array([31.0, None, 47.5, math.nan], pa.float64()),
        "income": pa.array([1000, 2000, 3000, 4000], pa.float32()),
        "housing": pa.array(["own", "rent", None, "own"], pa.string()).dictionary_encode(),
        "purpose": pa.array(["car", "tv", "trip", "car"], pa.string()),
        "rooms": pa.array([1, 2, 1, 2], pa.int64()),
        "employed": pa.array([True, False, True, True], pa.bool_()),
        "target": pa.array(["good", "bad", "good", "bad"], pa.string()),
    }
)

FOLDER.mkdir(parents=True, exist_ok=True)
for codec in ("snappy", "gzip", "zstd"):
    pq.write_table(TABLE, FOLDER / f"reference-{codec}.parquet", compression=codec)
