"""model, stages, ports and steps do no I/O and read no clock and no entropy: what import-linter cannot see.

It counts an outside package whole and does not look at calls. Here an import must be on a list, name by name where a
module has others too, and calls that reach outside are found by their names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

GATEWAY = Path(__file__).parents[1] / "gateway"
ROOMS = ("model", "stages", "steps")
SOURCES = [GATEWAY / "ports.py", *sorted(path for room in ROOMS for path in (GATEWAY / room).rglob("*.py"))]

WHOLE_MODULES = """
    __future__ array base64 binascii bisect calendar collections collections.abc cryptography.exceptions dataclasses
    datetime email.headerregistry email.message email.policy enum functools hashlib hmac html ipaddress itertools json
    math operator pydantic pydantic_core pypdf.errors quopri re struct types typing unicodedata urllib.parse zlib
"""
WHOLE = frozenset(WHOLE_MODULES.split())
ONLY = {
    "asyncio": {"to_thread", "Lock"},  # the waits of the steps; import-linter keeps it out of model and stages
    "codecs": {"lookup"},
    "contextlib": {"contextmanager"},
    "contextvars": {"ContextVar"},
    "cryptography": {"x509"},
    "cryptography.hazmat.primitives.serialization": {"Encoding", "PublicFormat"},
    "defusedxml": {"DefusedXmlException"},
    "defusedxml.ElementTree": {"fromstring"},
    "docx": {"Document"},
    "docx.oxml.ns": {"qn"},
    "email": {"message_from_bytes"},
    "email.utils": {"format_datetime"},
    "io": {"BytesIO"},
    "logging": {"getLogger", "CRITICAL"},
    "lxml": {"etree"},  # a parser fed with text that is in memory: the module is taken for its HTMLParser only
    "pathlib": {"PurePosixPath"},
    "pypdf": {"PdfReader"},
    "urllib": {"parse"},
    "uuid": {"UUID"},
    "xml.etree.ElementTree": {"Element", "ParseError"},
    "zipfile": {"BadZipFile", "ZipFile"},
}
OPEN_A_PATH_TOO = {"docx.Document", "pypdf.PdfReader", "zipfile.ZipFile"}
WITHIN = {"os", "sys", "io", "time", "socket", "builtins", "random", "shutil", "threading", "subprocess"}
BUILTINS = {
    "open",
    "input",
    "print",
    "exec",
    "eval",
    "compile",
    "breakpoint",
    "__import__",
    "__builtins__",
    "__loader__",
}
OBJECTS = {"__builtins__", "__globals__", "__loader__", "__subclasses__", "__import__"}
FILES = {
    "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "rmdir", "iterdir", "rglob", "touch",
    "expanduser", "is_file", "is_dir", "exists",
}  # fmt: skip
CLOCK = {"now", "utcnow", "monotonic", "perf_counter", "time_ns"}
ENTROPY = {"urandom", "token_bytes", "token_hex", "uuid1", "uuid4", "random_serial_number", "generate_private_key"}
CLOCK_WITHOUT_ARGUMENTS = {"today", "astimezone"}


def offences(code: str, *, clock_port: bool = False) -> list[str]:
    """Return what of the code could reach outside, each with its line. ``clock_port``: a .clock may be asked."""
    tree = ast.parse(code)
    names = dict(_imported(tree))
    nodes = list(ast.walk(tree))
    bases = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    ports = {id(node) for node in nodes if clock_port and _asks_the_port(node)}
    found = {
        (node.lineno, what)
        for node in nodes
        if isinstance(node, ast.expr | ast.stmt) and id(node) not in ports
        for what in _of(node, names)
    }
    for node in nodes:
        if isinstance(node, ast.Name) and id(node) not in bases and names.get(node.id) in ONLY:
            found.add((node.lineno, f"{node.id}, whole"))
    return [f"{line}: {what}" for line, what in sorted(found)]


def _asks_the_port(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr="now", value=ast.Attribute(attr="clock")):
            return True
    return False


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each name that an import binds, with what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for item in node.names:
                top = item.name.partition(".")[0]
                yield (item.asname, item.name) if item.asname else (top, top)
        elif isinstance(node, ast.ImportFrom):
            for item in node.names:
                yield item.asname or item.name, f"{node.module}.{item.name}"


def _of(node: ast.AST, names: dict[str, str]) -> Iterator[str]:
    match node:
        case ast.Import():
            yield from (item.name for item in node.names if not _may_import(item.name))
        case ast.ImportFrom(module=str(module), level=0):
            yield from (f"{module}.{item.name}" for item in node.names if not _may_use(module, item.name))
        case ast.Name(id=name) if name in BUILTINS and name not in names:
            yield name
        case ast.Attribute(attr=name):
            if name in OBJECTS | FILES | CLOCK | ENTROPY:
                yield f".{name}"
            base = _dotted(node.value, names)
            if base is not None and not _ours(base) and (name in WITHIN or name not in ONLY.get(base, {name})):
                yield f"{base}.{name}"
        case ast.Call(func=called, args=given, keywords=named):
            if isinstance(called, ast.Attribute) and called.attr in CLOCK_WITHOUT_ARGUMENTS and not given and not named:
                yield f".{called.attr}()"
            if _dotted(called, names) in OPEN_A_PATH_TOO and not (given and _in_memory(given[0], names)):
                yield f"{_dotted(called, names)} of what may be a path"


def _ours(module: str) -> bool:
    return module.partition(".")[0] == "gateway"


def _may_import(module: str) -> bool:
    return _ours(module) or module in WHOLE or module in ONLY


def _may_use(module: str, name: str) -> bool:
    return name in ONLY[module] if module in ONLY else _ours(module) or module in WHOLE


def _in_memory(given: ast.expr, names: dict[str, str]) -> bool:
    return isinstance(given, ast.Call) and _dotted(given.func, names) == "io.BytesIO"


def _dotted(node: ast.expr, names: dict[str, str]) -> str | None:
    """Return what a chain of names stands for, if it begins with an import."""
    match node:
        case ast.Name(id=name):
            return names.get(name)
        case ast.Attribute(value=value, attr=name):
            base = _dotted(value, names)
            return None if base is None else f"{base}.{name}"
    return None


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(GATEWAY).as_posix())
def test_nothing_reaches_outside(path: Path) -> None:
    clock_port = "steps" in path.relative_to(GATEWAY).parts
    assert offences(path.read_text("utf-8"), clock_port=clock_port) == []


PLANTED = """
import os
import time
import random, secrets
import tempfile as harmless
import threading
import shutil
import urllib.request
import urllib.error
import urllib.parse, urllib; urllib.request.urlopen("")
from urllib import request
from urllib.request import urlopen
from pathlib import Path
import pathlib; pathlib.Path("x")
from os import *
from io import open as read
import io; io.open("x")
import io; getattr(io, "open")
import codecs; codecs.open("x")
from uuid import uuid4
import uuid; uuid.uuid1()
from email.utils import make_msgid
import email; email.utils.localtime()
import json; json.codecs.builtins.open("x")
import re; re.sys.modules
open("x")
print("x")
exec("x")
__import__("os")
def f(x): return x.__globals__
def f(path): path.read_bytes()
def f(path): path.write_text("x")
from datetime import datetime; datetime.now()
from datetime import datetime; datetime.now(tz=None)
import datetime; datetime.datetime.utcnow()
from datetime import date; date.today()
import datetime as d; d.date.today()
from datetime import datetime as d; take = d.now
def f(at): return at.astimezone()
def f(tools): return tools.clock.now()
from cryptography import x509; x509.random_serial_number()
import zipfile; zipfile.ZipFile("x")
from docx import Document; Document("x")
from logging import FileHandler
"""
HARMLESS = """
import urllib.parse; urllib.parse.quote("x")
from urllib.parse import quote
from pathlib import PurePosixPath
import io, zipfile; zipfile.ZipFile(io.BytesIO(b"")).open("x")
import re; re.compile("x")
from datetime import datetime, UTC; datetime.fromisoformat("x").astimezone(UTC)
def f(table): return table.today("E07000007")
"""


@pytest.mark.parametrize("code", PLANTED.strip().splitlines())
def test_what_reaches_outside_is_found(code: str) -> None:
    assert offences(code)


@pytest.mark.parametrize("code", HARMLESS.strip().splitlines())
def test_what_only_reckons_is_not(code: str) -> None:
    assert offences(code) == []


def test_steps_may_ask_the_clock_they_are_given_and_no_other() -> None:
    assert offences("def f(tools): return tools.clock.now()", clock_port=True) == []
    assert offences("from datetime import datetime; datetime.now()", clock_port=True)
    assert offences("def f(clock): return clock.today()", clock_port=True)
