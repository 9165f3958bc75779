"""BentoML over onnxruntime."""
import os

import bentoml
import numpy as np
import onnxruntime as ort


@bentoml.service(workers=2, traffic={"timeout": 60})
class Trees:
    def __init__(self) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = ort.InferenceSession(os.environ["BENCH_MODEL"], options)
        self.input = self.session.get_inputs()[0].name
        self.output = self.session.get_outputs()[-1].name

    @bentoml.api
    def predict(self, rows: list[list[float]]) -> list[float]:
        answer = self.session.run([self.output], {self.input: np.array(rows, dtype=np.float32)})[0]
        return [float(row[1]) for row in answer]
