"""The other published formats: podcast, notes, video, screenshare, ai-summary."""

import html
import json
import re

from . import captions, chat, deskshare, pdf, published, shapes, sound, webm
from .svgkit import picture
from .tools import write

PAGE = '<!doctype html>\n<html lang="{}">\n<head><meta charset="utf-8"><title>{}</title></head>\n<body>\n{}\n</body>\n</html>\n'


def build(m, kind, home, raw_size):
    """Write the format's folder, metadata.xml last."""
    from .build import describe

    home.mkdir(parents=True)
    KINDS[kind](m, home)
    describe(m, kind, home, raw_size)


def podcast(m, home):
    """The sound alone."""
    sound.encode(m.mix, home / "audio.ogg", *m.script.sound)


def plain(markup):
    """Words of a little HTML, a line for each block."""
    lines = re.sub(r"</(p|li)>", "\n", markup)
    return "\n".join(x.strip() for x in html.unescape(re.sub(r"<[^>]*>", "", lines)).splitlines() if x.strip()) + "\n"


def notes(m, home):
    """The shared notes as the site exports them."""
    pdf.write(home / "notes.pdf", [plain(m.script.notes).splitlines()])


def screenshare(m, home):
    """The shared screen with the room's sound, Opus this time, and a page around it."""
    s, out = m.script, home / "screenshare-0.webm"
    silent = home / "silent.webm"
    spans = published.share_spans(m.log, m.published)
    deskshare.build(spans, m.published.length, silent, s.screen_size)
    voice = ("-c:a", "libopus", "-b:a", "24k", "-ac", "1")
    sound.encode(silent, out, "-i", m.mix, "-c:v", "copy", *voice)
    silent.unlink()
    page(m, home, "screenshare-0.webm")
    captions.build(s, home)


def video(m, home):
    """One film of slides and sound: H.264 and AAC, with the chat beside it and not in the picture."""
    s, size, fps = m.script, m.script.screen_size, 24
    silent = home / "silent.webm"
    pictures = {n: picture(b.svg(), size) for n, b in enumerate(m.boards, 1)}
    rows = shapes.showings(m.log, m.published)
    white = b"\xff" * (size[0] * size[1] * 3)

    def frames():
        for f in range(m.published.length * fps // 1000):
            now = f * 1000 / fps
            yield pictures.get(next((p for a, b, p in rows if a <= now < b), None), white)

    webm.film(webm.encoder(size, fps, silent), frames())
    film = ("-c:v", "libx264", "-preset", "medium", "-crf", "34", "-threads", "1", "-g", "240", "-pix_fmt", "yuv420p")
    voice = ("-c:a", "aac", "-b:a", "32k", "-ar", "48000", "-ac", "1")
    exact = ("-flags:v", "+bitexact", "-f", "mp4", "-movflags", "+faststart")
    sound.encode(silent, home / "video-0.m4v", "-i", m.mix, *film, *voice, *exact)
    silent.unlink()
    write(home / "video.xml", chat.xml(chat.published(s, m.log, m.published)))
    page(m, home, "video-0.m4v")
    captions.build(s, home)




def page(m, home, film):
    """index.html and what it needs."""
    body = f'<video controls src="{film}"></video>\n<script src="js/player.js"></script>'
    write(home / "index.html", PAGE.format(m.script.language, html.escape(m.script.title), body))
    write(home / "css" / "player.css", "video { width: 100%; }\n")
    write(home / "js" / "player.js", "document.body.classList.add('ready');\n")


def ai_summary(m, home):
    """What a language model made of the transcript: not what was said, and marked as such by its format."""
    s = m.script
    cues = [(a, b, s.person(t.who).name, text) for t in s.turns for a, b, text, _ in t.sentences]
    cues.sort()
    lines = [f"{who}: {text}" for _, _, who, text in cues]
    summary = f"The meeting “{s.title}” had {len(s.turns)} contributions by {len({t.who for t in s.turns})} people."
    todo = [{"task": t.say[-1], "owner": s.person(t.who).name, "due": None} for t in s.turns[-1:]]
    write(home / "transcript.txt", "\n".join(text for _, _, _, text in cues) + "\n")
    write(
        home / "transcript_diarized.vtt",
        "WEBVTT\n"
        + "".join(
            f"\n{captions.stamp(a)} --> {captions.stamp(b)}\n<v {html.escape(who)}>{html.escape(text, quote=False)}\n"
            for a, b, who, text in cues
        ),
    )
    write(home / "summary.txt", summary + "\n")
    write(home / "action_items.json", json.dumps(todo, ensure_ascii=False, indent=1))
    write(home / "ai-summary.md", f"# {s.title}\n\n{summary}\n\n" + "".join(f"- {x}\n" for x in lines))
    body = f"<h1>{html.escape(s.title)}</h1>\n<p>{html.escape(summary)}</p>"
    write(home / "ai-summary.html", PAGE.format(s.language, html.escape(s.title), body))
    pdf.write(home / "ai-summary.pdf", [[s.title, "", summary]])


KINDS = {
    "podcast": podcast,
    "notes": notes,
    "screenshare": screenshare,
    "video": video,
    "ai-summary": ai_summary,
}
