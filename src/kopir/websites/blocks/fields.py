"""The field that holds blocks; migrations know that it is there and nothing of what it holds."""

from __future__ import annotations

from typing import Any

from wagtail.fields import StreamField


class BlocksField(StreamField):
    """A StreamField whose definition of blocks stays out of migrations: a new block is no change of tables."""

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _args, options = super().deconstruct()
        options.pop("block_lookup", None)
        return name, path, [[]], options
