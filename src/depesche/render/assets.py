"""The files that a browser needs beside a page, each under an address that changes with its bytes.

In: the folder static. Out: for "reader.css" the path /static/reader-1a2b3c4d.css and the bytes to send there. An
import between modules ("./draft.js") is rewritten to the other one's address, so that every file can be kept by
browsers for ever. Comments of scripts stay here, each leaves an empty line. Never: an address that names bytes other
than those it was made from.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import posixpath
import re
from functools import cache
from pathlib import Path

from msgspec import Struct

STATIC = Path(__file__).parent.parent / "static"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
_IMPORT = re.compile(r"""(?P<before>\b(?:from|import)\s*\(?\s*["'])(?P<path>\.{1,2}/[^"'\n]+\.js)(?P<after>["'])""")

_COMMENT = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
"""A line that is a comment. They are an eighth of what a reader's script weighs, and lines keep their numbers."""


class Asset(Struct, frozen=True):
    """One file: its hashed name below /static/, media type, bytes, and the same bytes in gzip when that is smaller."""

    name: str
    media_type: str
    body: bytes
    gzipped: bytes | None


def assets(folder: Path = STATIC) -> dict[str, Asset]:
    """All files of the folder by their plain name ("reader.css", "desk/draft.js"), read once."""
    return _read(folder)


def by_hashed_name(folder: Path = STATIC) -> dict[str, Asset]:
    """The same files by the name that stands in their address."""
    return _by_hashed_name(folder)


def path(name: str, folder: Path = STATIC) -> str:
    """The path of a file by its plain name. Raises KeyError when there is no such file."""
    return f"/static/{_read(folder)[name].name}"


@cache
def _read(folder: Path) -> dict[str, Asset]:
    made: dict[str, Asset] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            _make(file.relative_to(folder).as_posix(), folder, made, ())
    return made


@cache
def _by_hashed_name(folder: Path) -> dict[str, Asset]:
    return {asset.name: asset for asset in _read(folder).values()}


def _make(name: str, folder: Path, made: dict[str, Asset], above: tuple[str, ...]) -> Asset:
    if name in made:
        return made[name]
    if name in above:
        raise ValueError(f"static/{name} imports itself by way of {' > '.join(above)}")
    body = (folder / name).read_bytes()
    stem, suffix = posixpath.splitext(name)
    if suffix == ".js":
        body = _linked(_COMMENT.sub("", body.decode()), name, folder, made, (*above, name)).encode()
    digest = hashlib.blake2b(body, digest_size=4).hexdigest()
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    smaller = gzip.compress(body, 9, mtime=0)
    asset = Asset(f"{stem}-{digest}{suffix}", media_type, body, smaller if len(smaller) < len(body) else None)
    made[name] = asset
    return asset


def _linked(script: str, name: str, folder: Path, made: dict[str, Asset], above: tuple[str, ...]) -> str:
    here = posixpath.dirname(name)

    def relink(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(here, match["path"]))
        linked = posixpath.relpath(_make(target, folder, made, above).name, here or ".")
        return f"{match['before']}{linked if linked.startswith('.') else './' + linked}{match['after']}"

    return _IMPORT.sub(relink, script)
