"""One sample from its script, in the order a server works: events first, everything else from them."""

import shutil

from . import (
    cameras, derive, deskshare, events, formats, metadata, published, raw, script, slides, sound, timeline, truth,
    voices,
)
from .tools import SAMPLES, WORK, write


class Meeting:
    """A script with all that follows from it, before anything is written."""

    def __init__(self, script_name, **other):
        self.script = script.load(script_name, **other)
        self.clock = timeline.place(self.script)
        self.log = events.compose(self.script, self.clock)
        self.published = derive.Published(self.log)
        assert self.published.spans == self.clock.spans, "the marks do not say what the script meant"
        self.boards = slides.deck(self.script)
        self._mix = WORK / script_name / "mix.wav"

    @property
    def mix(self):
        """The room's sound as published, made when first needed."""
        if self._mix:
            self._mix.parent.mkdir(parents=True, exist_ok=True)
            s = self.script
            voices.mix(timeline.everything_said(s), self.published.length, self._mix, s.seed)
            self._wav, self._mix = self._mix, None
        return self._wav


def build(name, say=print):
    """Build samples/NAME afresh: the published presentation, its events and the truth about it."""
    say(f"{name}: voices")
    m = Meeting(name)
    home = SAMPLES / name
    shutil.rmtree(home, ignore_errors=True)
    folder = home / "raw" / m.script.record_id
    raw.build(m, folder, ("events",))
    presentation(m, home / "presentation" / m.script.record_id, metadata.folder_size(folder), say)
    truth.build(m.script, m.log, m.published, m.boards, home / "script.toml")


def variant(name, script_name, kinds, parts, say=print):
    """Build samples/variants/NAME: formats `kinds` and raw `parts` of a recording, which others may show too."""
    say(f"variants/{name}")
    m = Meeting(f"variants/{script_name}")
    home, s = SAMPLES / "variants" / name, m.script
    shutil.rmtree(home, ignore_errors=True)
    folder = home / "raw" / s.record_id
    raw.build(m, folder, parts)
    size = metadata.folder_size(folder) if parts else 0
    for kind in kinds:
        place = home / kind / s.record_id
        if kind == "presentation":
            presentation(m, place, size, lambda _: None)
        else:
            formats.build(m, kind, place, size)
    more = {"name": name, "script": f"{script_name}.toml", "formats": kinds, "raw": parts}
    truth.build(s, m.log, m.published, m.boards, home / "script.toml", more)


def presentation(m, pub, raw_size, say):
    """The published `presentation` format."""
    s, clock = m.script, m.published
    say(f"{s.name}: slides and small files")
    slides.build(s, pub)
    published.build(s, m.log, clock, pub)
    say(f"{s.name}: sound, {clock.length / 1000:.1f} s")
    if s.cameras:
        say(f"{s.name}: cameras")
        cameras.build(s, m.log, clock, clock.length, m.mix, pub / "video" / "webcams.webm")
    else:
        sound.published(m.mix, pub / "audio", s.sound)
    spans = published.share_spans(m.log, clock)
    if spans:
        say(f"{s.name}: screen share")
        slides.deskshare_picture(pub)
        codec = "libvpx-vp9" if s.since("2.2") else "libvpx"
        deskshare.build(spans, clock.length, pub / "deskshare" / "deskshare.webm", s.screen_size, codec)
    describe(m, "presentation", pub, raw_size)


def describe(m, kind, folder, raw_size):
    """metadata.xml, last, as it holds the folder's size."""
    size = metadata.folder_size(folder)
    write(folder / "metadata.xml", metadata.xml(m.script, m.log, m.published, m.boards, size, raw_size, kind))
