### Inicio y colecciones

home-lead = Lo que se dijo en nuestras reuniones, para buscar, ver y leer.
home-newest = Reuniones más recientes
home-older = Reuniones anteriores
home-empty = Todavía no ha llegado ninguna reunión.
home-empty-archivist = Las reuniones se incorporan con «plenary ingest», seguido de la carpeta de una grabación publicada.
home-empty-visitor = Puede haber reuniones solo para miembros: entra para verlas.

collections-lead = Reuniones que van juntas, ordenadas por quien cuida el archivo.
collections-all = Todas las colecciones
collections-empty = Todavía no hay ninguna colección.
collection-meetings = Las reuniones
collection-empty = En esta colección no hay ninguna reunión que puedas ver.
collection-size = { $count ->
    [0] Sin reuniones
    [one] { $count } reunión
   *[other] { $count } reuniones
  }
