policies-lead = By when customers are answered and their matters done. The policy with most fields that match counts, then the lowest order.
policies-none = No policies yet
policies-new = New policy
policy-targets-n = { $n ->
        [one] {$n} target
       *[other] {$n} targets
    }
policy-hours = Business hours
policy-around-the-clock = Around the clock
policy-order = Order
policy-order-hint = The lower goes first among equally specific ones.
policy-reopen = When it is opened again, the time for the solution
policy-reopen-continue = goes on
policy-reopen-restart = begins anew
policy-for = For what
policy-for-hint = A field without values asks nothing. All fields with values must agree.
policy-kinds = Kind
policy-queues = Queue
policy-any = any
policy-priority = Priority
policy-priorities = Priorities
policy-tags = Tags
policy-languages = Languages
policy-targets = By when
policy-targets-hint = Minutes of open time, as many as you like. Warn points are percent of that time.
policy-clock = Clock
policy-minutes = Open minutes
policy-warn = Warn at, %
policy-target-new = Add a target
policy-pauses = Clocks rest while
policy-actions = What happens by itself
policy-actions-hint = At a warn point, or at 100 % when the time is over. Each of them happens once.
policy-at = At, %
policy-act = Action
policy-notify-owner = Tell whoever has it
policy-notify-supervisor = Tell the supervisors
policy-raise-priority = Raise the priority
policy-reassign = Give it to another queue
policy-by = By
policy-to = To
policy-action-new = Add an action
policy-preview = Try it: which policy would it get?
policy-preview-ask = Show
policy-preview-found = It gets {$name}
policy-preview-none = No policy is for it
policy-chosen = chosen, { $n ->
        [one] {$n} field agrees
       *[other] {$n} fields agree
    }
policy-less-specific = matches too, with { $n ->
        [one] {$n} field
       *[other] {$n} fields
    }, but another one goes before it
policy-not-for-it = is not for it
sla-kind-interaction = Interaction
sla-kind-question = Question
sla-kind-request = Request
sla-kind-complaint = Complaint
sla-kind-suggestion = Suggestion
sla-kind-order = Order
clock-first-response = First answer
clock-next-response = Next answer
clock-update = Word to the customer
clock-resolution = Solution
clock-acceptance = Accepted by the department
clock-met = in time
clock-met-late = done late
clock-breached = overdue
clock-paused = rests, {$time} left
clock-canceled = not needed
clock-never = never due
clock-left = {$time} left
clock-why = Due {$time}, because:
clock-no-due = Without a due time now, because:
clocks-none = No policy is for this.
clocks-show-over = Show finished ones
because-started = {$time}: {$why}
because-opened = it came in
because-customer-spoke = the customer wrote
because-we-spoke = we told the customer something
because-reopened = it was opened again
because-forwarded = it was forwarded
because-target = it may take {$time} of open time
because-shut = closed from {$from} to {$to}
because-shut-more = closed { $n ->
        [one] {$n} time
       *[other] {$n} times
    } more
because-paused = rested from {$from} to {$to}: {$phase}
because-paused-now = rests since {$from}: {$phase}
because-never-open = its business hours do not open so long
phase-new = new
phase-open = open
phase-waiting-customer = waiting for the customer
phase-waiting-department = waiting for a department
phase-on-hold = on hold
phase-resolved = resolved
phase-closed = closed
phase-merged = part of another one
notice-promise = Promised by {$time}: {$what}
notice-promise-broken = A promise was broken: {$what}
notice-warned = {$clock} due {$time}: {$title}
notice-breached = {$clock} overdue: {$title}
