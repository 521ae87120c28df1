"""samples/make --check: do the committed files agree with their script.toml?

Reads only what a consumer would read (events.xml, published files, media), not the builder's own objects.
"""

import tomllib

from . import check_events, check_files, check_media, check_published
from .tools import SAMPLES, sha1

LIMIT = 20_000_000
SMALL = 3_000_000  # of all variants together


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
        if name in check_files.FOLDERS:
            check_files.FOLDERS[name](report, name)
        elif (SAMPLES / name / "script.toml").exists():
            meeting(report, name, tomllib.loads((SAMPLES / name / "script.toml").read_text(encoding="utf-8")))
        else:
            report.that(False, f"{name}: not built")
    for names, limit in ((names, LIMIT), ([n for n in names if n.startswith("variants/")], SMALL)):
        size = sum(p.stat().st_size for n in names for p in (SAMPLES / n).rglob("*") if p.is_file())
        report.that(size <= limit, f"{size} bytes in all, more than {limit}")
    print(f"{len(report.bad)} failures")
    return min(1, len(report.bad))


def meeting(report, name, truth):
    """One sample with a script.toml: everything that its head says is there, and nothing else."""
    home, record_id = SAMPLES / name, truth["record_id"]
    kinds, parts = truth.get("formats", ["presentation"]), truth.get("raw", ["events"])
    report.that(record_id.startswith(sha1(truth["external_id"]) + "-"), f"{name}: the record id is no hash of its own")
    want = {*kinds, "script.toml"} | ({"raw"} if parts else set())
    report.that({p.name for p in home.iterdir()} == want, f"{name}: folders")
    for kind in kinds:
        pub = home / kind / record_id
        check_published.identity(report, name, truth, pub, kind)
        check_published.secrets(report, name, truth, pub)
        if kind == "presentation":
            for part in (*check_published.PARTS, *check_media.PARTS):
                part(report, name, truth, pub)
        else:
            check_media.format_files(report, name, truth, pub, kind)
    if "events" in parts:
        for part in check_events.PARTS:
            part(report, name, truth, home / "raw" / record_id)
        check_media.captured(report, name, truth, home / "raw" / record_id, parts)
    shown = ", ".join([*kinds, *(f"raw {p}" for p in parts)])
    talk = f"{len(truth['turn'])} turns, {len(truth['talk_event'])} talk events"
    print(f"{name}: {truth['duration_ms'] / 1000:.1f} s, {talk}; {shown}")
