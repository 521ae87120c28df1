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


CHAT_KEYS = {
    "id": "id",
    "replyToMessageId": "reply_to",
    "lastEditedTimestamp": "edited_at_epoch_ms",
    "reactions": "reactions_json",
    "senderRole": "role",
    "chatEmphasizedText": "emphasis",
}


def chat_row(r):
    """What a chat message shows; `out` only if the chat was cleared later."""
    more = {ours: r[theirs] for theirs, ours in CHAT_KEYS.items() if r.get(theirs) not in (None, "", "[]", "false")}
    return {
        "in": r["in"],
        **({"out": r["out"]} if "out" in r else {}),
        "name": r["name"],
        "html": r["message"],
        **more,
    }


def external_states(events, clock):
    """Playing and pausing of external videos, which only the events have."""
    return [
        {
            "at_ms": clock.published(e.at),
            "status": e.fields["status"],
            "video_s": float(e.fields["time"]),
            "playing": e.fields["state"] != "0",
        }
        for e in events
        if e.name == "UpdateExternalVideoRecordEvent"
    ]


# event that starts a captured file -> (event that ends it, kind)
CAPTURES = {
    "StartRecordingEvent": ("StopRecordingEvent", "audio"),
    "AudioTrackPublishedEvent": ("AudioTrackUnpublishedEvent", "microphone"),
    "StartWebRTCShareEvent": ("StopWebRTCShareEvent", "camera"),
    "StartWebRTCDesktopShareEvent": ("StopWebRTCDesktopShareEvent", "screen"),
}
FOLDERS = {"audio": "audio", "microphone": "audio", "camera": "video/{id}", "screen": "deskshare"}


def raw_files(script, events):
    """Captured files that the events name, in raw time; whether they lie there depends on the sample."""
    rows = []
    for e in events:
        if e.name not in CAPTURES:
            continue
        stop, kind = CAPTURES[e.name]
        name = e.fields["filename"]
        end = next(x.at for x in events if x.name == stop and x.fields["filename"] == name)
        path = f"{FOLDERS[kind].format(id=script.record_id)}/{name.rpartition('/')[2]}"
        owner = next((p.key for p in script.people if kind != "audio" and p.user_id in name), "")
        rows.append({"kind": kind, "path": path, "who": owner, "start_raw_ms": e.at, "stop_raw_ms": end})
    return rows


def build(script, events, clock, boards, out, more=()):
    """Write the file; `more` goes to its head."""
    s = script
    head = {
        "name": s.name,
        **dict(more),
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
    talk = [{"who": s.whose(w).key, "start_ms": a, "end_ms": b} for a, b, w in derive.talk(events, clock)]
    show = [
        {"page": "deskshare" if not page else page, "in_ms": a, "out_ms": b}
        for a, b, page in shapes.showings(events, clock)
    ]
    rows = [chat_row(r) for r in chat.published(s, events, clock)]
    kept = {r["html"] for r in rows}
    absent = [
        {"name": s.whose(e.fields["senderId"]).name, "html": e.fields["message"]}
        for e in events
        if e.name == "PublicChatEvent" and e.fields["message"] not in kept
    ]
    polls = [
        {
            "at_s": p["timestamp"],
            "type": p["type"],
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
        + table("external_video_state", external_states(events, clock))
        + table("raw_file", raw_files(s, events))
    )
    write(out, text)
