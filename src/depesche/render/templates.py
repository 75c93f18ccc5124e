"""The one way from a template to markup, for the readers' pages and the desk alike.

In: the name of a file in templates/, a language, values. Out: Markup. Values are escaped unless a module of render
made them Markup; a name that isn't given is an error, not an empty place. `_` and {% trans %} translate, `static`
gives a file's address, `base` is the path under which Depesche lives ("" or "/live").
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from depesche.render import assets, counted
from depesche.render.i18n import direction, spoken, translator

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
"""Characters that no HTML document may hold (HTML Standard, 13.2.3.5), or that can't be sent at all."""


def render(name: str, language: str, /, **values: Any) -> Markup:
    """The template filled in, in the interface language for this tag."""
    text = environment(spoken(language)).get_template(name).render(values)
    return Markup(_UNFIT.sub("\ufffd", text))  # noqa: S704  # the template escaped what it was given


def ready(language: str) -> None:
    """Compile every template in the interface language for this tag, so that no page has to wait for it."""
    made = environment(spoken(language))
    for name in made.list_templates():
        made.get_template(name)


@cache
def environment(language: str) -> Environment:
    """Jinja for one interface language; strict, escaping, with the translator of that language."""
    made = Environment(
        loader=PackageLoader("depesche", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # a release laid over a running process must not mix with it
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    words = translator(language)
    made.install_gettext_callables(  # type: ignore[attr-defined]  # what the extension i18n adds
        words.gettext, words.ngettext, newstyle=True, pgettext=words.pgettext, npgettext=words.npgettext
    )
    made.globals["static"] = _static
    made.filters["direction"] = direction
    made.filters["day"] = lambda date: counted.day(date, language)
    return made


@pass_context
def _static(context: Context, name: str) -> str:
    base: str = context.get("base", "")
    return base + assets.path(name)
