"""samples/make --check: do the committed files agree with their script.toml?

Reads only what a consumer would read (events.xml, published files, media), not the builder's own objects.
"""

import json
import re
import subprocess
import tomllib
import xml.etree.ElementTree as ET

from .tools import SAMPLES, sha1

LIMIT = 20_000_000


class Report:
    """Collects failures; prints one line a sample."""

    def __init__(self):
        self.bad = []

    def that(self, ok, text):
        """Note a failure unless `ok`."""
        if not ok:
            self.bad.append(text)
            print("  FAIL", text)


def check(names):
    """Check each sample; the number of failures is the exit status."""
    report = Report()
    for name in names:
        home = SAMPLES / name
        if not (home / "script.toml").exists():
            report.that(False, f"{name}: not built")
            continue
        truth = tomllib.loads((home / "script.toml").read_text(encoding="utf-8"))
        pub = home / "presentation" / truth["record_id"]
        for part in (identity, small_files, media, showings, talk, speech, secrets):
            part(report, name, truth, pub)
        print(
            f"{name}: {truth['duration_ms'] / 1000:.1f} s, {len(truth['turn'])} turns, {len(truth['talk_event'])} talk events"
        )
    size = sum(p.stat().st_size for n in names for p in (SAMPLES / n).rglob("*") if p.is_file())
    report.that(size <= LIMIT, f"{size} bytes in all, more than {LIMIT}")
    print(f"{size / 1e6:.1f} MB, {len(report.bad)} failures")
    return min(1, len(report.bad))


def identity(r, name, t, pub):
    """Ids and lengths agree everywhere."""
    r.that(
        t["record_id"].startswith(sha1(t["external_id"]) + "-"),
        f"{name}: the record id is not the hash of the external id",
    )
    root = ET.parse(pub / "metadata.xml").getroot()
    r.that(root.findtext("id") == t["record_id"], f"{name}: metadata id")
    r.that(int(root.findtext("playback/duration")) == t["duration_ms"], f"{name}: metadata duration")
    r.that(
        int(root.findtext("end_time")) - int(root.findtext("start_time")) == t["meeting_ms"],
        f"{name}: meeting length",
    )
    r.that(root.findtext("meta/meetingName") == t["title"], f"{name}: title")
    ev = raw_events(name, t)
    marks = sorted(at for at, e in ev if e.get("eventname") == "RecordStatusEvent")
    marks += [ev[-1][0]] if len(marks) % 2 else []
    spans = [list(x) for x in zip(marks[::2], marks[1::2])]
    r.that(spans == t["recorded_spans_raw_ms"], f"{name}: recorded spans {spans}")
    r.that(sum(b - a for a, b in spans) == t["duration_ms"], f"{name}: spans do not add up")


def raw_events(name, t):
    """[(ms since the first event, element)]."""
    root = ET.parse(SAMPLES / name / "raw" / t["record_id"] / "events.xml").getroot()
    rows = [(int(e.get("timestamp")), e) for e in root.iter("event")]
    return [(at - rows[0][0], e) for at, e in rows]


def small_files(r, name, t, pub):
    """Everything parses; chat and slide texts are those of the script."""
    for path in pub.rglob("*"):
        if path.suffix in (".xml", ".svg"):
            ET.parse(path)
        elif path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
    chat = [
        (c.get("in"), c.get("out"), c.get("name"), c.get("message"))
        for c in ET.parse(pub / "slides_new.xml").getroot()
    ]
    r.that(chat == [(c["in"], c.get("out"), c["name"], c["html"]) for c in t["chat"]], f"{name}: chat")
    pages = json.loads((pub / "presentation_text.json").read_text())[t["presentation_id"]]
    r.that(
        [" ".join(v.split()) for v in pages.values()] == [" ".join(s["text"].split()) for s in t["slide"]],
        f"{name}: slide texts",
    )
    track = pub / f"caption_{t['language']}.vtt"
    r.that(
        track.exists() == t["captions"] == bool(json.loads((pub / "captions.json").read_text())), f"{name}: captions"
    )


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
    for path in [*pub.rglob("*.webm"), *pub.rglob("*.ogg")]:
        ms, streams = probe(path)
        r.that(abs(ms - t["duration_ms"]) <= 200, f"{name}: {path.name} lasts {ms:.0f} ms")
        want = {"webcams.webm": {"vp9", "vorbis"}, "deskshare.webm": {"vp9"}}.get(path.name, {"vorbis"})
        r.that(set(streams) == want, f"{name}: {path.name} has {sorted(streams)}")
        if "vp9" in streams:
            size = (streams["vp9"]["width"], streams["vp9"]["height"])
            r.that(
                size == ((640, 480) if path.name == "webcams.webm" else (1280, 720)), f"{name}: {path.name} is {size}"
            )
    r.that((pub / "video").exists() != (pub / "audio").exists(), f"{name}: either video/ or audio/")
    r.that((pub / "deskshare" / "deskshare.webm").exists() == bool(t.get("screen_share")), f"{name}: screen share")


def showings(r, name, t, pub):
    """Slides follow one another without gaps, and their files exist."""
    now = 0.0
    images = [e for e in ET.parse(pub / "shapes.svg").getroot() if e.tag.endswith("image")]
    for e in images:
        r.that(float(e.get("in")) == now, f"{name}: gap before {e.get('id')}")
        now = float(e.get("out"))
        r.that((pub / e.get("{http://www.w3.org/1999/xlink}href")).exists(), f"{name}: {e.get('id')} has no picture")
    r.that(abs(now * 1000 - t["duration_ms"]) < 100, f"{name}: slides end at {now}")
    r.that(len(images) == len(t["showing"]), f"{name}: number of showings")


def talk(r, name, t, pub):
    """Talk events lie on their speaker's turns: late by up to 0.4 s, long by up to 0.9 s."""
    muted = 0
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
    on = set()
    for _, e in raw_events(name, t):
        who = e.findtext("participant")
        if e.get("eventname") == "ParticipantTalkingEvent":
            (on.add if e.findtext("talking") == "true" else on.discard)(who)
        elif e.get("eventname") == "ParticipantMutedEvent" and e.findtext("muted") == "true" and who in on:
            muted += 1
            on.discard(who)
    r.that(muted > 0, f"{name}: no interval is closed by a mute")


def speech(r, name, t, pub):
    """There is sound where the script says so, and quiet in the long gaps."""
    path = next(iter([*pub.rglob("webcams.webm"), *pub.rglob("audio.ogg")]))
    log = subprocess.run(
        [
            "ffmpeg",
            "-v",
            "info",
            "-nostats",
            "-i",
            str(path),
            "-vn",
            "-af",
            "silencedetect=n=-40dB:d=0.35",
            "-f",
            "null",
            "-",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    starts = [float(x) * 1000 for x in re.findall(r"silence_start: ([-\d.]+)", log)]
    ends = [float(x) * 1000 for x in re.findall(r"silence_end: ([-\d.]+)", log)] + [float(t["duration_ms"])]
    quiet = list(zip(starts, ends))
    sentences = sorted(tuple(x) for turn in t["turn"] for x in turn["sentences_ms"])
    for a, b in sentences:
        lost = sum(max(0, min(b, y) - max(a, x)) for x, y in quiet)
        r.that(lost < 0.3 * (b - a), f"{name}: sentence at {a} ms is silent for {lost:.0f} ms")
    for (_, a), (b, _) in zip(sentences, sentences[1:]):
        if b - a > 2000:
            r.that(any(x <= a + 300 and y >= b - 300 for x, y in quiet), f"{name}: no silence from {a} to {b} ms")


def secrets(r, name, t, pub):
    """Spoken-only words stand nowhere else; withdrawn chat and phone numbers are not in published files."""
    texts = {
        p: p.read_text(encoding="utf-8")
        for p in pub.rglob("*")
        if p.suffix in (".xml", ".json", ".txt", ".html", ".svg", ".vtt")
    }
    said = " ".join(turn["text"] for turn in t["turn"]).lower()
    r.that(len(t["spoken_only"]) >= 3, f"{name}: too few spoken-only words")
    for word in t["spoken_only"]:
        r.that(word.lower() in said, f"{name}: nobody says {word}")
        for path, text in texts.items():
            r.that(path.suffix == ".vtt" or word.lower() not in text.lower(), f"{name}: {word} stands in {path.name}")
    published = (pub / "slides_new.xml").read_text(encoding="utf-8")
    for c in t.get("chat_absent", []):
        r.that(c["html"] not in published, f"{name}: a message that should be gone is published")
    for p in t["people"]:
        r.that(
            not p["dial_in"] or all(p["name"] not in text for text in texts.values()),
            f"{name}: a phone number is published",
        )
