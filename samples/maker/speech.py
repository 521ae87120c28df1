"""Voice events: who is heard when, with the server's imperfections.

FreeSWITCH reports a talker some tenths of a second late and lets go about 0.8 s after the last sound. Muting
oneself while still counted as talking sends no `talking=false` at all: the interval ends with the mute.
"""

from .tools import rng

HANGOVER = (700, 900)
LATENCY = (120, 380)


def bursts(script, clock):
    """Raw (start, stop, person) of real sound; sentences closer than the hangover are one burst."""
    by = {}
    for t in script.turns:
        for start, stop, _, _ in t.sentences:
            a = clock.raw(start + 1) - 1
            b = a + stop - start
            if t.talking_before_mark and start == t.sentences[0][0]:
                a = clock.spans[0][0] - 1850
            rows = by.setdefault(t.who, [])
            if rows and a - rows[-1][1] < HANGOVER[0]:
                rows[-1][1] = b
            else:
                rows.append([a, b])
    return sorted((a, b, who) for who, rows in by.items() for a, b in rows)


def talking(log):
    """Talking and muting events; about one burst in ten ends by a mute, at least one of them recorded."""
    s = log.script
    r = rng(s.seed, "talk")
    rows = bursts(s, log.clock)
    rows += small_talk(s, log.clock, r)
    rows.sort()
    recorded = [i for i, (a, _, _) in enumerate(rows) if any(x < a < y for x, y in log.clock.spans)][1:-1]
    others = [i for i in range(len(rows)) if i not in recorded]
    few = min(len(recorded), max(1, round(len(recorded) * 0.1)))
    muted = set(r.sample(recorded, few) + r.sample(others, round(len(others) * 0.1)))
    is_muted = set()
    for i, (a, b, who) in enumerate(rows):
        voice = dict(participant=s.person(who).user_id, bridge=s.bridge)
        if who in is_muted:
            log.add(a - 420, "VOICE", "ParticipantMutedEvent", muted="false", **voice)
            is_muted.discard(who)
        log.add(a + r.randrange(*LATENCY), "VOICE", "ParticipantTalkingEvent", talking="true", **voice)
        if i in muted:
            log.add(b + r.randrange(90, 420), "VOICE", "ParticipantMutedEvent", muted="true", **voice)
            is_muted.add(who)
        else:
            log.add(b + r.randrange(*HANGOVER), "VOICE", "ParticipantTalkingEvent", talking="false", **voice)


def small_talk(script, clock, r):
    """Talk before the button and in the pause: it is in the events but must not reach the archive."""
    keys = [p.key for p in script.people if p.voice]
    rows, gaps = [], [(9000, clock.spans[0][0] - 4000)]
    gaps += [(b + 4000, a - 4000) for (_, b), (a, _) in zip(clock.spans, clock.spans[1:])]
    for lo, hi in gaps:
        at = lo
        while at < hi - 5000:
            stop = at + r.randrange(900, 4200)
            rows.append((at, stop, r.choice(keys)))
            at = stop + r.randrange(1500, 9000)
    return rows


def audio_files(log):
    """Capture of the room mix: through the whole meeting up to 2.6.8, only while recording since then."""
    s, clock = log.script, log.clock
    end = clock.spans[-1][1]
    if s.livekit:
        tracks(log)
        return
    first = min(6800, max(900, clock.spans[0][0] - 1500))
    spans = clock.spans if s.modern else [(first, end + s.after - 2500)]
    if s.open_ended:
        spans = [(a, end + s.after - 2500) for a, _ in spans]
    kind = "opus" if s.since("2.2") else "wav"
    for a, b in spans:
        name = f"/var/freeswitch/meetings/{s.record_id}-{s.clock_base + a}.{kind}"
        for at, word in ((a + 22, "Start"), (b + 30, "Stop")):
            log.add(
                at,
                "VOICE",
                f"{word}RecordingEvent",
                filename=name,
                recordingTimestamp=s.clock_base + at - 1,
                bridge=s.bridge,
            )


def tracks(log):
    """LiveKit, since 3.0.7: each microphone is a track with a file of its own; muting does not end it."""
    s, clock = log.script, log.clock
    r = rng(s.seed, "tracks")
    end = clock.spans[-1][1] + s.after - 2500
    for p in (p for p in s.people if p.voice):
        start = clock.spans[0][0] - r.randrange(500, 1500)
        track = "TR_AM" + "".join(r.choice("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789") for _ in range(10))
        name = f"/var/lib/bbb-webrtc-recorder/{s.record_id}/audio/microphone-{p.user_id}-{track}.webm"
        for at, word in ((start, "Published"), (end, "Unpublished")):
            log.add(at, "VOICE", f"AudioTrack{word}Event", userId=p.user_id, filename=name, source="microphone")
