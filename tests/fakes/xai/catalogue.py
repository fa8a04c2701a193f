"""What /v1/models and /v1/language-models say."""

from typing import Final

from .models import ALIASES, IMAGE_MODELS, LONG_PROMPT, MODELS, Model
from .request import Json

_CREATED: Final = 1_780_000_000  # s, epoch; of no model in particular


def models() -> Json:
    """Return all models, with how long a prompt may be."""
    return {
        "object": "list",
        "data": [
            *({**_common(model), **_prices(model), "context_length": model.context}
              for model in MODELS.values()),
            *({"id": name, "aliases": [], "created": _CREATED, "object": "model",
               "owned_by": "xai", "image_price": ticks, "context_length": 1024}
              for name, ticks in IMAGE_MODELS.items()),
        ],
    }  # fmt: skip


def language_models() -> Json:
    """Return the models that talk, with what they take and cost."""
    return {"models": [_language_model(model) for model in MODELS.values()]}


def _language_model(model: Model) -> Json:
    return {
        **_common(model),
        **_prices(model),
        "fingerprint": "fp_fake000000000000",
        "version": "1.0",
        "input_modalities": ["text", "image"],
        "output_modalities": ["text"],
        "search_price": 0,
    }


def _common(model: Model) -> Json:
    return {
        "id": model.name,
        "aliases": sorted(alias for alias, name in ALIASES.items() if name == model.name),
        "created": _CREATED,
        "object": "model",
        "owned_by": "xai",
    }


def _prices(model: Model) -> Json:
    """Ticks a token are what xAI calls USD cents per 100 million tokens."""
    return {
        "prompt_text_token_price": model.input,
        "cached_prompt_text_token_price": model.cached,
        "prompt_image_token_price": model.input,
        "completion_text_token_price": model.output,
        "prompt_text_token_price_long_context": 2 * model.input,
        "cached_prompt_text_token_price_long_context": 2 * model.cached,
        "completion_text_token_price_long_context": 2 * model.output,
        "long_context_threshold": LONG_PROMPT,
    }
