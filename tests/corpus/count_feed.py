#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what a list holds, to check the importers: count_feed.py FILE [plain|firehol|ipset_save]

Written from the format descriptions in rules/README.md with Python's ipaddress module, not from the importers' code.
Prints one JSON object; entries are distinct (prefix, protocol, ports) keys of accepted lines.
"""
import ipaddress
import json
import re
import sys

LINE_BYTES_MAX = 4096
TIMEOUT_MAX_S = 2147483
ADDRESS = r"[0-9A-Fa-f.:]+"
BLOCK = re.compile(rf"({ADDRESS})(?:/(0|[1-9][0-9]*))?")
COLUMNS = r"(?:[ \t]+[0-9]+)*"
PLAIN_RANGE = re.compile(rf"({ADDRESS})[ \t]*-[ \t]*({ADDRESS}){COLUMNS}")
PLAIN_BLOCK = re.compile(rf"({ADDRESS}(?:/[0-9]+)?){COLUMNS}")
COMMENT = re.compile(r"[#;].*|(?:^|(?<=[ \t]))//.*")
IPSET_TYPES = ("hash:ip", "hash:net", "hash:ip,port", "hash:net,port")
CREATE_FLAGS = ("counters", "comment", "skbinfo", "forceadd")
CREATE_VALUES = ("family", "timeout", "netmask", "hashsize", "maxelem", "bucketsize", "initval")
ADD_VALUES = ("timeout", "packets", "bytes", "skbmark", "skbprio", "skbqueue")
PROTOCOLS = {
    **{"icmp": 1, "igmp": 2, "ipencap": 4, "tcp": 6, "udp": 17, "ipv6": 41, "gre": 47, "esp": 50, "ah": 51},
    **{"icmp6": 58, "icmpv6": 58, "ipv6-icmp": 58, "ospf": 89, "vrrp": 112, "sctp": 132, "udplite": 136},
}


class Bad(Exception):
    """The line is not accepted."""


def parse_address(text):
    try:
        if "%" in text:
            raise Bad("zone")
        address = ipaddress.ip_address(text)
    except ValueError as error:
        raise Bad(str(error)) from error
    if address.version == 6 and address.ipv4_mapped:
        raise Bad("IPv4-mapped")
    return address


def parse_block(text):
    match = BLOCK.fullmatch(text)
    if not match:
        raise Bad("no address or block")
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise Bad(str(error)) from error
    if network.prefixlen == 0:
        raise Bad("everything")
    if network.version == 6 and network.prefixlen >= 96 and network.network_address.ipv4_mapped:
        raise Bad("IPv4-mapped")
    return [network]


def parse_range(first, last):
    first, last = parse_address(first), parse_address(last)
    if first.version != last.version or first > last:
        raise Bad("range")
    blocks = list(ipaddress.summarize_address_range(first, last))
    if blocks[0].prefixlen == 0:
        raise Bad("everything")
    return blocks


def plain_line(line):
    """The keys of one line; none for a blank or a comment."""
    text = COMMENT.sub("", line, count=1).strip(" \t")
    if not text:
        return []
    if match := PLAIN_RANGE.fullmatch(text):
        blocks = parse_range(match[1], match[2])
    elif match := PLAIN_BLOCK.fullmatch(text):
        blocks = parse_block(match[1])
    else:
        raise Bad("no such line")
    return [(block, None) for block in blocks]


def decimal(text, most):
    if not re.fullmatch("[0-9]+", text or "") or int(text) > most:
        raise Bad("number")
    return int(text)


def ipset_words(line):
    """Words, with a comment's quoted text as one word. Its end: the first quote without a backslash, else the last."""
    quoted = re.search(r'[ \t]comment[ \t]+(".*?(?<!\\)"|".*")', line)
    if quoted:
        line = line[: quoted.start(1)] + "quoted " + line[quoted.end(1) :]
    elif re.search(r'[ \t]comment[ \t]+"', line):
        raise Bad("comment without end")
    return [word for word in re.split(r"[ \t]+", line) if word not in ("", "-exist", "-!")]


def options(words, flags, values):
    found = {}
    words = iter(words)
    for word in words:
        if word in flags:
            found[word] = True
        elif word in values:
            found[word] = next(words, None)
            if found[word] is None:
                raise Bad("option without value")
            if word == "timeout":
                decimal(found[word], TIMEOUT_MAX_S)
            if word == "family" and found[word] not in ("inet", "inet6"):
                raise Bad("family")
        else:
            raise Bad("unknown option")
    return found


def ipset_create(words):
    kind, *rest = words or [""]
    if kind not in IPSET_TYPES:
        raise Bad("type")
    found = options(rest, CREATE_FLAGS, CREATE_VALUES)
    version = 6 if found.get("family") == "inet6" else 4
    netmask = None
    if "netmask" in found:
        netmask = decimal(found["netmask"], 32 if version == 4 else 128)
        if netmask == 0 or "net" in kind:
            raise Bad("netmask")
    return kind, version, netmask, int(found.get("timeout", "0"))


def protocol_number(text):
    name = text.lower()
    return PROTOCOLS[name] if name in PROTOCOLS else decimal(name, 255)


def ipset_ports(text):
    """(protocol, first port, last port)"""
    protocol, colon, ports = text.rpartition(":")
    number = protocol_number(protocol) if colon else 6
    if number in (1, 58, 132, 136, 0):
        raise Bad("protocol")
    if number not in (6, 17):
        if ports != "0":
            raise Bad("ports")
        return number, None, None
    first, _, last = ports.partition("-")
    first = decimal(first, 65535)
    last = decimal(last, 65535) if "-" in ports else first
    if not 1 <= first <= last:
        raise Bad("ports")
    return number, first, last


def ipset_element(text, kind, version, netmask):
    addresses, comma, ports = text.partition(",")
    if bool(comma) != kind.endswith(",port"):
        raise Bad("element")
    first, dash, last = addresses.partition("-")
    blocks = parse_range(first, last) if dash else parse_block(addresses)
    if blocks[0].version != version:
        raise Bad("family")
    if netmask:
        low = ipaddress.ip_network((blocks[0].network_address, netmask), strict=False)
        high = ipaddress.ip_network((blocks[-1].broadcast_address, netmask), strict=False)
        blocks = list(ipaddress.summarize_address_range(low.network_address, high.broadcast_address))
        if blocks[0].prefixlen == 0:
            raise Bad("everything")
    scope = ipset_ports(ports) if comma else None
    return [(block, scope) for block in blocks]


def ipset_line(line, sets):
    if line.lstrip(" \t").startswith("#"):
        return []
    words = ipset_words(line)
    if not words or words[0] == "COMMIT" or words[0].startswith("#"):
        return []
    command, *words = words
    if command == "create" and words and len(words[0].encode("latin-1")) <= 31:
        return remember_set(sets, words[0], words[1:])
    if command != "add" or len(words) < 2 or sets.get(words[0]) is None:
        raise Bad("command")
    kind, version, netmask, _ = sets[words[0]]
    flags = ("nomatch",) if "net" in kind else ()
    options(words[2:], flags, ADD_VALUES + ("comment",))
    return ipset_element(words[1], kind, version, netmask)


def remember_set(sets, name, words):
    try:
        created = ipset_create(words)
    except Bad:
        sets.setdefault(name, None)
        raise
    if sets.setdefault(name, created) != created:
        raise Bad("created before, differently")
    return []


def looks_like_ipset_save(lines):
    for line in lines:
        text = line.strip(" \t")
        if text and not text.startswith(("#", ";", "//")):
            words = [word for word in re.split(r"[ \t]+", text) if word not in ("-exist", "-!")]
            return len(words) > 1 and words[0] in ("create", "add")
    return False


def count(data, ipset_save=None):
    text = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    lines = [line.removesuffix("\r") for line in lines]
    if ipset_save is None:
        ipset_save = looks_like_ipset_save(lines)
    keys, sets = set(), {}
    duplicates = rejected = 0
    for line in lines:
        try:
            if len(line) > LINE_BYTES_MAX or "\0" in line:
                raise Bad("unreadable")
            for key in ipset_line(line, sets) if ipset_save else plain_line(line):
                duplicates += key in keys
                keys.add(key)
        except Bad:
            rejected += 1
    counts = {"lines": len(lines), "entries": len(keys)}
    for version in (4, 6):
        blocks = [block for block, _ in keys if block.version == version]
        hosts = sum(block.prefixlen == block.max_prefixlen for block in blocks)
        counts[f"ipv{version}_hosts"] = hosts
        counts[f"ipv{version}_prefixes"] = len(blocks) - hosts
    return {**counts, "duplicates": duplicates, "rejected": rejected}


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        chosen = sys.argv[2] == "ipset_save" if len(sys.argv) > 2 else None
        print(json.dumps(count(file.read(), chosen)))
