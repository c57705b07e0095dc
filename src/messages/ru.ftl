# Что узнаёт чат об уведомлении ------------------------------------------------------------------------------
mark-stored = Принято, отправляется.
mark-delivered = Доставлено.
mark-failed = Не доставлено.
about-notification = «{ $text }»:
sent-to = { $count ->
    [one] Уведомляется { $names }.
    [few] Уведомляются { $count } человека: { $names }.
   *[many] Уведомляются { $count } человек: { $names }.
}
verdict-line = { $name }: { $verdict }
verdict-delivered = доставлено
verdict-suppressed = Битрикс24 принял, но у получателя { $name } такие уведомления отключены
verdict-refused = отказ: { $reason }
verdict-undeliverable = не доставлено: { $reason }
verdict-unknown = неизвестно, дошло ли: { $reason }. Повторно не отправлялось, чтобы не показать дважды
verdict-recalled = отозвано
verdict-superseded = заменено более новым с тем же тегом
verdict-waiting = ожидает отправки
verdict-waiting-media = ожидает вложений
left-out-line = Не приложено: { $name } ({ $reason })

# Почему: коды портала и наши --------------------------------------------------------------------------------
reason-RESULT_FALSE = в Битрикс24 нет такого активного пользователя, либо это техническая учётная запись
reason-USER_ID_EMPTY = Битрикс24 не принял номер пользователя
reason-MESSAGE_EMPTY = пустой текст
reason-ATTACH_OVERSIZE = вложения больше, чем принимает Битрикс24
reason-ATTACH_ERROR = Битрикс24 не принял вложения
reason-DEADLINE = портал был недоступен до истечения срока
reason-CANCELLED = отменено
reason-UNMAPPED = человек удалён из соответствий
reason-UNBOUND = чат отвязан
reason-INTERRUPTED = служба была остановлена во время отправки
reason-UNWRITABLE = не удалось составить уведомление для Битрикс24 (сбой службы; подробности у её оператора в журнале)
reason-NO_ANSWER = портал не ответил
reason-http = Битрикс24 не дал внятного ответа (HTTP { $status })
reason-SUSPENDED = связь с Битрикс24 приостановлена
reason-other = Битрикс24 ответил { $code }

# Ответы на команды ------------------------------------------------------------------------------------------
example-telegram = /notify { $name } Сборка упала #ci
example-form = /уведомить кому:{ $name } текст:Сборка упала тег:ci
example-discord = !notify { $name } Сборка упала #ci
malformed-no-recipient = Кого уведомить? Например: { $example }
malformed-bad-recipient = «{ $value }» – не получатель: укажите @имя, @группу, id:42 или почту. Например: { $example }
malformed-no-text = Что сообщить? Добавьте текст или файл либо ответьте на сообщение. Например: { $example }
malformed-bad-tag = «{ $value }» – не тег: буквы, цифры и _, хотя бы одна буква. Например: #ci
unknown-recipients = { $count ->
    [one] Не найден: { $names }.
    [few] Не найдены: { $names }.
   *[many] Не найдены: { $names }.
}
did-you-mean = Возможно, имелось в виду: { $names }?
ambiguous-recipient = Имя «{ $name }» носят несколько человек: укажите { $choices }.
edited-too-late = Изменение этого сообщения уже не попадёт в то, что передано. Чтобы отправить его, напишите команду заново.
nobody-notified = Никто не уведомлён.
sender-not-linked = Отсюда могут отправлять только те, кто связан с Битрикс24. Попросите администратора выполнить: { $line }
sender-not-listed = Вас нет среди тех, кто может отправлять из этого чата. Обратитесь к администратору.
sender-too-fast = { $seconds ->
    [one] Слишком много команд. Повторите через { $seconds } секунду.
    [few] Слишком много команд. Повторите через { $seconds } секунды.
   *[many] Слишком много команд. Повторите через { $seconds } секунд.
}
chat-unbound = Этот чат не подключён к Битрикс24. Его номер: { $id }. Оператор подключает его командой: { $line }
chat-bound = Этот чат подключён к рабочему пространству { $workspace }.
command-unknown = Команды { $word } нет. Список: /help.
whoami-linked = Вы – { $name }, пользователь { $id } Битрикс24 (рабочее пространство { $workspace }).
whoami-by-name = Ваше имя пользователя сопоставлено с { $name }, пользователем { $id } Битрикс24 (рабочее пространство { $workspace }).
whoami-unlinked = Вы не связаны с человеком в Битрикс24 (рабочее пространство { $workspace }). Ваш номер здесь: { $id }; администратор свяжет вас командой: { $line }
help = Отправляю личные уведомления в Битрикс24.
    { $example }
    Несколько получателей – через запятую. Группы: @группа. Без сопоставления: id:42.
    #тег в конце необязателен: новое уведомление с тем же тегом заменяет прежнее.
    Приложите картинки и файлы или ответьте на сообщение – они уйдут вместе с текстом.
    Реакции: 👀 принято, 👍 доставлено; иначе отвечу, в чём причина.
    { $status } – что стало с вашими последними уведомлениями. { $whoami } – кто вы в Битрикс24.
help-deletions = Telegram не сообщает об удалении сообщений, поэтому удаление команды ничего не отзывает.
status-none = Вы отсюда ещё ничего не отправляли.
status-title = Ваши последние уведомления:
status-entry = { $when } «{ $text }» – { $verdicts }

# Что читает получатель --------------------------------------------------------------------------------------
note-left-out = [Не приложено: { $name } – { $reason }]
note-unsupported = [В сообщении есть ещё { $what }: это не передаётся]
note-text-cut = [Текст здесь обрезан, полностью он в файле { $name }]
note-text-lost = [Текст здесь обрезан: больше Битрикс24 не принимает]
reason-no-public-url = у службы нет публичного адреса для файлов
reason-too-big = больше { $limit } МБ
reason-telegram-too-big = больше { $limit } МБ, а сервер Telegram больше не отдаёт; ограничение снимает собственный сервер Bot API в режиме --local (TELEGRAM_API_ROOT)
reason-too-big-together = все вложения вместе больше { $limit } МБ
reason-no-way = у службы нет публичного адреса для файлов и права на Диск Битрикс24
reason-drive-refused = Диск Битрикс24 его не принял
note-part = [Часть { $part } из { $parts }]
reason-gone = источник больше недоступен
reason-broken = загрузка оборвалась
reason-no-room = не осталось места для ещё одного вложения
origin-telegram = Telegram
origin-discord = Discord
origin-private = личный чат
replied-author = { $author } пишет:
late-files = Ещё вложения к «{ $text }»
whole-text = полный-текст.txt
part-poll = Опрос: { $question }
part-contact = Контакт: { $name }
part-sticker = Стикер { $label }
part-other = { $name ->
    [story] история
    [dice] игральная кость
    [game] игра
    [invoice] счёт
    [checklist] список дел
    [giveaway] розыгрыш
    [paid-media] платные медиа
    [rich-message] оформленная страница
   *[other] { $name }
}

# Извещения администраторам ----------------------------------------------------------------------------------
notice-suspended = Уведомления рабочего пространства { $workspace } приостановлены: { $reason } ({ $code }). Ничего не потеряно: они уйдут, когда причина устранена и команда «herald24 workspace test { $workspace }» выполнена успешно.

# Названия в меню Discord и списке команд Telegram ---------------------------------------------------------------
menu-notify = Уведомить в Битрикс24
command-notify = Отправить уведомление людям в Битрикс24
command-status = Что стало с вашими уведомлениями
command-whoami = Кто вы в Битрикс24
command-help = Как пользоваться ботом
option-user = Кого уведомить
option-to = Люди и группы через запятую
option-text = Что сообщить
option-tag = Новое уведомление с тем же тегом заменяет прежнее
option-file = Картинка или файл, которые надо приложить
form-title = Уведомить в Битрикс24
form-to = Кому (@имя, @группа, id:42)
form-text = Текст
form-tag = Тег (необязательно)

# Это показывает Discord; имена – строчными буквами без пробелов
name-notify = уведомить
name-status = статус
name-whoami = ктоя
name-help = помощь
name-user = человек
name-to = кому
name-text = текст
name-tag = тег
name-file = файл
form-to-hint = @anna, @дежурные, id:42
form-text-hint = Что им нужно знать
not-stored = Сохранить не удалось, поэтому ничего не отправится. Повторите чуть позже.
form-expired = Это сообщение больше не прочитать. Выберите его ещё раз.

# Страницы на месте файла
page-absent-title = Здесь ничего нет
page-absent-text = По этому адресу нет файла. Проверьте, что ссылка скопирована целиком.
page-gone-title = Файл больше не доступен
page-gone-text = Срок хранения файла истёк, или его отозвали. Попросите отправителя прислать его ещё раз.

# Права и уведомления для многих ------------------------------------------------------------------------------
denied-admins = Команда { $command } – только для администраторов рабочего пространства.
denied-chat-admins = Команда { $command } – только для администраторов этого чата или рабочего пространства.
denied-nameless = Мне не видно, кто пишет, поэтому { $command } здесь ничего не делает. Напишите от своего имени, а не от имени группы или канала.
reach-groups = Отсюда можно уведомлять только группы.
confirm-ask = { $count ->
    [one] Это уведомит { $count } человека. Пока ничего не отправлено. Подтвердить можете только вы, в течение 10 минут: { $line }
   *[other] Это уведомит { $count } человек. Пока ничего не отправлено. Подтвердить можете только вы, в течение 10 минут: { $line }
}
confirm-line-telegram = /notify да (или /notify нет)
confirm-line-discord = !notify да (или !notify нет)
confirm-line-form = /уведомить текст:да (или текст:нет)
confirm-yes = Отправить
confirm-no = Отменить
confirm-anonymous = { $count ->
    [one] Это уведомило бы { $count } человека, и отправитель должен это подтвердить. Напишите от своего имени, а не от имени группы или канала.
   *[other] Это уведомило бы { $count } человек, и отправитель должен это подтвердить. Напишите от своего имени, а не от имени группы или канала.
}
confirm-none = У вас здесь нет ничего, что ждёт подтверждения.
confirm-not-yours = Подтвердить может только тот, кто отправлял.
confirm-sent = Подтверждено.
confirm-cancelled = Отменено. Ничего не отправлено.
confirm-expired = За 10 минут не подтверждено. Ничего не отправлено.
confirm-replaced = Заменено вашим следующим уведомлением. Ничего не отправлено.

# Соответствия, для администраторов ---------------------------------------------------------------------------
people-title = { $count ->
    [one] { $count } человек в { $workspace }:
    [few] { $count } человека в { $workspace }:
   *[many] { $count } человек в { $workspace }:
}
people-found = { $count ->
    [one] В { $workspace } по запросу «{ $search }» найден { $count } человек:
    [few] В { $workspace } по запросу «{ $search }» найдено { $count } человека:
   *[many] В { $workspace } по запросу «{ $search }» найдено { $count } человек:
}
people-none = В { $workspace } пока никто не сопоставлен. Начните так: { $example }
people-not-found = В { $workspace } никто не подходит под «{ $search }».
people-page = Страница { $page } из { $pages }. Следующая: { $line }
people-here = Показаны только те, кого видели в этом чате: это прочтут все. Полный список – в личном чате.
map-usage = Кого и с кем сопоставить? Например: { $example }
map-done = { $account } – теперь { $person }.
map-unchanged = { $account } – уже { $person }.
map-conflict = { $account } – уже { $person }. Ничего не изменено. Чтобы изменить, сначала: { $line }
map-two-people = Адрес { $email } у нескольких: { $people }. Ничего не изменено: укажите номер в Битрикс24.
map-no-person = В { $workspace } ни у кого нет адреса { $email }. Укажите номер в Битрикс24: он есть в адресе страницы профиля.
map-group-taken = @{ $name } – это группа. Ничего не изменено: у группы и человека не может быть одного имени.
unmap-usage = Чью учётную запись? Например: { $example }
unmap-done = { $cancelled ->
    [0] { $account } – больше не { $person }.
    [one] { $account } – больше не { $person }; отменено { $cancelled } уведомление из очереди.
    [few] { $account } – больше не { $person }; отменено { $cancelled } уведомления из очереди.
   *[many] { $account } – больше не { $person }; отменено { $cancelled } уведомлений из очереди.
}
unmap-unknown = { $account } не сопоставлен ни с кем в { $workspace }.
group-title = Группы в { $workspace }:
group-none = В { $workspace } пока нет групп. Например: { $example }
group-members = @{ $name }: { $members }
group-empty = никого
group-unknown = Группы @{ $name } в { $workspace } нет.
group-bad-name = «{ $name }» – не имя группы: буквы, цифры, «_», «.» и «-», например oncall. Например: { $example }
group-name-taken = @{ $name } – чьё-то имя пользователя. Ничего не изменено: группа не может его занять.
group-set = { $count ->
    [one] В @{ $name } теперь { $count } человек: { $members }
    [few] В @{ $name } теперь { $count } человека: { $members }
   *[many] В @{ $name } теперь { $count } человек: { $members }
}
group-removed = Группы @{ $name } больше нет.
group-not-found = Не найдены: { $names }. Ничего не изменено.
senders-now = Кто может отправлять из этого чата: { $policy ->
    [everyone] все его участники
    [linked] те, кто связан с Битрикс24
   *[list] только те, кого указали администраторы рабочего пространства
}.
senders-usage = Чтобы изменить: { $example }

# Страницы в конце подключения портала
page-connected-title = Подключено
page-connected-text = herald24 подключён к этому Битрикс24. Страницу можно закрыть.
page-connect-refused-title = Не подключено
page-connect-refused-text = Ссылка уже использована, устарела или относится к другому порталу. Попросите у оператора новую: npx herald24 workspace authorize <name>
notice-installed = Рабочее пространство { $workspace } подключено к { $host }. { $findings }
