"""What every bench shares: running a command, what it cost, medians, and where the figures go.

CPU seconds are the operating system's own account of the finished process and of all its children. They are the main
figure: wall seconds on a shared machine tell more about the neighbours.
"""

import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "target/release"
WORK = ROOT / "target/bench"
# Real speech and a large set of passages, which the repository does not carry.
DATA = Path(os.environ.get("PLENARY_BENCH_DATA", ROOT.parent / "shared"))


@dataclass
class Cost:
    cpu_s: float
    wall_s: float
    peak_mb: float


class Failed(Exception):
    """A command that ended badly, with the end of what it said."""


def note(text):
    print(f"-- {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def run(argv, first_line=None, nice=0):
    """Runs a command to its end; gives its cost and what it printed.

    `first_line` is written to its standard input, which stays open until it has ended.
    """
    argv = [str(it) for it in argv]
    WORK.mkdir(parents=True, exist_ok=True)
    complaints = WORK / "last-stderr.txt"
    with complaints.open("wb") as stderr:
        started = time.monotonic()
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL if first_line is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            preexec_fn=(lambda: os.nice(nice)) if nice else None,
        )
        if first_line is not None:
            process.stdin.write(first_line.encode() + b"\n")
            process.stdin.flush()
        printed = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stdin:
        process.stdin.close()
    process.stdout.close()
    if process.returncode:
        said = complaints.read_text(errors="replace")[-2_000:]
        raise Failed(f"`{' '.join(argv)[:300]}` ended with {process.returncode}:\n{said}")
    cost = Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)
    return cost, printed.decode(errors="replace")


def interleaved(rounds, contenders):
    """Runs all contenders in turn, `rounds` times: A B A B …, so that a machine that slows down slows all.

    `contenders` maps names to functions that return a `Cost` first. Gives the costs and the last result of each.
    """
    costs, results = {name: [] for name in contenders}, {}
    for number in range(1, rounds + 1):
        for name, contender in contenders.items():
            cost, *rest = contender()
            note(f"round {number}/{rounds}, {name}: {cost.cpu_s:.2f} s CPU, {cost.wall_s:.2f} s wall")
            costs[name].append(cost)
            results[name] = rest
    return costs, results


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def summary(costs):
    """Medians with least and most, of a list of costs."""
    return {key: spread([getattr(it, key) for it in costs]) for key in ("cpu_s", "wall_s", "peak_mb")}


def raw(costs):
    return [asdict(it) for it in costs]


def paired(costs, ours, peer, key="cpu_s"):
    """Ours over the peer's, round by round: what is left when the machine's speed drifts."""
    return spread([getattr(a, key) / getattr(b, key) for a, b in zip(costs[ours], costs[peer], strict=True)])


def shown(it, digits=1):
    """`median (least to most)`."""
    median, least, most = (f"{it[key]:.{digits}f}" for key in ("median", "min", "max"))
    return f"{median} ({least} to {most})"


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + " --- |" * len(head))
    for row in rows:
        print("| " + " | ".join(str(it) for it in row) + " |")
    print(flush=True)


def git(*arguments):
    done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True)
    return done.stdout.rstrip()


def circumstances(paths):
    """Where and of what the figures are. `paths` is what was built for them."""
    told = (it.partition(":") for it in Path("/proc/cpuinfo").read_text().splitlines())
    model = next((value.strip() for key, _, value in told if key.strip() == "model name"), platform.machine())
    changed = git("status", "--porcelain", "--", *paths)
    return {
        "date": datetime.date.today().isoformat(),
        "commit": git("rev-parse", "--short=10", "HEAD"),
        "uncommitted": [line[3:] for line in changed.splitlines()],
        "processor": model,
        "processors": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "load": [round(it, 1) for it in os.getloadavg()],
    }


def about(it):
    """The circumstances as a line above a table."""
    changed = f" with uncommitted changes in {', '.join(it['uncommitted'])}" if it["uncommitted"] else ""
    print(
        f"{it['date']}, commit `{it['commit']}`{changed}; {it['processors']} × {it['processor']}, "
        f"{it['memory_gib']} GiB, {it['system']}; load when begun {it['load'][0]}.\n"
    )


def keep(name, figures):
    """Writes all figures of a bench, every run with them."""
    path = WORK / f"{name}.json"
    path.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    note(f"wrote {path.relative_to(ROOT)}")
