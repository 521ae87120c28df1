"""What people write in the chat, as events; published again by chat.py."""

import re
from html import escape

from .tools import sha1

LINK = re.compile(r"https?://[^\s<]+")


def html(text):
    """Chat text as the client stores it: escaped, links marked up."""
    out, last = "", 0
    for m in LINK.finditer(text):
        url = escape(m.group())
        out += escape(text[last : m.start()], quote=False) + f'<a href="{url}" rel="nofollow"><u>{url}</u></a>'
        last = m.end()
    return out + escape(text[last:], quote=False)


def message_id(log, key):
    """3.0 gives messages ids: time and a serial number."""
    return f"{log.script.epoch}-{sha1(log.script.name + key)[:8]}"


def chat(log, at, until, what, n):
    """`sender` up to 2.4; role and emphasis from 2.6; ids and replies from 3.0."""
    s, p = log.script, log.script.person(what["who"])
    extra = {} if s.modern else {"sender": p.name}
    if s.modern:
        extra.update(senderRole=p.role, chatEmphasizedText="true" if what.get("emphasis") else "false")
    if s.generation == "3.0":
        extra.update(
            id=message_id(log, what.get("id", str(n))),
            replyToMessageId=message_id(log, what["reply_to"]) if "reply_to" in what else "",
        )
    log.add(at, "CHAT", "PublicChatEvent", senderId=p.user_id, message=html(what["text"]), color="0", **extra)


def clear_chat(log, at, until, what, n):
    """Everything written so far gets an `out` in the published chat."""
    log.add(at, "CHAT", "ClearPublicChatEvent")


def edit_chat(log, at, until, what, n):
    """3.0 only."""
    log.add(
        at,
        "CHAT",
        "EditPublicChatMessageRecordEvent",
        messageId=message_id(log, what["id"]),
        message=html(what["text"]),
    )


def delete_chat(log, at, until, what, n):
    """3.0 only: the text stays in the earlier event and must stay out of everything published."""
    log.add(at, "CHAT", "DeletePublicChatMessageRecordEvent", messageId=message_id(log, what["id"]))


def react(log, at, until, what, n, word="Send"):
    """3.0 only."""
    log.add(
        at,
        "CHAT",
        f"{word}PublicChatMessageReactionRecordEvent",
        messageId=message_id(log, what["id"]),
        reactionEmoji=what["emoji"],
        senderId=log.script.person(what["who"]).user_id,
    )


def take_back(log, at, until, what, n):
    """3.0 only: a reaction is withdrawn."""
    react(log, at, until, what, n, "Delete")


HANDLERS = {
    "chat": chat,
    "clear-chat": clear_chat,
    "edit-chat": edit_chat,
    "delete-chat": delete_chat,
    "react": react,
    "take-back": take_back,
}
