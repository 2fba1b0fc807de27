"""Every kind of field in our markup: labels, hints, errors and what ties them together."""

from __future__ import annotations

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from lxml import html

from kopir.design.renderer import WIDGETS, DesignRenderer


class Sample(forms.Form):
    text = forms.CharField(label="Text", help_text="Help", widget=forms.TextInput({"class": "govuk-input--width-10"}))
    number = forms.IntegerField(required=False, label="Number")
    email = forms.EmailField()
    secret = forms.CharField(widget=forms.PasswordInput)
    long = forms.CharField(widget=forms.Textarea)
    one = forms.ChoiceField(choices=[("a", "A <b>"), ("b", "B")], widget=forms.RadioSelect, help_text="One")
    many = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    from_list = forms.ChoiceField(choices=[("Group", [("a", "A")]), ("b", "B")])
    file = forms.FileField()
    agreed = forms.BooleanField(label="Agreed")
    hidden = forms.CharField(widget=forms.HiddenInput)


def tree(form):
    with override("en"):
        return html.fromstring(f"<div>{form}</div>")


def describes(root, element):
    """The texts that `aria-describedby` of an element leads to."""
    return [root.get_element_by_id(one).text_content().split() for one in element.get("aria-describedby", "").split()]


def test_it_renders_every_form():
    assert isinstance(Sample().renderer, DesignRenderer)


def test_every_visible_box_has_a_label():
    root = tree(Sample())
    labels = {label.get("for") for label in root.iter("label")}
    boxes = [box for box in root.iter("input", "select", "textarea") if box.get("type") != "hidden"]
    assert len(boxes) == 12
    assert {box.get("id") for box in boxes} == labels


@pytest.mark.parametrize(
    ("name", "element", "classes"),
    [
        ("text", "input", "govuk-input govuk-input--width-10"),
        ("number", "input", "govuk-input"),
        ("secret", "input", "govuk-input govuk-password-input__input govuk-js-password-input-input"),
        ("long", "textarea", "govuk-textarea"),
        ("one", "input", "govuk-radios__input"),
        ("many", "input", "govuk-checkboxes__input"),
        ("from_list", "select", "govuk-select"),
        ("file", "input", "govuk-file-upload"),
        ("agreed", "input", "govuk-checkboxes__input"),
    ],
)
def test_each_kind_has_its_classes(name, element, classes):
    found = tree(Sample()).xpath(f"//{element}[@name='{name}']")
    assert {one.get("class") for one in found} == {classes}
    assert all(len(one.get("class")) == len(one.attrib["class"]) for one in found)


def test_hints_and_faults_are_tied_to_their_box():
    root = tree(Sample({}))
    box = root.get_element_by_id("id_text")
    assert describes(root, box) == [["Help"], ["Error:", "This", "field", "is", "required."]]
    assert box.get("aria-invalid") == "true"


def test_a_group_is_a_fieldset_with_its_question():
    root = tree(Sample({}))
    group = root.xpath("//input[@name='one']/ancestor::fieldset")[0]
    assert group.find("legend").text_content() == "One"
    assert describes(root, group) == [["One"], ["Error:", "This", "field", "is", "required."]]


def test_what_need_not_be_filled_in_says_so():
    root = tree(Sample())
    assert root.xpath("//label[@for='id_number']")[0].text_content() == "Number (optional)"
    assert root.xpath("//label[@for='id_text']")[0].text_content() == "Text"


def test_faults_stand_on_top_with_the_name_of_their_field():
    root = tree(Sample({}))
    assert root[0].get("class") == "govuk-error-summary"
    first = root.xpath("//*[contains(@class, 'govuk-error-summary__list')]//a")[0]
    assert (first.get("href"), first.text_content()) == ("#id_text", "Text: This field is required.")
    assert tree(Sample())[0].get("class") == "govuk-form-group"


def test_a_choice_is_kept_and_escaped():
    root = tree(Sample({"one": "a", "many": ["a", "b"], "from_list": "b", "text": '"><script>'}))
    assert [box.get("value") for box in root.xpath("//input[@name='one'][@checked]")] == ["a"]
    assert len(root.xpath("//input[@name='many'][@checked]")) == 2
    assert root.xpath("//select/option[@selected]")[0].get("value") == "b"
    assert root.get_element_by_id("id_text").get("value") == '"><script>'
    assert root.xpath("//label[@for='id_one_0']")[0].text_content() == "A <b>"
    assert not root.xpath("//script")


def test_a_password_is_never_written_back():
    assert tree(Sample({"secret": "hunter2"})).get_element_by_id("id_secret").get("value") is None


def test_a_file_that_is_there_can_be_removed():
    class Stored(SimpleUploadedFile):
        url = "/media/a.pdf"

    form = forms.Form(initial={"paper": Stored("a.pdf", b"x")})
    form.fields["paper"] = forms.FileField(required=False, label="Paper")
    root = tree(form)
    assert root.xpath("//a")[0].get("href") == "/media/a.pdf"
    assert root.get_element_by_id("paper-clear_id").get("type") == "checkbox"


def test_every_template_that_stands_in_for_one_of_djangos_is_there():
    renderer = DesignRenderer()
    assert all(renderer.get_template(name) for name in WIDGETS)
    assert renderer.get_template("django/forms/widgets/hidden.html")
