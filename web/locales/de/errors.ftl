### Was schiefging, und was nun zu tun ist

error-not-found = Hier ist nichts
error-not-found-text = Unter dieser Adresse ist nichts, oder es ist nicht für alle zu sehen.
error-not-allowed = Nur fürs Archiv
error-not-allowed-text = Das kann nur das Archiv. Melde dich mit einem anderen Namen an oder frage dort nach.
error-foreign-form = Dieses Formular ist abgelaufen
error-foreign-form-text = Es gehört zu einer anderen Sitzung oder kam von einer anderen Seite; geändert wurde nichts. Öffne die Seite neu und wiederhole, was du getan hast.
error-unreadable = Das war nicht zu verstehen
error-unreadable-text = Die Anfrage ließ sich nicht lesen; geändert wurde nichts. Geh zurück und versuche es noch einmal.
error-broken = Hier ist etwas kaputtgegangen
error-broken-text = Das ist nicht deine Schuld. Wer diese Bibliothek betreibt, kann im Protokoll lesen, was geschah. Bitte später noch einmal versuchen.
error-to-home = Zu den neuesten Treffen
error-to-search = Gesagtes suchen
