"""What learns in each phase, of tied and untied models; what is frozen keeps its bits; phases resume exactly."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from litgpt.model import GPT
from test_training_loop import OLD, ROWS, SETTINGS, SHAPE, bits, blocks, plan, run

from stages.errors import BadInput
from stages.model.conversion import from_huggingface, random_model, to_huggingface
from stages.model.expansion import expand
from stages.model.smollm2 import smollm2_config
from stages.training.checkpoints import Checkpoints
from stages.training.devices import start_fabric
from stages.training.lean import make_lean
from stages.training.learning import LEARNS, check_frozen, freeze, phases, unfreeze
from stages.training.loop import Plan
from stages.training.loss import IGNORED, next_token_batch
from stages.training.optimizer import parameter_groups
from stages.training.phases import train_phases
from stages.training.settings import Divergence

EMBEDDING, HEAD = "model.embed_tokens.weight", "lm_head.weight"
BOTH = pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])

# Figure 2 of the paper, written down once more: which parts learn.
TIED = {
    "new_input": {"new"},
    "new_output": {"new"},
    "new_rows": {"new"},
    "output": {"old", "new"},
    "embeddings": {"old", "new"},
    "all": {"old", "new", "body"},
    "blocks": {"body"},
}
UNTIED = {
    "new_input": {"new input"},
    "new_output": {"new output"},
    "new_rows": {"new input", "new output"},
    "output": {"old output", "new output"},
    "embeddings": {"new input", "old output", "new output"},
    "all": {"old input", "new input", "old output", "new output", "body"},
    "blocks": {"body"},
}


def new_model(tied: bool) -> GPT:
    return random_model(smollm2_config(SHAPE, ROWS) | {"tie_word_embeddings": tied}, seed=1)


def parts(model: GPT, tied: bool) -> dict[str, bytes]:
    """The bits of each part of a model, those of the body tensor by tensor."""
    found = {}
    for name, tensor in to_huggingface(model).items():
        if name in (EMBEDDING, HEAD):
            end = "" if tied else {EMBEDDING: " input", HEAD: " output"}[name]
            found |= {f"old{end}": bits(tensor[:OLD]), f"new{end}": bits(tensor[OLD:])}
        else:
            found[name] = bits(tensor)
    return found


@pytest.mark.parametrize("learns", list(UNTIED))
@BOTH
def test_what_is_frozen_keeps_its_bits_and_the_rest_moves(learns: str, tied: bool, tmp_path: Path) -> None:
    model, origin = new_model(tied), new_model(tied)
    before, expected = parts(model, tied), (TIED if tied else UNTIED)[learns]
    freeze(model, learns, OLD)
    run(model, tmp_path, plan(5))
    unfreeze(model)
    after = parts(model, tied)
    assert before.keys() == after.keys()
    for name in before:
        moves = name in expected if name.startswith(("old", "new")) else "body" in expected
        assert (before[name] != after[name]) == moves, name
    assert (model.lm_head.weight is model.transformer.wte.weight) == tied
    assert all(parameter.requires_grad for parameter in model.parameters())
    check_frozen(origin, model, learns, OLD)


@BOTH
@pytest.mark.parametrize(
    ("learns", "frozen"), [("new_rows", "transformer.wte"), ("embeddings", "transformer.ln_f"), ("blocks", "lm_head")]
)
def test_a_frozen_tensor_that_moved_by_a_bit_is_an_error(learns: str, frozen: str, tied: bool) -> None:
    """Zero becomes minus zero, which an equality of numbers would not see."""
    before, after = new_model(tied), new_model(tied)
    with torch.no_grad():
        before.get_submodule(frozen).weight.view(-1)[0] = 0.0
        after.get_submodule(frozen).weight.view(-1)[0] = -0.0
    with pytest.raises(RuntimeError, match="frozen moved in"):
        check_frozen(before, after, learns, OLD)


@pytest.mark.parametrize("learns", ["new_input", "new_output", "new_rows", "embeddings"])
@BOTH
def test_split_rows_are_the_same_function_with_the_same_gradient(learns: str, tied: bool) -> None:
    tokens = torch.from_numpy(blocks(0))
    whole, split = new_model(tied), new_model(tied)
    freeze(split, learns, OLD)
    assert torch.equal(whole(tokens), split(tokens))
    for model in (whole, split):
        model(tokens).square().sum().backward()
    for name, module in (("transformer.wte", split.transformer.wte), ("lm_head", split.lm_head)):
        if hasattr(module, "new"):
            expected = whole.get_parameter(f"{name}.weight").grad[OLD:]
            assert torch.allclose(module.new.grad, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("tied", "learns", "learning"),
    [
        (True, "new_rows", {"transformer.wte.new"}),
        (False, "new_input", {"transformer.wte.new"}),
        (False, "new_output", {"lm_head.new"}),
        (False, "new_rows", {"transformer.wte.new", "lm_head.new"}),
        (False, "embeddings", {"transformer.wte.new", "lm_head.weight"}),
    ],
)
def test_only_what_learns_has_gradient_and_moments(tied: bool, learns: str, learning: set[str]) -> None:
    model = new_model(tied)
    freeze(model, learns, OLD)
    [group] = parameter_groups(model, weight_decay=0.5)  # so no decay, at either end
    assert group["weight_decay"] == 0.0
    sizes = {len(parameter) for parameter in group["params"]}
    assert sizes == ({ROWS - OLD, ROWS} if learns == "embeddings" else {ROWS - OLD})
    model(torch.from_numpy(blocks(0))).square().sum().backward()
    assert {name for name, parameter in model.named_parameters() if parameter.grad is not None} == learning


def test_the_backward_pass_of_new_rows_computes_no_weight_gradient_of_the_body(monkeypatch) -> None:
    """Products in the backward pass of `all` and of `new_rows`: a linear layer has two, one of which goes."""

    def products(learns: str) -> int:
        model = new_model(tied=True)
        freeze(model, learns, OLD)
        loss = model(torch.from_numpy(blocks(0))).square().sum()
        with torch.profiler.profile() as profile:
            loss.backward()
        return sum(event.count for event in profile.key_averages() if event.key in ("aten::mm", "aten::bmm"))

    linear_layers = 5 * SHAPE["num_hidden_layers"]
    # The head's weight gradient stays, in two pieces of which one learns.
    assert products("all") - products("new_rows") >= linear_layers - 1


@BOTH
@pytest.mark.parametrize("learns", ["new_input", "new_output", "new_rows"])
def test_text_without_new_tokens_is_read_as_by_the_base(learns: str, tied: bool, tmp_path: Path) -> None:
    """The logits of the base's ids, and so the scores renormalised over them, to the bit; the others moved."""
    config = smollm2_config(SHAPE, ROWS) | {"tie_word_embeddings": tied}
    model, tensors = new_model(tied), to_huggingface(new_model(tied))
    of_base = {name: tensor[:OLD] if name in (EMBEDDING, HEAD) else tensor for name, tensor in tensors.items()}
    base = from_huggingface(config | {"vocab_size": OLD}, of_base)
    text = torch.from_numpy(blocks(0) % OLD)
    freeze(model, learns, OLD)
    for each in (base, model):  # in the same operations as in training
        make_lean(each)
    with torch.no_grad():
        before = model(text)
    run(model, tmp_path, plan(5))
    with torch.no_grad():
        expected, found = base(text), model(text)
    assert bits(found[..., :OLD]) == bits(expected)
    assert bits(found[..., :OLD].log_softmax(-1)) == bits(expected.log_softmax(-1))
    assert (bits(found[..., OLD:]) == bits(before[..., OLD:])) == (learns == "new_input" and not tied)


@BOTH
@pytest.mark.parametrize("learns", ["new_rows", "added_blocks"])
def test_without_anything_new_training_it_is_refused(learns: str, tied: bool) -> None:
    with pytest.raises(BadInput, match="none is new"):
        freeze(new_model(tied), learns, ROWS)


@BOTH
@pytest.mark.parametrize("learns", ["embeddings", "all", "blocks"])
def test_without_new_rows_the_rest_can_be_trained(learns: str, tied: bool, tmp_path: Path) -> None:
    model, origin = new_model(tied), new_model(tied)
    freeze(model, learns, ROWS)
    run(model, tmp_path, plan(2))
    unfreeze(model)
    check_frozen(origin, model, learns, ROWS)


@BOTH
def test_added_blocks_learn_alone(tied: bool, tmp_path: Path) -> None:
    config = smollm2_config(SHAPE, ROWS) | {"tie_word_embeddings": tied}
    wider, tensors = expand(config, to_huggingface(new_model(tied)), added=1)
    model, origin = (from_huggingface(wider, {k: v.clone() for k, v in tensors.items()}) for _ in range(2))
    freeze(model, "added_blocks", ROWS, old_blocks=2)
    run(model, tmp_path, plan(4))
    unfreeze(model)
    after = to_huggingface(model)
    for name, tensor in tensors.items():
        assert (bits(tensor) != bits(after[name])) == name.startswith("model.layers.2."), name
    check_frozen(origin, model, "added_blocks", ROWS, old_blocks=2)


def test_phases_follow_the_paper() -> None:
    tied, untied = new_model(tied=True), new_model(tied=False)
    assert phases(tied, "new_rows") == ("new_rows",)
    assert phases(untied, "new_rows") == ("new_input", "new_output", "new_rows")
    assert phases(untied, "embeddings") == ("output", "embeddings")
    assert phases(untied, "all") == ("all",)
    for learns in LEARNS:
        for model in (tied, untied):
            *earlier, last = phases(model, learns)
            assert last == learns, "what a stage is compared by after all its phases"
            assert all(LEARNS[phase] <= LEARNS[last] for phase in earlier)


def run_phases(
    folder: Path, batch: Callable[[int], tuple[torch.Tensor, torch.Tensor]], **changes: object
) -> tuple[GPT, list[dict[str, float]]]:
    """All new rows of an untied model in three phases, with a schedule that begins anew in each."""
    model, settings = new_model(tied=False), replace(SETTINGS, checkpoint_every_steps=2, **changes)

    def part(first: int, count: int) -> Plan:
        return plan(
            count, batch=lambda step: batch(first + step), learning_rate=lambda step: 0.01 * (count - step) / count
        )

    saved = Checkpoints(folder / "checkpoints", {"run": "this"}, keep=2)
    names = phases(model, "new_rows")
    curve = train_phases(
        start_fabric(SETTINGS), model, names, lambda name: freeze(model, name, OLD), 14, part, settings, saved, folder
    )
    unfreeze(model)
    return model, curve


def test_phases_read_on_and_make_one_curve(tmp_path: Path) -> None:
    shown: list[int] = []

    def batch(step: int) -> tuple[torch.Tensor, torch.Tensor]:
        shown.append(step)
        return next_token_batch(blocks(step))

    model, curve = run_phases(tmp_path, batch)
    assert shown == list(range(14)), "each batch once, in order"
    assert [row["step"] for row in curve] == [4, 9, 14]  # phases of 4, 5 and 5 steps, measured each 5 and at the end
    assert [row["learning_rate"] for row in curve] == pytest.approx([0.0025, 0.002, 0.002])
    before, after = parts(new_model(tied=False), tied=False), parts(model, tied=False)
    assert {name for name in before if before[name] != after[name]} == {"new input", "new output"}


def test_a_phase_reads_on_behind_what_the_one_before_left_out(tmp_path: Path) -> None:
    shown: list[int] = []

    def batch(place: int) -> tuple[torch.Tensor, torch.Tensor]:
        shown.append(place)
        tokens, targets = next_token_batch(blocks(place))
        # A loss of 0 at place 2, over which the next one rises.
        return tokens, torch.full_like(targets, IGNORED) if place == 2 else targets

    limits = Divergence(policy="step_back", max_loss_rise=3.0, window_steps=1, max_step_backs=1)
    _, curve = run_phases(tmp_path, batch, divergence=limits)
    assert shown == list(range(16)), "14 steps, and two places left out in the first phase"
    assert [(row["step"], row["skipped_batches"]) for row in curve] == [(4, 2), (9, 2), (14, 2)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], list[dict[str, float]]]:
    model, curve = run_phases(tmp_path_factory.mktemp("whole"), lambda step: next_token_batch(blocks(step)))
    return parts(model, tied=False), curve


@pytest.mark.parametrize("stop", [3, 4, 6, 9, 12])  # 4 and 9 are the first steps of phases
def test_a_run_stopped_in_any_phase_ends_with_the_same_bits(stop: int, undisturbed: object, tmp_path: Path) -> None:
    shown: list[int] = []

    def batch(step: int, stopping: bool) -> tuple[torch.Tensor, torch.Tensor]:
        if stopping and step == stop:
            raise KeyboardInterrupt
        shown.append(step)
        return next_token_batch(blocks(step))

    with pytest.raises(KeyboardInterrupt):
        run_phases(tmp_path, lambda step: batch(step, stopping=True))
    shown.clear()
    model, curve = run_phases(tmp_path, lambda step: batch(step, stopping=False))
    assert (parts(model, tied=False), curve) == undisturbed
    begin = max(first for first in (0, 4, 9) if first <= stop)
    assert min(shown) >= begin, "a finished phase is not done again"
    assert shown[0] == begin + (stop - begin) // 2 * 2, "from the last checkpoint of the phase at hand"
