"""No class that aiosmtpd looks through with ``inspect.getmembers`` is a slots dataclass.

Debian 12's Python 3.11.2 leaves the first class's ``__weakref__`` in the second one that ``slots=True`` makes, and
``inspect.getmembers`` raises TypeError on it, so that every connection would be dropped. Later Pythons do not, so the
source is read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
_HOOK = re.compile(r"(?:handle|auth)_[A-Z0-9_]+")  # what aiosmtpd calls on its handler


def classes(source: str) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef))


def is_handler(node: ast.ClassDef) -> bool:
    """Say whether aiosmtpd may be handed this: it has a hook."""
    functions = (each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    return any(_HOOK.fullmatch(function.name) for function in functions)


def is_slots_dataclass(node: ast.ClassDef) -> bool:
    return any(
        keyword.arg == "slots" and ast.unparse(keyword.value) != "False"
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        for keyword in decorator.keywords
    )


def handlers() -> dict[str, ast.ClassDef]:
    return {
        f"{path.relative_to(ROOT)}:{node.name}": node
        for folder in ("gateway", "tests", "bench")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in classes(path.read_text("utf-8"))
        if is_handler(node)
    }


def test_the_handlers_are_found() -> None:
    assert {
        "gateway/roles/demo/sinks.py:Sink",
        "tests/adapters/smtp_out/peers.py:Sink",
        "bench/receiving/gateway_server.py:StockHandler",
    } <= set(handlers())


def test_no_handler_is_a_slots_dataclass() -> None:
    assert [name for name, node in handlers().items() if is_slots_dataclass(node)] == []


def test_a_slots_dataclass_is_seen() -> None:
    (sink,) = classes(
        "@dataclass(slots=True)\nclass Sink:\n    async def handle_DATA(self, *_: object) -> str:\n        return ''\n"
    )
    assert is_handler(sink)
    assert is_slots_dataclass(sink)
