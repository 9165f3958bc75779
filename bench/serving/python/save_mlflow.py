"""Saves the ONNX file as an MLflow model: MODEL DIRECTORY."""
import sys

import mlflow.onnx
import onnx

mlflow.onnx.save_model(onnx.load(sys.argv[1]), sys.argv[2])
