"""The small samples for tests below samples/variants: which folder shows what of which recording.

Several folders may show one recording: its formats are published apart and have to meet again.
"""

import shutil

from . import broken, build, tars
from .raw import PARTS
from .tools import SAMPLES

HOME = SAMPLES / "variants"

# folder -> (script, published formats, parts of the raw archive)
MEETINGS = {
    "v09": ("v09", ("presentation",), ("events",)),
    "v20": ("v20", ("presentation",), ("events", "audio")),
    "v24": ("v24", ("presentation",), ("events",)),
    "v27": ("v27", ("presentation",), ("events", "audio")),
    "v30": ("v30", ("presentation",), ("events", "audio")),
    "raw-only": ("v27", (), PARTS),
    "audio-only": ("audio-only", ("presentation",), ("events",)),
    "screen-only": ("screen-only", ("presentation",), ("events",)),
    "notes-only": ("notes-only", ("notes",), ()),
    "podcast": ("audio-only", ("podcast",), ()),
    "video": ("v24", ("video",), ()),
    "screenshare": ("screen-only", ("screenshare",), ()),
    "ai-summary": ("v30", ("ai-summary",), ()),
}

# folder -> what builds it, from the folders above
OTHERS = {"tar": tars.build, "broken": broken.build}

NAMES = (*MEETINGS, *OTHERS)


def build_one(name):
    """Build samples/variants/NAME afresh."""
    if name in MEETINGS:
        build.variant(name, *MEETINGS[name])
        return
    print(f"variants/{name}")
    shutil.rmtree(HOME / name, ignore_errors=True)
    OTHERS[name](HOME, HOME / name)
