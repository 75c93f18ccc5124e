"""German wire copy: constructions of news that word order alone doesn't tell, each with who says what."""

from __future__ import annotations

import pytest

from depesche import reading
from depesche.words.copy import Statement


def read(text: str) -> tuple[Statement, ...]:
    """The statements of a text."""
    return reading.read(text, language="de").statements


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        ("Die Brücke ist frei, sagte Meier der Agentur AP.", ("AP", "Meier")),
        ("Die Brücke ist frei, sagte Amtschefin Karla Meier der Zeitung „Tagblatt“.", ("„Tagblatt“", "Karla Meier")),
        ("Die Brücke ist frei, sagten Vertreter der Agentur AP.", ("AP",)),
        ("„Es sind 20 gefallen“, zitierte die Agentur Yonhap den Minister Lee Hun.", ("Yonhap", "Lee Hun")),
        (
            "Tass zitierte den Führer der Gruppe „Mitte“, General Iwan Beck, mit den Worten, man sei da.",
            ("Tass", "Iwan Beck"),
        ),
        ("„Das ist ein Geschäft“, so der Politologe Anton Beck von der Universität Graz.", ("Anton Beck",)),
    ],
)
def test_whom_somebody_tells_or_quotes_is_not_who_says_it(text: str, chain: tuple[str, ...]) -> None:
    (found,) = read(text)
    assert tuple(hop.name for hop in found.chain) == chain


def test_whom_an_outlet_quotes_may_be_a_pronoun() -> None:
    before = "In der Mitteilung von Yonhap kommt Iwan Beck selbst zu Wort."
    (found,) = read(f"{before} Die Agentur zitiert ihn mit den Worten, man sei da.")
    assert tuple(hop.name for hop in found.chain) == ("Yonhap", "Iwan Beck")


def test_a_pronoun_stands_for_an_unnamed_speaker_who_is_nearer_than_a_named_one() -> None:
    text = "Anton Beck sagte, es sei spät. Ein Sprecher der Nato sagte, man sei da. Der Plan sei gut, sagte er."
    assert read(text)[-1].name == "Ein Sprecher der Nato"


def test_the_agency_is_the_one_that_was_named() -> None:
    text = "Kim kündigte laut KCNA an, es werde gebaut. Der Einsatz ist der Agentur zufolge beendet."
    assert read(text)[-1].name == "KCNA"
    assert read("Der Einsatz ist der Agentur zufolge beendet.")[-1].name == "der Agentur"


OUTLETS = ["Reuters", "dpa", "AFP", "AP", "epd", "KNA", "TASS", "Axios", "CBS", "Interfax", "Times", "ntv", "taz"]


@pytest.mark.parametrize("outlet", OUTLETS)
@pytest.mark.parametrize(
    "text",
    [
        "Nach Angaben von {} ist die Brücke gesperrt.",
        "Nach Angaben der {} ist die Brücke gesperrt.",
        "Die Brücke ist nach Informationen von {} vom Montag gesperrt.",
        "Laut einem Bericht von {} ist die Brücke gesperrt.",
        "Nach Angaben der Agentur {} ist die Brücke gesperrt.",
        "{} zufolge ist die Brücke gesperrt.",
        "{} meldete, die Brücke sei gesperrt.",
        "Die Brücke sei gesperrt, berichtete die {}.",
        "Der Minister sagte der {}, die Brücke sei gesperrt.",
    ],
)
def test_an_outlet_is_called_as_it_is_written(text: str, outlet: str) -> None:
    assert read(text.format(outlet))[0].chain[0].name == outlet


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("von Jens Peters", "Jens Peters"),
        ("von Siemens", "Siemens"),
        ("der New York Times", "New York Times"),
        ("des Portals Fox News", "Fox News"),
        ("des Generals Peters", "Peters"),
        ("des Ministers Beck", "Beck"),
        ("des Kremls", "Kreml"),
        ("des Weißen Hauses", "Weißen Haus"),
        ("Moskaus", "Moskau"),
        ("Wladimir Becks", "Wladimir Beck"),
        ("von Reuters und der BBC", "Reuters und der BBC"),
    ],
)
def test_only_an_owner_in_the_genitive_loses_its_s(owner: str, name: str) -> None:
    assert [each.name for each in read(f"Nach Angaben {owner} ist die Brücke gesperrt.")] == [name]


def test_the_agency_that_reports_is_not_the_one_that_it_relies_on() -> None:
    assert read("Unter Berufung auf Reuters meldete der Sender, die Brücke sei gesperrt.")[0].name == "der Sender"


def test_bis_with_a_time_opens_no_subordinate_clause() -> None:
    text = "Bis Jahresende sollen dort 300 Menschen arbeiten, sagte Meier."
    (found,) = read(text)
    assert (text[slice(*found.spans[0])], found.name) == ("Bis Jahresende sollen dort 300 Menschen arbeiten", "Meier")


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("Ein Beamter, der nicht genannt werden wollte, sagte, man beobachte die Lage.", False),
        ("Ein Beamter, der kaum schlief, wollte nicht bestätigen, dass die Stadt gefallen ist.", True),
    ],
)
def test_a_relative_clause_of_the_speaker_negates_nothing(text: str, negated: bool) -> None:
    assert [each.negated for each in read(text)] == [negated]


@pytest.mark.parametrize("word", ["Demnach", "Demzufolge"])
def test_demnach_looks_back_and_is_nobodys_name(word: str) -> None:
    *_, found = read(f"Die Lage sei ruhig, teilte der Rat mit. {word} kamen 300 Menschen.")
    assert found.name == "der Rat"
    (alone,) = read(f"{word} kamen 300 Menschen.")
    assert alone.name == ""


def test_what_somebody_leaves_open_before_the_verb_is_a_figure_not_given() -> None:
    (found,) = read("Wie viele Menschen starben, sagte der Sprecher der Stadt nicht.")
    assert (found.act, found.name) == ("gives_no_figure", "der Sprecher der Stadt")


@pytest.mark.parametrize(
    "text",
    [
        "Die Regierung äußerte sich zunächst nicht.",
        "Das Ministerium wollte sich zu dem Bericht nicht äußern.",
        "Der Sprecher wollte den Bericht nicht kommentieren.",
    ],
)
def test_who_says_nothing_is_reported_as_silent(text: str) -> None:
    (found,) = read(text)
    assert (found.form, found.act) == ("Reported", "no_comment")


@pytest.mark.parametrize(
    ("text", "form", "act", "negated"),
    [
        ("Ein Sprecher wollte nicht bestätigen, dass die Stadt gefallen ist.", "Indirect", "confirm", True),
        ("Ein Sprecher konnte den Angriff nicht bestätigen.", "Reported", "confirm", True),
        ("Ein Sprecher konnte nicht sagen, wie viele Menschen starben.", "Indirect", "gives_no_figure", False),
        ("Ein Sprecher wollte nicht, dass die Stadt geräumt wird.", "Indirect", "demand", True),
    ],
)
def test_who_will_not_or_can_not_say_it_demands_nothing(text: str, form: str, act: str, negated: bool) -> None:
    (found,) = read(text)
    assert (found.form, found.act, found.negated) == (form, act, negated)


def test_a_denial_before_a_quotation_of_a_document_stays_a_denial() -> None:
    denied, quoted = read("Die Armee wies den Bericht zurück: „Wir halten die Stadt“, hieß es in einer Mitteilung.")
    assert (denied.form, denied.act, denied.name) == ("Reported", "deny", "Die Armee")
    assert quoted.form == "Direct"
