"""What happens on the screen: slides, drawings, shares and polls, as events (the chat has its own file)."""

import json

from .chat_events import HANDLERS as CHAT
from .timeline import resolve
from .tools import rng

def actions(log):
    """Every [[do]] of the script."""
    for n, what in enumerate(log.script.todo):
        at = resolve(log.script, log.clock, what["at"])
        until = resolve(log.script, log.clock, what["until"]) if "until" in what else None
        HANDLERS[what["what"]](log, at, until, what, n)


def page_at(log, at):
    """The page on show at a raw time (0 before the first)."""
    page = 0
    for e in log.sorted():
        if e.name == "GotoSlideEvent" and e.at <= at:
            page = int(e.fields["slide"]) + 1
    return page


def slide(log, at, until, what, n):
    """`slide` counts from 0, the page in `id` from 1."""
    from .events import pod

    s = log.script
    log.add(
        at,
        "PRESENTATION",
        "GotoSlideEvent",
        **pod(s),
        presentationName=s.pres_id,
        slide=what["page"] - 1,
        id=f"{s.pres_id}/{what['page']}",
    )


def zoom(log, at, until, what, n):
    """`box` is x, y, width, height in percent; offsets are negative and half-scale."""
    from .events import pod

    s = log.script
    x, y, w, h = what["box"]
    log.add(
        at,
        "PRESENTATION",
        "ResizeAndMoveSlideEvent",
        **pod(s),
        presentationName=s.pres_id,
        id=f"{s.pres_id}/{page_at(log, at)}",
        xOffset=float(-x / 2),
        yOffset=float(-y / 2),
        widthRatio=float(w),
        heightRatio=float(h),
    )


def camera(log, at, until, what, n):
    """A camera from `at` to the end of the meeting; the owner's id is part of the file name.

    Where media are captured only while the button is on, each recorded span has a file of its own.
    """
    spans = [(at, log.clock.spans[-1][1] + log.script.after - 2600)]
    if log.script.partial_media:
        spans = [(max(at, a + 40), b + 35) for a, b in log.clock.spans if at < b]
    for a, b in spans:
        share(log, a, b, what, "StartWebRTCShareEvent", "recordings", "medium-")


def share_screen(log, at, until, what, n):
    """A screen share."""
    share(log, at, until, what, "StartWebRTCDesktopShareEvent", "screenshare", "")


def share(log, at, until, what, name, folder, prefix):
    """Start and stop of a captured stream (bbb-webrtc-sfu)."""
    s, p = log.script, log.script.person(what["who"])
    server = "mediasoup" if s.modern else "kurento"
    file = f"file:///var/{server}/{folder}/{s.record_id}/{prefix}{p.user_id}-{s.epoch + at}.webm"
    fields = dict(filename=file, meeting_id=s.record_id)
    if s.modern:
        fields["userId"] = p.user_id
    log.add(at, "bbb-webrtc-sfu", name, **fields)
    log.add(until, "bbb-webrtc-sfu", name.replace("Start", "Stop"), **fields)


def external_video(log, at, until, what, n):
    """An external video; its sound is not in the room mix."""
    log.add(at, "EXTERNAL-VIDEO", "StartExternalVideoRecordEvent", externalVideoUrl=what["url"])
    for k in range(0, until - at - 1200, 5000):
        log.add(
            at + 900 + k,
            "EXTERNAL-VIDEO",
            "UpdateExternalVideoRecordEvent",
            status="play" if not k else "playing",
            rate="1.0",
            time=f"{k / 1000:.3f}",
            state="1",
        )
    if "pause" in what:  # seconds into the video: it stands for a second and a half
        stop = round(what["pause"] * 1000)
        for dt, status, state in ((0, "pause", "0"), (1500, "play", "1")):
            log.add(
                at + 900 + stop + dt,
                "EXTERNAL-VIDEO",
                "UpdateExternalVideoRecordEvent",
                status=status,
                rate="1.0",
                time=f"{stop / 1000:.3f}",
                state=state,
            )
    log.add(until, "EXTERNAL-VIDEO", "StopExternalVideoRecordEvent")


def rejoin(log, at, until, what, n):
    """Lost connection: out, and back with a new internal id."""
    from .events import join, voice_join

    p = log.script.person(what["who"])
    log.add(at, "VOICE", "ParticipantLeftEvent", participant=p.user_id, bridge=log.script.bridge)
    log.add(at + 9, "PARTICIPANT", "ParticipantLeftEvent", userId=p.user_id)
    join(log, at + 8100, p, p.second_id)
    voice_join(log, at + 10300, p, p.second_id)


def poll(log, at, until, what, n):
    """A poll: started, answered person by person, published, stopped."""
    s, who = log.script, log.script.person(what["who"])
    page = page_at(log, at)
    poll_id = f"{s.pres_id}/{page}/{s.epoch + at}"
    typed = what["type"] == "R-"  # people write their answers; there are none to choose from
    keys = [{"id": i, "key": k} for i, k in enumerate(what["answers"])]
    log.add(
        at,
        "POLL",
        "PollStartedRecordEvent",
        userId=who.user_id,
        pollId=poll_id,
        question=what["question"],
        type=what["type"],
        secretPoll="false",
        answers=json.dumps([] if typed else keys, separators=(",", ":")),
    )
    r = rng(s.seed, "poll")
    for key, choice in what["votes"].items():
        voter = s.person(key)
        log.add(
            at + r.randrange(1500, min(until - at - 300, 7000)),
            "POLL",
            "UserRespondedToPollRecordEvent",
            pollId=poll_id,
            userId=voter.second_id if voter.rejoins else voter.user_id,
            answerId=choice,
            **({"answer": what["answers"][choice]} if typed else {}),
        )
    counts = [dict(k, numVotes=list(what["votes"].values()).count(k["id"])) for k in keys]
    eligible = sum(1 for p in s.people if not p.dial_in and p is not who)
    log.add(
        until,
        "POLL",
        "PollPublishedRecordEvent",
        pollId=poll_id,
        question=what["question"],
        numRespondents=eligible,
        numResponders=len(what["votes"]),
        answers=json.dumps(counts, separators=(",", ":"), ensure_ascii=False),
    )
    log.add(until + 14, "POLL", "PollStoppedRecordEvent", pollId=poll_id)
    from .drawing_events import poll_shape

    poll_shape(log, until + 160, page, poll_id, who, what, counts, eligible)


def draw(log, at, until, what, n):
    """A drawing on the page on show, in the manner of the generation."""
    from . import drawing_events

    drawing_events.draw(log, at, what, n, page_at(log, at))


HANDLERS = {
    **CHAT,
    "slide": slide,
    "zoom": zoom,
    "camera": camera,
    "share-screen": share_screen,
    "external-video": external_video,
    "rejoin": rejoin,
    "poll": poll,
    "draw": draw,
}


def cursor(log):
    """The presenter's pointer: short walks now and then, the bulk of a real events.xml."""
    s, clock = log.script, log.clock
    r = rng(s.seed, "cursor")
    owner, scale = s.people[0].user_id, ((1, 1) if not s.modern else (14.4, 8.1))
    at = max(clock.spans[0][0] - 4000, 1200)
    while at < clock.spans[-1][1] - 6000:
        x, y = r.uniform(15, 85), r.uniform(20, 75)
        for _ in range(r.randrange(6, 16)):
            x, y = min(99, max(1, x + r.uniform(-3, 3))), min(99, max(1, y + r.uniform(-3, 3)))
            page = page_at(log, at)
            log.add(
                at,
                "WHITEBOARD",
                "WhiteboardCursorMoveEvent" if s.since("2.0") else "CursorMoveEvent",
                userId=owner,
                presentation=s.pres_id,
                pageNumber=page - 1,
                whiteboardId=f"{s.pres_id}/{page}",
                xOffset=round(x * scale[0], 6),
                yOffset=round(y * scale[1], 6),
            )
            at += r.randrange(120, 260)
        at += r.randrange(4000, 11000)
