"""The office that runs the gateway, as every outgoing text names it."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model.ids import PanelId
from gateway.model.kinds import AlarmKind


@dataclass(frozen=True, slots=True)
class Office:
    """The home panel and its addresses."""

    panel: PanelId
    panel_name: str
    domain: str  # of the mailboxes
    secure_address: str
    general_address: str
    general_inbox: str  # where the staff of the general mailbox read
    operator: str
    telephone: str
    safeguarding_telephone: str
    form_url: str
    console_url: str
    openpgp_fingerprint: str = ""
    handover_person: str = ""  # who is told of hand-overs that nobody answers or that came back; "": the operator
    answer_days: int = 5  # working days within which a general question is answered

    def told_of(self, kind: AlarmKind) -> str:
        """Return the address that an alarm goes to."""
        about_handovers = kind in (AlarmKind.HANDOVER_OVERDUE, AlarmKind.HANDOVER_BOUNCED)
        return (self.handover_person if about_handovers else "") or self.operator

    def text_values(self) -> dict[str, str]:
        """Return the placeholders every text may use."""
        return {
            "panel_name": self.panel_name,
            "telephone": self.telephone,
            "form_url": self.form_url,
            "secure_mailbox": self.secure_address,
            "openpgp_fingerprint": self.openpgp_fingerprint,
            "answer_days": str(self.answer_days),
        }
