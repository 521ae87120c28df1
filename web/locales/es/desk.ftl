### La mesa de archivo y todo lo que se edita

desk-title = Mesa de archivo
desk-failed = Fallos
desk-retry = Reintentar
desk-retry-label = Reintentar: { $work } de «{ $title }»
desk-retried = Se volverá a intentar.
desk-edit-label = Editar «{ $title }»
desk-running = En marcha
desk-running-none = Ahora mismo no hay nada en marcha.
desk-waiting = { $count ->
    [0] No hay nada en espera.
    [one] { $count } tarea en espera.
   *[other] { $count } tareas en espera.
  }
desk-recordings = Todas las reuniones
desk-percent = { $percent } %

column-work = Tarea
column-meeting = Reunión
column-cause = Causa
column-since = Desde
column-progress = Progreso
column-date = Fecha
column-length = Duración
column-state = Estado
column-arrived = Llegada

job-index = Índice
job-audio = Sonido
job-transcribe = Transcripción
job-pictures = Imágenes
job-webcams = Vídeo
job-deskshare = Pantalla compartida

state-ready = Lista
state-working = { $count ->
    [one] { $count } tarea pendiente
   *[other] { $count } tareas pendientes
  }
state-failed = Con fallos

edit-conflict = Otra persona ha cambiado esta reunión desde que abriste este formulario, así que no se ha guardado nada. Lo que escribiste está abajo: guarda otra vez para ponerlo en lugar de lo que ahora está guardado.
recording-edit = Editar la reunión
collection-new = Nueva colección
collection-edit = Editar la colección
collection-create = Crear la colección
collection-order = Las reuniones en su orden
collection-order-empty = Todavía no hay ninguna reunión. Las reuniones se añaden desde su propia página de edición.
collection-delete = Borrar la colección
collection-delete-items = { $count ->
    [0] es una colección sin reuniones.
    [one] es una colección de { $count } reunión.
   *[other] es una colección de { $count } reuniones.
  }
collection-delete-text = Las reuniones se quedan en la biblioteca. La nota, el orden y los motivos se pierden y no se pueden recuperar.
collection-delete-type = Escribe el título de la colección para borrarla
collection-delete-mistyped = Ese no es el título.

field-title = Título
field-title-empty = Hace falta un título.
field-title-taken = Ya hay una colección con este título.
field-description = Descripción
field-description-hint = Texto sin formato; una línea vacía empieza un párrafo nuevo.
field-note = Nota de quien la reúne
field-note-hint = Qué tienen en común estas reuniones. Texto sin formato; una línea vacía empieza un párrafo nuevo.
field-reason = Por qué está aquí
field-licence = Licencia
field-language = Idioma
field-language-hint = Su etiqueta, como en, es o de. Déjalo vacío para que se reconozca.
field-language-wrong = Esto no es la etiqueta de un idioma.
field-visibility = Quién la ve
field-space = Espacio
field-space-hint = La cooperativa o el proyecto al que pertenece esta reunión.
field-subjects = Temas
field-subjects-hint = De qué trata, separado por comas: vivienda, energía.
move-up = Subir
move-down = Bajar
take-out = Quitar
