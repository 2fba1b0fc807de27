"""The form of a banner. It gathers and shapes; the actions judge, and the form shows what those say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kopir.banners.rules import COUNTRY, LIMIT_TEXT, LIMIT_TITLE, SETTERS, Place
from kopir.base.actors import Actor, Role
from kopir.base.errors import KopirError
from kopir.bodies import queries
from kopir.design.fields import DateField

USUAL = timedelta(hours=24)


class BannerForm(forms.Form):
    """Where, in which words, until when. `now` fills in the usual end: a day from now."""

    template_name = "design/forms/form.html"

    def __init__(self, *args: Any, actor: Actor, now: datetime, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's own
        zone = queries.get_country().zone
        end = (now + USUAL).astimezone(zone)
        kwargs["initial"] = {"day": end.date(), "time": f"{end:%H:%M}"}
        super().__init__(*args, **kwargs)
        self._places = dict(list_places(actor))
        choices = [(place.name, label) for place, label in self._places.items()]
        self.fields["place"] = forms.ChoiceField(label=_("Over which pages"), choices=choices)
        languages = queries.get_country().languages
        for field, label, limit in (("titles", _("Title"), LIMIT_TITLE), ("texts", _("One or two lines"), LIMIT_TEXT)):
            for language in languages:
                widget = forms.TextInput() if field == "titles" else forms.Textarea({"rows": 2})
                widget.attrs["lang"] = language.code
                self.fields[f"{field}_{language.code}"] = forms.CharField(
                    label=f"{label} ({language.name})", max_length=limit, required=False, widget=widget
                )
        self.fields["address"] = forms.CharField(label=_("Where to read more"), max_length=300, required=False)
        self.fields["day"] = DateField(label=_("The last day"))
        self.fields["time"] = forms.CharField(
            label=_("Until when on that day"), help_text=_("For example, 18:00"), max_length=5
        )
        for shown in self.fields.values():
            shown.error_messages["required"] = _("Fill this in.")

    def clean_time(self) -> time:
        """The time of the day."""
        try:
            return time.fromisoformat(self.cleaned_data["time"]).replace(tzinfo=None)
        except ValueError:
            raise forms.ValidationError(_("Write the time as hours and minutes, for example 18:00.")) from None

    @property
    def place(self) -> Place:
        """The place that was chosen."""
        return next(place for place in self._places if place.name == self.cleaned_data["place"])

    @property
    def until(self) -> datetime:
        """The instant of its end, on the clocks of the country."""
        day: date = self.cleaned_data["day"]
        at: time = self.cleaned_data["time"]
        return datetime.combine(day, at.replace(second=0, microsecond=0), queries.get_country().zone)

    def words(self, field: str) -> dict[str, str]:
        """The words of "titles" or "texts" by language, empty ones left out."""
        codes = queries.get_country().language_codes
        return {code: text for code in codes if (text := self.cleaned_data.get(f"{field}_{code}", ""))}

    def add_failure(self, failure: KopirError) -> None:
        """Show what an action refused, at the field that it names if this form has that."""
        field = str(failure.fields.get("field", ""))
        if field in {"titles", "texts"}:
            field = f"{field}_{queries.get_country().language_codes[0]}"
        elif field == "until":
            field = "day"
        self.add_error(field if field in self.fields else None, failure.message())


def list_places(actor: Actor) -> list[tuple[Place, str]]:
    """Where the actor may set a banner, with what the choice is called."""
    if actor.has(Role.PLATFORM_OPERATOR):
        regions = [(Place(region_id=region.pk), str(region)) for region in queries.list_regions()]
        bodies = queries.list_bodies()
        country = [(COUNTRY, str(_("The whole country")))]
    else:
        own = {body for role, body in actor.grants if role in SETTERS and body is not None}
        country, regions, bodies = [], [], queries.list_bodies(ids=own)
    return [*country, *regions, *((Place(body_id=body.pk), str(body)) for body in bodies)]
