"""Records: whatever is accepted has this one form and canonical names, and everything else is refused by its error."""

from __future__ import annotations

import contextlib

from ends import tell_refusal

from kopir.wire import names, record
from kopir.wire.errors import MalformedError, MisroutedError

_LEAF = bytes(32)


def check(data: bytes) -> str:
    """Read, write again, and hold it against itself as an answer."""
    try:
        read = record.decode(data)
    except MalformedError as error:
        return tell_refusal(error, data)
    assert record.encode(read) == data
    assert str(names.parse_client(read.client)) == read.client
    assert str(names.parse_service(read.service)) == read.service
    assert {str(names.parse_node(node)) for node in (read.from_node, read.to_node)} == {read.from_node, read.to_node}
    assert not any(mark in text for text in read if isinstance(text, str) for mark in "\r\n\x00")
    with contextlib.suppress(MisroutedError):
        record.check_answer(read, _LEAF, read)
        raise AssertionError("a record answers itself")
    return f"accepted {read.kind.name}, nulls {sum(value is None for value in read)}"
