"""The chunked loss, the lean modules and the borders of documents, beside their plain forms."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from litgpt.model import GPT
from torch import Tensor, nn

from stages.errors import BadInput
from stages.model.conversion import random_model
from stages.model.files import end_of_text_id
from stages.model.lora import adapt
from stages.model.smollm2 import smollm2_config
from stages.training.cross_entropy import IGNORED, summed_cross_entropy
from stages.training.devices import start_fabric
from stages.training.lean import make_lean
from stages.training.learning import freeze
from stages.training.loss import NextTokenModel, mean_loss, next_token_batch
from tests.test_training_loop import SETTINGS, SHAPE

ROWS, OLD, END = 48, 40, 0


def new_model(dtype: torch.dtype = torch.float64) -> GPT:
    model = random_model(smollm2_config(SHAPE, ROWS), seed=1)
    for parameter in model.parameters():
        parameter.data = parameter.data.to(dtype)
    model.cos, model.sin = model.cos.to(dtype), model.sin.to(dtype)
    return model


def batch(rows: int = 3, length: int = 16) -> tuple[Tensor, Tensor]:
    tokens, targets = next_token_batch(np.random.default_rng(1).integers(0, ROWS, (rows, length)))
    targets[0, 2:5] = IGNORED
    return tokens, targets


def plain_loss(model: GPT, tokens: Tensor, targets: Tensor) -> Tensor:
    return F.cross_entropy(model(tokens).flatten(0, 1), targets.flatten(), ignore_index=IGNORED, reduction="sum")


def gradients(model: nn.Module, loss: Tensor) -> dict[str, Tensor]:
    model.zero_grad()
    (loss / 7).backward()
    return {name: parameter.grad.clone() for name, parameter in model.named_parameters() if parameter.grad is not None}


@pytest.mark.parametrize("chunk", [1, 7, 16, 1000])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_the_chunked_loss_and_its_gradients_are_the_plain_ones(chunk: int, dtype: torch.dtype) -> None:
    torch.manual_seed(1)
    head = nn.Linear(12, ROWS, bias=False, dtype=dtype)
    hidden = torch.randn(16, 12, dtype=dtype, requires_grad=True)
    targets = torch.randint(ROWS, (16,)).index_fill(0, torch.tensor([3, 9]), IGNORED)
    plain = F.cross_entropy(head(hidden), targets, ignore_index=IGNORED, reduction="sum")
    expected = torch.autograd.grad(plain * 0.3, [hidden, head.weight])
    chunked = summed_cross_entropy(head, hidden, targets, chunk)
    torch.testing.assert_close(chunked, plain)
    for ours, theirs in zip(torch.autograd.grad(chunked * 0.3, [hidden, head.weight]), expected, strict=True):
        torch.testing.assert_close(ours, theirs)
    with torch.no_grad():
        torch.testing.assert_close(summed_cross_entropy(head, hidden, targets, chunk), plain)


def test_a_head_that_computes_otherwise_is_called_by_chunks() -> None:
    torch.manual_seed(1)
    head = nn.Sequential(nn.Linear(12, 5), nn.Linear(5, ROWS))
    hidden, targets = torch.randn(16, 12), torch.randint(ROWS, (16,))
    plain = gradients(head, F.cross_entropy(head(hidden), targets, reduction="sum"))
    for name, gradient in gradients(head, summed_cross_entropy(head, hidden, targets, chunk=5)).items():
        torch.testing.assert_close(gradient, plain[name])


def test_gradients_that_were_used_are_not_scaled_again() -> None:
    head, hidden = nn.Linear(4, 9, bias=False), torch.randn(3, 4)
    loss = summed_cross_entropy(head, hidden, torch.tensor([1, 2, 3]))
    loss.backward(retain_graph=True)
    with pytest.raises(AttributeError, match="gradients"):
        loss.backward()


@pytest.mark.parametrize("learns", ["new_rows", "embeddings", "all", "blocks", "lora"])
def test_the_loss_of_a_model_and_its_gradients_are_the_plain_ones(learns: str) -> None:
    models = [new_model(), new_model()]
    if learns == "lora":
        for model in models:
            freeze(model, "blocks", OLD)
            adapt(model, rank=2, alpha=4, seed=1)
            model.to(torch.float64)
            for name, parameter in model.named_parameters():
                if "lora_B" in name:  # zero at first, and then no gradient reaches A
                    nn.init.normal_(parameter, generator=torch.Generator().manual_seed(2))
    else:
        for model in models:
            freeze(model, learns, OLD)
    plain, lean = models
    expected = plain_loss(plain, *batch())
    make_lean(lean)
    loss = NextTokenModel(lean)(*batch())
    torch.testing.assert_close(loss, expected, rtol=1e-6, atol=1e-6)  # LitGPT's norm computes in float32
    ours, theirs = gradients(lean, loss), gradients(plain, expected)
    assert set(ours) == set(theirs) and ours
    for name, gradient in ours.items():
        torch.testing.assert_close(gradient, theirs[name], rtol=1e-4, atol=1e-5, msg=name)


def test_in_bfloat16_the_loss_is_near_that_in_float32() -> None:
    model = new_model(torch.float32)
    exact = NextTokenModel(model)(*batch())
    with torch.autocast("cpu", torch.bfloat16):
        rough = NextTokenModel(model)(*batch())
    assert rough.dtype == torch.float32
    torch.testing.assert_close(rough, exact, rtol=0.02, atol=0)
    assert not torch.equal(rough, exact)
    before = gradients(model, exact)
    for name, gradient in gradients(model, rough).items():
        torch.testing.assert_close(gradient, before[name], rtol=0.2, atol=0.05 * float(before[name].abs().max()))


def test_the_weights_gradient_of_many_chunks_is_summed_in_float32() -> None:
    torch.manual_seed(1)
    head, hidden, targets = nn.Linear(32, 64, bias=False), torch.randn(4096, 32), torch.randint(8, (4096,))
    [exact] = torch.autograd.grad(summed_cross_entropy(head, hidden, targets), [head.weight])
    head, hidden = head.bfloat16(), hidden.bfloat16()
    errors = []
    for chunk in (64, 4096):
        [gradient] = torch.autograd.grad(summed_cross_entropy(head, hidden, targets, chunk), [head.weight])
        assert gradient.dtype == torch.bfloat16
        errors.append(float((gradient.float() - exact).norm() / exact.norm()))
    assert errors[0] < 1.5 * errors[1]


# Two documents in a row of 12 tokens: six, of which the last ends the first document, and six more.
PACKED = torch.tensor([[5, 9, 7, 3, 11, END, 8, 6, 14, 2, 21, 30]])


@pytest.mark.parametrize("lean", [False, True])
def test_a_masked_document_sees_nothing_of_the_one_before(lean: bool) -> None:
    model = new_model(torch.float32)
    if lean:
        make_lean(model)
    changed = PACKED.clone()
    changed[0, 2] = 33
    masked, open_ = NextTokenModel(model, END), NextTokenModel(model)
    with torch.no_grad():
        assert torch.equal(masked(PACKED)[:, 6:], masked(changed)[:, 6:])
        assert not torch.equal(masked(PACKED)[:, 2:6], masked(changed)[:, 2:6])
        assert not torch.equal(open_(PACKED)[:, 6:], open_(changed)[:, 6:])
        # The first document has nothing before it: for it the mask changes nothing but rounding.
        torch.testing.assert_close(masked(PACKED)[:, :6], open_(PACKED)[:, :6])


def test_the_masked_loss_of_a_document_is_independent_of_the_one_before() -> None:
    masked = NextTokenModel(new_model(torch.float32), END)
    changed = PACKED.clone()
    changed[0, 2] = 33
    losses = []
    for tokens in (PACKED, changed):
        _, targets = next_token_batch(tokens.numpy(), END)
        targets[:, :6] = IGNORED
        losses.append(masked(tokens, targets))
    assert torch.equal(*losses)


def test_no_target_lies_across_a_border_when_masked() -> None:
    assert next_token_batch(PACKED.numpy())[1][0, 5] == 8
    targets = next_token_batch(PACKED.numpy(), END)[1][0]
    assert targets[5] == IGNORED and targets[11] == IGNORED and int((targets == IGNORED).sum()) == 2


def test_held_out_text_is_measured_with_the_same_mask() -> None:
    model, fabric, blocks = new_model(torch.float32), start_fabric(SETTINGS), PACKED.numpy()
    with torch.no_grad():
        alone = [NextTokenModel(model)(*next_token_batch(blocks[:, part])) for part in (slice(0, 6), slice(6, 12))]
    # Rotary positions are relative, so the second document may count from six.
    masked = mean_loss(fabric, NextTokenModel(model, END), blocks, 4)
    assert masked == pytest.approx(float(sum(alone)) / 10, rel=1e-5)
    assert masked != pytest.approx(mean_loss(fabric, model, blocks, 4), rel=1e-3)


def test_a_tokenizer_without_an_end_of_text_is_refused(tmp_path: Path) -> None:
    token = {"content": "<|endoftext|>", "id": 7}
    (tmp_path / "tokenizer.json").write_text(json.dumps({"added_tokens": [token]}), encoding="utf-8")
    assert end_of_text_id(tmp_path) == 7
    (tmp_path / "tokenizer.json").write_text(json.dumps({"added_tokens": []}), encoding="utf-8")
    with pytest.raises(BadInput, match="document_mask"):
        end_of_text_id(tmp_path)


COMPILED_RUN = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.test_training_loop import SETTINGS, bits, new_model, plan, run
model, settings = new_model(), replace(SETTINGS, compile=True)
stop = int(sys.argv[2])
def batch(step):
    if step == stop:
        raise KeyboardInterrupt
    return plan(8).batch(step)
try:
    run(model, Path(sys.argv[1]), plan(8, batch=batch), settings)
except KeyboardInterrupt:
    sys.exit()
print(b"".join(bits(parameter) for parameter in model.parameters()).hex())
"""


@pytest.mark.campaign
def test_a_compiled_run_that_was_interrupted_ends_with_the_same_bits(tmp_path: Path) -> None:
    def end(folder: str, stop: int) -> str:
        environment = os.environ | {"TORCHINDUCTOR_CACHE_DIR": str(tmp_path / f"cache-{folder}-{stop}")}
        command = [sys.executable, "-c", COMPILED_RUN, str(tmp_path / folder), str(stop)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    whole = end("whole", -1)
    assert end("parts", 4) == ""
    assert end("parts", -1) == whole != ""
