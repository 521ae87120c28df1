### What arrives, and uploading

nav-ingest = Arrivals
ingest-title = Arrivals
ingest-to-desk = To the archivist’s desk
desk-to-ingest = Arrivals and uploads
ingest-running = On their way
ingest-running-none = Nothing is on its way right now.
ingest-runs = Being taken in
ingest-waits = Waiting
# At a day and a time
ingest-waits-until = Tried again from { $time } on
ingest-done = Taken in lately
ingest-done-none = Nothing has been taken in yet.
ingest-retry-label = Try again: { $name }

way-command = Command
way-spool = Spool
way-tree = Published folder
way-server = BigBlueButton server
way-upload = Upload

column-arrival = What
column-way = Way
column-outcome = What came of it
column-done = Done
column-file = File
column-by = By
column-until = Kept until

upload-title = Upload
upload-lead = A recording of BigBlueButton, packed as tar or zip, or any film or sound recording of a meeting that was held elsewhere.
upload-no-script = Uploading needs JavaScript, which is switched off in this browser.
upload-files = Files
upload-files-hint = Several at once if you like, each of at most { $limit }. Whatever is interrupted goes on where it stopped when you choose the same file again.
upload-packed-hint = A packed recording brings along what is to be known of it.
upload-date = Began
upload-date-hint = In the time zone { $zone }.
upload-start = Upload
upload-all = Upload all
upload-pause = Pause
upload-resume = Go on
upload-remove = Take off this list
upload-known = A part of this file has arrived before. Uploading goes on from there.
upload-begins = Begins …
upload-going = { $sent } of { $size }
upload-paused = Paused. What has arrived is kept.
upload-cut = The connection is gone. It goes on by itself when it is back.
upload-arrived = Arrived. It is being taken in now.
upload-failed = This could not be uploaded:
upload-too-large = This file is larger than { $limit }.
upload-empty = This file is empty.
upload-no-room = The library has no room left.
upload-signed-out = You are not signed in any more. Open this page again and sign in; what has arrived is kept.
# Said to those who do not see the page
upload-told = { $file }: { $state }
upload-unfinished = Unfinished uploads
upload-unfinished-text = To go on with one, choose the same file again above, in the same browser.
# 43 % of 120 MB
upload-part = { $percent } of { $size }
upload-discard = Throw away
upload-discard-label = Throw away what has arrived of { $file }
upload-discarded = It was thrown away.

size-kilobytes = { $size } kB
size-megabytes = { $size } MB
size-gigabytes = { $size } GB
