"""The way to the upgrade in the menu, for administrators; Wagtail reads this module by its name."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from kopir.websites.rights import find_rights


@hooks.register("construct_main_menu", order=100)  # type: ignore[untyped-decorator]  # after `websites` has chosen what stays
def add_upgrade(request: HttpRequest, items: list[MenuItem]) -> None:
    """For who may decide."""
    rights = find_rights(request.user)
    if rights is not None and rights.may_administer:
        address = reverse("upgrading_edit:site")
        items.append(MenuItem(_("Template"), address, name="upgrading", icon_name="download", order=800))
