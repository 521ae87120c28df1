"""captions.json and an uploaded caption track: at most two lines of 42 letters a cue."""

import json
import textwrap

from .tools import write

NAMES = {"de": "Deutsch", "en": "English", "es": "Español"}


def stamp(ms):
    """WebVTT time."""
    return f"{ms // 3600000:02d}:{ms // 60000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def split(text):
    """A sentence in as few cues as it takes, of about equal length, so that no single word is left over."""
    text = text.replace("Frau ", "Frau\u00a0")  # no line break between a title and its name
    count = -(-len(textwrap.wrap(text, 42)) // 2)
    while True:
        parts = textwrap.wrap(text, -(-len(text) // count) + 6)
        lines = [textwrap.wrap(p, 42) for p in parts]
        if len(parts) <= count and all(len(x) <= 2 for x in lines):
            return ["\n".join(x).replace("\u00a0", " ") for x in lines]
        count += 1


def cues(script):
    """[(start, stop, text)]; long sentences are cut where lines end, time shared out by letters."""
    rows = []
    for turn in script.turns:
        for start, stop, text, _ in turn.sentences:
            parts = split(text)
            at, total = start, sum(map(len, parts))
            for part in parts:
                end = at + (stop - start) * len(part) // total
                rows.append((at, end, part))
                at = end
    return sorted(rows)


def build(script, home):
    """`[]` when there is no track."""
    if not script.captions:
        write(home / "captions.json", "[]")
        return
    locale = script.language
    write(home / "captions.json", json.dumps([{"localeName": NAMES[locale], "locale": locale}], ensure_ascii=False))
    body = "".join(f"\n{stamp(a)} --> {stamp(b)}\n{text}\n" for a, b, text in cues(script))
    write(home / f"caption_{locale}.vtt", "WEBVTT\n" + body)
