search-title = Wyszukiwanie
search-box = Klienci, sprawy, rozmowy i wiadomości
search-hint = Muszą wystąpić wszystkie słowa, w dowolnej formie: „paczka” znajdzie „paczki”. Słowa w "cudzysłowie" stoją obok siebie, -słowo pomija to, w czym występuje.
search-start = Czego szukasz?
search-none = Nic nie znaleziono
search-none-hint = Spróbuj mniej słów albo innego rodzaju. Tego, co napisano w ostatniej sekundzie, jeszcze tu nie ma.
search-kind = Czego szukać
search-all = Wszystko
search-customers = Klienci
search-cases = Sprawy
search-conversations = Rozmowy
search-messages = Wiadomości
search-when = Kiedy
search-any-time = Kiedykolwiek
search-week = Ostatnie 7 dni
search-month = Ostatnie 30 dni
search-year = Ostatni rok
search-note = Notatka
search-by = Pisze { $name }
search-found = { $n ->
    [one] {$n} wynik
    [few] {$n} wyniki
    [many] {$n} wyników
   *[other] {$n} wyniku
}
search-found-more = Ponad {$n} wyników
