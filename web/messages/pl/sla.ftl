policies-lead = Do kiedy odpowiadamy klientom i załatwiamy ich sprawy. Liczy się reguła z największą liczbą pasujących pól, potem z najniższą kolejnością.
policies-none = Nie ma jeszcze reguł
policies-new = Nowa reguła
policy-targets-n = { $n ->
        [one] {$n} cel
        [few] {$n} cele
        [many] {$n} celów
       *[other] {$n} celu
    }
policy-hours = Godziny pracy
policy-around-the-clock = Całą dobę
policy-order = Kolejność
policy-order-hint = Przy równej szczegółowości najpierw niższa.
policy-reopen = Po ponownym otwarciu czas na rozwiązanie
policy-reopen-continue = biegnie dalej
policy-reopen-restart = zaczyna się od nowa
policy-for = Dla czego
policy-for-hint = Puste pole o nic nie pyta. Wszystkie wypełnione muszą się zgadzać.
policy-kinds = Rodzaj
policy-queues = Kolejka
policy-any = dowolna
policy-priority = Priorytet
policy-priorities = Priorytety
policy-tags = Etykiety
policy-languages = Języki
policy-targets = Do kiedy
policy-targets-hint = Minuty czasu pracy, dowolnie wiele. Punkty ostrzeżeń to procent tego czasu.
policy-clock = Zegar
policy-minutes = Minut pracy
policy-warn = Ostrzeż przy, %
policy-target-new = Dodaj cel
policy-pauses = Zegary stoją, gdy
policy-actions = Co dzieje się samo
policy-actions-hint = W punkcie ostrzeżenia albo przy 100 %, gdy czas minął. Każde dzieje się raz.
policy-at = Przy, %
policy-act = Działanie
policy-notify-owner = Powiadom prowadzącego
policy-notify-supervisor = Powiadom kierowników
policy-raise-priority = Podnieś priorytet
policy-reassign = Przekaż do innej kolejki
policy-by = O
policy-to = Do
policy-action-new = Dodaj działanie
policy-preview = Sprawdź: która reguła zadziała?
policy-preview-ask = Pokaż
policy-preview-found = Zadziała „{$name}”
policy-preview-none = Żadna reguła nie pasuje
policy-chosen = wybrana, { $n ->
        [one] zgadza się {$n} pole
        [few] zgadzają się {$n} pola
        [many] zgadza się {$n} pól
       *[other] zgadza się {$n} pola
    }
policy-less-specific = też pasuje ({ $n ->
        [one] {$n} pole
        [few] {$n} pola
        [many] {$n} pól
       *[other] {$n} pola
    }), ale inna ma pierwszeństwo
policy-not-for-it = nie dotyczy
sla-kind-interaction = Kontakt
sla-kind-question = Pytanie
sla-kind-request = Prośba
sla-kind-complaint = Reklamacja
sla-kind-suggestion = Sugestia
sla-kind-order = Zamówienie
clock-first-response = Pierwsza odpowiedź
clock-next-response = Następna odpowiedź
clock-update = Wiadomość dla klienta
clock-resolution = Rozwiązanie
clock-acceptance = Przyjęcie przez dział
clock-met = na czas
clock-met-late = zrobione po czasie
clock-breached = po terminie
clock-paused = stoi, zostało {$time}
clock-canceled = niepotrzebne
clock-never = bez terminu
clock-left = zostało {$time}
clock-why = Termin {$time}, ponieważ:
clock-no-due = Teraz bez terminu, ponieważ:
clocks-none = Żadna reguła tego nie dotyczy.
clocks-show-over = Pokaż zakończone
because-started = {$time}: {$why}
because-opened = wpłynęło
because-customer-spoke = klient napisał
because-we-spoke = odezwaliśmy się do klienta
because-reopened = otwarto ponownie
because-forwarded = przekazano do działu
because-target = wolno {$time} czasu pracy
because-shut = zamknięte od {$from} do {$to}
because-shut-more = zamknięte jeszcze { $n ->
        [one] {$n} raz
        [few] {$n} razy
        [many] {$n} razy
       *[other] {$n} razy
    }
because-paused = stało od {$from} do {$to}: {$phase}
because-paused-now = stoi od {$from}: {$phase}
because-never-open = godziny pracy nie dają tyle czasu
phase-new = nowe
phase-open = w toku
phase-waiting-customer = czekamy na klienta
phase-waiting-department = czekamy na dział
phase-on-hold = wstrzymane
phase-resolved = rozwiązane
phase-closed = zamknięte
phase-merged = część innego
notice-promise = Obiecane na {$time}: {$what}
notice-promise-broken = Obietnica złamana: {$what}
notice-warned = {$clock}, termin {$time}: {$title}
notice-breached = {$clock}, po terminie: {$title}
