case = Case
case-make = Make a case
case-made = Case {$number} was made
case-missing = There is no such case, or you may not see it.
cases-show = Which cases
cases-open = Open
cases-mine = Mine
cases-nobody = Nobody’s
cases-done = Done
cases-all = All
cases-search = Number, title or customer
cases-none = No open cases
cases-none-found = No such cases
cases-none-hint = A case is what a customer wants done, over all his conversations. Make one beside a conversation, or here.
cases-none-open = No open cases
cases-show-done = Show the ones that are done
cases-new = { $n ->
    [one] {$n} new case
   *[other] {$n} new cases
}
case-kind = Kind
case-any-kind = Any kind
case-kind-question = Question
case-kind-request = Request
case-kind-complaint = Complaint
case-kind-suggestion = Suggestion
case-kind-order = Order
case-state = State
case-any-state = Any state
case-state-new = new
case-state-open = open
case-state-waiting-customer = waits for the customer
case-state-waiting-department = waits for a department
case-state-on-hold = on hold
case-state-resolved = resolved
case-state-closed = closed
case-state-merged = part of another
case-held-until = {$state} until {$time}
case-title = Title
case-title-hint = What the customer wants, in a few words.
case-topic = Topic
case-assignee = Assignee
case-tags = Tags
case-tags-hint = Single words with spaces between them.
case-priority-hint = 0 to 9, 9 goes first.
case-updated = Changed
case-mine = I see to it
case-first-comment = Comment
case-comment = Comment
case-comment-hint = For colleagues; customers never see it.
case-take = Take
case-await-customer = Wait for the customer
case-hold = Put on hold
case-hold-reason = Why
case-hold-until = Until
case-hold-until-hint = Leave it empty to go on by hand.
case-hold-past = This time has passed.
case-resume = Go on
case-resolve = Resolve
case-close = Close
case-reopen = Open again
case-created = Made {$date} by {$name}
case-reopened = { $n ->
    [one] Opened again once
   *[other] Opened again {$n} times
}
case-is-part = This case is a part of another one.
case-open-whole = Open the whole case
case-history = History
case-conversations = Conversations
case-no-conversations = No conversations yet.
case-hidden = { $n ->
    [one] {$n} more, which you may not see.
   *[other] {$n} more, which you may not see.
}
case-link = This conversation is about this case
case-unlink = This conversation is not about this case
case-entry-created = made the case
case-entry-linked = added a conversation:
case-entry-unlinked = took a conversation away:
case-entry-undo = took this back:
case-entry-undone = taken back
case-collision = A colleague was faster. Nothing of yours was stored yet. New is:
case-collision-mine = Store mine all the same
case-collision-theirs = Leave it so
undo = Undo
