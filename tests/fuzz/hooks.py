"""What schemathesis asks valid things of: made-up ids are of nothing, so the union's own organization stands in for them.

`VMESTE_FUZZ_ORGANIZATION` says which. Requests that are meant to be wrong stay as wrong as they are.
"""

# schemathesis leaves its generics open:
# pyright: reportUnknownMemberType=false, reportUnknownParameterType=false, reportMissingTypeArgument=false

import os
from typing import Any

import schemathesis
from schemathesis import Case, HookContext
from schemathesis.generation import GenerationMode


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Called by its name with these arguments for each request."""
    del context, kwargs
    if case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
        for place in (case.body, case.query):
            if isinstance(place, dict) and "organization_id" in place:
                place["organization_id"] = os.environ["VMESTE_FUZZ_ORGANIZATION"]
