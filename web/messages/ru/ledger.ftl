ledger-title = Реестр обращений
ledger-lead = Всё, что пришло, и чем закончилось. Ничто не должно пропасть.
ledger-received = Получено
ledger-good = с ответом: {$n}
ledger-open = Открытые
ledger-oldest = старейшее: {$time}
ledger-nothing-waits = никто не ждёт
ledger-overdue = Просроченные
ledger-overdue-hint = открыты после срока
ledger-black-holes = Чёрные дыры
ledger-per-1000 = {$n} на 1000
ledger-victims = { $n ->
        [one] {$n} клиент дважды и более
        [few] {$n} клиента дважды и более
        [many] {$n} клиентов дважды и более
       *[other] {$n} клиента дважды и более
    }
ledger-causes = Причины потерь
ledger-no-causes = За этот период никто не потерян.
ledger-conserved = Сходится ли учёт
ledger-conserved-hint = Получено = сумма всех состояний.
ledger-quarantined = Карантин
ledger-ended = Завершённые
ledger-all = Все
ledger-none = Здесь пусто
ledger-none-overdue = Просроченных нет
ledger-none-black-hole = Никто не потерян
ledger-none-hint = Новые письма и чаты появятся здесь сами.
ledger-number = Запись
ledger-owner-queue = очередь
unit-state = Состояние
unit-received = получено
unit-quarantined = в карантине
unit-open = открыто
unit-answered = отвечено
unit-joined = объединено
unit-recovered = возвращено
unit-withdrawn = отозвано клиентом
unit-refused = отклонено
unit-black-hole = чёрная дыра
unit-kind-chat = Чат
unit-kind-mail = Письмо
unit-kind-form = Форма
cause-abandoned = ушёл из очереди, никто не связался
cause-limbo = ждал дольше срока
cause-not-ingested = письмо не дошло до okno
cause-quarantine = остался в карантине
cause-bounced = наш ответ не доставлен
cause-closed = закрыто без ответа
cause-after-hours = пришло в нерабочее время
cause-transfer = потеряно при передаче
cause-department = Отдел спросили, и он не ответил
cause-form = форму не приняла ни одна очередь
recover = Вернуть в работу
recovered = Возвращено в начало очереди
recover-title = Вернуть этого клиента в работу?
recover-lead = Обращение станет первым в очереди, и ответит ближайший свободный оператор.
recover-note = Заметка для оператора (необязательно)
refuse = Отклонить
refused = Отклонено
refuse-title = Отклонить это обращение?
refuse-lead = Для спама и автоматических писем. Запись сохранится вместе с причиной.
refuse-why = Причина
download-raw = Скачать исходный файл
unit-kind-call = Звонок
unit-kind-voicemail = Голосовое сообщение
