"""Temporary."""

from gateway.model.confidential import *
from gateway.model.kinds import ScreenOutcome
from gateway.model.screening import *


def screen(mail, context, tables):
    text = "".join(
        p.content.reveal().decode("utf-8", "replace")
        for p in mail.parts
        if p.content_type == "text/plain" and p.disposition != "attachment"
    )
    bad = "999" in text or "born" in text
    if bad:
        return Screened(
            ScreenOutcome.CARD,
            ConfidentialText("A message is held: " + context.reference),
            ConfidentialText("card\n"),
            source=ConfidentialText(text),
        )
    return Screened(ScreenOutcome.PASS, mail.subject, ConfidentialText(text), source=ConfidentialText(text))
