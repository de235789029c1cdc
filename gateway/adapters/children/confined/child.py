"""The confined child: loads one kind of work, gives up everything else, and answers until the pipe closes.

A *work* is a module with ``warm()``, which loads all it will ever need, and ``answer(asked, contents)``, which returns
a description and pieces of contents; and ``THREADS`` where its libraries start some. It is started by name, so that
who starts it does not import it.
"""

from __future__ import annotations

import encodings
import gc
import importlib
import os
import pkgutil
import signal
from collections.abc import Callable
from contextlib import suppress

from gateway.adapters.children.confined import frames
from gateway.adapters.children.confined.confinement import confine, system_calls

SOURCE, SINK = 0, 1


def main(work: str, memory_bytes: int) -> int:
    """Serve one kind of work."""
    module = importlib.import_module(work)
    threads = bool(getattr(module, "THREADS", False))
    calls = system_calls(threads)  # while its library can be opened
    for codec in pkgutil.iter_modules(encodings.__path__):  # not the table of aliases: utf_8_sig has none
        with suppress(ImportError, LookupError):  # a few codecs exist on other systems only
            importlib.import_module(f"encodings.{codec.name}")
    module.warm()
    gc.freeze()
    missing = confine(memory_bytes, calls, threads)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _write(({frames.NOT_CONFINED: list(missing)}, ()))
    serve(module.answer)
    return 0


def serve(answer: Callable[[frames.Description, bytes], frames.Answer]) -> None:
    """Answer one question after another."""
    while (asked := _read()) is not None:
        description, contents = asked
        signal.setitimer(signal.ITIMER_PROF, float(description.get(frames.CPU_S, 0)))
        try:
            said = answer(description, contents)
        except MemoryError:
            said = ({frames.FAILED: "memory"}, ())
        except Exception:  # whatever is in the contents: a word, never the text of an error, which may quote them
            said = ({frames.FAILED: "error"}, ())
        signal.setitimer(signal.ITIMER_PROF, 0)
        del contents
        _write(said)


def _read() -> tuple[frames.Description, bytes] | None:
    lengths = _exactly(frames.LENGTHS.size)
    if lengths is None:
        return None
    description_length, contents_length = frames.LENGTHS.unpack(lengths)
    description, contents = _exactly(description_length), _exactly(contents_length)
    return None if description is None or contents is None else (frames.described(description), contents)


def _exactly(length: int) -> bytes | None:
    """Read so many bytes; None where the pipe was closed."""
    whole = bytearray(length)
    view, have = memoryview(whole), 0
    while have < length:
        got = os.readv(SOURCE, [view[have:]])
        if not got:
            return None
        have += got
    return bytes(whole)


def _write(said: frames.Answer) -> None:
    description, pieces = said
    for piece in (frames.head(description, sum(map(len, pieces))), *pieces):
        view = memoryview(piece)
        while view:
            view = view[os.write(SINK, view) :]
