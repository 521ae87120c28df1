"""Counts word errors: reads a line of JSON with `language`, `heard` and `reference`, prints a line of counts.

Runs in the environment of the peer, which has OpenAI's normalisers: case, punctuation, English spellings and numbers
do not count.
"""

import json
import sys

from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer


def errors(reference, heard):
    """(substituted, deleted, inserted) of the cheapest way from one list of words to the other."""
    row = [(n, 0, 0, n) for n in range(len(heard) + 1)]
    for said in reference:
        above, row = row, [(row[0][0] + 1, 0, row[0][2] + 1, 0)]
        for n, word in enumerate(heard, 1):
            cost, s, d, i = above[n - 1]
            kept = (cost, s, d, i) if said == word else (cost + 1, s + 1, d, i)
            cost, s, d, i = above[n]
            deleted = (cost + 1, s, d + 1, i)
            cost, s, d, i = row[n - 1]
            inserted = (cost + 1, s, d, i + 1)
            row.append(min(kept, deleted, inserted, key=lambda it: it[0]))
    return row[-1][1:]


def main():
    request = json.loads(sys.stdin.readline())
    english = request["language"] == "en"
    plain = EnglishTextNormalizer() if english else BasicTextNormalizer()
    reference, heard = plain(request["reference"]).split(), plain(request["heard"]).split()
    substituted, deleted, inserted = errors(reference, heard)
    wer = 100 * (substituted + deleted + inserted) / max(len(reference), 1)
    counts = {"substituted": substituted, "deleted": deleted, "inserted": inserted}
    print(json.dumps({"wer": wer, "words": len(reference), **counts}))


if __name__ == "__main__":
    main()
