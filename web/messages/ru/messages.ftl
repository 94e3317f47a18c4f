attachments = Вложения
download-file = Открыть или скачать: {$name}
remove-file = Убрать {$name}
uploading = Загружается {$name}
file-too-large = Больше 20 МБ.
file-too-many = В сообщении не больше {$n} файлов.
delivery-queued = Отправляется
delivery-sent = Доставлено в {$time}
delivery-read = Прочитано в {$time}
delivery-failed = Не доставлено: {$why}
sending = Отправка…
send-offline = Не отправлено: нет связи. Текст остаётся здесь.
send-refused = Не отправлено: {$why}
discard-message = Удалить это сообщение
okno-automatic = okno
automatic = автоматически
no-text = (без текста)
no-subject = (без темы)
note = Заметка
note-add = Добавить
note-not-visible = клиент не видит
note-placeholder = Заметка для коллег. Клиент её не увидит.
reply = Ответ
reply-to = Ответ для {$name}…
send = Отправить
attach = Прикрепить файлы
hint-enter = Shift+Enter – новая строка
hint-draft = Черновик сохраняется сам
too-long = { $n ->
        [one] Лишний {$n} символ
        [few] Лишние {$n} символа
        [many] Лишние {$n} символов
       *[other] Лишние {$n} символа
    }
composer = Написать
composer-others = Этим занимается {$name}. Ответить может только он.
composer-no-right = У вас нет права отвечать.
composer-wrapup = Разговор окончен. Можно добавить заметку.
composer-closed = Это обращение закрыто.
composer-accept = Примите предложение, чтобы ответить.
composer-take = Возьмите обращение из очереди, чтобы ответить.
composer-queued = Ждёт в «{$queue}» и будет предложено оператору.
composer-uploading = Файлы ещё загружаются.
composer-no-recipient = Нет получателя
composer-bad-address = Это не адрес: {$address}
mail-from = От
mail-to = Кому
mail-cc = Копия
mail-subject = Тема
mail-proven = отправитель подтверждён
mail-unproven = отправитель не подтверждён
mail-as-written = Письмо в исходном виде
show-quoted = Показать цитату
hide-quoted = Скрыть цитату
show-as-written = Показать оформление
show-text = Показать текстом
remote-blocked = Внешние картинки заблокированы, чтобы отправитель не узнал о прочтении.
remote-show = Показать
