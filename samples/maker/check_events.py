"""Checks of events.xml against the truth: recorded spans, and who talks when."""

import xml.etree.ElementTree as ET


def load(raw):
    """[(ms since the first event, element)]."""
    rows = [(int(e.get("timestamp")), e) for e in ET.parse(raw / "events.xml").getroot().iter("event")]
    return [(at - rows[0][0], e) for at, e in rows]


def spans(r, name, t, raw):
    """The presses of the button, in pairs; without any, everything."""
    events = load(raw)
    marks = sorted(at for at, e in events if e.get("eventname") == "RecordStatusEvent") or [0]
    marks += [events[-1][0]] if len(marks) % 2 else []
    found = [list(x) for x in zip(marks[::2], marks[1::2])]
    r.that(found == t["recorded_spans_raw_ms"], f"{name}: recorded spans {found}")
    r.that(sum(b - a for a, b in found) == t["duration_ms"], f"{name}: spans do not add up")
    r.that(events[-1][0] == t["meeting_ms"], f"{name}: meeting length")


def era(r, name, t, raw):
    """What the generation writes and what not."""
    version = tuple(int(n) for n in t["generation"].split("."))
    root = ET.parse(raw / "events.xml").getroot()
    events = [e for e in root if e.tag == "event"]
    names = {e.get("eventname") for e in events}
    wall = {e.find("timestampUTC") is not None for e in events}
    r.that(wall == {version >= (2, 1)}, f"{name}: wall-clock times")
    r.that((root.find("meeting") is not None) == (version >= (1, 1)), f"{name}: meeting element")
    r.that(("AddShapeEvent" in names) <= (version < (2, 6)), f"{name}: drawings of the wrong era")
    r.that(("AddTldrawShapeEvent" in names) <= (version >= (2, 6)), f"{name}: drawings of the wrong era")
    senders = {e.find("sender") is not None for e in events if e.get("eventname") == "PublicChatEvent"}
    r.that(senders <= {version < (2, 5)}, f"{name}: chat events name their sender up to 2.4")
    joined = {e.findtext("userId") for e in events if e.get("eventname") == "ParticipantJoinEvent"}
    for p in t["people"]:
        r.that(joined.isdisjoint(p["user_ids"]) == p["dial_in"], f"{name}: {p['key']}'s join")


def talk(r, name, t, raw):
    """Talk events lie on their speaker's turns: late by up to 0.4 s, long by up to 0.9 s."""
    for turn in t["turn"]:
        mine = [(x["start_ms"], x["end_ms"]) for x in t["talk_event"] if x["who"] == turn["who"]]
        for a, b in turn["sentences_ms"]:
            heard = sum(max(0, min(b, y) - max(a, x)) for x, y in mine)
            r.that(heard >= (b - a) - 500, f"{name}: {turn['id']} at {a} ms is covered for {heard} of {b - a} ms")
    for x in t["talk_event"]:
        spoken = sum(
            max(0, min(b, x["end_ms"]) - max(a, x["start_ms"]))
            for turn in t["turn"]
            if turn["who"] == x["who"]
            for a, b in turn["sentences_ms"]
        )
        r.that(spoken > 0, f"{name}: {x['who']} talks at {x['start_ms']} ms without a turn")


def mutes(r, name, t, raw):
    """Some interval ends with a mute and nothing else."""
    on, muted = set(), 0
    for _, e in load(raw):
        who = e.findtext("participant")
        if e.get("eventname") == "ParticipantTalkingEvent":
            (on.add if e.findtext("talking") == "true" else on.discard)(who)
        elif e.get("eventname") == "ParticipantMutedEvent" and e.findtext("muted") == "true" and who in on:
            muted += 1
            on.discard(who)
    r.that(muted > 0, f"{name}: no interval is closed by a mute")


PARTS = (spans, era, talk, mutes)
