"""What a caller is shown of a publication, with its ETag."""

from fastapi import Response

from services.publisher.publications.actions.drafting import WithParts
from services.publisher.publications.schemas.publications import PublicationView
from shared.app import etag
from shared.context import Context


def seen(context: Context, found: WithParts) -> PublicationView:
    """A partner does not learn who stands behind it."""
    view = PublicationView.of(*found)
    return view if context.caller.key is None else view.model_copy(update={"author_id": None})


def answer(context: Context, response: Response, found: WithParts) -> PublicationView:
    etag(response, found[0].version)
    return seen(context, found)
