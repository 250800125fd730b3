"""A model whose blocks run as compiled code."""

import torch
from litgpt.model import GPT


def compile_blocks(model: GPT) -> None:
    """Compile the blocks of `model` in place, once for all, since they are alike; names of parameters stay.

    Each shape has code of its own, so that bits depend on the shape alone and not on which shapes came before; and more
    shapes than the compiler keeps are an error instead of a silent return to uncompiled code.
    """
    torch.compiler.reset()
    torch._dynamo.config.fail_on_recompile_limit_hit = True
    for block in model.transformer.h:
        block.compile(dynamic=False)
