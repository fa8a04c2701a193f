"""Passwords of the broker's accounts: random, kept, and hashed the way the broker does."""

import base64
from collections.abc import Iterable
import hashlib
import hmac
from pathlib import Path
import secrets
from typing import Final

# A random secret needs no stretching: 1000 rounds are what mosquitto 2.1 uses by itself, and
# 2.0 reads the number from the file.
_ROUNDS: Final = 1000
_SALT_BYTES: Final = 12
_PASSWORD_BYTES: Final = 32


def hash_password(password: str, salt: bytes, rounds: int = _ROUNDS) -> str:
    """Return a password in the form mosquitto's password_file takes: PBKDF2 over SHA-512."""
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds)
    return f"$7${rounds}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def matches(password: str, hashed: str) -> bool:
    """Tell whether a line of the password_file is the hash of a password."""
    try:
        _, kind, rounds, salt, _ = hashed.split("$")
        again = hash_password(password, base64.b64decode(salt), int(rounds))
    except ValueError:
        return False
    return kind == "7" and hmac.compare_digest(again, hashed)


def keep_or_make(folder: Path, name: str, *, rotate: bool) -> str:
    """Return the password of an account, from its file unless it has none or is to be rotated."""
    file = folder / name
    if file.exists() and not rotate and (password := file.read_text().strip()):
        return password
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def password_file(passwords: Iterable[tuple[str, str]], before: str) -> str:
    """Return the password_file; the line of a password that didn't change stays as it was."""
    known = dict(line.split(":", 1) for line in before.splitlines() if ":" in line)
    lines = []
    for name, password in passwords:
        hashed = known.get(name, "")
        if not matches(password, hashed):
            hashed = hash_password(password, secrets.token_bytes(_SALT_BYTES))
        lines.append(f"{name}:{hashed}\n")
    return "".join(lines)
