"""The portal as a WSGI application: Django, and the page store before it."""

from django.core.wsgi import get_wsgi_application

from kopir.config.env import use_settings

use_settings()
_django = get_wsgi_application()

from kopir.config.page_store import keep_pages  # noqa: E402 - the registry of apps comes first

application = keep_pages(_django)
