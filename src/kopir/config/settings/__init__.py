"""The settings of Django, composed of the pieces beside this file."""

from .django import *
