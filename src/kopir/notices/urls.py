"""The addresses of inbox and deliveries."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("inbox/", views.show_inbox, name="inbox"),
    path("inbox/<int:message_id>/", views.show_message, name="message"),
    path("inbox/<int:message_id>/read/", views.mark_read, name="mark_read"),
    path("inbox/read/", views.mark_all_read, name="mark_all_read"),
    path("inbox/phone/", views.edit_phone, name="phone"),
    path("manage/deliveries/", views.list_deliveries, name="deliveries"),
]
