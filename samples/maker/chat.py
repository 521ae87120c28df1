"""slides_new.xml: in spite of its name, the chat (recordandplayback/generators/events.rb, get_chat_events)."""

import json
from xml.sax.saxutils import quoteattr

from .tools import tenth


def published(script, events, clock):
    """Messages sent while recording: dicts of attributes, in order. A clearing closes all earlier ones."""
    rows, index, recording = [], {}, False
    for e in events:
        f = e.fields
        if e.name == "RecordStatusEvent":
            recording = f["status"] == "true"
        elif e.name == "PublicChatEvent" and recording:
            row = {
                "in": tenth(clock.published(e.at)),
                "direction": "down",
                "name": f["sender"],
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
                row.setdefault("out", tenth(clock.published(e.at)))
        elif f.get("messageId") in index:
            row = index[f["messageId"]]
            if e.name.startswith("Edit"):
                row.update(message=f["message"], lastEditedTimestamp=str(script.epoch + e.at))
            elif e.name == "DeletePublicChatMessageRecordEvent":
                rows.remove(row)
            elif e.name.startswith("Send"):
                row["reactions"] = json.dumps(
                    json.loads(row["reactions"]) + [{"emoji": f["reactionEmoji"], "count": 1}], ensure_ascii=False
                )
    return rows


def xml(rows):
    """The popcorn file: HTML inside an attribute."""
    lines = [f"  <chattimeline {' '.join(f'{k}={quoteattr(v, ESCAPES)}' for k, v in row.items())}/>" for row in rows]
    return '<?xml version="1.0" encoding="UTF-8"?>\n<popcorn>\n' + "".join(x + "\n" for x in lines) + "</popcorn>\n"


ESCAPES = {'"': "&quot;"}
