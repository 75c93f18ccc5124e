"""What an operator can set: a TOML file and DEPESCHE_* of the environment become one frozen Settings.

In: the environment and, if there is one, a file; the environment wins. Out: Settings, or SettingsError that names the
place and says what to write there. Every field carries a sentence, which `depesche doctor` and the documents show.
Never: a secret in a file that this module writes (it writes none), or a wrong value that is quietly replaced.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import quote
from zoneinfo import available_timezones

import msgspec
from msgspec import Meta, Struct

PREFIX = "DEPESCHE_"
LLM_KEY = "DEPESCHE_LLM_KEY"
"""Where the key of a language model's endpoint stands. No field, so that no file holds it and nothing shows it."""
NOT_SETTINGS = frozenset({"DEPESCHE_CONFIG", "DEPESCHE_CHROMIUM", LLM_KEY})
"""Names of the environment that are ours but no fields: where the file is, the browser of the tests, a secret."""


def zones() -> frozenset[str]:
    """The time zones that mean the same everywhere, IANA names: neither this machine's own nor the placeholder."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


SECRETS = frozenset({"database", "replica", "bus"})
"""Fields that are addresses which may have a password in them: they are never shown whole."""

_Count = Annotated[int, Meta(ge=1)]


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that can be set. Sizes are bytes, times seconds unless the name says otherwise."""

    folder: Annotated[Path, Meta(description="Where the database and the pictures lie.")] = Path("var")
    database: Annotated[
        str, Meta(description="The journal's database as an SQLAlchemy URL; empty: depesche.db in the folder.")
    ] = ""
    replica: Annotated[
        str,
        Meta(
            description="A read replica of a PostgreSQL database, as a URL: readers' pages and streams are read there "
            "where it is far enough. Empty: none."
        ),
    ] = ""
    bus: Annotated[
        str,
        Meta(
            description="What rings when a story has changed: memory serves the processes of one machine; postgres (by "
            "the journal's database) and nats://host:4222 serve several machines.",
        ),
    ] = "memory"
    host: Annotated[str, Meta(description="The address to listen on; 0.0.0.0 for all.", min_length=1)] = "127.0.0.1"
    port: Annotated[int, Meta(description="The port to listen on; 0 lets the system choose.", ge=0, le=65535)] = 8000
    workers: Annotated[
        int,
        Meta(
            description="Processes that share the port and the work; one for each core, if readers are many.",
            ge=1,
            le=64,
        ),
    ] = 1
    url: Annotated[
        str, Meta(description="The public address, such as https://live.example.org; empty: taken from each request.")
    ] = ""
    base_path: Annotated[
        str, Meta(description="The path under which Depesche lives on a publisher's site, such as /live; empty: none.")
    ] = ""
    trusted_proxies: Annotated[
        tuple[str, ...],
        Meta(description="Addresses or networks whose X-Forwarded-For and -Proto are believed, with commas between."),
    ] = ("127.0.0.1", "::1")
    publisher: Annotated[str, Meta(description="The name that readers see as publisher and author.", min_length=1)] = (
        "Redaktion"
    )
    imprint_url: Annotated[str, Meta(description="Where the imprint is (in Germany the law asks for one).")] = ""
    privacy_url: Annotated[str, Meta(description="Where the privacy notice is.")] = ""
    language: Annotated[
        Literal["de", "en"], Meta(description="The language of new stories and of pages that belong to none.")
    ] = "de"
    zone: Annotated[str, Meta(description="The time zone of new stories, an IANA name.")] = "Europe/Berlin"
    page_size: Annotated[int, Meta(description="Posts on a page of a story.", ge=5, le=100)] = 20
    poll_seconds: Annotated[
        int, Meta(description="How often a reader without a stream asks for changes.", ge=1, le=300)
    ] = 5
    purge: Annotated[
        tuple[str, ...],
        Meta(
            description="Addresses at which caches are told to drop what shows a post that was corrected, retracted or "
            "expunged, with commas between: {path} is the page's path, {url} its whole address, quoted for a query, "
            "{story} the id that Cache-Tag names."
        ),
    ] = ()
    purge_method: Annotated[
        Literal["PURGE", "BAN", "POST", "DELETE"], Meta(description="How caches want to be told.")
    ] = "PURGE"
    max_streams: Annotated[
        _Count, Meta(description="Readers that this server keeps a stream for, its workers together; the others poll.")
    ] = 20_000
    max_body: Annotated[
        _Count, Meta(description="Most bytes of any other request: a form of the desk, JSON for the API.")
    ] = 1_500_000
    max_copy: Annotated[_Count, Meta(description="Most bytes of one piece of copy.")] = 2_000_000
    max_image: Annotated[_Count, Meta(description="Most bytes of one picture.")] = 20_000_000
    max_pixels: Annotated[_Count, Meta(description="Most pixels of one picture (width times height).")] = 40_000_000
    reader: Annotated[
        str, Meta(description="What finds statements: depesche (offline), llm, or the name of an installed reader.")
    ] = "depesche"
    llm_url: Annotated[
        str,
        Meta(
            description="The endpoint of the reader llm (OpenAI-compatible), such as http://127.0.0.1:8080/v1. "
            "Copy is sent there. Its key, if it needs one, stands in DEPESCHE_LLM_KEY of the environment only."
        ),
    ] = ""
    llm_model: Annotated[str, Meta(description="The model that the endpoint is asked for.")] = ""
    llm_seconds: Annotated[
        int, Meta(description="How long the endpoint may take for a text, before depesche reads it.", ge=1, le=300)
    ] = 20
    request_seconds: Annotated[
        int, Meta(description="How long a request may wait for its next bytes or its answer.", ge=1, le=600)
    ] = 30
    checkpoint_minutes: Annotated[
        int,
        Meta(
            description="Minutes between signed checkpoints of stories that went on; 0: only when one is closed.",
            ge=0,
            le=10_080,
        ),
    ] = 0
    session_hours: Annotated[int, Meta(description="Hours without a click after which the desk logs out.", ge=1)] = 12
    cookie_secure: Annotated[
        Literal["auto", "yes", "no"],
        Meta(description="Send the desk's cookie by HTTPS only: yes, no, or auto: when the request came by HTTPS."),
    ] = "auto"
    log: Annotated[
        Literal["auto", "text", "json"],
        Meta(description="The form of the log: text, JSON lines, or auto, which is text on a terminal."),
    ] = "auto"

    def __post_init__(self) -> None:
        """Refuse what a type can't tell. Raises ValueError ("field: why"), which load turns into a SettingsError."""
        if self.base_path and not re.fullmatch(r"(?:/[A-Za-z0-9._~-]+)+", self.base_path):
            raise ValueError("base_path: begins with a slash and doesn't end with one, as in /live")
        for name in ("url", "imprint_url", "privacy_url"):
            if getattr(self, name) and not re.fullmatch(r"https?://[^\s/\"'<>]+[^\s\"'<>]*", getattr(self, name)):
                raise ValueError(f"{name}: isn't a full address such as https://live.example.org")
        if self.llm_url and not re.fullmatch(r"https?://[^\s/\"'<>@?#]+(/[^\s\"'<>@?#]*)?", self.llm_url):
            raise ValueError("llm_url: isn't an address such as http://127.0.0.1:8080/v1, without a name or password")
        if self.reader == "llm" and not (self.llm_url and self.llm_model):
            raise ValueError("reader: llm also needs llm_url and llm_model")
        if not re.fullmatch(r"memory|postgres|(?:nats|tls)://\S+", self.bus):
            raise ValueError("bus: there is no such bus; use memory, postgres, or nats://host:4222")
        if self.zone not in zones():
            raise ValueError("zone: no such time zone; use an IANA name such as Europe/Berlin")
        if self.max_body > self.max_copy:
            raise ValueError(f"max_body: is more than max_copy ({self.max_copy})")
        for each in self.purge:
            if not re.fullmatch(r"https?://[^\s/{}\"'<>@]+[^\s\"'<>@]*\{(?:path|url|story)\}[^\s\"'<>]*", each):
                raise ValueError(
                    "purge: isn't an address with {path}, {url} or {story}, as in http://127.0.0.1:6081{path}"
                )
        if any("{url}" in each for each in self.purge) and not self.url:
            raise ValueError("purge: {url} also needs the setting url")
        for each in self.trusted_proxies:
            if not _is_network(each):
                raise ValueError(f"trusted_proxies: “{each}” is no address and no network")

    @property
    def journal_url(self) -> str:
        """The database as an SQLAlchemy URL."""
        return self.database or f"sqlite:///{quote(str((self.folder / 'depesche.db').absolute()))}"

    @property
    def public_url(self) -> str:
        """The public address with the base path and without a slash at the end, or "" when requests tell it."""
        return self.url.rstrip("/") + self.base_path if self.url else ""


class SettingsError(ValueError):
    """A setting that can't be: the message says where it stands, what is wrong and what would be right."""


def load(env: Mapping[str, str], file: Path | None = None) -> Settings:
    """The settings of this environment and this TOML file. Raises SettingsError."""
    values = _of_file(file) if file is not None else {}
    named = {name: f"{PREFIX}{name.upper()}" for name in Settings.__struct_fields__}
    for name, variable in named.items():
        if variable in env:
            values[name] = _of_text(name, env[variable])
    try:
        return msgspec.convert(values, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise SettingsError(_explain(str(error), env, file)) from error


def unknown(env: Mapping[str, str]) -> list[str]:
    """Names in the environment that look like settings and are none: typing errors, most likely."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.__struct_fields__} | NOT_SETTINGS
    return sorted(name for name in env if name.startswith(PREFIX) and name not in known)


def without_passwords(address: str) -> str:
    """An address, or several with commas between, as it may be shown."""
    hidden = re.sub(r"(?<=//)[^@\s]*@", _without_password, address)
    return re.sub(r"(?i)(password=)[^&\s]*", r"\1***", hidden)


def sentences() -> dict[str, str]:
    """What each setting is for, by its name."""
    hints = get_type_hints(Settings, include_extras=True)
    return {name: _description(hints[name]) for name in Settings.__struct_fields__}


def _description(hint: Any) -> str:
    notes = [each.description for each in hint.__metadata__ if isinstance(each, Meta) and each.description]
    return " ".join(notes)


def _of_file(file: Path) -> dict[str, Any]:
    try:
        text = file.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: can't be read ({error})") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: isn't TOML ({error})") from error


def _of_text(name: str, value: str) -> str | list[str]:
    hint = get_type_hints(Settings)[name]
    if get_origin(hint) is tuple:
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _without_password(found: re.Match[str]) -> str:
    name, colon, _ = found[0].removesuffix("@").partition(":")
    return f"{name}:***@" if colon else found[0]


def _path(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str) and value:
        return Path(value).expanduser()
    raise ValueError("expected the path of a folder")


def _is_network(address: str) -> bool:
    try:
        ipaddress.ip_network(address, strict=False)
    except ValueError:
        return False
    return True


def _explain(message: str, env: Mapping[str, str], file: Path | None) -> str:
    """Turn msgspec's "... - at `$.port`", or our "port: ...", into the place where an operator wrote it."""
    text, _, where = message.partition(" - at `$.")
    name = re.split(r"[`\[]", where)[0]
    if not name and text.partition(": ")[0] in Settings.__struct_fields__:
        name, _, text = text.partition(": ")
    if not name:
        return f"{file}: {text[:1].lower()}{text[1:]}; `depesche doctor` lists the settings"
    variable = f"{PREFIX}{name.upper()}"
    said = env.get(variable, "")
    said = without_passwords(said) if name in SECRETS else said
    place = f"{variable}={said}" if variable in env else f"{file}: {name}"
    hint = get_type_hints(Settings)[name]
    choices = f" (one of: {', '.join(get_args(hint))})" if get_origin(hint) is Literal else ""
    return f"{place}: {text[:1].lower()}{text[1:]}{choices}. {sentences()[name]}"
