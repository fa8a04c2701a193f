"""Whose key it is, and what the owner may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .refusals import Known, Refusal, no_credits

KEY: Final = "xai-fake-key"  # not a secret: it opens nothing but this server

_BEARER: Final = "Bearer "
_TEXTS: Final = {
    "key_blocked": "The API key is blocked.",
    "key_disabled": "The API key is disabled.",
    "team_blocked": "The team that owns the API key is blocked.",
}


def masked(key: str) -> str:
    """Return a key as xAI repeats it in an error."""
    return f"{key[:2]}***{key[-2:]}"


def incorrect(key: str) -> Refusal:
    """Return the answer to a key that nobody has: a 400, not a 401."""
    text = (
        f"Incorrect API key provided: {masked(key)}. "
        "You can obtain an API key from https://console.x.ai."
    )
    return Refusal(400, "invalid-argument", text)


def without_key() -> Refusal:
    """Return the answer to a request without a key."""
    return Refusal(401, "unauthenticated:no-credentials", "No credentials presented.")


def blocked(what: str = "key_blocked") -> Refusal:
    """Return the answer to a key that may nothing; the status is documented, the text is not."""
    return Refusal(403, "permission-denied", _TEXTS[what], Known.DOCUMENTED)


@dataclass(slots=True)
class Account:
    """The one account there is; a test changes it at will."""

    key: str = KEY
    key_blocked: bool = False
    key_disabled: bool = False
    team_blocked: bool = False
    credits: bool = True
    #: The status that a team without credits gets: 403 or 429.
    credits_status: int = 403
    zero_data_retention: bool = False
    team: str = "5e000000-0000-4000-8000-00000000a11c"
    key_id: str = "ae000000-0000-4000-8000-00000000a11c"
    user: str = "59000000-0000-4000-8000-00000000a11c"

    def check(self, headers: Mapping[str, str]) -> Refusal | None:
        """Return why a request may not even ask who it is."""
        given = headers.get("Authorization", "")
        if not given.startswith(_BEARER) or given == _BEARER:
            return without_key()
        key = given.removeprefix(_BEARER)
        return None if key == self.key else incorrect(key)

    def check_use(self) -> Refusal | None:
        """Return why the owner of the key may not use a model."""
        for what in _TEXTS:
            if getattr(self, what):
                return blocked(what)
        return None if self.credits else no_credits(self.team, self.credits_status)

    def describe_key(self) -> dict[str, Any]:
        """Return what /v1/api-key says; it answers for blocked keys, too."""
        return {
            "redacted_api_key": self._redacted,
            "user_id": self.user,
            "name": "A key of a fake server",
            "create_time": "2026-01-01T00:00:00.000000Z",
            "modify_time": "2026-01-01T00:00:00.000000Z",
            "modified_by": self.user,
            "team_id": self.team,
            "acls": ["api-key:model:*", "api-key:endpoint:*"],
            "api_key_id": self.key_id,
            "team_blocked": self.team_blocked,
            "api_key_blocked": self.key_blocked,
            "api_key_disabled": self.key_disabled,
        }

    def describe_owner(self) -> dict[str, Any]:
        """Return what /v1/me says."""
        return {
            "user_id": self.user,
            "team_id": self.team,
            "team_blocked": self.team_blocked,
            "zdr_status": "zdr" if self.zero_data_retention else "no_zdr",
            "api_key": {
                "api_key_id": self.key_id,
                "blocked": self.key_blocked,
                "disabled": self.key_disabled,
                "redacted_api_key": self._redacted,
            },
        }

    @property
    def _redacted(self) -> str:
        return f"{self.key[:4]}...{self.key[-4:]}"
