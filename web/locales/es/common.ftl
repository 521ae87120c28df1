### Lo que está en todas las páginas y las palabras que comparten varias.

skip-to-main = Ir al contenido
nav-label = Principal
nav-collections = Colecciones
nav-desk = Mesa de archivo
nav-sign-in = Entrar
nav-sign-out = Salir
language-label = Idioma de esta página
search-label = Buscar en todo lo dicho, mostrado y escrito
search-placeholder = Buscar en lo que se dijo
search-button = Buscar

pages-label = Páginas
pages-older = Reuniones anteriores
pages-previous = Página anterior
pages-next = Página siguiente

visibility-public = Pública
visibility-members = Solo para miembros
visibility-private = Privada
untitled = Reunión sin título

edit = Editar
save = Guardar
saved = Guardado.
cancel = Cancelar
to-page = Ver la página

## Tiempos

date-day = { $day } de { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
  } de { $year }
date-day-and-time = { $date }, { $time }
length-seconds = { $seconds } s
length-minutes = { $minutes } min
length-hours = { $hours } h
length-hours-minutes = { $hours } h { $minutes } min

## La cinta

ribbon = La reunión de un vistazo
ribbon-hits = Dónde aparecen las palabras
ribbon-at = { $at } { $what }
speaker = Voz { $number }
speakers-other = Otras voces
slide-number = Diapositiva { $number }
poll = Votación
