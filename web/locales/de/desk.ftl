### Der Archivtisch und alles Bearbeiten

desk-title = Archivtisch
desk-failed = Fehlgeschlagen
desk-retry = Noch einmal
desk-retry-label = Noch einmal versuchen: { $work } von „{ $title }“
desk-retried = Es wird noch einmal versucht.
desk-edit-label = „{ $title }“ bearbeiten
desk-running = In Arbeit
desk-running-none = Gerade ist nichts in Arbeit.
desk-waiting = { $count ->
    [0] Nichts wartet.
    [one] { $count } Arbeit wartet.
   *[other] { $count } Arbeiten warten.
  }
desk-recordings = Alle Treffen
desk-percent = { $percent } %

column-work = Arbeit
column-meeting = Treffen
column-cause = Ursache
column-since = Seit
column-progress = Fortschritt
column-date = Datum
column-length = Länge
column-state = Stand
column-arrived = Angekommen

job-index = Verzeichnis
job-audio = Ton
job-transcribe = Mitschrift
job-pictures = Bilder
job-webcams = Film
job-deskshare = Geteilter Bildschirm

state-ready = Fertig
state-working = { $count ->
    [one] { $count } Arbeit steht aus
   *[other] { $count } Arbeiten stehen aus
  }
state-failed = Fehlgeschlagen

edit-conflict = Jemand anderes hat dieses Treffen geändert, seit du dieses Formular geöffnet hast; es wurde nichts gespeichert. Was du geschrieben hast, steht unten: Noch einmal speichern setzt es an die Stelle dessen, was jetzt gespeichert ist.
recording-edit = Treffen bearbeiten
collection-new = Neue Sammlung
collection-edit = Sammlung bearbeiten
collection-create = Sammlung anlegen
collection-order = Die Treffen in ihrer Reihenfolge
collection-order-empty = Noch ist kein Treffen darin. Treffen kommen auf ihrer eigenen Bearbeitungsseite hinein.
collection-delete = Sammlung löschen
collection-delete-items = { $count ->
    [0] ist eine Sammlung ohne Treffen.
    [one] ist eine Sammlung mit { $count } Treffen.
   *[other] ist eine Sammlung mit { $count } Treffen.
  }
collection-delete-text = Die Treffen bleiben in der Bibliothek. Notiz, Reihenfolge und Gründe gehen verloren und lassen sich nicht zurückholen.
collection-delete-type = Zum Löschen den Titel der Sammlung eintippen
collection-delete-mistyped = Das ist nicht der Titel.

field-title = Titel
field-title-empty = Ein Titel fehlt.
field-title-taken = Es gibt schon eine Sammlung mit diesem Titel.
field-description = Beschreibung
field-description-hint = Reiner Text; eine leere Zeile beginnt einen neuen Absatz.
field-note = Notiz zur Sammlung
field-note-hint = Was diese Treffen verbindet. Reiner Text; eine leere Zeile beginnt einen neuen Absatz.
field-reason = Warum es hier ist
field-licence = Lizenz
field-language = Sprache
field-language-hint = Ihr Kürzel wie en, es oder de. Leer gelassen wird sie erkannt.
field-language-wrong = Das ist kein Sprachkürzel.
field-visibility = Wer es sieht
field-space = Bereich
field-space-hint = Die Genossenschaft oder das Projekt, zu dem dieses Treffen gehört.
field-subjects = Themen
field-subjects-hint = Worum es geht, mit Kommas dazwischen: Wohnen, Energie.
move-up = Nach oben
move-down = Nach unten
take-out = Herausnehmen
