# Trains a scikit-learn pipeline over a table with texts and serves it with `mlflow models serve` on the port that is given.
# Prints what the model itself answers to a few rows, as one line of JSON, before it serves.
import json
import os
import sys

import mlflow
import numpy
import pandas
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

folder, port, rows = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
random = numpy.random.default_rng(7)
table = pandas.DataFrame({"size": random.uniform(20, 120, 300), "city": random.choice(["Graz", "Linz"], 300)})
price = 100 + 9.5 * table["size"] + numpy.where(table["city"] == "Graz", 80, 0)
encode = ColumnTransformer([("city", OneHotEncoder(handle_unknown="ignore"), ["city"])], remainder="passthrough")
model = make_pipeline(encode, LinearRegression()).fit(table, price)
path = os.path.join(folder, "model")
mlflow.sklearn.save_model(model, path, serialization_format="cloudpickle")
print(json.dumps(model.predict(pandas.DataFrame(rows)).tolist()), flush=True)
os.execv(sys.executable, [sys.executable, "-m", "mlflow", "models", "serve", "-m", path, "-p", port, "-h", "127.0.0.1", "--env-manager", "local", "--workers", "1"])
