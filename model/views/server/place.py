"""Where the dashboard is served: the address to listen on, the names it is reached by, and its token."""

import ipaddress
import json
import os
import re
import socket
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

VARIABLE = "CARBON_DASHBOARD"
"""Environment variable in which `carbon dashboard` hands its `Place` to the server's process."""

THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")
EVERYWHERE = ("0.0.0.0", "::", "")
USUAL_PORTS = {"http": 80, "https": 443}
HOST = re.compile(r"[\w.:%\[\]-]*", re.ASCII)
"""Characters of names, addresses and ports: what else stood there would stand in the headers of the answer as well."""


@dataclass(frozen=True)
class Place:
    """Address and names of one server.

    names : more host names under which it is reached, such as that of a proxy. root_path : path of the page behind a
    proxy, such as /carbon, "" for none. token : word that a browser must give once, "" for none;
    drawn : whether by `draw_token`.
    """

    host: str = "localhost"
    port: int = 8765
    root_path: str = ""
    names: tuple = ()
    token: str = ""
    drawn: bool = False
    opens_browser: bool = False

    def __post_init__(self):
        path = self.root_path.strip("/")
        object.__setattr__(self, "root_path", f"/{path}" if path else "")
        object.__setattr__(self, "names", tuple(name.lower() for name in self.names))

    @property
    def is_shared(self):
        """Whether other computers reach it."""
        return self.host not in THIS_COMPUTER

    def url(self, host=None):
        """Address of the page, to be typed in a browser."""
        host = host or ("localhost" if self.host in EVERYWHERE else self.host)
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{self.port}{self.root_path}/"

    def accepts(self, host):
        """Whether a request's Host header, such as ``localhost:8765``, names this server.

        Addresses in digits do: only names can be made to point here by somebody else.
        """
        name = split_host(host)[0]
        if name in (*THIS_COMPUTER, *self.names):
            return True
        if not self.is_shared:
            return False
        return is_address(name) or name in own_names() or name == self.host.lower()

    def to_environment(self):
        """Environment variables that hand it to another process."""
        return {VARIABLE: json.dumps(asdict(self))}

    @classmethod
    def from_environment(cls):
        """Return the place that `to_environment` handed over."""
        return cls(**json.loads(os.environ[VARIABLE]))


def split_host(host, scheme="http"):
    """Name and port of a Host header; ("", None) if it is not one.

    >>> split_host("[::1]:8765"), split_host("LOCALHOST")
    (('::1', 8765), ('localhost', 80))
    """
    if not HOST.fullmatch(host):
        return "", None
    try:
        parts = urlsplit(f"//{host}")
        if parts.netloc != host or parts.username is not None or not parts.hostname:
            return "", None
        return parts.hostname, parts.port or USUAL_PORTS.get(scheme)
    except ValueError:
        return "", None


def same_origin(origin, host):
    """Whether an Origin header names the server that the Host header names."""
    scheme, _, rest = origin.partition("://")
    known = scheme in USUAL_PORTS and split_host(rest, scheme)[0] != ""
    return known and split_host(rest, scheme) == split_host(host, scheme)


def is_address(name):
    """Whether a host is given in digits."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def own_names():
    """Names of this computer, in small letters."""
    name = socket.gethostname().lower()
    return {name, f"{name.partition('.')[0]}.local"}


def address_in_network():
    """Address of this computer in its network; its name if it has none. Nothing is sent."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # an address reserved for documentation
            return probe.getsockname()[0]
    except OSError:
        return socket.gethostname()


def welcome(place):
    """Lines on who can use the dashboard, and on the address to type."""
    if not place.is_shared:
        return f"Dashboard at {place.url()} for this computer only. Ctrl-C ends it."
    typed = place.url(address_in_network() if place.host in EVERYWHERE else place.host)
    who = "who knows the token" if place.token else "without a password (--token asks for one)"
    token = f"\nToken, asked once per browser: {place.token}" if place.token else ""
    return f"Dashboard at {typed} for everybody in the network {who}. Ctrl-C ends it.{token}"
