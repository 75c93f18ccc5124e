"""Which version of copy corrects which: the source's own number tells, where it gives one."""

from __future__ import annotations

from tests.newsroom import Newsroom
from tests.web.desk.editor import Editor
from tests.web.desk.test_alarms import NEW, OLD, URI, alarms, copy_of, ninjs, plain, publish_from, send


def test_an_older_version_that_comes_late_is_no_alarm(room: Newsroom, slug: str) -> None:
    uri = f"{URI}:late"
    publish_from(room, slug, send(room, slug, ninjs(NEW, 3, uri=uri), "application/json"))
    send(room, slug, ninjs(OLD, 2, uri=uri), "application/json")
    assert alarms(room, slug) == []


def test_an_older_version_in_another_form_is_no_alarm_and_raises_none_again(room: Newsroom, slug: str) -> None:
    plain(room, slug, OLD, version=1)
    newest = plain(room, slug, NEW, version=2)
    publish_from(room, slug, newest, NEW)
    late = plain(room, slug, f"{OLD}\n\n(dpa-infocom, dpa:1)", version=1)
    assert (late["version"], late["text"]) == (1, OLD)
    assert alarms(room, slug) == []
    assert copy_of(room, newest["id"]).text == NEW
    plain(room, slug, OLD, version=3)
    assert [each["version"] for each in alarms(room, slug)] == [3]


def test_a_version_by_telephone_is_no_number_of_the_wires(room: Newsroom, slug: str, editor: Editor) -> None:
    copy = plain(room, slug, OLD, version=1)
    publish_from(room, slug, copy, OLD)
    for said in ("650", "680"):
        fields = {"copy": OLD.replace("600", said)}
        editor.send(f"/desk/stories/{slug}/copy/{copy['id']}/renew", fields)
    assert plain(room, slug, NEW, version=2)["version"] == 4, "the wire's second one is news, though it is our fourth"
    assert [each["version"] for each in alarms(room, slug)] == [4]


def test_copy_without_numbers_is_newer_each_time(room: Newsroom, slug: str) -> None:
    publish_from(room, slug, plain(room, slug, OLD), OLD)
    assert plain(room, slug, NEW)["version"] == 2
    assert plain(room, slug, OLD.replace("600", "800"))["version"] == 3
    assert [each["version"] for each in alarms(room, slug)] == [3]
