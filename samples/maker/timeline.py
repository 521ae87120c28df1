"""The two clocks of a recording.

Raw time: milliseconds since the first event of the meeting. Published time: milliseconds into the recording,
that is, the spans between record-button presses laid end to end. The script's turns are placed in published
time; events are written in raw time; the published files are derived from the events again (see derive.py),
so that an error here shows up instead of hiding.
"""

import re

from . import voices
from .tools import rng

TAIL = 1300  # from the last word to the press of the button
LEAD = 900  # from the press to the first word


class Clock:
    """Recorded spans as (raw start, raw stop)."""

    def __init__(self, spans):
        self.spans = spans
        self.length = sum(b - a for a, b in spans)

    def raw(self, published):
        """Published -> raw; a time on a seam belongs to the earlier span."""
        for a, b in self.spans:
            if published <= b - a:
                return a + published
            published -= b - a
        return self.spans[-1][1] + published


def place(script):
    """Give every sentence its published start and end; return the recording's clock."""
    r = rng(script.seed, "pauses")
    now, seams, pauses = script.lead, [], []
    for turn in script.turns:
        if turn.after_pause is not None:
            seams.append(now + TAIL)
            pauses.append(round(turn.after_pause * 1000))
            now = seams[-1] + LEAD
        elif turn is not script.turns[0]:
            now += round(turn.gap * 1000) if turn.gap is not None else r.randrange(450, 950)
        turn.start = now
        voice = script.person(turn.who).voice
        for i, text in enumerate(turn.say):
            if i:
                now += r.randrange(260, 560) + turn.long_pause.get(str(i), 0)
            wav = voices.sentence(voice, text)
            end = now + voices.length_ms(wav)
            turn.sentences.append((now, end, text, wav))
            now = end
        turn.end = now
        now = max(now, *(t.end for t in script.turns))
    # a multiple of 200 ms is a whole number of frames at 15 and at 5 per second
    total = -(-(now + TAIL + 700) // 200) * 200
    if script.open_ended:  # nobody presses stop: the recording runs on to the last event
        total, script.after = total + script.after, 0
    spans, raw, published = [], script.before, 0
    for seam, pause in zip(seams, pauses):
        spans.append((raw, raw + seam - published))
        raw, published = spans[-1][1] + pause, seam
    spans.append((raw, raw + total - published))
    return Clock(spans)


ANCHOR = re.compile(r"^(\w+?)(\.end)?([+-][\d.]+)?$")


def resolve(script, clock, anchor):
    """An anchor of the script ("pre+8", "pause+20", "vote+3", "vote.end-1") as raw milliseconds."""
    name, end, offset = ANCHOR.match(anchor).groups()
    offset = round(float(offset or 0) * 1000)
    if name == "pre":
        return offset
    if name == "post":
        return clock.spans[-1][1] + offset
    if name == "pause":
        return clock.spans[0][1] + offset
    turn = script.turn(name)
    base = turn.end if end else turn.start
    # a turn just after a pause lies in the second span even if its offset is negative
    return clock.raw(base) + offset


def said_by(script, key):
    """All (start, wav) of one speaker."""
    return [(s, wav) for t in script.turns if t.who == key for s, _, _, wav in t.sentences]


def everything_said(script):
    """All (start, wav) of the meeting."""
    return [(s, wav) for t in script.turns for s, _, _, wav in t.sentences]
