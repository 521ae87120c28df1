### Búsqueda

search-title = Búsqueda
search-unasked = Pregunta por palabras que se dijeron, se mostraron en una diapositiva o se escribieron en el chat.
search-hint-phrase = «Entre comillas» se buscan tal cual; -palabra excluye lo que la contiene; coop* encuentra todas las que empiezan así.
search-no-words = En esta pregunta no hay ninguna palabra. Escribe al menos una.
search-nothing = No se ha encontrado nada
search-nothing-text = Prueba con menos palabras o con otras. Las reuniones cuyas palabras aún están en camino no se buscan todavía.
search-count = { $hits ->
    [one] { $hits } lugar
   *[other] { $hits } lugares
  } en { $recordings ->
    [one] { $recordings } reunión
   *[other] { $recordings } reuniones
  }
search-loosened = Pocas reuniones tienen todas las palabras juntas, así que algunas de estas solo tienen las más reveladoras.
search-more = { $count ->
    [one] { $count } lugar más en esta reunión
   *[other] { $count } lugares más en esta reunión
  }
sort-label = Orden
sort-relevance = Lo mejor primero
sort-newest = Lo más reciente primero
source-title = Título
source-spoken = Dicho
