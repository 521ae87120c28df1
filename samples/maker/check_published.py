"""Checks of the published small files: ids, chat, slides, polls, and what must not be in them."""

import json
import xml.etree.ElementTree as ET

HREF = "{http://www.w3.org/1999/xlink}href"


def identity(r, name, t, pub, kind):
    """Ids and lengths agree everywhere."""
    root = ET.parse(pub / "metadata.xml").getroot()
    old = t["generation"] == "0.9"
    r.that(root.findtext("id") == t["record_id"], f"{name}: metadata id")
    r.that(int(root.findtext("playback/duration")) == t["duration_ms"], f"{name}: metadata duration")
    length = int(root.findtext("end_time")) - int(root.findtext("start_time"))
    r.that(length == t["meeting_ms"], f"{name}: meeting length")
    r.that(root.findtext("meta/meetingName") == t["title"], f"{name}: title")
    r.that(root.findtext("playback/format") == kind, f"{name}: format")
    state = "available" if kind in ("video", "screenshare") else "published"
    r.that(root.findtext("state") == state, f"{name}: state")
    r.that((root.find("meeting") is None) == old, f"{name}: meeting element")
    r.that((root.find("participants") is None) == (old or kind == "screenshare"), f"{name}: participants")


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
    r.that(chat == [(c["in"], c.get("out"), c["name"], c["html"]) for c in t.get("chat", [])], f"{name}: chat")
    whole = float(t["generation"]) < 2.4
    r.that(all(c[0].isdigit() == whole for c in chat), f"{name}: chat times of the wrong era")
    pages = json.loads((pub / "presentation_text.json").read_text(encoding="utf-8"))[t["presentation_id"]]
    r.that(
        [" ".join(v.split()) for v in pages.values()] == [" ".join(s["text"].split()) for s in t["slide"]],
        f"{name}: slide texts",
    )
    listed = (pub / "captions.json").exists() and bool(json.loads((pub / "captions.json").read_text()))
    track = pub / f"caption_{t['language']}.vtt"
    r.that(track.exists() == t["captions"] == listed, f"{name}: captions")


def lists(r, name, t, pub):
    """Polls and external videos, in whole seconds."""
    polls = rows(pub / "polls.json")
    want = [(p["at_s"], p["question"], p["answers"], p["votes"]) for p in t.get("poll", [])]
    found = [
        (p["timestamp"], p["question"], [a["key"] for a in p["answers"]], [a["numVotes"] for a in p["answers"]])
        for p in polls
    ]
    r.that(found == want, f"{name}: polls")
    videos = [(v["timestamp"], v["external_video_url"]) for v in rows(pub / "external_videos.json")]
    r.that(videos == [(v["at_s"], v["url"]) for v in t.get("external_video", [])], f"{name}: external videos")


def rows(path):
    """A list in JSON, which is not written when empty."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def showings(r, name, t, pub):
    """Slides follow one another without gaps, and their files exist."""
    now, old = 0.0, t["generation"] == "0.9"
    images = [e for e in ET.parse(pub / "shapes.svg").getroot() if e.tag.endswith("image")]
    shown = sorted(
        (float(a), float(b), e)
        for e in images
        for a, b in zip(e.get("in").split(), e.get("out").split(), strict=True)
    )
    r.that(any(" " in e.get("in") for e in images) == old, f"{name}: lists of times are of before 2.0")
    for start, stop, e in shown:
        r.that(start == now, f"{name}: gap before {e.get('id')}")
        now = stop
        r.that((pub / e.get(HREF)).exists(), f"{name}: {e.get('id')} has no picture")
    r.that(abs(now * 1000 - t["duration_ms"]) < 100, f"{name}: slides end at {now}")
    r.that(len(shown) == len(t["showing"]), f"{name}: number of showings")
    modern = float(t["generation"]) >= 2.6
    r.that((pub / "tldraw.json").exists() == modern, f"{name}: drawings of the wrong era")
    kind = ".svg" if modern else ".png"
    pages = {e.get(HREF)[-4:] for e in images if t["presentation_id"] in e.get(HREF)}
    r.that(pages == {kind}, f"{name}: slides are {sorted(pages)}")


def secrets(r, name, t, pub):
    """Spoken-only words stand nowhere else; withdrawn chat and phone numbers are not in published files."""
    texts = {
        p: p.read_text(encoding="utf-8")
        for p in pub.rglob("*")
        if p.suffix in (".xml", ".json", ".txt", ".html", ".svg", ".vtt", ".md")
    }
    said = " ".join(turn["text"] for turn in t["turn"]).lower()
    r.that("formats" in t or len(t["spoken_only"]) >= 3, f"{name}: too few spoken-only words")
    for word in t["spoken_only"]:
        r.that(word.lower() in said, f"{name}: nobody says {word}")
        for path, text in texts.items():
            allowed = path.suffix == ".vtt" or path.parent.parent.name == "ai-summary"
            r.that(allowed or word.lower() not in text.lower(), f"{name}: {word} stands in {path.name}")
    chats = "".join(text for path, text in texts.items() if path.name in ("slides_new.xml", "video.xml"))
    for c in t.get("chat_absent", []):
        r.that(c["html"] not in chats, f"{name}: a message that should be gone is published")
    for p in t["people"]:
        r.that(
            not p["dial_in"] or all(p["name"] not in text for text in texts.values()),
            f"{name}: a phone number is published",
        )


PARTS = (small_files, lists, showings)
