"""The summary as a PDF on A4, made by reportlab without any other program or request.

The font is DejaVu Sans where the machine has it (Latin, Greek, Cyrillic and more), else Bitstream Vera, which
reportlab brings (western Latin). Writing that the font lacks, and writing from right to left, which would come out
in the wrong order, is replaced by a mark, and a note says so: the other forms of the summary hold it in full.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from bot.summary.shapes import About, Line, Part, Rule, Summary, sentence

MARGIN = 20 * mm
_PADDING = 6  # points that reportlab adds inside the margins
# Where Debian, Fedora, Arch and Alpine put DejaVu Sans; (regular, bold).
_FOLDERS = (
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/dejavu-sans-fonts",
    "/usr/share/fonts/TTF",
    "/usr/share/fonts/dejavu",
)
_INK, _GREY, _LINE, _PALE = HexColor("#1b1f24"), HexColor("#4d5661"), HexColor("#c9d0d8"), HexColor("#f1f4f7")
# Dark enough for white letters on them (contrast of at least 4.5).
_COLOURS = {
    "emergency": HexColor("#a3121f"),
    "same_day": HexColor("#9a4a00"),
    "see_gp": HexColor("#6b5600"),
    "check_first": HexColor("#2b5a86"),
    "self_care": HexColor("#1f6b3f"),
    None: HexColor("#4d5661"),
}
_ONE_AT_A_TIME = Lock()  # reportlab keeps its fonts, with the state of documents, for the whole process
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})


def render(summary: Summary, about: About, part: Part = "clinician") -> bytes:
    """The PDF of one part, or of both with the person's on a page of its own."""
    with _ONE_AT_A_TIME:
        return _Paper(summary, about).make(part)


@cache
def _fonts() -> tuple[str, str, frozenset[int]]:
    """Names of the regular and the bold font, and the code points that both can show."""
    candidates = [(Path(folder, "DejaVuSans.ttf"), Path(folder, "DejaVuSans-Bold.ttf")) for folder in _FOLDERS]
    for regular, bold in (*candidates, (Path("Vera.ttf"), Path("VeraBd.ttf"))):
        try:
            pair = (TTFont("Spinewise", str(regular)), TTFont("Spinewise-Bold", str(bold)))
        except (TTFError, OSError):
            continue
        for font in pair:
            pdfmetrics.registerFont(font)
        pdfmetrics.registerFontFamily("Spinewise", normal="Spinewise", bold="Spinewise-Bold")
        shown = set(pair[0].face.charToGlyph) & set(pair[1].face.charToGlyph)
        return "Spinewise", "Spinewise-Bold", frozenset(shown)
    return "Helvetica", "Helvetica-Bold", frozenset(range(0x20, 0x7F))


def _can_show(character: str, shown: frozenset[int]) -> bool:
    """Marks of Vera's and DejaVu's combining kind are left to the font; control characters never pass."""
    if unicodedata.bidirectional(character) in _RIGHT_TO_LEFT or unicodedata.category(character)[0] == "C":
        return False
    return ord(character) in shown


class _Paper:
    """One document in the making; ``story`` grows."""

    def __init__(self, summary: Summary, about: About) -> None:
        self.summary = summary
        self.about = about
        self.regular, self.bold, self.shown = _fonts()
        self.left_out = False
        self.story: list[Flowable] = []
        text: dict[str, Any] = {"fontName": self.regular, "fontSize": 9.5, "leading": 13.5, "textColor": _INK}
        # Long words, such as an address, are broken; nothing runs off the paper.
        self.body = ParagraphStyle("body", **text, splitLongWords=1, spaceAfter=3)
        self.small = ParagraphStyle("small", self.body, fontSize=8, leading=11, textColor=_GREY)
        self.title = ParagraphStyle(
            "title", self.body, fontName=self.bold, fontSize=18, leading=23, spaceAfter=2, textColor=_INK
        )
        self.heading = ParagraphStyle(
            "heading", self.body, fontName=self.bold, fontSize=11, leading=15, spaceBefore=9, spaceAfter=3
        )
        self.item = ParagraphStyle("item", self.body, leftIndent=10, bulletIndent=1, spaceAfter=2)
        self.quote = ParagraphStyle(
            "quote",
            self.body,
            leftIndent=4,
            rightIndent=4,
            borderColor=_LINE,
            backColor=_PALE,
            borderPadding=4,
            spaceAfter=6,
        )
        self.banner = ParagraphStyle(
            "banner", self.body, fontName=self.bold, fontSize=12, leading=16, textColor=HexColor("#ffffff")
        )
        self.pale = ParagraphStyle("pale", self.body, textColor=HexColor("#ffffff"), spaceAfter=0)

    def make(self, part: Part) -> bytes:
        say = self.summary.say
        title = say("person_title" if part == "person" else "title")
        if part in ("clinician", "both"):
            self._for_clinician()
        if part == "both":
            self.story.append(PageBreak())
        if part in ("person", "both"):
            self._for_person()
        if self.left_out:
            self._text(say("not_shown_note"), self.small)
        target = BytesIO()
        document = SimpleDocTemplate(
            target,
            pagesize=A4,
            leftMargin=MARGIN - _PADDING,
            rightMargin=MARGIN - _PADDING,
            topMargin=16 * mm,
            bottomMargin=20 * mm,
            title=title,
            author=say("assistant"),
            subject=say("notice"),
            creator=say("assistant"),
            lang=self.summary.locale,
        )
        footer = f"{self._clean(self.about.clinic)} · {self.about.made}".strip(" ·")

        def numbered(*given: Any, **named: Any) -> Canvas:
            return _Numbered(self, footer, *given, **named)

        document.build(self.story, canvasmaker=numbered)
        return target.getvalue()

    # --- the clinician's part ---------------------------------------------------------------------------------

    def _for_clinician(self) -> None:
        summary, say = self.summary, self.summary.say
        self._head(say("title"))
        self._text(say("notice"), self.small)
        open_note = say("still_open") if summary.status == "asking" else ""
        massage = f"{say('heading_massage')}: {summary.massage_name}"
        self._box(f"{say('heading_level')}: {summary.level_name}", massage, open_note)
        self._heading(say("heading_reason"))
        if summary.reason:
            self._text(summary.reason, self.quote)
        else:
            self._text(say("not_said"))
        if summary.someone_else:
            self._text(say("someone_else"), self.small)
        self._heading(say("heading_facts"))
        self._list(f"{fact.name}: {fact.shown}" for fact in summary.facts)
        self._heading(say("heading_present"))
        self._list(_line(line) for line in summary.present)
        self._heading(say("heading_unsure"))
        self._list(_line(line) for line in summary.unsure)
        self._running(say("heading_denied"), summary.denied)
        self._heading(say("heading_rules"))
        for rule in summary.rules:
            self._rule(rule)
        if not summary.rules:
            self._text(say("none"))
        if summary.course_lines:
            self._heading(say("heading_course"))
            self._list(line.name for line in summary.course_lines)
        if summary.advice:
            self._heading(say("heading_told"))
            self._text(f"{summary.advice.title}. {summary.advice.what_to_do} {summary.advice.how_soon}")
        self._heading(say("heading_guidance"))
        for piece in summary.guidance:
            self._text(str(piece["title"]), self.item, bullet=True)
            told = [say("dose", dose=piece["dose"])] if piece.get("dose") else []
            told += [piece["evidence"]] if piece.get("evidence") else []
            told += [say("source", source=piece["source"]["title"])] if piece.get("source") else []
            self._text(" ".join(told), ParagraphStyle("detail", self.small, leftIndent=10))
        if not summary.guidance:
            self._text(say("none"))
        self._running(say("heading_not_asked"), summary.not_asked)
        if summary.not_asked:
            self._text(say("not_asked_note"), self.small)
        self.story.append(Spacer(1, 8))
        self._text(say("ruleset", ruleset=summary.ruleset), self.small)

    def _rule(self, rule: Rule) -> None:
        say = self.summary.say
        self._text(f"{rule.text} ({say('rule', rule=rule.id)})", self.item, bullet=True)
        told = [say("by_rule_on", names="; ".join(rule.names))] if rule.names else []
        told += (
            [say("sources", sources="; ".join(f"{s.title} ({s.year})" for s in rule.sources))] if rule.sources else []
        )
        if told:
            self._text(" ".join(told), ParagraphStyle("detail", self.small, leftIndent=10))

    # --- the person's part ------------------------------------------------------------------------------------

    def _for_person(self) -> None:
        summary, say = self.summary, self.summary.say
        larger = {"fontSize": 11, "leading": 16}
        body = ParagraphStyle("plain", self.body, **larger)
        item = ParagraphStyle("plain item", self.item, **larger)
        self._head(say("person_title"))
        self._text(say("person_intro"), body)
        self._text(say("person_notice"), body)
        if summary.advice:
            self._box(summary.advice.title, "", say("person_still_open") if summary.status == "asking" else "")
            self._heading(say("person_heading_level"))
            for text in (summary.advice.what_to_do, summary.advice.how_soon, summary.advice.say_there):
                self._text(text, body)
            for text in summary.advice.do_not:
                self._text(text, item, bullet=True)
        else:
            self._heading(say("person_heading_level_open"))
            self._text(say("person_still_open"), body)
        if summary.massage_advice:
            self._heading(say("person_heading_massage"))
            self._text(summary.massage_advice, body)
        for_other = "_for" if summary.someone_else else ""
        self._heading(say(f"person_heading_said{for_other}"))
        if summary.reason:
            self._text(summary.reason, ParagraphStyle("plain quote", self.quote, **larger))
        for fact in summary.own_facts:
            self._text(sentence(f"{fact.name}: {fact.shown}"), item, bullet=True)
        for line in summary.present:
            self._text(sentence(line.name), item, bullet=True)
        for line in summary.course_lines:
            self._text(line.name, item, bullet=True)
        if summary.unsure:
            names = "; ".join(line.name for line in summary.unsure)
            self._text(say(f"person_unsure{for_other}", names=names), body)
        if summary.denied:
            names = "; ".join(line.name for line in summary.denied)
            self._text(say(f"person_no{for_other}", names=names), self.small)
        if summary.rules:
            self._heading(say("person_heading_why"))
            for rule in summary.rules:
                self._text(rule.text, item, bullet=True)
        if summary.guidance:
            self._heading(say("person_heading_tips"))
            for piece in summary.guidance:
                title, text = self._clean(piece["title"]), self._clean(f"{piece['text']} {piece.get('dose') or ''}")
                markup = f"<b>{escape(title)}</b><br/>{escape(text)}"
                self.story.append(Paragraph(markup, item, bulletText="•"))
        self._heading(say("person_heading_help"))
        self._text(summary.safety_net, body)

    # --- pieces of both ---------------------------------------------------------------------------------------

    def _head(self, title: str) -> None:
        about = self.about
        self._text(title, self.title)
        told = self.summary.say("about", clinic=about.clinic, started=about.started, made=about.made)
        self._text(told.lstrip(" ·"), self.small)

    def _box(self, *lines: str) -> None:
        first, *rest = (line for line in lines if line)
        cells = [[Paragraph(escape(self._clean(first)), self.banner)]]
        cells += [[Paragraph(escape(self._clean(line)), self.pale)] for line in rest]
        style = [
            ("BACKGROUND", (0, 0), (-1, -1), _COLOURS.get(self.summary.level, _GREY)),
            ("LEFTPADDING", (0, 0), (-1, -1), 9),
            ("TOPPADDING", (0, 0), (-1, 0), 7),
            ("TOPPADDING", (0, 1), (-1, -1), 1),
            ("BOTTOMPADDING", (0, 0), (-1, -2), 1),
            ("BOTTOMPADDING", (0, -1), (-1, -1), 7),
        ]
        self.story += [Spacer(1, 5), Table(cells, colWidths=[A4[0] - 2 * MARGIN], style=style), Spacer(1, 3)]

    def _heading(self, text: str) -> None:
        self.story += [CondPageBreak(22 * mm), _Marked(escape(self._clean(text)), self.heading)]

    def _text(self, text: str, style: ParagraphStyle | None = None, bullet: bool = False) -> None:
        markup = "<br/>".join(escape(line) for line in self._clean(text).split("\n"))
        if markup:
            self.story.append(Paragraph(markup, style or self.body, bulletText="•" if bullet else None))

    def _list(self, texts: Iterable[str]) -> None:
        texts = list(texts)
        for text in texts:
            self._text(sentence(text), self.item, bullet=True)
        if not texts:
            self._text(self.summary.say("none"))

    def _running(self, heading: str, lines: Iterable[Line]) -> None:
        self._heading(heading)
        told = "; ".join(_line(line) for line in lines)
        self._text(
            sentence(told) or self.summary.say("none"), ParagraphStyle("running", self.body, fontSize=8.5, leading=12)
        )

    def _clean(self, text: str) -> str:
        """The text with every run of characters that cannot be shown replaced by one mark."""
        return _replaced(text, self._passes, self.summary.say("not_shown"))

    def _passes(self, character: str) -> bool:
        good = character == "\n" or _can_show(character, self.shown)
        self.left_out = self.left_out or not good
        return good


def _line(line: Line) -> str:
    return f"{line.name} ({line.note})" if line.note else line.name


def _replaced(text: str, passes: Callable[[str], bool], mark: str) -> str:
    kept: list[str] = []
    gap = False  # in a run that cannot be shown; blanks inside it belong to it
    for character in unicodedata.normalize("NFC", text.replace("\t", " ")):
        if passes(character) and not (gap and character == " "):
            kept.append(character)
            gap = False
        elif not gap:
            kept.append(f"{mark} ")
            gap = True
    return "".join(kept).strip(" ")


class _Marked(Paragraph):  # type: ignore[misc]  # reportlab has no types
    """A heading that is also an entry of the document's outline."""

    def draw(self) -> None:
        key = f"h{id(self)}"
        self.canv.bookmarkHorizontal(key, 0, self.height)
        self.canv.addOutlineEntry(self.getPlainText(), key, level=0)
        super().draw()


class _Numbered(Canvas):  # type: ignore[misc]  # reportlab has no types
    """Writes the foot of each page once the number of pages is known."""

    def __init__(self, paper: _Paper, footer: str, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._paper, self._footer = paper, footer
        self._kept: list[dict[str, Any]] = []
        self.setViewerPreference("DisplayDocTitle", "true")

    def showPage(self) -> None:
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._kept, 1):
            self.__dict__.update(page)
            self.setFont(self._paper.regular, 8)
            self.setFillColor(_GREY)
            self.setStrokeColor(_LINE)
            self.line(MARGIN, 14 * mm, A4[0] - MARGIN, 14 * mm)
            self.drawString(MARGIN, 10 * mm, self._footer[-90:])
            told = self._paper.summary.say("page_of", page=number, pages=len(self._kept))
            self.drawRightString(A4[0] - MARGIN, 10 * mm, told)
            super().showPage()
        super().save()
