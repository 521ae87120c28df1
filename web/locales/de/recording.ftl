### Die Seite eines Treffens

tabs-label = Teile dieses Treffens
tab-transcript = Mitschrift
tab-slides = Folien
tab-chat = Chat
tab-polls = Abstimmungen
tab-whiteboard = Tafel
tab-notes = Notizen
tab-videos = Videos
tab-about = Angaben

transcript-machine = Mitschrift einer Maschine
transcript-silent-short = Niemand sprach
transcript-waiting-short = Wörter unterwegs
transcript-failed-short = Keine Mitschrift
transcript-silent = In dieser Aufzeichnung hat niemand gesprochen; es gibt nichts zu lesen.
transcript-waiting = Die Wörter sind unterwegs.
transcript-waiting-text = Eine Maschine hört dieses Treffen gerade an. Was gesagt wurde, wird hier stehen und ist dann zu finden.
transcript-failed = Die Maschine konnte dieses Treffen nicht anhören.

film-label = Film des Treffens
film-waiting = Der Film wird vorbereitet.
film-waiting-text = Sobald er fertig ist, läuft er hier. Folien, Chat und was schon verstanden wurde, sind jetzt schon zu lesen.
film-more-to-come = Der Ton ist schon zu hören; die Bilder werden vorbereitet.
film-pictures-failed = Ein Teil der Bilder konnte nicht vorbereitet werden.
film-failed = Der Film konnte nicht vorbereitet werden.
film-nothing = Hier gibt es nichts abzuspielen. Falls Ton oder Bilder noch ankommen, stehen sie an dieser Stelle.
recording-unpublished = Auf dem Server zurückgezogen: Dort wird sie nicht mehr veröffentlicht. Hier wird nichts gelöscht; wer sie sieht, lässt sich unter „Bearbeiten“ entscheiden.
recording-deleted = Auf dem Server gelöscht. Hier wird nichts gelöscht; wer sie sieht, lässt sich unter „Bearbeiten“ entscheiden.
failed-archivist = Am Archivtisch nachsehen, was schiefging, und es noch einmal versuchen
failed-visitor = Das Archiv kann sehen, was schiefging, und es noch einmal versuchen.

recording-found = { $count ->
    [0] Deine Wörter kommen in diesem Treffen nicht vor.
    [one] { $count } Stelle dieses Treffens passt.
   *[other] { $count } Stellen dieses Treffens passen.
  }
recording-search-all = In allen Treffen suchen
recording-search-clear = Ohne Markierungen zeigen

slide-words = Wörter auf der Folie
poll-answer = Antwort
poll-votes = Stimmen
chat-edited = bearbeitet
chat-answers = Antwort auf
videos-hint = Videos von anderswo, die allen vorgespielt wurden. Jeder Link führt aus dieser Bibliothek hinaus und öffnet sich in einem neuen Tab.

about-date = Begann
about-length = Länge
about-participants = Teilnehmende
about-licence = Lizenz
about-language = Sprache
about-speech-model = Mitgeschrieben mit
about-collections = In diesen Sammlungen
licence-none = Keine angegeben
licence-all-rights-reserved = Alle Rechte vorbehalten
