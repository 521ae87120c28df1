### A meeting's page

tabs-label = Parts of this meeting
tab-transcript = Transcript
tab-slides = Slides
tab-chat = Chat
tab-polls = Polls
tab-whiteboard = Whiteboard
tab-notes = Notes
tab-videos = Videos
tab-about = About

transcript-machine = Transcript by machine
transcript-silent-short = Nobody spoke
transcript-waiting-short = Words on their way
transcript-failed-short = No transcript
transcript-silent = Nobody spoke in this recording, so there is nothing to read.
transcript-waiting = The words are on their way.
transcript-waiting-text = A machine is listening to this meeting. What was said will stand here and can then be searched.
transcript-failed = The machine could not listen to this meeting.

film-label = Film of the meeting
film-waiting = The film is being prepared.
film-waiting-text = It will play here when it is ready. Slides, chat and what has been understood so far can be read already.
film-more-to-come = The sound can be heard already; the pictures are being prepared.
film-pictures-failed = Some of the pictures could not be prepared.
film-failed = The film could not be prepared.
film-nothing = There is nothing to play here. Should sound or pictures still arrive, they will stand in this place.
recording-unpublished = Taken down at its server: its owners no longer publish it there. Nothing of it is erased here; who sees it can be decided under “Edit”.
recording-deleted = Deleted at its server by its owners. Nothing of it is erased here; who sees it can be decided under “Edit”.
failed-archivist = See on the desk what went wrong, and try again
failed-visitor = The archivists can see what went wrong and try again.

# Shown after a search, above the transcript.
recording-found = { $count ->
    [0] Your words do not occur in this meeting.
    [one] { $count } place in this meeting matches.
   *[other] { $count } places in this meeting match.
  }
recording-search-all = Search all meetings
recording-search-clear = Show without marks

slide-words = Words on the slide
poll-answer = Answer
poll-votes = Votes
chat-edited = edited
chat-answers = Answers
videos-hint = Videos from elsewhere that were played to everyone. Each link leads out of this library and opens in a new tab.

about-date = Began
about-length = Length
about-participants = Took part
about-licence = Licence
about-language = Language
about-speech-model = Transcribed with
about-collections = In these collections
licence-none = None was given
licence-all-rights-reserved = All rights reserved
