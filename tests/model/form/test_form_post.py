"""A form post is taken apart only if every byte is where its description says."""

from __future__ import annotations

import json

import pytest

from gateway.model.content import framing
from gateway.model.content.framing import BadFrame
from gateway.model.form.form_post import pack, unpack

FILES = [
    {"name": "a.pdf", "content_type": "application/pdf", "size": 3},
    {"name": "b", "content_type": "x/y", "size": 0},
]


def test_what_was_packed_is_unpacked() -> None:
    post = unpack(pack({"form": "notify", "fields": {}, "files": FILES}, [b"abc", b""]))
    assert post.form == "notify"
    assert [(file.name.reveal(), file.content.reveal()) for file in post.files] == [("a.pdf", b"abc"), ("b", b"")]


@pytest.mark.parametrize("contents", [[b"ab"], [b"abcd"], []])
def test_missing_or_surplus_bytes_are_refused(contents: list[bytes]) -> None:
    with pytest.raises(BadFrame):
        unpack(pack({"form": "notify", "files": FILES}, contents))


@pytest.mark.parametrize(
    "description",
    [
        [],
        {},
        {"form": 1},
        {"form": "notify", "files": {}},
        {"form": "notify", "files": [{"name": "a", "content_type": "b", "size": -1}]},
        {"form": "notify", "files": [{"name": "a", "content_type": "b", "size": True}]},
        {"form": "notify", "files": ["a"]},
    ],
)
def test_a_description_of_another_shape_is_refused(description: object) -> None:
    with pytest.raises(BadFrame):
        unpack(framing.prefix(json.dumps(description).encode()))


def test_nested_json_beyond_reason_is_refused() -> None:
    with pytest.raises(BadFrame):
        unpack(framing.prefix(b"[" * 100_000))
