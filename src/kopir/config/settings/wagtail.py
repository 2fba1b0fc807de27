"""Wagtail: what of it is installed, and what of it must never call the outside world."""

from __future__ import annotations

from kopir.config.env import get_environment

__all__ = [
    "TAGGIT_CASE_INSENSITIVE",
    "WAGTAILADMIN_BASE_URL",
    "WAGTAILADMIN_LOGIN_URL",
    "WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT",
    "WAGTAILDOCS_DOCUMENT_FORM_BASE",
    "WAGTAILDOCS_DOCUMENT_MODEL",
    "WAGTAILDOCS_SERVE_METHOD",
    "WAGTAILIMAGES_EXTENSIONS",
    "WAGTAILIMAGES_IMAGE_FORM_BASE",
    "WAGTAILIMAGES_IMAGE_MODEL",
    "WAGTAILIMAGES_MAX_IMAGE_PIXELS",
    "WAGTAILIMAGES_MAX_UPLOAD_SIZE",
    "WAGTAIL_ALLOW_UNICODE_SLUGS",
    "WAGTAIL_ENABLE_UPDATE_CHECK",
    "WAGTAIL_ENABLE_WHATS_NEW_BANNER",
    "WAGTAIL_GRAVATAR_PROVIDER_URL",
    "WAGTAIL_I18N_ENABLED",
    "WAGTAIL_SITE_NAME",
]

WAGTAIL_APPS = [
    "wagtail.users",  # the administration keeps the preferences of editors there; its pages are closed
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",  # the administration finds pages by it
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
]

WAGTAIL_SITE_NAME = "Kopir"
WAGTAILADMIN_BASE_URL = get_environment().address
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_I18N_ENABLED = True
WAGTAIL_ALLOW_UNICODE_SLUGS = False  # an address is read out on the telephone
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 20
WAGTAILIMAGES_IMAGE_MODEL = "websites.SiteImage"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 2**20
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "kopir.websites.media_forms.PictureForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "kopir.websites.media_forms.FileForm"
WAGTAILDOCS_DOCUMENT_MODEL = "websites.SiteDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
TAGGIT_CASE_INSENSITIVE = True
