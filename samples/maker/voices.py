"""Speech: one wav (48 kHz, mono) a sentence, from Debian's synthesisers.

Pico has one good voice a language; other people are made from it by moving pitch and formants together
(`sox pitch`, which resamples), so the listener hears a longer or shorter throat, not a robot.
"""

import hashlib
import subprocess
import wave

from .tools import WORK, run

RATE = 48000


def sentence(voice, text):
    """Path of the wav for one sentence; made once and kept in .work/voices."""
    key = hashlib.sha256(repr((sorted(voice.items()), text, 4)).encode()).hexdigest()[:20]
    path = WORK / "voices" / f"{key}.wav"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = path.with_suffix(".raw.wav")
    text = voice_text(text)
    if voice["engine"] == "pico":
        run("pico2wave", "-l", voice["lang"], "-w", raw, text)
    else:
        run("flite", "-voice", voice["lang"], "-t", text, "-o", raw)
    tmp = path.with_suffix(".part.wav")
    edge = ["silence", "1", "0.005", "0.25%"]
    run(
        "sox",
        "-R",
        raw,
        "-r",
        str(RATE),
        "-c",
        "1",
        "-b",
        "16",
        tmp,
        "gain",
        "-8",
        "pitch",
        str(voice["pitch"]),
        "tempo",
        "-s",
        str(voice["tempo"]),
        "highpass",
        "70",
        *edge,
        "fade",
        "0.005",
        "reverse",
        *edge,
        "fade",
        "0.02",
        "reverse",
        "gain",
        "-n",
        "-5",
    )
    raw.unlink()
    tmp.rename(path)
    return path


def voice_text(text):
    """What the synthesiser is given: plain text; numbers are spelt out in the scripts already."""
    return text.replace("’", "'")


def length_ms(path):
    """Duration of a wav."""
    with wave.open(str(path)) as w:
        return round(w.getnframes() * 1000 / w.getframerate())


def mix(placed, total_ms, out, seed):
    """Lay sentences (start ms, wav) onto one track of `total_ms`, over a very soft room tone."""
    inputs, chain, names = [], [], []
    for i, (start, wav) in enumerate(placed):
        inputs += ["-i", str(wav)]
        chain.append(f"[{i}]adelay={start}:all=1[s{i}]")
        names.append(f"[s{i}]")
    n = len(placed)
    secs = total_ms / 1000
    chain.append(f"anoisesrc=d={secs}:c=pink:a=0.0012:r={RATE}:seed={seed}[room]")
    chain.append(
        f"[room]{''.join(names)}amix=inputs={n + 1}:duration=first:normalize=0,"
        f"alimiter=limit=0.9:level=0,apad=whole_dur={secs},atrim=end={secs}[mix]"
    )
    subprocess.run(
        [
            "ffmpeg",
            "-y",
            "-v",
            "error",
            *inputs,
            "-filter_complex",
            ";".join(chain),
            "-map",
            "[mix]",
            "-ac",
            "2",
            "-ar",
            str(RATE),
            "-bitexact",
            str(out),
        ],
        check=True,
    )


def loudness(placed, total_ms, fps):
    """How loud one person is in each video frame, 0..1: it moves the mouth of the portrait."""
    frames = [0.0] * (total_ms * fps // 1000 + 2)
    step = RATE // fps
    for start, wav in placed:
        with wave.open(str(wav)) as w:
            data = memoryview(w.readframes(w.getnframes())).cast("h")
        for i in range(0, len(data), step):
            part = data[i : i + step : 16]
            level = sum(abs(v) for v in part) / max(1, len(part)) / 6000
            at = start * fps // 1000 + i // step
            if at < len(frames):
                frames[at] = max(frames[at], min(1.0, level))
    return frames
