case = Обращение
case-make = Завести обращение
case-made = Обращение {$number} заведено
case-missing = Такого обращения нет, или вы не можете его видеть.
cases-show = Какие обращения
cases-open = Открытые
cases-mine = Мои
cases-nobody = Ничьи
cases-done = Завершённые
cases-all = Все
cases-search = Номер, тема или клиент
cases-none = Открытых обращений нет
cases-none-found = Таких обращений нет
cases-none-hint = Обращение — это то, чего хочет клиент, во всех его разговорах. Заведите его рядом с разговором или здесь.
cases-none-open = Открытых обращений нет
cases-show-done = Показать завершённые
cases-new = { $n ->
    [one] {$n} новое обращение
    [few] {$n} новых обращения
   *[many] {$n} новых обращений
}
case-kind = Вид
case-any-kind = Любой вид
case-kind-question = Вопрос
case-kind-request = Просьба
case-kind-complaint = Жалоба
case-kind-suggestion = Предложение
case-kind-order = Заказ
case-state = Состояние
case-any-state = Любое состояние
case-state-new = новое
case-state-open = открыто
case-state-waiting-customer = ждёт клиента
case-state-waiting-department = ждёт отдел
case-state-on-hold = отложено
case-state-resolved = решено
case-state-closed = закрыто
case-state-merged = часть другого
case-held-until = {$state} до {$time}
case-title = Название
case-title-hint = Чего хочет клиент, в нескольких словах.
case-topic = Тема
case-assignee = Ответственный
case-tags = Метки
case-tags-hint = Отдельные слова через пробел.
case-priority-hint = От 0 до 9; 9 — самое срочное.
case-updated = Изменено
case-mine = Занимаюсь я
case-first-comment = Комментарий
case-comment = Комментарий
case-comment-hint = Для коллег; клиенты его не видят.
case-take = Взять
case-await-customer = Ждать клиента
case-hold = Отложить
case-hold-reason = Почему
case-hold-until = До
case-hold-until-hint = Оставьте пустым, чтобы продолжить вручную.
case-hold-past = Это время уже прошло.
case-resume = Продолжить
case-resolve = Решено
case-close = Закрыть
case-reopen = Открыть снова
case-created = Заведено {$date}: {$name}
case-reopened = { $n ->
    [one] Открывалось снова {$n} раз
    [few] Открывалось снова {$n} раза
   *[many] Открывалось снова {$n} раз
}
case-is-part = Это обращение — часть другого.
case-open-whole = Открыть целое
case-history = История
case-conversations = Разговоры
case-no-conversations = Разговоров пока нет.
case-hidden = { $n ->
    [one] Ещё {$n}, который вы не можете видеть.
    [few] Ещё {$n}, которые вы не можете видеть.
   *[many] Ещё {$n}, которые вы не можете видеть.
}
case-link = Этот разговор — об этом обращении
case-unlink = Этот разговор не об этом обращении
case-entry-created = завёл обращение
case-entry-linked = добавил разговор:
case-entry-unlinked = убрал разговор:
case-entry-undo = отменил:
case-entry-undone = отменено
case-collision = Коллега успел раньше. Ваше ещё не сохранено. Новое:
case-collision-mine = Всё равно сохранить моё
case-collision-theirs = Оставить так
undo = Отменить
