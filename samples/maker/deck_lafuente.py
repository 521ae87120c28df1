"""Slides of asamblea-es: warm plaster, tiles and blue."""

from .svgkit import SANS, SERIF, Board

INK, CLAY, SUN, BLUE, SAND = "#2c2a3a", "#c9553d", "#f0b541", "#2f5d8a", "#fbf3e6"


def tiles(b, y, n=20, size=80):
    """A frieze of painted tiles."""
    for i in range(n):
        x = i * size
        b.rect(x, y, size, size, [BLUE, "#ffffff"][i % 2])
        c = ["#ffffff", BLUE][i % 2]
        h = size / 2
        b.path(
            f"M{x + h} {y + 6} Q{x + h + 6} {y + h - 6} {x + size - 6} {y + h} Q{x + h + 6} {y + h + 6} {x + h} {y + size - 6} "
            f"Q{x + h - 6} {y + h + 6} {x + 6} {y + h} Q{x + h - 6} {y + h - 6} {x + h} {y + 6} Z",
            c,
        )
        b.dot(x + h, y + h, 9, SUN)


def tree(b, x, y, s, colour="#5f8f5a"):
    """A tree from above, as on a plan."""
    for dx, dy in ((0, -s * 0.5), (s * 0.5, 0), (-s * 0.5, 0), (0, s * 0.5), (0, 0)):
        b.dot(x + dx, y + dy, s * 0.55, colour)
    b.dot(x, y, s * 0.15, "#7b5836")


def slides():
    """The deck, in order."""
    one = Board(fill=CLAY)
    tiles(one, 820)
    tiles(one, 0)
    one.text(800, 380, "Asamblea del barrio", 100, "#ffffff", True, SERIF, "middle")
    one.text(800, 480, "La Fuente", 72, SUN, True, SERIF, "middle")
    one.text(800, 580, "jueves 7 de marzo, centro social y en línea", 36, "#ffe9d6", anchor="middle")

    two = Board(fill=SAND)
    two.rect(0, 0, 60, 900, CLAY)
    two.text(150, 170, "Orden del día", 72, INK, True, SERIF)
    for i, (head, sub) in enumerate(
        (
            ("La plaza", "el proyecto de reforma, sobre el plano"),
            ("El presupuesto", "tres propuestas, una votación"),
            ("Próxima cita", "día, hora y lugar"),
        )
    ):
        y = 270 + i * 180
        two.rect(150, y, 1300, 140, "#ffffff", 20, [CLAY, SUN, BLUE][i], 5)
        two.text(200, y + 62, head, 46, [CLAY, "#b77d12", BLUE][i], True)
        two.text(200, y + 112, sub, 32, INK)

    three = Board(fill="#e9e4d8")
    three.text(80, 90, "La plaza: propuesta del ayuntamiento", 50, INK, True)
    three.rect(80, 140, 1020, 680, "#d9c9a8", 14, "#8c8069", 4)
    three.rect(80, 140, 1020, 90, "#9a9a9e")
    three.text(590, 197, "calle Mayor", 30, "#ffffff", anchor="middle")
    three.dot(560, 520, 95, "#9fc3dc", BLUE, 8)
    three.text(560, 532, "fuente", 34, BLUE, anchor="middle")
    for i in range(20):
        tree(three, 140 + (i % 10) * 100, 300 if i < 10 else 760, 34)
    three.rect(930, 400, 150, 250, "#c98f6b", 6)
    three.text(1005, 535, "escuela", 28, INK, anchor="middle")
    three.lines(
        1150, 230, ("20 árboles nuevos", "12 coches menos", "fuente restaurada", "suelo permeable"), 36, 90, fill=INK
    )
    for i, c in enumerate(("#5f8f5a", "#9a9a9e", BLUE, "#d9c9a8")):
        three.dot(1128, 218 + i * 90, 13, c)

    four = Board(fill=BLUE)
    four.text(800, 120, "Presupuesto participativo: 30 000 €", 60, "#ffffff", True, SANS, "middle")
    for i, (letter, lines, cost) in enumerate(
        (
            ("A", ("Local infantil", "arreglo completo"), "14 000 €"),
            ("B", ("Huerto", "riego y vallas"), "9 500 €"),
            ("C", ("Taller", "de bicicletas"), "6 500 €"),
        )
    ):
        x = 100 + i * 480
        four.rect(x, 210, 440, 560, "#ffffff", 30)
        four.dot(x + 220, 340, 80, [CLAY, "#5f8f5a", SUN][i])
        four.text(x + 220, 368, letter, 80, "#ffffff", True, anchor="middle")
        four.lines(x + 220, 500, lines, 42, 60, fill=INK, anchor="middle")
        four.text(x + 220, 690, cost, 48, BLUE, True, anchor="middle")

    five = Board(fill=SUN)
    tiles(five, 820)
    five.text(800, 260, "Nos vemos", 96, INK, True, SERIF, "middle")
    five.text(800, 400, "jueves 20, a las 18:30", 60, INK, anchor="middle")
    five.text(800, 490, "patio de la escuela", 60, INK, anchor="middle")
    five.text(800, 640, "Trae una silla y a quien tengas al lado", 40, CLAY, True, anchor="middle")
    return [one, two, three, four, five]
