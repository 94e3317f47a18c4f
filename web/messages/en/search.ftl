search-title = Search
search-box = Customers, cases, conversations and messages
search-hint = All words must be there, in any form: “order” finds “orders”. “Quotes” keep words together, -word leaves out what has it.
search-start = What are you looking for?
search-none = Nothing found
search-none-hint = Try fewer words, or another kind. What was said in the last second is not here yet.
search-kind = What to look for
search-all = Everything
search-customers = Customers
search-cases = Cases
search-conversations = Conversations
search-messages = Messages
search-when = When
search-any-time = At any time
search-week = Last 7 days
search-month = Last 30 days
search-year = Last year
search-note = Note
search-by = { $name } wrote
search-found = { $n ->
    [one] {$n} result
   *[other] {$n} results
}
search-found-more = More than {$n} results
