"""Identifiers carry nothing personal and sort by time."""

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122

from gateway.model.ids import ALPHABET, is_reference, reference, uuid7

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_uuid7_has_version_and_variant_of_rfc_9562() -> None:
    made = uuid7(NOW, bytes(range(16)))
    assert made.version == 7
    assert made.variant == RFC_4122
    assert made.int >> 80 == int(NOW.timestamp() * 1000)


def test_uuid7_sorts_by_time_of_receipt() -> None:
    later = uuid7(NOW + timedelta(milliseconds=1), b"\x00" * 16)
    assert uuid7(NOW, b"\xff" * 16) < later


def test_reference_has_no_look_alikes() -> None:
    made = reference(b"\xa5" * 16)
    assert is_reference(made)
    assert not set("0O1IL2Z5S8BUV") & set(ALPHABET)
    assert not is_reference(made.lower())
