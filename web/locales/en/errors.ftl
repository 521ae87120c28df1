### What went wrong, and what to do next

error-not-found = Nothing here
error-not-found-text = There is nothing at this address, or it is not for everybody to see.
error-not-allowed = For archivists
error-not-allowed-text = Only archivists can do this. Sign in with another name, or ask an archivist.
error-foreign-form = This form has run out
error-foreign-form-text = It belongs to another session or came from another site, so nothing was changed. Open the page again and repeat what you did.
error-unreadable = That was not understood
error-unreadable-text = The request could not be read, so nothing was changed. Go back and try again.
error-broken = Something broke here
error-broken-text = It is not your fault. Whoever runs this library can read in its log what happened. Please try again later.
error-to-home = To the newest meetings
error-to-search = Search what was said
