"""Connect to a scheduler of Dask, but only where strangers cannot listen."""

import asyncio
import ipaddress
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client, Security
from distributed.comm.core import connect

from autograder.errors import BadRequest, InfrastructureError

ENCRYPTED = "tls"
PLAIN = "tcp"


def require_private(address: str, without_tls: bool = False) -> None:
    """Refuse an address at which strangers could read submissions and answers, or send code.

    Parameters
    ----------
    address : str
        Of a scheduler: ``tls://host:port``, or ``tcp://127.0.0.1:port`` on this machine.
    without_tls : bool
        Whether whoever asks says that the network between is private.

    Raises
    ------
    BadRequest
        If it is no such address, or may be read by others.
    """
    protocol, _, place = address.partition("://")
    host, _, port = place.rpartition(":")
    if protocol not in (ENCRYPTED, PLAIN) or not host or not port.isdecimal():
        raise BadRequest(f"{address!r} is not the address of a scheduler: write tls://HOST:PORT.")
    if protocol == PLAIN and not _is_loopback(host.strip("[]")) and not without_tls:
        raise BadRequest(
            f"{address} is on another machine and is not encrypted: whoever listens reads submissions and solutions, "
            "and whoever reaches it runs code on every worker and here. Use tls://, or say --without-tls if the "
            "network is private."
        )


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """Connect to a scheduler with the certificates that Dask's own configuration names.

    Raises
    ------
    InfrastructureError
        If it cannot be reached.
    """
    try:
        asyncio.run(_reach(address))
    except Exception as error:  # of many kinds, from a wrong certificate to a name that is not known
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise InfrastructureError(
            f"The scheduler at {address} cannot be reached: {reason}. It must run, and for tls:// Dask's configuration "
            "must name the certificates (distributed.comm.tls)."
        ) from None
    for name in ("distributed", "distributed.client"):  # which would log tracebacks beside our sentence
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with Client(address, set_as_default=False) as client:
        yield client


async def _reach(address: str) -> None:
    """Connect once: a `Client` that cannot would hang for a minute before it ends."""
    comm = await connect(address, **Security().get_connection_args("client"))
    await comm.close()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
