"""The small published files: pan and zoom, pointer, shares, polls, external videos, notes."""

import json

from . import captions, chat, shapes
from .tools import tenth, write

W, H = 1600, 900


def tag(script):
    """From 2.6 the two files say whether the board is tldraw."""
    return ' tldraw="true"' if script.modern else ""


def view_boxes(events):
    """[(raw time, (x, y, w, h))]: a new page starts unzoomed; offsets are negative half percentages."""
    rows = []
    for e in events:
        f = e.fields
        if e.name == "GotoSlideEvent":
            box = (0.0, 0.0, float(W), float(H))
        elif e.name == "ResizeAndMoveSlideEvent":
            box = (
                -float(f["xOffset"]) * 2 / 100 * W,
                -float(f["yOffset"]) * 2 / 100 * H,
                float(f["widthRatio"]) / 100 * W,
                float(f["heightRatio"]) / 100 * H,
            )
        else:
            continue
        rows.append((e.at, tuple(round(v + 0.0, 2) for v in box)))
    return rows


def panzooms(script, events, clock):
    """panzooms.xml; of the changes before the first press only the last remains, at 0.0."""
    rows = {}
    for at, box in view_boxes(events):
        rows[tenth(clock.published(at))] = box
    body = "".join(
        f'  <event timestamp="{t}">\n    <viewBox>{" ".join(str(abs(v)) for v in box)}</viewBox>\n  </event>\n'
        for t, box in rows.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<recording id="panzoom_events"{tag(script)}>\n{body}</recording>\n'
    )


def cursor(script, events, clock):
    """cursor.xml: fractions of the visible box up to 2.5, absolute from 2.6; -1 -1 is hidden."""
    rows, boxes = {}, view_boxes(events)
    for e in events:
        if e.name in ("WhiteboardCursorMoveEvent", "CursorMoveEvent"):
            x, y = float(e.fields["xOffset"]), float(e.fields["yOffset"])
            if not script.modern:
                bx, by, bw, bh = [b for at, b in boxes if at <= e.at][-1]
                x, y = (x / 100 * W - bx) / bw, (y / 100 * H - by) / bh
                if not (0 <= x <= 1 and 0 <= y <= 1):
                    x = y = -1.0
            rows[tenth(clock.published(e.at))] = f"{x:.5f} {y:.5f}" if x >= 0 else "-1.0 -1.0"
        elif e.name == "GotoSlideEvent":
            rows[tenth(clock.published(e.at))] = "-1.0 -1.0"
    body = "".join(f'  <event timestamp="{t}">\n    <cursor>{v}</cursor>\n  </event>\n' for t, v in rows.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<recording id="cursor_events"{tag(script)}>\n{body}</recording>\n'
    )


def share_spans(events, clock):
    """Published (start, stop) of screen shares."""
    starts = [e.at for e in events if e.name == "StartWebRTCDesktopShareEvent"]
    stops = [e.at for e in events if e.name == "StopWebRTCDesktopShareEvent"]
    return [(clock.published(a), clock.published(b)) for a, b in zip(starts, stops)]


def deskshare(events, clock):
    """deskshare.xml; always written. 720x405: the old scripts fit the picture into height x height."""
    body = "".join(
        f'  <event start_timestamp="{tenth(a)}" stop_timestamp="{tenth(b)}" video_width="720" video_height="405"/>\n'
        for a, b in share_spans(events, clock)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<recording id="deskshare_events">\n{body}</recording>\n'


def polls(events, clock):
    """polls.json: whole seconds, truncated; only published polls, no names."""
    kinds = {e.fields["pollId"]: e.fields["type"] for e in events if e.name == "PollStartedRecordEvent"}
    return [
        {
            "timestamp": clock.published(e.at) // 1000,
            "type": kinds[e.fields["pollId"]],
            "question": e.fields["question"],
            "answers": json.loads(e.fields["answers"]),
            "respondents": int(e.fields["numRespondents"]),
            "responders": int(e.fields["numResponders"]),
        }
        for e in events
        if e.name == "PollPublishedRecordEvent" and clock.inside(e.at)
    ]


def external_videos(events, clock):
    """external_videos.json: whole seconds, truncated, and no end."""
    return [
        {"timestamp": clock.published(e.at) // 1000, "external_video_url": e.fields["externalVideoUrl"]}
        for e in events
        if e.name == "StartExternalVideoRecordEvent"
    ]


def build(script, events, clock, home):
    """Write everything but media, slides and metadata.xml."""
    write(home / "shapes.svg", shapes.xml(script, events, clock, home))
    write(home / "panzooms.xml", panzooms(script, events, clock))
    write(home / "cursor.xml", cursor(script, events, clock))
    if script.since("1.1"):
        write(home / "deskshare.xml", deskshare(events, clock))
    write(home / "slides_new.xml", chat.xml(chat.published(script, events, clock)))
    if script.modern:
        write(home / "tldraw.json", shapes.tldraw(script, events, clock))
    for name, rows in (
        ("polls.json", polls(events, clock)),
        ("external_videos.json", external_videos(events, clock)),
    ):
        if rows and script.since("2.4"):
            write(home / name, json.dumps(rows, ensure_ascii=False))
    if script.notes and script.since("2.3"):
        write(
            home / "notes.html",
            f'<!doctype html>\n<html lang="{script.language}">\n<head>\n<title>notes</title>\n<meta charset="utf-8">\n'
            f"</head>\n<body>\n{script.notes}\n</body>\n</html>\n",
        )
    if script.since("1.0"):
        captions.build(script, home)
