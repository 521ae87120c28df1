"""Reads a meeting's script (scripts/NAME.toml) into plain objects.

The script is the ground truth: who says what in which order, and what happens on the screen meanwhile. Times
in it are anchored to turns ("heating+13" is 13 s after the turn `heating` starts), because how long a voice
takes is known only after synthesis.
"""

import tomllib
from dataclasses import dataclass, field

from .sound import SMALL_VORBIS, VORBIS
from .tools import SAMPLES, rng, sha1

# What bigbluebutton.yml says of itself: servers from 2.2 to 2.5 all write 2.1.0, a leftover.
VERSIONS = {"0.9": "0.9.0", "2.0": "2.0.0", "2.4": "2.1.0", "2.7": "2.7.3", "3.0": "3.0.4"}


@dataclass
class Person:
    """A participant; those with a voice speak, those with a portrait have a camera."""

    key: str
    name: str
    role: str
    voice: dict | None = None
    portrait: dict | None = None
    rejoins: bool = False
    dial_in: bool = False
    user_id: str = ""
    external_id: str = ""
    second_id: str = ""


@dataclass
class Turn:
    """One person's uninterrupted speech. `sentences` is filled by timeline.place()."""

    id: str
    who: str
    say: list
    gap: float | None = None
    after_pause: float | None = None
    talking_before_mark: bool = False
    long_pause: dict = field(default_factory=dict)  # sentence number (from 0) -> extra silence before it, ms
    start: int = 0
    end: int = 0
    sentences: list = field(default_factory=list)  # (start ms, end ms, text, wav) in published time


def load(name, **other):
    """Parse scripts/NAME.toml and invent the ids that follow from it; `other` takes the place of keys."""
    data = tomllib.loads((SAMPLES / "scripts" / f"{name}.toml").read_text(encoding="utf-8"))
    assert data["name"] == name.rpartition("/")[2], name
    return Script(data | other)


class Script:
    """A parsed script together with its ids."""

    def __init__(self, data):
        self.data = data
        for key in (
            "name",
            "language",
            "title",
            "description",
            "external_id",
            "generation",
            "seed",
            "clock_base",
            "deck_file",
            "bridge",
            "spoken_only",
        ):
            setattr(self, key, data[key])
        self.deck = data.get("deck")  # a module of the maker; small samples have [[page]] tables instead
        self.pages = data.get("page", [])
        self.notes = data.get("notes", "").strip()
        self.captions = data.get("captions", False)
        self.open_ended = data.get("open_ended", False)
        self.small = data.get("small", False)  # for tests: little pictures, few bits
        self.marks = data.get("marks", "alternating")  # or "none", or "doubled": the last press says true again
        self.partial_media = data.get("partial_media", False)  # recordFullDurationMedia=false, for cameras
        self.livekit = data.get("livekit", False)  # one file of sound for each person
        self.meta = data.get("meta", {})  # more meta data of the create call
        self.lead = round(data.get("lead", 0.7) * 1000)  # from the press of the button to the first word
        self.before = round(data["before"] * 1000)
        self.after = round(data["after"] * 1000)
        self.epoch = round(data["start"].timestamp() * 1000)
        self.people = [Person(**p) for p in data["people"]]
        self.turns = [Turn(**t) for t in data["turn"]]
        self.todo = data["do"]
        # internal id = SHA-1 of the external id, a hyphen, the creation time (bbb-web, MeetingService)
        self.record_id = f"{sha1(self.external_id)}-{self.epoch}"
        self.pres_id = f"{sha1(self.deck_file)}-{self.epoch + 412}"
        self._name_users()

    def since(self, version):
        """Whether the meeting was held with this version or a later one."""
        return numbers(self.generation) >= numbers(version)

    @property
    def modern(self):
        """2.6 and later: svg slides, tldraw instead of canvases, roles in the chat."""
        return self.since("2.6")

    @property
    def cameras(self):
        """People with a camera."""
        return [p for p in self.people if p.portrait]

    @property
    def camera_size(self):
        """Width and height of the published cameras."""
        return (320, 240) if self.small else (640, 480)

    @property
    def screen_size(self):
        """Width and height of the published screen share."""
        return (640, 360) if self.small else (1280, 720)

    @property
    def sound(self):
        """How published sound is encoded."""
        return SMALL_VORBIS if self.small else VORBIS

    @property
    def bbb_version(self):
        """What events.xml says, which is not always true."""
        return VERSIONS[self.generation]

    def person(self, key):
        """The participant called `key` in the script."""
        return next(p for p in self.people if p.key == key)

    def whose(self, user_id):
        """The participant with this internal id, the second after a rejoin included."""
        return next(p for p in self.people if user_id in (p.user_id, p.second_id))

    def turn(self, key):
        """The turn called `key` in the script."""
        return next(t for t in self.turns if t.id == key)

    def _name_users(self):
        """Internal ids are `w_` and 12 base-36 characters, new at every join; external ids stay."""
        r = rng(self.seed, "users")
        letters = "abcdefghijklmnopqrstuvwxyz0123456789"
        for p in self.people:
            p.user_id = ("v_" if p.dial_in else "w_") + "".join(r.choice(letters) for _ in range(12))
            p.second_id = "w_" + "".join(r.choice(letters) for _ in range(12))
            p.external_id = f"gl-{''.join(r.choice(letters) for _ in range(12))}"


def numbers(version):
    """`2.10` is later than `2.9`."""
    return tuple(int(n) for n in version.split("."))
