"""Checks of media: lengths, codecs, and that speech is heard where the truth says so."""

import json
import re
import subprocess
from pathlib import Path

FILES = {
    "podcast": {"audio.ogg"},
    "notes": {"notes.pdf"},
    "video": {"video-0.m4v", "video.xml", "captions.json", "index.html"},
    "screenshare": {"screenshare-0.webm", "captions.json", "index.html"},
    "ai-summary": {
        "ai-summary.pdf",
        "ai-summary.md",
        "ai-summary.html",
        "transcript.txt",
        "transcript_diarized.vtt",
        "summary.txt",
        "action_items.json",
    },
}
CODECS = {
    "audio.ogg": {"vorbis"},
    "video-0.m4v": {"h264", "aac"},
    "screenshare-0.webm": {"vp9", "opus"},
}


def probe(path):
    """ffprobe's view of a file."""
    out = subprocess.run(
        ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", str(path)],
        capture_output=True,
        check=True,
    ).stdout
    data = json.loads(out)
    return float(data["format"]["duration"]) * 1000, {s["codec_name"]: s for s in data["streams"]}


def media(r, name, t, pub):
    """Lengths to 0.2 s, codecs, picture sizes."""
    small = "formats" in t
    film = "vp8" if float(t["generation"]) < 2.2 else "vp9"
    sizes = {
        "webcams.webm": (320, 240) if small else (640, 480),
        "deskshare.webm": (640, 360) if small else (1280, 720),
    }
    for path in [*pub.rglob("*.webm"), *pub.rglob("*.ogg")]:
        ms, streams = probe(path)
        r.that(abs(ms - t["duration_ms"]) <= 200, f"{name}: {path.name} lasts {ms:.0f} ms")
        want = {"webcams.webm": {film, "vorbis"}, "deskshare.webm": {film}}.get(path.name, {"vorbis"})
        r.that(set(streams) == want, f"{name}: {path.name} has {sorted(streams)}")
        if path.name in sizes:
            size = (streams[film]["width"], streams[film]["height"])
            r.that(size == sizes[path.name], f"{name}: {path.name} is {size}")
    r.that((pub / "video").exists() != (pub / "audio").exists(), f"{name}: either video/ or audio/")
    r.that((pub / "deskshare" / "deskshare.webm").exists() == bool(t.get("screen_share")), f"{name}: screen share")


def speech(r, name, t, pub):
    """The published sound is what the turns say."""
    path = next(iter([*pub.rglob("webcams.webm"), *pub.rglob("audio.ogg")]))
    sentences = [tuple(x) for turn in t["turn"] for x in turn["sentences_ms"]]
    heard(r, name, path, sentences, t["duration_ms"])


def heard(r, name, path, sentences, length):
    """There is sound where a sentence is, and quiet in the long gaps between."""
    argv = ["ffmpeg", "-v", "info", "-nostats", "-i", str(path), "-vn"]
    argv += ["-af", "silencedetect=n=-40dB:d=0.35", "-f", "null", "-"]
    log = subprocess.run(argv, capture_output=True, text=True, check=True).stderr
    starts = [float(x) * 1000 for x in re.findall(r"silence_start: ([-\d.]+)", log)]
    ends = [float(x) * 1000 for x in re.findall(r"silence_end: ([-\d.]+)", log)] + [float(length)]
    quiet = list(zip(starts, ends))
    sentences = sorted(sentences)
    for a, b in sentences:
        lost = sum(max(0, min(b, y) - max(a, x)) for x, y in quiet)
        r.that(lost < 0.3 * (b - a), f"{name}: sentence at {a} ms of {path.name} is silent for {lost:.0f} ms")
    for (_, a), (b, _) in zip(sentences, sentences[1:]):
        if b - a > 2000:
            r.that(any(x <= a + 300 and y >= b - 300 for x, y in quiet), f"{name}: no silence from {a} to {b} ms")


def format_files(r, name, t, pub, kind):
    """The files of another format, and the length of its media."""
    found = {p.name for p in pub.iterdir() if p.is_file()} - {"metadata.xml"}
    r.that(found - {f"caption_{t['language']}.vtt"} == FILES[kind], f"{name}: {sorted(found)}")
    for path in pub.iterdir():
        if path.name in CODECS:
            ms, streams = probe(path)
            r.that(abs(ms - t["duration_ms"]) <= 200, f"{name}: {path.name} lasts {ms:.0f} ms")
            r.that(set(streams) == CODECS[path.name], f"{name}: {path.name} has {sorted(streams)}")
            heard(r, name, path, [tuple(x) for turn in t["turn"] for x in turn["sentences_ms"]], t["duration_ms"])
        if path.suffix == ".pdf":
            r.that(path.read_bytes().startswith(b"%PDF-1.4"), f"{name}: {path.name}")


def captured(r, name, t, raw, parts):
    """Captured files are exactly those that the events name, as long as the events say, with the right voices."""
    rows = [f for f in t.get("raw_file", []) if Path(f["path"]).parts[0] in parts]
    kept = {str(p.relative_to(raw)) for part in ("audio", "video", "deskshare") for p in (raw / part).rglob("*.*")}
    r.that(kept == {f["path"] for f in rows}, f"{name}: captured files {sorted(kept)}")
    for f in rows:
        ms, streams = probe(raw / f["path"])
        want = f["stop_raw_ms"] - f["start_raw_ms"]
        r.that(abs(ms - want) <= 250, f"{name}: {f['path']} lasts {ms:.0f} ms and not {want}")
        if f["kind"] in ("audio", "microphone"):
            codec = {".wav": "pcm_s16le"}.get(Path(f["path"]).suffix, "opus")
            r.that(set(streams) == {codec}, f"{name}: {f['path']} has {sorted(streams)}")
            who = f["who"]
            said = [
                (to_raw(t, a) - f["start_raw_ms"], to_raw(t, a) + b - a - f["start_raw_ms"])
                for turn in t["turn"]
                if who in ("", turn["who"])
                for a, b in turn["sentences_ms"]
            ]
            said = [(a, b) for a, b in said if 0 <= a < want]
            r.that(bool(said), f"{name}: nobody is heard in {f['path']}")
            heard(r, name, raw / f["path"], said, want)


def to_raw(t, published):
    """Published -> raw milliseconds; no sentence starts on a seam."""
    for a, b in t["recorded_spans_raw_ms"]:
        if published < b - a:
            return a + published
        published -= b - a
    raise ValueError(published)


PARTS = (media, speech)
