"""The first start: the owner's account, and a token that lasts."""

import json
from pathlib import Path
import secrets
from typing import Final, cast

from ..home_assistant import HomeAssistantError, Json, Rest, Socket
from ..places import Places
from ..waiting import until

USERNAME: Final = "alicia"
_TOKEN_NAME: Final = "Alicia's demo"  # noqa: S105 - what Home Assistant lists it under
_TOKEN_DAYS: Final = 3650
_STORED_SECONDS: Final = 60.0


def login_file(places: Places) -> Path:
    """Return the file that holds the password and the token."""
    return places.folder / "login.json"


async def log_in(rest: Rest, places: Places) -> str:
    """Give the client a token, after making the account if there is none; return the password."""
    file = login_file(places)
    if file.exists():
        login = cast(dict[str, str], json.loads(file.read_text()))
        rest.token = login["token"]
        return login["password"]
    password = secrets.token_urlsafe(12)
    rest.token = await make_owner(rest, password)
    rest.token = await _lasting_token(rest)
    await _stored(places)
    file.touch(mode=0o600)
    file.write_text(json.dumps({"password": password, "token": rest.token}))
    return password


async def make_owner(rest: Rest, password: str) -> str:
    """Make the first account of a Home Assistant; returns a token for half an hour."""
    client = f"{rest.url}/"
    owner = {"name": "Alicia", "username": USERNAME, "password": password}
    account = {**owner, "client_id": client, "language": "en"}
    made = cast(dict[str, str], await rest.call("POST", "/api/onboarding/users", account))
    token = await rest.form(
        "/auth/token",
        {"grant_type": "authorization_code", "code": made["auth_code"], "client_id": client},
    )
    rest.token = cast(str, token["access_token"])
    await rest.call("POST", "/api/onboarding/analytics", {})
    last: Json = {"client_id": client, "redirect_uri": client}
    await rest.call("POST", "/api/onboarding/integration", last)
    return rest.token


async def _stored(places: Places) -> None:
    """Wait until the token is on disk: a token that Home Assistant forgets is worth nothing."""

    async def stored() -> bool:
        file = places.storage / "auth"
        return file.exists() and _TOKEN_NAME in file.read_text()

    if not await until(stored, _STORED_SECONDS):
        raise HomeAssistantError("it doesn't store the account that was made")


async def _lasting_token(rest: Rest) -> str:
    socket = await Socket.open(rest)
    try:
        kind = "auth/long_lived_access_token"
        made = await socket.call(kind, client_name=_TOKEN_NAME, lifespan=_TOKEN_DAYS)
        return cast(str, made)
    finally:
        await socket.close()
