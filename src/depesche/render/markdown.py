"""The Markdown of posts, "depesche-1": text becomes safe markup, and the plain text that statements are counted in.

In: what an editor wrote. Out: `html`, paragraphs, emphasis, links, lists, quotes and line breaks, nothing else; and
`plain`, the same words without any marking. Never: a tag, an attribute or an address outside the lists below. First
the parser knows no HTML and takes only links that name http, https or mailto; then nh3 drops whatever is left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

NAME = "depesche-1"
"""The name of this subset; another form of it gets another name, because statements point into its plain text."""
TAGS = frozenset({"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote"})
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = frozenset({"http", "https", "mailto"})
_RULES = ("newline", "escape", "emphasis", "link", "autolink", "entity", "balance_pairs", "fragments_join")
_BLOCKS = ("blockquote", "list", "paragraph")
_ADDRESS = re.compile(r"(?:https?://[^/?#\s]|mailto:[^\s@]+@[^\s@])", re.IGNORECASE)
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    attribute_filter=lambda tag, name, value: value if name != "href" or _ADDRESS.match(value) else None,
    url_schemes=set(SCHEMES),
    link_rel="noopener",  # the page that was opened gets no handle on ours
)

_BEGIN, _END = "\ufdd0", "\ufdd1"
"""Signs around marked words between parser and cleaner: noncharacters, which no text that is sent may have anyway."""
_UNSIGNED = str.maketrans({_BEGIN: "\ufffd", _END: "\ufffd"})
_MARKED = re.compile(f"{_BEGIN}([^{_END}]*){_END}")


class Mark(NamedTuple):
    """A stretch of a body's plain text (code points) that leads to a claim."""

    start: int
    end: int
    claim: int


def html(body: str, marks: Sequence[Mark] = (), address: Callable[[int], str] = str) -> Markup:
    """The post's body as markup. `marks`, in order and apart, become links to the `address` of their claim.

    One that begins inside a link is left out, one that runs over the end of an emphasis ends there.
    """
    if not marks:
        return Markup(_CLEANER.clean(_PARSER.render(body)))  # noqa: S704  # the one place where markup is made of text
    tokens = _PARSER.parse(body.translate(_UNSIGNED))
    placed = _place(tokens, marks)
    cleaned = _CLEANER.clean(_PARSER.renderer.render(tokens, _PARSER.options, {}))
    links = iter(placed)

    def linked(match: re.Match[str]) -> str:
        return f'<a class="m" href="{escape(address(next(links).claim))}">{match[1]}</a>'

    return Markup(_MARKED.sub(linked, cleaned))  # noqa: S704  # what was cleaned, and links of ours around words of it


def plain(body: str) -> str:
    """The body's words: blocks and line breaks separated by "\\n", no marking.

    Positions of statements are code points of this text; it never changes for a given body and NAME.
    """
    blocks = (token for token in _PARSER.parse(body) if token.type == "inline")
    return "\n".join("".join(_words(block.children or ())) for block in blocks)


def _place(tokens: Sequence[Token], marks: Sequence[Mark]) -> list[Mark]:
    """Put signs around the marked words, in the tokens; the marks that found a place, in order."""
    placed: list[Mark] = []
    at = 0
    for block in tokens:
        inside = 0
        for token in (block.children or ()) if block.type == "inline" else ():
            inside += (token.type == "link_open") - (token.type == "link_close")
            length = sum(map(len, _words([token])))
            if token.type == "text" and not inside:
                here = [each for each in marks if at <= each.start < at + length]
                token.content = _signed(token.content, here, at)
                placed += here
            at += length
        at += block.type == "inline"
    return placed


def _signed(text: str, marks: Sequence[Mark], at: int) -> str:
    pieces, last = [], 0
    for each in marks:
        start, end = each.start - at, min(each.end - at, len(text))
        pieces += [text[last:start], _BEGIN, text[start:end], _END]
        last = end
    return "".join((*pieces, text[last:]))


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield "\n"
        elif token.type in ("text", "text_special"):
            yield token.content


def _parser() -> MarkdownIt:
    """Without headings, code, images and raw HTML: pictures come as media, which know size, credit and rights."""
    parser = MarkdownIt("zero", {"breaks": True, "html": False}).enable([*_BLOCKS, *_RULES])
    parser.validateLink = lambda url: _ADDRESS.match(url) is not None  # type: ignore[method-assign]
    return parser


_PARSER = _parser()
