### Home and collections

home-lead = What was said in our meetings, to search, to watch and to read.
home-newest = Newest meetings
home-older = Older meetings
home-empty = No meeting has arrived yet.
home-empty-archivist = Meetings are taken in with “plenary ingest”, followed by the folder of a published recording.
home-empty-visitor = Some meetings may be for members only: sign in to see them.

collections-lead = Meetings that belong together, put in order by an archivist.
collections-all = All collections
collections-empty = There is no collection yet.
collection-meetings = The meetings
collection-empty = There is no meeting in this collection that you can see.
collection-size = { $count ->
    [0] No meetings
    [one] { $count } meeting
   *[other] { $count } meetings
  }
