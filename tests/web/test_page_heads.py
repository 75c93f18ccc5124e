"""What machines read of a page, and what is never in one: cards, structured data, policies."""

from __future__ import annotations

from starlette.testclient import TestClient

from depesche.journal.stock import MediaRow, keep_media
from depesche.words.changes import Media
from tests.web.audience import PAGES, meta, parsed, structured, text
from tests.web.coverage import Coverage, statement

PICTURE = Media("ab" * 32, 2000, 1250, alt="Ein Dorf", credit="Foto: Beispiel")

# ---- Heads ---------------------------------------------------------------------------------------------------------


def test_a_story_has_a_card_for_other_sites(reader: TestClient, news: Coverage) -> None:
    head = meta(reader.get("/kursk").text)
    assert head["og:title"] == "Nordkoreanische Truppen in Kursk"
    assert head["og:description"] == "Wer was sagt."
    assert head["og:url"] == "https://live.example.org/kursk"
    assert head["og:locale"] == "de_DE"
    assert head["twitter:card"] == "summary"


def test_a_post_has_a_card_of_its_own(reader: TestClient, news: Coverage) -> None:
    head = meta(reader.get("/kursk/p/1").text)
    assert head["og:title"] == "Moskau meldet Rückeroberung"
    assert head["og:description"] == "Moskau meldet die vollständige Rückeroberung."
    assert head["og:url"] == "https://live.example.org/kursk/p/1"
    assert head["article:published_time"] == "2025-04-28T12:02:00+02:00"


def test_the_picture_of_a_post_is_that_of_its_card(reader: TestClient, news: Coverage) -> None:
    with news.journal.writing(news.story) as writing:
        keep_media(writing.connection, MediaRow(PICTURE.id, PICTURE.width, PICTURE.height, 1, 1, "anna"))
    number = news.picture("Ein Bild.", PICTURE)
    image = f"https://live.example.org/media/{PICTURE.id}/1200.jpg"
    for address in ("/kursk", f"/kursk/p/{number}"):
        head = meta(reader.get(address).text)
        assert head["og:image"] == image
        assert (head["og:image:width"], head["og:image:height"]) == ("1200", "750")
        assert head["og:image:alt"] == "Ein Dorf"
        assert head["twitter:card"] == "summary_large_image"
    assert structured(reader.get(f"/kursk/p/{number}").text)["image"] == [
        {
            "@type": "ImageObject",
            "url": image,
            "width": 1200,
            "height": 750,
            "caption": "Ein Dorf",
            "creditText": "Foto: Beispiel",
        }
    ]
    assert "og:image" not in meta(reader.get("/kursk/p/1").text)


def test_every_page_tells_search_engines_what_it_is_about(reader: TestClient, news: Coverage) -> None:
    for address in ("/", "/kursk", "/kursk/p/1", "/kursk/c", "/kursk/corrections"):
        assert len(meta(reader.get(address).text).get("description", "")) > 10, address


def test_a_link_says_where_it_leads(reader: TestClient, news: Coverage) -> None:
    links = [text(each) for each in parsed(reader.get("/kursk").text).iter("a")]
    assert "Zum Beitrag" in links, "below the pinned post"
    assert [each for each in links if each.lower() in ("", "hier", "mehr", "weiterlesen", "mehr lesen")] == []


def test_structured_data_of_a_story(reader: TestClient, news: Coverage) -> None:
    thing = structured(reader.get("/kursk").text)
    assert thing["@type"] == "LiveBlogPosting"
    assert thing["url"] == "https://live.example.org/kursk"
    assert thing["coverageStartTime"] == thing["datePublished"] == "2025-04-28T12:02:00+02:00"
    assert "coverageEndTime" not in thing
    assert thing["publisher"]["name"] == "Der Tagesbericht"
    updates = {each["url"]: each for each in thing["liveBlogUpdate"]}
    assert list(updates) == ["https://live.example.org/kursk/p/2", "https://live.example.org/kursk/p/1"]
    second = updates["https://live.example.org/kursk/p/2"]
    assert second["articleBody"] == "Kiew weist das entschieden zurück."
    assert second["author"] == thing["author"] == {"@id": thing["publisher"]["@id"]}
    assert second["publisher"] == {"@id": thing["publisher"]["@id"]}
    assert second["correction"] == [
        {
            "@type": "CorrectionComment",
            "text": "Ergänzung: Das Wort „entschieden“ fehlte.",
            "datePublished": "2025-04-28T12:05:00+02:00",
        }
    ]


def test_a_byline_is_the_author(reader: TestClient, news: Coverage) -> None:
    news.post("Ein Bericht.", byline="Anna Beispiel")
    newest = structured(reader.get("/kursk").text)["liveBlogUpdate"][0]
    assert newest["author"] == {"@type": "Person", "name": "Anna Beispiel"}


def test_coverage_begins_with_the_first_post_for_ever(reader: TestClient, news: Coverage) -> None:
    for number in range(4, 20):
        news.post(f"Beitrag {number}")
    news.retract(1)
    news.close()
    thing = structured(reader.get("/kursk").text)
    assert thing["coverageStartTime"] == "2025-04-28T12:02:00+02:00"
    assert thing["coverageEndTime"] == "2025-04-28T12:29:00+02:00"


def test_a_post_is_part_of_its_coverage(reader: TestClient, news: Coverage) -> None:
    thing = structured(reader.get("/kursk/p/1").text)
    assert (thing["@type"], thing["isPartOf"]["url"]) == ("BlogPosting", "https://live.example.org/kursk")
    assert thing["headline"] == "Moskau meldet Rückeroberung"


# ---- What is never in a page ---------------------------------------------------------------------------------------


def test_what_an_editor_writes_is_text_and_never_code(reader: TestClient, news: Coverage) -> None:
    attack = "</script><script>alert(1)</script><img src=x onerror=alert(1)> \" ' {{ 7*7 }} {% x %}"
    news.amend("kursk", attack, attack)
    number = news.post(attack, attack, key=True, sources=attack, byline=attack)
    news.summary((attack, (number,)))
    news.said(number, statement(attack, attack))
    news.correct(number, attack, attack)
    news.pin(number)
    for address in ("/", "/kursk", f"/kursk/p/{number}", "/kursk/corrections"):
        page = reader.get(address).text
        tree = parsed(page)
        scripts = [dict(each.attrib) for each in tree.iter("script")]
        assert all(each.get("src", "").startswith("/static/") or "ld+json" in each["type"] for each in scripts)
        assert [each for each in tree.iter("img") if each.attrib["src"] == "x"] == []
        assert [name for each in tree.iter() for name in each.attrib if name.startswith("on")] == []
        assert "{{ 7*7 }}" in page
    structured(reader.get("/kursk").text)


def test_every_page_has_a_strict_policy(reader: TestClient, news: Coverage) -> None:
    for address in PAGES:
        headers = reader.get(address).headers
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert "set-cookie" not in headers


def test_nothing_runs_inline_and_nothing_comes_from_elsewhere(reader: TestClient, news: Coverage) -> None:
    for address in PAGES:
        tree = parsed(reader.get(address).text)
        for element in tree.iter():
            assert "style" not in element.attrib
            assert element.tag != "style"
            if element.tag == "script" and element.attrib["type"] == "module":
                assert element.text is None
            if element.tag in ("script", "img", "link") and element.attrib.get("rel") not in ("canonical", "icon"):
                assert element.attrib.get("src", element.attrib.get("href", "/")).startswith("/")
