"""What readers see of the ledger: the card, a claim's own page, marks in posts; in words, and nothing of the desk's."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from msgspec.structs import replace
from starlette.testclient import TestClient

from depesche.words.ledgercommands import (
    AcceptFigure,
    AcceptRelation,
    AmendClaim,
    AmendStatement,
    DropClaim,
    Judged,
    MergeClaims,
    NameParty,
    ProposeRefuted,
    RecordReply,
    RejectFigure,
    RejectRelation,
    RemoveReply,
    ResetFigure,
    SecondRefuted,
    SetStanding,
    UnlinkStatement,
    WithdrawStatement,
)
from depesche.words.parties import Chain, Party
from tests.web.audience import as_read, meta, one, parsed, part, structured, text
from tests.web.coverage import Coverage
from tests.web.ledger import SECOND, Ledger, number

# ---- The card ------------------------------------------------------------------------------------------------------


def test_an_empty_ledger_shows_nothing_at_all(reader: TestClient, ledger: Ledger) -> None:
    ledger.tell("Gerassimow meldet etwas.", "gerasimov")
    page = reader.get("/kursk").text
    assert part(parsed(page), "summary") == ""
    assert "/c/" not in page
    assert "Noch" not in part(parsed(page), "summary")


def test_the_card_says_what_is_contested_and_who_says_what(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    card = one(parsed(reader.get("/kursk").text), data_part="summary")
    assert text(card) == (
        "Das Wichtigste Was umstritten ist Umstritten Ist Kursk vollständig zurückerobert? "
        "Ja: Waleri Gerassimow Nein: Ukrainischer Generalstab Zum Teil: NIS "
        "Stand: 28. Apr., 12:31 · Beitrag vom 28. Apr., 12:26"
    )
    (line,) = card.iter("li")
    assert line[0].text == "Umstritten"  # the line leads with the standing
    assert [each.attrib["href"] for each in card.iter("a")] == [f"/kursk/c/{claim}", "/kursk/p/3"]


def test_the_card_gives_figures_with_their_sources_and_no_quotes(reader: TestClient, ledger: Ledger) -> None:
    ledger.losses()
    card = part(parsed(reader.get("/kursk").text), "summary")
    assert "600 (NIS, 30. Apr.) rund 2.700 (Wolodymyr Selenskyj, abgeleitet, 28. Apr.)" in card
    assert "%" not in card
    assert "Der NIS nennt" not in card


def test_the_ledger_joins_the_lines_that_an_editor_wrote(reader: TestClient, ledger: Ledger) -> None:
    ledger.kursk()
    ledger.news.summary(("Die Lage ist unklar.", (1,)))
    card = part(parsed(reader.get("/kursk").text), "summary")
    assert card.index("Die Lage ist unklar.") < card.index("Was umstritten ist")
    assert card.count("Das Wichtigste") == 1


def test_a_card_of_many_claims_is_short_and_leads_to_all_of_them(reader: TestClient, ledger: Ledger) -> None:
    for nth in range(60):
        ledger.ask(f"Frage {nth}?")
    card = one(parsed(reader.get("/kursk").text), data_part="summary")
    assert len(list(card.iter("li"))) == 3
    assert text(card).endswith("Alle 60 Fragen")
    first = reader.get("/kursk/c").text
    assert first.count("Frage ") == 50
    second = reader.get("/kursk/c?page=2").text
    assert second.count("Frage ") == 10
    assert reader.get("/kursk/c?page=3").status_code == 404
    assert reader.get("/kursk/c?page=x").status_code == 404
    for page in (first, second):
        parsed(page)


def test_a_story_without_claims_says_so_on_their_list(reader: TestClient, ledger: Ledger) -> None:
    assert "Bisher gibt es keine Fragen." in reader.get("/kursk/c").text


# ---- A claim's own page --------------------------------------------------------------------------------------------


def test_a_claims_page_tells_who_says_what_and_where_it_stood(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    page = reader.get(f"/kursk/c/{claim}").text
    words = as_read(page)
    assert "Ist Kursk vollständig zurückerobert?\nUmstritten Ja: Waleri Gerassimow Nein: " in words
    assert "Die einen sagen es, andere bestreiten es" in words
    assert re.search(r"Ja\nWaleri Gerassimow 28\. Apr\., 12:\d\d\nKursk sei vollständig zurückerobert", words)
    assert re.search(r"Nein\nUkrainischer Generalstab Widerspruch .*\nDie Kämpfe dauern an\.", words)
    judged = "ergibt sich aus den Aussagen; die Redaktion hat sie als Widerspruch eingeordnet"
    assert re.search(
        rf"Eine Quelle → Umstritten, {judged}\n.*Offen → Eine Quelle, ergibt sich aus den Aussagen\n", words
    )
    tree = parsed(page)
    assert [each.text for each in tree.iter("q")] == ["Die Kämpfe dauern an."]
    assert [[li.text for li in each.iter("li")] for each in tree.iter("details")] == [
        ["TASS", "Waleri Gerassimow"],
        ["Reuters", "Ukrainischer Generalstab"],
        ["Reuters", "Abgeordneter Lee", "NIS"],
    ]
    assert {each.attrib["href"] for each in one(tree, aria_labelledby="who").iter("a")} == {
        "/kursk/p/1",
        "/kursk/p/2",
        "/kursk/p/3",
    }


def test_the_figures_stand_side_by_side_with_a_picture(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.losses()
    tree = parsed(reader.get(f"/kursk/c/{claim}").text)
    section = next(each for each in tree.iter("section") if each.attrib.get("class") == "figures")
    assert section.find("p").text == (
        "Angaben zwischen 600 und rund 2.700 Getöteten (abgeleitet); von der Redaktion keine geprüft."
    )
    rows = [[text(cell) for cell in row] for row in section.iter("tr")]
    assert rows == [
        ["Angabe", "Wer", "Wann"],
        [
            "A 600",
            "NIS laut Reuters ← Abgeordneter Lee, indirekt; auch laut KBS",
            "30. Apr. 2025 mehr als zuvor: etwa 300 (13. Jan. 2025)",
        ],
        ["B rund 2.700 abgeleitet aus „rund zwei Drittel“", "Wolodymyr Selenskyj indirekt", "28. Apr. 2025"],
    ]
    (picture,) = (each for each in section.iter() if str(each.tag).endswith("}svg"))
    assert picture.attrib["role"] == "img"
    named = {each.attrib["id"]: text(each) for each in picture if str(each.tag).endswith(("}title", "}desc"))}
    assert set(picture.attrib["aria-labelledby"].split()) == set(named)
    assert all(named.values())
    assert not [each for each in picture.iter() if "style" in each.attrib]


def test_english_coverage_is_told_in_english(reader: TestClient, ledger: Ledger) -> None:
    ledger.news.open("front", "North Korean troops", language="en")
    ledger._next = 1
    claim = ledger.losses()
    words = as_read(reader.get(f"/front/c/{claim}").text)
    assert "Figures between 600 and about 2,700 killed (derived); none checked by us." in words
    assert "more than before: etwa 300 (Jan 13, 2025)" in words


def test_what_editors_set_is_told_with_line_and_evidence_and_without_reason(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    day = dt.date(2025, 4, 28)
    ledger.do(SetStanding(claim, "unverifiable", "geheimer Grund", line="Niemand kommt hin.", on=day))
    ledger.do(
        SetStanding(claim, "verified", "geheimer Grund", line="Wir waren dort.", evidence="https://example.org/beleg")
    )
    page = reader.get(f"/kursk/c/{claim}").text
    words = as_read(page)
    assert "Von uns geprüft Wir waren dort." in words
    assert "überprüfbar → Von uns geprüft, von der Redaktion festgelegt. Wir waren dort." in words
    assert "geheimer Grund" not in page
    assert one(parsed(page), href="https://example.org/beleg").attrib["rel"] == "noopener"
    assert "Was bekannt ist Von uns geprüft" in part(parsed(reader.get("/kursk").text), "summary")


def test_refuted_is_seen_when_a_second_editor_agrees(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    before = reader.get(f"/kursk/c/{claim}").text
    ledger.do(ProposeRefuted(claim, "geheim", "Satellitenbilder", "Die Stadt ist umkämpft."))
    assert as_read(reader.get(f"/kursk/c/{claim}").text) == as_read(before)
    ledger.do(SecondRefuted(claim), by=SECOND)
    words = as_read(reader.get(f"/kursk/c/{claim}").text)
    assert "Widerlegt Die Stadt ist umkämpft." in words
    assert "Beleg: Satellitenbilder" in words


def test_evidence_that_is_no_address_is_no_link(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    ledger.do(SetStanding(claim, "verified", "x", evidence="javascript:alert(1)"))
    page = reader.get(f"/kursk/c/{claim}").text
    assert 'href="javascript' not in page
    assert "Beleg: javascript:alert(1)" in as_read(page)


def test_replies_stand_word_for_word_until_they_are_removed(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    at = ledger.news.at
    ledger.do(RecordReply("Das Ministerium", "Das ist falsch.\n\nWir waren nie dort.", claim=claim))
    words = as_read(reader.get(f"/kursk/c/{claim}").text)
    assert "Gegendarstellungen im Wortlaut\nDas Ministerium\nDas ist falsch.\nWir waren nie dort." in words
    later = ledger.news.at
    ledger.do(RemoveReply(1))
    assert "Wir waren nie dort." not in reader.get(f"/kursk/c/{claim}").text
    assert "Wir waren nie dort." not in reader.get(f"/kursk/c/{claim}?asof={later}").text
    assert reader.get(f"/kursk/c/{claim}?asof={at}").status_code == 200


def test_what_was_taken_back_is_marked_and_no_longer_counts(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    ledger.do(WithdrawStatement(1, "root"))
    assert "Waleri Gerassimow zurückgenommen" in as_read(reader.get(f"/kursk/c/{claim}").text)
    assert "Gerassimow" not in part(parsed(reader.get("/kursk").text), "summary")


def test_whoever_was_misread_says_nothing_to_the_question(reader: TestClient, ledger: Ledger) -> None:
    twelve = ledger.tell(
        "Kowalski sprach von zwölf Toten.", "Kowalski", said="2025-04-30", figures=(number("zwölf", 12),)
    )
    forty = ledger.tell(
        "Die Feuerwehr nennt 40 Tote.", "Feuerwehr", cue="nennt", said="2025-04-30", figures=(number("40", 40),)
    )
    claim = ledger.ask("Wie viele starben?", "quantity", measure="killed")
    for each in (twelve, forty):
        ledger.link(claim, each, "figure", figure=Judged(0))
    at = ledger.news.at
    assert answer(reader, claim).startswith("Umstritten zwölf (Kowalski) 40 (Feuerwehr)")
    ledger.do(RejectFigure(forty, 0, "misread"))
    assert answer(reader, claim).startswith("Eine Quelle zwölf (Kowalski)")
    assert "Feuerwehr" not in reader.get(f"/kursk/c/{claim}").text
    assert not marked(reader, 2)
    ledger.do(ResetFigure(forty, 0))
    assert "Feuerwehr" in reader.get(f"/kursk/c/{claim}").text
    assert marked(reader, 2)
    ledger.do(RejectFigure(forty, 0, "misread"))
    ledger.do(RejectFigure(twelve, 0, "misread"))
    assert answer(reader, claim).startswith("Offen")
    ledger.do(AcceptFigure(forty, Judged(0)))
    assert answer(reader, claim).startswith("Eine Quelle 40 (Feuerwehr)")
    assert answer(reader, claim, at).startswith("Umstritten zwölf (Kowalski) 40 (Feuerwehr)")


def test_another_figure_of_the_same_statement_still_answers(reader: TestClient, ledger: Ledger) -> None:
    both = (number("40", 40), number("sieben", 7, measure="wounded"))
    said = ledger.tell("Die Feuerwehr nennt 40 Tote und sieben Verletzte.", "Feuerwehr", figures=both)
    killed = ledger.ask("Wie viele starben?", "quantity", measure="killed")
    wounded = ledger.ask("Wie viele wurden verletzt?", "quantity", measure="wounded")
    for claim in (killed, wounded):
        ledger.link(claim, said, "figure")
    ledger.do(RejectFigure(said, 0, "misread"))
    assert answer(reader, killed).startswith("Offen")
    assert answer(reader, wounded).startswith("Eine Quelle Das sagen: Feuerwehr")


def answer(reader: TestClient, claim: int, at: int | None = None) -> str:
    """What the claim's page says under its question."""
    page = as_read(reader.get(f"/kursk/c/{claim}" + (f"?asof={at}" if at else "")).text)
    return page.partition("?\n")[2]


def marked(reader: TestClient, post: int) -> bool:
    """Whether a word of the post leads to a claim."""
    shown = one(parsed(reader.get("/kursk").text), id=f"p{post}")
    return any(each.get("class") == "m" for each in shown.iter("a"))


def test_a_retracted_posts_words_are_gone_from_card_and_claim(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    at = ledger.news.at
    ledger.news.retract(2)
    for address in ("/kursk", f"/kursk/c/{claim}", "/kursk/c", f"/kursk/c/{claim}?asof={at}", f"/kursk?asof={at}"):
        page = reader.get(address).text
        assert "Die Kämpfe dauern an" not in page, address
        assert "Nein: Ukrainischer Generalstab" not in page, address


def test_suggestions_are_the_desks(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    said = ledger.tell("Ein Kommandeur spricht von Resten.", "commander", cue="spricht")
    ledger.link(claim, said, "partly", accepted=False)
    for address in (f"/kursk/c/{claim}", "/kursk/c"):
        assert "Alaudinow" not in reader.get(address).text
    assert not marked(reader, 4)
    ledger.link(claim, said, "partly", accepted=True)
    assert "Alaudinow" in reader.get(f"/kursk/c/{claim}").text
    assert marked(reader, 4)


def test_a_claim_that_became_another_leads_there_and_a_dropped_one_is_gone(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    other = ledger.ask("Ist die Region frei?")
    ledger.do(MergeClaims(other, claim))
    moved = reader.get(f"/kursk/c/{other}", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (308, f"/kursk/c/{claim}")
    ledger.do(DropClaim(claim))
    gone = reader.get(f"/kursk/c/{claim}")
    assert gone.status_code == 410
    assert "Diese Frage wird nicht mehr gestellt." in gone.text
    assert part(parsed(reader.get("/kursk").text), "summary") == ""
    for address in ("/kursk/c/99", f"/kursk/c/{10**30}", "/nirgends/c/1", "/nirgends/c"):
        assert reader.get(address).status_code == 404


def test_a_party_that_gets_another_name_has_it_everywhere(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    assert "Ukrainischer Generalstab" in reader.get(f"/kursk/c/{claim}").text
    ledger.do(NameParty(Party("staff", "armed_force", {"de": "Generalstab der Ukraine"}, "ukraine")))
    for address in (f"/kursk/c/{claim}", "/kursk"):
        assert "Generalstab der Ukraine" in reader.get(address).text


def test_a_claim_has_a_card_for_other_sites_and_structured_data(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    page = reader.get(f"/kursk/c/{claim}").text
    head = meta(page)
    assert head["og:title"] == "Ist Kursk vollständig zurückerobert?"
    assert head["og:description"].startswith("Umstritten. Ja: Waleri Gerassimow.")
    thing = structured(page)
    assert (thing["@type"], thing["creativeWorkStatus"]) == ("Claim", "Umstritten")
    quote = {each["creator"]["name"]: each for each in thing["appearance"]}["Ukrainischer Generalstab"]
    assert (quote["@type"], quote["text"]) == ("Quotation", "Die Kämpfe dauern an.")
    assert quote["isPartOf"]["@id"] == "https://live.example.org/kursk/p/2"
    assert "reviewRating" not in page


def test_the_list_of_corrections_has_structured_data(reader: TestClient, news: Coverage) -> None:
    (retracted, added) = structured(reader.get("/kursk/corrections").text)["correction"]
    assert added["@type"] == "CorrectionComment"
    assert added["text"] == "Ergänzung: Das Wort „entschieden“ fehlte."
    assert added["about"]["url"] == "https://live.example.org/kursk/p/2"
    assert "zurückgezogen" in retracted["text"]


def test_what_a_party_says_of_its_earlier_words_is_told(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    said = ledger.tell("Ein Kommandeur spricht von Resten.", "commander", cue="spricht")
    ledger.link(claim, said, "partly")
    ledger.do(AcceptRelation(said, 1, "qualifies"))
    ledger.do(RejectRelation(said, 2, "supports"))
    tree = parsed(reader.get(f"/kursk/c/{claim}").text)
    statement = text(one(tree, id=f"s{said}"))
    assert "schränkt ein, was Waleri Gerassimow sagte" in statement
    assert "stützt" not in statement
    assert one(tree, href="#s1").text == "schränkt ein, was Waleri Gerassimow sagte"


def test_claims_that_count_a_part_are_named_on_the_whole(reader: TestClient, ledger: Ledger) -> None:
    part_of = ledger.losses()
    whole = ledger.ask("Wie viele wurden getötet oder verwundet?", "quantity", measure="killed_or_wounded")
    section = one(parsed(reader.get(f"/kursk/c/{whole}").text), aria_labelledby="parts")
    assert text(section).startswith(
        "Davon Offen Wie viele nordkoreanische Soldaten wurden getötet? 600 (NIS, 30. Apr.)"
    )
    assert f"/kursk/c/{part_of}" in [each.attrib["href"] for each in section.iter("a")]
    assert "Davon" not in reader.get(f"/kursk/c/{part_of}").text


def test_figures_that_add_up_are_said_to_and_never_summed(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.ask("Wie viele wurden entsandt?", "quantity", measure="sent", population="soldiers")
    for body, hop, said, figure in (
        ("Im Herbst waren es 11.000 Entsandte.", "staff", "2024-11-30", number("11.000", 11_000, measure="sent")),
        (
            "Es kamen 3.000 dazu.",
            "rok_army",
            "2025-02-28",
            replace(number("3.000", 3000, measure="sent"), increment=True),
        ),
        ("Der NIS nennt 14.000 Entsandte.", "nis", "2025-04-30", number("14.000", 14_000, measure="sent")),
    ):
        ledger.link(claim, ledger.tell(body, hop, said=said, figures=(figure,)), "figure", figure=Judged(0))
    words = as_read(reader.get(f"/kursk/c/{claim}").text)
    assert "Passt rechnerisch: 11.000 + 3.000 zu 14.000." in words


def test_a_reply_to_a_post_stands_on_the_posts_page(reader: TestClient, ledger: Ledger) -> None:
    ledger.kursk()
    ledger.do(RecordReply("Das Ministerium", "Das ist falsch.", post=2, received=dt.date(2025, 4, 29)))
    assert "Das Ministerium 29. Apr. 2025\nDas ist falsch." in as_read(reader.get("/kursk/p/2").text)
    assert "Das ist falsch." not in reader.get("/kursk/p/1").text
    ledger.news.retract(2)
    assert "Das ist falsch." not in reader.get("/kursk/p/2").text


def test_a_speaker_that_an_editor_repaired_is_named_everywhere(reader: TestClient, ledger: Ledger) -> None:
    said = ledger.tell("Er sagt, die Brücke sei zerstört.", cue="sagt")
    claim = ledger.ask("Ist die Brücke zerstört?", statement=said)
    assert "Wer sagt was" not in part(parsed(reader.get("/kursk").text), "ledger")
    ledger.do(AmendStatement(said, Chain(("reuters", "commander")), "concede"))
    assert "Kommandeur Alaudinow Eingeständnis laut Reuters" in part(parsed(reader.get("/kursk").text), "ledger")
    for address in ("/kursk/p/1", f"/kursk/c/{claim}"):
        assert "Kommandeur Alaudinow" in reader.get(address).text
    ledger.do(WithdrawStatement(said, "root"))
    assert "Alaudinow" not in part(parsed(reader.get("/kursk").text), "ledger")


def test_the_box_shows_the_last_words_of_several_speakers_before_more_of_one(
    reader: TestClient, ledger: Ledger
) -> None:
    for who in ("Der Stab", "Die Stadt", "Das Amt", "Das Amt", "Das Amt"):
        ledger.tell(f"{who} sagte, die Brücke sei zerstört.", who, cue="sagte")
    box = one(parsed(reader.get("/kursk").text), data_part="ledger")
    speakers = [" ".join(text(each).split()[:2]) for each in box.iter("li")]
    assert speakers == ["Das Amt", "Die Stadt", "Der Stab", "Das Amt", "Das Amt"]


def test_the_box_calls_a_party_as_the_house_does_whatever_its_name_in_the_text(
    reader: TestClient, ledger: Ledger
) -> None:
    ledger.tell("Der Geheimdienst in Seoul sagte, es seien 600.", "Der Geheimdienst in Seoul", cue="sagte")
    nis = Party("nis", "intelligence", {"de": "NIS"}, aliases=("Der Geheimdienst in Seoul",))
    ledger.do(NameParty(nis))
    box = one(parsed(reader.get("/kursk").text), data_part="ledger")
    assert text(next(box.iter("li"))).startswith("NIS ")


# ---- As of a moment ------------------------------------------------------------------------------------------------


def test_a_claim_as_of_a_moment_stands_as_it_stood(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    at, before = ledger.news.at, as_read(reader.get(f"/kursk/c/{claim}").text)
    ledger.do(SetStanding(claim, "verified", "x", evidence="Augenschein", line="Wir waren dort."))
    ledger.do(AmendClaim(replace(_claim(ledger, claim), question="Ist Kursk frei?")))
    then = as_read(reader.get(f"/kursk/c/{claim}?asof={at}").text)
    assert "Wir waren dort." not in then
    assert _told(then) == _told(before)
    page = reader.get(f"/kursk/c/{claim}?asof={at}").text
    assert f'href="/kursk/p/1?asof={at}"' in page
    assert "data-live" not in page
    assert "Von uns geprüft" in as_read(reader.get(f"/kursk/c/{claim}").text)


def _told(words: str) -> str:
    """What is said of the claim, without what leads elsewhere."""
    return words[words.index("Ist Kursk vollständig") : words.index("Alle Fragen")].replace("Live\nAnhalten\n", "")


def _claim(ledger: Ledger, number: int) -> Any:
    from depesche.journal import views

    with ledger.news.journal.reading() as connection:
        return views.ledger(connection, ledger.news.story).claims[number].claim


# ---- Marks in posts ------------------------------------------------------------------------------------------------


def test_a_word_of_the_statement_leads_to_the_claim(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    figures = ledger.losses()
    tree = parsed(reader.get("/kursk").text)
    marks = {each.text: each.attrib["href"] for each in tree.iter("a") if each.attrib.get("class") == "m"}
    assert marks == {
        "meldet": f"/kursk/c/{claim}",
        "weist": f"/kursk/c/{claim}",
        "sagt": f"/kursk/c/{claim}",
        "etwa 300": f"/kursk/c/{figures}",
        "600": f"/kursk/c/{figures}",
        "rund 600": f"/kursk/c/{figures}",
        "etwa 4.000": f"/kursk/c/{figures}",
    }
    assert "Der Generalstab weist das zurück: „Die Kämpfe dauern an.“" in text(one(tree, id="p2"))


def test_a_mark_goes_with_its_link(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    ledger.do(UnlinkStatement(claim, 2))
    assert [
        each for each in one(parsed(reader.get("/kursk/p/2").text), id="p2").iter("a") if "c/" in str(each.attrib)
    ] == []


def test_a_mark_never_stands_in_a_text_that_was_not_read(reader: TestClient, ledger: Ledger) -> None:
    ledger.kursk()
    ledger.news.correct(2, "Ganz andere Worte, die niemand gelesen hat.", "Neu")
    assert 'class="m"' not in reader.get("/kursk/p/2").text
