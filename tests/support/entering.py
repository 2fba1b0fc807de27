"""Going into the administration of websites in a real browser, as its people do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kopir.accounts.models import User
from kopir.base.actors import Role
from people import PASSWORD, code_of, make_person

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab


def enter(visitor: Any, name: str, role: Role, body: Any) -> Tab:
    """Sign in as a new person of the body, who reads Kazakh; the first page of the administration."""
    user = make_person(f"{name}@example.org", name=name.title(), grants=[(role, body)])
    User.objects.filter(pk=user.pk).update(language="kk")
    visitor.context().clear_cookies()
    tab: Tab = visitor.open("/en/account/sign-in/")
    tab.locator('main [name="login"]').fill(user.email or "")
    tab.locator('main [name="password"]').fill(PASSWORD)
    tab.locator("main form button[type=submit]").first.click()
    tab.locator('main [name="code"]').fill(code_of(user))
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_url("**/account/")
    tab.goto(visitor.address("/edit/"))
    assert tab.locator("html").get_attribute("lang") == "kk"
    return tab
