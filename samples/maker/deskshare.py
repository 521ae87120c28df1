"""deskshare/deskshare.webm: 1280x720 at 5 fps, VP9, no sound, as long as the whole recording.

White where nothing is shared: a player must go by the spans in deskshare.xml. The picture is a drawn
spreadsheet in which the treasurer fills cells one by one.
"""

from . import webm
from .svgkit import MONO, Board, picture

W, H, FPS = 1280, 720, 5
ROWS = [
    ("Rents", "48 000", "48 000"),
    ("Laundry coins", "640", "715"),
    ("Repairs", "14 000", "17 200"),
    ("Energy", "12 500", "13 100"),
    ("Loan", "11 000", "11 000"),
    ("Insurance", "3 100", "3 085"),
    ("Garden", "600", "540"),
    ("Surplus", "7 440", "3 790"),
    ("to repair fund", "", "3 790"),
]


def sheet(typed, cursor):
    """The spreadsheet with the first `typed` characters of the right-hand column filled in."""
    b = Board(W, H, "#ffffff")
    b.rect(0, 0, W, 44, "#1f4d43")
    b.text(20, 30, "budget-2022.ods: Larkfield", 20, "#ffffff", True)
    b.rect(0, 44, W, 40, "#eef1ee")
    b.text(20, 71, "fx", 18, "#666666")
    for i, label in enumerate(("", "A", "B", "C", "D")):
        b.rect((0, 50, 470, 720, 970)[i], 84, (50, 420, 250, 250, 310)[i], 30, "#dfe5df", 0, "#c4ccc4", 1)
        b.text((25, 260, 595, 845, 1125)[i], 106, label, 17, "#556", anchor="middle")
    for i, head in enumerate(("", "planned", "real")):
        b.text((70, 700, 950)[i], 142, head, 22, "#1f4d43", True, anchor="start" if not i else "end")
    left = typed
    for r in range(14):
        y = 114 + r * 42
        b.line(0, y, W, y, "#d6dbd6", 1)
        b.text(25, y + 28, str(r + 1), 16, "#778", anchor="middle")
    for r, (name, plan, real) in enumerate(ROWS):
        y = 156 + r * 42
        total = name in ("Surplus", "to repair fund")
        b.text(70, y + 29, name, 22, "#20302b", total)
        b.text(700, y + 29, plan, 22, "#5d6b64", total, MONO, "end")
        if left > 0:
            part = real[:left]
            b.text(950, y + 29, part, 22, "#b5502f" if name == "Repairs" else "#20302b", total, MONO, "end")
            if left <= len(real):
                b.rect(721, y + 1, 248, 40, "none", 0, "#2f6f73", 3)
                b.text(56, 71, part, 18, "#20302b", font=MONO)
            elif name == "Repairs" and left > 40:
                b.rect(1000, y + 6, 250, 30, "#fdf0c8", 6)
                b.text(1015, y + 28, "three weeks more", 18, "#8a5a12")
        left -= len(real) + 2
    for x in (50, 470, 720, 970):
        b.line(x, 84, x, 702, "#d6dbd6", 1)
    x, y = cursor
    b.path(f"M{x} {y} l0 26 l7 -7 l6 13 l5 -2 l-6 -13 l10 0 Z", "#000000", "#ffffff", 2)
    return b.svg()


def build(spans, total_ms, out, size=(W, H), codec="libvpx-vp9"):
    """Encode; `spans` are the (start, stop) of the shares in the film's own time."""
    options = ("-tile-columns", "0") if codec == "libvpx-vp9" else ()
    webm.film(webm.encoder(size, FPS, out, options, codec=codec), frames(spans, total_ms, size))


def frames(spans, total_ms, size):
    """Every frame as RGB bytes."""
    white = b"\xff" * (size[0] * size[1] * 3)
    need = sum(len(r[2]) + 2 for r in ROWS)
    cache = {}
    for f in range(total_ms * FPS // 1000):
        t = f * 1000 // FPS
        here = next(((a, b) for a, b in spans if a <= t < b), None)
        if not here:
            yield white
            continue
        a, b = here
        done = (t - a) / (b - a)
        typed = round(min(1.0, max(0.0, done * 1.15 - 0.06)) * need)
        row = min(len(ROWS) - 1, typed * len(ROWS) // need)
        key = (typed, (985 + typed % 3 * 2, 178 + row * 42))
        if key not in cache:
            cache[key] = picture(sheet(*key), size)
        yield cache[key]
