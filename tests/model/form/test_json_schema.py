"""The schema names every field of the registry once."""

from __future__ import annotations

import json

from gateway.model.form.fields import FIELDS
from gateway.model.form.json_schema import notification_schema


def test_every_field_is_in_the_schema_once() -> None:
    schema = notification_schema()
    single = list(schema["properties"]["fields"]["properties"])
    groups = schema["properties"]["groups"]["properties"].values()
    grouped = [name for group in groups for name in group["items"]["properties"]]
    assert sorted(single + grouped) == sorted(field.id for field in FIELDS)
    assert json.loads(json.dumps(schema)) == schema
