policies-lead = К какому сроку отвечаем клиентам и решаем их вопросы. Действует правило, у которого совпало больше полей, затем с меньшим номером.
policies-none = Правил пока нет
policies-new = Новое правило
policy-targets-n = { $n ->
        [one] {$n} срок
        [few] {$n} срока
        [many] {$n} сроков
       *[other] {$n} срока
    }
policy-hours = Рабочее время
policy-around-the-clock = Круглосуточно
policy-order = Порядок
policy-order-hint = При равной точности сначала меньший.
policy-reopen = При повторном открытии срок решения
policy-reopen-continue = продолжается
policy-reopen-restart = начинается заново
policy-for = Для чего
policy-for-hint = Пустое поле ничего не требует. Все заполненные поля должны совпасть.
policy-kinds = Вид
policy-queues = Очередь
policy-any = любая
policy-priority = Приоритет
policy-priorities = Приоритеты
policy-tags = Метки
policy-languages = Языки
policy-targets = К какому сроку
policy-targets-hint = Минуты рабочего времени, сколько угодно. Точки предупреждения — в процентах от срока.
policy-clock = Срок
policy-minutes = Рабочих минут
policy-warn = Предупредить при, %
policy-target-new = Добавить срок
policy-pauses = Сроки стоят, пока
policy-actions = Что происходит само
policy-actions-hint = В точке предупреждения или при 100 %, когда срок вышел. Каждое происходит один раз.
policy-at = При, %
policy-act = Действие
policy-notify-owner = Сообщить тому, у кого оно
policy-notify-supervisor = Сообщить руководителям
policy-raise-priority = Повысить приоритет
policy-reassign = Передать в другую очередь
policy-by = На
policy-to = Куда
policy-action-new = Добавить действие
policy-preview = Проверка: какое правило сработает?
policy-preview-ask = Показать
policy-preview-found = Сработает «{$name}»
policy-preview-none = Ни одно правило не подходит
policy-chosen = выбрано, { $n ->
        [one] совпало {$n} поле
        [few] совпало {$n} поля
        [many] совпало {$n} полей
       *[other] совпало {$n} поля
    }
policy-less-specific = тоже подходит ({ $n ->
        [one] {$n} поле
        [few] {$n} поля
        [many] {$n} полей
       *[other] {$n} поля
    }), но другое важнее
policy-not-for-it = не для этого
sla-kind-interaction = Разговор
sla-kind-question = Вопрос
sla-kind-request = Запрос
sla-kind-complaint = Жалоба
sla-kind-suggestion = Предложение
sla-kind-order = Заказ
clock-first-response = Первый ответ
clock-next-response = Следующий ответ
clock-update = Весть клиенту
clock-resolution = Решение
clock-acceptance = Принято отделом
clock-met = вовремя
clock-met-late = сделано с опозданием
clock-breached = просрочено
clock-paused = стоит, осталось {$time}
clock-canceled = не нужно
clock-never = без срока
clock-left = осталось {$time}
clock-why = Срок {$time}, потому что:
clock-no-due = Сейчас без срока, потому что:
clocks-none = Для этого нет правила.
clocks-show-over = Показать завершённые
because-started = {$time}: {$why}
because-opened = поступило
because-customer-spoke = клиент написал
because-we-spoke = мы написали клиенту
because-reopened = открыли снова
because-forwarded = передали в отдел
because-target = срок — {$time} рабочего времени
because-shut = закрыто с {$from} до {$to}
because-shut-more = закрыто ещё { $n ->
        [one] {$n} раз
        [few] {$n} раза
        [many] {$n} раз
       *[other] {$n} раза
    }
because-paused = стояло с {$from} до {$to}: {$phase}
because-paused-now = стоит с {$from}: {$phase}
because-never-open = в рабочем времени столько часов не наберётся
phase-new = новое
phase-open = в работе
phase-waiting-customer = ждём клиента
phase-waiting-department = ждём отдел
phase-on-hold = отложено
phase-resolved = решено
phase-closed = закрыто
phase-merged = часть другого
notice-promise = Обещано к {$time}: {$what}
notice-promise-broken = Обещание нарушено: {$what}
notice-warned = {$clock}, срок {$time}: {$title}
notice-breached = {$clock}, просрочено: {$title}
