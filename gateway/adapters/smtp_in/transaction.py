"""One mail transaction: the growing envelope, and the arrivals it becomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from gateway.adapters.smtp_in.smtp_settings import SmtpLimits
from gateway.model import ids
from gateway.model.channel.arrival import Arrival, Connection, Envelope
from gateway.model.ids import ENTROPY_BYTES, IntakeId
from gateway.model.kinds import Channel
from gateway.stages.smtp.mailboxes import Destination
from gateway.stages.smtp.parameters import MailParameters


@dataclass(slots=True)
class Transaction:
    """MAIL and the RCPTs that were accepted."""

    reverse_path: str
    parameters: MailParameters
    destinations: dict[Destination, str] = field(default_factory=dict)  # with the forward-path it was first named by
    forward_paths: int = 0  # accepted
    attempts: int = 0

    def add(self, destination: Destination, forward_path: str, limits: SmtpLimits) -> bool:
        """Accept a forward-path; False if a limit is reached. A second alias of one mailbox adds no intake."""
        if self.forward_paths >= limits.forward_paths_per_message:
            return False
        if destination not in self.destinations and len(self.destinations) >= limits.intakes_per_message:
            return False
        self.forward_paths += 1
        self.destinations.setdefault(destination, forward_path)
        return True


def arrivals_of(
    transaction: Transaction, connection: Connection, now: datetime, entropy: Callable[[int], bytes]
) -> tuple[Arrival, ...]:
    """Return an arrival for each mailbox (and token) that the message is for."""
    parameters = transaction.parameters
    return tuple(
        Arrival(
            intake_id=IntakeId(ids.uuid7(now, entropy(ENTROPY_BYTES))),
            reference=ids.reference(entropy(ENTROPY_BYTES)),
            mailbox=destination.mailbox,
            channel=Channel.SMTP,
            received_at=now,
            connection=connection,
            envelope=Envelope(
                reverse_path=transaction.reverse_path,
                forward_path=forward_path,
                smtputf8=parameters.smtputf8,
                eight_bit=parameters.eight_bit,
                require_tls=parameters.require_tls,
            ),
            token=destination.token,
        )
        for destination, forward_path in transaction.destinations.items()
    )
