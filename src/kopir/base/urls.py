"""The addresses of the operator's page of jobs."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "base"
urlpatterns = [
    path("manage/jobs/", views.list_jobs, name="jobs"),
    path("manage/jobs/<int:job_id>/rerun/", views.rerun_job, name="rerun_job"),
]
