"""Recordings with something wrong, each with an id of its own, and expect.toml with what must come of them."""

import shutil

from . import build as whole
from . import hostile, raw
from .formats import build as build_format
from .tars import entry
from .tools import write
from .truth import table

# What must come of it. `kept` is in the archive with a warning, `refused` is not and says why.
KEPT, REFUSED, NOTHING = "kept", "refused", "nothing"


def build(_, out):
    """Write broken/: folders first, then archives."""
    rows = [row for name, case in CASES.items() for row in [make(name, *case, out)]]
    done_without_folder(out / "done-without-directory")
    rows.append(
        {
            "path": "done-without-directory",
            "outcome": NOTHING,
            "rule": "notes and video are marked done, and only presentation has a folder: take that, miss nothing",
        }
    )
    m = meeting("innocent")
    place = out / "innocent"
    build_format(m, "podcast", place, 0)
    (place / "audio.ogg").unlink()  # what matters is the name, and that it is small
    write(place / "audio.ogg", "")
    innocent = [(p.name, p.read_bytes()) for p in sorted(place.iterdir())]
    shutil.rmtree(place)
    base = f"podcast/{m.script.record_id}"
    for kind, made in (
        ("tar", hostile.tars(sub(out, "tar"), [entry(f"{base}/{n}", b) for n, b in innocent], m.script.record_id)),
        ("zip", hostile.zips(sub(out, "zip"), innocent, m.script.record_id)),
    ):
        rows += [{"path": f"{kind}/{name}", "outcome": REFUSED, "rule": rule} for name, rule in made]
    head = (
        "# What is wrong with each of these and what must come of it, written by samples/make.\n"
        "# kept: in the archive, with a warning if something is left out; refused: nothing stored, an error names file and rule;\n"
        "# nothing: nothing is missed and nothing is said to have failed.\n"
    )
    write(out / "expect.toml", head + table("case", rows))


def sub(out, name):
    """A folder below `out`."""
    (out / name).mkdir(parents=True, exist_ok=True)
    return out / name


def meeting(case):
    """The broken script under an id of the case."""
    return whole.Meeting("variants/broken", external_id=f"plenary-broken-{case}", title=f"Broken: {case}")


def make(name, spoil, outcome, rule, out):
    """One published folder, whole at first, then spoilt."""
    m = meeting(name)
    home = out / name / "presentation" / m.script.record_id
    whole.presentation(m, home, 0, lambda _: None)
    for extra in ("audio/audio.webm", "cursor.xml", "panzooms.xml"):  # the less, the smaller
        (home / extra).unlink()
    for extra in ("thumbnails", "textfiles"):
        shutil.rmtree(home / "presentation" / m.script.pres_id / extra)
    spoil(home)
    return {"path": name, "record_id": m.script.record_id, "outcome": outcome, "rule": rule}


def cut(name, share):
    """Keep the first `share` of a file."""

    def spoil(home):
        body = (home / name).read_bytes()
        (home / name).write_bytes(body[: round(len(body) * share)])

    return spoil


def webm(share):
    """The only sound is a WebM that stops early."""

    def spoil(home):
        from .sound import encode

        encode(home / "audio" / "audio.ogg", home / "audio" / "audio.webm", "-c:a", "copy")
        (home / "audio" / "audio.ogg").unlink()
        cut("audio/audio.webm", share)(home)

    return spoil


def change(name, *pairs):
    """Replace texts, each of which has to be there."""

    def spoil(home):
        text = (home / name).read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, (name, old)
            text = text.replace(old, new)
        write(home / name, text)

    return spoil


def both(*spoils):
    """One after the other."""

    def spoil(home):
        for one in spoils:
            one(home)

    return spoil


def add(name, text):
    """Overwrite or add a file."""
    return lambda home: write(home / name, text)


def remove(name):
    """Take a file away."""
    return lambda home: (home / name).unlink()


def no_sound(home):
    """Take away all media."""
    shutil.rmtree(home / "audio")


SHARES = """<?xml version="1.0" encoding="UTF-8"?>
<recording id="deskshare_events">
  <event start_timestamp="{}" stop_timestamp="{}" video_width="720" video_height="405"/>
</recording>
"""
ENTITIES = (
    '<!DOCTYPE recording [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi"))
    + ']>\n<recording>\n  <state>&i;</state>'
)

# folder -> (how it is spoilt, outcome, rule)
CASES = {
    "truncated-webm": (webm(0.6), KEPT, "the only sound stops early: keep it, play what there is"),
    "webm-header-only": (webm(0.005), KEPT, "the only sound has a header and no frame: keep it, nothing plays"),
    "missing-shapes": (remove("shapes.svg"), KEPT, "no slides"),
    "shapes-cut": (cut("shapes.svg", 0.7), KEPT, "XML ends early: the slides so far, or none"),
    "empty-captions": (
        both(
            add("captions.json", '[{"localeName":"English","locale":"en"},{"localeName":"Deutsch","locale":"de"}]'),
            add("caption_en.vtt", ""),
            add("caption_de.vtt", "WEBVTT\n"),
        ),
        KEPT,
        "one caption file of no bytes, one without a cue: no captions",
    ),
    "captions-json-empty": (add("captions.json", ""), KEPT, "captions.json of no bytes: no captions"),
    "zero-length-spans": (
        both(
            lambda home: write(home / "shapes.svg", repeat_spans((home / "shapes.svg").read_text(encoding="utf-8"))),
            add("deskshare.xml", SHARES.format("1.0", "1.0")),
        ),
        KEPT,
        "a slide and a share that end when they begin: left out",
    ),
    "out-past-end": (
        both(
            lambda home: write(home / "shapes.svg", later((home / "shapes.svg").read_text(encoding="utf-8"))),
            add("deskshare.xml", SHARES.format("2.0", "86400.0")),
        ),
        KEPT,
        "times past the end of the media: clamped to it",
    ),
    "damaged-metadata": (cut("metadata.xml", 0.4), REFUSED, "metadata.xml ends early"),
    "metadata-entities": (
        change("metadata.xml", ("<recording>", ENTITIES), ("<state>published</state>", "")),
        REFUSED,
        "entities of its own (they would grow to 10^9 letters): never expanded",
    ),
    "missing-metadata": (remove("metadata.xml"), KEPT, "media without metadata.xml: the folder's name is the id"),
    "no-media": (no_sound, KEPT, "metadata without media: slides and chat"),
    "neither": (both(no_sound, remove("metadata.xml")), REFUSED, "neither metadata.xml nor media"),
    "other-id": (
        lambda home: change("metadata.xml", (f"<id>{home.name}</id>", f"<id>{'f' * 40}-1600000000000</id>"))(home),
        KEPT,
        "metadata.xml names another recording than its folder: what it says counts",
    ),
}


def repeat_spans(text):
    """The first image once more, from its end to its end."""
    import re

    line = next(x for x in text.splitlines(True) if "<image" in x)
    end = re.search(r' out="([^"]*)"', line)[1]
    empty = re.sub(r' in="[^"]*"', f' in="{end}"', line).replace('id="image1"', 'id="image9"')
    return text.replace(line, line + empty)


def later(text):
    """The last `out` far past the end."""
    import re

    last = re.findall(r' out="[^"]*"', text)[-1]
    return text.replace(last, ' out="86400.0"')


def done_without_folder(home):
    """A small tree of a server: three formats are marked done, one has a folder."""
    m = meeting("done-without-directory")
    record_id = m.script.record_id
    whole.presentation(m, home / "published" / "presentation" / record_id, 0, lambda _: None)
    raw.build(m, home / "recording" / "raw" / record_id, ("events",))
    for kind in ("presentation", "notes", "video"):
        write(home / "recording" / "status" / "published" / f"{record_id}-{kind}.done", f"Published {record_id}\n")
