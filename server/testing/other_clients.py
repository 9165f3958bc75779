# Calls a server as clients of MLflow and plain HTTP do. Reads {"url", "token", "rows", "labels", "probabilities",
# "bodies"} from standard input: rows of the model no-show-risk, what its own predict answers, and bodies for MLflow's own
# parser. Prints one JSON object: for each check "ok", or what went wrong; and under "parsed" what MLflow makes of the bodies.
import json
import math
import os
import sys
import traceback

given = json.load(sys.stdin)
URL, ROWS, LABELS, PROBABILITIES = given["url"], given["rows"], given["labels"], given["probabilities"]
os.environ["MLFLOW_TRACKING_TOKEN"] = given["token"]
os.environ["MLFLOW_DEPLOYMENT_PREDICT_TIMEOUT"] = "20"

import numpy as np
import pandas as pd
import requests
from mlflow.deployments import PredictionsResponse, get_deploy_client
from mlflow.exceptions import MlflowException
from mlflow.pyfunc import scoring_server
from mlflow.pyfunc.scoring_server.client import ScoringServerClient
from mlflow.types import ColSpec, Schema
from mlflow.utils.proto_json_utils import dump_input_data

MODEL = "no-show-risk@staging"
frame = pd.DataFrame(ROWS)
results = {}


def check(name):
    def run(function):
        try:
            function()
            results[name] = "ok"
        except Exception:
            results[name] = traceback.format_exc(limit=3)

    return run


def invoke(data, auth=None, **more):
    headers = {"Content-Type": scoring_server.CONTENT_TYPE_JSON, **({} if auth else {"Authorization": "Bearer " + given["token"]}), **more.pop("headers", {})}
    return requests.post(f"{URL}/mlflow/{MODEL}/invocations", data=data, headers=headers, auth=auth, timeout=20, **more)


@check("mlflow's encoding of frames, arrays and lists")
def _():
    for data in [frame, frame.to_numpy(), frame.to_numpy().tolist()]:
        response = PredictionsResponse.from_json(invoke(dump_input_data(data)).text)
        assert response.get_predictions("ndarray").tolist() == LABELS, response
    response = PredictionsResponse.from_json(invoke(dump_input_data(frame, params={"predict_method": "predict_proba"})).text)
    assert response.get_predictions("ndarray").tolist() == PROBABILITIES, response


@check("mlflow's encoding of missing values")
def _():
    broken = frame.copy()
    broken.loc[0, "age"] = math.nan
    body = dump_input_data(broken)
    assert "NaN" in body
    answer = invoke(body)
    assert answer.status_code == 400 and "age is required" in answer.json()["message"], answer.text


@check("pandas' CSV, with and without its index")
def _():
    for text in [frame.to_csv(index=False), frame.to_csv()]:
        answer = invoke(text.encode(), headers={"Content-Type": "text/csv"})
        assert answer.json()["predictions"] == LABELS, answer.text


@check("mlflow.deployments with MLFLOW_TRACKING_TOKEN")
def _():
    client = get_deploy_client(URL)
    assert client.predict(endpoint=MODEL, inputs={"dataframe_split": frame.to_dict(orient="split")})["predictions"] == LABELS
    try:
        client.predict(endpoint="unheard-of", inputs={"instances": ROWS})
    except Exception as error:
        assert "unheard-of" in str(error) or "404" in str(error), error
    else:
        raise AssertionError("an unknown model was answered")


@check("mlflow's scoring client: ping and version")
def _():
    host, port = URL.removeprefix("http://").split(":")
    client = ScoringServerClient(host, port)
    client.url_prefix += f"/mlflow/{MODEL}"
    client.ping()
    assert client.get_version().count(".") == 2


@check("a name and a password")
def _():
    assert invoke(dump_input_data(frame), auth=("mlflow", given["token"])).json()["predictions"] == LABELS
    assert invoke(dump_input_data(frame), auth=("mlflow", "fd_nobody")).status_code == 401


@check("TensorFlow Serving's and KServe's calls")
def _():
    headers = {"Authorization": "Bearer " + given["token"]}
    url = f"{URL}/v1/models/{MODEL}"
    assert requests.post(f"{url}:predict", json={"instances": ROWS}, headers=headers).json() == {"predictions": LABELS}
    columns = {name: frame[name].tolist() for name in frame}
    assert requests.post(f"{url}:predict", json={"inputs": columns}, headers=headers).json() == {"outputs": LABELS}
    status = requests.get(url, headers=headers).json()
    assert status["ready"] is True and status["model_version_status"][0]["state"] == "AVAILABLE", status


@check("TorchServe's calls")
def _():
    headers = {"Authorization": "Bearer " + given["token"]}
    url = f"{URL}/predictions/{MODEL}"
    expected = {str(index): value for index, value in enumerate(PROBABILITIES[0])}
    assert requests.post(url, files={"data": json.dumps(ROWS[0]).encode()}, headers=headers).json() == expected
    assert requests.post(url, data={"data": json.dumps(ROWS[0])}, headers=headers).json() == expected
    assert requests.post(url, data=json.dumps(ROWS[0]).encode(), headers=headers).json() == expected
    assert requests.get(f"{URL}/ping").json() == {"status": "Healthy"}


@check("Seldon's calls")
def _():
    headers = {"Authorization": "Bearer " + given["token"]}
    inputs = [
        {"name": name, "shape": [len(ROWS), 1], "datatype": "BYTES" if isinstance(ROWS[0][name], str) else "FP64", "data": frame[name].tolist()}
        for name in frame
    ]
    for url, more in [(f"{URL}/seldon/ns/bookings/v2/models/{MODEL}/infer", {}), (f"{URL}/v2/models/any/infer", {"Seldon-Model": MODEL})]:
        answer = requests.post(url, json={"inputs": inputs}, headers={**headers, **more}).json()
        outputs = {output["name"]: output["data"] for output in answer["outputs"]}
        assert outputs["label"] == LABELS, answer


SCHEMA = Schema([ColSpec("double", "age"), ColSpec("double", "hour"), ColSpec("string", "place")])


def missing(value):
    return None if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)) else value


def parse(content_type, body):
    """What MLflow's own parser makes of a body: the rows by name, or null where it refuses."""
    try:
        if content_type == "text/csv":
            from io import StringIO

            data = scoring_server.parse_csv_input(StringIO(body), schema=SCHEMA)
        else:
            data, _ = scoring_server._split_data_and_params(body)
            data = scoring_server.infer_and_parse_data(data, SCHEMA)
        if isinstance(data, dict):
            data = pd.DataFrame({name: np.asarray(column).reshape(-1).tolist() for name, column in data.items()})
        if isinstance(data, list):
            data = pd.DataFrame(data)
        rows = data.reindex(columns=SCHEMA.input_names()).to_dict(orient="records")
        return [{name: missing(value) for name, value in row.items()} for row in rows]
    except MlflowException:
        return None


results["parsed"] = [parse(content_type, body) for content_type, body in given["bodies"]]
print(json.dumps(results))
