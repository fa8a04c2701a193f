"""Makes a Whisper model that hears tones and says sentences.

The weights are set by hand, in CTranslate2's format: each of a few tones makes the decoder say
one sentence, in one language. Everything of the real engine runs: features, encoder, language
detection, decoding, the guess that nobody speaks; and on silence and noise it makes a sentence
up, as Whisper does. With a real model's shape it costs what the real model costs, since the
time of a matrix product doesn't depend on what is in it.

    python -m tests.models.scripted_whisper FOLDER [--shape base]
"""

import argparse
from dataclasses import dataclass
import itertools
import json
from pathlib import Path
from typing import Final

from ctranslate2.specs import attention_spec, common_spec, transformer_spec, whisper_spec
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import _LANGUAGE_CODES
import numpy as np
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

Weights = NDArray[np.float32]

SAMPLE_RATE: Final = 16_000


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, the tone that stands for it, and its language."""

    hertz: float
    text: str
    language: str = "en"


#: No sentence has a word twice: what comes next depends on the last word and the tone alone.
SCRIPT: Final = (
    Line(400.0, "Turn on the kitchen light."),
    Line(900.0, "Open die Garage bitte.", "de"),
    Line(1800.0, "Set the bedroom to twenty degrees.", "en"),
    Line(3200.0, "Ferme la porte.", "fr"),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a model is."""

    width: int = 64
    layers: int = 1
    heads: int = 1
    vocabulary: int = 0  # at least
    quantization: str | None = None


SHAPES: Final = {
    "smallest": Shape(),
    "tiny": Shape(384, 4, 6, 51_865, "int8"),
    "base": Shape(512, 6, 8, 51_865, "int8"),
    "small": Shape(768, 12, 12, 51_865, "int8"),
}

_MELS: Final = 80
_FFT: Final = 400
_POSITIONS: Final = (1500, 448)
_END: Final = "<|endoftext|>"
_START: Final = "<|startoftranscript|>"
_NO_SPEECH: Final = "<|nospeech|>"
_PLAIN: Final = "<|notimestamps|>"
_TRANSCRIBE: Final = "<|transcribe|>"
_TASKS: Final = (
    "<|translate|>",
    _TRANSCRIBE,
    "<|startoflm|>",
    "<|startofprev|>",
    _NO_SPEECH,
    _PLAIN,
)
_TIMES: Final = tuple(f"<|{step * 0.02:.2f}|>" for step in range(1501))


def make_whisper(folder: Path, shape: Shape = SHAPES["smallest"]) -> Path:
    """Write a model into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _make_tokenizer(shape)
    tokenizer.save(str(folder / "tokenizer.json"))
    ids = _token_ids(tokenizer)
    spec = whisper_spec.WhisperSpec(shape.layers, shape.heads, shape.layers, shape.heads)
    _fill(spec, shape.width, len(ids))
    _write_ears(spec.encoder, shape.width)
    _write_attention(spec.decoder.layer[0].attention, shape.width)
    _write_script(spec.decoder, tokenizer, ids, shape.width)
    spec.register_vocabulary(_ct2_vocabulary(ids))
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [ids[_END]]
    spec.config.lang_ids = [ids[f"<|{code}|>"] for code in _LANGUAGE_CODES]
    spec.config.alignment_heads = [(shape.layers - 1, head) for head in range(shape.heads)]
    spec.validate()
    spec.optimize(quantization=shape.quantization)
    spec.save(str(folder))
    features = {
        "feature_size": _MELS,
        "sampling_rate": SAMPLE_RATE,
        "hop_length": 160,
        "chunk_length": 30,
        "n_fft": _FFT,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(features))
    return folder


# --- words ------------------------------------------------------------------------------------

_EMPTY: Final = "<|empty|>"


def _make_tokenizer(shape: Shape) -> Tokenizer:
    """Return a byte-level tokenizer that knows the script's words."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1000,
        min_frequency=1,
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator([" " + line.text for line in SCRIPT], trainer)
    specials = [_END, _START, *(f"<|{code}|>" for code in _LANGUAGE_CODES), *_TASKS]
    size = tokenizer.get_vocab_size() + len(specials) + len(_TIMES) + 1
    padded = json.loads(tokenizer.to_str())
    words: dict[str, int] = padded["model"]["vocab"]
    for name in (_EMPTY, *(f"<|unused {n}|>" for n in range(shape.vocabulary - size))):
        words[name] = len(words)
    tokenizer = Tokenizer.from_str(json.dumps(padded))
    tokenizer.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in specials])
    return tokenizer


def _token_ids(tokenizer: Tokenizer) -> dict[str, int]:
    ids: dict[str, int] = tokenizer.get_vocab()
    return ids | {name: len(ids) + n for n, name in enumerate(_TIMES)}


def _ct2_vocabulary(ids: dict[str, int]) -> list[str]:
    """CTranslate2 takes a model for a multilingual one when its vocabulary has an empty token."""
    names = sorted(ids, key=ids.__getitem__)
    return ["" if name == _EMPTY else name for name in names]


# --- weights ----------------------------------------------------------------------------------


def _zeros(*size: int) -> Weights:
    return np.zeros(size, np.float32)


def _fill(spec: whisper_spec.WhisperSpec, width: int, words: int) -> None:
    """Make every layer pass on what it gets."""
    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = _zeros(width, _MELS, 3), _zeros(width)
    encoder.conv2.weight, encoder.conv2.bias = _zeros(width, width, 3), _zeros(width)
    for side, positions in zip((encoder, decoder), _POSITIONS, strict=True):
        side.position_encodings.encodings = _zeros(positions, width)
        _fill_norm(side.layer_norm, width)
        for layer in side.layer:
            _fill_attention(layer.self_attention, width, (3, 1))
            _fill_norm(layer.ffn.layer_norm, width)
            _fill_linear(layer.ffn.linear_0, 4 * width, width)
            _fill_linear(layer.ffn.linear_1, width, 4 * width)
    for layer in decoder.layer:
        _fill_attention(layer.attention, width, (1, 2, 1))
    decoder.embeddings.weight = _zeros(words, width)
    decoder.projection.weight = _zeros(words, width)


def _fill_norm(norm: common_spec.LayerNormSpec, width: int) -> None:
    norm.gamma, norm.beta = np.ones(width, np.float32), _zeros(width)


def _fill_linear(linear: common_spec.LinearSpec, rows: int, columns: int) -> None:
    linear.weight, linear.bias = _zeros(rows, columns), _zeros(rows)


def _fill_attention(
    attention: attention_spec.MultiHeadAttentionSpec,
    width: int,
    blocks: tuple[int, ...],
) -> None:
    _fill_norm(attention.layer_norm, width)
    for linear, count in zip(attention.linear, blocks, strict=True):
        _fill_linear(linear, count * width, width)


# Dimensions: one a tone, the same mirrored (so that they add nothing to a layer norm's mean),
# and the rest for words.
_TONES: Final = len(SCRIPT)
#: What a layer norm of this width gives, whatever the model's width.
_NORM_WIDTH: Final = 64


def _norm_gain(width: int) -> float:
    return float(np.sqrt(_NORM_WIDTH / width))


def _write_ears(encoder: whisper_spec.WhisperEncoderSpec, width: int) -> None:
    """Hear each tone in its band, less the bands beside it: noise and silence cancel out."""
    filters = FeatureExtractor.get_mel_filters(SAMPLE_RATE, _FFT, n_mels=_MELS)
    frequencies = np.fft.rfftfreq(_FFT, 1 / SAMPLE_RATE)
    gain = 40.0
    encoder.conv2.bias[_TONES] = 3.0  # the loudest dimension of a frame without a tone
    encoder.layer_norm.gamma *= _norm_gain(width)
    for tone, line in enumerate(SCRIPT):
        nearest = int(np.abs(frequencies - line.hertz).argmin())
        band = int(filters[:, nearest].argmax())
        encoder.conv1.weight[tone, band, 1] = gain
        encoder.conv1.weight[tone, (band - 6, band + 6), 1] = -gain / 2
        encoder.conv1.bias[tone] = -gain
        encoder.conv2.weight[tone, tone, 1] = 1.0
        # The loudest dimension pulls the others below zero: back to it.
        encoder.layer_norm.beta[tone] = _norm_gain(width) / np.sqrt(width - 1)


def _write_attention(attention: attention_spec.MultiHeadAttentionSpec, width: int) -> None:
    """Attend to the frames with a tone; where there is none, to all alike, which hold nothing."""
    query, key_value, output = attention.linear
    query.bias[0] = 12.0
    for tone in range(_TONES):
        key_value.weight[0, tone] = 1.0
        key_value.weight[width + tone, tone] = 1.0
        output.weight[tone, tone] = 1.0
        output.weight[_TONES + tone, tone] = -1.0


class _Directions:
    """Gives each token a direction of its own among the dimensions for words."""

    def __init__(self, embeddings: Weights, width: int) -> None:
        self._random = np.random.default_rng(0)
        self._embeddings = embeddings
        self._width = width
        self._known: dict[int, Weights] = {}

    def __getitem__(self, token: int) -> Weights:
        if token not in self._known:
            vector = self._random.standard_normal(self._width - 2 * _TONES).astype(np.float32)
            vector -= vector.mean()
            vector /= np.linalg.norm(vector)
            self._known[token] = np.concatenate([_zeros(2 * _TONES), vector])
            self._embeddings[token] = 12.0 * self._known[token]
        return self._known[token]


def _write_script(
    decoder: transformer_spec.TransformerDecoderSpec,
    tokenizer: Tokenizer,
    ids: dict[str, int],
    width: int,
) -> None:
    """Make each word follow from the one before it and from the tone."""
    decoder.layer_norm.gamma *= _norm_gain(width)
    says: Weights = decoder.projection.weight
    after = _Directions(decoder.embeddings.weight, width)
    start, begin, end = ids[_START], ids["<|0.00|>"], ids["<|1.00|>"]
    for tone, line in enumerate(SCRIPT):
        words = tokenizer.encode(" " + line.text, add_special_tokens=False).ids
        if len(set(words)) != len(words):
            raise ValueError(f"a token occurs twice in {line.text!r}")
        says[words[0]] += 3.0 * (after[begin] + after[ids[_PLAIN]])
        says[words[0], tone] += 6.0
        for word, following in itertools.pairwise(words):
            says[following] += 6.0 * after[word]
            says[following, tone] += 3.0
        says[end] += 6.0 * after[words[-1]]
        language = ids[f"<|{line.language}|>"]
        says[language, 2 * _TONES :] = after[start][2 * _TONES :]  # once, whatever speaks it
        says[language, tone] += 4.0
    says[begin] += 6.0 * (after[start] + after[ids[_TRANSCRIBE]])
    says[ids[_END]] += 9.0 * after[end]
    says[ids[_NO_SPEECH]] += 9.0 * after[start]
    says[ids[_NO_SPEECH], :_TONES] -= 12.0


def main() -> None:
    """Make a model from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shape", choices=SHAPES, default="smallest")
    arguments = parser.parse_args()
    make_whisper(arguments.folder, SHAPES[arguments.shape])


if __name__ == "__main__":
    main()
