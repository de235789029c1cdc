"""What arrives at the mailboxes of machines: domain reports, and reports and answers that bear one of our tokens."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.case.rows import IntakeRow, Move
from gateway.model.channel.arrival import Arrival
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Mail
from gateway.model.kinds import IntakeKind, IntakeState, MailboxName, MoveKind
from gateway.ports import Metrics
from gateway.stages.policies.domain_reports import counts, read_reports
from gateway.steps.intake.readers import Readers
from gateway.steps.outbox.bounces import take_report
from gateway.steps.outbox.drafting.writing import Writing
from gateway.steps.outbox.replies import take_reply
from gateway.steps.tools import Tools


async def take(
    tools: Tools, readers: Readers, writing: Writing, row: IntakeRow, arrival: Arrival, content: ConfidentialBytes
) -> None:
    """Take in one intake of a tokenised or reports mailbox, and commit what it means."""
    now = tools.clock.now()
    if arrival.mailbox is MailboxName.REPORTS:
        mail = await readers.mime.parse(content)
        read = count_reports(tools.metrics, mail, readers.own_domain) if isinstance(mail, Mail) else 0
        changed = replace(row, state=IntakeState.CLOSED, kind=IntakeKind.DOMAIN_REPORT)
        detail = {"kind": IntakeKind.DOMAIN_REPORT.value, "reports": str(read)}
        move = Move(MoveKind.REPORT, "worker", now, changed=(changed,), intake_id=row.id, detail=detail)
        await tools.store.commit(move)
        return
    if arrival.mailbox is MailboxName.BOUNCE:
        await take_report(tools, readers.mime, row, arrival, content)
        return
    await take_reply(tools, readers, writing, row, arrival, content)


def count_reports(metrics: Metrics, mail: Mail, own_domain: str) -> int:
    """Count every TLS report (RFC 8460) and DMARC report (RFC 9990) in a mail as metrics; return how many there were.

    What cannot be read is counted as that.
    """
    reports = read_reports(mail)
    for report in reports:
        for one in counts(report, own_domain):
            metrics.add(f"gateway_{one.metric}", one.number, **one.labels)
    return len(reports)
