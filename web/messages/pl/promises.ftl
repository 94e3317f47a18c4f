promises-title = Obietnice
promises-lead = Co i na kiedy obiecano klientom. Złamane zostają, dopóki nie są spełnione.
promises-mine = Tylko moje
promises-none = Nic nie jest dłużne
promises-none-text = Obietnice pojawiają się tu, gdy ktoś je składa w rozmowie, gdy odpowiada zamknięta kolejka i gdy trzeba oddzwonić.
promises-none-here = Tutaj niczego nie obiecano.
promises-show-over = Pokaż minione
promises-more = Pokaż więcej
promises-report = Jak ich dotrzymano
promises-period = Okres
promises-report-empty = W tym okresie niczego nie obiecano.
promises-source = Źródło
promises-queue = Kolejka
promises-made = Złożone
promises-share = Udział dotrzymanych
promises-honesty = Jak uczciwie podawano czas oczekiwania
promise-make = Obiecaj coś
promise-make-now = Obiecaj
promise-text = Kiedy i co
promise-text-hint = jutro 12:00 zadzwonić w sprawie zwrotu · w piątek wysłać fakturę · za 2 godziny robocze odpowiedzieć
promise-by = do {$time}
promise-left = zostało {$time}
promise-late-by = spóźnione o {$time}
promise-zone = Strefa czasowa: {$zone}
promise-closed-then = Kolejka jest wtedy zamknięta. Ktoś musi być na miejscu, by dotrzymać obietnicy.
promise-open = Otwarta
promise-soon = Wkrótce termin
promise-urgent = Termin tuż
promise-kept = Dotrzymana
promise-kept-late-warned = Później, ale uprzedzono
promise-broken = Złamana
promise-canceled = Odwołana
promise-done = Spełniona
promise-move = Potrzeba więcej czasu
promise-cancel = Już niepotrzebna
promise-moved = Najpierw obiecano na {$time}, przesunięto { $n ->
        [one] {$n} raz
        [few] {$n} razy
        [many] {$n} razy
       *[other] {$n} razy
    }
promises-last = { $n ->
        [one] ostatni {$n} dzień
        [few] ostatnie {$n} dni
        [many] ostatnich {$n} dni
       *[other] ostatnie {$n} dnia
    }
promise-move-title = Powiedz klientowi, że to potrwa dłużej
promise-new-time = Nowy termin
promise-when-hint = jutro 12:00 · w piątek · za 2 godziny robocze
promise-words = Co powiemy klientowi
promise-send = Napisz teraz do klienta
promise-send-hint = Powiedziane przed terminem liczy się jako spóźnione, ale uprzedzone, a nie złamane.
promise-told-hint = Wybierz, jeśli powiedziano klientowi inaczej, na przykład telefonicznie.
promise-send-now = Wyślij
promise-was-told = Klient już wie
promise-to-conversation = rozmowa
promise-what-callback = Skontaktować się z klientem
promise-what-answer = Odpowiedzieć klientowi
promise-source-manual = ręcznie
promise-source-macro = makro
promise-source-flow = scenariusz
promise-source-wait = podane podczas czekania
promise-source-auto-reply = zamknięta kolejka
promise-source-callback = oddzwonienie
promise-source-policy = reguła
