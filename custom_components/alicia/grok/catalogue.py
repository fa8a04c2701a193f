"""The models that there are, as xAI lists them."""

from dataclasses import dataclass

from .request import Json


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that talks."""

    name: str
    aliases: tuple[str, ...]
    #: whether it can be shown pictures, as far as is known
    sees: bool


def read_models(told: Json) -> list[ModelInfo]:
    """Return the models that talk, the newest name first."""
    found = [_model(row) for row in _rows(told.get("models"))]
    return sorted(found, key=lambda model: model.name, reverse=True)


def read_image_models(told: Json) -> list[str]:
    """Return the names of the models that draw."""
    return [str(row["id"]) for row in _rows(told.get("data")) if "image_price" in row]


def _rows(told: object) -> list[Json]:
    rows = told if isinstance(told, list) else []
    return [row for row in rows if isinstance(row, dict) and "id" in row]


def _model(row: Json) -> ModelInfo:
    takes, aliases = row.get("input_modalities"), row.get("aliases")
    return ModelInfo(
        name=str(row["id"]),
        aliases=tuple(map(str, aliases)) if isinstance(aliases, list) else (),
        sees="image" in takes if isinstance(takes, list) else True,
    )
