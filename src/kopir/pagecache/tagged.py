"""Objects note themselves when they come out of the database: the mixin `Tagged` for our models, `hook` for others'.

A facet is a part of the fields under a name of its own: a listing that loads with `only()` no more than the facet
`brief` carries the tag `bodies.body:5:brief`, and a change of the telephone number leaves it alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar, Final, Self

from django.db.models import Model

from .recorder import find_recording
from .tables import find_table, prefix_of_model

Facets = Mapping[str, frozenset[str]]
_HOOKED: Final = "_kopir_tagged"


class Tagged(Model):
    """A model whose objects note themselves in a recording. `tag_facets`: names of columns by facet."""

    tag_facets: ClassVar[Facets] = {}

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls,
        db: str | None,
        field_names: Collection[str],
        values: Collection[Any],
        **options: Any,  # noqa: ANN401 - what later releases of Django hand over
    ) -> Self:
        """Make the object, and note it."""
        made = super().from_db(db, field_names, values, **options)
        _note(made, field_names)
        return made


def hook(*models: type[Model]) -> None:
    """Have the objects of a library's models, and of models that inherit from them, note themselves."""
    for model in models:
        if _HOOKED in vars(model) or issubclass(model, Tagged):
            continue
        inner = model.from_db.__func__  # type: ignore[attr-defined]  # a classmethod has its function

        def from_db(
            cls: type[Model],
            /,
            db: str | None,
            field_names: Collection[str],
            values: Collection[Any],
            *,
            inner: Any = inner,  # noqa: ANN401
            **options: Any,  # noqa: ANN401
        ) -> Model:
            made: Model = inner(cls, db, field_names, values, **options)
            _note(made, field_names)
            return made

        model.from_db = classmethod(from_db)  # type: ignore[assignment, method-assign]
        setattr(model, _HOOKED, True)


def tag_of(model: type[Model], pk: object) -> str:
    """The tag of an object, there or not: note it before you ask for one that may be missing."""
    return f"{prefix_of_model(model)}:{pk}"


def tags_of(thing: Model, changed: Iterable[str] | None = None) -> tuple[str, ...]:
    """What is stale when an object changes: its tag, and those facets that hold a changed field.

    `changed` are names of fields or columns; None: any may have changed.
    """
    tag = tag_of(type(thing), thing.pk)
    facets: Facets = getattr(thing, "tag_facets", {})
    columns = None if changed is None else {_column(thing, name) for name in changed}
    return (tag, *(f"{tag}:{name}" for name, fields in facets.items() if columns is None or columns & fields))


def _column(thing: Model, name: str) -> str:
    """The attribute that holds the column: "parent_id" for the field "parent"."""
    columns = {field.name: field.attname for field in thing._meta.concrete_fields}
    if name not in columns and name not in columns.values():
        raise ValueError(f"{thing._meta.label} has no field {name}")
    return columns.get(name, name)


def _note(thing: Model, field_names: Collection[str]) -> None:
    recording = find_recording()
    if recording is None:
        return
    prefix, prefixes, columns = _facts(type(thing))
    tag = f"{prefix}:{thing.pk}"
    if len(field_names) < columns and (facet := _find_facet(type(thing), field_names)):
        tag = f"{tag}:{facet}"
    recording.note_object(tag, prefixes)


def _find_facet(model: type[Model], field_names: Collection[str]) -> str:
    """The first facet that holds all of these columns; the key is known of every object."""
    loaded = {*field_names} - {model._meta.pk.attname}
    facets: Facets = getattr(model, "tag_facets", {})
    return next((name for name, fields in facets.items() if loaded <= fields), "")


_known: dict[type[Model], tuple[str, frozenset[str], int]] = {}


def _facts(model: type[Model]) -> tuple[str, frozenset[str], int]:
    """The prefix of a model's tags, those of all its tables, and how many columns it has."""
    if model not in _known:
        tables = [find_table(each._meta.db_table) for each in (model, *model._meta.get_parent_list())]
        prefixes = frozenset(table.prefix for table in tables if table is not None and table.prefix)
        _known[model] = prefix_of_model(model), prefixes, len(model._meta.concrete_fields)
    return _known[model]
