### Suche

search-title = Suche
search-unasked = Frage nach Wörtern, die gesagt, auf einer Folie gezeigt oder im Chat geschrieben wurden.
search-hint-phrase = „In Anführungszeichen“ wird wörtlich gesucht; -Wort lässt weg, was es enthält; genoss* findet alle Wörter, die so beginnen.
search-no-words = In dieser Frage steht kein Wort. Bitte mindestens eines schreiben.
search-nothing = Nichts gefunden
search-nothing-text = Versuche es mit weniger oder anderen Wörtern. Treffen, deren Wörter noch unterwegs sind, werden noch nicht durchsucht.
search-count = { $hits ->
    [one] { $hits } Stelle
   *[other] { $hits } Stellen
  } in { $recordings ->
    [one] { $recordings } Treffen
   *[other] { $recordings } Treffen
  }
search-loosened = Alle Wörter zusammen stehen in wenigen Treffen; manche von diesen haben nur die aussagekräftigeren.
search-more = { $count ->
    [one] { $count } weitere Stelle in diesem Treffen
   *[other] { $count } weitere Stellen in diesem Treffen
  }
sort-label = Reihenfolge
sort-relevance = Bestes zuerst
sort-newest = Neuestes zuerst
source-title = Titel
source-spoken = Gesagt
