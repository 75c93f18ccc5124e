"""Claims at the desk without scripts: statements, claims, figures, the strip, standings; and what bad forms get."""

from __future__ import annotations

import json
import time
from itertools import combinations
from typing import Any

import pytest

from depesche.journal import views
from depesche.words.likeness import content, denied
from depesche.words.thesaurus import thesaurus
from tests.newsroom import Newsroom
from tests.web.desk.editor import Editor
from tests.web.desk.ledgers import (
    GENERALSTAB,
    GERASSIMOW,
    KURSK,
    NIS,
    SELENSKYJ,
    ask,
    carried,
    claim,
    kursk,
    panel,
    press,
    recorded,
    statement,
    words,
)


@pytest.fixture
def story(room: Newsroom) -> str:
    return kursk(room)


def test_an_empty_panel_says_what_it_is_for(editor: Editor, slug: str) -> None:
    assert "One key makes a question of it" in words(panel(editor.get(f"/desk/stories/{slug}")))
    assert "A claim is one question of this story" in words(panel(editor.get(f"/desk/stories/{slug}?claims=claims")))


def test_recorded_statements_stand_in_the_panel_with_figures(editor: Editor, story: str) -> None:
    page = editor.get(f"/desk/stories/{story}")
    found = words(statement(page, NIS))
    assert found.startswith("NIS")
    assert "600 killed · soldiers" in found
    assert "contradicts Waleri Gerassimow" in words(statement(page, GENERALSTAB))


def test_an_ended_story_offers_nothing_new_and_everything_that_mends(room: Newsroom, story: str) -> None:
    chief, here = Editor(room, "chief"), f"/desk/stories/{story}"
    chief.send(f"{here}/state", do="close")
    page = chief.get(here)
    keys = {each.get("data-do") or each.get("data-key") for each in page.tree.xpath("//*[@data-do or @data-key]")}
    assert not keys & {"q", "t"}
    assert keys >= {"l", "@", "f", "c", "r"}
    assert not page.tree.xpath("//button[@name='do'][@value='publish']")
    assert chief.get(f"{here}/posts/1").tree.xpath("//button[@name='do'][@value='publish']"), "a correction"
    assert not chief.get(f"{here}?claims=claims").tree.xpath("//*[@id='claim-new']")
    assert "for anything new, reopen it first" in chief.send(f"{here}/posts/1/pin").text
    chief.send(f"{here}/state", do="reopen")
    assert chief.get(f"{here}?claims=claims").tree.xpath("//*[@id='claim-new']")


def test_a_clause_becomes_a_question(room: Newsroom, editor: Editor, slug: str) -> None:
    room.publish(slug, "Das Ministerium bestätigte, dass ein Leck die Ursache war.")
    recorded(room, slug, 1)
    (field,) = editor.get(f"/desk/stories/{slug}").tree.xpath("//input[@id='saying-1-open-q']")
    assert field.get("value") == "Stimmt es, dass ein Leck die Ursache war?"


def test_a_claim_is_opened_from_a_statement_with_a_question_that_is_ready(
    room: Newsroom, editor: Editor, story: str
) -> None:
    page = editor.get(f"/desk/stories/{story}")
    fields = page.form(f"saying-{NIS}-open")
    assert fields["question"] == "Wie viele Soldaten wurden getötet?"
    assert (fields["kind"], fields["stance"], fields["measure"]) == ("quantity", "figure", "killed")
    after = editor.send(f"/desk/stories/{story}/ledger", fields)
    assert "Wie viele Soldaten wurden getötet?" in words(statement(after, NIS))
    opened = claim(room, story, 1)
    assert (opened.claim.measure, opened.claim.population, opened.label) == ("killed", "soldiers", "one_source")


def test_one_key_accepts_a_figure_and_one_undoes(room: Newsroom, editor: Editor, story: str) -> None:
    ask(editor, story, "open", question="Wie viele?", kind="quantity", measure="killed", statement=NIS, stance="figure")
    page = editor.get(f"/desk/stories/{story}")
    after = press(editor, story, statement(page, NIS), "f")
    assert "✓ accepted" in words(statement(after, NIS))
    assert [each.words for each in claim(room, story, 1).figures] == ["600"]
    again = press(editor, story, statement(after, NIS), "f")
    assert "✓" not in words(statement(again, NIS))
    assert claim(room, story, 1).figures == ()


def test_a_figure_takes_what_it_counts_from_the_storys_last_use(room: Newsroom, editor: Editor, story: str) -> None:
    fields = {"statement": NIS, "figure": 0, "measure": "Gefallene", "population": "soldiers", "last": "2025-04-30"}
    ask(editor, story, "figure", **fields)
    number = room.publish(story, "Der NIS sprach am Abend von 650.")
    page = editor.get(f"/desk/stories/{story}")
    assert number == 5
    assert "gefallene · soldiers · until Apr 30, 2025" in words(statement(page, NIS))


def test_the_strip_links_the_denial_and_the_claim_is_contested(room: Newsroom, editor: Editor, story: str) -> None:
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW, stance="affirms")
    page = editor.get(f"/desk/stories/{story}")
    after = press(editor, story, statement(page, GENERALSTAB), "y")
    assert "Ist Kursk befreit?" in words(statement(after, GENERALSTAB))
    now = claim(room, story, 1)
    assert {link.statement: link.stance for link in now.links} == {GERASSIMOW: "affirms", GENERALSTAB: "denies"}
    assert now.label == "contested"


def test_a_rejected_pair_never_comes_back(editor: Editor, story: str) -> None:
    page = editor.get(f"/desk/stories/{story}")
    assert "contradicts Waleri Gerassimow" in words(statement(page, GENERALSTAB))
    after = press(editor, story, statement(page, GENERALSTAB), "x")
    assert "Waleri Gerassimow" not in words(statement(after, GENERALSTAB))
    assert "Waleri Gerassimow" not in words(statement(editor.get(f"/desk/stories/{story}"), GENERALSTAB))


def test_every_key_has_its_way_back(room: Newsroom, editor: Editor, story: str) -> None:
    """Opened, amended, linked, accepted, repaired, set: each is undone by what the answer brings."""

    def state() -> Any:
        with room.house.journal.reading() as connection:
            about = views.story(connection, story)
            assert about is not None
            with views.open_book(connection, about.id) as (book, _):
                links = {n: {s: (k.stance, k.accepted) for s, k in each.items()} for n, each in book.links.items()}
                figures = {n: dict(each) for n, each in book.figures.items() if each}
                held = {n: (h.standing, h.line) for n, h in book.settings.items()}
                amended = {n: a for n, a in book.amended.items() if (a.chain, a.act, a.said) != (None, None, None)}
                merged, proposals = dict(book.merged), set(book.proposals)
                asked = {n: c for n, c in book.claims.items() if n not in book.dropped}
                return links, figures, held, amended, merged, proposals, asked, dict(book.relations), set(book.sides)

    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW, stance="affirms")
    ask(editor, story, "open", question="Kursk frei?", statement=GENERALSTAB, stance="denies")
    page = editor.get(f"/desk/stories/{story}")
    acts: list[dict[str, Any]] = [
        {"act": "amend", "claim": 1, "question": "Ist Kursk ganz befreit?"},
        {"act": "link", "claim": 1, "statement": SELENSKYJ, "stance": "denies"},
        {"act": "link", "claim": 1, "statement": GERASSIMOW, "stance": "partly"},
        {"act": "figure", "statement": NIS, "figure": 0, "measure": "killed"},
        {"commands": carried(statement(page, SELENSKYJ), "f")},
        {"act": "speaker", "statement": NIS, "speaker": "Lee", "new": "person"},
        {"act": "stand", "claim": 1, "standing": "verified", "evidence": "Zwei Reporter vor Ort", "reason": "gesehen"},
        {"act": "stand", "claim": 1, "standing": "unverifiable", "on": "2025-04-28"},
        {"act": "stand", "claim": 2, "standing": "refuted", "evidence": "Bilder"},
        {"act": "merge", "claim": 2, "into": 1},
        {"act": "side", "party": "nis", "side": "Süd"},
        {"commands": json.dumps([{"command": "UnlinkStatement", "claim": 1, "statement": GERASSIMOW}])},
        {"commands": json.dumps([{"command": "DropClaim", "claim": 1}])},
    ]
    for fields in acts:
        before = state()
        said = ask(editor, story, **fields)
        assert state() != before, fields
        assert said["undo"], fields
        ask(editor, story, commands=said["undo"])
        links = state()[0]
        assert ({n: each for n, each in links.items() if each}, *state()[1:]) == (
            {n: each for n, each in before[0].items() if each},
            *before[1:],
        ), fields


def test_a_missing_speaker_is_repaired_and_the_house_learns_the_name(
    room: Newsroom, editor: Editor, story: str
) -> None:
    said = ask(
        editor, story, "speaker", statement=NIS, speaker="Lee Seong-kweun", through="Reuters ← KBS", new="person"
    )
    assert "Lee Seong-kweun" in said["html"] or said["piece"] == "claims"
    page = editor.get(f"/desk/stories/{story}")
    found = words(statement(page, NIS))
    assert found.startswith("Lee Seong-kweun")
    assert "through Reuters ← KBS" in found
    with room.house.journal.reading() as connection:
        assert "lee seong-kweun" in views.house(connection).names
    assert page.tree.xpath("//datalist[@id='names']/option[@value='Lee Seong-kweun']")


def test_a_standing_is_set_by_two_keys_and_its_line_is_ready_in_both_languages(
    room: Newsroom, editor: Editor, story: str
) -> None:
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    ask(editor, story, "stand", claim=1, standing="unverifiable")
    assert claim(room, story, 1).standing == "unverifiable"
    page = editor.get(f"/desk/stories/{story}?claim=1")
    lines = page.tree.xpath("//button[@data-line]/@data-line")
    assert lines[0].startswith("**Derzeit nicht unabhängig überprüfbar:** Ist Kursk befreit?")
    assert lines[1].startswith("**Can’t be verified independently at present:** Ist Kursk befreit?")
    assert "By what the statements say: 1 source." in words(panel(page))


def test_the_standing_line_goes_on_the_sheet_without_scripts(editor: Editor, story: str) -> None:
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    fields = {**editor.sheet(f"/desk/stories/{story}?claim=1"), "body": "Mein Anfang."}
    sheet = editor.send(f"/desk/stories/{story}/sheet", fields, do="line:1:de").form("sheet")
    assert sheet["body"].startswith("Mein Anfang.\n\n**Eine Quelle:** Ist Kursk befreit?")


def test_verified_needs_evidence_and_what_was_typed_comes_back(editor: Editor, story: str) -> None:
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    fields = {"act": "stand", "claim": 1, "standing": "verified", "line": "Wir waren dort.", "form": "claim-stand"}
    page = editor.send(f"/desk/stories/{story}/ledger", fields, view="claim:1")
    assert page.status == 422
    assert "Name the evidence" in words(panel(page))
    assert page.tree.get_element_by_id("again-line").get("value") == "Wir waren dort."


def test_a_line_for_readers_that_is_too_long_is_called_so(editor: Editor, story: str) -> None:
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    fields = {"act": "stand", "claim": 1, "standing": "contested", "line": "x" * 401, "reason": "So."}
    page = editor.send(f"/desk/stories/{story}/ledger", fields, view="claim:1", form="claim-stand")
    assert (page.status, "Too long (line for readers)" in words(panel(page))) == (422, True)


def test_refuted_takes_two(room: Newsroom, editor: Editor, story: str) -> None:
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    ask(editor, story, "stand", claim=1, standing="refuted", evidence="Satellitenbilder", reason="Bilder")
    page = editor.get(f"/desk/stories/{story}?claim=1")
    assert "Somebody else has to second it." in words(panel(page))
    second = json.dumps([{"command": "SecondRefuted", "claim": 1}])
    own = editor.ask(f"/desk/stories/{story}/ledger", commands=second)
    assert own.json()["refused"]["code"] == "refuted_own"
    chief = Editor(room, "chief")
    assert "Test editor proposes: refuted." in words(panel(chief.get(f"/desk/stories/{story}?claim=1")))
    ask(chief, story, commands=second)
    assert claim(room, story, 1).standing == "refuted"


def test_a_chief_expunges_what_a_court_forbids(room: Newsroom, editor: Editor, story: str) -> None:
    ask(editor, story, "open", question="Wohnt er im Birkenweg?", statement=GERASSIMOW)
    ask(editor, story, "stand", claim=1, standing="contested", line="Im Birkenweg 17?", reason="Birkenweg")
    assert "Erase it for good" not in words(panel(editor.get(f"/desk/stories/{story}?claim=1")))
    chief = Editor(room, "chief")
    asked = {"act": "expunge", "what": "standing:1", "reason": "Beschluss"}
    page = chief.send(f"/desk/stories/{story}/ledger", {**asked, "reason": ""}, view="claim:1", form="claim-expunge")
    assert (page.status, "Say why: an expunged text never comes back." in words(panel(page))) == (422, True)
    ask(chief, story, **asked)
    page = chief.get(f"/desk/stories/{story}?claim=1")
    assert "Birkenweg 17" not in words(panel(page))
    assert "erased" in words(panel(page))
    ask(chief, story, **{**asked, "what": "claim:1"})
    assert "Birkenweg" not in words(panel(chief.get(f"/desk/stories/{story}?claims=claims")))


def test_a_reporter_sees_claims_and_changes_none(room: Newsroom, editor: Editor, story: str) -> None:
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    reporter = Editor(room, "reporter")
    page = reporter.get(f"/desk/stories/{story}?claims=statements")
    assert "Ist Kursk befreit?" in words(panel(page))
    assert not panel(page).xpath(".//button")
    answer = reporter.ask(f"/desk/stories/{story}/ledger", act="open", question="Und?")
    assert answer.status_code == 403


BAD = [
    {},
    {"act": "nonsense"},
    {"commands": "["},
    {"commands": "[]"},
    {"commands": '[{"command":"PublishPost","text":{"body":"x"}}]'},
    {"commands": '[{"command":"Expunge","post":1,"reason":"x"}]'},
    {"commands": json.dumps([{"command": "DropClaim", "claim": 1}] * 13)},
    {"commands": "[" * 9000},
    {"act": "link", "claim": "zwei", "statement": "1"},
    {"act": "link", "claim": "99999999999", "statement": "1"},
    {"act": "link", "claim": "7", "statement": "1"},
    {"act": "open", "question": ""},
    {"act": "open", "question": "x" * 500},
    {"act": "figure", "statement": "1", "figure": "0", "measure": "killed", "first": "gestern"},
    {"act": "figure", "statement": "1", "figure": "77", "measure": "killed"},
    {"act": "amend", "claim": "12", "question": "Ja?"},
    {"act": "stand", "claim": "1", "standing": "confirmed"},
]


@pytest.mark.parametrize("fields", BAD, ids=range(len(BAD)))
def test_bad_forms_are_refused_in_words(editor: Editor, story: str, fields: dict[str, str]) -> None:
    answer = editor.ask(f"/desk/stories/{story}/ledger", fields)
    assert answer.status_code == 422
    assert answer.json()["refused"]["reason"]
    assert editor.send(f"/desk/stories/{story}/ledger", fields).status == 422


def test_what_is_hostile_is_words(editor: Editor, story: str) -> None:
    bad = "<script>alert(1)</script>'\"><img src=x onerror=alert(1)>"
    ask(editor, story, "open", question=bad, statement=GERASSIMOW)
    ask(editor, story, "speaker", statement=NIS, speaker=bad[:190], new="")
    for query in ("claims=statements", "claims=claims", "claim=1"):
        page = editor.get(f"/desk/stories/{story}?{query}")
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


def test_the_panel_speaks_german(room: Newsroom, story: str) -> None:
    page = Editor(room, "editor", language="de").get(f"/desk/stories/{story}")
    found = words(statement(page, GENERALSTAB))
    assert "widerspricht Waleri Gerassimow" in found
    assert "Nein, nicht mehr vorschlagen" in found


def test_a_claim_that_is_not_there_is_not_found(editor: Editor, story: str) -> None:
    assert editor.ask(f"/desk/stories/{story}/claims/9").status_code in (404, 405)
    assert editor.get(f"/desk/stories/{story}?claim=9").status == 404


def test_a_strip_that_is_wrong_falls_silent_and_can_be_switched_on_again(
    room: Newsroom, editor: Editor, story: str
) -> None:
    room.publish(story, "Ein Sprecher des Kreml sagte, die Region Kursk sei seit April befreit.")
    recorded(room, story, 5)
    assert "says the same" in words(statement(editor.get(f"/desk/stories/{story}"), 5))
    for one, other in combinations(range(1, 5), 2):
        reject = {"command": "RejectRelation", "one": other, "other": one, "relation": "repeats"}
        ask(editor, story, commands=json.dumps([reject]))
    page = editor.get(f"/desk/stories/{story}")
    assert "is silent" not in words(panel(page))
    assert "so far: 0 right, 6 wrong" in words(panel(page))
    for one in range(1, 5):
        reject = {"command": "RejectRelation", "one": 5, "other": one, "relation": "updates"}
        ask(editor, story, commands=json.dumps([reject]))
    page = editor.get(f"/desk/stories/{story}")
    assert "0 suggestions were right, 10 wrong" in words(panel(page))
    assert not page.all("strip")
    switched = ask(editor, story, commands=json.dumps([{"command": "SwitchStrip", "on": True}]))
    assert "is silent" not in words(panel(editor.get(f"/desk/stories/{story}")))
    ask(editor, story, commands=switched["undo"])
    assert "is silent" in words(panel(editor.get(f"/desk/stories/{story}")))


def test_what_a_correction_changed_answers_again_by_one_key(room: Newsroom, editor: Editor, story: str) -> None:
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    changed = {"body": f"{KURSK[2][:-8]} nicht befreit.", "correction": "correction", "note": "Nicht befreit."}
    answer = room.client().post(f"/api/stories/{story}/posts/3/correct", json=changed)
    assert answer.status_code == 200, answer.text
    while any(each.accepted for each in claim(room, story, 1).links):  # the reader comes a moment later
        time.sleep(0.05)
    assert claim(room, story, 1).standing == "open"
    assert "an answer is only suggested" in words(panel(editor.get(f"/desk/stories/{story}?claims=claims")))
    assert "an answer is only suggested" in words(editor.get(f"/desk/stories/{story}/handover").tree)
    (voice,) = editor.get(f"/desk/stories/{story}?claim=1").all("voice")
    assert "nicht befreit" in words(voice)
    accept = voice.xpath(".//button[contains(., 'Yes')]")[0].getparent()
    editor.send(f"/desk/stories/{story}/ledger", dict(accept.fields))
    assert [(each.statement, each.accepted) for each in claim(room, story, 1).links] == [(GERASSIMOW, True)]
    assert "only suggested" not in words(panel(editor.get(f"/desk/stories/{story}?claims=claims")))


def test_two_editors_at_one_claim_see_what_the_other_did(room: Newsroom, editor: Editor, story: str) -> None:
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    page = editor.get(f"/desk/stories/{story}?claim=1")
    fields = page.form("claim-amend")
    chief = Editor(room, "chief")
    ask(chief, story, "amend", claim=1, question="Ist Kursk ganz befreit?")
    conflict = editor.ask(f"/desk/stories/{story}/ledger", {**fields, "question": "Kursk?"})
    assert conflict.status_code == 409
    assert "Ist Kursk ganz befreit?" in conflict.json()["conflict"]["html"]
    ask(editor, story, **{**fields, "question": "Kursk?", "expect": str(conflict.json()["conflict"]["expect"])})
    assert claim(room, story, 1).claim.question == "Kursk?"


def test_expunged_words_leave_the_strip_and_the_memory(room: Newsroom, editor: Editor, story: str) -> None:
    chief = Editor(room, "chief")
    assert "Waleri Gerassimow" in words(panel(editor.get(f"/desk/stories/{story}")))
    assert content.cache_info().currsize > 0
    remembered = [content, denied, thesaurus("de").senses, thesaurus("en").senses]
    assert remembered[2].cache_info().currsize > 0
    erased = chief.ask(f"/desk/stories/{story}/posts/{GERASSIMOW}/expunge", reason="Gerichtsbeschluss")
    assert erased.status_code == 200, erased.text
    assert [each.cache_info().currsize for each in remembered] == [0, 0, 0, 0]
    assert "Waleri Gerassimow" not in words(panel(editor.get(f"/desk/stories/{story}")))


def test_claims_are_merged_and_parted_without_scripts(room: Newsroom, editor: Editor, story: str) -> None:
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    ask(editor, story, "open", question="Kursk frei?", statement=GENERALSTAB, stance="denies")
    fields = {**editor.get(f"/desk/stories/{story}?claim=2").form("claim-merge"), "into": "1 Ist Kursk befreit?"}
    page = editor.send(f"/desk/stories/{story}/ledger", fields)
    assert page.status == 200
    assert "Ist Kursk befreit?" in page.tree.get_element_by_id("claim-title").text_content()
    assert {each.statement for each in claim(room, story, 1).links} == {GERASSIMOW, GENERALSTAB}
    (parted,) = [each for each in panel(page).forms if "PartClaims" in (each.fields.get("commands") or "")]
    editor.send(f"/desk/stories/{story}/ledger", dict(parted.fields))
    assert {each.statement for each in claim(room, story, 2).links} == {GENERALSTAB}


def test_an_unsure_statement_is_for_readers_when_an_editor_says_that_it_is_right(
    room: Newsroom, editor: Editor, story: str
) -> None:
    page = editor.get(f"/desk/stories/{story}")
    assert "unsure" in words(statement(page, GENERALSTAB))
    done = ask(editor, story, commands=carried(statement(page, GENERALSTAB), "g"), view=f"saying:{GENERALSTAB}")
    after = editor.get(f"/desk/stories/{story}")
    assert "unsure" not in words(statement(after, GENERALSTAB))
    assert not statement(after, GENERALSTAB).xpath(".//button[@data-do='g']")
    ask(editor, story, commands=done["undo"])
    assert "unsure" in words(statement(editor.get(f"/desk/stories/{story}"), GENERALSTAB))


@pytest.mark.parametrize(
    ("later", "told"),
    [
        ("„600 Soldaten sind in Kursk gefallen“, sagte Wolodymyr Selenskyj am 3. Mai.", "says the same"),
        ("„4.000 Soldaten sind in Kursk gefallen“, sagte Wolodymyr Selenskyj am 3. Mai.", "has another figure than"),
        ("„700 Soldaten sind in Kursk gefallen“, teilte der NIS am 4. Mai mit.", "has a newer figure than"),
        ("„400 Soldaten sind in Kursk gefallen“, teilte der NIS am 4. Mai mit.", "has a newer, lower figure than"),
    ],
)
def test_figures_that_differ_never_say_the_same(
    room: Newsroom, editor: Editor, slug: str, later: str, told: str
) -> None:
    room.publish(slug, "„600 Soldaten sind in Kursk gefallen“, teilte der NIS am 3. Mai mit.")
    recorded(room, slug, 1)
    room.publish(slug, later)
    recorded(room, slug, 2)
    assert f"{told} NIS" in words(statement(editor.get(f"/desk/stories/{slug}"), 2))
