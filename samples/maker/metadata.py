"""metadata.xml of the published format (record-and-playback/presentation/scripts/publish/presentation.rb)."""

from xml.sax.saxutils import escape, quoteattr

HOST = "https://bbb.example.org"


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
    }


def folder_size(folder):
    """As the scripts count: bytes of files plus 4096 a directory."""
    return sum(4096 if p.is_dir() else p.stat().st_size for p in folder.rglob("*")) + 4096


def xml(script, events, clock, boards, size, raw_size):
    """The file's text."""
    s = script
    joined = {e.fields["userId"] for e in events if e.name == "ParticipantJoinEvent"}
    meta = "".join(f"\n    <{k}>{escape(v)}</{k}>" for k, v in catalogue(s).items())
    images = "".join(
        f'\n          <image width="176" height="136" alt={quoteattr(" ".join(w for w in b.words if w)[:120])}>'
        f"{HOST}/presentation/{s.record_id}/presentation/{s.pres_id}/thumbnails/thumb-{n}.png</image>"
        for n, b in list(enumerate(boards, 1))[:3]
    )
    return f"""<recording>
  <id>{s.record_id}</id>
  <state>published</state>
  <published>true</published>
  <start_time>{s.epoch}</start_time>
  <end_time>{s.epoch + events[-1].at - events[0].at}</end_time>
  <participants>{len(joined)}</participants>
  <meeting id="{s.record_id}" externalId={quoteattr(s.external_id)} name={quoteattr(s.title)} breakout="false"/>
  <meta>{meta}
  </meta>
  <playback>
    <format>presentation</format>
    <link>{HOST}/playback/presentation/2.3/{s.record_id}</link>
    <processing_time>{clock.length // 3}</processing_time>
    <duration>{clock.length}</duration>
    <extensions>
      <preview>
        <images>{images}
        </images>
      </preview>
    </extensions>
    <size>{size}</size>
  </playback>
  <raw_size>{raw_size}</raw_size>
</recording>
"""
