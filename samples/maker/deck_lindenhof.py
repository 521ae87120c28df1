"""Slides of pflegekreis-de: quiet blues, a timetable, large type."""

from .svgkit import SANS, Board

INK, BLUE, SKY, ROSE, MINT = "#24303c", "#3d6b8f", "#e8f1f7", "#d98880", "#7fb8a0"


def leaf(b, x, y, s, colour):
    """A linden leaf."""
    b.path(
        f"M{x} {y} C{x - s} {y - s * .6} {x - s * .7} {y - s * 1.6} {x} {y - s * 2} "
        f"C{x + s * .7} {y - s * 1.6} {x + s} {y - s * .6} {x} {y} Z",
        colour,
    )
    b.line(x, y + s * 0.4, x, y - s * 1.6, "#ffffff", 4)


def slides():
    """The deck, in order."""
    one = Board(fill=SKY)
    for i in range(7):
        leaf(one, 150 + i * 215, 850 - (i % 3) * 30, 60 + (i % 2) * 18, [MINT, "#9cc9b5", "#6aa58c"][i % 3])
    one.text(800, 330, "Pflegekreis Lindenhof", 92, BLUE, True, SANS, "middle")
    one.text(800, 430, "Wochenplan und Vertretung in den Ferien", 44, INK, anchor="middle")
    one.text(800, 500, "Dienstag, 19 Uhr", 36, "#6c7a86", anchor="middle")

    two = Board(fill="#ffffff")
    two.text(80, 100, "Wochenplan für Frau B.", 58, BLUE, True)
    days = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
    plan = {0: ("Thomas", ROSE), 2: ("Thomas", ROSE), 3: ("Elif", MINT), 4: ("Sabine", "#e0b15c")}
    for i, day in enumerate(days):
        x = 190 + i * 196
        two.rect(x, 160, 182, 80, BLUE, 12)
        two.text(x + 91, 215, day, 42, "#ffffff", True, SANS, "middle")
        for k in range(3):
            two.rect(x, 260 + k * 180, 182, 160, SKY, 12)
        if i in plan:
            name, colour = plan[i]
            two.rect(x, 260 + (i % 3) * 180, 182, 160, colour, 12)
            two.text(x + 91, 352 + (i % 3) * 180, name, 36, "#ffffff", True, SANS, "middle")
    for k, label in enumerate(("früh", "mittags", "abends")):
        two.text(172, 350 + k * 180, label, 28, "#6c7a86", anchor="end")

    three = Board(fill="#fff7ef")
    three.rect(0, 0, 1600, 16, ROSE)
    three.text(100, 130, "Ferien: wer ist wann weg?", 60, INK, True)
    for i, month in enumerate(("Juni", "Juli", "August")):
        three.text(560 + i * 330, 230, month, 38, "#6c7a86", anchor="middle")
        three.line(395 + i * 330, 260, 395 + i * 330, 760, "#dccfc2", 3)
    for i, (name, a, n, colour) in enumerate(
        (
            ("Sabine", 760, 200, "#e0b15c"),
            ("Thomas", 830, 260, ROSE),
            ("Elif", 900, 130, MINT),
            ("Jan", 1120, 260, BLUE),
        )
    ):
        y = 300 + i * 120
        three.text(340, y + 52, name, 40, INK, True, SANS, "end")
        three.rect(a, y, n, 76, colour, 38)

    four = Board(fill=BLUE)
    four.text(100, 150, "Noch zu tun", 72, "#ffffff", True)
    for i, row in enumerate(
        ("Formular zurückschicken", "Schlüssel weitergeben", "Nachbarschaftshilfe anrufen", "Rezept bestellen")
    ):
        y = 260 + i * 140
        four.rect(110, y, 64, 64, "none", 10, "#ffffff", 6)
        if i == 1:
            four.path(f"M122 {y + 32} l18 20 l30 -44", "none", "#bfe3cf", 9)
        four.text(220, y + 50, row, 48, "#ffffff")
    leaf(four, 1400, 800, 110, "#5a86a8")
    return [one, two, three, four]
