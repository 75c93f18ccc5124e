"""What an operator writes becomes Settings, or a sentence that names the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from depesche import settings
from depesche.journal.log import Journal
from depesche.settings import Settings, SettingsError, load


def write(folder: Path, text: str) -> Path:
    file = folder / "depesche.toml"
    file.write_text(text)
    return file


def test_without_anything_the_defaults_hold() -> None:
    chosen = load({})
    assert chosen == Settings()
    assert chosen.journal_url == f"sqlite:///{Path('var').absolute()}/depesche.db"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, 'publisher = "Tagblatt"\nport = 8100\npage_size = 30\n')
    chosen = load({"DEPESCHE_PORT": "8200", "PATH": "/bin"}, file)
    assert (chosen.publisher, chosen.port, chosen.page_size) == ("Tagblatt", 8200, 30)


def test_proxies_are_a_list_with_commas_in_the_environment() -> None:
    assert load({"DEPESCHE_TRUSTED_PROXIES": "10.0.0.0/8, ::1"}).trusted_proxies == ("10.0.0.0/8", "::1")
    assert load({"DEPESCHE_TRUSTED_PROXIES": ""}).trusted_proxies == ()


def test_the_public_address_ends_with_the_base_path() -> None:
    assert load({"DEPESCHE_URL": "https://example.org/", "DEPESCHE_BASE_PATH": "/live"}).public_url == (
        "https://example.org/live"
    )
    assert load({"DEPESCHE_BASE_PATH": "/live"}).public_url == ""


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "eighty", "DEPESCHE_PORT=eighty: expected `int`"),
        ("PORT", "70000", "<= 65535"),
        ("PAGE_SIZE", "0", ">= 5"),
        ("ZONE", "Mars/Olympus", "IANA name such as Europe/Berlin"),
        ("LANGUAGE", "fr", "one of: de, en"),
        ("BUS", "redis://127.0.0.1", "use memory, postgres, or nats://host:4222"),
        ("FOLDER", "", "the path of a folder"),
        ("BASE_PATH", "live/", "begins with a slash"),
        ("URL", "example.org", "full address"),
        ("IMPRINT_URL", "javascript:alert(1)", "full address"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, proxy", "“proxy” is no address"),
        ("MAX_BODY", "3000000", "more than max_copy"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({f"DEPESCHE_{name}": value})
    assert str(caught.value).startswith(f"DEPESCHE_{name}={value}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("port = 'x'", "port: expected `int`"),
        ("prot = 8000", "unknown field `prot`"),
        ("port = ", "isn't TOML"),
        ("trusted_proxies = [1]", "trusted_proxies: expected `str`"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, says: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load({}, file)
    assert str(caught.value).startswith(f"{file}: ")
    assert says in str(caught.value)


def test_a_file_that_cant_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing\.toml: can't be read"):
        load({}, tmp_path / "missing.toml")


def test_a_typing_error_in_the_environment_is_noticed() -> None:
    names = {"DEPESCHE_PUBLISHR": "x", "DEPESCHE_PORT": "1", "DEPESCHE_CONFIG": "x", "HOME": "/"}
    assert settings.unknown(names) == ["DEPESCHE_PUBLISHR"]


def test_every_setting_has_a_sentence() -> None:
    told = settings.sentences()
    assert list(told) == list(Settings.__struct_fields__)
    assert [name for name, sentence in told.items() if not sentence.endswith(".")] == []


def test_a_folder_of_any_name_holds_the_journal_itself(tmp_path: Path) -> None:
    folder = tmp_path / "a %41?b ü"
    Journal.open(Settings(folder=folder).journal_url).close()
    assert (folder / "depesche.db").is_file()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://ada:swordfish@db/x", "postgresql://ada:***@db/x"),
        ("postgresql://ada:sw/ord?f#ish@db/x", "postgresql://ada:***@db/x"),
        (
            "postgresql://ada@db/x?password=swordfish&connect_timeout=3",
            "postgresql://ada@db/x?password=***&connect_timeout=3",
        ),
        ("nats://a:swordfish@one:4222,nats://b:swordfish@two:4222", "nats://a:***@one:4222,nats://b:***@two:4222"),
        ("sqlite:///var/depesche.db", "sqlite:///var/depesche.db"),
    ],
)
def test_no_password_is_shown(address: str, shown: str) -> None:
    assert settings.without_passwords(address) == shown
    with pytest.raises(SettingsError) as error:
        load({"DEPESCHE_BUS": f"rabbit{address}"})
    assert "swordfish" not in str(error.value)
