"""Works for the tests' children: an honest one, and hostile ones that try what a parser taken over would try."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from gateway.adapters.children.confined.frames import Answer, Description

LIBC = ctypes.CDLL(None, use_errno=True)
SECRET, PORT, PARENT = "secret", "port", "parent"
_SOCKETPAIR, _PROCESS_VM_READV, _MEMFD, _IO_URING, _PIDFD_OPEN, _PTRACE = 53, 310, 319, 425, 434, 101
_OPENAT, _CLONE, _KEXEC, _BPF, _USERFAULTFD, _KEYCTL = 257, 56, 246, 321, 323, 250


def warm() -> None:
    """Nothing more than this module."""


def _open_after_close(asked: Description) -> str:
    os.close(2)
    return os.read(os.open(asked[SECRET], os.O_RDONLY), 100).decode()


def _connect(asked: Description) -> str:
    with suppress(OSError):
        os.close(2)
    made = socket.socket()
    made.connect(("127.0.0.1", asked[PORT]))
    return "connected"


def _parent_memory(asked: Description) -> str:
    with suppress(OSError):
        os.close(2)
    return str(os.open(f"/proc/{asked[PARENT]}/mem", os.O_RDWR))


def _fork(asked: Description) -> str:
    child = os.fork()
    if child == 0:
        os._exit(0)
    return "forked"


def _thread(asked: Description) -> str:
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    return "started"


def _raise_limits(asked: Description) -> str:
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    return "raised"


def _raw(number: int, *arguments: int) -> Callable[[Description], str]:
    def call(asked: Description) -> str:
        result = LIBC.syscall(number, *arguments)
        if result < 0:
            raise OSError(ctypes.get_errno(), "refused")
        return str(result)

    return call


def _signal(number: int, whom: str) -> Callable[[Description], str]:
    def call(asked: Description) -> str:
        os.kill(asked[PARENT] if whom == PARENT else int(whom), number)
        return "sent"

    return call


def _memory(asked: Description) -> str:
    return str(len(bytearray(3 << 30)))


ATTEMPTS: dict[str, Callable[[Description], str]] = {
    "a file": lambda asked: open(asked[SECRET]).read(),  # noqa: SIM115, PTH123
    "a file, after a descriptor was given back": _open_after_close,
    "a new file": lambda asked: str(open("/tmp/made-by-a-child", "w")),  # noqa: SIM115, PTH123
    "to list a folder": lambda asked: str(os.listdir("/")),  # noqa: PTH208
    "to ask about a file": lambda asked: str(os.stat(asked[SECRET])),  # noqa: PTH116
    "to remove a file": lambda asked: str(os.unlink(asked[SECRET])),  # type: ignore[func-returns-value]  # noqa: PTH108
    "a socket": _connect,
    "a pair of sockets": lambda asked: str(socket.socketpair()),
    "a pipe": lambda asked: str(os.pipe()),
    "a second name for a descriptor": lambda asked: str(os.dup(0)),
    "the parent's memory": _parent_memory,
    "its own memory as a file": lambda asked: str(os.open("/proc/self/mem", os.O_RDWR)),
    "to fork": _fork,
    "a program": lambda asked: str(subprocess.run(["/bin/true"], check=True)),
    "to become a program": lambda asked: os.execv("/bin/true", ["true"]),  # noqa: S606
    "a thread": _thread,
    "to end the parent": _signal(signal.SIGTERM, PARENT),
    "to ask whether the parent lives": _signal(0, PARENT),
    "to end everybody": _signal(signal.SIGTERM, "-1"),
    "higher limits": _raise_limits,
    "another user": lambda asked: str(os.setuid(0)),  # type: ignore[func-returns-value]
    "a namespace": _raw(272, 0x10000000),
    "memory without end": _memory,
    "read another process": _raw(_PROCESS_VM_READV, 1, 0, 0, 0, 0, 0),
    "trace the parent": lambda asked: _raw(_PTRACE, 16, asked[PARENT], 0, 0)(asked),
    "a file in memory": _raw(_MEMFD, 0, 0),
    "a ring": _raw(_IO_URING, 8, 0),
    "a descriptor of a process": lambda asked: _raw(_PIDFD_OPEN, asked[PARENT], 0)(asked),
    "openat by number": _raw(_OPENAT, -100, 0, 0, 0),
    "clone by number": _raw(_CLONE, 0, 0, 0, 0, 0),
    "bpf": _raw(_BPF, 0, 0, 0),
    "userfaultfd": _raw(_USERFAULTFD, 0),
    "the kernel's keys": _raw(_KEYCTL, 0, 0, 0),
}


def answer(asked: Description, contents: bytes) -> Answer:
    """Do what is asked: an attempt, or one of the things that end a child."""
    what = asked.get("do", "echo")
    if what == "echo":
        return {"length": len(contents)}, (contents,)
    if what == "spin":
        while True:
            pass
    if what == "die":
        os._exit(1)
    if what == "say nonsense":
        os.write(1, b"\xff" * 16)
        return {}, ()
    if what == "say pickle":
        return {"length": 1}, (b"cos\nsystem\n(S'true'\ntR.",)
    if what == "raise":
        raise ValueError("the text of an error")
    try:
        return {"got": ATTEMPTS[what](asked)}, ()
    except (OSError, MemoryError, RuntimeError, ImportError) as refused:
        return {"refused": type(refused).__name__}, ()


def try_all(ordinary: bool) -> None:
    """Used by the tests: try everything in one child, and print what was had. Parent and child are of one user."""
    import asyncio
    import json

    from gateway.adapters.children.confined.pool import ChildFailed, ConfinedPool
    from tests.adapters.children.confined import works_as_user

    asked = json.loads(sys.stdin.readline())

    async def every() -> dict[str, object]:
        said: dict[str, object] = {}
        work = "tests.adapters.children.confined.works" + ("_as_user" if ordinary else "")
        async with ConfinedPool(work, children=1) as pool:
            if ordinary:  # after the start: an ordinary user may have no way to this Python
                works_as_user.warm()
            for name in ATTEMPTS:
                try:
                    found, _ = await pool.ask({"do": name, **asked, PARENT: os.getpid()})
                except ChildFailed as failed:
                    found = {"ended": failed.code}
                said[name] = found
            said["not confined"] = list(pool.not_confined)
        return said

    print(json.dumps(asyncio.run(every())))
