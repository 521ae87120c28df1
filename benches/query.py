"""Query latency: `search` against SQLite FTS5 on the same passages.

Wants the large set of passages of `PLENARY_BENCH_DATA`; without it there is nothing worth measuring, so it says that
it is passed over.
"""

import json
import random
import re
import shutil
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path

import measure
from measure import DATA, RELEASE, WORK

PASSAGES = 100_000
LANGUAGES = {"en", "de", "es"}
QUERIES = 100
PASSES = 5
SEED = 1
# Words that both programs take for one word: nothing with an apostrophe or a hyphen in it.
WORD = re.compile(r"(?<![\w'’-])[^\W\d_]{3,}(?![\w'’-])")
PAIR = re.compile(rf"(?=({WORD.pattern}) ({WORD.pattern}))")


def passages():
    """100,000 passages of whole recordings in the three languages of the interface, as both programs read them."""
    made = WORK / "query/passages.jsonl"
    if made.exists():
        return made
    made.parent.mkdir(parents=True, exist_ok=True)
    corpus = DATA / "search/corpus/passages.jsonl.zst"
    packed = subprocess.Popen(["zstd", "-dc", corpus], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    numbers, kept = {}, []
    for line in packed.stdout:
        it = json.loads(line)
        if it["lang"] not in LANGUAGES:
            continue
        if it["rec"] not in numbers and len(kept) >= PASSAGES:
            break
        number = numbers.setdefault(it["rec"], len(numbers))
        kept.append({
            "recording": number,
            "language": it["lang"],
            "start": it["start"],
            "end": max(it["start"], it["end"]),
            "text": it["text"],
        })
    packed.kill()
    packed.wait()
    kept.sort(key=lambda it: it["recording"])
    made.write_text("".join(json.dumps(it, ensure_ascii=False) + "\n" for it in kept))
    return made


def queries(passages):
    """Queries of each class, drawn from the passages themselves, always the same ones."""
    chance = random.Random(SEED)
    texts = [json.loads(it)["text"].casefold() for it in passages.open()]
    words_of = [set(WORD.findall(it)) for it in texts]
    found_in = Counter(word for words in words_of for word in words)
    known = sorted(found_in)
    share = len(texts)

    def between(least, most):
        return [it for it in known if least <= found_in[it] < most]

    def pick(several):
        return chance.sample(several, min(QUERIES, len(several)))

    common, middle, rare = between(share // 100, share), between(share // 1000, share // 100), between(2, 10)
    telling = set(between(share // 500, share // 20))
    pairs, phrases = set(), set()
    for number in chance.sample(range(share), min(share, 20_000)):
        told = sorted(words_of[number] & telling)
        if len(told) >= 2:
            pairs.add(tuple(chance.sample(told, 2)))
        for first, second in PAIR.findall(texts[number]):
            if min(found_in[first], found_in[second]) >= share // 1000:
                phrases.add((first, second))
    classes = {
        "common word": [(it,) for it in pick(common)],
        "middling word": [(it,) for it in pick(middle)],
        "rare word": [(it,) for it in pick(rare)],
        "two words": pick(sorted(pairs)),
        "phrase": pick(sorted(phrases)),
        "prefix": [(it[:4],) for it in pick([it for it in middle if len(it) > 5])],
    }
    made = WORK / "query/queries.jsonl"
    with made.open("w") as out:
        for name, several in classes.items():
            for words in several:
                out.write(json.dumps({"class": name, **written(name, words)}, ensure_ascii=False) + "\n")
    return made, {name: len(several) for name, several in classes.items()}


def written(name, words):
    """The query in each program's own language."""
    if name == "phrase":
        return {"query": f'"{" ".join(words)}"', "fts5": f'"{" ".join(words)}"'}
    if name == "prefix":
        return {"query": f"{words[0]}*", "fts5": f'"{words[0]}" *'}
    return {"query": " ".join(words), "fts5": " ".join(f'"{it}"' for it in words)}


def size_mb(path):
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(it.stat().st_size for it in files if it.is_file()) / 1e6


def bench(rounds):
    if not (DATA / "search/corpus/passages.jsonl.zst").exists() or not shutil.which("zstd"):
        print("### Search\n")
        print("Passed over: it wants `search/corpus/passages.jsonl.zst` in PLENARY_BENCH_DATA, and zstd.\n")
        return
    circumstances = measure.circumstances(["search", "archive"])
    passages_file = passages()
    asked, counts = queries(passages_file)
    recordings = json.loads(passages_file.read_text().splitlines()[-1])["recording"] + 1
    latency, fts5 = RELEASE / "examples/latency", [sys.executable, Path(__file__).with_name("fts5.py")]
    index, database = WORK / "query/index", WORK / "query/fts5.sqlite"

    def build_ours():
        shutil.rmtree(index, ignore_errors=True)
        return measure.run([latency, "build", index, passages_file])

    def build_peer():
        database.unlink(missing_ok=True)
        return measure.run([*fts5, "build", database, passages_file])

    built, _ = measure.interleaved(rounds, {"ours": build_ours, "fts5": build_peer})
    answers = {"ours": [], "fts5": []}

    def answered(who, command):
        cost, printed = measure.run(command)
        answers[who].append([json.loads(it) for it in printed.splitlines()])
        return (cost,)

    measure.interleaved(rounds, {
        "ours": lambda: answered("ours", [latency, "ask", index, asked, recordings, PASSES]),
        "fts5": lambda: answered("fts5", [*fts5, "ask", database, asked, PASSES]),
    })
    figures = {
        "circumstances": circumstances,
        "passages": len(passages_file.read_text().splitlines()),
        "recordings": recordings,
        "queries": counts,
        "building": {who: measure.summary(it) for who, it in built.items()},
        "size_mb": {"ours": size_mb(index), "fts5": size_mb(database)},
        "classes": classes(answers, counts),
    }
    measure.keep("query", figures)
    report(figures)


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def classes(answers, counts):
    """For each class: p50 and p99 of the queries' medians, over the rounds."""
    made = []
    for name in counts:
        row = {"class": name}
        for who, sees, way in (
            ("ours", "all", None),
            ("ours", "half", None),
            ("fts5", "all", "bare"),
            ("fts5", "all", "snippet"),
            ("fts5", "all", "grouped"),
            ("fts5", "half", "grouped"),
        ):
            p50, p99, mine = [], [], []
            for answer in answers[who]:
                mine = [it for it in answer if (it["class"], it["sees"], it.get("way")) == (name, sees, way)]
                p50.append(quantile([it["cpu_us"] for it in mine], 0.5))
                p99.append(quantile([it["cpu_us"] for it in mine], 0.99))
            key = f"{who}, {way}, {sees}" if way else f"{who}, {sees}"
            row[key] = {
                "p50_us": measure.spread(p50),
                "p99_us": measure.spread(p99),
                "hits": statistics.median(it["hits"] for it in mine),
                "loosened": sum(it.get("matching", "All") != "All" for it in mine) / len(mine),
            }
        made.append(row)
    return made


def report(figures):
    print("### Search\n")
    measure.about(figures["circumstances"])
    print(f"{figures['passages']:,} passages of {figures['recordings']} recordings; CPU microseconds, p50 / p99.\n")
    columns = ["ours, all", "fts5, grouped, all", "fts5, snippet, all", "fts5, bare, all"]
    half = ["ours, half", "fts5, grouped, half"]
    head = ["query", "ours", "FTS5 grouped", "FTS5 snippet", "FTS5 bare"]
    head += ["p50 ratio ours/grouped", "ours/snippet", "ours/bare"]
    rows = []
    for it in figures["classes"]:
        median = [it[key]["p50_us"]["median"] for key in columns]
        ratios = [f"{median[0] / other:.2f}" for other in median[1:]]
        rows.append([it["class"], *(both(it[key]) for key in columns), f"**{ratios[0]}**", *ratios[1:]])
    measure.table(head, rows)
    head = ["query, half of the recordings hidden", "ours", "FTS5 grouped", "p50 ratio"]
    head += ["passages found of all, ours / FTS5", "taken more loosely by ours"]
    rows = []
    for it in figures["classes"]:
        ours, peer = (it[key] for key in half)
        ratio = ours["p50_us"]["median"] / peer["p50_us"]["median"]
        hits = f"{it['ours, all']['hits']:.0f} / {it['fts5, grouped, all']['hits']:.0f}"
        loosened = f"{it['ours, all']['loosened']:.0%}"
        rows.append([it["class"], both(ours), both(peer), f"**{ratio:.2f}**", hits, loosened])
    measure.table(head, rows)
    building = [
        f"{who} {measure.shown(it['cpu_s'])} CPU s, {figures['size_mb'][who]:.0f} MB"
        for who, it in figures["building"].items()
    ]
    print(f"Building the index: {', '.join(building)}.\n")


def both(it):
    return f"{it['p50_us']['median']:,.0f} / {it['p99_us']['median']:,.0f}"
