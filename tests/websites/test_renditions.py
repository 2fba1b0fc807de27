"""Sizes of pictures: found if they were made, for the part of the picture that matters now."""

from __future__ import annotations

from kopir.websites.models import SiteRendition
from kopir.websites.renditions import Size, find_picture, make_renditions
from sitemedia import put_picture


def test_what_was_not_made_is_not_found(education, system, now):
    image = put_picture(education, system, now)
    assert [find_picture(image, size) for size in Size] == [None, None, None]
    assert find_picture(None, Size.SMALL) is None
    assert not SiteRendition.objects.exists()


def test_what_was_made_is_found_in_each_size(education, system, now):
    image = put_picture(education, system, now)
    make_renditions(image)
    found = [find_picture(image, size) for size in Size]
    assert [(one["width"], one["height"]) for one in found] == [(480, 300), (360, 450), (1200, 750)]
    assert {one["alt"] for one in found} == {"Көпір су үстінде"}
    assert all(one["source"].startswith(f"/media/pictures/{education.collection_id}/") for one in found)
    assert all(one["source"].endswith(".webp") for one in found)


def test_another_part_of_the_picture_is_another_rendition(education, system, now):
    image = put_picture(education, system, now)
    make_renditions(image)
    before = find_picture(image, Size.SMALL)["source"]
    image.focal_point_x, image.focal_point_y, image.focal_point_width, image.focal_point_height = 100, 100, 50, 50
    image.save()
    assert find_picture(image, Size.SMALL) is None
    make_renditions(image)
    assert find_picture(image, Size.SMALL)["source"] != before
