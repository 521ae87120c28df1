"""metadata.xml of every published format (record-and-playback/*/scripts/publish/*.rb)."""

from xml.sax.saxutils import escape, quoteattr

HOST = "https://bbb.example.org"

# Where the link in the metadata leads, after the host.
LINKS = {
    "podcast": "/podcast/{id}/audio.ogg",
    "notes": "/notes/{id}/notes.pdf",
    "video": "/playback/video/{id}/",
    "screenshare": "/recording/screenshare/{id}/",
    "ai-summary": "/ai-summary/{id}/",
}


def link(script, kind):
    """The address of the format; the player of `presentation` had another one in each era."""
    if kind != "presentation":
        path = LINKS[kind]
    elif script.since("2.3"):
        path = "/playback/presentation/2.3/{id}"
    else:
        path = f"/playback/presentation/{'2.0' if script.since('2.0') else '0.9.0'}/playback.html?meetingId={{id}}"
    return HOST + path.format(id=script.record_id)


def catalogue(script):
    """Meta data of the create call; a front end sends its call-back secret here, which must never be shown."""
    return {
        "meetingId": script.external_id,
        "meetingName": script.title,
        "isBreakout": "false",
        "bbb-origin": "Plenary samples",
        "gl-listed": "false",
        "endcallbackurl": "https://example.org/callback?token=not-for-publication",
        "plenary-visibility": "public",
        "plenary-language": script.language,
        "plenary-licence": "CC-BY-SA-4.0",
        "plenary-description": script.description,
        **script.meta,
    }


def folder_size(folder):
    """As the scripts count: bytes of files plus 4096 a directory."""
    return sum(4096 if p.is_dir() else p.stat().st_size for p in folder.rglob("*")) + 4096


def xml(script, events, clock, boards, size, raw_size, kind="presentation"):
    """The file's text. `screenshare` and `video` say "available"; before 1.1 it said less."""
    s = script
    joined = {e.fields["userId"] for e in events if e.name == "ParticipantJoinEvent"}
    meta = "".join(f"\n    <{k}>{escape(v)}</{k}>" for k, v in catalogue(s).items())
    images = "".join(
        f'\n          <image width="176" height="136" alt={quoteattr(" ".join(w for w in b.words if w)[:120])}>'
        f"{HOST}/presentation/{s.record_id}/presentation/{s.pres_id}/thumbnails/thumb-{n}.png</image>"
        for n, b in list(enumerate(boards, 1))[:3]
    )
    preview = f"""
    <extensions>
      <preview>
        <images>{images}
        </images>
      </preview>
    </extensions>"""
    people = f"""
  <participants>{len(joined)}</participants>"""
    meeting = f"""
  <meeting id="{s.record_id}" externalId={quoteattr(s.external_id)} name={quoteattr(s.title)} breakout="false"/>"""
    return f"""<recording>
  <id>{s.record_id}</id>
  <state>{"available" if kind in ("video", "screenshare") else "published"}</state>
  <published>true</published>
  <start_time>{s.epoch}</start_time>
  <end_time>{s.epoch + events[-1].at - events[0].at}</end_time>{people if s.since("1.1") and kind != "screenshare" else ""}\
{meeting if s.since("1.1") else ""}
  <meta>{meta}
  </meta>
  <playback>
    <format>{kind}</format>
    <link>{link(s, kind)}</link>
    <processing_time>{clock.length // 3}</processing_time>
    <duration>{clock.length}</duration>{preview if kind == "presentation" and s.since("1.1") else ""}
    <size>{size}</size>
  </playback>
  <raw_size>{raw_size}</raw_size>
</recording>
"""
