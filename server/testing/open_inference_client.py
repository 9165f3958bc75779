# Calls a server as tritonclient's users do, over HTTP and gRPC. Reads {"http", "grpc", "token", "rows", "labels",
# "probabilities"} from standard input: rows of the model no-show-risk and what its own predict answers. Prints one JSON
# object: for each check "ok", or what went wrong.
import json
import queue
import sys
import traceback

import numpy as np
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

given = json.load(sys.stdin)
ROWS, LABELS, PROBABILITIES = given["rows"], given["labels"], np.array(given["probabilities"], dtype=np.float32)
CLINIC, MATRIX, MIXED = "no-show-risk@staging", "matrix@staging", "mixed@staging"
results = {}


def auth():
    # A new one for each call: tritonclient.http writes its own headers into the dictionary that it is given.
    return {"authorization": "Bearer " + given["token"]}



def check(name):
    def run(function):
        try:
            function()
            results[name] = "ok"
        except Exception:
            results[name] = traceback.format_exc(limit=3)

    return run


def columns(module, rows=ROWS, shape=lambda count: [count, 1], **options):
    inputs = []
    for name, first in rows[0].items():
        is_text = isinstance(first, str)
        values = [row[name].encode() if is_text else row[name] for row in rows]
        array = np.array(values, dtype=np.object_ if is_text else np.float32).reshape(shape(len(rows)))
        tensor = module.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
        tensor.set_data_from_numpy(array, **options)
        inputs.append(tensor)
    return inputs


def matrix(module, array, name="X", datatype=None, **options):
    tensor = module.InferInput(name, list(array.shape), datatype or np_to_triton_dtype(array.dtype))
    tensor.set_data_from_numpy(array, **options)
    return [tensor]


def answers_as_predict(result):
    assert result.as_numpy("label").tolist() == LABELS, result.as_numpy("label")
    assert result.as_numpy("label").dtype == np.int64
    assert np.array_equal(result.as_numpy("probabilities"), PROBABILITIES), result.as_numpy("probabilities")
    ids = result.as_numpy("flightdeck_prediction_id")
    assert ids.shape == (len(ROWS),) and len(set(ids.tolist())) == len(ROWS)


def refused(function, words, status=None):
    try:
        function()
    except InferenceServerException as error:
        assert words in error.message(), error.message()
        assert status is None or status in str(error.status()), error.status()
        return
    raise AssertionError("was not refused")


def datatypes(module, client, **options):
    texts = [b"low", b"__proto__", b"high"]
    for dtype in (np.float32, np.float64, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64, np.float16):
        result = client.infer(MATRIX, matrix(module, np.array([[1, 9], [2, 3], [2, 9]], dtype=dtype), **options), headers=auth())
        assert [as_bytes(text) for text in result.as_numpy("output_label")] == texts, dtype
    if options.get("binary_data", True):
        import ml_dtypes

        result = client.infer(MATRIX, matrix(module, np.array([[2, 9]], dtype=ml_dtypes.bfloat16), **options), headers=auth())
        assert [as_bytes(text) for text in result.as_numpy("output_label")] == [b"high"]
    mixed = {
        "age": np.array([[30], [55]], dtype=np.float32),
        "income": np.array([[1200], [800]], dtype=np.float16),
        "housing": np.array([[b"own"], [b"rent"]], dtype=np.object_),
        "purpose": np.array([["tv"], ["Z\u00fcge"]], dtype=np.object_),
        "rooms": np.array([[2], [1]], dtype=np.int64),
        "employed": np.array([[True], [False]]),
    }
    inputs = [matrix(module, array, name, **options)[0] for name, array in mixed.items()]
    first = client.infer(MIXED, inputs, headers=auth())
    assert {as_bytes(text) for text in first.as_numpy("label")} <= {b"good", b"bad"}
    rows = np.array([[b"30", b"1200", b"own", b"tv", b"2", b"true"], [b"55", b"800", b"rent", "Z\u00fcge".encode(), b"1", b"false"]], dtype=np.object_)
    second = client.infer(MIXED, matrix(module, rows, "rows", **options), headers=auth())
    assert np.array_equal(first.as_numpy("probabilities"), second.as_numpy("probabilities"))


def as_bytes(text):
    return text if isinstance(text, bytes) else str(text).encode()


http = httpclient.InferenceServerClient(given["http"])
grpc = grpcclient.InferenceServerClient(given["grpc"])


@check("http health")
def _():
    assert http.is_server_live() and http.is_server_ready()
    assert http.is_model_ready(CLINIC) and http.is_model_ready(CLINIC, "1")
    assert not http.is_model_ready("unheard-of") and not http.is_model_ready(CLINIC, "9")


@check("http metadata")
def _():
    assert http.get_server_metadata()["name"] == "flightdeck"
    metadata = http.get_model_metadata(CLINIC, headers=auth())
    assert metadata["versions"] == ["1"]
    assert [tensor["name"] for tensor in metadata["inputs"]] == list(ROWS[0])
    assert [tensor["name"] for tensor in metadata["outputs"]] == ["label", "probabilities", "flightdeck_prediction_id"]
    assert http.get_model_config(CLINIC, headers=auth())["max_batch_size"] == 1000
    index = http.get_model_repository_index(headers=auth())
    assert {"name": CLINIC, "version": "1", "state": "READY", "reason": ""} in index, index
    refused(lambda: http.get_model_metadata(CLINIC), "token", "401")


@check("http binary tensors")
def _():
    result = http.infer(CLINIC, columns(httpclient), headers=auth(), request_id="r-1")
    answers_as_predict(result)
    response = result.get_response()
    assert (response["id"], response["model_name"], response["model_version"]) == ("r-1", CLINIC, "1"), response
    assert response["parameters"]["environment"] == "staging"


@check("http JSON tensors")
def _():
    outputs = [httpclient.InferRequestedOutput(name, binary_data=False) for name in ("label", "probabilities", "flightdeck_prediction_id")]
    answers_as_predict(http.infer(CLINIC, columns(httpclient, shape=lambda count: [count], binary_data=False), outputs=outputs, headers=auth()))


@check("http requested outputs")
def _():
    wanted = [httpclient.InferRequestedOutput("probabilities", binary_data=True), httpclient.InferRequestedOutput("label", binary_data=False)]
    result = http.infer(CLINIC, columns(httpclient), outputs=wanted, headers=auth())
    assert [output["name"] for output in result.get_response()["outputs"]] == ["probabilities", "label"]
    assert np.array_equal(result.as_numpy("probabilities"), PROBABILITIES) and result.as_numpy("label").tolist() == LABELS
    assert result.as_numpy("flightdeck_prediction_id") is None


@check("http classification")
def _():
    wanted = [httpclient.InferRequestedOutput("probabilities", class_count=2)]
    top = http.infer(CLINIC, columns(httpclient), outputs=wanted, headers=auth()).as_numpy("probabilities")
    assert top.shape == (len(ROWS), 2)
    value, index, label = top[0][0].decode().split(":")
    assert np.float32(value) == PROBABILITIES[0].max() and int(index) == PROBABILITIES[0].argmax() and label == index


@check("http compression")
def _():
    many = ROWS * 40
    for algorithm in ("gzip", "deflate"):
        result = http.infer(CLINIC, columns(httpclient, many), headers=auth(), request_compression_algorithm=algorithm, response_compression_algorithm=algorithm)
        assert result.as_numpy("label").tolist() == LABELS * 40
        plain = [httpclient.InferRequestedOutput("label", binary_data=False), httpclient.InferRequestedOutput("flightdeck_prediction_id", binary_data=False)]
        result = http.infer(CLINIC, columns(httpclient, many, binary_data=False), outputs=plain, headers=auth(), request_compression_algorithm=algorithm, response_compression_algorithm=algorithm)
        assert result.as_numpy("label").tolist() == LABELS * 40
    answers_as_predict(http.infer(CLINIC, columns(httpclient), headers=auth(), response_compression_algorithm="gzip"))


@check("http asynchronous and parameters")
def _():
    pending = [http.async_infer(CLINIC, columns(httpclient), headers=auth(), parameters={"subject": "patient-%d" % number}, timeout=30_000_000) for number in range(20)]
    for one in pending:
        answers_as_predict(one.get_result())
    explained = http.infer(CLINIC, columns(httpclient), headers=auth(), parameters={"explain": True})
    assert len(json.loads(explained.get_response()["parameters"]["reasons"])) == len(ROWS)
    body, length = httpclient.InferenceServerClient.generate_request_body(columns(httpclient))
    assert length is not None and len(body) > length


@check("http errors")
def _():
    inputs = columns(httpclient)
    refused(lambda: http.infer(CLINIC, inputs), "token", "401")
    refused(lambda: http.infer("unheard-of", inputs, headers=auth()), "no model called unheard-of", "404")
    refused(lambda: http.infer(CLINIC, inputs, model_version="2", headers=auth()), "not released", "403")
    refused(lambda: http.infer(CLINIC, inputs, model_version="7", headers=auth()), "version 7", "404")
    refused(lambda: http.infer(CLINIC, inputs[1:], headers=auth()), "is required", "400")
    refused(lambda: http.infer(CLINIC, inputs, outputs=[httpclient.InferRequestedOutput("labels")], headers=auth()), "no output labels", "400")
    refused(lambda: http.infer(MATRIX, matrix(httpclient, np.array([[2**60, 1]], dtype=np.int64)), headers=auth()), "9007199254740991", "400")
    shared = httpclient.InferInput("X", [1, 2], "FP32").set_shared_memory("region", 8)
    refused(lambda: http.infer(MATRIX, [shared], headers=auth()), "shared memory", "400")
    refused(lambda: http.get_inference_statistics(CLINIC, headers=auth()), "", "404")


@check("http datatypes")
def _():
    datatypes(httpclient, http, binary_data=True)
    datatypes(httpclient, http, binary_data=False)


@check("http environment by header")
def _():
    answers_as_predict(http.infer("no-show-risk", columns(httpclient), headers={**auth(), "X-Flightdeck-Environment": "staging"}))


@check("grpc health and metadata")
def _():
    assert grpc.is_server_live() and grpc.is_server_ready()
    assert grpc.is_model_ready(CLINIC) and grpc.is_model_ready(CLINIC, "1") and not grpc.is_model_ready("unheard-of")
    assert grpc.get_server_metadata().name == "flightdeck"
    metadata = grpc.get_model_metadata(CLINIC, headers=auth())
    assert list(metadata.versions) == ["1"]
    assert [(tensor.name, tensor.datatype, list(tensor.shape)) for tensor in metadata.outputs][:2] == [("label", "INT64", [-1]), ("probabilities", "FP32", [-1, 2])]
    assert any(model.name == CLINIC and model.state == "READY" for model in grpc.get_model_repository_index(headers=auth()).models)


@check("grpc tensors")
def _():
    result = grpc.infer(CLINIC, columns(grpcclient), headers=auth(), request_id="r-2", parameters={"subject": "patient-1", "explain": True})
    answers_as_predict(result)
    response = result.get_response()
    assert (response.id, response.model_name, response.model_version) == ("r-2", CLINIC, "1")
    assert len(json.loads(response.parameters["reasons"].string_param)) == len(ROWS)
    wanted = [grpcclient.InferRequestedOutput("label"), grpcclient.InferRequestedOutput("probabilities", class_count=1)]
    result = grpc.infer(CLINIC, columns(grpcclient), outputs=wanted, headers=auth())
    assert result.as_numpy("label").tolist() == LABELS and result.as_numpy("probabilities").shape == (len(ROWS), 1)


@check("grpc compression, deadlines and asynchronous calls")
def _():
    for algorithm in ("gzip", "deflate"):
        answers_as_predict(grpc.infer(CLINIC, columns(grpcclient), headers=auth(), compression_algorithm=algorithm, client_timeout=30))
    answered = queue.Queue()
    for _ in range(20):
        grpc.async_infer(CLINIC, columns(grpcclient), callback=lambda result, error: answered.put((result, error)), headers=auth())
    for _ in range(20):
        result, error = answered.get(timeout=30)
        assert error is None, error
        answers_as_predict(result)
    refused(lambda: grpc.infer(CLINIC, columns(grpcclient), headers=auth(), client_timeout=0.0001), "Deadline", "DEADLINE_EXCEEDED")


@check("grpc errors")
def _():
    inputs = columns(grpcclient)
    refused(lambda: grpc.infer(CLINIC, inputs), "token", "UNAUTHENTICATED")
    refused(lambda: grpc.infer(CLINIC, inputs, headers={"authorization": "Bearer fd_nobody"}), "", "UNAUTHENTICATED")
    refused(lambda: grpc.infer("unheard-of", inputs, headers=auth()), "no model called unheard-of", "NOT_FOUND")
    refused(lambda: grpc.infer(CLINIC, inputs, model_version="2", headers=auth()), "not released", "PERMISSION_DENIED")
    refused(lambda: grpc.infer(CLINIC, inputs[1:], headers=auth()), "is required", "INVALID_ARGUMENT")
    large = np.zeros((1_500_000, 2), dtype=np.float32)
    refused(lambda: grpc.infer(MATRIX, matrix(grpcclient, large), headers=auth()), "larger than max", "RESOURCE_EXHAUSTED")


@check("grpc datatypes")
def _():
    datatypes(grpcclient, grpc)


print(json.dumps(results))
