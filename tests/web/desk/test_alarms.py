"""The upstream alarm through HTTP: each wire's correction and kill, every way in, and what an editor does about it."""

from __future__ import annotations

import json
import re
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from depesche.cli import group
from depesche.desk.access import SYSTEM, Actor
from depesche.desk.desk import Done
from depesche.journal import views
from depesche.words.commands import ReceiveCopy
from depesche.words.copy import Copy
from tests.newsroom import Newsroom, newsroom
from tests.web.desk.editor import Editor, Page

OLD = "Nach Angaben der Behörden starben 600 Menschen bei dem Angriff auf die Hafenstadt am Montagmorgen."
NEW = "Nach Angaben der Behörden starben 700 Menschen bei dem Angriff auf die Hafenstadt am Montagmorgen."
SYSTEM_ACTOR = Actor(SYSTEM, "Depesche", "editor")
URI = "urn:newsml:example.org:20260101:1"


def ninjs(text: str, version: int, status: str = "usable", uri: str = URI) -> bytes:
    item = {
        "uri": uri,
        "version": str(version),
        "pubstatus": status,
        "body_text": text,
    }
    return json.dumps({**item, "infosources": [{"name": "dpa"}]}).encode()


def newsml(text: str, version: int, status: str = "usable", uri: str = URI) -> bytes:
    return (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{uri}" version="{version}"><itemMeta>'
        f'<pubStatus qcode="stat:{status}"/></itemMeta><contentMeta><creditline>dpa</creditline></contentMeta>'
        f'<contentSet><inlineData contenttype="text/plain">{text}</inlineData></contentSet></newsItem>'
    ).encode()


def rss(text: str, version: int, status: str = "usable", uri: str = URI) -> bytes:
    return (
        f'<rss version="2.0"><channel><title>dpa</title><item><guid>{uri}</guid><title>Angriff</title>'
        f"<description>{text}</description></item></channel></rss>"
    ).encode()


def atom(text: str, version: int, status: str = "usable", uri: str = URI) -> bytes:
    entry = f"<entry><id>{uri}</id><title>Angriff</title><content>{text}</content></entry>"
    if status == "canceled":
        entry = f'<at:deleted-entry ref="{uri}" when="2026-01-01T12:00:00Z"/>'
    names = 'xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"'
    return f"<feed {names}><title>dpa</title>{entry}</feed>".encode()


KINDS = {
    "ninjs": (ninjs, "application/json"),
    "newsml": (newsml, "application/vnd.iptc.g2.newsitem+xml"),
    "rss": (rss, "application/rss+xml"),
    "atom": (atom, "application/atom+xml"),
}


def send(room: Newsroom, slug: str, data: bytes, media_type: str, **query: Any) -> dict[str, Any]:
    """Send copy to a story; the first copy of the answer."""
    headers = {"content-type": media_type}
    answer = room.client().post(f"/api/stories/{slug}/copy", content=data, headers=headers, params=query)
    assert answer.status_code == 201, answer.text
    first: dict[str, Any] = answer.json()["copies"][0]
    return first


def plain(room: Newsroom, slug: str, text: str, **query: Any) -> dict[str, Any]:
    said = {"uri": f"{URI}:{slug}", "source": "dpa", **query}
    return send(room, slug, text.encode(), "text/plain; charset=utf-8", **said)


def publish_from(room: Newsroom, slug: str, copy: dict[str, Any], body: str = "600 Tote im Hafen.") -> int:
    return room.publish(slug, body, copies=[{"id": copy["id"], "version": copy["version"]}])


def alarms(room: Newsroom, slug: str, **query: str) -> list[dict[str, Any]]:
    answer = room.client().get(f"/api/stories/{slug}/alarms", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["alarms"]
    return found


def told(page: Page) -> str:
    return page.said("alarms")


@pytest.fixture
def flagged(room: Newsroom, slug: str) -> str:
    """A story whose post 1 came from a copy that was corrected; gives the copy's id."""
    copy = plain(room, slug, OLD)
    publish_from(room, slug, copy)
    plain(room, slug, NEW, version=2)
    identity: str = copy["id"]
    return identity


@pytest.mark.parametrize("wire", KINDS)
def test_a_corrected_item_of_each_wire_flags_the_post(room: Newsroom, slug: str, wire: str) -> None:
    make, media_type = KINDS[wire]
    uri = f"{URI}:{wire}:corrected"
    copy = send(room, slug, make(OLD, 1, uri=uri), media_type)
    publish_from(room, slug, copy)
    assert alarms(room, slug) == []
    send(room, slug, make(NEW, 2, uri=uri), media_type)
    (alarm,) = alarms(room, slug)
    assert (alarm["post"], alarm["copy"], alarm["used"], alarm["version"]) == (1, copy["id"], 1, 2)
    assert (alarm["killed"], alarm["how"], alarm["state"]) == (False, "adopted", "open")


@pytest.mark.parametrize("wire", ["ninjs", "newsml", "atom"])
@pytest.mark.parametrize("words", ["", OLD], ids=["wordless", "as-before"])
def test_a_killed_item_flags_the_post(room: Newsroom, slug: str, wire: str, words: str) -> None:
    make, media_type = KINDS[wire]
    uri = f"{URI}:{wire}:killed:{len(words)}"
    publish_from(room, slug, send(room, slug, make(OLD, 1, uri=uri), media_type))
    send(room, slug, make(words, 2, "canceled", uri=uri), media_type)
    (alarm,) = alarms(room, slug)
    assert alarm["killed"] is True


def test_a_kill_under_the_same_version_is_a_kill(room: Newsroom, slug: str) -> None:
    uri = f"{URI}:same"
    publish_from(room, slug, send(room, slug, ninjs(OLD, 7, uri=uri), "application/json"))
    send(room, slug, ninjs("", 7, "canceled", uri=uri), "application/json")
    (alarm,) = alarms(room, slug)
    assert (alarm["killed"], alarm["used"], alarm["version"]) == (True, 7, 8)


def test_plain_text_is_corrected_and_killed_by_its_uri(room: Newsroom, slug: str) -> None:
    uri = f"{URI}:plain"
    copy = send(room, slug, OLD.encode(), "text/plain", uri=uri, source="dpa")
    publish_from(room, slug, copy)
    send(room, slug, NEW.encode(), "text/plain", uri=uri, version=5)
    assert [(each["version"], each["killed"]) for each in alarms(room, slug)] == [(5, False)]
    send(room, slug, b"", "text/plain", uri=uri, canceled="true")
    assert [(each["version"], each["killed"]) for each in alarms(room, slug)] == [(6, True)]


@pytest.mark.parametrize(("name", "value"), [("version", "0"), ("version", "x"), ("canceled", "maybe")])
def test_a_version_or_kill_that_is_none_is_refused(room: Newsroom, slug: str, name: str, value: str) -> None:
    answer = room.client().post(
        f"/api/stories/{slug}/copy",
        content=OLD.encode(),
        headers={"content-type": "text/plain"},
        params={"uri": URI, name: value},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "query_invalid")


def test_the_same_item_again_or_another_comma_is_no_alarm(room: Newsroom, slug: str, editor: Editor) -> None:
    publish_from(room, slug, plain(room, slug, OLD))
    plain(room, slug, OLD)
    plain(room, slug, OLD.replace("Angriff auf", "Angriff,\nauf"), version=4)
    assert alarms(room, slug) == []
    page = editor.get(f"/desk/stories/{slug}")
    assert not page.all("alarms")


def test_a_post_in_every_story_is_flagged(room: Newsroom, slug: str) -> None:
    other = room.story()
    copy = plain(room, slug, OLD)
    publish_from(room, slug, copy)
    publish_from(room, other, copy, "600 Tote, sagen die Behörden.")
    publish_from(room, other, copy, "Noch einmal 600.")
    plain(room, slug, NEW, version=2)
    assert [each["post"] for each in alarms(room, slug)] == [1]
    assert [each["post"] for each in alarms(room, other)] == [1, 2]


def test_a_post_with_the_words_of_a_copy_is_flagged_without_having_adopted_them(room: Newsroom, slug: str) -> None:
    plain(room, slug, f"Zusammenfassung. {OLD} Mehr folgt.")
    room.publish(slug, f"**Eilmeldung:** {OLD}")
    room.publish(slug, "Etwas anderes, das mit dieser Meldung gar nichts zu tun hat, sondern mit dem Wetter.")
    plain(room, slug, f"Zusammenfassung. {NEW} Mehr folgt.", version=2)
    assert [(each["post"], each["how"]) for each in alarms(room, slug)] == [(1, "words")]


def test_a_post_published_from_a_version_that_was_overtaken_is_flagged_at_once(room: Newsroom, slug: str) -> None:
    copy = plain(room, slug, OLD)
    plain(room, slug, NEW, version=2)
    publish_from(room, slug, copy)
    assert [(each["post"], each["used"], each["version"]) for each in alarms(room, slug)] == [(1, 1, 2)]


def test_statements_that_came_from_the_copy_are_named(room: Newsroom, slug: str, editor: Editor) -> None:
    quote = "„Wir haben heute mehr als sechshundert Menschen verloren“, sagte Gouverneurin Anna Berg am Montag."
    copy = plain(room, slug, quote)
    publish_from(room, slug, copy, f"Alles ruhig. {quote}")
    recorder_waits(room, slug)
    plain(room, slug, quote.replace("sechshundert", "siebenhundert"), version=2)
    (alarm,) = alarms(room, slug)
    assert alarm["statements"] == [1]
    assert "sechshundert Menschen verloren" in editor.get(f"/desk/stories/{slug}").said("flagged")


def recorder_waits(room: Newsroom, slug: str) -> None:
    """Until the desk has read the newest post."""
    for _ in range(500):
        if "wer-sagt-was" in room.client(None).get(f"/{slug}").text or statements(room, slug):
            return
    raise AssertionError("nobody read the post")


def statements(room: Newsroom, slug: str) -> bool:
    entries = room.client().get(f"/api/stories/{slug}/entries").json()["entries"]
    return any(each["kind"] == "StatementsRecorded" for each in entries)


def test_the_strip_names_source_copy_posts_and_the_change(room: Newsroom, slug: str, flagged: str) -> None:
    for language, said, key in (
        ("en", "dpa has corrected this copy", "Correct post 1"),
        ("de", "dpa hat diese Meldung korrigiert", "Beitrag 1 korrigieren"),
    ):
        page = Editor(room, language=language).get(f"/desk/stories/{slug}")
        assert said in told(page)
        assert key in told(page)
        assert "600 Tote im Hafen." in told(page)
        (alarm,) = page.all("alarm")
        assert [each.text_content().strip() for each in alarm.xpath(".//del")] == ["600"]
        assert [each.text_content().strip() for each in alarm.xpath(".//ins")] == ["700"]
        (time,) = alarm.xpath(".//time[@data-ago]")
        assert time.text_content() in ("just now", "gerade eben")


def test_the_key_opens_a_correction_that_is_labelled(room: Newsroom, slug: str, flagged: str, editor: Editor) -> None:
    page = editor.get(f"/desk/stories/{slug}")
    (link,) = page.tree.xpath("//*[@id='alarms']//a[@data-key='c']/@href")
    sheet = editor.get(link).form("sheet")
    assert sheet["correction"] == "correction"
    assert sheet["note"] == "dpa hat die Meldung korrigiert: „700“ statt „600“."
    done = editor.send(f"/desk/stories/{slug}/sheet", sheet, body="700 Tote im Hafen.", do="publish")
    assert not done.all("alarms")
    assert alarms(room, slug) == []
    (answered,) = alarms(room, slug, state="answered")
    assert answered["post"] == 1
    assert "dpa hat die Meldung korrigiert" in room.client(None).get(f"/{slug}").text


def test_the_note_is_in_the_language_of_the_story(room: Newsroom, editor: Editor) -> None:
    slug = room.story(language="en")
    copy = plain(room, slug, "Officials said that 600 people were killed in the attack on the port on Monday.")
    publish_from(room, slug, copy)
    plain(room, slug, "Nobody was hurt in the port at all, and what officials had said was wrong.", version=2)
    sheet = editor.get(f"/desk/stories/{slug}/posts/1?alarm={copy['id']}").form("sheet")
    assert sheet["note"] == "dpa has corrected its report."
    plain(room, slug, "", version=3, canceled="true")
    sheet = editor.get(f"/desk/stories/{slug}/posts/1?alarm={copy['id']}").form("sheet")
    assert sheet["note"] == "dpa has withdrawn its report."


def test_a_spelling_answers_no_alarm_and_neither_does_a_sheet_that_was_opened_before(
    room: Newsroom, slug: str, editor: Editor
) -> None:
    copy = plain(room, slug, OLD)
    publish_from(room, slug, copy)
    before = editor.sheet(f"/desk/stories/{slug}/posts/1")
    plain(room, slug, NEW, version=2)
    fields = {**before, "correction": "update", "note": "Neuer Stand", "do": "publish"}
    editor.send(f"/desk/stories/{slug}/sheet", fields, body="600 Tote im Hafen, Suche geht weiter.")
    assert len(alarms(room, slug)) == 1
    fields = editor.sheet(f"/desk/stories/{slug}/posts/1")
    editor.send(f"/desk/stories/{slug}/sheet", fields, body="600 Tote am Hafen.", correction="typo", do="publish")
    assert len(alarms(room, slug)) == 1
    fields = editor.sheet(f"/desk/stories/{slug}/posts/1")
    editor.send(f"/desk/stories/{slug}/sheet", fields, body="700.", correction="update", note="700", do="publish")
    assert alarms(room, slug) == []


def test_a_program_answers_an_alarm_by_correcting(room: Newsroom, slug: str, flagged: str) -> None:
    new = {"body": "700 Tote.", "correction": "correction", "note": "700 statt 600"}
    answer = room.client().post(f"/api/stories/{slug}/posts/1/correct", json={**new, "answers": []})
    assert answer.status_code == 200
    assert len(alarms(room, slug)) == 1
    room.client().post(f"/api/stories/{slug}/posts/1/correct", json={**new, "body": "700 Tote!"})
    assert alarms(room, slug) == []


def test_retracting_answers_it(room: Newsroom, slug: str, flagged: str, editor: Editor) -> None:
    page = editor.get(f"/desk/stories/{slug}")
    (form,) = page.tree.xpath("//*[@id='alarms']//form[contains(@action, '/retract')]")
    fields = dict(form.form_values())
    assert fields["note"].startswith("dpa hat die Meldung korrigiert")
    done = editor.send(form.get("action"), fields)
    assert not done.all("alarms")
    assert alarms(room, slug) == []


def test_dismissing_takes_a_reason_and_can_be_taken_back(
    room: Newsroom, slug: str, flagged: str, editor: Editor
) -> None:
    path = f"/desk/stories/{slug}/posts/1/alarms/{flagged}"
    page = editor.send(f"{path}/dismiss", reason="  ")
    assert page.status == 422
    assert "Say in a few words why the post stands as it is." in page.said("error")
    done = editor.send(f"{path}/dismiss", reason="Die Zahl steht bei uns nicht.")
    assert not done.all("alarms")
    assert [each["reason"] for each in alarms(room, slug, state="dismissed")] == ["Die Zahl steht bei uns nicht."]
    page = editor.get(f"/desk/stories/{slug}/posts/1")
    assert "Die Zahl steht bei uns nicht." in page.said("dismissed")
    editor.send(f"{path}/reopen")
    assert len(alarms(room, slug)) == 1
    assert editor.send(f"{path}/reopen").status == 422
    editor.send(f"{path}/dismiss", reason="Doch nicht.")
    plain(room, slug, NEW.replace("700", "800"), version=3)
    assert [each["version"] for each in alarms(room, slug)] == [3], "a newer version is another alarm"


def test_two_editors_who_dismiss_the_same_alarm_learn_of_each_other(
    room: Newsroom, slug: str, flagged: str, editor: Editor
) -> None:
    (expect,) = editor.get(f"/desk/stories/{slug}").tree.xpath(
        "//form[contains(@action,'dismiss')]//input[@name='expect']/@value"
    )
    path = f"/desk/stories/{slug}/posts/1/alarms/{flagged}/dismiss"
    Editor(room, "chief").send(path, reason="Erledigt.", expect=expect)
    assert editor.ask(path, reason="Auch.", expect=expect).status_code == 409


def test_a_reporter_sees_alarms_and_may_not_settle_them(room: Newsroom, slug: str, flagged: str) -> None:
    reporter = Editor(room, "reporter")
    page = reporter.get(f"/desk/stories/{slug}")
    assert "dpa has corrected this copy" in told(page)
    assert not page.tree.xpath("//*[@id='alarms']//form")
    answer = reporter.ask(f"/desk/stories/{slug}/posts/1/alarms/{flagged}/dismiss", reason="x")
    assert answer.status_code == 422
    assert answer.json()["refused"]["code"] == "not_allowed"


def test_the_list_of_stories_counts_alarms(room: Newsroom, slug: str, flagged: str, editor: Editor) -> None:
    assert "1 alarm from upstream" in editor.get("/desk/").said("bad")


def test_adopted_words_tell_their_copy_through_draft_and_publishing(room: Newsroom, slug: str, editor: Editor) -> None:
    copy = plain(room, slug, "Laut KCNA ist der Einsatz „siegreich abgeschlossen“.")
    page = editor.get(f"/desk/stories/{slug}?copy={copy['id']}")
    button = page.tree.xpath("//button[starts-with(@value, 'adopt:')]/@value")[0]
    sheet = editor.send(f"/desk/stories/{slug}/sheet", page.form("sheet"), do=button).form("sheet")
    assert sheet["copies"] == f"{copy['id']}:1"
    reporter = Editor(room, "reporter")
    kept = reporter.send(f"/desk/stories/{slug}/sheet", {**sheet, "csrf": reporter.csrf}, do="save")
    (draft,) = kept.tree.xpath("//ul[@class='drafts']//a/@href")
    sheet = editor.get(draft).form("sheet")
    assert sheet["copies"] == f"{copy['id']}:1"
    editor.send(f"/desk/stories/{slug}/sheet", sheet, body="Der Einsatz ist vorbei.", do="publish")
    plain(room, slug, "Laut KCNA ist der Einsatz nicht abgeschlossen.", version=2)
    assert [(each["post"], each["how"]) for each in alarms(room, slug)] == [(1, "adopted")]


@pytest.mark.parametrize(
    "copies",
    ["x:y", ":::", "'><script>", "a" * 5_000, "00000000-0000-0000-0000-000000000000:1"],
    ids=["x", "colons", "markup", "long", "unknown"],
)
def test_no_text_is_lost_by_a_field_that_names_no_copy(room: Newsroom, slug: str, editor: Editor, copies: str) -> None:
    page = editor.send(f"/desk/stories/{slug}/sheet", body="Ein Text", copies=copies, do="publish")
    assert "Ein Text" in page.text


def test_a_program_that_names_unknown_copy_is_refused(room: Newsroom, slug: str) -> None:
    answer = room.client().post(
        f"/api/stories/{slug}/posts", json={"body": "x", "copies": [{"id": "none", "version": 1}]}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "copy_missing")


def test_a_file_from_the_shell_flags_the_post_on_the_open_desk(
    room: Newsroom, slug: str, editor: Editor, tmp_path: Path
) -> None:
    uri = f"{URI}:shell"
    publish_from(room, slug, send(room, slug, ninjs(OLD, 1, uri=uri), "application/json"))
    seq = re.findall(r'data-seq="(\d+)" data-edition', editor.get(f"/desk/stories/{slug}").text)[0]
    (tmp_path / "kill.json").write_bytes(ninjs("", 2, "canceled", uri=uri))
    env = {"DEPESCHE_FOLDER": str(room.house.settings.folder)}
    done = CliRunner().invoke(group, ["wire", "add", slug, str(tmp_path / "kill.json")], env=env)
    assert done.exit_code == 0, done.output
    news = editor.client.get(f"/desk/stories/{slug}/list", params={"after": seq}).json()
    assert "dpa has withdrawn this copy" in news["alarms"]


def test_an_uploaded_file_flags_the_post(room: Newsroom, slug: str, editor: Editor) -> None:
    uri = f"{URI}:upload"
    publish_from(room, slug, send(room, slug, newsml(OLD, 1, uri=uri), "application/vnd.iptc.g2.newsitem+xml"))
    files = [("files", ("item.xml", newsml(NEW, 2, uri=uri), "application/xml"))]
    page = editor.send(f"/desk/stories/{slug}/copy", files=files)
    assert "dpa has corrected this copy" in told(page)


def test_nothing_of_it_is_public(room: Newsroom, slug: str, flagged: str) -> None:
    room.client().post(f"/api/stories/{slug}/alarms/1/{flagged}/dismiss", json={"reason": "geheimergrund"})
    reader = room.client(None)
    for path in (f"/{slug}", f"/{slug}/p/1", f"/{slug}/changes?after=0", f"/api/stories/{slug}"):
        text = reader.get(path).text
        assert flagged not in text, path
        assert "geheimergrund" not in text, path
    assert reader.get(f"/api/stories/{slug}/alarms").status_code == 401
    from depesche.journal.dump import export

    stream = room.client().get(f"/api/stories/{slug}").json()["story"]["id"]
    exported = "".join(export(room.house.journal, stream, public=True))
    assert flagged not in exported
    assert "Alarm" not in exported


def test_an_expunged_post_takes_the_reason_along(room: Newsroom, slug: str, flagged: str) -> None:
    room.client().post(f"/api/stories/{slug}/alarms/1/{flagged}/dismiss", json={"reason": "geheimergrund"})
    chief = Editor(room, "chief")
    chief.send(f"/desk/stories/{slug}/posts/1/expunge", reason="Gericht")
    entries = room.client().get(f"/api/stories/{slug}/entries").text
    assert "AlarmDismissed" in entries
    assert "geheimergrund" not in entries


def test_an_alarm_that_a_crash_left_silent_is_raised_at_the_next_start(tmp_path: Path) -> None:
    with newsroom(tmp_path / "var") as room:
        slug = room.story()
        copy = plain(room, slug, OLD)
        publish_from(room, slug, copy)
        view = copy_of(room, copy["id"])
        fresh = replace(view, version=2, text=NEW)
        kept = room.house.desk.handle(ReceiveCopy(fresh), SYSTEM_ACTOR, story="", command_id=str(uuid.uuid4()))
        assert isinstance(kept, Done)  # and here the process died
        assert alarms(room, slug) == []
    with newsroom(tmp_path / "var") as room:
        end = time.monotonic() + 20
        while not (found := alarms(room, slug)):
            assert time.monotonic() < end, "nobody raised it"
            time.sleep(0.02)
        assert [(each["post"], each["version"]) for each in found] == [(1, 2)]


def copy_of(room: Newsroom, identity: str) -> Copy:
    with room.house.journal.reading() as connection:
        view = views.copy(connection, identity)
    assert view is not None
    return view.copy


def test_what_was_pasted_is_corrected_and_withdrawn_by_hand(room: Newsroom, slug: str, editor: Editor) -> None:
    page = editor.send(f"/desk/stories/{slug}/copy", {"copy": OLD, "source": "dpa"})
    (copy,) = page.all("copy")
    publish_from(room, slug, {"id": copy.get("data-copy"), "version": 1})
    path = f"/desk/stories/{slug}/copy/{copy.get('data-copy')}/renew"
    page = editor.send(path, copy=NEW)
    assert "dpa has corrected this copy" in told(page)
    assert "version 2" in page.said("copy")
    assert "700 Menschen" in page.said("copytext")
    page = editor.send(path, copy=NEW, canceled="1")
    assert "dpa has withdrawn this copy" in told(page)
    assert [(each["version"], each["killed"]) for each in alarms(room, slug)] == [(3, True)]


@pytest.mark.parametrize(
    ("text", "told"),
    [(OLD, "Nothing has changed"), ("  ", "This copy is empty."), ("x" * 2_100_000, "too big")],
    ids=["same", "empty", "large"],
)
def test_what_is_no_correction_is_refused_beside_the_field(
    room: Newsroom, slug: str, editor: Editor, text: str, told: str
) -> None:
    copy = plain(room, slug, OLD)
    page = editor.send(f"/desk/stories/{slug}/copy/{copy['id']}/renew", copy=text)
    assert page.status == 422
    assert told in page.said("error")
    assert editor.send(f"/desk/stories/{slug}/copy/none/renew", copy="x").status in (404, 422)


def test_words_that_wandered_into_another_running_story_are_found(room: Newsroom, slug: str) -> None:
    other = room.story()
    plain(room, slug, f"Zweite Zusammenfassung. {OLD}")
    room.publish(other, f"Wie wir aus dem anderen Blog wissen: {OLD}")
    plain(room, slug, f"Zweite Zusammenfassung. {NEW}", version=2)
    assert [(each["post"], each["how"]) for each in alarms(room, other)] == [(1, "words")]
    assert alarms(room, slug) == []
