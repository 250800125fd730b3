"""Documents of one language without exact duplicates, near-duplicates and repeated passages.

Of equal or nearly equal documents the longest stays (of those the first by id); a passage that
several documents share stays in the first by id and is cut from the others. OUT/kept and
OUT/dropped hold documents; metadata.cluster_size says for how many one stands,
metadata.duplicate_of which one a dropped document gave way to, metadata.cut_syllables what was cut.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt
from tqdm import tqdm

from stages import params
from stages.command import parser, start
from stages.outputs import new_folder, write_metrics
from stages.params import section
from stages.text.accounts import Accounts
from stages.text.documents import Document, read_documents, write_documents

SECTIONS = ("dedup", "profiles.{profile}.dedup")


@section
class Params:
    """What counts as a duplicate."""

    shingle_syllables: PositiveInt
    bands: PositiveInt
    rows: PositiveInt
    seed: int
    min_similarity: Annotated[float, Field(ge=0, le=1)]
    min_passage_syllables: PositiveInt
    min_words: NonNegativeInt
    max_passage_megabytes: PositiveFloat


def run(settings: Params, documents: Path, out: Path) -> dict[str, Any]:
    """Deduplicate the documents of `documents`/kept into `out`/kept and `out`/dropped; returns the metrics."""
    from stages.text.labels import score_deduplication
    from stages.text.repeated_passages import Corpus, Cut, remove
    from stages.text.vietnamese import syllables

    source = documents / "kept"
    survivors, rules = _survivors(settings, source)
    sizes = Counter(survivors.values())
    corpus = Corpus()
    for document in _read(source, "read passages"):
        if survivors[document.id] == document.id:
            corpus.add(document.id, document.text)
    cuts: dict[str, list[Cut]] = {}
    for cut in corpus.cuts(settings.min_passage_syllables, settings.max_passage_megabytes):
        cuts.setdefault(cut.document, []).append(cut)

    accounts = Accounts()
    dropped: list[Document] = []
    cut_syllables = 0
    with new_folder(out) as folder:

        def kept() -> Iterator[Document]:
            nonlocal cut_syllables
            for document in _read(source, "write"):
                accounts.came_in(document)
                if survivors[document.id] != document.id:
                    document.metadata["duplicate_of"] = survivors[document.id]
                    accounts.was_dropped(document, rules[document.id])
                    dropped.append(document)
                    continue
                if sizes[document.id] > 1:
                    document.metadata["cluster_size"] = sizes[document.id]
                if document.id in cuts:
                    shorter = remove(document.text, cuts[document.id])
                    count = sum(cut.end - cut.start for cut in cuts[document.id])
                    cut_syllables += count
                    document.metadata["cut_syllables"] = count
                    if len(syllables(shorter)) < settings.min_words:
                        accounts.was_dropped(document, "repeated_passage")
                        dropped.append(document)
                        continue
                    document.text = shorter
                accounts.was_kept(document)
                yield document

        write_documents(folder / "kept", kept())
        write_documents(folder / "dropped", dropped)
        accounts.refuse_empty("dedup")
        labels = score_deduplication(read_documents(folder / "kept"), read_documents(folder / "dropped"))
    figures = {"documents_with_cuts": len(cuts), "cut_syllables": cut_syllables}
    return accounts.metrics() | figures | ({"labels": labels} if labels else {})


def _survivors(settings: Params, source: Path) -> tuple[dict[str, str], dict[str, str]]:
    """For each document's id the id of the one that stands for it, and the rule that found it to be a copy."""
    from stages.text.near_duplicates import MinHash, Signer, clusters, exact_key

    minhash = MinHash(settings.shingle_syllables, settings.bands, settings.rows, settings.seed, settings.min_similarity)
    signer = Signer(minhash)
    ids, lengths, signatures = [], [], []
    exact: dict[bytes, list[int]] = {}
    for document in _read(source, "sign"):
        exact.setdefault(exact_key(document.text), []).append(len(ids))
        ids.append(document.id)
        lengths.append(len(document.text))
        signatures.append(signer.signature(document.text))

    def best(positions: list[int]) -> int:
        return min(positions, key=lambda position: (-lengths[position], ids[position]))

    survivors, rules = {}, {}
    unique = []
    for positions in exact.values():
        first = best(positions)
        unique.append(first)
        for position in positions:
            survivors[ids[position]] = ids[first]
            rules[ids[position]] = "exact_duplicate"
    unique.sort(key=lambda position: ids[position])
    matrix = np.array([signatures[position] for position in unique], dtype=np.uint32)
    cluster = clusters(matrix.reshape(len(unique), settings.bands * settings.rows), minhash)
    members: dict[int, list[int]] = {}
    for position, root in zip(unique, cluster.tolist(), strict=True):
        members.setdefault(root, []).append(position)
    stands_for = {ids[one]: ids[best(group)] for group in members.values() for one in group}
    for name in ids:
        if survivors[name] == name and stands_for[name] != name:
            rules[name] = "near_duplicate"
        survivors[name] = stands_for[survivors[name]]
    return survivors, rules


def _read(source: Path, doing: str) -> Iterator[Document]:
    return tqdm(read_documents(source), desc=f"dedup: {doing}", unit=" documents", mininterval=1)


def main() -> None:
    """Entry point."""
    arguments = parser(__doc__, "documents", "out", "metrics")
    arguments.add_argument("--language", required=True)
    given = arguments.parse_args()
    settings = params.load(Params, given.params, *SECTIONS, language=given.language)
    metrics = run(settings, given.documents, given.out)
    write_metrics(given.metrics, metrics)


if __name__ == "__main__":
    start(main)
