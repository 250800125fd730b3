"""The model card of the final model, as the Hugging Face hub reads it, each number beside the hash of what made it.

It holds no clock and no commit, so the same metrics, parameters and models give the same bytes; and no hash of
dvc.lock, which holds the card's own.
"""

import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ruamel.yaml import YAML

from stages.reporting.changes import WHOLE, domain_change
from stages.reporting.layout import NAMES, Section, Table
from stages.reporting.markdown import render_table
from stages.reporting.results import LANGUAGES, MEASURE_NAMES, RANDOM, Results
from stages.reporting.scores import p_value, task_name, tasks_off_chance

# SPDX names as the hub writes them.
HUB_LICENCES = {"Apache-2.0": "apache-2.0", "MIT": "mit", "CC0-1.0": "cc0-1.0", "ODC-By-1.0": "odc-by"}
HUB_MEASURES = {"acc": "accuracy", "f1": "f1", "chrf": "chrf"}
TASK = {"type": "text-generation"}
DIGITS = 12  # of SHA-256, beside numbers; the files of the model stand with all 64
WEIGHTS, TOKENIZER = ".safetensors", "tokenizer.json"


def render_model_card(
    title: str, licence: str, profile: str, base: dict[str, Any], results: Results, sections: list[Section]
) -> str:
    """YAML front matter, what the model is and scores, what made each number, what it is not for, how to remake it."""
    by_id = {section.id: section for section in sections}
    datasets = _datasets(results)
    parts = [
        ["---\n" + _yaml(_front_matter(title, licence, base, results)) + "---", "", f"# {title}", ""],
        _introduction(base, results, profile),
        _scores(results, by_id),
        _forgetting(results),
        _biases(results),
        *(_section(by_id[name], results) for name in ("tokenizer", "training", "mixture", "sources") if name in by_id),
        *(_section(by_id[name], results) for name in ("contamination", "benchmarks") if name in by_id),
        _use(),
        _limits(bool(datasets)),
        _made_by(results),
        _reproduction(results, profile),
        _citation(title, base, results),
    ]
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def short(digest: str | None) -> str:
    """The beginning of a hash, as code; empty for none.

    >>> short("1719e2198f026fda6c2abea0656a6b8d")
    '`1719e2198f02`'
    """
    return f"`{digest[:DIGITS]}`" if digest else ""


def weights_hash(results: Results, model: str) -> str | None:
    """The SHA-256 of a model's weights; of several files that of their hashes, one a line in order of their names."""
    files = results.files.get(model, {}).get("files", {})
    found = [digest for name, digest in sorted(files.items()) if name.endswith(WEIGHTS)]
    return hashlib.sha256("\n".join(found).encode()).hexdigest() if len(found) > 1 else next(iter(found), None)


def read_files(card: str) -> dict[str, str]:
    """The files of the model that a card tells of, with their SHA-256.

    >>> read_files(f"| file | SHA-256 |\\n| :--- | ---: |\\n| `config.json` | `{'0a' * 32}` |")["config.json"][:4]
    '0a0a'
    """
    return dict(re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", card, re.MULTILINE))


def _datasets(results: Results) -> list[str]:
    used = results.metrics.get("fetch", {})
    return sorted(
        {
            entry["repository"]
            for source, entry in results.settings["sources"].items()
            if "repository" in entry and used.get(source, {}).get("documents")
        }
    )


def _front_matter(title: str, licence: str, base: dict[str, Any], results: Results) -> dict[str, Any]:
    front: dict[str, Any] = {
        "language": list(LANGUAGES),
        "license": HUB_LICENCES.get(licence, licence.lower()),
        "library_name": "transformers",
        "pipeline_tag": "text-generation",
    }
    if base.get("origin") == "hub":
        front["base_model"] = base["repository"]
    if datasets := _datasets(results):
        front["datasets"] = datasets
    return front | {"model-index": [{"name": title, "results": list(_hub_results(results))}]}


def _hub_results(results: Results) -> Iterator[dict[str, Any]]:
    """The final model's total on each benchmark and its bits per byte, as the hub's model-index has them."""
    last = results.models[-1]
    for language in LANGUAGES:
        for score in results.scores_of(last, language):
            if score.part != "all":
                continue
            name = "accuracy by likelihood a byte" if score.measure == "acc" else MEASURE_NAMES[score.measure]
            metrics = [{"type": HUB_MEASURES[score.measure], "name": name, "value": score.value}]
            if "letter_acc" in score.values:
                metrics.append({"type": "accuracy", "name": "accuracy by letter", "value": score.values["letter_acc"]})
            place = _place(results, score.benchmark, language)
            dataset = {"name": f"{score.benchmark} ({NAMES[language]})", "type": score.benchmark} | place
            yield {"task": dict(TASK), "dataset": dataset, "metrics": metrics}
        values = results.evaluations.get(last, {}).get(language, {})
        if "bpb" in values:
            dataset = {"name": f"held-out text ({NAMES[language]})", "type": f"held-out-{language}"}
            metrics = [{"type": "bits_per_byte", "name": "bits per byte", "value": values["bpb"]}]
            yield {"task": dict(TASK), "dataset": dataset, "metrics": metrics}


def _place(results: Results, benchmark: str, language: str) -> dict[str, str]:
    """The data set of a benchmark on the hub, with its revision; empty where it has none there."""
    sources = results.metrics.get("benchmarks", {}).get(benchmark, {}).get("sources", {})
    for name, source in sorted(sources.items()):
        if name.endswith(f"-{language}") and source.get("repository"):
            return {"type": source["repository"], "revision": source["revision"]}
    return {}


def _introduction(base: dict[str, Any], results: Results, profile: str) -> list[str]:
    origin = (
        f"[{base['repository']}](https://huggingface.co/{base['repository']}) at revision `{base['revision']}`"
        if base.get("origin") == "hub"
        else "a small English model that the pipeline trains itself"
    )
    stages = ", ".join(f"`{name}`" for name in results.settings.get("pretrain", {}))
    tuned = ", ".join(f"`{name}`" for name in results.settings.get("instruct", {}))
    return [
        f"An English language model that was taught Vietnamese and kept its English. It starts from {origin}. Its "
        f"tokenizer was extended by Vietnamese merges, the new rows were initialised by "
        f"`{results.settings['extend']['input']}`, the model was trained on in stages ({stages}), tuned on "
        f"instructions ({tuned}) and merged. Made with profile `{profile}`.",
        "",
        f"Weights: {short(weights_hash(results, results.models[-1]))}. Every number stands beside the first {DIGITS} "
        "hex digits of the SHA-256 of what made it: the weights of the model, or the metrics file.",
        "",
    ]


def _scores(results: Results, by_id: dict[str, Section]) -> list[str]:
    lines = ["## Scores", "", by_id["scores"].text, ""]
    for name in ("scores", "domains", "letters", "generation"):
        if name not in by_id or not _shown(by_id[name]):
            continue
        if name != "scores":
            lines += [f"### {by_id[name].title}", "", by_id[name].text, ""]
        for table in _shown(by_id[name]):
            lines += [render_table(_with_hashes(results, table)), ""]
    return lines


def _with_hashes(results: Results, table: Table) -> Table:
    """The table with weights and metrics beside the models, which are named in its head or in its second column."""
    language = next((key for key in LANGUAGES if NAMES[key] == table.head[0]), "")
    if "model" in table.head:
        rows = [(*row, _of(results, row[1], language)) for row in table.rows]
        return replace(table, head=(*table.head, "weights, metrics"), rows=rows)
    models = {RANDOM: "random network"} | {model: model for model in results.models}
    heads = {shown: f"{shown} {_of(results, model, language)}".strip() for model, shown in models.items()}
    tables = ", ".join(
        f"{model} {digest}"
        for model in (results.models[0], results.models[-1])
        if (digest := short(results.digests.get(f"outcomes/{model}-{language}.csv")))
    )
    note = f"{table.note} Changes are from the outcomes of {tables}." if tables else table.note
    return replace(table, head=tuple(heads.get(cell, cell) for cell in table.head), note=note)


def _of(results: Results, model: str, language: str) -> str:
    """The hashes of a model's weights and of its metrics in a language."""
    metrics = results.digests.get(f"evaluate/{model}-{language}.json")
    return " ".join(filter(None, (short(weights_hash(results, model)), short(metrics))))


def _forgetting(results: Results) -> list[str]:
    """What the final model lost of the base's English."""
    first, last = results.models[0], results.models[-1]
    before, after = (results.evaluations[model].get("en", {}).get("bpb") for model in (first, last))
    if before is None or after is None:
        return []
    text = (
        f"English bits per byte: `{first}` {before:.3f} ({_of(results, first, 'en')}), `{last}` {after:.3f} "
        f"({_of(results, last, 'en')}), {100 * (after / before - 1):+.1f} %."
    )
    if change := domain_change(results, "en", WHOLE):
        found = change.difference
        text += (
            f" Over the same documents {found.value:+.3f} with a 95 % interval of {found.low:+.3f} to "
            f"{found.high:+.3f}, p {p_value(change.p)} (Holm)."
        )
    return ["## English that was forgotten", "", text, ""]


def _biases(results: Results) -> list[str]:
    """What the scores themselves are biased by, and what nobody measured."""
    last = results.models[-1]
    lines = []
    for language in LANGUAGES:
        if off := tasks_off_chance(results, language):
            lines.append(
                f"- {NAMES[language]}: a network that learnt nothing ({_of(results, RANDOM, language)}) is off chance "
                f"in {', '.join(map(task_name, off))}. The options give something away there, by their length for one."
            )
        biased = [score for score in results.scores_of(last, language) if "option_bias" in score.values]
        if biased:
            most = max(biased, key=lambda score: score.values["option_bias"])
            lines.append(
                f"- {NAMES[language]}: asked by letter, `{last}` ({_of(results, last, language)}) answers by the place "
                f"of an option by up to {100 * most.values['option_bias']:.1f} points ({task_name(most.task)})."
            )
    lines.append(
        "- Prejudice against groups of people was not measured. What the text says of them, the model may repeat."
    )
    return ["## Biases", "", *lines, ""]


def _section(section: Section, results: Results) -> list[str]:
    lines = [f"## {section.title}", "", *([section.text, ""] if section.text else [])]
    for table in _shown(section):
        lines += [render_table(_with_files(results, section.id, table)), ""]
    return lines


def _with_files(results: Results, section: str, table: Table) -> Table:
    """The table with the hash of the metrics file that each of its rows comes from."""
    places = {
        "training": lambda row: _run_file(row[0]),
        "sources": lambda row: f"fetch/{row[0]}.json",
        "mixture": lambda row: f"pack/{_language(row[0])}.json",
        "contamination": lambda row: f"split/{_language(row[0])}.json",
        "benchmarks": lambda row: f"benchmarks/{row[0]}.json",
        "tokenizer": lambda row: "vocab.json",
    }
    rows = [(*row, short(results.digests.get(places[section](row)))) for row in table.rows]
    return replace(table, head=(*table.head, "metrics"), rows=rows)


def _run_file(run: str) -> str:
    if run.startswith("instruct-"):
        return f"instruct/{run.removeprefix('instruct-')}.json"
    return "base.json" if run == "base" else f"pretrain/{run}.json"


def _language(name: str) -> str:
    return next((key for key, shown in NAMES.items() if shown == name), name)


def _use() -> list[str]:
    return [
        "## Use",
        "",
        "```python",
        "from transformers import AutoModelForCausalLM, AutoTokenizer",
        "",
        'folder = "."  # this one',
        "tokenizer = AutoTokenizer.from_pretrained(folder)",
        "model = AutoModelForCausalLM.from_pretrained(folder)",
        'messages = [{"role": "user", "content": "Xin chào, bạn là ai?"}]',
        'ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt")',
        "print(tokenizer.decode(model.generate(ids, max_new_tokens=64)[0]))",
        "```",
        "",
    ]


def _limits(has_real_text: bool) -> list[str]:
    invented = "- Its text is a generated world of invented people: it knows nothing of the real one."
    return [
        "## Limits",
        "",
        "- A small model: it states wrong facts fluently. Do not rely on it where that does harm.",
        "- It has no safety training; it may repeat what its text held.",
        "- It was measured on what stands above only, in Vietnamese and English. Intervals are over items and "
        "documents: another seed of the same training may differ by more.",
        *([] if has_real_text else [invented]),
        "",
    ]


def _made_by(results: Results) -> list[str]:
    """The hashes of the models, their metrics and outcomes; the files of the final model in full, for exporting."""
    last = results.models[-1]
    written = (f"{kind}, {key}" for kind in ("metrics", "outcomes") for key in LANGUAGES)
    head = ("model", "weights", "tokenizer", *written)
    rows = []
    for model in results.evaluations:
        files = results.files.get(model, {}).get("files", {})
        places = (f"evaluate/{model}-{{}}.json", f"outcomes/{model}-{{}}.csv")
        digests = (short(results.digests.get(place.format(key))) for place in places for key in LANGUAGES)
        rows.append((model, short(weights_hash(results, model)), short(files.get(TOKENIZER)), *digests))
    files = [(f"`{name}`", f"`{digest}`") for name, digest in results.files.get(last, {}).get("files", {}).items()]
    return [
        "## What made the numbers",
        "",
        render_table(Table(head, rows, "SHA-256 of the files, as they were when the model was evaluated.")),
        "",
        f"Parameters: {short(_params_hash(results))}, the SHA-256 of those that the report lists, as JSON with sorted "
        "keys.",
        "",
        f"The files of `{last}`:",
        "",
        render_table(Table(("file", "SHA-256"), files)),
        "",
    ]


def _params_hash(results: Results) -> str:
    return hashlib.sha256(json.dumps(results.settings, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _reproduction(results: Results, profile: str) -> list[str]:
    last = results.models[-1]
    folder = results.files.get(last, {}).get("folder", "")
    metrics = f"metrics/{profile}/evaluate/{last}-vi.json"
    return [
        "## Reproduce it",
        "",
        f"The commit cannot stand in a file that it holds. `dvc.lock` names the model's folder by `{folder}`, so the "
        "last line of the first command is the commit that made it:",
        "",
        "```bash",
        f"git log --format=%h -S {folder} -- dvc.lock",
        "git checkout COMMIT",
        f"sha256sum {metrics}   # begins with {short(results.digests.get(f'evaluate/{last}-vi.json')).strip('`')}",
        "dvc repro             # the same bytes on the same kind of processor; or: dvc pull",
        "```",
        "",
    ]


def _citation(title: str, base: dict[str, Any], results: Results) -> list[str]:
    key = "".join(letter for letter in title.lower() if letter.isalnum())
    version = (weights_hash(results, results.models[-1]) or "")[:DIGITS]
    lines = [
        "## Citation",
        "",
        "```bibtex",
        f"@software{{{key},",
        f"  title   = {{{title}: an English small language model that learns Vietnamese and keeps its English}},",
        f"  author  = {{{{The {title} authors}}}},",
        f"  version = {{weights {version}}}",
        "}",
        "```",
        "",
        "Its methods: EEVE (Kim et al. 2024, arXiv 2402.14714), TIES and DARE (Yadav et al. 2023, arXiv 2306.01708; Yu "
        "et al. 2023, arXiv 2311.03099), DELLA (Deep et al. 2024, arXiv 2406.11617).",
    ]
    if base.get("origin") == "hub":
        lines.append(f"Its base: {base['repository']}, whose card says how to cite it.")
    return lines


def _shown(section: Section) -> list[Table]:
    return [table for table in section.tables if table.rows and not table.folded]


def _yaml(value: dict[str, Any]) -> str:
    text = io.StringIO()
    writer = YAML()
    writer.default_flow_style = False
    writer.dump(value, text)
    return text.getvalue()
