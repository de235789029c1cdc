"""The parsing child: reads messages from standard input, answers on standard output, and can do nothing else.

Started by :mod:`.mime_pool` as ``python -m gateway.adapters.children.mime_child MEMORY_BYTES``.
"""

from __future__ import annotations

import ctypes
import encodings
import importlib
import pkgutil
import resource
import sys
from contextlib import suppress
from typing import BinaryIO

from gateway.adapters.children.mime_frames import LENGTHS, answer, asked
from gateway.model.content.message import Mail, Unparsed
from gateway.stages.mime import MimeLimits, parse

_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _SIGKILL = 1, 4, 9


_WARM_UP = (
    b"Subject: =?utf-8?q?a?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\na\r\n"
    b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\n"
    b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: b\r\n\r\n=\r\n--b--\r\n"
)


def confine(memory_bytes: int) -> None:
    """Drop what parsing does not need: sockets, files, children, core dumps, and memory over a limit.

    With at most three descriptors allowed and three open, ``socket()`` and ``open()`` fail whatever the code
    does; so every codec, and what the library imports late, is loaded first. A network
    namespace of its own comes on top where the system allows it.
    """
    for codec in pkgutil.iter_modules(encodings.__path__):  # not the table of aliases: utf_8_sig has none
        with suppress(ImportError, LookupError):  # a few codecs exist on other systems only
            importlib.import_module(f"encodings.{codec.name}")
    parse(_WARM_UP, MimeLimits())
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    libc.prctl(_PR_SET_DUMPABLE, 0)
    libc.unshare(_CLONE_NEWNET)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer until the parent closes the pipe."""
    while len(head := source.read(LENGTHS.size)) == LENGTHS.size:
        description_length, raw_length = LENGTHS.unpack(head)
        for piece in answer(_parsed(source, description_length, raw_length)):
            sink.write(piece)
        sink.flush()


def _parsed(source: BinaryIO, description_length: int, raw_length: int) -> Mail | Unparsed:
    limits = asked(source.read(description_length))
    try:
        return parse(source.read(raw_length), limits)
    except MemoryError:
        return Unparsed("memory")


def main() -> int:
    confine(int(sys.argv[1]))
    serve(sys.stdin.buffer, sys.stdout.buffer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
