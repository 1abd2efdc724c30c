"""Which servers may be asked: those on this machine, and hosts the user has named.

The check is made on the address that is then connected to, so that no name can lead to one place
while it is checked and to another while it is used. Of a name that is not allowed nothing is even
looked up: asking a name server would already tell.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.errors import ModelError, SettingsError

if TYPE_CHECKING:
    import httpx

_LOOPBACK_NAME = "localhost"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server that may be asked.

    Attributes:
        base: Its address up to ``/v1``.
        allowed: Whether the user has allowed the host by name; otherwise it is loopback.
    """

    base: httpx.URL
    allowed: bool

    def addresses(self) -> list[str]:
        """The hosts to connect to, one after the other until one answers.

        Raises:
            ModelError: The name of this machine leads to another.
        """
        if self.allowed or _address(self.base.host):
            return [self.base.host]
        try:
            found = socket.getaddrinfo(self.base.host, None, type=socket.SOCK_STREAM)
        except OSError as error:
            raise ModelError(
                f"{self.base}: {self.base.host} cannot be looked up ({error}); use 127.0.0.1"
            ) from None
        addresses = list(dict.fromkeys(str(item[4][0]) for item in found))
        elsewhere = [item for item in addresses if not is_loopback(item)]
        if elsewhere:
            raise ModelError(
                f"{self.base}: {self.base.host} leads to {', '.join(elsewhere)}, which is not this "
                "machine; use 127.0.0.1"
            )
        return addresses


def endpoint(address: str, allowed_hosts: Set[str]) -> Endpoint:
    """The server at an address, if it may be asked.

    Raises:
        SettingsError: It is no address, or that of a host that is neither loopback nor allowed.
    """
    import httpx

    try:
        url = httpx.URL(address.strip())
    except httpx.InvalidURL as error:
        raise SettingsError(f"llm.server {address!r} is no address: {error}") from None
    if url.userinfo:
        raise SettingsError(
            "llm.server holds a user or a key; leave it out and set YINJU_LLM_KEY instead"
        )
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment:
        raise SettingsError(
            f"llm.server {address!r} is no address of a server; use one such as "
            "http://127.0.0.1:11434/v1"
        )
    if url.port is not None and not 0 < url.port < 65536:
        raise SettingsError(f"llm.server {address!r} has no possible port; use 1 to 65535")
    path = url.path.rstrip("/").removesuffix("/chat/completions") or "/v1"
    base = url.copy_with(path=path)
    host = base.host.rstrip(".").lower()
    if host in allowed_hosts:
        return Endpoint(base, allowed=True)
    if host == _LOOPBACK_NAME or is_loopback(host):
        return Endpoint(base, allowed=False)
    raise SettingsError(
        f"llm.server {base} is not on this machine: questions and passages would be sent to "
        f"{host}; if that is meant, allow it with --allow-host {host}"
    )


def is_loopback(host: str) -> bool:
    """Whether an address, written in full, is one that never leaves the machine."""
    address = _address(host)
    mapped = getattr(address, "ipv4_mapped", None)
    return bool(address and (mapped or address).is_loopback)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
