"""A certificate authority of one's own, and the server certificate it signs, with openssl."""

import ipaddress
from pathlib import Path
import subprocess
import tempfile
from typing import Final

_CA_DAYS: Final = 3650
# Some clients refuse a server certificate that is valid for longer.
_SERVER_DAYS: Final = 825
_RENEW_SECONDS: Final = 60 * 86400

_CA_CONFIG: Final = """\
[req]
distinguished_name = name
x509_extensions = ca
prompt = no
[name]
CN = Alicia broker authority
[ca]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
"""
_SERVER_CONFIG: Final = """\
[req]
distinguished_name = name
prompt = no
[name]
CN = {common_name}
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = {names}
"""


class CertificateError(Exception):
    """openssl didn't do what it was asked."""


def _openssl(*arguments: str) -> str:
    try:
        done = subprocess.run(("openssl", *arguments), capture_output=True, text=True, check=True)
    except FileNotFoundError as error:
        raise CertificateError("openssl isn't installed (Debian: apt install openssl)") from error
    except subprocess.CalledProcessError as error:
        raise CertificateError(f"openssl {arguments[0]}: {error.stderr.strip()}") from error
    return done.stdout


def _key(file: Path) -> None:
    if not file.exists():
        file.touch(mode=0o600)
        _openssl(
            "genpkey",
            "-quiet",
            "-algorithm",
            "EC",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-out",
            str(file),
        )


def _alternative(name: str) -> str:
    try:
        return f"IP:{ipaddress.ip_address(name)}"
    except ValueError:
        return f"DNS:{name}"


def _lasts(certificate: Path) -> bool:
    done = subprocess.run(
        ("openssl", "x509", "-checkend", str(_RENEW_SECONDS), "-noout", "-in", certificate),
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def _make_authority(folder: Path, config: Path) -> None:
    config.write_text(_CA_CONFIG)
    _key(folder / "ca.key")
    _openssl(
        "req",
        "-x509",
        "-new",
        "-config",
        str(config),
        "-key",
        str(folder / "ca.key"),
        "-days",
        str(_CA_DAYS),
        "-out",
        str(folder / "ca.crt"),
    )


def _make_server(folder: Path, names: tuple[str, ...], config: Path) -> None:
    alternatives = ", ".join(map(_alternative, names))
    config.write_text(_SERVER_CONFIG.format(common_name=names[0], names=alternatives))
    _key(folder / "server.key")
    request = config.with_suffix(".csr")
    _openssl(
        "req",
        "-new",
        "-config",
        str(config),
        "-key",
        str(folder / "server.key"),
        "-out",
        str(request),
    )
    _openssl(
        "x509",
        "-req",
        "-in",
        str(request),
        "-CA",
        str(folder / "ca.crt"),
        "-CAkey",
        str(folder / "ca.key"),
        "-CAcreateserial",
        "-days",
        str(_SERVER_DAYS),
        "-extfile",
        str(config),
        "-extensions",
        "server",
        "-out",
        str(folder / "server.crt"),
    )


def keep_or_make(folder: Path, names: tuple[str, ...]) -> bool:
    """Make what is missing, for other names, or about to run out; tell whether anything was."""
    made_for = folder / "server.names"
    wanted = "".join(f"{name}\n" for name in names)
    authority = not (folder / "ca.crt").exists()
    kept = made_for.exists() and made_for.read_text() == wanted
    if not authority and kept and _lasts(folder / "server.crt"):
        return False
    with tempfile.TemporaryDirectory() as scratch:
        if authority:
            _make_authority(folder, Path(scratch, "ca.cnf"))
        _make_server(folder, names, Path(scratch, "server.cnf"))
    made_for.write_text(wanted)
    return True
