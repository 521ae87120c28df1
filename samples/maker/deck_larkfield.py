"""Slides of assembly-en: deep green and cream, a house in the corner."""

from .svgkit import SERIF, Board

INK, GREEN, LEAF, CREAM, RUST = "#20302b", "#1f4d43", "#6a9c78", "#f6f1e4", "#b5502f"


def house(b, x, y, s, wall=CREAM, roof=RUST, pane="#f2c14e"):
    """A terrace house with lit windows."""
    b.rect(x, y, 4 * s, 5 * s, wall)
    b.path(f"M{x - s * .4} {y} L{x + 2 * s} {y - 2 * s} L{x + 4.4 * s} {y} Z", roof)
    for i in (0.6, 2.4):
        for j in (0.6, 2.2):
            b.rect(x + i * s, y + j * s, s, s, pane)
    b.rect(x + 1.5 * s, y + 3.6 * s, s, 1.4 * s, roof)


def page(title, number):
    """Common frame of the inner pages."""
    b = Board(fill=CREAM)
    b.rect(0, 0, 1600, 150, GREEN)
    b.text(90, 98, title, 54, "#ffffff", True, SERIF)
    house(b, 1440, 88, 11, "#dfe9df")
    b.text(90, 862, "Larkfield Housing Co-operative", 24, "#7d8a80")
    b.text(1510, 862, str(number), 24, "#7d8a80", anchor="end")
    return b


def slides():
    """The deck, in order."""
    one = Board(fill=GREEN)
    for i, s in enumerate((30, 38, 34, 42, 32)):
        house(one, 120 + i * 290, 900 - 5 * s, s, ["#f6f1e4", "#e7d9bd", "#dbe6dc"][i % 3], [RUST, "#8f3f2b"][i % 2])
    one.text(800, 250, "Autumn general assembly", 84, "#ffffff", True, SERIF, "middle")
    one.text(800, 340, "Larkfield Housing Co-operative", 46, "#cfe3d4", anchor="middle")
    one.text(800, 420, "Wednesday evening, the common room and online", 32, "#a9cbb4", anchor="middle")

    two = page("Tonight", 2)
    for i, (head, sub) in enumerate(
        (
            ("Accounts", "what came in, what went out, what is left"),
            ("Heating", "two offers, one decision"),
            ("Garden", "beds, leaves and a working day"),
        )
    ):
        y = 290 + i * 180
        two.dot(180, y, 58, [RUST, LEAF, GREEN][i])
        two.text(180, y + 22, str(i + 1), 60, "#ffffff", True, SERIF, "middle")
        two.text(290, y - 4, head, 52, INK, True)
        two.text(290, y + 48, sub, 32, "#5d6b64")

    three = page("The year in money", 3)
    for i, (label, plan, real) in enumerate(
        (("Rents", 48.0, 48.0), ("Repairs", 14.0, 17.2), ("Energy", 12.5, 13.1), ("Loan", 11.0, 11.0))
    ):
        x = 170 + i * 330
        for k, (v, colour) in enumerate(((plan, "#c9d3c6"), (real, [GREEN, RUST, LEAF, INK][i]))):
            h = v * 10.5
            three.rect(x + k * 105, 740 - h, 92, h, colour, 6)
            three.text(x + k * 105 + 46, 726 - h, f"{v:g}", 26, INK, anchor="middle")
        three.text(x + 98, 790, label, 34, INK, True, anchor="middle")
    three.line(120, 742, 1480, 742, "#8c978e", 3)
    three.text(1480, 220, "thousand pounds: grey is the plan", 28, "#5d6b64", anchor="end")

    four = page("Two offers for the heating", 4)
    for i, (name, rows, colour) in enumerate(
        (
            ("Offer A: gas again", ("costs 19 thousand", "ready in two weeks", "bills stay the same"), "#8c978e"),
            ("Offer B: heat pump", ("costs 31 thousand", "ready in spring", "grant of 9 thousand"), GREEN),
        )
    ):
        x = 110 + i * 730
        four.rect(x, 220, 650, 480, "#ffffff", 26, colour, 5)
        four.rect(x, 220, 650, 110, colour, 26)
        four.text(x + 325, 292, name, 44, "#ffffff", True, anchor="middle")
        for k, row in enumerate(rows):
            four.dot(x + 70, 408 + k * 95, 12, colour)
            four.text(x + 110, 422 + k * 95, row, 38, INK)

    five = Board(fill="#f2c14e")
    five.text(800, 330, "Vote", 120, GREEN, True, SERIF, "middle")
    five.text(800, 460, "Start with the heat pump in spring?", 56, INK, True, anchor="middle")
    for x, label, colour in ((560, "Yes", GREEN), (1040, "No", RUST)):
        five.rect(x - 150, 560, 300, 130, colour, 65)
        five.text(x, 645, label, 60, "#ffffff", True, anchor="middle")

    six = page("Garden and dates", 6)
    for i in range(3):
        x = 110 + i * 250
        six.rect(x, 470, 200, 150, "#8a5a34", 12)
        for k in range(5):
            x0 = x + 25 + k * 37
            six.path(f"M{x0} 470 q-22 -60 0 -{90 + 14 * ((i + k) % 3)} q22 30 0 90", LEAF)
    six.text(110, 290, "Raised beds: 3 now, 5 wanted", 42, INK, True)
    six.rect(900, 230, 590, 430, "#ffffff", 26, LEAF, 5)
    six.lines(
        935,
        320,
        (
            "Saturday 14th: working day",
            "gloves, rakes, something sweet",
            "",
            "March: spring assembly",
            "papers two weeks before",
        ),
        33,
        72,
        fill=INK,
    )
    return [one, two, three, four, five, six]
