"""Proof: an exported story against checkpoints that keys signed which a reader trusts, and nobody else asked.

In: the lines of an export, public keys, notes from the export itself or from elsewhere. Out: findings, each naming
what is wrong, and what the checkpoints vouch for. Never: trust in the file's own word, or in a note that no given key
signed.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from depesche.journal import dump, notes, whoiswho
from depesche.journal.chain import Finding, Link
from depesche.journal.notes import Note, PublicKey
from depesche.journal.whoiswho import Names


class Proof(Struct, frozen=True):
    """What was found: nothing wrong where `findings` is empty. Then editions up to `edition` stood so at `at` (UTC).

    Who is who in them is told by `names`: no entry of the chain says it.
    """

    findings: tuple[Finding, ...]
    stream: str
    last: int
    names: Names
    edition: int = 0
    at: str = ""
    key: PublicKey | None = None


def prove(source: dump.Source, keys: Sequence[PublicKey], more: Sequence[Note] = ()) -> Proof:
    """Check an export's chains, then each checkpoint. Raises ImportRefused if the source is no export."""
    digests: dict[int, bytes] = {}

    def see(link: Link) -> None:
        if link.edition is not None and link.public_digest is not None:
            digests[link.edition] = link.public_digest

    header, findings = dump.walk(source, see)
    found = [*more, *(note for text in header.checkpoints[: dump.MOST_CHECKPOINTS] for note in notes.read(text))]
    mine = [note for note in found if note.stream == header.stream]
    signed = [(note, key) for note in mine if (key := notes.signer(note, keys)) is not None]
    last = max(digests, default=0)
    findings = [*findings, *_forged(mine, keys), *_unsigned(header.stream, found, mine, signed)]
    findings += _against(header.stream, [note for note, _ in signed], digests, last)
    good = [(note, key) for note, key in signed if digests.get(note.edition) == note.digest]
    names = whoiswho.check(header, keys)
    if not good:
        return Proof(tuple(findings), header.stream, last, names)
    newest, key = max(good, key=lambda each: each[0].edition)
    return Proof(tuple(findings), header.stream, last, names, newest.edition, newest.at, key)


def _forged(mine: Sequence[Note], keys: Sequence[PublicKey]) -> list[Finding]:
    """Notes that name one of the keys and weren't signed by it."""
    wrong = [note for note in mine if notes.claims_signer(note, keys) and notes.signer(note, keys) is None]
    told = "The signature of a checkpoint doesn't fit: it was altered, or never signed by this key."
    return [Finding(note.stream, None, note.edition, told) for note in wrong]


def _unsigned(
    stream: str, found: Sequence[Note], mine: Sequence[Note], signed: Sequence[tuple[Note, PublicKey]]
) -> list[Finding]:
    if signed:
        return []
    if mine:
        others = sorted({f"{each.name}+{each.id.hex()}" for note in mine for each in note.signatures})
        problem = f"Wrong key: no checkpoint is signed by it. Those that are here name {', '.join(others[:5])}."
    elif found:
        problem = "The checkpoints are of other stories."
    else:
        problem = "There is no checkpoint to compare with: nothing vouches for this file. Get some with --checkpoints."
    return [Finding(stream, None, None, problem)]


def _against(stream: str, signed: Sequence[Note], digests: dict[int, bytes], last: int) -> list[Finding]:
    """Checkpoints that the file doesn't fit; of those that a rewriting breaks, the earliest."""
    findings = []
    beyond = [note for note in signed if note.edition > last]
    if beyond:
        newest = max(beyond, key=lambda note: note.edition)
        problem = f"The tail is missing: edition {newest.edition} was signed at {newest.at}, the file ends with {last}."
        findings.append(Finding(stream, None, last + 1, problem))
    broken = [note for note in signed if note.edition <= last and digests.get(note.edition) != note.digest]
    if broken:
        first = min(broken, key=lambda note: note.edition)
        problem = f"The history up to here was rewritten: it isn't what was signed at {first.at}."
        findings.append(Finding(stream, None, first.edition, problem))
    return findings
