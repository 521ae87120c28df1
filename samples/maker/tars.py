"""Recordings as one file: what Scalelite's sender puts into a spool, and the same as a zip for an upload.

The sender runs once for every format, so the same name comes again with one format more. Owners in the
headers are those of another machine.
"""

import io
import tarfile
import tomllib
import zipfile

from .tools import write
from .truth import value

# The recording of this folder, and the folder that has one format more of it.
FIRST, MORE = "audio-only", "podcast"
OWNER = dict(uid=501, gid=20, uname="hosting", gname="staff")


def entry(name, body=None, mtime=1_700_000_000, **fields):
    """(header, body) of a tar; no body means a folder, unless `type` says otherwise."""
    info = tarfile.TarInfo(name)
    info.type = tarfile.REGTYPE if body is not None else tarfile.DIRTYPE
    info.mode, info.mtime = (0o644 if body is not None else 0o755), mtime
    info.size = len(body or b"")
    for key, v in (OWNER | fields).items():
        setattr(info, key, v)
    return info, body or b""


def tar(out, entries):
    """Write entries as they are, whatever they say; `out` is a file that is open for writing."""
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT, encoding="utf-8", errors="surrogateescape") as t:
        for info, body in entries:
            t.addfile(info, io.BytesIO(body))


def zipped(path, entries, method=zipfile.ZIP_DEFLATED):
    """Write (name, body, Unix mode) with one date for all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as out:
        for name, body, mode in entries:
            info = zipfile.ZipInfo(name, (2023, 11, 14, 22, 13, 20))
            info.create_system, info.external_attr, info.compress_type = 3, mode << 16, method
            out.writestr(info, body)


def files(home, folders):
    """(path in the archive, file) of everything below the published formats of `folders`."""
    rows = []
    for folder, kind in folders:
        base = home / folder
        rows += sorted((str(p.relative_to(base)), p) for p in (base / kind).rglob("*"))
    return rows


def build(home, out):
    """Write tar/: two tars of one spool, a zip, and what is in them."""
    truth = tomllib.loads((home / FIRST / "script.toml").read_text(encoding="utf-8"))
    one = files(home, [(FIRST, "presentation")])
    two = files(home, [(FIRST, "presentation"), (MORE, "podcast")])
    record_id = truth["record_id"]
    mtime = truth_seconds(record_id)

    def entries(rows, folders):
        return [
            entry(name, None if p.is_dir() else p.read_bytes(), mtime) for name, p in rows if folders or p.is_file()
        ]

    top = [entry("presentation", mtime=mtime)]
    out.mkdir(parents=True)
    with (out / f"{record_id}.tar").open("wb") as file:
        tar(file, top + entries(one, folders=True))
    # GNU tar writes folders, the sender's library may not: the second has none
    with (out / f"{record_id}.second.tar").open("wb") as file:
        tar(file, entries(two, folders=False))
    zipped(out / f"{record_id}.zip", [(n, p.read_bytes(), 0o100644) for n, p in one if p.is_file()])
    rows = {
        "record_id": record_id,
        "first": f"{record_id}.tar",
        "second": f"{record_id}.second.tar",
        "zip": f"{record_id}.zip",
        "same_as_first": f"../{FIRST}/presentation/{record_id}",
        "second_adds": f"../{MORE}/podcast/{record_id}",
    }
    head = "# What is in these files, written by samples/make. A spool has both tars under the name of the first.\n"
    write(out / "contents.toml", head + "".join(f"{k} = {value(v)}\n" for k, v in rows.items()))


def truth_seconds(record_id):
    """The second in which the recording was made, from its id."""
    return int(record_id.rpartition("-")[2]) // 1000
