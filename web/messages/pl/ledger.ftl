ledger-title = Rejestr
ledger-lead = Wszystko, co wpłynęło, i jak się skończyło. Nic nie może zniknąć.
ledger-received = Otrzymane
ledger-good = z odpowiedzią: {$n}
ledger-open = Otwarte
ledger-oldest = najstarsza: {$time}
ledger-nothing-waits = nic nie czeka
ledger-overdue = Po terminie
ledger-overdue-hint = otwarte po terminie
ledger-black-holes = Czarne dziury
ledger-per-1000 = {$n} na 1000
ledger-victims = { $n ->
        [one] {$n} klient co najmniej dwa razy
        [few] {$n} klientów co najmniej dwa razy
        [many] {$n} klientów co najmniej dwa razy
       *[other] {$n} klienta co najmniej dwa razy
    }
ledger-causes = Przyczyny utraty
ledger-no-causes = W tym okresie nikogo nie utracono.
ledger-conserved = Czy wszystko się zgadza
ledger-conserved-hint = Otrzymane = suma wszystkich stanów.
ledger-quarantined = Kwarantanna
ledger-ended = Zakończone
ledger-all = Wszystkie
ledger-none = Nic tu nie ma
ledger-none-overdue = Nic nie jest po terminie
ledger-none-black-hole = Nikogo nie utracono
ledger-none-hint = Nowe wiadomości i czaty pojawią się tu same.
ledger-number = Wpis
ledger-owner-queue = kolejka
unit-state = Stan
unit-received = otrzymana
unit-quarantined = w kwarantannie
unit-open = otwarta
unit-answered = z odpowiedzią
unit-joined = połączona
unit-recovered = odzyskana
unit-withdrawn = wycofana
unit-refused = odrzucona
unit-black-hole = czarna dziura
unit-kind-chat = Czat
unit-kind-mail = Wiadomość e-mail
unit-kind-form = Formularz
cause-abandoned = opuścił kolejkę, nikt się nie odezwał
cause-limbo = czekał po terminie
cause-not-ingested = wiadomość nie dotarła do okno
cause-quarantine = pozostał w kwarantannie
cause-bounced = odpowiedź nie dotarła
cause-closed = zamknięta bez odpowiedzi
cause-after-hours = po godzinach pracy
cause-transfer = utracona przy przekazaniu
cause-department = Zapytano dział, a on milczał
cause-form = formularza nie przyjęła żadna kolejka
recover = Odzyskaj
recovered = Wróciła na początek kolejki
recover-title = Przywrócić tego klienta?
recover-lead = Sprawa trafi na początek kolejki i odpowie najbliższy wolny konsultant.
recover-note = Notatka dla konsultanta (opcjonalnie)
refuse = Odrzuć
refused = Odrzucono
refuse-title = Odrzucić tę sprawę?
refuse-lead = Dla spamu i automatycznych wiadomości. Wpis pozostanie wraz z powodem.
refuse-why = Powód
download-raw = Pobierz oryginał
unit-kind-call = Rozmowa
unit-kind-voicemail = Poczta głosowa
