"""Take away from this process what reading does not need: files, network, other processes, memory over a limit.

Two walls that do not need each other. With no descriptor allowed, nothing can be opened, whatever is closed before:
the limit is on the highest number, and it is 0. And the kernel refuses every system call but the few on the list
below (seccomp, by the library libseccomp), so no signal, fork, ptrace or change of limits. As root the child gives up
root first; where a wall cannot be put up, ``confine`` says so, and `gateway check` prints it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
from contextlib import suppress
from typing import Any

NOBODY = 65_534
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_THREAD = 0x00010100  # CLONE_VM and CLONE_THREAD
_CLONE_NEWNET, _CLONE_NEWIPC = 0x40000000, 0x08000000
# What computing takes: the two pipes, memory, clocks, signals to itself, the end. No path, no descriptor, no process.
ALLOWED_CALLS = (
    *("read", "readv", "write", "close", "lseek", "brk", "mmap", "munmap", "mremap", "mprotect", "madvise"),
    *("futex", "set_robust_list", "rseq", "sched_yield", "sched_getaffinity", "membarrier", "restart_syscall"),
    *("clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "getrusage"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "setitimer", "getitimer"),
    *("getrandom", "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid", "exit", "exit_group"),
)


def confine(memory_bytes: int, calls: Any, threads: bool = False) -> tuple[str, ...]:
    """Put up the walls; ``calls`` is from ``system_calls``.

    Returns the names of those that could not be put up: "user", "network", "system_calls".
    """
    libc = ctypes.CDLL(None, use_errno=True)
    os.closerange(3, _highest_descriptor())
    missing = []
    if libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC) != 0 and calls is None:
        missing.append("network")  # with the list of system calls there is no socket to begin with
    if not _give_up_root():
        missing.append("user")
    libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)  # after the change of user, which undoes it
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _limit(memory_bytes, threads)
    if calls is None or not _load(calls):
        missing.append("system_calls")
    return tuple(missing)


def _highest_descriptor() -> int:
    return min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 1 << 20)


def _give_up_root() -> bool:
    if os.geteuid() != 0:
        return True
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        return False
    return True


def _limit(memory_bytes: int, threads: bool) -> None:
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, memory_bytes),
        *(() if threads else ((resource.RLIMIT_NPROC, 0),)),  # to the kernel a thread is one of these too
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def system_calls(threads: bool = False) -> Any:
    """Return the list as a filter, ready to be put up; None where libseccomp or its binding is not there."""
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError):
        return None
    wanted = pyseccomp.SyscallFilter(defaction=pyseccomp.ERRNO(errno.EPERM))
    for name in ALLOWED_CALLS:
        with suppress(OSError):  # this machine has no call of that name
            wanted.add_rule(pyseccomp.ALLOW, name)
    if threads:  # a thread of this process, never another process; clone3 hides its flags, and its callers fall back
        wanted.add_rule(pyseccomp.ALLOW, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _THREAD, _THREAD))
        wanted.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    return wanted


def _load(calls: Any) -> bool:
    try:
        calls.load()
    except OSError:
        return False
    return True
