promises-title = Обещания
promises-lead = Что и к какому сроку пообещали клиентам. Нарушенные остаются, пока не выполнены.
promises-mine = Только мои
promises-none = Долгов нет
promises-none-text = Обещания появляются здесь, когда их дают в разговоре, когда отвечает закрытая очередь и когда клиенту нужно перезвонить.
promises-none-here = Здесь ничего не обещано.
promises-show-over = Показать прошлые
promises-more = Показать ещё
promises-report = Как их сдержали
promises-period = Период
promises-report-empty = За этот период ничего не обещали.
promises-source = Источник
promises-queue = Очередь
promises-made = Дано
promises-share = Доля сдержанных
promises-honesty = Насколько честно называли время ожидания
promise-make = Пообещать
promise-make-now = Пообещать
promise-text = Когда и что
promise-text-hint = завтра 12:00 позвонить насчёт возврата · в пятницу прислать счёт · через 2 рабочих часа ответить
promise-by = до {$time}
promise-left = осталось {$time}
promise-late-by = опоздание {$time}
promise-zone = Часовой пояс: {$zone}
promise-closed-then = Очередь в это время закрыта. Кому-то придётся быть на месте, чтобы сдержать обещание.
promise-open = Открыто
promise-soon = Скоро срок
promise-urgent = Срок подходит
promise-kept = Сдержано
promise-kept-late-warned = Позже, но предупредили
promise-broken = Нарушено
promise-canceled = Отменено
promise-done = Выполнено
promise-move = Нужно больше времени
promise-cancel = Больше не нужно
promise-moved = Сначала обещано к {$time}, перенесено { $n ->
        [one] {$n} раз
        [few] {$n} раза
        [many] {$n} раз
       *[other] {$n} раза
    }
promises-last = { $n ->
        [one] последний {$n} день
        [few] последние {$n} дня
        [many] последние {$n} дней
       *[other] последние {$n} дня
    }
promise-move-title = Сказать клиенту, что нужно больше времени
promise-new-time = Новый срок
promise-when-hint = завтра 12:00 · в пятницу · через 2 рабочих часа
promise-words = Что скажем клиенту
promise-send = Написать клиенту сейчас
promise-send-hint = Если предупредить до срока, это считается «позже, но предупредили», а не нарушением.
promise-told-hint = Выберите, если вы уже сказали клиенту иначе, например по телефону.
promise-send-now = Отправить
promise-was-told = Я сказал(а) клиенту
promise-to-conversation = разговор
promise-what-callback = Связаться с клиентом
promise-what-answer = Ответить клиенту
promise-source-manual = вручную
promise-source-macro = макрос
promise-source-flow = сценарий
promise-source-wait = сказано при ожидании
promise-source-auto-reply = закрытая очередь
promise-source-callback = обратный звонок
promise-source-policy = правило
