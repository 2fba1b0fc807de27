"""The portal as a WSGI application."""

from django.core.wsgi import get_wsgi_application

from kopir.config.env import use_settings

use_settings()
application = get_wsgi_application()
