"""The store: rows in one SQL database, every change one transaction, every change in the audit chain."""

from gateway.adapters.store.engine import open_engine
from gateway.adapters.store.store import SqlStore

__all__ = ["SqlStore", "open_engine"]
