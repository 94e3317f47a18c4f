case = Sprawa
case-make = Załóż sprawę
case-made = Założono sprawę {$number}
case-missing = Nie ma takiej sprawy albo nie możesz jej widzieć.
cases-show = Które sprawy
cases-open = Otwarte
cases-mine = Moje
cases-nobody = Niczyje
cases-done = Załatwione
cases-all = Wszystkie
cases-search = Numer, tytuł lub klient
cases-none = Brak otwartych spraw
cases-none-found = Nie ma takich spraw
cases-none-hint = Sprawa to to, czego chce klient, we wszystkich jego rozmowach. Załóż ją obok rozmowy albo tutaj.
cases-none-open = Brak otwartych spraw
cases-show-done = Pokaż załatwione
cases-new = { $n ->
    [one] {$n} nowa sprawa
    [few] {$n} nowe sprawy
    [many] {$n} nowych spraw
   *[other] {$n} nowej sprawy
}
case-kind = Rodzaj
case-any-kind = Dowolny rodzaj
case-kind-question = Pytanie
case-kind-request = Prośba
case-kind-complaint = Reklamacja
case-kind-suggestion = Propozycja
case-kind-order = Zamówienie
case-state = Stan
case-any-state = Dowolny stan
case-state-new = nowa
case-state-open = otwarta
case-state-waiting-customer = czeka na klienta
case-state-waiting-department = czeka na dział
case-state-on-hold = wstrzymana
case-state-resolved = załatwiona
case-state-closed = zamknięta
case-state-merged = część innej
case-held-until = {$state} do {$time}
case-title = Tytuł
case-title-hint = Czego chce klient, w kilku słowach.
case-topic = Temat
case-assignee = Prowadzący
case-tags = Etykiety
case-tags-hint = Pojedyncze słowa oddzielone spacją.
case-priority-hint = Od 0 do 9; 9 jest najpilniejsze.
case-updated = Zmieniono
case-mine = Ja się tym zajmę
case-first-comment = Komentarz
case-comment = Komentarz
case-comment-hint = Dla współpracowników; klienci go nie widzą.
case-take = Weź
case-await-customer = Czekaj na klienta
case-hold = Wstrzymaj
case-hold-reason = Dlaczego
case-hold-until = Do
case-hold-until-hint = Zostaw puste, aby wznowić ręcznie.
case-hold-past = Ten czas już minął.
case-resume = Wznów
case-resolve = Załatwione
case-close = Zamknij
case-reopen = Otwórz ponownie
case-created = Założono {$date}: {$name}
case-reopened = { $n ->
    [one] Otwierano ponownie {$n} raz
    [few] Otwierano ponownie {$n} razy
    [many] Otwierano ponownie {$n} razy
   *[other] Otwierano ponownie {$n} razu
}
case-is-part = Ta sprawa jest częścią innej.
case-open-whole = Otwórz całą sprawę
case-history = Historia
case-conversations = Rozmowy
case-no-conversations = Nie ma jeszcze rozmów.
case-hidden = { $n ->
    [one] Jeszcze {$n}, której nie możesz widzieć.
    [few] Jeszcze {$n}, których nie możesz widzieć.
    [many] Jeszcze {$n}, których nie możesz widzieć.
   *[other] Jeszcze {$n}, której nie możesz widzieć.
}
case-link = Ta rozmowa dotyczy tej sprawy
case-unlink = Ta rozmowa nie dotyczy tej sprawy
case-entry-created = założenie sprawy
case-entry-linked = dodano rozmowę:
case-entry-unlinked = odłączono rozmowę:
case-entry-undo = cofnięto:
case-entry-undone = cofnięte
case-collision = Ktoś był szybszy. Twojej zmiany jeszcze nie zapisano. Nowe:
case-collision-mine = Mimo to zapisz moją
case-collision-theirs = Zostaw tak
undo = Cofnij
