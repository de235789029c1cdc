"""The visible text of an HTML body, by a strict reader: whatever could show something else is a doubt."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]{0,40})((?:[^<>\"']|\"[^\"]{0,20000}\"|'[^']{0,20000}')*+)>")
_ATTRIBUTE = re.compile(r"([A-Za-z_:][\w:.\-]{0,40})(?:\s*+=\s*+(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|mso-hide|(?:^|[;{])color:(?:#fff(?:fff)?(?![0-9a-f])|white"
    r"|transparent"
    r"|rgba?\(255,255,255)|font-size:(?:0|1|2)(?:\.\d+)?(?:px|pt|em|rem|%|;|\"|$)(?<!1em)(?<!1rem)(?<!2em)(?<!2rem)"
    r"|opacity:0|text-indent:-|max-height:0|(?:^|[;{])height:0(?!\.)|line-height:0(?!\.)|left:-\d|top:-\d|clip:"
    r"|clip-path"
    r"|content:[\"']|transform:|direction:rtl|unicode-bidi|overflow:hidden"
)
_BREAKS_TEXT = """
p div br tr table ul ol h1 h2 h3 h4 h5 h6 blockquote hr section article header footer pre
"""
_BREAKS = frozenset(_BREAKS_TEXT.split())
_DROPPED = frozenset(("head", "style", "title", "script"))
_ACTIVE_TEXT = """
script iframe object embed svg math form input textarea select template noscript applet frame base video audio
details dialog canvas ruby rt bdo marquee
"""
_ACTIVE = frozenset(_ACTIVE_TEXT.split())
_VOID = frozenset(("img", "br", "hr", "meta", "link", "input", "wbr", "col"))
_ALT = re.compile(r"\b(?:alt|title)\s*=\s*[\"']?\s*[^\s\"'>]", re.IGNORECASE)
_EARLIER = re.compile(r"\btype\s*=\s*[\"']?cite|\bcite\s*=|\bclass\s*=\s*[\"']?[\w \-]*quote", re.IGNORECASE)
_WROTE = re.compile(r"(?:\bwrote|\bysgrifennodd|\bmessage\s?-{2,}|\bsubject:[^\n]{0,200})\s*:?[\s>]*$", re.IGNORECASE)
MAX_TAGS = 20_000
MAX_OPEN_QUOTES = 20


@dataclass(slots=True)
class Visible:
    """What a reader would see, and why it may not be all.

    ``hides`` is apart from the doubts: it is one only where this text is the one to be shown.
    """

    text: str = ""
    doubts: list[str] = field(default_factory=list)
    images: int = 0
    hides: bool = False
    without_hidden: str = ""  # the text without the elements that are styled away


@dataclass(slots=True)
class _State:
    out: list[str] = field(default_factory=list)
    doubts: set[str] = field(default_factory=set)
    dropping: str = ""
    open_quotes: list[bool] = field(
        default_factory=list
    )  # of each open blockquote, whether it holds an earlier message
    images: int = 0
    hides: bool = False
    hidden_by: str = ""  # the element whose content is styled away, and how many of its name are open in it
    hidden_deep: int = 0
    seen: list[str] = field(default_factory=list)  # as ``out``, without what is styled away

    def write(self, text: str) -> None:
        self.out.append(text)
        if not self.hidden_by:
            self.seen.append(text)

    @property
    def quotes(self) -> int:
        return sum(self.open_quotes)


def visible_text(source: str) -> Visible:
    """Return the text of ``source`` as it shows, quoted blocks behind ">". One pass."""
    state = _State()
    position = tags = 0
    while position < len(source):
        opening = source.find("<", position)
        if opening < 0:
            _text(state, source[position:])
            break
        _text(state, source[position:opening])
        position = _markup(state, source, opening)
        tags += 1
        if tags > MAX_TAGS:
            state.doubts.add("html_too_long")
            break
    if state.dropping:
        state.doubts.add("html_broken")
    text, seen = _tidy("".join(state.out)), _tidy("".join(state.seen))
    return Visible(text, sorted(state.doubts), state.images, state.hides, seen)


def _markup(state: _State, source: str, opening: int) -> int:
    if source.startswith("<!--", opening):
        return _comment(state, source, opening)
    if source.startswith(("<!", "<?"), opening):
        end = source.find(">", opening)
        declaration = source[opening : end if end >= 0 else len(source)].lower()
        if not declaration.startswith(("<!doctype", "<![if", "<![endif", "<?xml", "<!endif")):
            state.doubts.add("html_broken")
        return end + 1 if end >= 0 else len(source)
    tag = _TAG.match(source, opening)
    if tag is None:
        state.doubts.add("html_broken")
        _text(state, "<")
        return opening + 1
    _element(state, tag.group(1) == "/", tag.group(2).lower(), tag.group(3))
    if tag.group(2).lower() in ("style", "script", "title") and not tag.group(1):
        return _raw(state, source, tag.end(), tag.group(2).lower())
    return tag.end()


def _raw(state: _State, source: str, start: int, name: str) -> int:
    """Skip the content of an element that shows nothing; a style sheet that hides is a doubt."""
    end = source.lower().find(f"</{name}", start) if len(source) < 200_000 else source.find(f"</{name}", start)
    content = source[start : end if end >= 0 else len(source)]
    if name == "style" and _HIDING.search("".join(content.lower().split())):
        state.hides = True
    if end < 0:
        state.doubts.add("html_broken")
        return len(source)
    return end


def _comment(state: _State, source: str, opening: int) -> int:
    end = source.find("-->", opening)
    content = source[opening + 4 : end if end >= 0 else len(source)]
    if end < 0:
        state.doubts.add("html_broken")
    if state.dropping != "head" and any(char.isalnum() for char in _without_markup(content)):
        state.hides = True
    return end + 3 if end >= 0 else len(source)


def _without_markup(comment: str) -> str:
    return re.sub(r"\[(?:if|endif)[^\]]{0,80}\]|<[^<>]{0,2000}>", "", comment.lower())


def _element(state: _State, closing: bool, name: str, attributes: str) -> None:
    if name in _DROPPED:
        if closing and state.dropping == name:
            state.dropping = ""
        elif not closing and not state.dropping:
            state.dropping = name
    if name in _ACTIVE:
        state.doubts.add("html_active")
    if state.dropping:
        return
    if attributes and not closing:
        _attributes(state, name, attributes)
    _nest(state, name, attributes, closing=closing)
    if name == "img":
        state.images += 1
    if name in _BREAKS:
        state.write("\n" + "> " * state.quotes)
    elif name == "li" and not closing:
        state.write("\n" + "> " * state.quotes + "- ")
    elif name in ("td", "th") and closing:
        state.write("\t")


def _nest(state: _State, name: str, attributes: str, *, closing: bool) -> None:
    """Follow how deep we are in what is styled away, and in quoted blocks."""
    if name == state.hidden_by:
        state.hidden_deep += -1 if closing else 1
        if state.hidden_deep <= 0:
            state.hidden_by = ""
    if name == "blockquote":
        _quote(state, attributes, closing=closing)


def _quote(state: _State, attributes: str, *, closing: bool) -> None:
    """A quoted block is an earlier message if it says so, or stands behind "... wrote:". Else it is set in, and new."""
    if closing:
        state.open_quotes = state.open_quotes[:-1]
    elif len(state.open_quotes) < MAX_OPEN_QUOTES:
        earlier = bool(_EARLIER.search(attributes)) or bool(_WROTE.search("".join(state.out[-12:])))
        state.open_quotes.append(earlier or any(state.open_quotes))


def _attributes(state: _State, name: str, attributes: str) -> None:
    for key, value in _ATTRIBUTE.findall(attributes):
        word = key.lower()
        dense = "".join(html.unescape(value.strip("\"'")).lower().split())
        if (
            word == "hidden"
            or (word == "style" and _HIDING.search(dense))
            or (word == "color" and name == "font" and dense in ("white", "#fff", "#ffffff"))
        ):
            _hide(state, name, attributes)
        elif word == "dir" and dense == "rtl":
            state.doubts.add("bidi")
        elif word == "aria-hidden" and dense == "true":
            state.hides = True


def _hide(state: _State, name: str, attributes: str) -> None:
    """An element is styled away. A picture without a text of its own (a pixel that counts openings) hides nothing."""
    if name not in _VOID:
        state.hides = True
        if not state.hidden_by and not attributes.rstrip().endswith("/"):
            state.hidden_by, state.hidden_deep = name, 0
    elif _ALT.search(attributes):
        state.hides = True


def _text(state: _State, text: str) -> None:
    if text and not state.dropping:
        state.write(re.sub(r"[ \t\r\n\f]+", " ", html.unescape(text)))


def _tidy(text: str) -> str:
    lines = [line.strip() for line in text.split("\n")]
    tidy: list[str] = []
    for line in lines:
        if line or (tidy and tidy[-1]):
            tidy.append(line)
    return "\n".join(tidy).strip()
