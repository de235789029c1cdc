"""Text and bytes that must not be shown by accident.

A value wrapped here prints as ``<confidential>`` in logs, tracebacks, f-strings and the repr of whatever
holds it. The one way out is :meth:`Confidential.reveal`: search for it to list every place that sees plaintext.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

T = TypeVar("T", str, bytes)


class Confidential(Generic[T]):
    """One piece of confidential text (``str``) or content (``bytes``)."""

    __slots__ = ("_content",)

    def __init__(self, content: T) -> None:
        self._content: T = content

    def reveal(self) -> T:
        """Return the plaintext. The caller is responsible for where it goes."""
        return self._content

    def __repr__(self) -> str:
        return "<confidential>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "<confidential>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Confidential) and self._content == other._content

    def __hash__(self) -> int:
        return hash((Confidential, self._content))

    def __bool__(self) -> bool:
        return bool(self._content)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Let a sealed record carry the text: JSON made this way must be sealed before it is stored.

        Text only; ``ConfidentialBytes`` is never put into a record.
        """
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, Confidential) else Confidential(str(value)),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.reveal()),
        )


ConfidentialText = Confidential[str]
ConfidentialBytes = Confidential[bytes]
NOTHING: ConfidentialText = Confidential("")
