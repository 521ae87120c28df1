"""Writes a deck as the server's slide conversion leaves it.

Up to 2.5 the published picture is `slide-N.png`; since 2.6 it is `svgs/slideN.svg` (no hyphen) as pdftocairo
writes it, glyphs turned into outlines: rsvg-convert uses the same cairo back end. Thumbnails and text files
keep the hyphen in all versions.
"""

import importlib
import json
import re

from . import deck_plain
from .svgkit import Board
from .tools import run, write


def deck(script):
    """The boards of the script's deck."""
    if script.pages:
        return deck_plain.slides(script.pages)
    return importlib.import_module(f".deck_{script.deck}", __package__).slides()


def words(board):
    """What pdftotext would print for a page."""
    return "\n".join(w for w in board.words if w.strip()) + "\n"


def convert(source, out, *options):
    """SVG text -> file through rsvg-convert."""
    out.parent.mkdir(parents=True, exist_ok=True)
    run("rsvg-convert", "-o", out, *options, input=source.encode())


def build(script, home):
    """Write the presentation folder; return (pages, (width, height))."""
    boards = deck(script)
    folder = home / "presentation" / script.pres_id
    for n, board in enumerate(boards, 1):
        if script.modern:
            out = folder / "svgs" / f"slide{n}.svg"
            convert(board.svg(), out, "-f", "svg")
            out.write_text(re.sub(r'(width|height)="(\d+)(?:px)?"', r'\1="\2"', out.read_text(), count=2))
        else:
            convert(board.svg(), folder / f"slide-{n}.png", "-w", "1600")
            if script.small:
                grey(folder / f"slide-{n}.png")
        convert(board.svg(), folder / "thumbnails" / f"thumb-{n}.png", "-w", "300")
        write(folder / "textfiles" / f"slide-{n}.txt", words(board))
    text = {script.pres_id: {f"slide-{n}": words(b) for n, b in enumerate(boards, 1)}}
    write(home / "presentation_text.json", json.dumps(text, ensure_ascii=False))
    return boards


def grey(path):
    """The same picture without colours, which takes less than half the room."""
    path.write_bytes(run("ffmpeg", "-v", "error", "-i", path, "-pix_fmt", "gray", "-f", "image2pipe", "-c", "png", "-"))


def deskshare_picture(home):
    """The stand-in shown on the slide side while a screen is shared (presentation/deskshare.png)."""
    b = Board(1280, 720, "#ffffff")
    b.rect(380, 190, 520, 300, "none", 18, "#4a5a66", 14)
    b.rect(560, 500, 160, 40, "#4a5a66")
    b.path("M560 340 h120 v-50 l90 80 l-90 80 v-50 h-120 Z", "#2f6f73")
    convert(b.svg(), home / "presentation" / "deskshare.png", "-w", "1280")
