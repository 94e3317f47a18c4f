attachments = Załączniki
download-file = Otwórz lub pobierz: {$name}
remove-file = Usuń {$name}
uploading = Przesyłanie: {$name}
file-too-large = Większy niż 20 MB.
file-too-many = Wiadomość może mieć najwyżej {$n} plików.
delivery-queued = W drodze
delivery-sent = Dostarczono o {$time}
delivery-read = Przeczytano o {$time}
delivery-failed = Nie dostarczono: {$why}
sending = Wysyłanie…
send-offline = Nie wysłano: brak połączenia. Treść tu pozostaje.
send-refused = Nie wysłano: {$why}
discard-message = Odrzuć tę wiadomość
okno-automatic = okno
automatic = automatycznie
no-text = (bez treści)
no-subject = (bez tematu)
note = Notatka
note-add = Dodaj
note-not-visible = niewidoczne dla klienta
note-placeholder = Notatka dla zespołu. Klient jej nie zobaczy.
reply = Odpowiedź
reply-to = Odpowiedź do: {$name}…
send = Wyślij
attach = Dołącz pliki
hint-enter = Shift+Enter – nowy wiersz
hint-draft = Szkic zapisuje się sam
too-long = { $n ->
        [one] O {$n} znak za długo
        [few] O {$n} znaki za długo
        [many] O {$n} znaków za długo
       *[other] O {$n} znaku za długo
    }
composer = Pisanie
composer-others = Zajmuje się tym {$name}. Tylko ta osoba może odpowiedzieć.
composer-no-right = Nie masz uprawnień, aby odpowiadać.
composer-wrapup = Rozmowa zakończona. Możesz jeszcze dodać notatkę.
composer-closed = Ta sprawa jest zamknięta.
composer-accept = Przyjmij ofertę, aby odpowiedzieć.
composer-take = Weź sprawę z kolejki, aby odpowiedzieć.
composer-queued = Czeka w „{$queue}” i zostanie zaoferowana konsultantowi.
composer-uploading = Pliki są jeszcze przesyłane.
composer-no-recipient = Brak odbiorcy
composer-bad-address = To nie jest adres: {$address}
mail-from = Od
mail-to = Do
mail-cc = DW
mail-subject = Temat
mail-proven = nadawca potwierdzony
mail-unproven = nadawca niepotwierdzony
mail-as-written = Wiadomość w oryginalnej postaci
show-quoted = Pokaż cytat
hide-quoted = Ukryj cytat
show-as-written = Pokaż oryginał
show-text = Pokaż jako tekst
remote-blocked = Zdalne obrazy są zablokowane, aby nadawca nie dowiedział się o odczytaniu.
remote-show = Pokaż
