### La página de una reunión

tabs-label = Partes de esta reunión
tab-transcript = Transcripción
tab-slides = Diapositivas
tab-chat = Chat
tab-polls = Votaciones
tab-whiteboard = Pizarra
tab-notes = Notas
tab-videos = Vídeos
tab-about = Ficha

transcript-machine = Transcripción automática
transcript-silent-short = Nadie habló
transcript-waiting-short = Palabras en camino
transcript-failed-short = Sin transcripción
transcript-silent = En esta grabación no habló nadie, así que no hay nada que leer.
transcript-waiting = Las palabras están en camino.
transcript-waiting-text = Una máquina está escuchando esta reunión. Lo que se dijo aparecerá aquí y se podrá buscar.
transcript-failed = La máquina no pudo escuchar esta reunión.

film-label = Vídeo de la reunión
film-waiting = El vídeo se está preparando.
film-waiting-text = Se podrá ver aquí cuando esté listo. Las diapositivas, el chat y lo que ya se ha entendido se pueden leer ahora.
film-more-to-come = El sonido ya se puede oír; las imágenes se están preparando.
film-pictures-failed = No se pudo preparar una parte de las imágenes.
film-failed = No se pudo preparar el vídeo.
film-nothing = Aquí no hay nada que reproducir. Si todavía llega sonido o imagen, aparecerá en este lugar.
recording-unpublished = Retirada en su servidor: allí ya no se publica. Aquí no se borra nada; quién la ve se decide en «Editar».
recording-deleted = Borrada en su servidor por quienes la hicieron. Aquí no se borra nada; quién la ve se decide en «Editar».
failed-archivist = Ver en la mesa de archivo qué ha fallado y volver a intentarlo
failed-visitor = Quienes cuidan el archivo pueden ver qué ha fallado y volver a intentarlo.

recording-found = { $count ->
    [0] Tus palabras no aparecen en esta reunión.
    [one] { $count } lugar de esta reunión coincide.
   *[other] { $count } lugares de esta reunión coinciden.
  }
recording-search-all = Buscar en todas las reuniones
recording-search-clear = Mostrar sin marcas

slide-words = Palabras de la diapositiva
poll-answer = Respuesta
poll-votes = Votos
chat-edited = editado
chat-answers = Responde a
videos-hint = Vídeos de otros sitios que se pusieron para todo el mundo. Cada enlace sale de esta biblioteca y se abre en una pestaña nueva.

about-date = Empezó
about-length = Duración
about-participants = Participantes
about-licence = Licencia
about-language = Idioma
about-speech-model = Transcrita con
about-collections = En estas colecciones
licence-none = No se indicó ninguna
licence-all-rights-reserved = Todos los derechos reservados
