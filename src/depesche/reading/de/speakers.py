"""Who says it: the subject of a verb of saying, the agent of a passive, or the document that speaks; and to whom.

In: the clauses of a unit and one of its verbs of saying. Out: places of items, None when the clause names nobody.
A speaker is never looked for outside the unit here; who takes over from whom is decided elsewhere.
"""

from __future__ import annotations

from depesche.reading.de.clauses import Clauses, Say
from depesche.reading.de.phrases import phrase, with_apposition
from depesche.reading.drafts import Chunk
from depesche.reading.items import QUOTE, WORD

Place = tuple[int, int]

_RELATIVE = frozenset({"der", "die", "das", "welcher", "welche", "welches"})
_AGENT = frozenset({"von", "vom", "durch", "seitens"})
_WHERE = frozenset({"in", "im", "aus", "auf"})
_HIM = frozenset({"ihn", "sie"})
"""Whom an outlet quotes, as a pronoun."""
_DATIVE = frozenset(
    {
        "dem",
        "der",
        "den",
        "einem",
        "einer",
        "ihm",
        "ihr",
        "ihnen",
        "seinem",
        "seiner",
        "ihrem",
        "ihrer",
        "diesem",
        "dieser",
    }
)
_ACCUSATIVE = frozenset(
    {"den", "die", "das", "einen", "eine", "ihn", "sie", "seinen", "seine", "ihren", "ihre", "alle"}
)
_TELLS = frozenset(
    [
        "sagen",
        "mitteilen",
        "erklären",
        "erzählen",
        "vorwerfen",
        "raten",
        "antworten",
        "bestätigen",
        "versichern",
        "berichten",
        "danken",
        "gratulieren",
        "drohen",
        "unterstellen",
        "vorhalten",
        "empfehlen",
    ]
)
_TURNS_TO = frozenset(
    {
        "auffordern",
        "bitten",
        "warnen",
        "ermahnen",
        "drängen",
        "beschuldigen",
        "fragen",
        "informieren",
        "anweisen",
        "ersuchen",
        "loben",
    }
)


def speaker_of(clauses: Clauses, say: Say) -> Place | None:
    """The place of the one who says it."""
    chunk = clauses.chunks[say.number]
    if say.verb.lemma in ("heißen", "hervorgehen"):
        return document_of(clauses, say)
    if say.verb.lemma == "verlauten" and (found := document_of(clauses, say)):
        return found
    kind = clauses.kind(chunk)
    if say.verb.lemma == "zitieren" and not say.passive:
        return quoted_by(clauses, say)
    if say.passive and say.verb.lemma == "zitieren":
        return clauses.subject(matrix_start(clauses, say), say.place, chunk.end)
    if say.passive:
        agent = agent_of(clauses, chunk)
        return agent or document_of(clauses, say)
    if kind == "rel" and say.place + 1 >= chunk.end:
        first = clauses.first(chunk)
        if clauses.items[first].low in _RELATIVE:
            named = clauses.subject_after(first, say.place)
            if named and named[0] == first + 1 and clauses.items[named[0]].cap and clauses.speaking(*named):
                return named  # "die Summe, die Weber nannte"
            return (first, first + 1)
        return clauses.subject_after(first, say.place)
    if kind in ("sub", "question", "dass") and say.place > clauses.first(chunk):
        return clauses.subject_after(clauses.first(chunk), say.place)
    own = clauses.subject(matrix_start(clauses, say), say.place, len(clauses.items))
    return own or _shared(clauses, say)


def _shared(clauses: Clauses, say: Say) -> Place | None:
    """The subject of the clause before, when the verb only goes on with it: "X legte das Amt nieder und erklärte"."""
    chunk = clauses.chunks[say.number]
    opens = say.place == clauses.first(chunk) and chunk.before in (",", "")
    if not opens and clauses.items[say.place - 1].low not in ("und", "aber", "sowie", "doch"):
        return None
    for number in range(say.number, -1, -1):
        before = clauses.chunks[number]
        if clauses.kind(before) != "main":
            continue
        for place in range(before.start, min(before.end, say.place)):
            if clauses.is_finite(place):
                who = clauses.subject(before.start, place, before.end)
                return who if who and who[1] <= say.place else None
    return None


def quoted_by(clauses: Clauses, say: Say) -> Place | None:
    """Whom an outlet quotes: "die Zeitung zitiert den Minister mit den Worten"."""
    place = say.place + 1
    subject = quoter_of(clauses, say)
    if subject and subject[0] > say.place:
        place = subject[1]
    while place < clauses.chunks[say.number].end:
        if clauses.items[place].low in clauses.lex.kinds["preposition"]:
            return subject
        if clauses.items[place].low in _HIM:
            return (place, place + 1)
        end = phrase(clauses.items, place, clauses.chunks[say.number].end, clauses.lex)
        if end:
            return (place, with_apposition(clauses.items, place, end, len(clauses.items), clauses.lex))
        place += 1
    return subject


def quoter_of(clauses: Clauses, say: Say) -> Place | None:
    """The outlet that quotes: after its verb, when the quotation stands before: "„...“, zitierte die Agentur X"."""
    if any(clauses.items[place].kind == QUOTE for place in range(max(0, say.place - 2), say.place)):
        return clauses.subject_after(say.place, len(clauses.items))
    return clauses.subject(matrix_start(clauses, say), say.place, len(clauses.items))


def agent_of(clauses: Clauses, chunk: Chunk) -> Place | None:
    """The one by whom it is said in the passive: "wurde von X mitgeteilt", "durch X"."""
    for place in range(chunk.start, chunk.end):
        if clauses.items[place].low in _AGENT and clauses.items[place].kind == WORD:
            if place and clauses.items[place - 1].cap and place > chunk.start + 1:
                continue  # "Berichte von X": it belongs to the noun
            end = phrase(clauses.items, place + 1, chunk.end, clauses.lex)
            if end:
                return (place + 1, end)
    return None


def document_of(clauses: Clauses, say: Say) -> Place | None:
    """The document that speaks: "in dem Papier heißt es", "aus dem Bericht geht hervor", "in einer Erklärung wurde"."""
    free = say.verb.lemma in ("heißen", "hervorgehen", "verlauten")
    start = matrix_start(clauses, say) if say.place > clauses.chunks[say.number].start else say.place
    for place in range(start, min(len(clauses.items), max(clauses.chunks[say.number].end, say.place + 8))):
        item = clauses.items[place]
        if item.low in _WHERE and item.kind == WORD:
            end = phrase(clauses.items, place + 1, len(clauses.items), clauses.lex)
            if end and (free or any(_speaks(clauses, at) for at in range(place + 1, end))):
                return (place + 1, end)
    return None


def _speaks(clauses: Clauses, place: int) -> bool:
    item = clauses.items[place]
    nouns = clauses.lex.nouns
    return item.cap and (
        item.text in clauses.lex.saying or item.text in nouns["source"] or item.low.endswith(clauses.lex.sourcetails)
    )


def addressee_of(clauses: Clauses, say: Say, who: Place | None) -> Place | None:
    """The one who is told: "gegenüber X", "sagte der Zeitung", "warf dem Iran vor", "forderte X auf"."""
    chunk = clauses.chunks[say.number]
    items = clauses.items
    for place in range(chunk.start, chunk.end):
        if items[place].low == "gegenüber":
            end = phrase(items, place + 1, chunk.end, clauses.lex)
            if end:
                return (place + 1, end)
    lemma = say.verb.lemma
    wanted = _DATIVE if lemma in _TELLS else _ACCUSATIVE if lemma in _TURNS_TO else None
    if wanted is None or say.passive:
        return None
    start = max(say.place + 1, who[1] if who and who[1] > say.place else 0)
    while start < chunk.end and (items[start].low in clauses.lex.kinds["adverb"] and items[start].low not in wanted):
        start += 1
    if start < chunk.end and items[start].low in wanted and (who is None or start >= who[1] or start < who[0]):
        if items[start].low in ("ihm", "ihr", "ihnen", "ihn"):
            return (start, start + 1)
        end = phrase(items, start, chunk.end, clauses.lex)
        return (start, end) if end else None
    return None


def matrix_start(clauses: Clauses, say: Say) -> int:
    """Where the clause of a main verb begins: over appositions and relative clauses back to its first field."""
    number = say.number
    chunk = clauses.chunks[number]
    if say.place > clauses.first(chunk):
        if number and chunk.before in (":", ";"):
            return chunk.start
        resumes = chunk.before == "," and number and clauses.kind(clauses.chunks[number - 1]) in ("rel", "bare")
        if not resumes and clauses.subject_before(chunk.start, say.place):
            return chunk.start
    while number > 0 and chunk.before not in (";", ":"):
        before = clauses.chunks[number - 1]
        if clauses.kind(before) == "main":
            break
        number -= 1
        chunk = before
    return chunk.start
