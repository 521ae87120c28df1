### Entrar

sign-in-title = Entrar
sign-in-name = Nombre
sign-in-password = Contraseña
sign-in-button = Entrar
sign-in-hint = Quien lleva esta biblioteca da a cada miembro su nombre y su contraseña.
sign-in-wrong = El nombre y la contraseña no van juntos.
sign-in-too-often = Demasiados intentos. Espera diez minutos y vuelve a probar.
sign-in-too-many = Hay mucha gente entrando ahora mismo. Vuelve a probar en un momento.
