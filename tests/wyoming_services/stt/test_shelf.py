"""A folder's models are told by their files, and only those that can be used as they are."""

from collections.abc import Callable
import json
import logging
from pathlib import Path
import shutil

import pytest

from alicia_stt.engines.base import WhisperOptions
from alicia_stt.engines.whisper import WhisperEngine
from alicia_stt.shelf import Shelf

from .model_shelf import cut_off, make_english


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


def _copy(whisper_model: Path, folder: Path, *names: str) -> None:
    for name in names:
        shutil.copytree(whisper_model, folder / name)


def _names(shelf: Shelf) -> list[str]:
    return [model.name for model in shelf.look()]


def test_a_folder_that_is_not_there_has_no_models(folder: Path) -> None:
    assert _names(Shelf(folder, "house")) == []


def test_the_default_is_not_found_twice(whisper_model: Path, folder: Path) -> None:
    _copy(whisper_model, folder, "house", "other")

    assert _names(Shelf(folder, "house")) == ["other"]


def test_the_smallest_comes_first(whisper_model: Path, folder: Path) -> None:
    _copy(whisper_model, folder, "a", "b", "c")
    with (folder / "a" / "model.bin").open("ab") as file:
        file.write(b"more")

    assert _names(Shelf(folder, "house")) == ["b", "c", "a"]


@pytest.mark.parametrize("is_english", [True, False])
def test_it_tells_the_languages_of_the_loaded_model(
    whisper_model: Path, folder: Path, is_english: bool
) -> None:
    _copy(whisper_model, folder, "model")
    if is_english:
        make_english(folder / "model")
    (found,) = Shelf(folder, "house").look()
    engine = WhisperEngine(found.folder, found.name, WhisperOptions())

    assert found.about == engine.about
    assert (found.languages == ("en",)) is is_english


def test_the_older_form_of_a_vocabulary_is_read(whisper_model: Path, folder: Path) -> None:
    _copy(whisper_model, folder, "new", "old")
    (new,) = (model for model in Shelf(folder, "old").look() if model.name == "new")
    vocabulary = folder / "old" / "vocabulary.json"
    tokens = [token.replace("\n", "") for token in _tokens(vocabulary)]
    vocabulary.with_suffix(".txt").write_text("\n".join(tokens) + "\n")
    vocabulary.unlink()
    (old,) = Shelf(folder, "new").look()

    assert old.languages == new.languages


def _tokens(path: Path) -> list[str]:
    tokens: list[str] = json.loads(path.read_text())
    return tokens


def _without(name: str) -> Callable[[Path], None]:
    return lambda model: (model / name).unlink()


def _with(name: str, content: bytes) -> Callable[[Path], None]:
    def write(model: Path) -> None:
        (model / name).write_bytes(content)

    return write


BROKEN = {
    "no weights": _without("model.bin"),
    "no configuration": _without("config.json"),
    "no vocabulary": _without("vocabulary.json"),
    "no tokenizer": _without("tokenizer.json"),
    "a download under way": lambda model: (model / ".cache").mkdir(),
    "no weights in the file": _with("model.bin", b""),
    "another kind of model": _with("model.bin", b"\6\0\0\0\x10\0TransformerSpec\0"),
    "half a tokenizer": _with("tokenizer.json", b'{"version": "1.0", "add'),
    "half a vocabulary": _with("vocabulary.json", b'["a", "'),
    "a vocabulary of numbers": _with("vocabulary.json", b"12"),
    "a vocabulary without languages": _with("vocabulary.json", b'["a", ""]'),
}


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_used_is_not_offered(
    whisper_model: Path, folder: Path, spoil: Callable[[Path], None]
) -> None:
    _copy(whisper_model, folder, "whole", "spoilt")
    spoil(folder / "spoilt")

    assert _names(Shelf(folder, "house")) == ["whole"]


def test_what_cannot_be_used_is_told_once(
    whisper_model: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _copy(whisper_model, folder, "spoilt")
    _without("tokenizer.json")(folder / "spoilt")
    shelf = Shelf(folder, "house")
    for _ in range(3):
        shelf.look()

    warnings = [each.message for each in caplog.records if each.levelno == logging.WARNING]
    assert len(warnings) == 1
    assert "tokenizer.json" in warnings[0]


def test_a_new_one_is_found_once_it_is_written(whisper_model: Path, folder: Path) -> None:
    _copy(whisper_model, folder, "one")
    shelf = Shelf(folder, "house")
    assert _names(shelf) == ["one"]
    _copy(whisper_model, folder, "two")
    cut_off(folder / "two")
    assert _names(shelf) == ["one"]
    shutil.copy(whisper_model / "model.bin", folder / "two" / "model.bin")
    assert _names(shelf) == ["one"]

    assert _names(shelf) == ["one", "two"]


def test_one_that_is_gone_is_not_offered(whisper_model: Path, folder: Path) -> None:
    _copy(whisper_model, folder, "one", "two")
    shelf = Shelf(folder, "house")
    shelf.look()
    shutil.rmtree(folder / "one")

    assert _names(shelf) == ["two"]


def test_one_that_was_replaced_is_another_model(whisper_model: Path, folder: Path) -> None:
    _copy(whisper_model, folder, "one")
    shelf = Shelf(folder, "house")
    (before,) = shelf.look()
    with (folder / "one" / "model.bin").open("ab") as file:
        file.write(b"more")
    shelf.look()
    (after,) = shelf.look()

    assert after.name == before.name
    assert after != before
