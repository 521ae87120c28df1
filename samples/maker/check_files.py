"""Checks of the folders without a meeting's truth: archives, and recordings with something wrong."""

import tarfile
import tomllib
import zipfile
from pathlib import PurePosixPath

from .tools import SAMPLES

HOSTILE_LIMIT = 20_000


def archives(r, name):
    """The tars and the zip hold, byte for byte, what lies in the folders they were made of."""
    home = SAMPLES / name
    truth = tomllib.loads((home / "contents.toml").read_text(encoding="utf-8"))
    first, more = (home / truth[k] for k in ("same_as_first", "second_adds"))
    want = below(first)
    for key, files in (("first", want), ("second", want | below(more))):
        with tarfile.open(home / truth[key]) as t:
            members = t.getmembers()
            found = {m.name: t.extractfile(m).read() for m in members if m.isfile()}
        r.that(found == files, f"{name}: {key} tar")
        r.that({(m.uname, m.gname, m.uid) for m in members} == {("hosting", "staff", 501)}, f"{name}: owners")
        r.that(any(m.isdir() for m in members) == (key == "first"), f"{name}: entries of folders")
    with zipfile.ZipFile(home / truth["zip"]) as z:
        r.that({n: z.read(n) for n in z.namelist()} == want, f"{name}: zip")
    print(f"{name}: {truth['record_id']} in two tars and a zip")


def below(folder):
    """FORMAT/ID/… -> bytes."""
    base = folder.parent.parent
    return {str(p.relative_to(base)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def broken(r, name):
    """Every case is there, none is forgotten, and hostile archives are small and really hostile."""
    home = SAMPLES / name
    cases = tomllib.loads((home / "expect.toml").read_text(encoding="utf-8"))["case"]
    listed = {c["path"] for c in cases}
    there = {p.name for p in home.iterdir() if p.is_dir() and p.name not in ("tar", "zip")}
    there |= {f"{kind}/{p.name}" for kind in ("tar", "zip") for p in (home / kind).iterdir()}
    r.that(listed == there, f"{name}: {sorted(listed ^ there)}")
    r.that({c["outcome"] for c in cases} <= {"kept", "refused", "nothing"}, f"{name}: outcomes")
    for path in [*(home / "tar").iterdir(), *(home / "zip").iterdir()]:
        r.that(path.stat().st_size < HOSTILE_LIMIT, f"{name}: {path.name} is too large")
    for case, is_so in TARS.items():
        with tarfile.open(home / "tar" / f"{case}.tar", errors="surrogateescape") as t:
            r.that(is_so(t.getmembers()), f"{name}: {case}.tar is harmless")
    for case, is_so in ZIPS.items():
        with zipfile.ZipFile(home / "zip" / f"{case}.zip") as z:
            r.that(is_so(z.infolist()), f"{name}: {case}.zip is harmless")
    for case in cases:
        if "record_id" in case:
            folder = home / case["path"] / "presentation" / case["record_id"]
            r.that(folder.is_dir(), f"{name}: {case['path']} has no folder")
    print(f"{name}: {len(cases)} cases")


def leaves(path):
    """Whether a path climbs above where it starts."""
    depth = 0
    for part in PurePosixPath(path.replace("\\", "/")).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return True
    return False


TARS = {
    "traversal": lambda ms: any(leaves(m.name) for m in ms),
    "traversal-inside": lambda ms: any(".." in m.name and not leaves(m.name) for m in ms),
    "absolute": lambda ms: any(m.name.startswith("/") for m in ms),
    "symlink-out": lambda ms: any(m.issym() and m.linkname.startswith("/") for m in ms),
    "symlink-parent": lambda ms: any(a.issym() and b.name.startswith(a.name + "/") for a in ms for b in ms),
    "hardlink-out": lambda ms: any(m.islnk() for m in ms),
    "device": lambda ms: any(m.ischr() for m in ms),
    "fifo": lambda ms: any(m.isfifo() for m in ms),
    "non-utf8-name": lambda ms: any("\udce9" in m.name for m in ms),
    "duplicate": lambda ms: len({m.name for m in ms}) < len(ms),
    "deep": lambda ms: any(m.name.count("/") > 300 for m in ms),
}
ZIPS = {
    "slip": lambda ms: any(leaves(m.filename) for m in ms),
    "backslash": lambda ms: any("\\" in m.filename for m in ms),
    "absolute": lambda ms: any(m.filename.startswith("/") for m in ms),
    "symlink": lambda ms: any(m.external_attr >> 28 == 0o12 for m in ms),
    "bomb": lambda ms: any(m.file_size > 500 * m.compress_size > 0 for m in ms),
    "lying-size": lambda ms: any(m.file_size == 20 < m.compress_size for m in ms),
}
FOLDERS = {"variants/tar": archives, "variants/broken": broken}
