"""Samples of problems, told once for the whole API document: operations refer to them by their code."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from shared.app.problems import MEDIA_TYPE

Json = dict[str, Any]


def share(document: Json) -> None:
    """What a code means nearly everywhere moves into the components; what differs from it stays where it is said."""
    counts = Counter(
        (code, json.dumps(sample)) for samples in _of_operations(document) for code, sample in samples.items()
    )
    common: Json = {}
    for (code, sample), _ in counts.most_common():
        common.setdefault(code, json.loads(sample))
    for samples in _of_operations(document):
        for code, sample in samples.items():
            if sample == common[code]:
                samples[code] = {"$ref": f"#/components/examples/{code}"}
    document["components"]["examples"] = dict(sorted(common.items()))


def _of_operations(document: Json) -> Iterator[Json]:
    for item in document["paths"].values():
        for operation in item.values():
            for response in operation["responses"].values():
                yield response.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {})
