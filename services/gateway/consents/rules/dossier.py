"""A person's file as they get it: one page to read, and the whole of it as JSON."""

import io
import json
import zipfile

from services.gateway.consents.rules.dossier_page import Parts, page


def bundle(parts: Parts) -> bytes:
    """A zip with README.html and data.json; the same parts give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("README.html", page(parts)),
            ("data.json", json.dumps(parts, ensure_ascii=False, indent=2, sort_keys=True)),
        ):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
