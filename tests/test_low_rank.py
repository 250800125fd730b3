"""Low-rank training: adapters beside the blocks' matrices, restarts that keep the function, exact resume."""

import copy
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from litgpt.model import GPT
from test_training_loop import OLD, ROWS, SETTINGS, SHAPE, bits, blocks, plan, run

from commands.training_memory import training_memory
from stages.errors import BadInput
from stages.model.conversion import random_model, to_huggingface
from stages.model.lora import adapt, adapters, merge, merge_and_draw
from stages.model.smollm2 import smollm2_config
from stages.training.learning import freeze, unfreeze
from stages.training.loop import Plan
from stages.training.loss import next_token_batch
from stages.training.low_rank import prune_moments, restarts_before_steps
from stages.training.optimizer import parameter_groups
from stages.training.settings import Restarts

RANK, ALPHA, SEED = 2, 4, 1
WIDTH, INNER, KEYS = SHAPE["hidden_size"], SHAPE["intermediate_size"], 8  # keys: 2 groups of head size 4
LAYERS = SHAPE["num_hidden_layers"]
RESTARTS = Restarts(every_steps=4, warmup_steps=2, kept_moments=0.1)


def plain_model(tied: bool = True) -> GPT:
    """Weights large enough that every matrix has a gradient well above rounding."""
    config = smollm2_config(SHAPE, ROWS) | {"tie_word_embeddings": tied, "initializer_range": 0.2}
    return random_model(config, seed=1)


def new_model(learns: str = "all", tied: bool = True) -> GPT:
    model = plain_model(tied)
    if tied:
        freeze(model, learns, OLD)
    adapt(model, RANK, ALPHA, SEED)
    return model


def restarting(model: GPT, steps: int, restarts: Restarts | None = RESTARTS, **changes: object) -> Plan:
    return plan(steps, before_step=restarts_before_steps(model, restarts, SEED), **changes)


def shake(model: GPT) -> None:
    """Give the adapters values as large as training would."""
    torch.manual_seed(0)
    with torch.no_grad():
        for adapter in adapters(model):
            adapter.lora_A.normal_(std=0.1)
            adapter.lora_B.normal_(std=0.1)


def learning(model: GPT) -> dict[str, int]:
    return {name: parameter.numel() for name, parameter in model.named_parameters() if parameter.requires_grad}


def adapter_parameters() -> int:
    """By hand: queries, keys and values have a pair each; A reads the input, B writes the output."""
    attention = 3 * RANK * WIDTH + RANK * (WIDTH + 2 * KEYS) + RANK * (WIDTH + WIDTH)
    return LAYERS * (attention + 3 * RANK * (WIDTH + INNER))


def test_adapters_begin_as_the_model_itself() -> None:
    tokens = torch.from_numpy(blocks(0))
    assert torch.equal(new_model()(tokens), plain_model()(tokens))


@pytest.mark.parametrize("learns", ["all", "blocks"])
def test_only_adapters_norms_and_with_all_the_embedding_are_in_the_optimizer(learns: str, tmp_path: Path) -> None:
    model = new_model(learns)
    norms, embedding = (2 * LAYERS + 1) * WIDTH, ROWS * WIDTH
    assert sum(learning(model).values()) == adapter_parameters() + norms + (embedding if learns == "all" else 0)
    frozen = {name: bits(tensor) for name, tensor in model.state_dict().items() if ".linear." in name}
    assert len(frozen) == 5 * LAYERS
    moments = 0

    def count(step: int, optimizer: torch.optim.Optimizer) -> None:
        nonlocal moments
        moments = sum(state["exp_avg"].numel() + state["exp_avg_sq"].numel() for state in optimizer.state.values())

    run(model, tmp_path, plan(3, before_step=count))
    assert moments == 2 * sum(learning(model).values())
    assert all(bits(model.state_dict()[name]) == before for name, before in frozen.items())
    assert all(adapter.linear.weight.grad is None for adapter in adapters(model))


def test_adapters_decay_and_norms_and_embedding_do_not() -> None:
    model = new_model()
    decayed, rest = parameter_groups(model, weight_decay=0.5)
    assert {id(p) for p in decayed["params"]} == {id(p) for a in adapters(model) for p in (a.lora_A, a.lora_B)}
    assert rest["weight_decay"] == 0.0


@pytest.mark.parametrize("tied", [True, False])
def test_merging_leaves_a_plain_model_of_the_same_function(tied: bool) -> None:
    model, tokens = new_model(tied=tied), torch.from_numpy(blocks(0))
    names = to_huggingface(plain_model(tied)).keys()
    shake(model)
    expected = model(tokens).detach()
    merge(model)
    unfreeze(model)
    assert not list(adapters(model))
    assert to_huggingface(model).keys() == names
    assert (model.lm_head.weight is model.transformer.wte.weight) == tied
    assert float((model(tokens).detach() - expected).abs().max() / expected.abs().max()) < 2e-6


def test_a_restart_keeps_the_logits_and_draws_anew() -> None:
    model, tokens = new_model(), torch.from_numpy(blocks(0))
    shake(model)
    with torch.no_grad():
        plain, before = plain_model()(tokens), model(tokens)
        merge_and_draw(model, SEED, restart=1)
        # Some roundings of float32 (6e-8 each); what the adapters do to the logits is a million times as much.
        largest = before.abs().max()
        assert float((model(tokens) - before).abs().max() / largest) < 2e-6
        assert float((plain - before).abs().max() / largest) > 0.5
    first = [adapter.lora_A.clone() for adapter in adapters(model)]
    assert all(not adapter.lora_B.any() for adapter in adapters(model))
    merge_and_draw(model, SEED, restart=2)
    assert all(not torch.equal(adapter.lora_A, old) for adapter, old in zip(adapters(model), first, strict=True))
    merge_and_draw(model, SEED, restart=1)
    assert all(torch.equal(adapter.lora_A, old) for adapter, old in zip(adapters(model), first, strict=True))


def changes_by_matrix(model: GPT) -> dict[str, torch.Tensor]:
    """The change of each matrix of the blocks since the beginning, under Hugging Face's names."""
    before = to_huggingface(plain_model())
    merge(model)
    after = to_huggingface(model)
    return {name: after[name].double() - before[name].double() for name in before if "_proj" in name}


def rank_of(change: torch.Tensor) -> int:
    values = torch.linalg.svdvals(change)
    return int((values > 1e-4 * values[0]).sum())  # far above the rounding of float32 weights, 1e-7 of them


@pytest.mark.parametrize(("restarts", "most"), [(None, RANK), (RESTARTS, 4 * RANK)])
def test_restarts_raise_the_rank_of_the_change(restarts: Restarts | None, most: int, tmp_path: Path) -> None:
    model = new_model()
    run(model, tmp_path, restarting(model, 16, restarts))  # three restarts: the sum of four changes
    ranks = {name: rank_of(change) for name, change in changes_by_matrix(model).items()}
    assert len(ranks) == 7 * LAYERS
    assert all(rank <= most for rank in ranks.values()), ranks
    if restarts:
        assert all(rank > RANK for rank in ranks.values()), ranks


def test_the_moments_of_the_adapters_are_pruned_and_of_the_rest_kept(tmp_path: Path) -> None:
    model, seen = new_model(), {}

    def prune(step: int, optimizer: torch.optim.Optimizer) -> None:
        if step == 3:
            seen["before"] = copy.deepcopy(list(optimizer.state.values()))
            prune_moments(model, optimizer, kept=0.1)
            seen["after"] = copy.deepcopy(list(optimizer.state.values()))
            seen["names"] = [names[id(parameter)] for parameter in optimizer.state]

    names = {id(parameter): name for name, parameter in model.named_parameters()}
    run(model, tmp_path, plan(4, before_step=prune))
    assert sum(".lora_" in name for name in seen["names"]) == 2 * 5 * LAYERS < len(seen["names"])
    for name, before, after in zip(seen["names"], seen["before"], seen["after"], strict=True):
        assert before["step"] == after["step"] == 3
        kept = after["exp_avg"] != 0
        if ".lora_" in name:
            assert int(kept.sum()) == round(0.1 * kept.numel())
            assert before["exp_avg"][kept].abs().min() >= before["exp_avg"][~kept].abs().max()
            assert torch.equal(after["exp_avg_sq"] != 0, kept)
        else:
            kept = torch.ones_like(kept)
        assert torch.equal(before["exp_avg"][kept], after["exp_avg"][kept])
        assert torch.equal(before["exp_avg_sq"][kept], after["exp_avg_sq"][kept])


def test_no_step_after_a_restart_is_larger_than_others(tmp_path: Path) -> None:
    """A kept first moment over a pruned second one would be a step of thousands."""
    model, last, steps = new_model(), [], []
    restart = restarts_before_steps(model, RESTARTS, SEED)

    def watch(step: int, optimizer: torch.optim.Optimizer) -> None:
        now = [adapter.lora_A.detach().clone() for adapter in adapters(model)]
        steps.extend(float((new - old).abs().max()) for new, old in zip(now, last, strict=bool(last)))
        restart(step, optimizer)
        last[:] = [adapter.lora_A.detach().clone() for adapter in adapters(model)]

    run(model, tmp_path, plan(10, before_step=watch))
    assert len(steps) == 9 * 5 * LAYERS
    assert max(steps) < 3 * 0.01  # the learning rate


# Restarts before steps 4 and 8, checkpoints before steps divisible by `every`: between restarts, and exactly at them.
@pytest.mark.parametrize(("stop", "every", "learns"), [(4, 3, "all"), (8, 4, "blocks"), (10, 3, "blocks")])
def test_a_run_that_was_stopped_between_or_at_restarts_ends_with_the_same_bits(
    stop: int, every: int, learns: str, tmp_path: Path
) -> None:
    def batch(number: int) -> tuple[torch.Tensor, torch.Tensor]:
        if number == stop:
            raise KeyboardInterrupt
        return next_token_batch(blocks(number))

    settings = replace(SETTINGS, checkpoint_every_steps=every)
    ends = []
    for name, attempts in (("whole", [{}]), ("stopped", [{"batch": batch}, {}])):
        for changes in attempts:
            model = new_model(learns)
            try:
                curve = run(model, tmp_path / name, restarting(model, 11, **changes), settings)
            except KeyboardInterrupt:
                assert list((tmp_path / name).rglob("*.ckpt"))
        merge(model)
        ends.append(({key: bits(tensor) for key, tensor in to_huggingface(model).items()}, curve))
    assert ends[0] == ends[1]


def test_without_a_matrix_that_learns_adapters_are_refused() -> None:
    with pytest.raises(BadInput, match="low_rank: no matrix of the blocks learns"):
        new_model("embeddings")


def test_a_learning_rate_that_is_never_warm_again_is_refused() -> None:
    with pytest.raises(BadInput, match="warmup_steps: 4 is no less than every_steps: 4"):
        restarts_before_steps(new_model(), replace(RESTARTS, warmup_steps=4), SEED)


def test_restarts_of_a_model_that_is_not_the_one_trained_are_refused(tmp_path: Path) -> None:
    """As FSDP has it, which trains a copy."""
    with pytest.raises(BadInput, match="split among devices"):
        run(new_model(), tmp_path, restarting(new_model(), 3))


@pytest.mark.parametrize("learns", ["all", "blocks"])
def test_the_memory_of_a_shape_is_that_of_its_parameters(learns: str) -> None:
    config = smollm2_config(SHAPE, ROWS)
    whole, low = training_memory(config, learns, None), training_memory(config, learns, RANK)
    body = sum(parameter.numel() for parameter in plain_model().transformer.h.parameters()) + WIDTH
    rows = ROWS * WIDTH
    assert (whole.parameters, whole.learning) == (body + rows, body + (rows if learns == "all" else 0))
    assert low.parameters == whole.parameters + adapter_parameters()
    assert low.learning == sum(learning(new_model(learns)).values())
    assert low.gigabytes == pytest.approx((4 * low.parameters + 12 * low.learning) / 1e9)
