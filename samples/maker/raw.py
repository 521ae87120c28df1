"""recording/raw/ID: what a server keeps before anything is published, or as much of it as a sample shows."""

from . import cameras, deskshare, events, pdf, slides, sound, timeline, truth, voices, webm
from .tools import WORK, write

PARTS = ("events", "audio", "video", "deskshare", "presentation", "notes")


def build(m, home, parts):
    """Write the named parts."""
    for part in parts:
        PART[part](m, home)


def write_events(m, home):
    """events.xml."""
    events.save(m.script, m.log, home / "events.xml")


def files(m, *kinds):
    """(path, owner, raw start, raw stop) of the captured files of these kinds, from the events."""
    return [
        (row["path"], row["who"], row["start_raw_ms"], row["stop_raw_ms"])
        for row in truth.raw_files(m.script, m.log)
        if row["kind"] in kinds
    ]


def audio(m, home):
    """The room mix, or each person's track: what was said from the start of the capture to its end."""
    for i, (path, who, start, stop) in enumerate(files(m, "audio", "microphone")):
        s = m.script
        said = timeline.said_by(s, who) if who else timeline.everything_said(s)
        # what is said just after a pause lies in the second span
        placed = [(m.clock.raw(at + 1) - 1 - start, wav) for at, wav in said]
        mix = WORK / "raw" / f"{s.name}-{i}.wav"
        mix.parent.mkdir(parents=True, exist_ok=True)
        voices.mix([(at, wav) for at, wav in placed if 0 <= at < stop - start], stop - start, mix, s.seed + i)
        sound.captured(mix, home / path)


def video(m, home):
    """One file for each time a camera was on."""
    s, codec = m.script, "libvpx"  # browsers send VP8, whatever is published
    for person, start, stop, name in cameras.captured(s, m.log):
        length = stop - start
        said = [(m.clock.raw(at + 1) - 1 - start, wav) for at, wav in timeline.said_by(s, person.key)]
        said = [(at, wav) for at, wav in said if 0 <= at < length]
        face = cameras.Face(person, voices.loudness(said, length, cameras.FPS), s.seed)
        coder = webm.encoder(s.camera_size, cameras.FPS, home / "video" / s.record_id / name, codec=codec)
        webm.film(coder, cameras.tiles({person.key: face}, [(person.key, 0, length + 1000)], length, s.camera_size))


def screen(m, home):
    """One file for each share of a screen."""
    for path, _, start, stop in files(m, "screen"):
        deskshare.build([(0, stop - start)], stop - start, home / path, m.script.screen_size, "libvpx")


def presentation(m, home):
    """The upload as PDF, and every page as the conversion leaves it; numbers count from 1."""
    s = m.script
    folder = home / "presentation" / s.pres_id
    pages = [[w for w in b.words if w.strip()] for b in m.boards]
    pdf.write(folder / f"{s.pres_id}.pdf", pages)
    for n, board in enumerate(m.boards, 1):
        slides.convert(board.svg(), folder / "svgs" / f"slide{n}.svg", "-f", "svg")
        slides.convert(board.svg(), folder / "pngs" / f"slide-{n}.png", "-w", "800")
        slides.convert(board.svg(), folder / "thumbnails" / f"thumb-{n}.png", "-w", "150")
        write(folder / "textfiles" / f"slide-{n}.txt", slides.words(board))


def notes(m, home):
    """The shared notes in the forms a server is set up to export."""
    from .formats import plain

    text = plain(m.script.notes)
    write(home / "notes" / "notes.txt", text)
    write(home / "notes" / "notes.html", f"<!doctype html>\n<html><body>\n{m.script.notes}\n</body></html>\n")
    pdf.write(home / "notes" / "notes.pdf", [text.splitlines()])


PART = {
    "events": write_events,
    "audio": audio,
    "video": video,
    "deskshare": screen,
    "presentation": presentation,
    "notes": notes,
}
