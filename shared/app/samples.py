"""Answers as a service gives them, for its API document: one for each model, in `samples.json` of the service."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from shared.contracts import ServiceName


def samples_of(service: ServiceName) -> Mapping[str, Any]:
    """By the names of the models, as FastAPI names them."""
    samples: Mapping[str, Any] = json.loads(files(f"services.{service}").joinpath("samples.json").read_text("utf-8"))
    return samples
