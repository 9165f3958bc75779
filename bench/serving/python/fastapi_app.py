"""What a team writes by hand: FastAPI over onnxruntime, one row a call, every answer committed to SQLite before it is given."""
import json
import os
import sqlite3

import numpy as np
import onnxruntime as ort
from fastapi import FastAPI, Request

options = ort.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = ort.InferenceSession(os.environ["BENCH_MODEL"], options)
inputs = session.get_inputs()
output = session.get_outputs()[-1].name
log = sqlite3.connect(os.environ["BENCH_LOG"], timeout=30)
log.execute("pragma journal_mode = wal")
log.execute("pragma synchronous = full")
log.execute("create table if not exists predictions (id integer primary key, inputs text, score real)")
app = FastAPI()


@app.post("/predict")
async def predict(request: Request):
    row = (await request.json())["inputs"]
    if len(inputs) == 1:
        feeds = {inputs[0].name: np.array([list(row.values())], dtype=np.float32)}
    else:
        feeds = {one.name: np.array([[row[one.name]]], dtype=object if "string" in one.type else np.float32) for one in inputs}
    answer = session.run([output], feeds)[0][0]
    score = float(answer[1]) if hasattr(answer, "shape") else float(list(answer.values())[-1])
    with log:
        log.execute("insert into predictions (inputs, score) values (?, ?)", (json.dumps(row), score))
    return {"score": score}
