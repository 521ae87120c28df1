"""events.xml: the meeting as bbb-apps would have logged it (recorders under
akka-bbb-apps/.../core/record/events).

Times are raw milliseconds since the first event while we build; on writing they get the server's monotonic
clock (`timestamp`) and wall time (`timestampUTC`, `date`), which are two different clocks in real files.
"""

from dataclasses import dataclass, field
from datetime import datetime, timezone
from xml.sax.saxutils import escape, quoteattr

from . import screen, speech
from .tools import rng, write

POD = "DEFAULT_PRESENTATION_POD"


@dataclass
class Event:
    """One event; `fields` are its child elements."""

    at: int
    module: str
    name: str
    fields: dict = field(default_factory=dict)


class Log:
    """Collects events in any order."""

    def __init__(self, script, clock):
        self.script, self.clock, self.events = script, clock, []

    def add(self, at, module, name, /, **fields):
        """Note an event; field names as in the file."""
        self.events.append(Event(round(at), module, name, {k: str(v) for k, v in fields.items()}))

    def sorted(self):
        """In time order; events of the same millisecond keep the order of noting."""
        return sorted(self.events, key=lambda e: e.at)


def compose(script, clock):
    """All events of the meeting."""
    log = Log(script, clock)
    end = clock.spans[-1][1] + script.after
    opening(log)
    arrivals(log)
    marks(log, end)
    speech.talking(log)
    speech.audio_files(log)
    screen.actions(log)
    screen.cursor(log)
    log.add(end, "PARTICIPANT", "EndAndKickAllEvent", reason="ENDED_AFTER_USER_LOGGED_OUT")
    events = log.sorted()
    assert events[0].at == 0 and events[-1].at == end, "an action of the script lies outside the meeting"
    return events


def opening(log):
    """What the server does before anyone is in."""
    s = log.script
    deck_at = 905
    if s.since("2.1"):
        log.add(0, "PRESENTATION", "CreatePresentationPodEvent", podId=POD, currentPresenter="")
    else:
        deck_at = 0
    if s.modern:
        log.add(1, "CONFIG", "MeetingConfigurationEvent", webcamsOnlyForModerator="false")
        log.add(14, "PAD", "PadCreatedEvent", padId="notes")
    elif s.since("2.2"):
        log.add(14, "PAD", "AddPadEvent", padId="notes")
    log.add(
        deck_at,
        "PRESENTATION",
        "ConversionCompletedEvent",
        **pod(s),
        presentationName=s.pres_id,
        originalFilename=s.deck_file,
    )
    log.add(
        deck_at + 1, "PRESENTATION", "SharePresentationEvent", **pod(s), presentationName=s.pres_id, share="true"
    )
    if s.since("2.2"):
        log.add(
            deck_at + 2,
            "PRESENTATION",
            "SetPresentationDownloadable",
            **pod(s),
            presentationName=s.pres_id,
            downloadable="false",
        )


def pod(script):
    """Presentations belong to a pod since 2.1."""
    return {"podId": POD} if script.since("2.1") else {}


def arrivals(log):
    """Joins, in the order of the script; dial-in guests have a voice but no PARTICIPANT join."""
    s = log.script
    r = rng(s.seed, "arrivals")
    at = 950
    for i, p in enumerate(s.people):
        at += r.randrange(250, 1300)
        if not p.dial_in:
            join(log, at, p, p.user_id)
        if i == 0:
            log.add(
                at + 40, "PARTICIPANT", "AssignPresenterEvent", userid=p.user_id, name=p.name, assignedBy=p.user_id
            )
            if s.since("2.1"):
                log.add(at + 41, "PRESENTATION", "SetPresenterInPodEvent", podId=POD, nextPresenterId=p.user_id)
        voice_join(log, at + r.randrange(1200, 2600), p, p.user_id)
    leave = log.clock.spans[-1][1] + log.script.after - 2400
    for p in s.people[1:]:
        leave += r.randrange(60, 280)
        who = p.second_id if p.rejoins else p.user_id
        log.add(leave, "VOICE", "ParticipantLeftEvent", participant=who, bridge=s.bridge)
        if not p.dial_in:
            log.add(leave + 12, "PARTICIPANT", "ParticipantLeftEvent", userId=who)


def join(log, at, p, user_id):
    """A PARTICIPANT join; the external id is what stays the same over rejoins."""
    log.add(
        at,
        "PARTICIPANT",
        "ParticipantJoinEvent",
        userId=user_id,
        externalUserId=p.external_id,
        name=p.name,
        role=p.role,
    )


def voice_join(log, at, p, user_id):
    """Joining the audio bridge; everybody without a voice is muted at once."""
    number = p.name if p.dial_in else f"{user_id}_1-bbbID-{p.name}"
    log.add(
        at,
        "VOICE",
        "ParticipantJoinedEvent",
        participant=user_id,
        callername=p.name,
        callernumber=number,
        muted="false",
        talking="false",
        bridge=log.script.bridge,
    )
    if not p.voice:
        log.add(
            at + 350, "VOICE", "ParticipantMutedEvent", participant=user_id, muted="true", bridge=log.script.bridge
        )


def marks(log, end):
    """Presses of the record button: alternating, but the last may be missing, or say what the one before said."""
    if log.script.marks == "none":
        return
    chair = log.script.people[0].user_id
    for i, (a, b) in enumerate(log.clock.spans):
        last = i == len(log.clock.spans) - 1
        log.add(a, "PARTICIPANT", "RecordStatusEvent", userId=chair, status="true")
        if not (log.script.open_ended and last):
            status = "true" if last and log.script.marks == "doubled" else "false"
            log.add(b, "PARTICIPANT", "RecordStatusEvent", userId=chair, status=status)


def to_xml(script, events):
    """The file. Metadata are attributes, and the call-back secret is in them, as in real life."""
    from .metadata import catalogue

    meta = " ".join(f"{k}={quoteattr(v)}" for k, v in catalogue(script).items())
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<recording meeting_id="{script.record_id}" bbb_version="{script.bbb_version}">',
        f'  <meeting id="{script.record_id}" externalId={quoteattr(script.external_id)} name={quoteattr(script.title)} breakout="false"/>',
        f"  <metadata {meta}/>",
    ]
    if not script.since("1.1"):
        del out[2]
    shuffle = rng(script.seed, "children")
    for e in events:
        when = script.epoch + 6 + e.at
        fields = dict(e.fields)
        if script.since("2.1"):
            fields["timestampUTC"] = str(when)
            date = datetime.fromtimestamp(when / 1000, timezone.utc)
            fields["date"] = date.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when % 1000:03d}Z"
        names = list(fields)
        shuffle.shuffle(names)  # children come in any order
        out.append(f'  <event timestamp="{script.clock_base + e.at}" module="{e.module}" eventname="{e.name}">')
        out += [f"    <{k}>{escape(fields[k])}</{k}>" if fields[k] else f"    <{k}/>" for k in names]
        out.append("  </event>")
    out.append("</recording>")
    return "\n".join(out) + "\n"


def save(script, events, path):
    """Write events.xml."""
    write(path, to_xml(script, events))
