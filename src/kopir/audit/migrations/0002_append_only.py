"""Rows and links become append-only: the database refuses all else."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from kopir.audit import triggers


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(editor.connection)


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
