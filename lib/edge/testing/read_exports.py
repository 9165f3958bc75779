"""Reads exports with other people's schemas: Triton's own ModelConfig, and Kubernetes' OpenAPI."""
import json
import sys

import kubernetes_validate
import yaml
from google.protobuf import json_format, text_format
from tritonclient.grpc import model_config_pb2

asked = json.load(sys.stdin)
config = text_format.Parse(asked["config"], model_config_pb2.ModelConfig())
validated = []
for document in yaml.safe_load_all(asked["kubernetes"]):
    kubernetes_validate.validate(document, asked.get("version", "1.29"), strict=True)
    validated.append(document["kind"])
print(json.dumps({"config": json_format.MessageToDict(config, preserving_proto_field_name=True), "validated": validated}))
