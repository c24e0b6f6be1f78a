"""The REST API, mounted under `/api/v1`: one router a subject, listed here; it only grows.

Each route declares the right it needs (`needs`), errors become problems in one place (`problems`), and the reference
at `/api/v1/docs` is drawn from the OpenAPI description by our own small page. Handlers that reach the database are
plain functions: they run on threads.
"""

from importlib.metadata import version

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from core.errors import PortalError
from portal.api import (
    accounts,
    analysis,
    circuits,
    course,
    documents,
    entries,
    formats,
    frames,
    history,
    incident_life,
    integrity,
    links,
    marshal,
    penalties,
    penalty_life,
    people,
    presence,
    race_sessions,
    recordings,
    reference,
    reports,
    rules,
    serving,
    session_files,
)
from portal.api.problems import answer_bug, answer_http, answer_invalid, answer_portal_error

ROUTERS = (
    accounts.router,
    circuits.router,
    links.router,
    formats.router,
    recordings.router,
    analysis.router,
    frames.router,
    session_files.router,
    race_sessions.router,
    rules.router,
    entries.router,
    people.router,
    history.router,
    penalties.router,
    incident_life.router,
    penalty_life.router,
    course.router,
    integrity.router,
    serving.router,
    documents.router,
    reports.router,
    marshal.router,
    presence.router,
    reference.router,
)

api = reference.Api(
    title="Paddock",
    version=version("paddock"),
    servers=[{"url": "/api/v1"}],
    openapi_url=None,  # `reference` serves it, and the page that draws it, behind a right like every route
    exception_handlers={
        PortalError: answer_portal_error,
        RequestValidationError: answer_invalid,
        HTTPException: answer_http,
        Exception: answer_bug,
    },
)
for router in ROUTERS:
    api.include_router(router)
