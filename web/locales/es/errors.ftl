### Qué ha fallado y qué hacer ahora

error-not-found = Aquí no hay nada
error-not-found-text = En esta dirección no hay nada, o no está a la vista de todo el mundo.
error-not-allowed = Para quienes cuidan el archivo
error-not-allowed-text = Esto solo lo pueden hacer quienes cuidan el archivo. Entra con otro nombre o pregúntales.
error-foreign-form = Este formulario ha caducado
error-foreign-form-text = Pertenece a otra sesión o llegó desde otro sitio, así que no se ha cambiado nada. Abre la página de nuevo y repite lo que hiciste.
error-unreadable = No se ha entendido
error-unreadable-text = No se pudo leer la petición, así que no se ha cambiado nada. Vuelve atrás y prueba otra vez.
error-broken = Algo se ha roto aquí
error-broken-text = No es culpa tuya. Quien lleva esta biblioteca puede leer en su registro qué ha pasado. Vuelve a probar más tarde.
error-to-home = A las reuniones más recientes
error-to-search = Buscar en lo que se dijo
