"""The model card of the final model, as the Hugging Face hub reads it."""

import io
from typing import Any

from ruamel.yaml import YAML

from stages.reporting.layout import Section
from stages.reporting.markdown import render_table
from stages.reporting.results import Results

# SPDX names as the hub writes them.
HUB_LICENCES = {"Apache-2.0": "apache-2.0", "MIT": "mit", "CC0-1.0": "cc0-1.0", "ODC-By-1.0": "odc-by"}


def render_model_card(title: str, licence: str, base: dict[str, Any], results: Results, sections: list[Section]) -> str:
    """YAML front matter, then how the model was made, what it scores, and what it is not for."""
    by_id = {section.id: section for section in sections}
    from_hub = base.get("origin") == "hub"
    datasets = [
        entry["repository"]
        for source, entry in sorted(results.settings["sources"].items())
        if "repository" in entry and results.metrics.get("fetch", {}).get(source, {}).get("documents")
    ]
    initialisation = results.settings["extend"]["input"]
    front: dict[str, Any] = {
        "language": ["vi", "en"],
        "license": HUB_LICENCES.get(licence, licence.lower()),
        "library_name": "transformers",
        "pipeline_tag": "text-generation",
    }
    if from_hub:
        front["base_model"] = base["repository"]
    if datasets:
        front["datasets"] = sorted(set(datasets))
    origin = (
        f"[{base['repository']}](https://huggingface.co/{base['repository']}) at revision `{base['revision']}`"
        if from_hub
        else "a small English model that the pipeline trains itself"
    )
    lines = [f"---\n{_yaml(front)}---", "", f"# {title}", ""]
    lines += [
        f"An English language model that was taught Vietnamese and kept its English. It starts from {origin}. Its "
        f"tokenizer was extended by Vietnamese merges, the new rows were initialised by `{initialisation}`, "
        "and the model was trained on in stages (new rows, embeddings, everything, blocks, annealing), "
        "then tuned on instructions and merged.",
        "",
        "## Results",
        "",
        by_id["scores"].text,
        "",
    ]
    lines += _tables(by_id["scores"])
    for section in (by_id[id_] for id_ in ("tokenizer", "training", "mixture", "sources") if id_ in by_id):
        lines += [f"## {section.title}", "", *([section.text, ""] if section.text else []), *_tables(section)]
    lines += [
        "## Use",
        "",
        "```python",
        "from transformers import AutoModelForCausalLM, AutoTokenizer",
        "",
        'tokenizer = AutoTokenizer.from_pretrained("models/merge")',
        'model = AutoModelForCausalLM.from_pretrained("models/merge")',
        'messages = [{"role": "user", "content": "Xin chào, bạn là ai?"}]',
        'ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt")',
        "print(tokenizer.decode(model.generate(ids, max_new_tokens=64)[0]))",
        "```",
        "",
        "## Limits",
        "",
        "- A small model: it states wrong facts fluently. Do not rely on it where that does harm.",
        "- It was tuned on built-in conversations and has no safety training; it may repeat what its text held.",
        "- It was measured on the benchmarks above only. Intervals that overlap do not tell two models apart.",
    ]
    if not datasets:
        lines.append("- Its text is a generated world of invented people: it knows nothing of the real one.")
    return "\n".join(lines).rstrip() + "\n"


def _tables(section: Section) -> list[str]:
    return [line for table in section.tables if table.rows for line in (render_table(table), "")]


def _yaml(value: dict[str, Any]) -> str:
    text = io.StringIO()
    writer = YAML()
    writer.default_flow_style = False
    writer.dump(value, text)
    return text.getvalue()
