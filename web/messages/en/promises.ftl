promises-title = Promises
promises-lead = What customers were told will be done, and by when. Broken ones stay until they are done.
promises-mine = Only mine
promises-none = Nothing is owed
promises-none-text = Promises appear here when somebody makes one in a conversation, when a closed queue answers, and when a customer is to be called back.
promises-none-here = Nothing is promised here.
promises-show-over = Show past ones
promises-more = Show more
promises-report = How they were kept
promises-period = Period
promises-report-empty = Nothing was promised in this period.
promises-source = Source
promises-queue = Queue
promises-made = Made
promises-share = Share kept
promises-honesty = How honest announced waits were
promise-make = Promise something
promise-make-now = Promise
promise-text = When and what
promise-text-hint = tomorrow 12:00 call about the refund · friday send the invoice · in 2 working hours reply
promise-by = by {$time}
promise-left = {$time} left
promise-late-by = {$time} late
promise-zone = Time zone: {$zone}
promise-closed-then = The queue is closed then. Somebody has to be there to keep it.
promise-open = Open
promise-soon = Due soon
promise-urgent = Due now
promise-kept = Kept
promise-kept-late-warned = Late, but warned
promise-broken = Broken
promise-canceled = Canceled
promise-done = Done
promise-move = It takes longer
promise-cancel = Not needed any more
promise-moved = First promised for {$time}, moved { $n ->
        [one] {$n} time
       *[other] {$n} times
    }
promises-last = { $n ->
        [one] last {$n} day
       *[other] last {$n} days
    }
promise-move-title = Tell the customer that it takes longer
promise-new-time = New time
promise-when-hint = tomorrow 12:00 · friday · in 2 working hours
promise-words = What the customer is told
promise-send = Write it to the customer now
promise-send-hint = Told before the time is over, it counts as late but warned, not as broken.
promise-told-hint = Choose this if you have told the customer in another way, by telephone for example.
promise-send-now = Send
promise-was-told = I have told the customer
promise-to-conversation = conversation
promise-what-callback = Reach the customer
promise-what-answer = Answer the customer
promise-source-manual = by hand
promise-source-macro = macro
promise-source-flow = flow
promise-source-wait = told while waiting
promise-source-auto-reply = closed queue
promise-source-callback = callback
promise-source-policy = policy
