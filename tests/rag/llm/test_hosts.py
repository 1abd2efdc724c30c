"""Which addresses may be asked."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import ModelError, SettingsError
from rag.llm.hosts import endpoint, is_loopback
from rag.llm.model import ModelSettings, open_model

NOBODY: frozenset[str] = frozenset()


@pytest.fixture(autouse=True)
def no_lookup(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is looked up fails the test: asking a name server would tell the name."""

    def fail(*given: object, **more: object) -> None:
        raise RuntimeError(f"looked up {given}")

    monkeypatch.setattr(socket, "getaddrinfo", fail)


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1"),
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"),
        ("http://127.0.0.1:11434/", "http://127.0.0.1:11434/v1"),
        (" http://localhost:1234/v1/ ", "http://localhost:1234/v1"),
        ("http://LOCALHOST:8000/v1/chat/completions", "http://localhost:8000/v1"),
        ("http://[::1]:8080/api/v3", "http://[::1]:8080/api/v3"),
        ("https://127.8.9.10/v1", "https://127.8.9.10/v1"),
        ("http://[::ffff:127.0.0.1]/v1", "http://[::ffff:127.0.0.1]/v1"),
    ],
)
def test_this_machine_may_be_asked(address: str, base: str) -> None:
    """Every way to write loopback in full, with the path that is usual where none is given."""
    found = endpoint(address, NOBODY)
    assert str(found.base) == base
    assert not found.allowed


@pytest.mark.parametrize(
    "address",
    [
        "http://192.168.1.5:11434/v1", "http://10.0.0.1/v1", "http://172.16.0.1/v1",
        "http://169.254.1.1/v1", "http://0.0.0.0:11434/v1", "http://[::]:1/v1",
        "http://[fe80::1]/v1", "http://[fd00::1]/v1", "http://[::ffff:10.0.0.1]/v1",
        "http://8.8.8.8/v1", "https://api.openai.example/v1", "http://localhost.evil.example/v1",
        "http://127.0.0.1.evil.example/v1", "http://127.1/v1", "http://2130706433/v1",
        "http://0x7f.1/v1", "http://mybox/v1", "http://mybox.local/v1", "http://a%2eb/v1",
    ],
)  # fmt: skip
def test_nobody_else_may_be_asked_unless_allowed(address: str) -> None:
    """A private address is another machine too; a name is not even looked up."""
    with pytest.raises(SettingsError, match="--allow-host"):
        endpoint(address, NOBODY)
    host = endpoint(address, frozenset({_host_of(address)}))
    assert host.allowed
    assert host.addresses() == [host.base.host]
    with pytest.raises(SettingsError, match="--allow-host"):
        endpoint(address, frozenset({"other.example"}))


def _host_of(address: str) -> str:
    import httpx

    return httpx.URL(address).host


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:11434@evil.example/v1", "http://key@127.0.0.1/v1",
        "http://127.0.0.1\\@evil.example/", "http:///v1", "http://", "ftp://127.0.0.1/v1",
        "file:///etc/passwd", "http://127.0.0.1/v1?key=1", "http://127.0.0.1/v1#x",
        "http://127.0.0.1:99999/v1", "http://127.0.0.1:0/v1", "http://[::1/v1",
        "http://１２７.0.0.1/v1", "http://127.0.0.1:x/v1", "unix://socket",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_server_is_told(address: str) -> None:
    """Nothing ambiguous gets as far as a connection."""
    with pytest.raises(SettingsError, match=r"llm\.server"):
        endpoint(address, frozenset({"evil.example", "127.0.0.1"}))


@pytest.mark.parametrize("leads_to", ["10.0.0.7", "203.0.113.9", "fe80::1"])
def test_a_name_of_this_machine_that_leads_elsewhere_is_refused(
    leads_to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is connected to is what was checked, each time anew."""
    answers = [["127.0.0.1", "::1"], ["127.0.0.1", leads_to]]

    def lookup(host: str, *given: Any, **more: Any) -> list[Any]:
        return [(None, None, None, "", (address, 0)) for address in answers.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    found = endpoint("http://localhost:11434", NOBODY)
    assert found.addresses() == ["127.0.0.1", "::1"]
    with pytest.raises(ModelError, match=f"leads to {leads_to}"):
        found.addresses()


def test_loopback_is_told_from_all_else() -> None:
    """Only addresses written in full count."""
    assert [is_loopback(host) for host in ("127.0.0.1", "127.255.0.9", "::1")] == [True] * 3
    others = ("127.1", "localhost", "", "0.0.0.0", "::", "1.2.3.4", "127.0.0.1.", "x")
    assert not any(is_loopback(host) for host in others)


def test_hosts_are_named_in_one_setting() -> None:
    """Parted by commas, in any case, with or without brackets."""
    settings = ModelSettings(hosts=" GPU-Box., [FD00::1] ,,10.0.0.7")
    assert settings.allowed_hosts == {"gpu-box", "fd00::1", "10.0.0.7"}
    assert open_model(ModelSettings(server="http://gpu-box:8000", hosts="GPU-box")) is not None


def test_no_model_without_a_server(tmp_path: Path) -> None:
    """Nothing is set up by default, and a folder must hold a model."""
    assert open_model(ModelSettings()) is None
    for server, said in (
        ("no/such/folder", "neither a folder nor"),
        ("127.0.0.1:11434", "neither a folder nor"),
        (str(tmp_path), "no config.json"),
    ):
        with pytest.raises(SettingsError, match=said):
            open_model(ModelSettings(server=server))
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(SettingsError, match="not safetensors"):
        open_model(ModelSettings(server=str(tmp_path)))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tokens": 8}, "llm.tokens is 8"),
        ({"context": 1000}, "llm.context is 1000"),
        ({"temperature": -1.0}, "llm.temperature is -1"),
        ({"temperature": float("nan")}, "llm.temperature is nan"),
        ({"first_seconds": 0.0}, "llm.first_seconds is 0"),
        ({"total_seconds": float("inf")}, "llm.total_seconds is inf"),
        ({"key": "密钥"}, "llm.key holds"),
        ({"key": "a\nb"}, "llm.key holds"),
    ],
)
def test_settings_are_checked(wrong: dict[str, Any], said: str) -> None:
    """A setting out of its range names itself; a key is never shown."""
    with pytest.raises(SettingsError) as caught:
        ModelSettings(**wrong)
    assert said in str(caught.value)
    assert not wrong.get("key") or wrong["key"] not in str(caught.value)
