"""Every write of the room: loading a country pack, the tree of bodies, their look, the calendar, the portal's words."""

from kopir.bodies.actions.calendar import RECOMPUTATIONS, DayChange, add_years, move_day_off, set_calendar_days
from kopir.bodies.actions.look import set_theme
from kopir.bodies.actions.packs import Loaded, load_pack
from kopir.bodies.actions.portal import change_portal
from kopir.bodies.actions.tree import archive_body, change_body, create_body, move_body, restore_body

__all__ = [
    "RECOMPUTATIONS",
    "DayChange",
    "Loaded",
    "add_years",
    "archive_body",
    "change_body",
    "change_portal",
    "create_body",
    "load_pack",
    "move_body",
    "move_day_off",
    "restore_body",
    "set_calendar_days",
    "set_theme",
]
