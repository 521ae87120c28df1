### Startseite und Sammlungen

home-lead = Was in unseren Treffen gesagt wurde: zum Suchen, Ansehen und Lesen.
home-newest = Neueste Treffen
home-older = Ältere Treffen
home-empty = Noch ist kein Treffen angekommen.
home-empty-archivist = Treffen kommen mit „plenary ingest“ herein, gefolgt vom Ordner einer veröffentlichten Aufzeichnung.
home-empty-visitor = Manche Treffen sind vielleicht nur für Mitglieder: Nach dem Anmelden sind sie zu sehen.

collections-lead = Treffen, die zusammengehören, vom Archiv geordnet.
collections-all = Alle Sammlungen
collections-empty = Noch gibt es keine Sammlung.
collection-meetings = Die Treffen
collection-empty = In dieser Sammlung ist kein Treffen, das du sehen kannst.
collection-size = { $count ->
    [0] Keine Treffen
    [one] { $count } Treffen
   *[other] { $count } Treffen
  }
