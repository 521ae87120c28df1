"""Drawn people for the camera tiles: nobody real, and cheap to encode.

A portrait has three mouths, two states of the eyes and a head that sways by whole pixels, so that a few dozen
pictures make the whole film and a still face costs the encoder nothing.
"""

INK = "#2a211d"


def room(kind, wall):
    """What is behind the person."""
    s = f'<rect width="640" height="480" fill="{wall}"/>'
    if kind == "shelf":
        s += '<rect x="20" y="120" width="190" height="10" fill="#8a6a4a"/><rect x="20" y="230" width="190" height="10" fill="#8a6a4a"/>'
        for i, c in enumerate(("#b5502f", "#2f6f73", "#d9b25c", "#5d6b8a", "#8d4a5c", "#6a9c78")):
            s += f'<rect x="{30 + i * 26}" y="{62 + i % 3 * 7}" width="20" height="{58 - i % 3 * 7}" fill="{c}"/>'
            s += f'<rect x="{44 + i * 25}" y="{172 + i % 2 * 9}" width="19" height="{58 - i % 2 * 9}" fill="{c}" opacity=".8"/>'
        s += '<circle cx="545" cy="120" r="52" fill="#fff8e6"/><path d="M545 120 V84 M545 120 H570" stroke="#555" stroke-width="6"/>'
    elif kind == "window":
        s += (
            '<rect x="420" y="40" width="190" height="210" fill="#9cc4dd"/><circle cx="575" cy="85" r="22" fill="#ffe9a8"/>'
            '<path d="M420 250 V190 q40 -50 90 -20 q50 -60 100 -10 V250 Z" fill="#7ca36f"/>'
            '<path d="M420 40 h190 v210 h-190 Z M515 40 V250 M420 145 H610" fill="none" stroke="#fff" stroke-width="12"/>'
            '<rect x="40" y="90" width="120" height="150" fill="#fff"/><path d="M52 225 l38 -70 l26 40 l16 -22 l18 52 Z" fill="#c98f6b"/>'
        )
    else:
        s += (
            '<rect x="60" y="330" width="90" height="110" rx="10" fill="#b5673f"/>'
            + "".join(
                f'<path d="M105 335 q{dx} -80 {dx * 2} -{h}" stroke="#4f8a54" stroke-width="16" fill="none" stroke-linecap="round"/>'
                for dx, h in ((-32, 150), (-14, 200), (4, 215), (22, 190), (36, 130))
            )
            + '<rect x="470" y="70" width="130" height="170" rx="6" fill="#fff"/><circle cx="535" cy="150" r="44" fill="#e6a85c"/>'
        )
    return s


def hair(style, colour):
    """(behind the head, over the head)."""
    if style == "bob":
        return (
            f'<path d="M212 330 Q185 120 320 108 Q455 120 428 330 Q400 350 380 330 L260 330 Q240 350 212 330 Z" fill="{colour}"/>',
            f'<path d="M232 222 Q236 138 320 134 Q404 138 408 222 Q380 160 330 168 Q270 172 232 222 Z" fill="{colour}"/>',
        )
    if style == "long":
        return (
            f'<path d="M205 430 Q170 110 320 100 Q470 110 435 430 Z" fill="{colour}"/>',
            f'<path d="M230 240 Q225 135 320 128 Q415 135 410 240 Q400 180 322 160 Q250 175 230 240 Z" fill="{colour}"/>',
        )
    beard = ""
    if style == "beard":
        beard = f'<path d="M233 262 Q236 372 320 376 Q404 372 407 262 Q398 312 362 310 Q320 292 278 310 Q242 312 233 262 Z" fill="{colour}"/>'
    return (
        "",
        beard
        + f'<path d="M228 226 Q220 122 320 116 Q420 122 412 226 Q402 172 372 164 Q320 156 266 164 Q238 174 228 226 Z" fill="{colour}"/>',
    )


MOUTHS = (
    '<path d="M292 318 Q320 332 348 318" fill="none" stroke="#8c3b34" stroke-width="7" stroke-linecap="round"/>',
    '<ellipse cx="320" cy="320" rx="25" ry="10" fill="#6d2222"/><path d="M299 315 h42 l-5 5 h-32 Z" fill="#fff"/>',
    '<ellipse cx="320" cy="323" rx="24" ry="20" fill="#6d2222"/><path d="M301 311 h38 l-5 7 h-28 Z" fill="#fff"/>'
    '<ellipse cx="320" cy="336" rx="13" ry="6" fill="#c8605c"/>',
)


def draw(look, mouth, blink, dx, dy):
    """One 640x480 portrait as SVG: `mouth` 0..2, eyes shut if `blink`, head moved by (dx, dy)."""
    behind, over = hair(look["style"], look["hair"])
    skin, top = look["skin"], look["top"]
    eyes = ""
    for x in (282, 358):
        if blink:
            eyes += f'<path d="M{x - 16} 242 q16 9 32 0" fill="none" stroke="{INK}" stroke-width="5" stroke-linecap="round"/>'
        else:
            eyes += (
                f'<ellipse cx="{x}" cy="240" rx="17" ry="11" fill="#fff"/><circle cx="{x}" cy="240" r="8.5" fill="{INK}"/>'
                f'<circle cx="{x + 3}" cy="237" r="2.6" fill="#fff"/>'
            )
        eyes += f'<path d="M{x - 20} 214 q20 -11 40 0" fill="none" stroke="{look["hair"]}" stroke-width="7" stroke-linecap="round"/>'
        if look["glasses"]:
            eyes += f'<rect x="{x - 29}" y="220" width="58" height="42" rx="17" fill="none" stroke="#333" stroke-width="5"/>'
    if look["glasses"]:
        eyes += '<path d="M311 238 h18" stroke="#333" stroke-width="5"/>'
    head = (
        f'<ellipse cx="228" cy="250" rx="16" ry="26" fill="{skin}"/><ellipse cx="412" cy="250" rx="16" ry="26" fill="{skin}"/>'
        f'<path d="M232 215 Q232 138 320 136 Q408 138 408 215 Q412 366 320 372 Q228 366 232 215 Z" fill="{skin}"/>'
        f'<path d="M320 250 q-14 34 -3 38 q8 3 14 -2" fill="none" stroke="#000" stroke-opacity=".28" stroke-width="5" stroke-linecap="round"/>'
        f'<circle cx="262" cy="292" r="17" fill="#d8604f" opacity=".16"/><circle cx="378" cy="292" r="17" fill="#d8604f" opacity=".16"/>'
        f"{over}{eyes}{MOUTHS[mouth]}"
    )
    body = (
        f'<rect x="282" y="340" width="76" height="80" fill="{skin}"/>'
        f'<path d="M110 480 Q122 408 262 396 Q320 436 378 396 Q518 408 530 480 Z" fill="{top}"/>'
        f'<path d="M262 396 Q320 436 378 396" fill="none" stroke="#000" stroke-opacity=".2" stroke-width="7"/>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480" viewBox="0 0 640 480">{room(look["room"], look["wall"])}'
        f'<g transform="translate({dx} {dy})">{behind}</g><g transform="translate({dx / 2} 0)">{body}</g><g transform="translate({dx} {dy})">{head}</g></svg>'
    )
