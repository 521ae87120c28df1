### What stands on every page, and words that several pages share.

skip-to-main = Skip to the page
nav-label = Main
nav-collections = Collections
nav-desk = Archivist’s desk
nav-sign-in = Sign in
nav-sign-out = Sign out
language-label = Language of this page
search-label = Search in everything that was said, shown and written
search-placeholder = Search what was said
search-button = Search

pages-label = Pages
pages-older = Older meetings
pages-previous = Previous page
pages-next = Next page

visibility-public = Public
visibility-members = Members only
visibility-private = Private
untitled = Meeting without a title

edit = Edit
save = Save
saved = Saved.
cancel = Cancel
to-page = To the page

## Times. Positions such as 1:02:03 are the same in every language.

# 22 November 2026
date-day = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
  } { $year }
date-day-and-time = { $date }, { $time }
length-seconds = { $seconds } s
length-minutes = { $minutes } min
length-hours = { $hours } h
length-hours-minutes = { $hours } h { $minutes } min

## The ribbon

ribbon = The meeting at a glance
ribbon-hits = Where the words were found
# 1:02 Speaker 2
ribbon-at = { $at } { $what }
speaker = Speaker { $number }
speakers-other = Other speakers
slide-number = Slide { $number }
poll = Poll
