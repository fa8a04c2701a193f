"""What is installed elsewhere holds the contract, which here is a link to the integration's."""

from pathlib import Path
import subprocess
import sys
import zipfile

import pytest

PROJECT = Path(__file__).resolve().parents[3] / "wyoming_services"
CONTRACT = PROJECT.parent / "custom_components" / "alicia" / "bus"


def test_the_contract_has_one_source() -> None:
    link = PROJECT / "src" / "alicia_bus"

    assert link.is_symlink()
    assert link.resolve() == CONTRACT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_a_wheel_has_a_copy_of_the_contract(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {Path(name) for name in archive.namelist()}

    assert {Path("alicia_bus") / path.name for path in CONTRACT.glob("*.py")} <= names
    assert any(path.name == "LICENSE" for path in names)


def test_a_wheel_runs_without_this_repository(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = "import alicia_bus, alicia_stt.__main__, alicia_tts.__main__; print(alicia_bus)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, '.'); {program}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert str(tmp_path) in done.stdout
