"""Websites, their pages by type, their pictures and files."""

from kopir.websites.models.base import LanguageRoot, SitePage, SitePageQuerySet
from kopir.websites.models.bundle import Bundle, BundlePage, BundleState
from kopir.websites.models.dictionary import FixedWord
from kopir.websites.models.kinds import PAGES, Listing, list_listed, list_types
from kopir.websites.models.media import MediaUse, SiteDocument, SiteImage, SiteRendition
from kopir.websites.models.pages import (
    ContactsPage,
    DocumentPage,
    DocumentState,
    HomePage,
    NewsPage,
    PersonPage,
    SectionPage,
)
from kopir.websites.models.reminder import Reminder
from kopir.websites.models.review import ReviewTask
from kopir.websites.models.types.answers import QuestionPage, ServicePage, VideoPage
from kopir.websites.models.types.data import DatasetPage
from kopir.websites.models.types.events import EventPage
from kopir.websites.models.types.news import PressReleasePage
from kopir.websites.models.types.offers import TenderPage, VacancyPage
from kopir.websites.models.types.shared import SharedPage, SharedUse, SharedWith
from kopir.websites.models.types.structure import DivisionPage
from kopir.websites.models.types.work import BudgetPage, ProjectPage
from kopir.websites.models.version import Version
from kopir.websites.models.website import FormerSlug, Redirect, Website, WebsiteState

__all__ = [
    "PAGES",
    "BudgetPage",
    "Bundle",
    "BundlePage",
    "BundleState",
    "ContactsPage",
    "DatasetPage",
    "DivisionPage",
    "DocumentPage",
    "DocumentState",
    "EventPage",
    "FixedWord",
    "FormerSlug",
    "HomePage",
    "LanguageRoot",
    "Listing",
    "MediaUse",
    "NewsPage",
    "PersonPage",
    "PressReleasePage",
    "ProjectPage",
    "QuestionPage",
    "Redirect",
    "Reminder",
    "ReviewTask",
    "SectionPage",
    "ServicePage",
    "SharedPage",
    "SharedUse",
    "SharedWith",
    "SiteDocument",
    "SiteImage",
    "SitePage",
    "SitePageQuerySet",
    "SiteRendition",
    "TenderPage",
    "VacancyPage",
    "Version",
    "VideoPage",
    "Website",
    "WebsiteState",
    "list_listed",
    "list_types",
]
