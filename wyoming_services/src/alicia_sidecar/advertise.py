"""Announces the server on the local network (DNS-SD)."""

import logging
import socket
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from zeroconf import IPVersion, NonUniqueNameException
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from . import VERSION
from .reach import is_loopback, local_address
from .settings import Settings

_LOGGER: Final = logging.getLogger(__name__)
_ALICIA: Final = "_alicia._tcp.local."
_WYOMING: Final = "_wyoming._tcp.local."
_CHOICES: Final = {
    "alicia": (_ALICIA,),
    "wyoming": (_WYOMING,),
    "both": (_ALICIA, _WYOMING),
    "off": (),
}
_MULTICAST: Final = "224.0.0.251"


def service_types(settings: Settings, uri: str) -> tuple[str, ...]:
    """Return what to announce; only a TCP address can be."""
    parts = urlsplit(uri)
    if parts.scheme != "tcp":
        return ()
    if settings.zeroconf == "auto":
        return (_ALICIA,) if settings.bus and not is_loopback(parts.hostname) else ()
    return _CHOICES[settings.zeroconf]


class Advertiser:
    """Announces while it is entered."""

    def __init__(self, settings: Settings, uri: str) -> None:
        self._settings = settings
        self._parts = urlsplit(uri)
        self._types = service_types(settings, uri)
        self._zeroconf: AsyncZeroconf | None = None

    async def __aenter__(self) -> Self:
        """Register the names; a network that doesn't allow it is no reason not to serve."""
        if self._types:
            try:
                self._zeroconf = AsyncZeroconf(ip_version=IPVersion.V4Only)
                for kind in self._types:
                    await self._zeroconf.async_register_service(
                        self._info(kind), allow_name_change=True
                    )
            except (OSError, NonUniqueNameException) as err:
                _LOGGER.warning("Can't announce on the local network: %s", err)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the names back."""
        if self._zeroconf is not None:
            await self._zeroconf.async_unregister_all_services()
            await self._zeroconf.async_close()

    def _info(self, kind: str) -> AsyncServiceInfo:
        settings, bus = self._settings, self._settings.bus
        properties = {"version": VERSION, "instance": settings.instance}
        if bus:
            properties |= {"base_topic": bus.base_topic}
        return AsyncServiceInfo(
            kind,
            f"{settings.instance}.{kind}",
            port=self._parts.port,
            properties=properties,
            server=f"{socket.gethostname().split('.')[0]}.local.",
            parsed_addresses=[self._address()],
        )

    def _address(self) -> str:
        """Names can't be in an address record, and nobody reaches an unspecified address."""
        wanted = self._settings.advertise_host or self._parts.hostname or ""
        if wanted not in ("", "0.0.0.0", "::"):  # noqa: S104 - compared, not bound
            try:
                return socket.gethostbyname(wanted)
            except OSError:
                _LOGGER.warning("No address is known for %s", wanted)
        return local_address(_MULTICAST) or socket.gethostbyname(socket.gethostname())
