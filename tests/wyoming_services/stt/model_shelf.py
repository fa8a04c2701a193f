"""Folders with several models that can be told apart."""

import json
from pathlib import Path
import shutil

from tokenizers import Tokenizer, decoders

from tests.models.scripted_whisper import SCRIPT

FIRST = SCRIPT[0]


def add_model(folder: Path, whisper_model: Path, room: str) -> str:
    """Put a model into a folder that hears of another room; returns what it makes of FIRST."""
    shutil.copytree(whisper_model, folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    spoken = [decoders.ByteLevel(), decoders.Replace("kitchen", room)]
    tokenizer.decoder = decoders.Sequence(spoken)
    tokenizer.save(str(folder / "tokenizer.json"))
    return FIRST.text.replace("kitchen", room)


def make_english(folder: Path) -> Path:
    """Make a model one that speaks English only, as CTranslate2 tells it by an empty token."""
    path = folder / "vocabulary.json"
    tokens = json.loads(path.read_text())
    path.write_text(json.dumps([token or "<|empty|>" for token in tokens]))
    return folder


def cut_off(folder: Path) -> Path:
    """Make a model one whose copying was cut off in its weights."""
    path = folder / "model.bin"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return folder
