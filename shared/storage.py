"""Files (images) by key: in a folder by default, in any S3-compatible store in production."""

from collections.abc import AsyncGenerator
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from shared.errors import NotFound


class Storage:
    def __init__(self, url: str) -> None:
        """`url` is `file:///folder` (made when absent) or what obstore understands, such as `s3://bucket`."""
        parts = urlsplit(url)
        if parts.scheme == "file":
            folder = Path(parts.path)
            folder.mkdir(parents=True, exist_ok=True)
            self._store: ObjectStore = LocalStore(folder)
        else:
            self._store = from_url(url)

    async def put(self, key: str, content: bytes) -> None:
        await obstore.put_async(self._store, key, content)

    async def get(self, key: str) -> bytes:
        """Raises NotFound."""
        try:
            result = await obstore.get_async(self._store, key)
        except FileNotFoundError as error:
            raise NotFound from error
        return bytes(await result.bytes_async())

    async def beginning(self, key: str, length: int) -> bytes:
        """The first `length` bytes of a file that has so many. Raises NotFound."""
        try:
            return bytes(await obstore.get_range_async(self._store, key, start=0, length=length))
        except FileNotFoundError as error:
            raise NotFound from error

    async def files(self, under: str | None = None) -> AsyncGenerator[tuple[str, int], None]:
        """The keys and sizes of all files, or of those in one folder."""
        async for files in obstore.list(self._store, under):  # pyright: ignore[reportUnknownMemberType] - its tables of Arrow are of no known type
            for file in files:
                yield file["path"], file["size"]

    async def delete(self, key: str) -> None:
        """Deleting what is not there is no error."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return

    async def folders(self) -> list[str]:
        """The first parts of all keys."""
        listed = await obstore.list_with_delimiter_async(self._store)  # pyright: ignore[reportUnknownMemberType] - as above
        return sorted(listed["common_prefixes"])
