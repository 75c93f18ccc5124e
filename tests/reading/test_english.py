"""English wire copy: who says what, in quotation marks and without."""

from __future__ import annotations

import textwrap

import pytest

from depesche import reading

CASES = [
    ("“They fought well,” President Vladimir Putin said.", "Direct", "“They fought well,”", "Vladimir Putin", "assert"),
    ("“We demand it,” said Kim Ryu, a spokesman.", "Direct", "“We demand it,”", "Kim Ryu", "assert"),
    ("The mayor, John Miller, said: “We will rebuild.”", "Direct", "“We will rebuild.”", "John Miller", "assert"),
    ("The army said about 400 soldiers had died.", "Indirect", "about 400 soldiers had died", "The army", "assert"),
    ("The army confirmed on Monday that it had left.", "Indirect", "that it had left", "The army", "confirm"),
    ("Smith told reporters that nobody was hurt.", "Indirect", "that nobody was hurt", "Smith", "assert"),
    ("According to KCNA, the operation is over.", "Indirect", "the operation is over", "KCNA", "assert"),
    ("The town has been taken, the army said on Friday.", "Indirect", "The town has been taken", "the army", "assert"),
    ("The board's head, Ann Roe, pointed out that it was late.", "Indirect", "that it was late", "Ann Roe", "assert"),
    ("Smith told reporters aboard the plane that he was sure.", "Indirect", "that he was sure", "Smith", "assert"),
    ("The union has vowed not to give up.", "Indirect", "not to give up", "The union", "announce"),
    ("The mayor urged residents to boil their water.", "Indirect", "to boil their water", "The mayor", "demand"),
    ("Police say at least 20 people were hurt.", "Indirect", "at least 20 people were hurt", "Police", "assert"),
    ("“Stop!” Ann Roe shouted.", "Direct", "“Stop!”", "Ann Roe", "assert"),
    ("As first reported by the Post, the bank will close.", "Indirect", "the bank will close", "the Post", "assert"),
    ("Her claim that votes were lost has been disputed.", "Indirect", "that votes were lost", "", "assert"),
    ("The bank wants to sell its branches.", "Indirect", "to sell its branches", "The bank", "assert"),
    ("Ann Roe is concerned that prices will fall.", "Indirect", "that prices will fall", "Ann Roe", "estimate"),
    ("Critics see the move as an insult.", "Indirect", "the move as an insult", "Critics", "estimate"),
    ("In the view of the agency, supply is ample.", "Indirect", "supply is ample", "the agency", "assert"),
    ("As Ann Roe put it, “Nobody knows.”", "Direct", "“Nobody knows.”", "Ann Roe", "assert"),
    ("Moody's said it cut its ratings.", "Indirect", "it cut its ratings", "Moody's", "assert"),
    ("Stocks fell amid fears that rates would rise.", "Indirect", "that rates would rise", "", "estimate"),
    ("Ann Roe expressed hope that it would end.", "Indirect", "that it would end", "Ann Roe", "estimate"),
    ("Ann Roe took to the floor to argue that it was late.", "Indirect", "that it was late", "Ann Roe", "assert"),
    ("A panel on Tuesday urged that it be sold.", "Indirect", "that it be sold", "A panel", "demand"),
    ("Carla Roe, 46, a nurse from Ada, Ohio, said it was late.", "Indirect", "it was late", "Carla Roe", "assert"),
    ("It rained all day, said Ann Roe, who lives there.", "Indirect", "It rained all day", "Ann Roe", "assert"),
    (
        "Critics say the law, passed in 2010, has failed.",
        "Indirect",
        "the law, passed in 2010, has failed",
        "Critics",
        "assert",
    ),
    ("Republicans argue it failed; it was late.", "Indirect", "it failed", "Republicans", "assert"),
    ("Ann Roe has made it clear she won't go.", "Indirect", "she won't go", "Ann Roe", "assert"),
    ("Asked about it, a spokeswoman, Ann Roe, said it was late.", "Indirect", "it was late", "Ann Roe", "assert"),
    ("Ann Roe said — falsely — that it was late.", "Indirect", "that it was late", "Ann Roe", "assert"),
    ("He signed a bill that critics say would hurt them.", "Indirect", "would hurt them", "critics", "assert"),
    (
        "Mr. Hall plans to appeal, his lawyer, Ann Roe, said.",
        "Indirect",
        "Mr. Hall plans to appeal",
        "Ann Roe",
        "assert",
    ),
    ("A witness, Ann Roe, 23, said it was late.", "Indirect", "it was late", "Ann Roe", "assert"),
    ("The bank, based in Austin, Texas, said it was late.", "Indirect", "it was late", "The bank", "assert"),
    ("The bank earlier this month said it was late.", "Indirect", "it was late", "The bank", "assert"),
    ("Residents were told to boil their water.", "Indirect", "to boil their water", "", "assert"),
    ("According to the suit, filed in May, the bank lied.", "Indirect", "the bank lied", "the suit", "assert"),
    (
        "It was, in the words of Ann Roe, a disaster.",
        "Indirect",
        "It was, in the words of Ann Roe, a disaster",
        "Ann Roe",
        "assert",
    ),
    ("Only 38 percent believe she is honest.", "Indirect", "she is honest", "Only 38 percent", "estimate"),
    ("A note posted on the site said it was late.", "Indirect", "it was late", "A note posted on the site", "assert"),
    ("Ann Roe called the plan a mistake.", "Indirect", "the plan a mistake", "Ann Roe", "assert"),
    ("Ann Roe's pledge to leave was heard.", "Indirect", "to leave", "Ann Roe", "announce"),
    ("“It is late,” said Ann Roe, 42, of Ada, Ohio.", "Direct", "“It is late,”", "Ann Roe", "assert"),
    ("She was accused of fraud by Ann Roe.", "Indirect", "of fraud", "Ann Roe", "assert"),
    ("Ukraine denied the claim.", "Reported", "Ukraine denied the claim.", "Ukraine", "deny"),
]


@pytest.mark.parametrize(("text", "form", "said", "name", "act"), CASES)
def test_a_sentence_has_its_statement(text: str, form: str, said: str, name: str, act: str) -> None:
    found = reading.read(text, language="en").statements
    assert [(s.form, text[s.spans[0][0] : s.spans[-1][1]], s.name, s.act) for s in found] == [(form, said, name, act)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The deal, Ann Roe said, “was off.”", "The deal, Ann Roe said, “was off.”"),
        ("Ann Roe said the deal “was off.”", "the deal “was off.”"),
        ("Ann Roe promised to “do everything.”", "to “do everything.”"),
    ],
)
def test_a_clause_may_go_on_in_a_quotation(text: str, said: str) -> None:
    outer, inner = reading.read(text, language="en").statements
    assert (outer.form, text[outer.spans[0][0] : outer.spans[-1][1]], outer.name) == ("Indirect", said, "Ann Roe")
    assert (inner.form, inner.within) == ("Direct", 0)


def test_a_text_broken_to_fit_a_width_is_read_as_if_it_were_not() -> None:
    whole = (
        "The mayor of the town said on Monday that the old bridge over the river would have to be closed for at least "
        "two years, and that nobody had told the council how much it would cost to build a new one in its place.\n\n"
        "“We were not asked,” she told reporters who had waited for her outside the hall since the early hours of the "
        "day, “and we are not going to pay for what others have left to rot in the rain for all of these years.”"
    )
    broken = "\n\n".join("\n".join(textwrap.wrap(paragraph, 60)) for paragraph in whole.split("\n\n"))
    assert len(broken) == len(whole)
    found = reading.read(broken, language="en").statements
    assert found
    assert [s.spans for s in found] == [s.spans for s in reading.read(whole, language="en").statements]


@pytest.mark.parametrize("text", ["``It is late,'' Ann Roe said.", "`` It is late , '' Ann Roe said ."])
def test_marks_of_a_teleprinter_are_quotation_marks(text: str) -> None:
    (statement,) = reading.read(text, language="en").statements
    assert (statement.form, statement.name) == ("Direct", "Ann Roe")
    assert "It is late" in text[slice(*statement.spans[0])]


def test_a_sentence_in_brackets_is_read() -> None:
    text = "It rained all day. (Ann Roe has said she was joking.)"
    (statement,) = reading.read(text, language="en").statements
    assert (text[slice(*statement.spans[0])], statement.name) == ("she was joking", "Ann Roe")


@pytest.mark.parametrize(
    "text",
    [
        "The company reported to work on the new plant in May.",
        "They argued for an hour and then went to bed.",
        "The painting, called “Morning,” sold for $3 million.",
        "The firm cited in the suit is based in Delaware.",
        "There are fears that keep children awake.",
        "Mr. Roe is sure to run again.",
        "The children are afraid of the dark.",
        "He aims the camera at the stage.",
        "The agency has said little about the case.",
        "They did not answer when asked whether it was late.",
        "The town is known as “Little Havana.”",
    ],
)
def test_words_that_only_look_like_saying_say_nothing(text: str) -> None:
    assert reading.read(text, language="en").statements == ()


def test_another_one_takes_the_word_after_a_comma() -> None:
    text = "Leaders said they were close to a deal, even as conservatives vowed to fight it."
    said = [text[s.spans[0][0] : s.spans[-1][1]] for s in reading.read(text, language="en").statements]
    assert said == ["they were close to a deal", "to fight it"]


def test_a_list_of_names_speaks_as_one() -> None:
    text = "Ford, Chrysler and GM said it was late."
    (statement,) = reading.read(text, language="en").statements
    assert [text[start:end] for start, end in statement.speaker] == ["Ford, Chrysler and GM"]


def test_a_report_names_its_cue() -> None:
    text = "Ukraine denied the claim."
    (statement,) = reading.read(text, language="en").statements
    assert [text[start:end] for start, end in statement.cue] == ["denied"]


def test_a_quotation_alone_goes_on_with_the_speaker_before_it() -> None:
    text = "“We demand it,” said Kim Ryu. “It is a crime.”"
    first, second = reading.read(text, language="en").statements
    assert (first.name, second.name, second.inherits) == ("Kim Ryu", "Kim Ryu", 0)


def test_words_quoted_within_what_is_told_are_a_statement_inside_it() -> None:
    text = "The minister said that the attack was “a crime against humanity” and would be punished."
    outer, inner = reading.read(text, language="en").statements
    assert (outer.form, inner.form, inner.within, inner.name) == ("Indirect", "Direct", 0, "The minister")


@pytest.mark.parametrize(
    "text",
    [
        "State media and the report card were on the desk.",
        "If the company rejects the offer, workers will strike.",
        "The union claims of fraud were many.",
        "She asked not to be named.",
    ],
)
def test_a_noun_or_a_condition_says_nothing(text: str) -> None:
    assert reading.read(text, language="en").statements == ()


def test_narration_says_nothing() -> None:
    assert reading.read("The sun rose over the town. Nobody was in the street.", language="en").statements == ()


@pytest.mark.parametrize("text", [case[0] for case in CASES])
def test_no_piece_of_a_sentence_is_too_short_to_be_read(text: str) -> None:
    words = text.split()
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            piece = " ".join(words[start:end])
            for statement in reading.read(piece, language="en").statements:
                assert all(0 <= a < b <= len(piece) for a, b in (*statement.spans, *statement.speaker, *statement.cue))
