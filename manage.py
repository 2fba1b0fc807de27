"""Django's own commands with Kopir's settings: `python manage.py migrate`, `makemigrations`, `shell`."""

import sys

from django.core.management import execute_from_command_line

from kopir.config.env import SettingsError, make_folder, use_settings

if __name__ == "__main__":
    use_settings()
    try:
        make_folder()
        execute_from_command_line(sys.argv)
    except SettingsError as error:
        sys.exit(str(error))
