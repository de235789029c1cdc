"""From the cookie's token comes one key for each purpose, and the server keeps only a hash."""

from __future__ import annotations

from gateway.web.guard.tokens import csrf_token, derive, token_hash


def test_each_purpose_and_each_token_has_a_key_of_its_own() -> None:
    found = {derive("t1", "draft"), derive("t1", "csrf"), derive("t2", "draft"), token_hash("t1"), token_hash("t2")}
    assert len(found) == 5
    assert derive("t1", "draft") == derive("t1", "draft")


def test_a_csrf_token_is_made_for_a_url_and_shows_nothing_of_the_cookie() -> None:
    made = csrf_token("t1")
    assert made.replace("-", "").replace("_", "").isalnum()
    assert made != csrf_token("t2")
    assert "t1" not in made
