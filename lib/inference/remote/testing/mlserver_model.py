# Trains a small scikit-learn model and serves it with MLServer on the port that is given. Prints what the model itself
# answers to a few rows, as one line of JSON, before it serves.
import json
import os
import sys

import joblib
import numpy
from sklearn.linear_model import LogisticRegression

folder, port, rows = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
random = numpy.random.default_rng(7)
x = random.normal(size=(400, 3))
y = (x @ [1.5, -1.0, 0.5] + random.normal(scale=0.3, size=400) > 0).astype(int)
model = LogisticRegression().fit(x, y)
joblib.dump(model, os.path.join(folder, "model.joblib"))
with open(os.path.join(folder, "settings.json"), "w") as file:
    json.dump({"http_port": port, "grpc_port": port + 1, "metrics_port": port + 2, "host": "127.0.0.1", "parallel_workers": 0}, file)
with open(os.path.join(folder, "model-settings.json"), "w") as file:
    json.dump({"name": "risk", "implementation": "mlserver_sklearn.SKLearnModel", "parameters": {"uri": "./model.joblib"}}, file)
print(json.dumps(model.predict_proba(numpy.array(rows)).tolist()), flush=True)
os.chdir(folder)
os.execv(sys.executable, [sys.executable, "-c", "from mlserver.cli import main; main()", "start", "."])
