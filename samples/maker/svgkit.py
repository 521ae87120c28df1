"""A small drawing board: SVG by hand, remembering the words on it.

The words go into textfiles/slide-N.txt and presentation_text.json, as pdftotext's output does in BBB.
"""

from xml.sax.saxutils import escape

from .tools import run

SANS, SERIF, MONO = "DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono"


class Board:
    """One picture of `w` x `h` user units."""

    def __init__(self, w=1600, h=900, fill="#ffffff"):
        self.w, self.h, self.parts, self.words = w, h, [], []
        self.rect(0, 0, w, h, fill)

    def add(self, markup):
        """Append raw SVG."""
        self.parts.append(markup)
        return self

    def rect(self, x, y, w, h, fill, r=0, stroke="none", sw=0):
        """A box, rounded if `r`."""
        return self.add(
            f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" fill="{fill}" '
            f'stroke="{stroke}" stroke-width="{sw}"/>'
        )

    def line(self, x1, y1, x2, y2, stroke, sw=3, dash=""):
        """A line."""
        return self.add(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{stroke}" stroke-width="{sw}" '
            f'stroke-linecap="round" stroke-dasharray="{dash}"/>'
        )

    def dot(self, x, y, r, fill, stroke="none", sw=0):
        """A circle."""
        return self.add(f'<circle cx="{x}" cy="{y}" r="{r}" fill="{fill}" stroke="{stroke}" stroke-width="{sw}"/>')

    def path(self, d, fill="none", stroke="none", sw=0):
        """A path."""
        return self.add(
            f'<path d="{d}" fill="{fill}" stroke="{stroke}" stroke-width="{sw}" '
            f'stroke-linecap="round" stroke-linejoin="round"/>'
        )

    def text(self, x, y, words, size, fill="#222222", bold=False, font=SANS, anchor="start"):
        """A line of text, remembered."""
        self.words.append(words)
        weight = "bold" if bold else "normal"
        return self.add(
            f'<text x="{x}" y="{y}" font-family="{font}" font-size="{size}" font-weight="{weight}" '
            f'fill="{fill}" text-anchor="{anchor}">{escape(words)}</text>'
        )

    def lines(self, x, y, rows, size, step, **kw):
        """Several lines of text."""
        for i, row in enumerate(rows):
            self.text(x, y + i * step, row, size, **kw)
        return self

    def svg(self):
        """The picture as an SVG document."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.w}" height="{self.h}" '
            f'viewBox="0 0 {self.w} {self.h}">{"".join(self.parts)}</svg>'
        )


def picture(svg, size):
    """An SVG document as RGB bytes of `size`."""
    png = run("rsvg-convert", "-w", size[0], "-h", size[1], input=svg.encode())
    raw = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    return run("ffmpeg", "-v", "error", "-f", "png_pipe", "-i", "-", *raw, input=png)
