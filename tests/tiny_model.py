"""A tiny random Llama with a byte-level tokenizer, in the form that every stage leaves models in."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from stages.model.files import EMBEDDING, read_config, read_tensors, write_tensors
from stages.tokenizer import byte_bpe

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TEXT = ["Bạn Lan đi chợ mua ba quả cam chín.", "Trường học nằm cạnh dòng sông nhỏ.", "The cat sat on the mat today."]


def make_tiny_model(
    folder: Path,
    chat: bool = True,
    width: int = 32,
    layers: int = 2,
    vocabulary: int = 400,
    text: list[str] = TEXT,
    tied: bool = True,
) -> Path:
    """Write config.json, model.safetensors and tokenizer files; weights are random but always the same."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(text, trainer)
    end = "<|im_end|>" if chat else "<|endoftext|>"
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=end, pad_token="<|endoftext|>")
    if chat:
        wrapped.chat_template = CHAT_TEMPLATE
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=len(wrapped),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        tie_word_embeddings=tied,
        initializer_range=0.3,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    wrapped.save_pretrained(folder)
    return folder


def extend_tiny_model(base: Path, folder: Path, new_tokens: int) -> Path:
    """Write weights with random rows for so many more tokens, and their tokenizer."""
    tensors, config = read_tensors(base), read_config(base)
    tensors[EMBEDDING] = torch.cat((tensors[EMBEDDING], torch.randn(new_tokens, config["hidden_size"])))
    folder.mkdir()
    write_tensors(tensors, config, folder)
    tokenizer = byte_bpe.read(base / "tokenizer.json")
    for number in range(new_tokens):
        tokenizer.add_token(f"new{number}")
    (folder / "tokenizer.json").write_text(tokenizer.dump())
    return folder
