"""slides_new.xml: in spite of its name, the chat (recordandplayback/generators/events.rb, get_chat_events).

The chat has a clock of its own: unlike everything else that is published, it goes by what the presses of the
record button say. With a press that says the same twice the two clocks part, in real recordings as here.
"""

import json
from xml.sax.saxutils import quoteattr

from .tools import tenth


def published(script, events, clock):
    """Messages sent while recording: dicts of attributes, in order. A clearing closes all earlier ones."""
    rows, index, names = [], {}, shown_names(script, events)
    recording = not any(e.name == "RecordStatusEvent" for e in events)
    offset = last_stop = 0
    for e in events:
        f = e.fields
        moment = (e.at if recording else last_stop) - offset
        if e.name == "RecordStatusEvent":
            recording = f["status"] == "true"
            if recording:
                offset += e.at - last_stop
            else:
                last_stop = e.at
        elif e.name == "PublicChatEvent" and recording:
            row = {
                "in": when(script, moment),
                "direction": "down",
                "name": names[f["senderId"]],
                "message": f["message"],
                "target": "chat",
            }
            if script.modern:
                row.update(senderRole=f["senderRole"], chatEmphasizedText=f["chatEmphasizedText"])
            if "id" in f:
                row.update(
                    id=f["id"],
                    senderId=f["senderId"],
                    replyToMessageId=f["replyToMessageId"],
                    lastEditedTimestamp="",
                    reactions="[]",
                )
                index[f["id"]] = row
            rows.append(row)
        elif e.name == "ClearPublicChatEvent":
            for row in rows:
                row.setdefault("out", when(script, moment))
        elif f.get("messageId") in index:
            row = index[f["messageId"]]
            if e.name.startswith("Edit"):
                row.update(message=f["message"], lastEditedTimestamp=str(script.epoch + e.at))
            elif e.name == "DeletePublicChatMessageRecordEvent":
                rows.remove(row)
            else:
                row["reactions"] = json.dumps(reactions(row, e), ensure_ascii=False)
    return rows


def when(script, ms):
    """Tenths of a second since 2.4; before that whole seconds, cut off."""
    return tenth(ms) if script.since("2.4") else str(ms // 1000)


def reactions(row, e):
    """The reactions of a message after one more, or one less."""
    now, emoji = json.loads(row["reactions"]), e.fields["reactionEmoji"]
    if e.name.startswith("Send"):
        return now + [{"emoji": emoji, "count": 1}]
    return [r for r in now if r["emoji"] != emoji]


def shown_names(script, events):
    """Internal id -> name in the chat; `bbb-anonymize-chat` numbers people by their first join."""
    hide = script.meta.get("bbb-anonymize-chat") == "true"
    hide_moderators = hide and script.meta.get("bbb-anonymize-chat-moderators") == "true"
    names, numbered = {}, {}
    for e in events:
        if e.module != "PARTICIPANT" or e.name != "ParticipantJoinEvent":
            continue
        f = e.fields
        name, kind = f["name"], "Moderator" if f["role"] == "MODERATOR" else "Viewer"
        if hide_moderators if kind == "Moderator" else hide:
            same = numbered.setdefault(kind, {})
            name = f"{kind} {same.setdefault(f['externalUserId'], len(same) + 1)}"
        names[f["userId"]] = name
    return names


def xml(rows):
    """The popcorn file: HTML inside an attribute."""
    lines = [f"  <chattimeline {' '.join(f'{k}={quoteattr(v, ESCAPES)}' for k, v in row.items())}/>" for row in rows]
    return '<?xml version="1.0" encoding="UTF-8"?>\n<popcorn>\n' + "".join(x + "\n" for x in lines) + "</popcorn>\n"


ESCAPES = {'"': "&quot;"}
