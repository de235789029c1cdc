"""A name server on loopback that says of every answer that DNSSEC proves it, for programs that ask a real one."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from ipaddress import IPv4Address

import dns.flags
import dns.message
import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.rrset

# Of port 53, which is all that resolv.conf can name, each process has its own address.
ADDRESS = str(IPv4Address("127.0.0.0") + 0x800000 + os.getpid() % 0x7FFFFF)


@contextlib.contextmanager
def signed_dns(records: dict[tuple[str, str], str]) -> Iterator[str]:
    """Answer these records over UDP with the AD bit set (RFC 4035 section 3.2.3); gives the server's address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind((ADDRESS, 53))
        thread = threading.Thread(target=_serve, args=(listener, records))
        thread.start()
        try:
            yield ADDRESS
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", (ADDRESS, 53))
            thread.join()


def _serve(listener: socket.socket, records: dict[tuple[str, str], str]) -> None:
    while True:
        wire, asker = listener.recvfrom(4096)
        if not wire:
            return
        listener.sendto(_answer(dns.message.from_wire(wire), records).to_wire(), asker)


def _answer(query: dns.message.Message, records: dict[tuple[str, str], str]) -> dns.message.Message:
    answer = dns.message.make_response(query, recursion_available=True)
    answer.flags |= dns.flags.AD
    question = query.question[0]
    name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
    found = records.get((name, kind))
    if found is not None:
        answer.answer.append(dns.rrset.from_text(question.name, 300, dns.rdataclass.IN, question.rdtype, found))
    return answer
