search-title = Поиск
search-box = Клиенты, обращения, разговоры и сообщения
search-hint = Должны встретиться все слова, в любой форме: «заказ» найдёт «заказы». Слова в "кавычках" стоят рядом, -слово исключает то, где оно есть.
search-start = Что ищем?
search-none = Ничего не найдено
search-none-hint = Попробуйте меньше слов или другой вид. Сказанного в последнюю секунду здесь ещё нет.
search-kind = Что искать
search-all = Всё
search-customers = Клиенты
search-cases = Обращения
search-conversations = Разговоры
search-messages = Сообщения
search-when = Когда
search-any-time = За всё время
search-week = За 7 дней
search-month = За 30 дней
search-year = За год
search-note = Заметка
search-by = Пишет { $name }
search-found = { $n ->
    [one] {$n} результат
    [few] {$n} результата
    [many] {$n} результатов
   *[other] {$n} результата
}
search-found-more = Больше {$n} результатов
