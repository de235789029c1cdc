"""Read one arrival: parse it, open what is encrypted, or unpack a form post."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model.channel.arrival import Arrival
from gateway.model.channel.assurance import ContentState
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.framing import BadFrame
from gateway.model.content.message import Mail, Part, Unparsed
from gateway.model.form import form_post
from gateway.model.kinds import Channel
from gateway.ports import Permanent
from gateway.stages.extract.form import text_of
from gateway.stages.transfer.files import File, attachment
from gateway.steps.intake.open import open_content
from gateway.steps.intake.readers import Readers


@dataclass(frozen=True, slots=True)
class Reading:
    """One arrival, parsed and opened. ``mail`` is what the sender wrote, the inside of an encrypted message."""

    outer: Mail | Unparsed | None  # None for a form post
    mail: Mail | Unparsed
    content: ContentState
    opened: ConfidentialBytes | None = None
    post: form_post.FormPost | None = None


async def read(readers: Readers, arrival: Arrival, content: ConfidentialBytes) -> Reading:
    """Parse and open one arrival. Permanent("not_a_form_post") where a form's frame is not whole."""
    if arrival.channel is not Channel.SMTP:
        return _read_post(content)
    outer = await readers.mime.parse(content)
    if isinstance(outer, Unparsed):
        return Reading(outer, outer, ContentState())
    opened = await open_content(outer, content, readers.openpgp, readers.smime, readers.enrolled())
    if opened.inner_raw is None:
        return Reading(outer, outer, opened.state)
    inner = await readers.mime.parse(opened.inner_raw)
    return Reading(outer, inner, opened.state, opened.inner_raw)


def _read_post(content: ConfidentialBytes) -> Reading:
    try:
        post = form_post.unpack(content.reveal())
    except BadFrame:
        raise Permanent("not_a_form_post") from None
    body = Part((0,), "text/plain", "utf-8", None, None, ConfidentialBytes(text_of(post.values, "message").encode()))
    subject = ConfidentialText("A question through the web form")
    mail = Mail((), "text/plain", subject, (), (), None, (body, *_file_parts(post)))
    return Reading(None, mail, ContentState(), post=post)


def _file_parts(post: form_post.FormPost) -> tuple[Part, ...]:
    return tuple(
        Part((number,), file.content_type, None, "attachment", file.name, file.content)
        for number, file in enumerate(post.files, 1)
    )


def originals(reading: Reading) -> tuple[File, ...]:
    """Return the files that go along with a forward: the body as it was written, and every attachment."""
    if not isinstance(reading.mail, Mail):
        return ()
    files = []
    for part in reading.mail.parts:
        is_file = part.disposition == "attachment" or part.filename is not None
        if is_file or part.content_type == "text/plain":
            name = part.filename.reveal() if part.filename is not None else "original-message.txt"
            files.append(attachment(name, part.content_type, part.content))
    return tuple(files) if reading.post is None else tuple(files[1:])
