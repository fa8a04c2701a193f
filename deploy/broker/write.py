"""Writes the broker's folder: the same settings give the same files."""

from collections.abc import Container
from dataclasses import dataclass
import os
from pathlib import Path, PurePosixPath
import pwd
import shutil

from . import certificates, secrets_folder
from .accounts import acl_file
from .conf import Layout, mosquitto_conf
from .settings import Certificate, Settings


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it, for the user to read."""

    changed: tuple[str, ...]
    #: Why the broker may not be able to read its files, if it may not.
    warning: str | None = None


def _write(file: Path, text: str) -> bool:
    """Put text into a file that only its owner reads, at once and only if it differs."""
    if file.exists() and file.read_text() == text:
        file.chmod(0o600)
        return False
    partial = file.with_name(f".{file.name}.new")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    partial.write_text(text)
    partial.replace(file)
    return True


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def _copy_certificate(given: Certificate, folder: Path) -> bool:
    copies = ((given.certificate, folder / "server.crt"), (given.key, folder / "server.key"))
    changed = [_write(target, source.read_text()) for source, target in copies]
    return any(changed)


def _certificate(settings: Settings, folder: Path) -> bool:
    if settings.certificate is not None:
        return _copy_certificate(settings.certificate, folder)
    return certificates.keep_or_make(folder, settings.server_names)


def _hand_over(output: Path, user: str) -> str | None:
    """Give the files to the user the broker runs as; say so where that can't be done."""
    try:
        owner = pwd.getpwnam(user)
    except KeyError:
        return f"There is no user {user} here: see to it that the broker's user owns {output}."
    if owner.pw_uid == os.getuid():
        return None
    if os.getuid() != 0:
        return f"Run as root to give the files to {user}, or: sudo chown -R {user} {output}"
    shutil.chown(output, owner.pw_uid, owner.pw_gid)
    for path in output.rglob("*"):
        shutil.chown(path, owner.pw_uid, owner.pw_gid)
    return None


def _passwords(settings: Settings, rotate: Container[str]) -> list[str]:
    folder, file = _folder(settings.output / "secrets"), settings.output / "passwords"
    passwords = [
        (name, secrets_folder.keep_or_make(folder, name, rotate=name in rotate))
        for name in (account.name for account in settings.accounts)
    ]
    changed = [
        f"secrets/{name}" for name, password in passwords if _write(folder / name, f"{password}\n")
    ]
    before = file.read_text() if file.exists() else ""
    if _write(file, secrets_folder.password_file(passwords, before)):
        changed.append("passwords")
    return changed


def write(settings: Settings, rotate: Container[str] = ()) -> Written:
    """Bring the folder to what the settings say; passwords stay unless named in rotate."""
    output = _folder(settings.output)
    _folder(output / "data")
    seen_as = settings.seen_as or PurePosixPath(output.resolve())
    layout = Layout(seen_as, settings.data or seen_as / "data", settings.run_as)
    changed = _passwords(settings, rotate)
    if settings.tls and _certificate(settings, _folder(output / "tls")):
        changed.append("tls")
    texts = {
        "acl": acl_file(settings.accounts, settings.topics),
        "mosquitto.conf": mosquitto_conf(settings.listeners, layout),
    }
    changed += [name for name, text in texts.items() if _write(output / name, text)]
    return Written(tuple(changed), _hand_over(output, settings.run_as))
