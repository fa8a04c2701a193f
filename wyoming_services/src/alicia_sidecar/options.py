"""Options of a sidecar: on the command line, in the environment, in a file.

Each option ``--some-thing`` is also the variable ``ALICIA_STT_SOME_THING`` (``ALICIA_TTS_…``),
the content of the file that ``ALICIA_STT_SOME_THING_FILE`` names, and ``some_thing`` in the
``--config`` file; the first of these that is there counts.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
import tomllib
from typing import Final, TypeAlias

import voluptuous as vol

Value: TypeAlias = str | int | float | bool | Path | None


class OptionsError(Exception):
    """An option that can't be used, in words for the person who set it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option; a secret has no flag, since every user of a machine sees command lines."""

    name: str
    help: str
    convert: Callable[[str], Value] = str
    default: Value = None
    choices: tuple[str, ...] = ()
    metavar: str | None = None
    is_secret: bool = False

    @property
    def key(self) -> str:
        """The option's name in Python and in the configuration file."""
        return self.name.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Group:
    """Options that are explained together."""

    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A command with its options; the first verb is the one that needs no naming."""

    name: str
    description: str
    groups: tuple[Group, ...]
    verbs: tuple[str, ...] = ("serve", "health-check", "unregister")

    @property
    def prefix(self) -> str:
        """How its environment variables begin."""
        return self.name.upper().replace("-", "_")

    @property
    def options(self) -> tuple[Option, ...]:
        """All options, whatever their group."""
        return tuple(option for group in self.groups for option in group.options)


CONFIG: Final = Option(
    "config", "a TOML file with options: their names with _ for -", Path, metavar="FILE"
)


def parse_options(
    program: Program, argv: Sequence[str], environ: Mapping[str, str]
) -> tuple[str, dict[str, Value]]:
    """Return the verb and every option's value; raises OptionsError."""
    given = vars(_build_parser(program).parse_args(argv))
    verb = str(given.pop("verb"))
    sources: list[Mapping[str, object]] = [
        {key: value for key, value in given.items() if value is not None},
        _read_environment(program, environ),
    ]
    if (config := _choose(CONFIG, sources)) is not None:
        sources.append(_read_config(program, Path(str(config))))
    return verb, {option.key: _choose(option, sources) for option in program.options}


def _read_environment(program: Program, environ: Mapping[str, str]) -> dict[str, object]:
    """Only variables of known options; an empty one counts as not set."""
    names = {f"{program.prefix}_{key}".upper(): key for key in _keys(program)}
    return {key: environ[name] for name, key in names.items() if environ.get(name)}


def _read_config(program: Program, path: Path) -> dict[str, object]:
    scalar = vol.Any(str, int, float, bool)
    schema = vol.Schema({vol.Optional(key): scalar for key in _keys(program)})
    try:
        return dict(schema(tomllib.loads(path.read_text("utf-8"))))
    except (OSError, ValueError, vol.Invalid) as err:
        raise OptionsError(f"{path}: {err}") from err


def _keys(program: Program) -> list[str]:
    return [key for option in program.options for key in (option.key, f"{option.key}_file")]


def _choose(option: Option, sources: Sequence[Mapping[str, object]]) -> Value:
    for source in sources:
        if option.key in source:
            return _convert(option, str(source[option.key]))
        if (path := source.get(f"{option.key}_file")) is not None:
            return _convert(option, _read_secret(option, Path(str(path))))
    return option.default


def _read_secret(option: Option, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, ValueError) as err:
        raise OptionsError(f"{option.name}: {err}") from err


def _convert(option: Option, text: str) -> Value:
    if option.choices and text not in option.choices:
        raise OptionsError(f"{option.name}: {text!r} is not one of {', '.join(option.choices)}")
    try:
        return option.convert(text)
    except ValueError as err:
        raise OptionsError(f"{option.name}: {err}") from err


def _build_parser(program: Program) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program.name.replace("_", "-"),
        description=program.description,
        epilog=(
            f"Each option is also an environment variable ({program.prefix}_URI for --uri) or "
            f"the content of a file that one names ({program.prefix}_URI_FILE). "
            f"Secrets, such as {program.prefix}_MQTT_PASSWORD, have no other way than these."
        ),
        allow_abbrev=False,
    )
    parser.add_argument(
        "verb",
        nargs="?",
        choices=program.verbs,
        default=program.verbs[0],
        help=(
            "serve (default); health-check: ask the running server whether it is well, exit "
            "status 0 or 1; unregister: take this server off the bus for good"
        ),
    )
    for group in program.groups:
        section = parser.add_argument_group(group.title)
        for option in group.options:
            _add_option(section, option)
    return parser


def _add_option(section: "argparse._ArgumentGroup", option: Option) -> None:
    if option.is_secret:
        section.add_argument(
            f"--{option.name}-file",
            dest=f"{option.key}_file",
            metavar="FILE",
            help=f"a file that holds {option.help}",
        )
        return
    default = "" if option.default in (None, "") else f" (default: {option.default})"
    section.add_argument(
        f"--{option.name}",
        dest=option.key,
        metavar=option.metavar or ("|".join(option.choices) or option.key.upper()),
        help=(option.help + default).replace("%", "%%"),
    )
