from __future__ import annotations

from tests.console.conftest import Browser, Office


async def test_every_page_renders_for_a_coordinator(office: Office, ada: Browser) -> None:
    s = office.samples
    paths = ["/", "/intakes", "/intakes?state=held", "/cases", "/cases?state=open", f"/dispatches/{s.held_dispatch}"]
    paths += [
        f"/intakes/{i}"
        for i in (s.held_notification, s.general_query, s.secure_query, s.wrapper, s.forwarded, s.passed, s.closed)
    ]
    paths += [f"/cases/{c}" for c in (s.held_case, s.forwarded_case, s.closed_case)]
    paths += [f"/intakes/{s.held_notification}/send-to-panel", f"/intakes/{s.general_query}/release"]
    paths += [f"/intakes/{s.secure_query}/{m}" for m in ("answer", "open-case", "keep", "close", "original")]
    paths += [f"/dispatches/{s.held_dispatch}/mend-dispatch", f"/cases/{s.held_case}/close"]
    for path in paths:
        answer = await ada.get(path)
        assert answer.status == 200, (path, answer.text[-3000:])
