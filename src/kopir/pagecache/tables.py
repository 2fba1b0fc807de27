"""The tables that rendered pages may read, each with how its rooms keep kept pages right. A room fills it when ready.

What is not in it is closed: a page that reads it is not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from django.db.models import Model

from kopir.base.registry import Registry

Kind = Literal["tagged", "constant", "personal"]


@dataclass(frozen=True)
class Table:
    """How a table is covered.

    "tagged": reads of it note a tag with `prefix`, writes of it touch one. "constant": it changes with a release or a
    setting of the platform; a write purges every page that read it. "personal": no page that is kept reads it.
    """

    kind: Kind
    prefix: str = ""

    def __post_init__(self) -> None:
        if (self.kind == "tagged") != bool(self.prefix):
            raise ValueError("a tagged table has a prefix, the others have none")


TABLES: Final = Registry[Table]("table")
"""By the name of the table in the database."""


def tagged(*models: type[Model], prefix: str = "") -> None:
    """Declare tables whose reads are tagged; `prefix` where the rows are parts of another model's objects."""
    for model in models:
        TABLES.add(model._meta.db_table, _tagged(prefix or prefix_of_model(model)))


def constant(*models: type[Model]) -> None:
    """Declare tables that change with a release or a setting of the whole platform."""
    for model in models:
        TABLES.add(model._meta.db_table, _CONSTANT)


def personal(*models: type[Model]) -> None:
    """Declare tables that no page may read that is kept. What is undeclared is closed too; this one says why."""
    for model in models:
        TABLES.add(model._meta.db_table, _PERSONAL)


def find_table(name: str) -> Table | None:
    """How a table is covered; None where nobody declared it."""
    return TABLES.get(name) if name in TABLES else None


def prefix_of_model(model: type[Model]) -> str:
    """What tags of a model's objects begin with. A model in several tables is called by the uppermost of them."""
    parents = [parent for parent in model._meta.get_parent_list() if not parent._meta.parents]
    label: str = (parents[-1] if parents else model)._meta.label_lower
    return label


_CONSTANT: Final = Table("constant")
_PERSONAL: Final = Table("personal")
_made: dict[str, Table] = {}


def _tagged(prefix: str) -> Table:
    """One object for each prefix, so that declaring a table twice alike is no fault."""
    return _made.setdefault(prefix, Table("tagged", prefix))
