"""The limit of what anybody may send in a form with files. Django has one for fields alone; files it lays on the disk.

It does so before any view, even before the form's token is looked at: without a limit a stranger fills the disk.
"""

from __future__ import annotations

from typing import IO, Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from kopir.base.actors import ANONYMOUS, Role

EDITING: Final = "/edit/"
EDITORS: Final = frozenset({Role.EDITOR, Role.PUBLISHER, Role.SITE_ADMINISTRATOR, Role.PLATFORM_OPERATOR})


class LimitedUpload(FileUploadHandler):
    """The first handler of uploads: refuses the request as a whole, and leaves one that is small enough to the next."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, Any],  # noqa: N803 - as Django has it
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Raise RequestDataTooBig, which is answered with 413; without a length WSGI reads nothing at all."""
        if content_length > self._limit_bytes():
            raise RequestDataTooBig

    def _limit_bytes(self) -> int:
        """More for who edits a website, at the address where that is done; nobody else can send it there."""
        request = self.request
        if request is not None and request.path_info.startswith(EDITING):
            actor = getattr(request, "actor", ANONYMOUS)
            if any(role in EDITORS for role, _body in actor.grants):
                return int(settings.KOPIR_UPLOAD_LIMIT_OF_EDITORS_BYTES)
        return int(settings.KOPIR_UPLOAD_LIMIT_BYTES)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass it on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing: the next handler has the file."""
