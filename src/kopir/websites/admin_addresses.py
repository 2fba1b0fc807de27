"""Which of Wagtail's addresses are open, to whom, and what each of them may be told: a list by name; the rest is 404.

An address that a new Wagtail brings is closed until somebody has read it and put it here. What an open one names, in
its path, its query or its form, has to belong to the acting website, and that is judged before Wagtail's view runs.
How the door of an open address works: kopir.websites.admin_door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kopir.base.actors import Role
from kopir.websites.rules import ADMINISTERING, EDITING, PUBLISHING

Names = Mapping[str, str]


@dataclass(frozen=True)
class Open:
    """An open address. `path` and `sent` say which kind of thing an argument or a field names: kinds of `belonging`.

    `only`: the values that an argument may have, where a view is open for some. `is_preview`: its answers are shown in
    a frame of the editor. `needs`: fields without which the view would show more than is wanted.
    """

    roles: frozenset[Role] = EDITING
    path: Names = field(default_factory=dict)
    sent: Names = field(default_factory=dict)
    only: Mapping[str, frozenset[str]] = field(default_factory=dict)
    is_preview: bool = False


SENT: Final[Names] = {
    "new_parent_page": "page",
    "parent_page": "page",
    "parent_page_id": "folder",
    "destination": "page",
    "chooser": "page",
    "childOf": "folder",
    "target_pages[]": "page",
    "collection": "collection",
    "collection_id": "collection",
    "overwrite_revision_id": "revision",
    "revision_id": "revision",
}
"""Fields that mean the same wherever they are sent; those that only end so too, as in "image-3-collection"."""

PAGE: Final = {"page_id": "page"}
INNER: Final = {"page_id": "inner page"}
BUNDLE: Final = {"bundle_id": "bundle"}
BULK: Final = {"id": "inner page"}

OPEN: Final[Mapping[str, Open]] = {
    # What every page of the administration is made of.
    "wagtailadmin_home": Open(),
    "wagtailadmin_sprite": Open(),
    "wagtailadmin_javascript_catalog": Open(),
    # Pages: finding, writing, versions.
    "wagtailadmin_explore_root": Open(),
    "wagtailadmin_explore": Open(path={"parent_page_id": "folder"}),
    "wagtailadmin_explore_results": Open(path={"parent_page_id": "folder"}),
    "wagtailadmin_pages:search": Open(),
    "wagtailadmin_pages:search_results": Open(),
    "wagtailadmin_pages:add_subpage": Open(path={"parent_page_id": "page"}),
    "wagtailadmin_pages:add": Open(
        path={"parent_page_id": "page"}, only={"content_type_app_name": frozenset({"websites"})}
    ),
    "wagtailadmin_pages:preview_on_add": Open(
        path={"parent_page_id": "page"}, only={"content_type_app_name": frozenset({"websites"})}, is_preview=True
    ),
    "wagtailadmin_pages:edit": Open(path=PAGE),
    "wagtailadmin_pages:preview_on_edit": Open(path=PAGE, is_preview=True),
    "wagtailadmin_pages:view_draft": Open(path=PAGE, is_preview=True),
    "wagtailadmin_pages:copy": Open(path=INNER),
    "wagtailadmin_pages:history": Open(path=PAGE),
    "wagtailadmin_pages:history_results": Open(path=PAGE),
    "wagtailadmin_pages:revisions_index": Open(path=PAGE),
    "wagtailadmin_pages:revisions_view": Open(path={**PAGE, "revision_id": "revision"}, is_preview=True),
    "wagtailadmin_pages:revisions_revert": Open(path={**PAGE, "revision_id": "revision"}),
    "wagtailadmin_pages:revisions_compare": Open(path={"0": "page", "1": "version", "2": "version"}),
    "editing:beside": Open(path=PAGE),
    "editing:versions": Open(ADMINISTERING, PAGE),
    "editing:words": Open(),
    "editing:release": Open(path={"word_id": "word"}),
    # Review and publishing.
    "wagtailadmin_pages:workflow_action": Open(
        PUBLISHING, {**PAGE, "task_state_id": "task state"}, only={"action_name": frozenset({"approve", "reject"})}
    ),
    "wagtailadmin_pages:collect_workflow_action_data": Open(
        PUBLISHING, {**PAGE, "task_state_id": "task state"}, only={"action_name": frozenset({"approve", "reject"})}
    ),
    "wagtailadmin_pages:confirm_workflow_cancellation": Open(path=PAGE),
    "wagtailadmin_pages:workflow_preview": Open(path={**PAGE, "task_id": "task"}, is_preview=True),
    "wagtailadmin_pages:workflow_history": Open(path=PAGE),
    "wagtailadmin_pages:workflow_history_detail": Open(path={**PAGE, "workflow_state_id": "review"}),
    "wagtailadmin_pages:revisions_unschedule": Open(PUBLISHING, {**PAGE, "revision_id": "revision"}),
    "wagtailadmin_pages:unpublish": Open(PUBLISHING, PAGE),
    # Ours: what is to be looked at again, shared texts, bundles.
    "editing:overdue": Open(),
    "editing:shared": Open(),
    "editing:bundles": Open(),
    "editing:bundle_add": Open(sent={"pages": "page"}),
    "editing:bundle": Open(path=BUNDLE),
    "editing:bundle_edit": Open(path=BUNDLE, sent={"pages": "page"}),
    "editing:bundle_approve": Open(PUBLISHING, BUNDLE),
    "editing:bundle_withdraw": Open(PUBLISHING, BUNDLE),
    # Moving and deleting.
    "wagtailadmin_pages:delete": Open(ADMINISTERING, INNER),
    "wagtailadmin_pages:move": Open(ADMINISTERING, {"page_to_move_id": "inner page"}),
    "wagtailadmin_pages:move_confirm": Open(ADMINISTERING, {"page_to_move_id": "inner page", "destination_id": "page"}),
    "wagtailadmin_pages:set_page_position": Open(ADMINISTERING, {"page_to_move_id": "inner page"}),
    # Links within texts.
    "wagtailadmin_choose_page": Open(),
    "wagtailadmin_choose_page_child": Open(path={"parent_page_id": "target"}),
    "wagtailadmin_choose_page_search": Open(),
    "wagtailadmin_choose_page_chosen_multiple": Open(sent={"id": "target"}),
    "wagtailadmin_choose_page_external_link": Open(),
    "wagtailadmin_choose_page_email_link": Open(),
    "wagtailadmin_choose_page_phone_link": Open(),
    # Who else has a page open.
    "wagtailadmin_editing_sessions:ping": Open(
        path={"object_id": "page", "session_id": "editing"},
        only={"app_label": frozenset({"websites", "wagtailcore"})},
    ),
    "wagtailadmin_editing_sessions:release": Open(path={"session_id": "editing"}),
    # Pictures.
    "wagtailimages:index": Open(),
    "wagtailimages:index_results": Open(),
    "wagtailimages:add": Open(),
    "wagtailimages:edit": Open(path={"image_id": "image"}),
    "wagtailimages:delete": Open(ADMINISTERING, {"image_id": "image"}),
    "wagtailimages:add_multiple": Open(),
    "wagtailimages:edit_multiple": Open(path={"image_id": "image"}),
    "wagtailimages:create_multiple_from_uploaded_image": Open(path={"uploaded_file_id": "upload"}),
    "wagtailimages:delete_multiple": Open(ADMINISTERING, {"image_id": "image"}),
    "wagtailimages:delete_upload_multiple": Open(path={"uploaded_file_id": "upload"}),
    "wagtailimages_chooser:choose": Open(),
    "wagtailimages_chooser:choose_results": Open(),
    "wagtailimages_chooser:chosen": Open(path={"pk": "image"}),
    "wagtailimages_chooser:chosen_multiple": Open(sent={"id": "image"}),
    "wagtailimages_chooser:create": Open(),
    "wagtailimages_chooser:select_format": Open(path={"image_id": "image"}),
    # Files.
    "wagtaildocs:index": Open(),
    "wagtaildocs:index_results": Open(),
    "wagtaildocs:add": Open(),
    "wagtaildocs:edit": Open(path={"document_id": "document"}),
    "wagtaildocs:delete": Open(ADMINISTERING, {"document_id": "document"}),
    "wagtaildocs:add_multiple": Open(),
    "wagtaildocs:edit_multiple": Open(path={"doc_id": "document"}),
    "wagtaildocs:create_multiple_from_uploaded_document": Open(path={"uploaded_file_id": "upload"}),
    "wagtaildocs:delete_multiple": Open(ADMINISTERING, {"doc_id": "document"}),
    "wagtaildocs:delete_upload_multiple": Open(path={"uploaded_file_id": "upload"}),
    "wagtaildocs_chooser:choose": Open(),
    "wagtaildocs_chooser:choose_results": Open(),
    "wagtaildocs_chooser:chosen": Open(path={"pk": "document"}),
    "wagtaildocs_chooser:chosen_multiple": Open(sent={"id": "document"}),
    "wagtaildocs_chooser:create": Open(),
}
"""By the name that Wagtail gives, with its namespace; those of "editing" are ours. Each was read; closed to all:

sign-in, passwords and profiles (ours are `accounts`), people, groups, locales, workflows and their steps, reports, the
history of the whole tree, privacy and locks of pages, aliases, tags (of all websites alike), usage (it names pages of
all websites), actions on many objects, collections, previews of blocks, the API.
"""
