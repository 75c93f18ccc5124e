"""The interface in German and English: catalogues (.po) become translators with gettext's usual methods.

In: locale/{language}/LC_MESSAGES/*.po, one file for each part of the program, read when first asked for. Out: a
translator for a language tag. English is the language of the msgids and needs no file. Never: a compiled catalogue in
the repository, or a page that fails because a sentence has no translation.
"""

from __future__ import annotations

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.core import get_global
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent.parent / "locale"
LANGUAGES = ("de", "en")
"""The languages that the interface speaks; stories may be in any."""
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ku", "ps", "sd", "ug", "ur", "yi"})
"""Languages that are mostly written from right to left (CLDR character order)."""


def spoken(tag: str) -> str:
    """The interface language for a BCP 47 tag: "de" for "de-AT", "en" for what the interface doesn't speak."""
    primary = tag.partition("-")[0].lower()
    return primary if primary in LANGUAGES else "en"


def direction(tag: str) -> str:
    """The base direction of a text in this language, as HTML's dir attribute wants it: "ltr" or "rtl"."""
    return "rtl" if tag.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def og_locale(tag: str) -> str:
    """The locale as Open Graph writes it ("de_DE"); a language without a territory gets its likeliest (CLDR)."""
    language, _, territory = tag.replace("_", "-").partition("-")
    likely = get_global("likely_subtags").get(language, language)
    return f"{language}_{(territory or likely.rpartition('_')[2]).upper()}"


@cache
def translator(tag: str) -> NullTranslations:
    """The translator of the interface language for this tag: gettext, ngettext, pgettext, npgettext."""
    files = sorted((LOCALE / spoken(tag) / "LC_MESSAGES").glob("*.po"))
    if not files:
        return NullTranslations()
    first, *others = [_compiled(file) for file in files]
    for each in others:
        first.add_fallback(each)
    return first


def catalogue(file: Path) -> Catalog:
    """The messages of one .po file. Raises babel's PoFileError where it is malformed."""
    with file.open("rb") as lines:
        return read_po(lines, locale=file.parent.parent.name, abort_invalid=True)


def _compiled(file: Path) -> GNUTranslations:
    machine_form = io.BytesIO()
    write_mo(machine_form, catalogue(file))
    machine_form.seek(0)
    return GNUTranslations(machine_form)
