my-work = My work
work-offered = Offered
work-active = Active
work-waiting = Waiting for the customer
work-wrapup = Wrap-up
work-queued = In my queues
work-new = { $n ->
        [one] {$n} new
       *[other] {$n} new
    }
work-none = Nothing to do right now. Offers appear here by themselves.
left = {$time} left
draft = Draft
unread = { $n ->
        [one] {$n} unread message
       *[other] {$n} unread messages
    }
customer-online = The customer is here
sla-fine = Answer in
sla-risk = Hurry
sla-broken = Overdue
desk-empty = Choose an interaction
desk-empty-offer = A customer waits for you
desk-empty-available = The next customer is offered to you as soon as he comes; a sound tells you.
desk-away-title = You take no customers now
desk-away-lead = Become available, and the next customer of your queues is offered to you.
desk-no-queues = You are in no queue yet, so nobody is offered to you. Ask an administrator to add you to one.
become-available = Become available
desk-offer-lead = {$name} is offered to you. Accept before the time is over, or the next colleague is asked.
desk-go-on = Go on with {$name}
desk-ready-title = You are available
desk-step-offer = An offer appears in the list on the left: accept it (F2).
desk-step-answer = Read, answer, and add notes that only colleagues see.
desk-step-finish = Finish (E) and choose how it ended. The next one comes by itself.
desk-empty-reader = You can read what is in your sight; offers come to agents only.
messages = Messages
older-messages = Older messages
to-newest = To the newest message
typing-customer = {$name} is typing…
typing-text = Is typing: {$text}
thread-offered = This is offered to you.
thread-queued = Waits in the queue “{$queue}”.
interaction-missing = There is no such interaction, or you may not see it.
finish = Finish
finish-unanswered-title = Finish without an answer?
finish-unanswered = Nobody has answered this customer. If you finish now, the ledger counts him as lost.
finish-anyway = Finish anyway
state-queued = waits in the queue
state-offered = offered to {$name}
state-offered-me = offered to you
state-active = active
state-waits-us = waits for you
state-waits-customer = waiting for the customer
state-wrapup = wrap-up
closed-finished = finished
closed-abandoned = left the queue
closed-customer-left = customer left
closed-joined = joined
closed-refused = refused
wrapup = Wrap-up
wrapup-given = Wrap-up of your part
wrapup-note = Note for colleagues (optional)
wrapup-extend = +{ $time } ({ $n } left)
wrapup-extend-hint = More time for the wrap-up
wrapup-request = Wrap-up afterwards
wrapup-request-hint = Time for notes after the talk; press again to take it back
wrapup-optional-now = optional: new work comes meanwhile
wrapup-done = Done
disposition = Outcome
disposition-choose = Choose an outcome…
transfer = Transfer
transfer-title = Transfer: {$name}
transfer-to = Transfer to
transfer-queue = A queue
transfer-agent = An agent
transfer-no-queue = There is no other queue.
transfer-no-agent = No other agent is here now.
transfer-note = Note for the next one
transfer-note-hint = The customer does not see it.
transferred = Transferred
queue-load = {$waiting} waiting · {$free} available
agent-free = {$n} free
context = About the customer
context-toggle = Customer panel
no-customer = Nobody knows yet who this is.
history = History
history-none = This is the first time.
this-one = this one
open-interaction = Open the interaction
why-title = Why was this routed this way?
why-waiting-title = Why does it wait?
why-queued = Came into the queue “{$queue}”.
why-offered = Offered to {$agent}.
why-waits = Waits in “{$queue}”: nobody can take it now.
why-missed = {$agent} did not answer in time.
why-declined = {$agent} declined.
why-overflowed = Waited too long and went on to “{$queue}”.
why-assigned = {$agent} accepted.
why-transferred = Transferred to “{$queue}” by a person.
why-transferred-agent = Transferred to {$agent} by a person.
why-pulled = {$agent} took it from the list.
why-withdrawn = The customer left.
why-raised = Made more urgent by a person.
why-lowered = Made less urgent by a person.
why-not-others = Not asked:
rule-longest-idle = Idle longest ({$idle}) of {$n}.
rule-skill-rank = Best skills (sum {$skill}) of {$n}.
rule-least-recent = Asked least recently of {$n}.
rule-fewest-contacts = Took the fewest per hour on duty of {$n}.
rule-least-talk-time = Talked least on duty of {$n}.
rule-least-occupied = Occupied least of {$n}.
rule-round-robin = Next in turn of {$n}.
rule-linear = First in the list of {$n}.
rule-random = Drawn by chance of {$n}.
rule-weighted-random = Drawn by weighted chance of {$n}.
rule-best-available-skills = Has most of the skills of {$n}.
rule-bullseye = First within the rings that are open, of {$n}.
rule-preferred-then-pool = First of {$n}; the preferred agent was not there.
rule-pull = Agents take what they choose.
rule-delayed = Nobody is asked for the first moments of the wait.
score = What was compared
tier-short = tier {$n}
per-hour = {$n}/h
rule-only = The only one who could take it.
rule-preferred = Knows this customer from before.
skill-sum = Skill
why-not = Why not…
reason-until = Until { $time }.
reason-ready = Could have it: it goes there next.
reason-rings = It rings there now.
reason-has-it = Has it already.
reason-chosen = It is kept for this agent.
reason-kept-for-another = It is kept for another agent.
reason-not-first = Another agent was chosen.
reason-by-hand = Agents of this queue take what they choose.
reason-delayed = The queue asks nobody in the first moments.
reason-not-available = Is not available.
reason-not-connected = The desk is not connected.
reason-no-phone = Has no phone.
reason-no-capacity = Has no room for more.
reason-wrapup = Is in wrap-up.
reason-no-skill = Does not have what is required.
reason-not-member = Does not serve this queue.
reason-reserved = Is kept free for calls.
reason-excluded-after-miss = Missed it just now.
reason-excluded-after-decline = Declined it just now.
reason-excluded-after-leaving = Went away while it rang.
reason-excluded-after-transfer = Sent it on.
reason-excluded-after-unreached = Could not be reached.
filter-not-available = { $n ->
        [one] {$n} not available
       *[other] {$n} not available
    }
filter-not-connected = { $n ->
        [one] {$n} not connected
       *[other] {$n} not connected
    }
filter-no-skill = { $n ->
        [one] {$n} without the skill
       *[other] {$n} without the skill
    }
filter-no-capacity = { $n ->
        [one] {$n} fully busy
       *[other] {$n} fully busy
    }
filter-not-member = { $n ->
        [one] {$n} not in the queue
       *[other] {$n} not in the queue
    }
filter-wrapup = { $n ->
        [one] {$n} in wrap-up
       *[other] {$n} in wrap-up
    }
segments-title = How it was handled
segment-waited = waited {$time}
segment-talked = worked on {$time}
segment-wrapped = wrap-up {$time}
segment-offers = { $n ->
        [one] {$n} offer missed
       *[other] {$n} offers missed
    }
segment-handled = handled
segment-abandoned = customer left
segment-overflowed = went on to another queue
segment-transferred = transferred
why-agent-left = {$agent} went away while it rang.
why-taken = {$agent} no longer has it: somebody took it.
why-held = Kept for {$agent}, who is busy.
rule-first-in-line = Had just become free, and this was first in line.
rule-least-work = Has the least work of {$n}.
rule-sent = A person sent it.
rule-no-member = No agent serves this queue.
rule-no-skill = No agent of the queue has the required skills.
filter-excluded-after-miss = { $n ->
        [one] {$n} missed it just now
       *[other] {$n} missed it just now
    }
filter-excluded-after-decline = { $n ->
        [one] {$n} declined it just now
       *[other] {$n} declined it just now
    }
filter-excluded-after-leaving = { $n ->
        [one] {$n} left it just now
       *[other] {$n} left it just now
    }
filter-excluded-after-transfer = { $n ->
        [one] {$n} sent it on just now
       *[other] {$n} sent it on just now
    }
event-customer-left = The customer left the chat.
event-sender-not-participant = This mail refers to a conversation in which its sender had no part. It was not added to it.
event-offline-form = Written in the form on the site. The address is not proven.
event-reply-bounced = The reply did not arrive: {$detail}
event-recovered = Brought back from the ledger: this customer had no answer. {$note}
event-quarantined = This mail could not be read; the file holds it as it came. {$note}
state-on-phone = on the phone
state-callback = wants a call back
callback-wanted = Wants a call back: {$number}
callback-tries = { $n ->
        [one] {$n} try
       *[other] {$n} tries
    }
callback-next = again at {$time}
voice-inbound = Incoming call
voice-outbound = Outgoing call
answer-call = Answer
call-back = Call back
call-number = Call {$number}
filter-no-phone = { $n ->
        [one] {$n} without a phone
       *[other] {$n} without a phone
    }
event-voicemail = The caller left a message.
event-call-arrived = Call from {$detail}
event-call-unconfirmed = Nobody vouches for this number; ask who calls.
event-call-dialed = Calling {$detail}
event-call-answered = Answered by okno: greeting, music, announcements
event-call-reached = The customer answered
event-call-consulted = Consulted: {$detail}
event-call-held = On hold
event-call-resumed = Back from hold
event-call-conference = Conference
event-call-voicemail = Asked for a message
event-call-ended = Call ended
event-call-connected = Connected with an agent {$detail}
event-recording-started = Recording began
event-recording-paused = Recording paused
event-recording-resumed = Recording goes on
event-recording-stopped = Recording ended
place-of = Place { $n }
wait-band = about { $low }–{ $high } min
wait-soon = about a minute
promise-callback = Call { $number } by { $time }
promise-callback-next = Next try at { $time }
promise-told = Was told: an answer by { $time }
promise-wait = Waits as number { $n }
promise-late = { $time } late
promise-asked = may be written to
promise-closed = came while we were closed
promise-full = the queue was full
promise-empty = nobody was there
