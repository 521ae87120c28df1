### Was ankommt, und das Hochladen

nav-ingest = Ankünfte
ingest-title = Ankünfte
ingest-to-desk = Zum Archivtisch
desk-to-ingest = Ankünfte und Hochladen
ingest-running = Unterwegs
ingest-running-none = Gerade ist nichts unterwegs.
ingest-runs = Wird aufgenommen
ingest-waits = Wartet
ingest-waits-until = Nächster Versuch ab { $time }
ingest-done = Zuletzt aufgenommen
ingest-done-none = Noch wurde nichts aufgenommen.
ingest-retry-label = Noch einmal versuchen: { $name }

way-command = Befehl
way-spool = Eingangsordner
way-tree = Veröffentlichter Ordner
way-server = BigBlueButton-Server
way-upload = Hochgeladen

column-arrival = Was
column-way = Weg
column-outcome = Was daraus wurde
column-done = Fertig
column-file = Datei
column-by = Von
column-until = Aufbewahrt bis

upload-title = Hochladen
upload-lead = Eine Aufzeichnung von BigBlueButton, als tar oder zip gepackt, oder irgendeine Film- oder Tonaufnahme eines Treffens, das anderswo stattfand.
upload-no-script = Das Hochladen braucht JavaScript, das in diesem Browser ausgeschaltet ist.
upload-files = Dateien
upload-files-hint = Auch mehrere auf einmal, jede höchstens { $limit } groß. Was unterbrochen wird, geht dort weiter, wo es stehen blieb, sobald du dieselbe Datei wieder auswählst.
upload-packed-hint = Eine gepackte Aufzeichnung bringt mit, was über sie zu wissen ist.
upload-date = Begann
upload-date-hint = In der Zeitzone { $zone }.
upload-start = Hochladen
upload-all = Alle hochladen
upload-pause = Anhalten
upload-resume = Weiter
upload-remove = Von dieser Liste nehmen
upload-known = Ein Teil dieser Datei ist schon einmal angekommen. Das Hochladen geht von dort aus weiter.
upload-begins = Beginnt …
upload-going = { $sent } von { $size }
upload-paused = Angehalten. Was angekommen ist, bleibt.
upload-cut = Die Verbindung ist weg. Sobald sie wieder da ist, geht es von selbst weiter.
upload-arrived = Angekommen. Es wird jetzt aufgenommen.
upload-failed = Das ließ sich nicht hochladen:
upload-too-large = Diese Datei ist größer als { $limit }.
upload-empty = Diese Datei ist leer.
upload-no-room = In der Bibliothek ist kein Platz mehr.
upload-signed-out = Du bist nicht mehr angemeldet. Öffne diese Seite neu und melde dich an; was angekommen ist, bleibt.
upload-told = { $file }: { $state }
upload-unfinished = Nicht fertig hochgeladen
upload-unfinished-text = Um mit einer Datei weiterzumachen, wähle sie oben im selben Browser noch einmal aus.
upload-part = { $percent } von { $size }
upload-discard = Verwerfen
upload-discard-label = Verwerfen, was von { $file } angekommen ist
upload-discarded = Es wurde verworfen.

size-kilobytes = { $size } kB
size-megabytes = { $size } MB
size-gigabytes = { $size } GB
