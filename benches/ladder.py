"""HLS ladder: the media jobs of `transcode` against ffmpeg with the same renditions.

Ours makes the renditions first; the peer is then told the sizes, frame rate, quality, ceilings and key frame distance
that ours wrote into its streams, so both run x264 with the same options (checked at the end).
"""

import json
import re
import shutil

import measure
import quality
from measure import DATA, RELEASE, ROOT, WORK

# What a library runs with (`MediaConfig::new`).
LIMITS = {"memory_bytes": 4 << 30, "open_files": 256}
# Media jobs make themselves this nice; the peer is made so too.
NICE = 10
# Options of x264 that decide what comes out and what it costs.
TELLING = (
    "cabac ref deblock analyse me subme psy me_range chroma_me trellis 8x8dct weightp bframes b_adapt "
    "keyint keyint_min scenecut rc_lookahead rc mbtree crf vbv_maxrate vbv_bufsize threads lookahead_threads"
).split()


def inputs():
    """Name, track, file."""
    folder = next((ROOT / "samples/assembly-en/presentation").iterdir())
    cameras, screen = folder / "video/webcams.webm", folder / "deskshare/deskshare.webm"
    yield "cameras, 2.5 min", "webcams", cameras
    yield "shared screen, 2.5 min", "deskshare", screen
    yield "cameras, 10 min", "webcams", looped(cameras, 600)
    real = DATA / "media/video/intel-one-by-one-person-detection.mp4"
    if real.exists():
        yield "a real camera, no sound, 2.3 min", "webcams", real
    else:
        measure.note(f"no real camera here ({real}): drawn ones only")


def looped(source, seconds):
    """A meeting's length, made of a sample: packets are copied, nothing is encoded again."""
    made = WORK / f"ladder/{source.stem}-{seconds}s.webm"
    if not made.exists():
        made.parent.mkdir(parents=True, exist_ok=True)
        whole = made.with_suffix(".part.webm")
        measure.run(
            ["ffmpeg", "-nostdin", "-v", "error", "-y", "-stream_loop", "-1", "-i", source]
            + ["-map", "0", "-c", "copy", "-t", seconds, whole]
        )
        whole.rename(made)
    return made


def fresh(name):
    folder = WORK / "ladder" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def job(work, out):
    """One media job, as the program starts it."""
    task = {"limits": LIMITS, "threads": 0, "out": str(out), "work": work}
    cost, printed = measure.run([RELEASE / "media-job"], first_line=json.dumps(task))
    last = json.loads(printed.splitlines()[-1])
    if last["report"] != "done":
        raise measure.Failed(str(last))
    return cost, last["made"]


def ours(track, source):
    """The sound's job, if there is sound, then the picture's."""
    out = fresh("ours")
    given = {"path": str(source), "name": source.name}
    costs, audio = [], None
    if quality.has_sound(source):
        cost, made = job({"kind": "audio", "inputs": [given]}, out)
        costs.append(cost)
        audio = made["renditions"][0]
    cost, made = job({"kind": "video", "track": track, "input": given, "audio": audio}, out)
    costs.append(cost)
    total = measure.Cost(
        sum(it.cpu_s for it in costs), sum(it.wall_s for it in costs), max(it.peak_mb for it in costs)
    )
    return total, out, [out / it["media"] for it in made["renditions"]], costs[0].cpu_s if audio else 0.0


def peer(source, rungs, rate):
    """ffmpeg: one command for everything, sound and 16 kHz speech audio included."""
    out = fresh("peer")
    sounds = quality.has_sound(source)
    split = "".join(f"[s{n}]" for n in range(len(rungs)))
    graph = [f"[0:v]fps={rate},format=yuv420p,split={len(rungs)}{split}"]
    streams, options = [], []
    for n, rung in enumerate(rungs):
        # Catmull-Rom, as ours.
        graph.append(f"[s{n}]scale={rung['width']}:{rung['height']}:flags=bicubic:param0=0:param1=0.5[v{n}]")
        options += ["-map", f"[v{n}]"]
        options += [f"-maxrate:v:{n}", f"{rung['vbv_maxrate']}k", f"-bufsize:v:{n}", f"{rung['vbv_bufsize']}k"]
        streams.append(f"v:{n},agroup:sound" if sounds else f"v:{n}")
    sound = ["-an"]
    speech = []
    if sounds:
        sound = ["-map", "0:a", "-c:a", "aac", "-b:a", "96k", "-ar", "48000", "-ac", "2"]
        streams.append("a:0,agroup:sound")
        speech = ["-map", "0:a", "-ar", "16000", "-ac", "1", "-c:a", "pcm_s16le", out / "speech.wav"]
    keyint = rungs[0]["keyint"]
    command = [
        *["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", source, "-filter_complex", ";".join(graph)],
        *options,
        *["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-crf", rungs[0]["crf"]],
        *["-g", keyint, "-keyint_min", keyint, "-sc_threshold", "0"],
        *sound,
        *["-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"],
        *["-hls_flags", "single_file", "-hls_segment_filename", out / "rung-%v.mp4"],
        *["-master_pl_name", "master.m3u8", "-var_stream_map", " ".join(streams), out / "rung-%v.m3u8"],
        *speech,
    ]
    cost, _ = measure.run(command, nice=NICE)
    return cost, out, [out / f"rung-{n}.mp4" for n in range(len(rungs))]


def x264_options(file):
    """The options that x264 writes into the first frame it makes."""
    head = file.read_bytes()[: 1 << 20]
    said = re.search(rb"x264 - core.*?options: ([ -~]+)", head)
    if not said:
        raise measure.Failed(f"{file.name} does not say how it was encoded")
    return dict(it.split("=", 1) for it in said[1].decode().split() if "=" in it)


def size(folder, pattern):
    return sum(it.stat().st_size for it in folder.glob(pattern))


def bench(rounds):
    circumstances = measure.circumstances(["transcode", "archive"])
    figures = {"circumstances": circumstances, "inputs": []}
    for name, track, source in inputs():
        measure.note(f"ladder: {name}")
        _, _, files, _ = ours(track, source)
        rate = quality.frame_rate(files[0])
        rungs = [{**quality.picture_size(it), **x264_options(it)} for it in files]
        contenders = {"ours": lambda: ours(track, source), "ffmpeg": lambda: peer(source, rungs, rate)}
        costs, results = measure.interleaved(rounds, contenders)
        made = {}
        for who, (folder, files, *_) in results.items():
            made[who] = {
                "bytes": [it.stat().st_size for it in files],
                "all_bytes": size(folder, "*.mp4") + size(folder, "*.m4a"),
                # The long inputs are the short ones again.
                "ssim": [quality.ssim(it, source, rate) for it in files] if "10 min" not in name else [],
                "x264": [{key: x264_options(it).get(key) for key in TELLING} for it in files],
            }
        figures["inputs"].append({
            "name": name,
            "seconds": quality.length(source),
            "rate": rate,
            "rungs": [f"{it['width']}×{it['height']}" for it in rungs],
            "audio_job_cpu_s": results["ours"][2],
            "costs": {who: measure.raw(it) for who, it in costs.items()},
            "summary": {who: measure.summary(it) for who, it in costs.items()},
            "cpu_ratio": measure.paired(costs, "ours", "ffmpeg"),
            "wall_ratio": measure.paired(costs, "ours", "ffmpeg", "wall_s"),
            "made": made,
            "same_options": made["ours"]["x264"] == made["ffmpeg"]["x264"],
        })
    measure.keep("ladder", figures)
    report(figures)


def report(figures):
    print("### HLS ladder\n")
    measure.about(figures["circumstances"])
    head = ["input", "rungs", "CPU s ours", "CPU s ffmpeg", "CPU ratio", "wall ratio", "bytes ratio"]
    head += ["SSIM ours", "SSIM ffmpeg", "peak MB ours / ffmpeg"]
    rows = []
    for it in figures["inputs"]:
        mine, other = it["summary"]["ours"], it["summary"]["ffmpeg"]
        ssim = {
            who: " ".join(f"{value:.4f}" for value in made["ssim"]) or "as above" for who, made in it["made"].items()
        }
        rows.append([
            it["name"],
            f"{', '.join(it['rungs'])} at {it['rate']}/s",
            measure.shown(mine["cpu_s"]),
            measure.shown(other["cpu_s"]),
            f"**{measure.shown(it['cpu_ratio'], 2)}**",
            measure.shown(it["wall_ratio"], 2),
            f"{it['made']['ours']['all_bytes'] / it['made']['ffmpeg']['all_bytes']:.2f}",
            ssim["ours"],
            ssim["ffmpeg"],
            f"{mine['peak_mb']['median']:.0f} / {other['peak_mb']['median']:.0f}",
        ])
    measure.table(head, rows)
    for it in figures["inputs"]:
        for mine, other in zip(it["made"]["ours"]["x264"], it["made"]["ffmpeg"]["x264"], strict=True):
            differ = [f"{key} {mine[key]} / {other[key]}" for key in TELLING if mine[key] != other[key]]
            if differ:
                print(f"x264's options differ, ours / ffmpeg, in {it['name']}: {', '.join(differ)}\n")
    if all(it["same_options"] for it in figures["inputs"]):
        print("x264's options were the same on both sides, in every rung.\n")
