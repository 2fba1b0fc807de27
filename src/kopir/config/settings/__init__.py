"""The settings of Django, composed of the pieces beside this file. What an operator sets is in `kopir.config.env`."""

from .accounts import *
from .django import *
from .editing import *
from .log import *
from .notices import *
from .pages import *
from .record import *
from .security import *
from .storage import *
from .wagtail import *
