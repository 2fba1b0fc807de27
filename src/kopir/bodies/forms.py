"""The forms of the administration. They gather and shape; the actions judge, and the forms show what those say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kopir.base.errors import KopirError
from kopir.bodies import queries
from kopir.bodies.models import Body, Portal, Region, Worded
from kopir.design.fields import DateField

TEXT_LABELS: Mapping[str, str | Promise] = {
    "names": _("Full name"),
    "short_names": _("Short name"),
    "head": _("Post of the head"),
    "duties": _("What it does"),
    "postal_address": pgettext_lazy("of a building", "Address"),
}
LONG_TEXTS = frozenset({"duties"})


class RegionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none when it runs
    """A region or district by its code; districts stand behind their region."""

    def label_from_instance(self, obj: Region) -> str:
        return f"— {obj.name}" if obj.level == "district" else str(obj.name)


class BodyField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none when it runs
    """A body by its address, shown by its full name."""

    def label_from_instance(self, obj: Body) -> str:
        return str(obj.name)


class PlainForm(forms.Form):
    """A form whose fields the actions judge."""

    template_name = "design/forms/form.html"

    def full_clean(self) -> None:
        """Judge what was sent; what is missing is asked for in words that say what to do."""
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.error_messages["required"] = _("Choose one of these.") if is_choice else _("Fill this in.")
        super().full_clean()

    def add_failure(self, failure: KopirError) -> None:
        """Show what an action refused, at the field that it names if this form has that."""
        field = str(failure.fields.get("field", ""))
        if field in TEXT_LABELS:
            field = self._text_field_at_fault(field)
        self.add_error(field if field in self.fields else None, failure.message())

    def _text_field_at_fault(self, field: str) -> str:
        codes = queries.get_country().language_codes
        empty = [code for code in codes if not self.cleaned_data.get(f"{field}_{code}")]
        return f"{field}_{(empty or codes)[0]}"

    def texts(self, field: str) -> dict[str, str]:
        """The texts of a field by language, empty ones left out."""
        codes = queries.get_country().language_codes
        return {code: text for code in codes if (text := self.cleaned_data.get(f"{field}_{code}", ""))}

    def _add_texts(self, field: str, label: str | Promise, *, is_required: bool = False) -> None:
        for language in queries.get_country().languages:
            widget = forms.Textarea({"rows": 3}) if field in LONG_TEXTS else forms.TextInput()
            widget.attrs["lang"] = language.code
            self.fields[f"{field}_{language.code}"] = forms.CharField(
                label=f"{label} ({language.name})", max_length=1000, required=is_required, widget=widget
            )


class BodyForm(PlainForm):
    """A body's fields, as many as `editable` names."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, editable: Iterable[str], body: Body | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's own
        kwargs["initial"] = _initial(body)
        super().__init__(*args, **kwargs)
        self.editable = frozenset(editable)
        if body is None:
            del self.fields["revision"]
        country = queries.get_country()
        if "kind" in self.editable:
            kinds = [(code, str(Worded.of(kind.names))) for code, kind in country.kinds.items()]
            self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose a kind")), *kinds])
        for field, label in TEXT_LABELS.items():
            if field in self.editable:
                self._add_texts(field, label, is_required=field == "names")
        self._add_plain()

    def _add_plain(self) -> None:
        fields: dict[str, forms.Field] = {
            "slug": forms.CharField(
                label=_("Address on this portal"),
                help_text=_("Small Latin letters, digits and hyphens, for example: ministry-of-health"),
                max_length=100,
            ),
            "code": forms.CharField(label=_("Number of the body"), max_length=40, required=False),
            "region": RegionField(
                label=_("Region"),
                queryset=queries.list_all_regions(),
                to_field_name="code",
                required=False,
                empty_label=_("The whole country"),
            ),
            "phone": forms.CharField(label=_("Telephone"), max_length=40, required=False),
            "site": forms.CharField(label=_("Website"), max_length=200, required=False),
        }
        self.fields |= {name: field for name, field in fields.items() if name in self.editable}
        if "hours" in self.editable:
            self._add_hours()

    def _add_hours(self) -> None:
        days = [(str(number + 1), name) for number, name in WEEKDAYS.items()]
        self.fields["hours"] = forms.MultipleChoiceField(
            label=_("Working days"), choices=days, required=False, widget=forms.CheckboxSelectMultiple
        )
        labels = {
            "opens": _("Opens at"),
            "pause_from": _("Break from"),
            "pause_to": _("Break to"),
            "closes": _("Closes at"),
        }
        for name, label in labels.items():
            self.fields[name] = forms.CharField(
                label=label, help_text=_("For example, 09:00"), max_length=5, required=False
            )

    def get_fields(self) -> dict[str, Any]:
        """The fields of the body as the actions take them; the form must be valid."""
        values: dict[str, Any] = {name: self.texts(name) for name in TEXT_LABELS if name in self.editable}
        plain = ("kind", "slug", "code", "region", "phone", "site")
        values |= {name: self.cleaned_data[name] for name in plain if name in self.editable}
        if "hours" in self.editable:
            values["hours"] = self._hours()
        return values

    def _hours(self) -> list[dict[str, Any]]:
        data = self.cleaned_data
        if not any(data[name] for name in ("hours", "opens", "closes", "pause_from", "pause_to")):
            return []
        line = {"days": [int(day) for day in data["hours"]], "opens": data["opens"], "closes": data["closes"]}
        pause = [data["pause_from"], data["pause_to"]]
        return [line | ({"pause": pause} if any(pause) else {})]


def _initial(body: Body | None) -> dict[str, Any]:
    if body is None:
        return {}
    values: dict[str, Any] = {
        name: getattr(body, name) for name in ("kind", "slug", "code", "phone", "site", "revision")
    }
    values["region"] = body.region and body.region.code
    for field in TEXT_LABELS:
        values |= {f"{field}_{code}": text for code, text in getattr(body, field).items()}
    line = body.hours[0] if body.hours else {}
    pause = line.get("pause", ["", ""])
    return values | {
        "hours": [str(day) for day in line.get("days", [])],
        "opens": line.get("opens", ""),
        "closes": line.get("closes", ""),
        "pause_from": pause[0],
        "pause_to": pause[1],
    }


class PlaceForm(PlainForm):
    """Under which body another one stands."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    parent = BodyField(
        label=_("Stands under"),
        queryset=Body.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("Nobody: it stands at the top"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's own
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = queries.list_bodies()  # type: ignore[attr-defined]


class LookForm(PlainForm):
    """A body's colors and crest."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    brand = forms.CharField(
        label=_("Main color"),
        help_text=_("As #0b4a6f. Leave all three empty for the colors of the portal."),
        required=False,
    )
    accent = forms.CharField(label=_("Second color"), required=False)
    link = forms.CharField(label=_("Color of links"), required=False)
    crest = forms.FileField(label=_("Crest"), help_text=_("PNG or SVG, at most 256 KiB."), required=False)

    def get_colors(self) -> dict[str, str]:
        """The colors that were given."""
        names = ("brand", "accent", "link")
        return {name: self.cleaned_data[name].lower() for name in names if self.cleaned_data[name]}


class RevisionForm(PlainForm):
    """A decision on what the page shows, and nothing else."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class DayForm(PlainForm):
    """One day of a decree."""

    on = DateField(label=_("Day"))
    becomes = forms.ChoiceField(
        label=_("What it becomes"),
        choices=[
            ("holiday", _("A day off")),
            ("working_day", _("A working day, though it is a weekend")),
            ("ordinary", _("An ordinary day: free at weekends, else working")),
        ],
        widget=forms.RadioSelect,
    )
    moved_from = DateField(
        label=_("Moved from"),
        help_text=_("If a day off is moved here from a day of a weekend, that day becomes a working day."),
        required=False,
    )
    reference = forms.CharField(label=_("Decree"), help_text=_("What, number and day of the decree"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's own
        super().__init__(*args, **kwargs)
        self._add_texts("names", _("Name of the day"))

    def add_failure(self, failure: KopirError) -> None:
        """Show what was refused at the day that it is about."""
        moved_from = self.cleaned_data.get("moved_from")
        if moved_from and failure.fields.get("day") == moved_from:
            self.add_error("moved_from", failure.message())
        else:
            super().add_failure(failure)


class PortalForm(PlainForm):
    """The words and contacts of the whole portal."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, portal: Portal, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's own
        initial = {f"names_{code}": text for code, text in portal.names.items()}
        initial |= {"phone": portal.phone, "email": portal.email, "revision": portal.revision, **portal.colors}
        super().__init__(*args, **kwargs | {"initial": initial})
        self._add_texts("names", _("Name of the portal"), is_required=True)
        self.fields["phone"] = forms.CharField(label=_("Telephone for help"), max_length=40, required=False)
        self.fields["email"] = forms.EmailField(label=_("E-mail address for help"), required=False)
        for name, label in {"brand": _("Main color"), "accent": _("Second color"), "link": _("Color of links")}.items():
            self.fields[name] = forms.CharField(label=label, required=False)

    def get_colors(self) -> dict[str, str]:
        """The colors that were given."""
        names = ("brand", "accent", "link")
        return {name: self.cleaned_data[name].lower() for name in names if self.cleaned_data[name]}


class FilterForm(forms.Form):
    """What the list of bodies is narrowed by; nothing in it can be wrong, only find nothing."""

    q = forms.CharField(label=_("Name or number"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    region = RegionField(
        label=_("Region"), queryset=Region.objects.none(), to_field_name="code", required=False, empty_label=_("All")
    )
    closed = forms.BooleanField(label=_("Show closed ones too"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's own
        super().__init__(*args, **kwargs)
        kinds = [(code, str(Worded.of(kind.plurals))) for code, kind in queries.get_country().kinds.items()]
        self.fields["kind"].choices = [("", _("All")), *kinds]  # type: ignore[attr-defined]
        self.fields["region"].queryset = queries.list_regions()  # type: ignore[attr-defined]
