"""shapes.svg (and, up to 2.5, the drawings in it), after publish/presentation.rb.

One `image` per showing of a slide, spans touching, those that round to nothing left out. While a screen is
shared the picture is presentation/deskshare.png. From 2.6 the canvases are gone and tldraw.json has them.
"""

import json
from xml.sax.saxutils import escape

from .slides import convert
from .svgkit import Board
from .tools import tenth

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" id="svgfile" \
style="position:absolute;height:600px;width:800px" version="1.1" viewBox="0 0 800 600">
"""
W, H = 1600, 900


def showings(events, clock):
    """[(in ms, out ms, page)] in published time; page 0 is the screen share, None before any slide."""
    changes, page, sharing = [(events[0].at, None)], None, False
    for e in events:
        if e.name == "GotoSlideEvent":
            page = int(e.fields["slide"]) + 1
        elif e.name == "StartWebRTCDesktopShareEvent":
            sharing = True
        elif e.name == "StopWebRTCDesktopShareEvent":
            sharing = False
        else:
            continue
        changes.append((e.at, 0 if sharing else page))
    rows = []
    for (at, what), (end, _) in zip(changes, changes[1:] + [(events[-1].at, None)]):
        start, stop = clock.published(at), clock.published(end)
        if tenth(start) != tenth(stop):
            if rows and rows[-1][2] == what:
                rows[-1] = (rows[-1][0], stop, what)
            else:
                rows.append((start, stop, what))
    return rows


def xml(script, events, clock, home):
    """The file's text; writes the poll result pictures it refers to."""
    if not script.since("2.0"):
        return listed(script, events, clock)
    out, drawn = [HEAD], {} if script.modern else drawings(events)
    polls = iter(range(1, 100))
    pictures = {}
    for n, (start, stop, page) in enumerate(showings(events, clock), 1):
        span = f'id="image{n}" class="slide" in="{tenth(start)}" out="{tenth(stop)}"'
        if page is None:
            out.append(
                f'  <image {span} xlink:href="presentation/logo.png" width="{W}" height="{H}" x="0" y="0" style="visibility:hidden"/>\n'
            )
            continue
        if page == 0:
            out.append(
                f'  <image {span} xlink:href="presentation/deskshare.png" width="1280" height="720" x="0" y="0" style="visibility:hidden"/>\n'
            )
            continue
        folder = f"presentation/{script.pres_id}"
        href = f"{folder}/svgs/slide{page}.svg" if script.modern else f"{folder}/slide-{page}.png"
        out.append(
            f'  <image {span} xlink:href="{href}" width="{W}" height="{H}" x="0" y="0" style="visibility:hidden" text="{folder}/textfiles/slide-{page}.txt"/>\n'
        )
        mine = [d for d in drawn.get(page, []) if clock.published(d[0]) <= stop]
        if mine:
            out.append(f'  <g class="canvas" id="canvas{n}" image="image{n}" display="none">\n')
            for k, (at, serial, f) in enumerate(mine, 1):
                style, body = shape(script, f, home, polls, pictures)
                kind = "poll" if f["type"] == "poll_result" else "rect" if f["type"] == "rectangle" else f["type"]
                out.append(
                    f'    <g id="image{n}-draw{k}" class="shape" timestamp="{tenth(clock.published(at))}" undo="-1" '
                    f'shape="image{n}-{kind}{serial}" style="{style}">{body}</g>\n'
                )
            out.append("  </g>\n")
    return "".join(out) + "</svg>\n"


def listed(script, events, clock):
    """Before 2.0: one image for each page, with all the times it came and went."""
    pages, folder, out = {}, f"presentation/{script.pres_id}", [HEAD]
    for start, stop, page in showings(events, clock):
        pages.setdefault(page, []).append((start, stop))
    for n, (page, times) in enumerate(pages.items(), 1):
        starts, stops = (" ".join(tenth(t[i]) for t in times) for i in (0, 1))
        out.append(
            f'  <image id="image{n}" in="{starts}" out="{stops}" xlink:href="{folder}/slide-{page}.png" '
            f'width="{W}" height="{H}" visibility="hidden" text="{folder}/textfiles/slide-{page}.txt" x="0"/>\n'
        )
    return "".join(out) + "</svg>\n"


def drawings(events):
    """page -> [(raw time, serial of the shape, fields)]: every update is a group of its own."""
    pages, serials = {}, {}
    for e in events:
        if e.name == "AddShapeEvent":
            serial = serials.setdefault(e.fields["id"], len(serials) + 1)
            pages.setdefault(int(e.fields["pageNumber"]) + 1, []).append((e.at, serial, e.fields))
    return pages


def shape(script, f, home, polls, pictures):
    """(style, body) of one drawing; points are percent of the page."""
    if f["type"] == "text":
        x, y, w, h = (
            float(f[k]) * d / 100 for k, d in (("x", W), ("y", H), ("textBoxWidth", W), ("textBoxHeight", H))
        )
        colour = f"#{int(f['fontColor']):06x}"
        size = float(f["calcedFontSize"]) * H / 100
        return (
            f"color:{colour};word-wrap:break-word;visibility:hidden;font-family:Arial;font-size:{size:.1f}px",
            f'<switch><foreignObject x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"><p xmlns="http://www.w3.org/1999/xhtml" '
            f'style="margin:0;padding:0">{escape(f["text"])}<br/></p></foreignObject></switch>',
        )
    p = [float(v) * (H if i % 2 else W) / 100 for i, v in enumerate(f["dataPoints"].split(","))]
    if f["type"] == "poll_result":
        if f["id"] not in pictures:
            pictures[f["id"]] = f"poll_result{next(polls)}.svg"
            convert(
                poll_picture(json.loads(f["result"])),
                home / "presentation" / script.pres_id / pictures[f["id"]],
                "-f",
                "svg",
            )
        return "visibility:hidden", (
            f'<image xlink:href="presentation/{script.pres_id}/{pictures[f["id"]]}" x="{p[0]:.1f}" y="{p[1]:.1f}" '
            f'width="{p[2]:.1f}" height="{p[3]:.1f}"/>'
        )
    stroke = f"stroke:#{int(f['color']):06x};stroke-width:{float(f['thickness']) * W / 100:.1f};visibility:hidden;fill:none"
    if f["type"] == "pencil":
        d = "".join(f"{'L' if i else 'M'}{p[i]:.1f} {p[i + 1]:.1f}" for i in range(0, len(p), 2))
        return f"{stroke};stroke-linecap:round;stroke-linejoin:round", f'<path d="{d}"/>'
    x1, y1, x2, y2 = p
    if f["type"] == "line":
        return f"{stroke};stroke-linecap:butt", f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
    return (
        f"{stroke};stroke-linejoin:miter",
        f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}L{x1:.1f} {y2:.1f}Z"/>',
    )


def poll_picture(result):
    """The small bar chart the server draws for a poll."""
    b = Board(416, 180, "#ffffff")
    b.rect(2, 2, 412, 176, "#ffffff", 0, "#333333", 2)
    most = max(1, *(r["num_votes"] for r in result))
    total = max(1, sum(r["num_votes"] for r in result))
    for i, r in enumerate(result):
        y = 30 + i * 70
        b.text(20, y + 36, r["key"], 28)
        b.rect(110, y, 200 * r["num_votes"] / most, 50, "#333333")
        b.text(120, y + 35, str(r["num_votes"]), 26, "#ffffff")
        b.text(396, y + 36, f"{100 * r['num_votes'] // total}%", 26, anchor="end")
    return b.svg()


def tldraw(script, events, clock):
    """tldraw.json: the shapes of each showing; deltas are merged into the last full state."""
    shapes, order = {}, []
    for e in events:
        if e.name != "AddTldrawShapeEvent":
            continue
        page, key, data = int(e.fields["pageNumber"]) + 1, e.fields["shapeId"], json.loads(e.fields["shapeData"])
        full = merge(shapes[key], data) if key in shapes else data
        shapes[key] = full
        order.append((page, e.at, key, full))
    out = {"bbb_version": script.bbb_version}
    for n, (start, stop, page) in enumerate(showings(events, clock), 1):
        mine = [o for o in order if o[0] == page and clock.published(o[1]) <= stop]
        if not mine:
            continue
        rows = []
        for i, (_, at, key, full) in enumerate(mine):
            later = next((o[1] for o in mine[i + 1 :] if o[2] == key), None)
            rows.append(
                {
                    "id": i + 1,
                    "timestamp": float(tenth(clock.published(at))),
                    "undo": -1 if later is None else float(tenth(clock.published(later))),
                    "shape_data": full,
                }
            )
        out[f"image{n}"] = {"timestamp": float(tenth(start)), "shapes": rows}
    return json.dumps(out, ensure_ascii=False, separators=(",", ":"))


def merge(old, new):
    """Deep merge of a delta."""
    out = dict(old)
    for k, v in new.items():
        out[k] = merge(out[k], v) if isinstance(v, dict) and isinstance(out.get(k), dict) else v
    return out
