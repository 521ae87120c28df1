"""The same passages in SQLite FTS5, and what answering costs there.

fts5.py build DATABASE PASSAGES.jsonl
fts5.py ask DATABASE QUERIES.jsonl PASSES

Prints JSON lines as `search/examples/latency.rs` does, for three ways of asking:

  bare      the numbers of the 30 best passages, and nothing else
  snippet   the 30 best passages with their recording, time and marked text
  grouped   what ours answers: the ten best recordings among the visible ones, each by its three best passages, these
            with marked text, and how many passages and recordings match
"""

import json
import sqlite3
import statistics
import sys
import time

BARE = "SELECT rowid FROM passage WHERE passage MATCH ? ORDER BY rank LIMIT 30"

SNIPPET = """
SELECT recording, start, finish, snippet(passage, 0, '[', ']', '…', 32)
FROM passage JOIN place ON place.id = passage.rowid
WHERE passage MATCH ? ORDER BY rank LIMIT 30"""

GROUPED = """
WITH found AS MATERIALIZED (
    SELECT place.id, place.recording, bm25(passage) AS score
    FROM passage JOIN place ON place.id = passage.rowid
    WHERE passage MATCH :query AND place.recording IN (SELECT recording FROM visible)
), placed AS MATERIALIZED (
    SELECT *, row_number() OVER (PARTITION BY recording ORDER BY score, id) AS number FROM found
), ranked AS (
    SELECT recording, sum(score) FILTER (WHERE number <= 3) AS score, count(*) AS hits
    FROM placed GROUP BY recording
), best AS (
    SELECT *, count(*) OVER () AS recordings, sum(hits) OVER () AS all_hits
    FROM ranked ORDER BY score LIMIT 10
)
SELECT best.recording, placed.id, best.hits, recordings, all_hits
FROM best JOIN placed USING (recording)
WHERE number <= 3 ORDER BY best.score, best.recording, number"""

MARKED = """
SELECT start, finish, snippet(passage, 0, '[', ']', '…', 32)
FROM passage JOIN place ON place.id = passage.rowid
WHERE passage MATCH ? AND passage.rowid = ?"""


def build(database, passages):
    started = time.process_time()
    db = sqlite3.connect(database)
    db.executescript("""
        PRAGMA journal_mode = WAL;
        CREATE VIRTUAL TABLE passage USING fts5(text, tokenize = 'unicode61 remove_diacritics 2', prefix = '3 4');
        CREATE TABLE place(
            id INTEGER PRIMARY KEY, recording INTEGER, language TEXT, start INTEGER, finish INTEGER
        );
    """)
    with db, open(passages) as lines:
        for number, line in enumerate(lines, 1):
            it = json.loads(line)
            db.execute("INSERT INTO passage(rowid, text) VALUES (?, ?)", (number, it["text"]))
            place = (number, it["recording"], it["language"], it["start"], it["end"])
            db.execute("INSERT INTO place VALUES (?, ?, ?, ?, ?)", place)
    with db:
        db.execute("INSERT INTO passage(passage) VALUES ('optimize')")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    print(json.dumps({"passages": number, "cpu_s": time.process_time() - started}))


def bare(db, query):
    return len(db.execute(BARE, (query,)).fetchall()), 0


def snippet(db, query):
    return len(db.execute(SNIPPET, (query,)).fetchall()), 0


def grouped(db, query):
    rows = db.execute(GROUPED, {"query": query}).fetchall()
    for _, passage, *_ in rows:
        db.execute(MARKED, (query, passage)).fetchone()
    return (rows[0][4], rows[0][3]) if rows else (0, 0)


def ask(database, queries, passes):
    db = sqlite3.connect(database)
    db.execute("PRAGMA cache_size = -262144")
    db.execute("PRAGMA mmap_size = 1073741824")
    db.execute("CREATE TEMP TABLE visible(recording INTEGER PRIMARY KEY)")
    with open(queries) as lines:
        asked = [json.loads(it) for it in lines]
    for sees, step in (("all", 1), ("half", 2)):
        db.execute("DELETE FROM visible")
        db.execute("INSERT INTO visible SELECT DISTINCT recording FROM place WHERE recording % ? = 0", (step,))
        ways = (bare, snippet, grouped) if sees == "all" else (grouped,)
        for it in asked:
            for way in ways:
                cpu = []
                for _ in range(passes + 1):
                    began = time.process_time_ns()
                    hits, recordings = way(db, it["fts5"])
                    cpu.append((time.process_time_ns() - began) / 1_000)
                # The first pass warms up.
                print(json.dumps({
                    "class": it["class"],
                    "sees": sees,
                    "way": way.__name__,
                    "cpu_us": statistics.median(cpu[1:]),
                    "recordings": recordings,
                    "hits": hits,
                }))


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(*sys.argv[2:])
    else:
        ask(sys.argv[2], sys.argv[3], int(sys.argv[4]))
