"""Taking recordings in, against `cp -r` and `sha256sum` of the same tree; and looking at known ones again."""

import json
import os
import random
import shutil
import subprocess
import time

import measure

PROGRAM = measure.RELEASE / "examples/take-in"
PATHS = ["archive", "ingest"]
RECORDINGS = 200
BYTES = 1_000_000_000
KNOWN = 10_000
PAGES = 12
LARGE_BYTES = 2_000_000_000
RUNS = []


def record_id(number):
    return f"{number:040x}-{1_600_000_000_000 + number * 60_000}"


def template():
    """The sample's files of text, whose ID is replaced; they are parsed as in a real hand-over."""
    sample = measure.ROOT / "samples/assembly-en"
    (folder,) = (sample / "presentation").iterdir()
    names = ["metadata.xml", "shapes.svg", "slides_new.xml", "deskshare.xml", "presentation_text.json", "captions.json",
             "panzooms.xml", "cursor.xml", "polls.json"]
    texts = {name: (folder / name).read_text() for name in names if (folder / name).exists()}
    return folder.name, texts, (sample / "raw" / folder.name / "events.xml").read_text()


def write(root, number, texts, sample_id, events, film_bytes, pictures, chance):
    """One recording: its texts, a film, pages with thumbnails and their text, and its log beside it."""
    own = record_id(number)
    folder = root / "presentation" / own
    files = {name: text.replace(sample_id, own).encode() for name, text in texts.items()}
    files["video/webcams.webm"] = chance.randbytes(film_bytes)
    files["deskshare/deskshare.webm"] = chance.randbytes(film_bytes // 10)
    for page in range(1, pictures + 1):
        files[f"presentation/P/slide-{page}.png"] = chance.randbytes(25_000)
        files[f"presentation/P/thumbnails/thumb-{page}.png"] = chance.randbytes(4_000)
        files[f"presentation/P/textfiles/slide-{page}.txt"] = f"Page {page} of {number}".encode()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    raw = root / "raw" / own
    raw.mkdir(parents=True)
    (raw / "events.xml").write_text(events.replace(sample_id, own))
    return sum(map(len, files.values())) + len(events)


def tree():
    """1 GB in 200 recordings of different lengths."""
    root = measure.WORK / "ingest/tree"
    if root.exists():
        return root
    measure.note("writing 1 GB in 200 recordings")
    sample_id, texts, events = template()
    chance = random.Random(1)
    unfinished = root.with_name("tree.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    left = BYTES
    for number in range(RECORDINGS):
        film = int(left / (RECORDINGS - number) * chance.uniform(0.4, 1.2)) if number < RECORDINGS - 1 else left
        left -= write(unfinished, number, texts, sample_id, events, max(10_000, int(film * 0.82)), PAGES, chance)
    unfinished.rename(root)
    return root


def known():
    """10,000 recordings of as many files, which are small: none is read."""
    root = measure.WORK / "ingest/known"
    if root.exists():
        return root
    measure.note("writing 10,000 small recordings")
    sample_id, texts, events = template()
    small = {name: text for name, text in texts.items() if name == "metadata.xml"}
    small |= {name: "" for name in texts if name != "metadata.xml"}
    chance = random.Random(2)
    unfinished = root.with_name("known.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    for number in range(KNOWN):
        own = record_id(number)
        folder = unfinished / "presentation" / own
        for name in ["video", "deskshare", "presentation/P/thumbnails", "presentation/P/textfiles"]:
            (folder / name).mkdir(parents=True)
        for name, text in small.items():
            (folder / name).write_text(text.replace(sample_id, own))
        for name in ["video/webcams.webm", "deskshare/deskshare.webm"]:
            (folder / name).write_bytes(chance.randbytes(10))
        for page in range(1, PAGES + 1):
            for name in ["slide-{}.png", "thumbnails/thumb-{}.png", "textfiles/slide-{}.txt"]:
                (folder / "presentation/P" / name.format(page)).touch()
        (unfinished / "raw" / own).mkdir(parents=True)
        (unfinished / "raw" / own / "events.xml").touch()
    unfinished.rename(root)
    return root


def large():
    """One recording with a film of 2 GB."""
    root = measure.WORK / "ingest/large"
    if not root.exists():
        sample_id, texts, events = template()
        unfinished = root.with_name("large.part")
        shutil.rmtree(unfinished, ignore_errors=True)
        write(unfinished, 1, texts, sample_id, events, 10, PAGES, random.Random(3))
        film = unfinished / "presentation" / record_id(1) / "video/webcams.webm"
        piece = random.Random(4).randbytes(1_000_000)
        with film.open("wb") as file:
            for _ in range(LARGE_BYTES // len(piece)):
                file.write(piece)
        unfinished.rename(root)
    return root


def fresh(name):
    """A place for what a run writes, that was never there; nothing of earlier runs waits to be written to disk.

    What they wrote is removed at the end: ext4 makes a file slowly for half a minute after others were removed, as it
    passes over each of their inodes.
    """
    target = measure.WORK / f"ingest/runs/{len(RUNS)}-{name}"
    RUNS.append(target)
    target.parent.mkdir(exist_ok=True)
    os.sync()
    return target


def program(*arguments):
    """Runs ours; the peak is what it says itself, since the system's begins with that of this script."""
    cost, said = measure.run([PROGRAM, *arguments])
    said = json.loads(said)
    cost.peak_mb = said["peak_kib"] / 1024
    return cost, said


def ours(source, name="library"):
    return program(source, fresh(name))


def peer(source, end=""):
    target = fresh("copy")
    script = f'cp -r "$0" "$1" && find "$0" -type f -print0 | xargs -0 sha256sum > "$1.sums"{end}'
    return measure.run(["sh", "-c", script, source, target])


def count(root):
    files = [it for it in root.rglob("*") if it.is_file()]
    return len(files), sum(it.stat().st_size for it in files)


def bench(rounds):
    runs = measure.WORK / "ingest/runs"
    if runs.exists():
        shutil.rmtree(runs)
        os.sync()
        time.sleep(40)
    try:
        measured(rounds)
    finally:
        shutil.rmtree(runs, ignore_errors=True)


def measured(rounds):
    told = measure.circumstances(PATHS)
    source = tree()
    files, size = count(source)
    contenders = {
        "ours": lambda: ours(source),
        "cp and sha256sum": lambda: peer(source),
        "cp, sha256sum and sync": lambda: peer(source, ' && sync -f "$1"'),
    }
    # Once for the page cache: both read it from memory then.
    subprocess.run(["cat", *[it for it in source.rglob("*") if it.is_file()]], stdout=subprocess.DEVNULL, check=True)
    costs, _ = measure.interleaved(rounds, contenders)
    again_in = next(it for it in RUNS if it.name.endswith("library"))
    again = [program(source, again_in)[0] for _ in range(rounds)]
    large()
    known()
    film, _ = measure.interleaved(1, {"large": lambda: ours(large(), "large-library")})
    looks, said = measure.interleaved(rounds, {"known": lambda: program(known())})

    print("## Ingest\n")
    measure.about(told)
    print(f"{size / 1e6:,.0f} MB in {RECORDINGS} recordings and {files:,} files.\n")
    rows = []
    for name, of in costs.items():
        ratios = [measure.shown(measure.paired(costs, "ours", name, key), 2) for key in ("wall_s", "cpu_s")]
        rate = size / 1e6 / measure.summary(of)["wall_s"]["median"]
        it = measure.summary(of)
        rows.append([name, measure.shown(it["wall_s"]), measure.shown(it["cpu_s"]), f"{rate:,.0f}",
                     *(["", "", f"{it['peak_mb']['max']:.0f}"] if name == "ours" else [f"**{ratios[0]}**", ratios[1], ""])])
    it = measure.summary(again)
    rows.append(["ours, all of it known", measure.shown(it["wall_s"]), measure.shown(it["cpu_s"]),
                 f"{size / 1e6 / it['wall_s']['median']:,.0f}", "", "", f"{it['peak_mb']['max']:.0f}"])
    it = measure.summary(film["large"])
    rows.append([f"ours, one film of {LARGE_BYTES / 1e9:.0f} GB", measure.shown(it["wall_s"]), measure.shown(it["cpu_s"]),
                 f"{LARGE_BYTES / 1e6 / it['wall_s']['median']:,.0f}", "", "", f"{it['peak_mb']['max']:.0f}"])
    measure.table(["who", "wall s", "CPU s", "MB/s", "wall ratio ours/this", "CPU ratio", "peak MB"], rows)
    it = measure.summary(looks["known"])
    print(f"Finding and fingerprinting {KNOWN:,} known recordings: "
          f"{measure.shown(it['wall_s'])} s wall, {measure.shown(it['cpu_s'])} s CPU, {it['peak_mb']['max']:.0f} MB.\n")
    measure.keep("ingest", {
        "circumstances": told,
        "files": files,
        "bytes": size,
        "runs": {name: measure.raw(of) for name, of in costs.items()},
        "again": measure.raw(again),
        "large": measure.raw(film["large"]),
        "known": measure.raw(looks["known"]),
    })
