"""script.toml: what is true about a built sample, for tests. Times are published milliseconds."""

from . import chat, derive, published, shapes
from .tools import write


def value(v):
    """A TOML value."""
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, (int, float)):
        return str(v)
    if isinstance(v, (list, tuple)):
        return "[" + ", ".join(value(x) for x in v) + "]"
    return '"' + str(v).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def table(name, rows):
    """An array of tables."""
    return "".join(f"\n[[{name}]]\n" + "".join(f"{k} = {value(v)}\n" for k, v in row.items()) for row in rows)


def build(script, events, clock, boards, out):
    """Write the file."""
    s = script
    head = {
        "name": s.name,
        "language": s.language,
        "title": s.title,
        "description": s.description,
        "generation": s.generation,
        "record_id": s.record_id,
        "external_id": s.external_id,
        "presentation_id": s.pres_id,
        "duration_ms": clock.length,
        "meeting_ms": events[-1].at - events[0].at,
        "recorded_spans_raw_ms": [list(x) for x in clock.spans],
        "first_event_timestamp": s.clock_base,
        "captions": s.captions,
        "spoken_only": s.spoken_only,
    }
    people = []
    for p in s.people:
        ids = [p.user_id] + ([p.second_id] if p.rejoins else [])
        people.append(
            {
                "key": p.key,
                "name": p.name,
                "role": p.role,
                "user_ids": ids,
                "external_id": p.external_id,
                "speaks": bool(p.voice),
                "camera": bool(p.portrait),
                "dial_in": p.dial_in,
            }
        )
    turns = [
        {
            "id": t.id,
            "who": t.who,
            "start_ms": t.start,
            "end_ms": t.end,
            "text": " ".join(t.say),
            "sentences_ms": [[a, b] for a, b, _, _ in t.sentences],
        }
        for t in s.turns
    ]
    words = []
    for w in s.spoken_only:
        t, a, b, text = next((t, a, b, x) for t in s.turns for a, b, x, _ in t.sentences if w.lower() in x.lower())
        near = a + (b - a) * text.lower().index(w.lower()) // len(text)
        words.append({"word": w, "turn": t.id, "sentence_ms": [a, b], "about_ms": near})
    names = {i: p.key for p in s.people for i in (p.user_id, p.second_id)}
    talk = [{"who": names[w], "start_ms": a, "end_ms": b} for a, b, w in derive.talk(events, clock)]
    show = [
        {"page": "deskshare" if not page else page, "in_ms": a, "out_ms": b}
        for a, b, page in shapes.showings(events, clock)
    ]
    rows = [
        {"in": r["in"], **({"out": r["out"]} if "out" in r else {}), "name": r["name"], "html": r["message"]}
        for r in chat.published(s, events, clock)
    ]
    kept = {r["message"] for r in chat.published(s, events, clock)}
    absent = [
        {"name": e.fields["sender"], "html": e.fields["message"]}
        for e in events
        if e.name == "PublicChatEvent" and e.fields["message"] not in kept
    ]
    polls = [
        {
            "at_s": p["timestamp"],
            "question": p["question"],
            "answers": [a["key"] for a in p["answers"]],
            "votes": [a["numVotes"] for a in p["answers"]],
        }
        for p in published.polls(events, clock)
    ]
    text = (
        "# Ground truth of this sample, written by samples/make. All *_ms are published milliseconds.\n"
        + "".join(f"{k} = {value(v)}\n" for k, v in head.items())
        + table("people", people)
        + table("turn", turns)
        + table("word", words)
        + table("talk_event", talk)
        + table("showing", show)
        + table("slide", [{"page": n, "text": " ".join(b.words)} for n, b in enumerate(boards, 1)])
        + table("chat", rows)
        + table("chat_absent", absent)
        + table("poll", polls)
        + table("screen_share", [{"start_ms": a, "end_ms": b} for a, b in published.share_spans(events, clock)])
        + table(
            "external_video",
            [
                {"at_s": v["timestamp"], "url": v["external_video_url"]}
                for v in published.external_videos(events, clock)
            ],
        )
    )
    write(out, text)
