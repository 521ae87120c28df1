### Anmelden

sign-in-title = Anmelden
sign-in-name = Name
sign-in-password = Passwort
sign-in-button = Anmelden
sign-in-hint = Name und Passwort gibt es bei denen, die diese Bibliothek betreiben.
sign-in-wrong = Name und Passwort gehören nicht zusammen.
sign-in-too-often = Das war zu oft. Bitte zehn Minuten warten und es noch einmal versuchen.
sign-in-too-many = Gerade melden sich viele an. Bitte gleich noch einmal versuchen.
