### Search

search-title = Search
search-unasked = Ask for words that were said, shown on a slide or written in the chat.
search-hint-phrase = “Words in quotes” are looked for as they stand; -word leaves out what holds it; coop* finds every word that begins so.
search-no-words = There is no word in this question. Please write at least one.
search-nothing = Nothing was found
search-nothing-text = Try fewer or other words. Meetings whose words are still on their way are not searched yet.
search-count = { $hits ->
    [one] { $hits } place
   *[other] { $hits } places
  } in { $recordings ->
    [one] { $recordings } meeting
   *[other] { $recordings } meetings
  }
search-loosened = Few meetings hold all the words together, so some of these hold only the more telling ones.
search-more = { $count ->
    [one] { $count } more place in this meeting
   *[other] { $count } more places in this meeting
  }
sort-label = Order
sort-relevance = Best first
sort-newest = Newest first
source-title = Title
source-spoken = Said
