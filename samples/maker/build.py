"""One sample from its script, in the order a server works: events first, everything else from them."""

import shutil

from . import cameras, derive, deskshare, events, metadata, published, script, slides, timeline, truth, voices
from .tools import SAMPLES, WORK, run, write


def build(name, say=print):
    """Build samples/NAME afresh."""
    s = script.load(name)
    say(f"{name}: voices")
    clock = timeline.place(s)
    log = events.compose(s, clock)
    again = derive.Published(log)
    assert again.spans == clock.spans, "the marks do not say what the script meant"
    home = SAMPLES / name
    shutil.rmtree(home, ignore_errors=True)
    pub, raw = home / "presentation" / s.record_id, home / "raw" / s.record_id
    events.save(s, log, raw / "events.xml")

    say(f"{name}: slides and small files")
    boards = slides.build(s, pub)
    published.build(s, log, again, pub)

    say(f"{name}: sound, {again.length / 1000:.1f} s")
    mix = WORK / name / "mix.wav"
    mix.parent.mkdir(parents=True, exist_ok=True)
    voices.mix(timeline.everything_said(s), again.length, mix, s.seed)
    if s.cameras:
        say(f"{name}: cameras")
        cameras.build(s, log, again, again.length, mix, pub / "video" / "webcams.webm")
    else:
        audio_only(mix, pub / "audio")
    spans = published.share_spans(log, again)
    if spans:
        say(f"{name}: screen share")
        slides.deskshare_picture(pub)
        deskshare.build(spans, again.length, pub / "deskshare" / "deskshare.webm")
    write(
        pub / "metadata.xml",
        metadata.xml(s, log, again, boards, metadata.folder_size(pub), metadata.folder_size(raw)),
    )
    truth.build(s, log, again, boards, home / "script.toml")


def audio_only(mix, folder):
    """Without any camera: audio/ instead of video/, one Vorbis stream in two containers."""
    folder.mkdir(parents=True)
    bits = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
    run(
        "ffmpeg",
        "-y",
        "-v",
        "error",
        "-i",
        mix,
        "-c:a",
        "libvorbis",
        "-q:a",
        "2",
        "-ar",
        "48000",
        "-ac",
        "2",
        *bits,
        folder / "audio.ogg",
    )
    run("ffmpeg", "-y", "-v", "error", "-i", folder / "audio.ogg", "-c:a", "copy", *bits, folder / "audio.webm")
