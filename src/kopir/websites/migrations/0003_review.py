"""The step of review. See kopir.websites.models.review."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table of Wagtail's kind."""

    dependencies: ClassVar = [
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("websites", "0002_media_uses"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ReviewTask",
            fields=[
                (
                    "task_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.task",
                    ),
                ),
            ],
            options={"verbose_name": "review by a publisher"},
            bases=("wagtailcore.task",),
        ),
    ]
