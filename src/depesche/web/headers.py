"""Headers that every answer carries: what a browser may load, guess and tell others about this page.

In: answers of all routes. Out: the same with the headers that they don't set themselves. Never: an inline script or
style that runs, a frame around a page that didn't ask for one, another site's file.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from depesche.settings import Settings

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""The Content-Security-Policy of a page that asks for nothing special."""


def policy(**directives: str) -> str:
    """POLICY with these directives instead: policy(frame_ancestors="*") is a page that others may embed."""
    named = {name.replace("_", "-"): value for name, value in directives.items()}
    return "; ".join(f"{name} {value}" for name, value in {**POLICY, **named}.items())


DEFAULTS = {
    "content-security-policy": policy(),
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}


class Headers:
    """ASGI middleware. An answer that has one of DEFAULTS already keeps its own."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._defaults = DEFAULTS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer with its headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._defaults.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
