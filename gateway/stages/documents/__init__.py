"""The text and the tables of a document: bytes in, values out. Pure; the adapter runs it in a child process."""

from gateway.stages.documents.kinds import DocumentKind, kind_of, read

__all__ = ["DocumentKind", "kind_of", "read"]
