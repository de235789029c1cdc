"""Assemble the console."""

from __future__ import annotations

from aiohttp import web

from gateway.console import guard
from gateway.console.console_settings import ConsoleSettings
from gateway.console.desk import Accounts, Desk
from gateway.console.moves import ask
from gateway.console.pages import case_pages, intake_pages, keys, near_misses, queue_pages, sign_in
from gateway.console.render import STATIC, Pages
from gateway.ports import Clock

MAX_POST_BYTES = 1 << 20


def create_console(desk: Desk, accounts: Accounts, settings: ConsoleSettings, clock: Clock) -> web.Application:
    """Return the console as an application. Serve it over TLS, without an access log."""
    application = web.Application(
        client_max_size=MAX_POST_BYTES,
        middlewares=[guard.headers, guard.errors, guard.own_posts_only, guard.signed_in_only],
    )
    application[guard.PARTS] = guard.Parts(desk, accounts, settings, clock, Pages())
    application.add_routes(
        [
            web.get(guard.SIGN_IN, sign_in.show),
            web.post(guard.SIGN_IN, sign_in.sign_in),
            web.post("/sign-out", sign_in.sign_out),
            web.get("/", queue_pages.queue),
            web.get("/intakes", queue_pages.intakes),
            web.get("/cases", queue_pages.cases),
            web.get("/near-misses", near_misses.show),
            web.get("/keys", keys.show),
            web.post("/find", queue_pages.find),
            web.get("/intakes/{id}", intake_pages.show),
            web.get("/intakes/{id}/original", intake_pages.ask_for_original),
            web.post("/intakes/{id}/original", intake_pages.original),
            web.post("/intakes/{id}/inside", intake_pages.inside),
            web.post("/intakes/{id}/original-file", intake_pages.original_file),
            web.post("/intakes/{id}/release/unmasked", ask.ask_unmasked),
            web.get("/cases/{id}", case_pages.show),
            web.get("/dispatches/{id}", case_pages.show_dispatch),
            *(
                route
                for what in ("intakes", "cases", "dispatches")
                for route in (
                    web.get(f"/{what}/{{id}}/{{move}}", ask.ask),
                    web.post(f"/{what}/{{id}}/{{move}}", ask.post),
                )
            ),
            web.static("/static/", STATIC),
        ]
    )
    return application
