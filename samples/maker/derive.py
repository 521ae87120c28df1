"""Reading the event list back: the mapping every published file goes through.

After bigbluebutton's record-and-playback/core/lib/recordandplayback/generators/events.rb: the record-button
presses, sorted, taken in pairs whatever their status says; an odd one is closed by the last event; times
between spans fall on the next start.
"""


class Published:
    """Raw milliseconds -> published milliseconds, from the events alone."""

    def __init__(self, events):
        marks = sorted(e.at for e in events if e.name == "RecordStatusEvent") or [events[0].at]
        if len(marks) % 2:
            marks.append(events[-1].at)
        self.spans = list(zip(marks[::2], marks[1::2]))
        self.length = sum(b - a for a, b in self.spans)

    def published(self, at):
        """Clamped to the next start between spans, and to the length after the last one."""
        total = 0
        for a, b in self.spans:
            if at < a:
                return total
            if at <= b:
                return total + at - a
            total += b - a
        return total

    def inside(self, at):
        """True while recording."""
        return any(a <= at < b for a, b in self.spans)


def talk(events, clock):
    """Published (start, stop, participant): what the talking events say, mutes and exits closing them."""
    on, raw = {}, []

    def close(who, at):
        if who in on:
            raw.append((on.pop(who), at, who))

    for e in events:
        who = e.fields.get("participant")
        if e.name == "ParticipantTalkingEvent":
            if e.fields["talking"] == "true":
                on.setdefault(who, e.at)
            else:
                close(who, e.at)
        elif e.name == "ParticipantMutedEvent" and e.fields["muted"] == "true":
            close(who, e.at)
        elif e.module == "VOICE" and e.name == "ParticipantLeftEvent":
            close(who, e.at)
        elif e.name in ("StopRecordingEvent", "EndAndKickAllEvent"):
            for k in list(on):
                close(k, e.at)
    pieces = []
    for start, stop, who in raw:
        for a, b in clock.spans:
            lo, hi = max(a, start), min(b, stop)
            if lo < hi:
                pieces.append((clock.published(lo), clock.published(hi), who))
    return sorted(pieces)
