"""Slides of the small samples: the script's own words on white, as few outlines as possible."""

from .svgkit import SANS, Board


def slides(rows):
    """`rows` are the script's [[page]] tables: a title and lines."""
    boards = []
    for row in rows:
        b = Board()
        b.rect(0, 0, 1600, 24, row.get("colour", "#2f6f73"))
        b.text(90, 190, row["title"], 84, "#222222", True, SANS)
        b.lines(90, 330, row.get("lines", []), 52, 90)
        boards.append(b)
    return boards
