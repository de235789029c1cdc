"""ports.Documents: read documents in confined children."""

from __future__ import annotations

from typing import Any, Self

from gateway.adapters.children.confined.pool import ChildFailed, ConfinedPool
from gateway.adapters.children.document_child import Kind
from gateway.model.content.message import Part
from gateway.ports import DocumentText
from gateway.stages.documents.plain import text

WORK = "gateway.adapters.children.document_child"
_SMALL_BYTES = 200_000  # plain text up to this size needs no child


class DocumentPool:
    """The children that read documents. ``async with`` ends them; they are started when first asked."""

    def __init__(self, *, children: int = 1, timeout_s: float = 20.0, memory_bytes: int = 1 << 30) -> None:
        self.pool = ConfinedPool(WORK, children=children, timeout_s=timeout_s, memory_bytes=memory_bytes)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self.pool.close()

    async def read(self, part: Part) -> DocumentText:
        """Return what could be read. OverBudget is all that is raised."""
        content = part.content.reveal()
        kind = _kind(part)
        if kind is Kind.PLAIN and len(content) <= _SMALL_BYTES:
            return DocumentText((text(content, part.charset),))
        try:
            said, _ = await self.pool.ask({"kind": kind.value, "charset": part.charset}, content)
            return _answered(said)
        except (ChildFailed, ValueError, TypeError):
            return DocumentText()


def _kind(part: Part) -> Kind:
    is_body = part.disposition != "attachment" and part.filename is None
    if part.content_type == "text/html":
        return Kind.HTML
    return Kind.PLAIN if is_body and part.content_type == "text/plain" else Kind.DOCUMENT


def _answered(said: dict[str, Any]) -> DocumentText:
    texts = tuple(str(text) for text in said.get("texts", ()))
    tables = tuple(tuple(tuple(str(cell) for cell in row) for row in table) for table in said.get("tables", ()))
    return DocumentText(texts, tables, "too_large" if said.get("code") == "too_large" else "")
