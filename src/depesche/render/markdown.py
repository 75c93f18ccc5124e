"""The Markdown of posts, "depesche-1": text becomes safe markup, and the plain text that statements are counted in.

In: what an editor wrote. Out: `html`, paragraphs, emphasis, links, lists, quotes and line breaks, nothing else; and
`plain`, the same words without any marking. Never: a tag, an attribute or an address outside the lists below. First
the parser knows no HTML and takes only links that name http, https or mailto; then nh3 drops whatever is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

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


def html(body: str) -> Markup:
    """The post's body as markup."""
    return Markup(_CLEANER.clean(_PARSER.render(body)))  # noqa: S704  # the one place where markup is made of text


def plain(body: str) -> str:
    """The body's words: blocks and line breaks separated by "\\n", no marking.

    Positions of statements are code points of this text; it never changes for a given body and NAME.
    """
    blocks = (token for token in _PARSER.parse(body) if token.type == "inline")
    return "\n".join("".join(_words(block.children or ())) for block in blocks)


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
