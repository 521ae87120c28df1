### Was auf jeder Seite steht, und Wörter, die sich mehrere Seiten teilen.

skip-to-main = Zum Inhalt
nav-label = Hauptmenü
nav-collections = Sammlungen
nav-desk = Archivtisch
nav-sign-in = Anmelden
nav-sign-out = Abmelden
language-label = Sprache dieser Seite
search-label = In allem Gesagten, Gezeigten und Geschriebenen suchen
search-placeholder = Gesagtes suchen
search-button = Suchen

pages-label = Seiten
pages-older = Ältere Treffen
pages-previous = Vorige Seite
pages-next = Nächste Seite

visibility-public = Öffentlich
visibility-members = Nur für Mitglieder
visibility-private = Privat
untitled = Treffen ohne Titel

edit = Bearbeiten
save = Speichern
saved = Gespeichert.
cancel = Abbrechen
to-page = Zur Seite

## Zeiten

date-day = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
  } { $year }
date-day-and-time = { $date }, { $time } Uhr
length-seconds = { $seconds } s
length-minutes = { $minutes } min
length-hours = { $hours } h
length-hours-minutes = { $hours } h { $minutes } min

## Das Band

ribbon = Das Treffen auf einen Blick
ribbon-hits = Wo die Wörter vorkommen
ribbon-at = { $at } { $what }
speaker = Stimme { $number }
speakers-other = Weitere Stimmen
slide-number = Folie { $number }
poll = Abstimmung
