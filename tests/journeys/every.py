"""Every journey, for the suites that all of them go through."""

from __future__ import annotations

from tests.journeys import (
    test_by_form,
    test_clear_text,
    test_confidential_query,
    test_expired_key,
    test_home_resident,
    test_informed,
    test_neighbours_resident,
    test_no_residence,
    test_ordinary_query,
    test_size,
    test_unreadable_wrapper,
)

JOURNEYS = (
    test_home_resident.JOURNEY,
    test_neighbours_resident.JOURNEY,
    test_informed.JOURNEY,
    test_size.JOURNEY,
    test_by_form.JOURNEY,
    test_ordinary_query.JOURNEY,
    test_confidential_query.JOURNEY,
    test_clear_text.JOURNEY,
    test_unreadable_wrapper.JOURNEY,
    test_no_residence.JOURNEY,
    test_expired_key.JOURNEY,
)
