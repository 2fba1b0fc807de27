"""The settings of tests: quick password hashing, mail kept in memory, no files outside a temporary folder."""

from . import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
