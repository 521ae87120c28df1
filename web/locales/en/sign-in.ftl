### Signing in

sign-in-title = Sign in
sign-in-name = Name
sign-in-password = Password
sign-in-button = Sign in
sign-in-hint = Members and archivists get their name and password from whoever runs this library.
sign-in-wrong = Name and password do not belong together.
sign-in-too-often = That was too often. Please wait ten minutes and try again.
sign-in-too-many = Many people are signing in right now. Please try again in a moment.
