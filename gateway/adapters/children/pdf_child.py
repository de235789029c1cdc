"""The work of a confined child that lays out a page as a tagged PDF (PDF/UA-1). Text in, PDF out.

Fonts are files, and the child can open none: those it has met while warming up are the ones it has. So the warm-up
writes in the alphabets of the names that a panel in Britain meets, upright and bold.
"""

from __future__ import annotations

import logging
from typing import Any

from gateway.adapters.children.confined.frames import Answer, Description

ALPHABETS = (
    "Łódź Žižek Nguyễn Ŵyn ’–… • · Ελένη Юлія עברית العربية فارسی اردو አማርኛ हिन्दी বাংলা ਪੰਜਾਬੀ ગુજરાતી தமிழ் తెలుగు"
    " සිංහල ไทย ລາວ မြန်မာ ខ្មែរ ქართული հայերեն 中文 日本語 한국어 ½ é ✓ 😀"
)
_PAGE = (
    '<html lang="en"><head><title>a</title><style>@page {{ @bottom-center {{ content: counter(page) }} }} '
    'body {{ font-family: "DejaVu Sans", sans-serif }} dd {{ overflow-wrap: anywhere }}</style></head><body>'
    "<h1>{0}</h1><p>{0} <strong>{0}</strong> <em>{0}</em></p><dl><dt>{0}</dt><dd>{0}</dd></dl>"
    "<ul><li>{0}</li></ul><table><tr><th>{0}</th><td>{0}</td></tr></table></body></html>"
)
THREADS = True  # Pango asks for fonts in threads
_fonts: Any = None


def warm() -> None:
    """Load the library, its tables and the fonts, and keep the fonts."""
    global _fonts  # noqa: PLW0603 - the one thing that the child keeps between two pages
    from weasyprint.text.fonts import FontConfiguration

    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # they log pieces of what they lay out
    _fonts = FontConfiguration()
    make_pdf(_PAGE.format(ALPHABETS))


def answer(asked: Description, contents: bytes) -> Answer:
    """Lay out one page of HTML."""
    return {}, (make_pdf(contents.decode("utf-8")),)


def make_pdf(html: str) -> bytes:
    """Return a tagged PDF of a page. Nothing is fetched from anywhere."""
    from weasyprint import HTML

    content: bytes = HTML(string=html, url_fetcher=_refuse).write_pdf(font_config=_fonts, pdf_variant="pdf/ua-1")
    return content


def _refuse(url: str, *more: Any, **options: Any) -> dict[str, Any]:
    raise ValueError("nothing is fetched")
