"""Sound as BigBlueButton writes it, from a mixed wav: Vorbis when published, Opus or wav when captured."""

from .tools import run

EXACT = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")


def encode(source, out, *options):
    """One file through ffmpeg."""
    out.parent.mkdir(parents=True, exist_ok=True)
    run("ffmpeg", "-y", "-v", "error", "-i", source, *options, *EXACT, out)


# Stereo at 48 kHz with q 2 in every version of the scripts; small samples are content with less.
VORBIS = ("-c:a", "libvorbis", "-q:a", "2", "-ar", "48000", "-ac", "2")
SMALL_VORBIS = ("-c:a", "libvorbis", "-q:a", "0", "-ar", "24000", "-ac", "1")


def published(mix, folder, options):
    """Without any camera: audio/ instead of video/, one Vorbis stream in two containers."""
    encode(mix, folder / "audio.ogg", *options)
    encode(folder / "audio.ogg", folder / "audio.webm", "-c:a", "copy")


def captured(mix, out):
    """What FreeSWITCH or LiveKit leaves, small: wav up to 2.0, Opus in Ogg, Opus in WebM for one track."""
    if out.suffix == ".wav":
        encode(mix, out, "-c:a", "pcm_s16le", "-ar", "8000", "-ac", "1")
    else:
        encode(mix, out, "-c:a", "libopus", "-b:a", "16k", "-ac", "1")
