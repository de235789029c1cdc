"""Text and tables of an attached document: .txt, .docx, .pdf. Plain functions of bytes, run where a crash is cheap.

They are for the child process that parses MIME: limits of memory and time are that process's.
"""

from gateway.stages.documents.document import Document, read

__all__ = ["Document", "read"]
