"""What the generator writes, keeps and refuses."""

from pathlib import Path
import stat
import subprocess

import pytest

from deploy.broker.secrets_folder import hash_password, matches

from .broker import generate

ACCOUNTS = ["homeassistant", "operator", "stt", "tts"]


def _content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_second_run_changes_nothing(tmp_path: Path) -> None:
    assert generate(tmp_path).returncode == 0
    before = _content(tmp_path)
    assert "nothing changed" in generate(tmp_path).stdout
    assert _content(tmp_path) == before


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    assert generate(tmp_path / "broker").returncode == 0
    public = {"ca.crt", "ca.srl", "server.crt", "server.names"}
    for path in (tmp_path / "broker").rglob("*"):
        expected = 0o700 if path.is_dir() else 0o644 if path.name in public else 0o600
        assert (path.name, stat.S_IMODE(path.stat().st_mode)) == (path.name, expected)


def test_passwords_differ_and_are_hashed(tmp_path: Path) -> None:
    assert generate(tmp_path).returncode == 0
    secrets = {name: (tmp_path / "secrets" / name).read_text().strip() for name in ACCOUNTS}
    assert len(set(secrets.values())) == len(ACCOUNTS)
    hashed = dict(line.split(":") for line in (tmp_path / "passwords").read_text().split())
    assert hashed.keys() == secrets.keys()
    assert all(matches(secrets[name], hashed[name]) for name in ACCOUNTS)


def test_hash_is_the_one_mosquitto_makes(tmp_path: Path) -> None:
    file = tmp_path / "made-by-mosquitto"
    subprocess.run(("mosquitto_passwd", "-b", "-c", file, "user", "secret"), check=True)
    made = file.read_text().strip().removeprefix("user:")
    assert matches("secret", made)
    assert not matches("other", made)
    assert not matches("secret", "")
    assert hash_password("secret", b"salt") != hash_password("secret", b"pepper")


@pytest.mark.parametrize(
    ("arguments", "rotated"),
    [(("stt",), ["stt"]), ((), ACCOUNTS), (("tts", "stt"), ["stt", "tts"])],
)
def test_rotate_makes_new_passwords(
    tmp_path: Path, arguments: tuple[str, ...], rotated: list[str]
) -> None:
    assert generate(tmp_path, "--loopback").returncode == 0
    before = _content(tmp_path)
    assert generate(tmp_path, "--loopback", "--rotate", *arguments).returncode == 0
    after = _content(tmp_path)
    changed = sorted(name for name in before if before[name] != after[name])
    assert changed == ["passwords", *(f"secrets/{name}" for name in rotated)]


def test_configuration_file_names_accounts_and_base(tmp_path: Path) -> None:
    config = tmp_path / "broker.toml"
    config.write_text(
        'base_topic = "home/voice"\n'
        '[accounts.stt-attic]\nrole = "speech_to_text"\ninstance = "stt-attic"\n'
        '[accounts.homeassistant]\nrole = "homeassistant"\ntopics = ["zigbee2mqtt/#"]\n'
    )
    done = generate(tmp_path / "broker", "--loopback", "--config", str(config))
    assert done.returncode == 0, done.stderr
    rights = (tmp_path / "broker" / "acl").read_text()
    attic = rights[rights.index("user stt-attic") :]
    assert "topic write home/voice/system/health/stt-attic\n" in attic
    assert "topic readwrite zigbee2mqtt/#\n" in rights
    assert "alicia/" not in rights


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ('base_topic = "a/#"', "base"),
        ('[accounts.x]\nrole = "king"', "role"),
        ('[accounts."x\\ntopic readwrite #"]\nrole = "device"', "not a name"),
        ("[accounts.x]\nrole = 'device'\nextra = 1", "extra"),
        ("not toml", "Expected"),
    ],
)
def test_unusable_configuration_file_is_refused(
    tmp_path: Path, config: str, complaint: str
) -> None:
    file = tmp_path / "broker.toml"
    file.write_text(config)
    done = generate(tmp_path / "broker", "--config", str(file))
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--rotate", "nobody"), "no account nobody"),
        (("--device", "Kitchen Panel"), "not a name"),
        (("--key", "server.key"), "go together"),
        (("--certificate", "missing.crt", "--key", "missing.key"), "missing.crt"),
    ],
)
def test_unusable_arguments_are_refused(
    tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    done = generate(tmp_path / "broker", *arguments)
    assert done.returncode == 2
    assert complaint in done.stderr


def test_own_certificate_is_used(tmp_path: Path) -> None:
    assert generate(tmp_path / "theirs").returncode == 0
    theirs = tmp_path / "theirs" / "tls"
    arguments = ("--certificate", str(theirs / "server.crt"), "--key", str(theirs / "server.key"))
    assert generate(tmp_path / "ours", *arguments).returncode == 0
    ours = tmp_path / "ours" / "tls"
    assert (ours / "server.crt").read_text() == (theirs / "server.crt").read_text()
    assert not (ours / "ca.key").exists()


def test_other_names_make_another_certificate_by_the_same_authority(tmp_path: Path) -> None:
    assert generate(tmp_path).returncode == 0
    authority = (tmp_path / "tls" / "ca.crt").read_text()
    assert generate(tmp_path, "--name", "broker.home.arpa", "--name", "192.0.2.7").returncode == 0
    shown = subprocess.run(
        ("openssl", "x509", "-noout", "-ext", "subjectAltName", "-in", tmp_path / "tls/server.crt"),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "DNS:broker.home.arpa, IP Address:192.0.2.7" in shown
    assert (tmp_path / "tls" / "ca.crt").read_text() == authority


def test_container_paths(tmp_path: Path) -> None:
    arguments = ("--seen-as", "/mosquitto/config", "--data", "/mosquitto/data")
    assert generate(tmp_path, *arguments, "--plain-address", "192.0.2.1").returncode == 0
    conf = (tmp_path / "mosquitto.conf").read_text()
    assert "password_file /mosquitto/config/passwords\n" in conf
    assert "persistence_location /mosquitto/data/\n" in conf
    assert "listener 1883 192.0.2.1\n" in conf
    assert str(tmp_path) not in conf
