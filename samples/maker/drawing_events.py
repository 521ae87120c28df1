"""Whiteboard events: AddShapeEvent up to 2.5 (percent of the page), AddTldrawShapeEvent from 2.6
(the page scaled into 1440x1080), where a later event may carry only what changed."""

import json

from .tools import sha1

RED = 0xC0392B


def smooth(points, parts=5):
    """A hand-drawn line through the script's few points (Catmull-Rom)."""
    dots = list(zip(points[::2], points[1::2]))
    out = []
    for i in range(len(dots) - 1):
        a, b, c, d = dots[max(0, i - 1)], dots[i], dots[i + 1], dots[min(len(dots) - 1, i + 2)]
        for t in (k / parts for k in range(parts)):
            for p, q, r, s in zip(a, b, c, d):
                cubic = 2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t**3
                out.append(round(cubic / 2, 2))
    return out + list(dots[-1])


def draw(log, at, what, n, page):
    """One drawing, as several events the way a hand draws it."""
    s = log.script
    common = dict(
        userId=s.person(what["who"]).user_id,
        presentation=s.pres_id,
        pageNumber=page - 1,
        whiteboardId=f"{s.pres_id}/{page}",
    )
    if s.modern:
        shape_id = sha1(f"{s.name}/{n}")[:20]
        make = v1 if s.generation == "2.7" else v2
        for dt, data in make(shape_id, what, page, n):
            log.add(
                at + dt,
                "WHITEBOARD",
                "AddTldrawShapeEvent",
                shapeId=data["id"],
                shapeData=json.dumps(data, separators=(",", ":"), ensure_ascii=False),
                **common,
            )
        return
    points, kind = what["points"], what["kind"]
    shape_id = f"{common['userId']}-{n}-{s.epoch + at}"
    if kind == "text":
        steps = [
            (0, "textCreated", ""),
            (700, "textEdited", what["text"][: len(what["text"]) // 2]),
            (1600, "textPublished", what["text"]),
        ]
        for i, (dt, status, text) in enumerate(steps):
            x, y, w, h = points
            log.add(
                at + dt,
                "WHITEBOARD",
                "AddShapeEvent",
                id=shape_id,
                type="text",
                status=status,
                position=i,
                text=text,
                fontColor=RED,
                fontSize=20,
                calcedFontSize="3.555556",
                textBoxWidth=w,
                textBoxHeight=h,
                x=x,
                y=y,
                dataPoints=f"{x},{y}",
                **common,
            )
        return
    if kind == "pencil":
        points = smooth(points)
        third = len(points) // 6 * 2
        steps = [
            (0, "DRAW_START", points[:third]),
            (350, "DRAW_UPDATE", points[: 2 * third]),
            (900, "DRAW_END", points),
        ]
    else:
        x1, y1, x2, y2 = points
        steps = [(0, "DRAW_START", [x1, y1, (x1 + x2) / 2, (y1 + y2) / 2]), (600, "DRAW_END", points)]
    for i, (dt, status, part) in enumerate(steps):
        log.add(
            at + dt,
            "WHITEBOARD",
            "AddShapeEvent",
            id=shape_id,
            type=kind,
            status=status,
            position=i,
            color=RED,
            thickness="0.4",
            dataPoints=",".join(str(float(p)) for p in part),
            **common,
        )


def v1(shape_id, what, page, n):
    """tldraw 1 shapes (2.6, 2.7)."""
    x, y = what["points"][:2]
    style = {"color": "red", "size": "medium", "isFilled": False, "dash": "draw", "scale": 1}
    base = {
        "id": shape_id,
        "type": what["kind"],
        "name": what["kind"].title(),
        "parentId": str(page),
        "childIndex": n,
        "point": [x, y],
        "rotation": 0,
        "style": style,
    }
    if what["kind"] == "text":
        yield 0, dict(base, text="", style=dict(style, font="script", textAlign="start"))
        yield 1400, {"id": shape_id, "text": what["text"]}
    elif what["kind"] == "arrow":
        x2, y2 = what["points"][2:]
        handles = {
            "start": {"id": "start", "index": 0, "point": [0, 0], "canBind": True},
            "end": {"id": "end", "index": 1, "point": [x2 - x, y2 - y], "canBind": True},
            "bend": {"id": "bend", "index": 2, "point": [(x2 - x) / 2, (y2 - y) / 2]},
        }
        yield 0, dict(base, bend=0, handles=handles, decorations={"end": "arrow"}, label="", labelPoint=[0.5, 0.5])
    else:
        line = smooth(what["points"])
        dots = [[round(a - x, 2), round(b - y, 2), 0.5] for a, b in zip(line[::2], line[1::2])]
        yield 0, dict(base, points=dots[:3], isComplete=False)
        yield 900, {"id": shape_id, "points": dots, "isComplete": True}


def v2(shape_id, what, page, n):
    """tldraw 2 records (3.0)."""
    base = {
        "typeName": "shape",
        "id": f"shape:{shape_id}",
        "type": what["kind"],
        "x": what["points"][0],
        "y": what["points"][1],
        "rotation": 0,
        "parentId": f"page:{page}",
        "index": f"a{n}",
        "isLocked": False,
        "opacity": 1,
        "meta": {},
    }
    if what["kind"] == "geo":
        props = {
            "geo": "ellipse",
            "w": what["points"][2],
            "h": what["points"][3],
            "color": "red",
            "fill": "none",
            "dash": "draw",
            "size": "m",
            "font": "draw",
            "text": "",
            "align": "middle",
            "verticalAlign": "middle",
            "growY": 0,
            "url": "",
            "labelColor": "black",
        }
    else:
        props = {
            "text": what["text"],
            "color": "yellow",
            "size": "m",
            "font": "draw",
            "align": "middle",
            "verticalAlign": "middle",
            "growY": 0,
            "url": "",
        }
    yield 0, dict(base, props=props)


def poll_shape(log, at, page, poll_id, who, what, counts, eligible):
    """Publishing a poll also puts its result on the page."""
    s = log.script
    common = dict(userId=who.user_id, presentation=s.pres_id, pageNumber=page - 1, whiteboardId=f"{s.pres_id}/{page}")
    if not s.modern:
        old = [{"id": c["id"], "key": c["key"], "num_votes": c["numVotes"]} for c in counts]
        log.add(
            at,
            "WHITEBOARD",
            "AddShapeEvent",
            id=poll_id,
            type="poll_result",
            status="DRAW_END",
            position=0,
            dataPoints="70.0,78.5,26.0,20.0",
            num_respondents=eligible,
            num_responders=len(what["votes"]),
            pollType=what["type"],
            result=json.dumps(old, separators=(",", ":"), ensure_ascii=False),
            **common,
        )
        return
    total = max(1, sum(c["numVotes"] for c in counts))
    label = (
        what["question"]
        + "\n\n"
        + "".join(
            f"{c['key']}: {c['numVotes']} {'|' * (20 * c['numVotes'] // total)} {100 * c['numVotes'] // total}%\n"
            for c in counts
        )
    )
    data = {
        "id": poll_id,
        "type": "rectangle",
        "name": "poll-result",
        "parentId": str(page),
        "childIndex": 0,
        "point": [1000, 600],
        "size": [420, 190],
        "rotation": 0,
        "label": label,
        "labelPoint": [0.5, 0.5],
        "questionType": False,
        "style": {
            "isFilled": True,
            "size": "small",
            "scale": 1,
            "color": "white",
            "font": "mono",
            "dash": "solid",
            "textAlign": "start",
        },
    }
    log.add(
        at,
        "WHITEBOARD",
        "AddTldrawShapeEvent",
        shapeId=poll_id,
        shapeData=json.dumps(data, separators=(",", ":"), ensure_ascii=False),
        **common,
    )
