### Lo que llega, y subir archivos

nav-ingest = Llegadas
ingest-title = Llegadas
ingest-to-desk = A la mesa de archivo
desk-to-ingest = Llegadas y subidas
ingest-running = En camino
ingest-running-none = Ahora mismo no hay nada en camino.
ingest-runs = Entrando
ingest-waits = En espera
ingest-waits-until = Nuevo intento a partir del { $time }
ingest-done = Lo último que entró
ingest-done-none = Todavía no ha entrado nada.
ingest-retry-label = Reintentar: { $name }

way-command = Orden
way-spool = Carpeta de entrada
way-tree = Carpeta publicada
way-server = Servidor BigBlueButton
way-upload = Subida

column-arrival = Qué
column-way = Vía
column-outcome = Qué resultó
column-done = Terminado
column-file = Archivo
column-by = De
column-until = Se guarda hasta

upload-title = Subir
upload-lead = Una grabación de BigBlueButton, empaquetada en tar o zip, o cualquier vídeo o grabación de sonido de una reunión que se hizo en otro lugar.
upload-no-script = Para subir archivos hace falta JavaScript, que está desactivado en este navegador.
upload-files = Archivos
upload-files-hint = Varios a la vez si quieres, de { $limit } como máximo cada uno. Lo que se interrumpe sigue donde se quedó cuando vuelves a elegir el mismo archivo.
upload-packed-hint = Una grabación empaquetada trae lo que hay que saber de ella.
upload-date = Empezó
upload-date-hint = En la zona horaria { $zone }.
upload-start = Subir
upload-all = Subir todos
upload-pause = Pausar
upload-resume = Seguir
upload-remove = Quitar de esta lista
upload-known = Una parte de este archivo ya había llegado. La subida sigue desde ahí.
upload-begins = Empezando …
upload-going = { $sent } de { $size }
upload-paused = En pausa. Lo que ha llegado se guarda.
upload-cut = Se ha perdido la conexión. Seguirá sola cuando vuelva.
upload-arrived = Ha llegado. Ahora se está incorporando.
upload-failed = No se ha podido subir:
upload-too-large = Este archivo ocupa más de { $limit }.
upload-empty = Este archivo está vacío.
upload-no-room = En la biblioteca ya no queda sitio.
upload-signed-out = Tu sesión ha terminado. Abre esta página de nuevo y entra; lo que ha llegado se guarda.
upload-told = { $file }: { $state }
upload-unfinished = Subidas sin terminar
upload-unfinished-text = Para seguir con una, elige arriba otra vez el mismo archivo, en el mismo navegador.
upload-part = { $percent } de { $size }
upload-discard = Descartar
upload-discard-label = Descartar lo que ha llegado de { $file }
upload-discarded = Se ha descartado.

size-kilobytes = { $size } kB
size-megabytes = { $size } MB
size-gigabytes = { $size } GB
