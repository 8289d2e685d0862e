"""Which addresses of the network may be reached from here: an own list, for `ipaddress.is_private` misses
CGNAT, NAT64, 6to4, Teredo and multicast.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_DENIED_4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by customers of one provider; metadata of some clouds
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # the host below virtual machines of one cloud
        "169.254.0.0/16",  # link-local; metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; metadata of one cloud
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
]
_GLOBAL_6 = IPv6Network("2000::/3")
"""Outside it: loopback, unspecified, IPv4 mapped and compatible, NAT64 of both kinds, ULA, link-local, multicast."""
_DENIED_6 = [
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
]


def is_public(address: Address) -> bool:
    """Whether it belongs to the public internet and to nothing else."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _DENIED_4)
    return address in _GLOBAL_6 and not any(address in network for network in _DENIED_6)


def parsed(text: str) -> Address | None:
    """The address as text; None for anything else, and for one with a zone."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return None if isinstance(found, IPv6Address) and found.scope_id else found
