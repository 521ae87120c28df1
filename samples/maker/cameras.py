"""video/webcams.webm: all cameras as tiles on white, 640x480 at 15 fps, with the room's sound.

The layout follows the recording scripts (bigbluebutton: record-and-playback/core/lib/recordandplayback/
edl/video.rb): tiles of 4:3, as large as fit, recomputed whenever a camera comes or goes.
"""

from . import portraits, timeline, voices, webm
from .svgkit import picture
from .tools import rng

FPS = 15


def tile_size(n, size):
    """Two tiles side by side are half as wide and high; one fills the picture."""
    return size if n == 1 else (size[0] // 2, size[1] // 2)


class Face:
    """Frames of one person, drawn when first needed."""

    def __init__(self, person, levels, seed):
        self.look, self.levels, self.cache = person.portrait, levels, {}
        r = rng(seed, "face " + person.key)
        self.blinks, t = set(), 20
        while t < len(levels):
            self.blinks.update((t, t + 1))
            t += r.randrange(35, 95)
        self.sway, x, y = [], 0, 0
        for f in range(len(levels)):
            if f % 15 == 0 and r.random() < 0.45:
                x = max(-5, min(5, x + r.choice((-1, 1))))
            if f % 15 == 7 and r.random() < 0.3:
                y = max(-2, min(2, y + r.choice((-1, 1))))
            self.sway.append((x, y))

    def state(self, f):
        """(mouth, blink, dx, dy); the mouth moves every second frame at most."""
        level = self.levels[f - f % 2]
        mouth = 0 if level < 0.06 else 1 if level < 0.30 else 2
        return (mouth, f in self.blinks, *self.sway[f])

    def rows(self, f, size):
        """The tile for frame `f` as a list of RGB rows."""
        key = (*self.state(f), size)
        if key not in self.cache:
            raw = picture(portraits.draw(self.look, *key[:4]), size)
            n = size[0] * 3
            self.cache[key] = [raw[i * n : (i + 1) * n] for i in range(size[1])]
        return self.cache[key]


def captured(script, events):
    """From the events: [(person, raw start, raw stop, file name)] of every camera file."""
    stops = {e.fields["filename"]: e.at for e in events if e.name == "StopWebRTCShareEvent"}
    return [
        (next(p for p in script.cameras if p.user_id in f), e.at, stops[f], f.rpartition("/")[2])
        for e in events
        if e.name == "StartWebRTCShareEvent"
        for f in (e.fields["filename"],)
    ]


def build(script, events, clock, total_ms, mix, out):
    """Draw and encode what is published: all cameras, with the room's sound."""
    size = script.camera_size
    on = [(p.key, clock.published(a), clock.published(b)) for p, a, b, _ in captured(script, events)]
    faces = {
        p.key: Face(p, voices.loudness(timeline.said_by(script, p.key), total_ms, FPS), script.seed)
        for p in script.cameras
    }
    codec = "libvpx-vp9" if script.since("2.2") else "libvpx"
    coder = webm.encoder(size, FPS, out, sound=mix, codec=codec, voice=script.sound)
    webm.film(coder, tiles(faces, on, total_ms, size))


def tiles(faces, on, total_ms, size):
    """Every frame as RGB bytes."""
    w, h = size
    blank = b"\xff" * (w * 3)
    keys = list(faces)
    for f in range(total_ms * FPS // 1000):
        live = {k for k, a, b in on if a * FPS // 1000 <= f < b * FPS / 1000}
        here = [k for k in keys if k in live]
        if not here:
            yield blank * h
            continue
        tile = tile_size(len(here), size)
        rows = [b"".join(parts) for parts in zip(*(faces[k].rows(f, tile) for k in here))]
        top = (h - tile[1]) // 2
        yield blank * top + b"".join(rows) + blank * (h - tile[1] - top)
