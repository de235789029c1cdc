"""Make the .eml files in tests/stages/screen/hiding: python tests/stages/screen/make_hiding.py.

Each hides the same invented child in one of the places where content hides. The visible text is a routine query.
"""

from __future__ import annotations

import base64
from pathlib import Path

HERE = Path(__file__).parent / "hiding"
SECRET = "Zebedee Quillfeather 999 123 4560"
ROUTINE = "Please could you send me the agenda for the next panel meeting?"
HEAD = "From: Sender <sender@outside.example>\r\nTo: cdop@selbymoors.example\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"  # noqa: E501


def one(body: str, kind: str = "text/plain; charset=utf-8", subject: str = "Agenda", extra: str = "") -> str:
    return (
        HEAD.format(subject=subject)
        + f"{extra}Content-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"
    )


def several(*parts: str, kind: str = "mixed", before: str = "", after: str = "") -> str:
    body = "".join(f"--b1\r\n{part}\r\n" for part in parts)
    return (
        HEAD.format(subject="Agenda")
        + f"Content-Type: multipart/{kind}; boundary=b1\r\n\r\n{before}{body}--b1--\r\n{after}"
    )


def part(body: str, kind: str = "text/plain; charset=utf-8", extra: str = "") -> str:
    return f"Content-Type: {kind}\r\n{extra}\r\n{body}"


def html(markup: str) -> str:
    return one(f"<html><body><p>{ROUTINE}</p>{markup}</body></html>", "text/html; charset=utf-8")


def samples() -> dict[str, str]:
    plain, rich = part(ROUTINE), part(f"<p>{ROUTINE}</p><p>{SECRET}</p>", "text/html; charset=utf-8")
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in SECRET)
    alike = SECRET.translate(str.maketrans("aeo", "аео"))
    coded = base64.b64encode(SECRET.encode()).decode()
    inner = f"From: a@outside.example\r\nSubject: {SECRET}\r\n\r\n{SECRET}"
    return {
        "subject": one(ROUTINE, subject=SECRET),
        "display_name": one(ROUTINE).replace("Sender <", f'"{SECRET}" <'),
        "thread_topic": one(ROUTINE, extra=f"Thread-Topic: {SECRET}\r\n"),
        "file_name": several(
            plain, part("x", "application/pdf", f'Content-Disposition: attachment; filename="{SECRET}.pdf"\r\n')
        ),
        "file_name_rfc2231": several(
            plain,
            part(
                "x",
                "application/pdf",
                "Content-Disposition: attachment; filename*=utf-8''Zebedee%20Quillfeather.pdf\r\n",
            ),
        ),
        "html_comment": html(f"<!-- {SECRET} -->"),
        "hidden_style": html(f'<div style="display: none">{SECRET}</div>'),
        "white_text": html(f'<span style="color:#ffffff">{SECRET}</span>'),
        "tiny_text": html(f'<span style="font-size:0px">{SECRET}</span>'),
        "style_sheet": html(f"<style>.x{{display:none}}</style><p class=x>{SECRET}</p>"),
        "alt_text": html(f'<img src="cid:1" alt="{SECRET}" title="{SECRET}">'),
        "outlook_conditional": html(f"<!--[if mso]><p>{SECRET}</p><![endif]-->"),
        "script": html(f"<script>var a = '{SECRET}'</script>"),
        "plain_differs": several(plain, rich, kind="alternative"),
        "attached_message": several(plain, part(inner, "message/rfc822")),
        "delivery_report": several(
            plain, part(f"Reporting-MTA: dns; x\r\n\r\nDiagnostic-Code: {SECRET}\r\n", "message/delivery-status")
        ),
        "calendar": several(plain, part(f"BEGIN:VCALENDAR\r\nSUMMARY:{SECRET}\r\nEND:VCALENDAR", "text/calendar")),
        "contact_card": several(plain, part(f"BEGIN:VCARD\r\nFN:{SECRET}\r\nEND:VCARD", "text/vcard")),
        "winmail": several(
            plain, part(coded, "application/ms-tnef; name=winmail.dat", "Content-Transfer-Encoding: base64\r\n")
        ),
        "preamble": several(plain, before=SECRET + "\r\n"),
        "epilogue": several(plain, after=SECRET + "\r\n"),
        "uuencode": one(f"{ROUTINE}\r\n\r\nbegin 644 a.txt\r\n{coded}\r\nend"),
        "unknown_charset": one(f"{ROUTINE} {SECRET}", "text/plain; charset=x-unknown"),
        "utf7": one(f"{ROUTINE} {SECRET}", "text/plain; charset=utf-7"),
        "zero_width": one(ROUTINE + " " + "\u200b".join(SECRET)),
        "homoglyphs": one(f"{ROUTINE} {alike}"),
        "full_width": one(f"{ROUTINE} {wide}"),
        "letter_spaced": one(f"{ROUTINE} {' '.join(SECRET)}"),
        "bidi": one(f"{ROUTINE} \u202e{SECRET[::-1]}\u202c"),
        "entities": one(ROUTINE + " " + "".join(f"&#{ord(char)};" for char in SECRET)),
        "quoted": one(f"{ROUTINE}\r\n\r\nOn 3 March 2025 at 10:14, CDOP wrote:\r\n> {SECRET}"),
        "forwarded": one(f"{ROUTINE}\r\n\r\n-----Original Message-----\r\nFrom: a\r\nSubject: b\r\n\r\n{SECRET}"),
        "signature": one(f"{ROUTINE}\r\n\r\nKind regards\r\n{SECRET}"),
        "two_texts": several(plain, part(SECRET)),
        "two_from": one(ROUTINE, extra=f"From: {SECRET} <b@outside.example>\r\n"),
        "two_boundaries": one(
            f"--a\r\n\r\n{ROUTINE}\r\n--a--\r\n--b\r\n\r\n{SECRET}\r\n--b--", "multipart/mixed; boundary=a; boundary=b"
        ),
        "two_file_names": several(
            plain,
            part("x", "application/pdf; name=a.pdf", f'Content-Disposition: attachment; filename="{SECRET}.pdf"\r\n'),
        ),
        "parsers_disagree": several(
            plain,
            f"Content-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\n{part(SECRET, 'application/pdf')}\r\n--b1--",
        ),
        "broken_words": one(f"{ROUTINE} Zebe-\r\ndee Quill-\r\nfeather"),
        "spoken_number": one(f"{ROUTINE} nine double nine one two three four five six oh"),
    }


def main() -> None:
    HERE.mkdir(exist_ok=True)
    for name, raw in samples().items():
        (HERE / f"{name}.eml").write_bytes(raw.encode("utf-8"))


if __name__ == "__main__":
    main()
