"""The address of the statement on a website's own domain, behind the code of the language.

No slug of a page has an "@".
"""

from __future__ import annotations

from django.urls import path

from kopir.statements import views
from kopir.statements.linking import OWN

app_name = "statements"
urlpatterns = [path(OWN, views.show_own, name="show_own")]
