### The archivist's desk and all editing

desk-title = Archivist’s desk
desk-failed = Failed
desk-retry = Try again
desk-retry-label = Try again: { $work } of “{ $title }”
desk-retried = It will be tried again.
desk-edit-label = Edit “{ $title }”
desk-running = In work
desk-running-none = Nothing is being worked on right now.
desk-waiting = { $count ->
    [0] Nothing is waiting.
    [one] { $count } piece of work is waiting.
   *[other] { $count } pieces of work are waiting.
  }
desk-recordings = All meetings
desk-percent = { $percent } %

column-work = Work
column-meeting = Meeting
column-cause = Cause
column-since = Since
column-progress = Progress
column-date = Date
column-length = Length
column-state = State
column-arrived = Arrived

job-index = Index
job-audio = Sound
job-transcribe = Transcript
job-pictures = Pictures
job-webcams = Film
job-deskshare = Shared screen

state-ready = Ready
state-working = { $count ->
    [one] { $count } piece of work to do
   *[other] { $count } pieces of work to do
  }
state-failed = Failed

edit-conflict = Somebody else has changed this meeting since you opened this form, so nothing was saved. What you wrote stands below: save again to put it in place of what is stored now.
recording-edit = Edit meeting
collection-new = New collection
collection-edit = Edit collection
collection-create = Create collection
collection-order = Meetings in their order
collection-order-empty = There is no meeting in it yet. Meetings are put in on their own edit pages.
collection-delete = Delete collection
collection-delete-items = { $count ->
    [0] is a collection without meetings.
    [one] is a collection of { $count } meeting.
   *[other] is a collection of { $count } meetings.
  }
collection-delete-text = The meetings stay in the library. Note, order and reasons are lost and cannot be brought back.
collection-delete-type = Type the collection’s title to delete it
collection-delete-mistyped = This is not the title.

field-title = Title
field-title-empty = A title is needed.
field-title-taken = There is a collection with this title already.
field-description = Description
field-description-hint = Plain text; an empty line begins a new paragraph.
field-note = Curator’s note
field-note-hint = What these meetings have in common. Plain text; an empty line begins a new paragraph.
field-reason = Why it is here
field-licence = Licence
field-language = Language
field-language-hint = Its tag, such as en, es or de. Leave it empty to have it recognised.
field-language-wrong = This is not a language’s tag.
field-visibility = Who sees it
field-space = Space
field-space-hint = The co-operative or project that this meeting belongs to.
field-subjects = Subjects
field-subjects-hint = What it is about, with commas between: housing, energy.
move-up = Up
move-down = Down
take-out = Take out
