"""Tars and zips that must not be let in, each under 20 kB and each beside one innocent format.

Where Python's own tarfile would refuse or tidy up, headers are changed as bytes.
"""

import io
import struct
import tarfile
import zipfile

from .tars import entry, tar, zipped

LINK, HARD, CHAR, FIFO = tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE
TEXT = b"this must not be written anywhere\n"


def tars(folder, innocent, record_id):
    """Write all; return [(file, outcome, rule)]. `innocent` are the entries of a good format."""
    base = f"podcast/{record_id}"
    away = f"{base}/../../../../../../tmp/plenary-was-here"
    device = dict(devmajor=1, devminor=3)
    rows = {
        "traversal": ("path leaves the archive", [entry(away, TEXT)]),
        "traversal-inside": ("path holds ..", [entry(f"{base}/sub/../../../other/x.txt", TEXT)]),
        "absolute": ("absolute path", [entry("/tmp/plenary-was-here", TEXT)]),
        "symlink-out": ("symbolic link", [entry(f"{base}/notes.html", type=LINK, linkname="/etc/hostname")]),
        "symlink-parent": (
            "symbolic link",
            [entry(f"{base}/out", type=LINK, linkname="../../../../tmp"), entry(f"{base}/out/plenary-was-here", TEXT)],
        ),
        "hardlink-out": ("hard link", [entry(f"{base}/copy", type=HARD, linkname="../../etc/hostname")]),
        "device": ("device node", [entry(f"{base}/null", type=CHAR, **device)]),
        "fifo": ("named pipe", [entry(f"{base}/pipe", type=FIFO)]),
        "non-utf8-name": ("name is not UTF-8", [entry(f"{base}/caf\udce9.txt", TEXT)]),
        "duplicate": (
            "the same path twice",
            [entry(f"{base}/twice.txt", b"first\n"), entry(f"{base}/twice.txt", b"second\n")],
        ),
        "deep": ("path is too deep", [entry(base + "/d" * 400 + "/x.txt", TEXT)]),
    }
    done = []
    for name, (rule, entries) in rows.items():
        (folder / f"{name}.tar").write_bytes(whole(innocent + entries))
        done.append((f"{name}.tar", rule))
    good = whole(innocent)
    (folder / "empty.tar").write_bytes(b"")
    (folder / "no-entries.tar").write_bytes(b"\0" * 1024)
    (folder / "truncated.tar").write_bytes(good[: len(good) // 3])
    (folder / "not-a-tar.tar").write_bytes(b"<html><title>502 Bad Gateway</title></html>\n" * 30)
    (folder / "huge-size.tar").write_bytes(huge(base) + good)
    (folder / "bad-checksum.tar").write_bytes(good[:148] + b"0000000\0" + good[156:])
    return done + [
        ("empty.tar", "empty file"),
        ("no-entries.tar", "no entries"),
        ("truncated.tar", "ends in the middle of a file"),
        ("not-a-tar.tar", "no tar"),
        ("huge-size.tar", "says to be larger than any limit and than the file"),
        ("bad-checksum.tar", "header checksum"),
    ]


def whole(entries):
    """A tar as bytes, with the two empty blocks at its end and no filling after them."""
    out = io.BytesIO()
    tar(out, entries)
    body = out.getvalue().rstrip(b"\0")
    return body + b"\0" * (-len(body) % 512 + 1024)


def huge(base):
    """The header of a file of eight exabytes less one, in GNU's binary form."""
    info, _ = entry(f"{base}/huge.bin", b"")
    info.size = 2**63 - 1
    return info.tobuf(tarfile.GNU_FORMAT)


def zips(folder, innocent, record_id):
    """Write all; return [(file, rule)]."""
    base = f"podcast/{record_id}"
    good = [(f"{base}/{n}", body, 0o100644) for n, body in innocent]
    rows = {
        "slip": ("path leaves the archive", [(f"{base}/../../../../tmp/plenary-was-here", TEXT, 0o100644)]),
        "backslash": ("backslash in a name", [(f"{base}\\..\\..\\..\\plenary-was-here", TEXT, 0o100644)]),
        "absolute": ("absolute path", [("/tmp/plenary-was-here", TEXT, 0o100644)]),
        "symlink": ("symbolic link", [(f"{base}/notes.html", b"/etc/hostname", 0o120777)]),
        "bomb": ("too much for its size", [(f"{base}/zeros.bin", b"\0" * 12_000_000, 0o100644)]),
    }
    done = []
    for name, (rule, entries) in rows.items():
        zipped(folder / f"{name}.zip", good + entries)
        done.append((f"{name}.zip", rule))
    path = folder / "lying-size.zip"
    zipped(path, good + [(f"{base}/liar.bin", b"\0" * 2_000_000, 0o100644)])
    path.write_bytes(path.read_bytes().replace(struct.pack("<L", 2_000_000), struct.pack("<L", 20)))
    path = folder / "truncated.zip"
    zipped(path, good, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes()[:-40])
    return done + [
        ("lying-size.zip", "more bytes than the directory says"),
        ("truncated.zip", "the directory at the end is cut"),
    ]
