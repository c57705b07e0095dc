# Что узнаёт чат об уведомлении ------------------------------------------------------------------------------
mark-stored = Принято, отправляется.
mark-delivered = Доставлено.
mark-failed = Не доставлено.
mark-partly = Доставлено не всем.
mark-unsure = Не всё прошло как надо.
mark-recalled = Отозвано.
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
verdict-doubt = Одна из попыток осталась без ответа и могла всё же доставить его
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
nobody-notified = Никто не уведомлён.
nobody-in = В { $names } сейчас никого нет.
sender-not-linked = Отсюда могут отправлять только те, кто связан с Битрикс24. Докажите, кто вы, командой /link или попросите администратора выполнить: { $line }
sender-not-listed = Вас нет среди тех, кто может отправлять из этого чата. Попросите администратора рабочего пространства: { $line }
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
whoami-nameless = От имени чата или его администраторов вы никто в отдельности, поэтому связать вас с человеком в Битрикс24 (рабочее пространство { $workspace }) нельзя. Напишите от себя.
whoami-unlinked = Вы не связаны с человеком в Битрикс24 (рабочее пространство { $workspace }). Докажите, кто вы, командой /link. Ваш номер здесь: { $id }; администратор свяжет вас командой: { $line }
help = Отправляю личные уведомления в Битрикс24.
    { $example }
    Несколько получателей – через запятую. Группы: @группа. Без сопоставления: id:42.
    #тег в конце необязателен: новое уведомление с тем же тегом заменяет прежнее.
    Приложите картинки и файлы или ответьте на сообщение – они уйдут вместе с текстом.
    Реакции: 👀 принято, 👍 доставлено, 🙈 отозвано; иначе отвечу, в чём причина.
    { $status } – что стало с вашими последними уведомлениями. { $whoami } – кто вы в Битрикс24.
help-alerts = { $forward } – пересылка оповещений этого чата людям и в другие чаты. { $rules } – что пересылается.
help-deletions = Измените команду – и уведомление заменится. Telegram не сообщает об удалении сообщений, поэтому удаление команды ничего не отзывает: используйте /recall.
help-edits = Измените набранную команду – и уведомление заменится; удалите её – и оно будет отозвано.
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
notice-suspended = Уведомления рабочего пространства { $workspace } приостановлены: { $reason } ({ $code }). Ничего не потеряно: они уйдут, когда причина будет устранена. Что сделать: { $remedy }. Затем: herald24 workspace test { $workspace }

notice-left = { $count ->
    [one] { $names } больше не активный пользователь Битрикс24 (рабочее пространство { $workspace }). Снять связь: «herald24 people unmap».
    [few] { $names } больше не активные пользователи Битрикс24 (рабочее пространство { $workspace }). Снять связи: «herald24 people unmap».
   *[many] { $names } больше не активные пользователи Битрикс24 (рабочее пространство { $workspace }). Снять связи: «herald24 people unmap».
}
left-people = { $count ->
    [one] { $names } больше не в Битрикс24.
    [few] { $names } больше не в Битрикс24.
   *[many] { $names } больше не в Битрикс24.
}

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
    [one] Это уведомит { $count } человека. Пока ничего не отправлено. { $time } Подтвердить можете только вы, в течение 10 минут: { $line }
   *[other] Это уведомит { $count } человек. Пока ничего не отправлено. { $time } Подтвердить можете только вы, в течение 10 минут: { $line }
}
confirm-takes-seconds = { $count ->
    [one] Отправка займёт около { $count } секунды.
   *[other] Отправка займёт около { $count } секунд.
}
confirm-takes-minutes = { $count ->
    [one] Отправка займёт около { $count } минуты.
    [few] Отправка займёт около { $count } минут.
    [many] Отправка займёт около { $count } минут.
   *[other] Отправка займёт около { $count } минуты.
}
confirm-takes-hours = { $count ->
    [one] Отправка займёт около { $count } часа.
    [few] Отправка займёт около { $count } часов.
    [many] Отправка займёт около { $count } часов.
   *[other] Отправка займёт около { $count } часа.
}
confirm-takes-least = { $time } Возможно, и заметно дольше: как быстро отвечает этот портал, ещё не измерено.
confirm-takes-files = Сначала нужно получить файлы, это время добавится.
confirm-takes-suspended = Связь с Битрикс24 приостановлена, поэтому уведомление подождёт, пока её не восстановят.
confirm-time-changed = С момента вопроса это изменилось: { $time }
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
people-none-here = В этом чате пока не видели никого, кто сопоставлен в { $workspace }.
people-here = Показаны только те, кого видели в этом чате: это прочтут все. Полный список – в личном чате.
map-usage = Кого и с кем сопоставить? Например: { $example }
map-done = { $account } – теперь { $person }.
map-unchanged = { $account } – уже { $person }.
map-conflict = { $account } – уже { $person }. Ничего не изменено. Чтобы изменить, сначала: { $line }
map-two-people = Адрес { $email } у нескольких: { $people }. Ничего не изменено: укажите номер в Битрикс24.
map-no-person = В { $workspace } ни у кого из работающих нет в точности такого адреса: { $email }. Укажите номер в Битрикс24: он есть в адресе страницы профиля.
map-group-taken = @{ $name } – это группа или дежурство. Ничего не изменено: человек не может носить то же имя.
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
group-name-rotation = @{ $name } – это дежурство. Ничего не изменено: группа не может взять его имя.
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

# Связь аккаунта с доказательством ---------------------------------------------------------------------------
link-invitation = Продолжим наедине; ссылка действует 10 минут и только для вашего аккаунта: { $address }
link-invitation-over = Эта ссылка не для вашего аккаунта или больше не действует. Напишите /link в чате, из которого хотите отправлять, и откройте полученную ссылку.
link-use-form = Воспользуйтесь слеш-командой /link: её форму и ответ видите только вы.
link-where = Напишите /link в чате, подключённом к Битрикс24, и я пойму, с чем вас связать.
link-who = Кто вы в Битрикс24 (рабочее пространство { $workspace })? Пришлите вашу электронную почту там, номер пользователя (число в адресе вашего профиля) или имя и фамилию в точности как там.
link-who-unreadable = Это не почта, не номер пользователя и не имя с фамилией. Например: anna@company.example, 42, Анна Орлова
link-sent = Если такой человек есть и работает, к нему в Битрикс24 отправляется уведомление с кодом. Пришлите код сюда в течение 10 минут.
link-sent-form = Если такой человек есть и работает, к нему в Битрикс24 отправляется уведомление с кодом. В течение 10 минут вызовите /link ещё раз и введите код.
link-failed = Этот код не подходит: он неверный, использован, устарел или запрошен не вами. Код действует 10 минут и 5 попыток; новый даст /link.
link-too-often = Слишком много попыток. Повторите через час.
link-no-email = Битрикс24 не даёт мне искать здесь по почте. Пришлите номер пользователя: число в адресе вашего профиля.
link-no-id = Битрикс24 не даёт мне искать здесь людей. Попросите администратора рабочего пространства сопоставить вас.
link-no-name = Битрикс24 не даёт мне искать здесь по имени. Пришлите номер пользователя: число в адресе вашего профиля.
link-portal-silent = Не удалось спросить Битрикс24. Ничего не отправлено; повторите позже.
link-already = Вы уже связаны: { $name }, пользователь { $id } Битрикс24 (рабочее пространство { $workspace }). Снять связь: /unlink.
link-done = Готово: вы { $name }, пользователь { $id } Битрикс24 (рабочее пространство { $workspace }). Снять связь: /unlink.
unlink-done = Вы больше не связаны с { $name } (пользователь { $id } Битрикс24, рабочее пространство { $workspace }).
unlink-none = Вы не связаны в рабочем пространстве { $workspace }.
unlink-nowhere = Вы нигде не связаны.
unlink-which = Вы связаны в нескольких рабочих пространствах: { $names }. Напишите /unlink и имя одной из них.
origin-link = код для связи
link-code-notice = Аккаунт { $platform } { $account }, id { $id }, утверждает, что он ваш, и просит связать его с вами. Если это просили вы, введите код ниже там, где просили. Если нет, не обращайте внимания и никому не сообщайте код: у кого он есть, тот может действовать здесь от вашего имени.
command-link = Доказать, кто вы в Битрикс24
command-unlink = Снять связь с Битрикс24
name-link = связать
name-unlink = отвязать
link-form-title = Кто вы в Битрикс24?
link-form-who = Почта, номер пользователя или имя с фамилией
link-form-who-hint = anna@company.example
link-form-code-title = Код из Битрикс24
link-form-code = Код
link-form-code-hint = XXXX-XXXX
link-form-again = Нет кода? Скажите ещё раз, кто вы

# Подключение и отключение из чата
scope-missing = Не выдано право { $scope }: { $use }
scope-use-im = без него ничего нельзя отправить. Отметьте «Чат и уведомления (im)» там, где создаются вебхук или приложение.
scope-use-user_basic = с ним людей можно искать, а им связывать себя, ещё и по электронной почте.
scope-use-disk = с ним файлы можно класть на Диск портала.
scope-use-imbot = с ним получатели могут подтверждать оповещения в Битрикс24.
connect-how = Чтобы подключить Битрикс24: /connect <код подключения> <адрес входящего вебхука>, здесь, в личном чате. Код создаёт оператор командой npx herald24 workspace invite; владельцам рабочего пространства он не нужен. Вебхук создаётся в Битрикс24: Разработчикам, Другое, Входящий вебхук, с правами { $scopes }.
connect-how-form = Воспользуйтесь слэш-командой /connect: форму и ответ видите только вы.
connect-not-allowed = Для этого нужен код подключения от оператора сервиса (npx herald24 workspace invite; действует один раз и один час) или права владельца рабочего пространства: /connect <код подключения> <вебхук>. Ничего не подключено.
connect-malformed = Это не адрес входящего вебхука, который можно здесь использовать: он выглядит как https://your-company.bitrix24.ru/rest/1/<код>/. Ничего не подключено.
connect-refused = Битрикс24 не принял вебхук ({ $code }). Проверьте, что он ещё существует и адрес скопирован целиком. Ничего не подключено.
connect-unreachable = Битрикс24 недоступен: { $detail }. Ничего не подключено. Что делать: { $fix }.
connect-done = { $host } подключён как рабочее пространство { $workspace }, вы его владелец.
connect-renewed = Рабочее пространство { $workspace } ({ $host }) теперь использует новый вебхук.
connect-acts-as = Уведомления приходят от имени { $name }, владельца вебхука.
connect-next = Дальше: сопоставьте людей командой /map @имя <номер пользователя Битрикс24> и подключите группу, выполнив там то, что бот отвечает на /help. С сервера: npx herald24 chat bind { $workspace } …
connect-delete-yourself = Удалите, пожалуйста, своё сообщение с адресом вебхука: у меня нет такого права.
connect-deleted = Я удалил ваше сообщение: адрес в нём – секрет.
connect-surplus = Рядом с адресом вебхука могут стоять только код подключения (32 знака: цифры и буквы от a до f) и название рабочего пространства (одно слово из букв, цифр, «.», «_» и «-», не из одних цифр и не похожее на код). Проверьте, что код скопирован целиком. Ничего не подключено.
connect-kept-back = В вашем сообщении был адрес вебхука Битрикс24, а это секрет, поэтому я не стал выполнять команду. Чтобы подключить портал: /connect <код подключения> <адрес>
connect-tags = { $tags ->
    [honoured] Новое уведомление с тем же тегом заменяет прежнее.
    [needs-client-id] Новое уведомление с тем же тегом заменяет прежнее.
    [ignored] Этот Битрикс24 не учитывает теги вебхуков, поэтому новое уведомление не заменяет прежнее.
   *[unknown] Не удалось узнать, заменяет ли новое уведомление прежнее.
}
connect-no-rest = В тарифе этого Битрикс24 нет REST: { $reason }. Уведомления отправлять нельзя.
connect-not-probed = Пока не удалось проверить портал: { $reason }.
webhook-hidden = В вашем сообщении был адрес вебхука Битрикс24, поэтому я удалил его и больше ничего с ним не делал. Кто его видел, может им воспользоваться: создайте в Битрикс24 новый вебхук и удалите старый. Чтобы подключить портал, напишите мне лично.
webhook-not-hidden = В вашем сообщении есть адрес вебхука Битрикс24, а удалять сообщения здесь мне нельзя: удалите его сами. Кто его видел, может им воспользоваться: создайте в Битрикс24 новый вебхук и удалите старый. Я ничего с ним не делал. Чтобы подключить портал, напишите мне лично.
invitation-shown = Этот код подключения увидели другие, поэтому он больше не действует. Попросите у оператора новый и пришлите его мне лично.
disconnect-ask = { $count ->
    [0] Этот чат перестанет быть подключённым к рабочему пространству { $workspace }.
    [one] Этот чат перестанет быть подключённым к рабочему пространству { $workspace }, и будет отменено { $count } уведомление из очереди.
    [few] Этот чат перестанет быть подключённым к рабочему пространству { $workspace }, и будут отменены { $count } уведомления из очереди.
   *[other] Этот чат перестанет быть подключённым к рабочему пространству { $workspace }, и будет отменено { $count } уведомлений из очереди.
}
disconnect-confirm = Чтобы сделать это: { $example }
disconnect-last = Это последний чат рабочего пространства, поэтому оно тоже будет приостановлено. Команда /connect с вебхуком возобновит его.
disconnect-notices-end = Сюда приходят сообщения для администраторов рабочего пространства; после этого они не приходят ни в один чат, только в журнал сервиса. Выбрать другой чат: npx herald24 workspace set { $workspace } admin-chat=telegram:<id>
disconnect-notices-move = Сюда приходят сообщения для администраторов рабочего пространства; после этого они приходят в личный чат одного из них.
disconnect-done = { $count ->
    [0] Этот чат больше не подключён к рабочему пространству { $workspace }.
    [one] Этот чат больше не подключён к рабочему пространству { $workspace }; отменено { $count } уведомление из очереди.
    [few] Этот чат больше не подключён к рабочему пространству { $workspace }; отменено { $count } уведомления из очереди.
   *[other] Этот чат больше не подключён к рабочему пространству { $workspace }; отменено { $count } уведомлений из очереди.
}
command-connect = Подключить Битрикс24 по вебхуку
command-disconnect = Отключить этот чат от Битрикс24
name-connect = подключить
name-disconnect = отключить
option-confirm = Действительно отключить
name-confirm = подтвердить
connect-form-title = Подключить Битрикс24
connect-form-webhook = Адрес входящего вебхука
connect-form-webhook-hint = https://your-company.bitrix24.ru/rest/1/…/
connect-form-code = Код подключения от оператора
connect-form-code-hint = Владельцам рабочего пространства не нужен
connect-form-name = Название (не обязательно, с окончанием)

# Отзыв
recall-none = Отзывать нечего: ответьте на отправленную команду или укажите её тег. Например: /recall #ci
recall-not-yours = Отозвать может только отправитель или администратор.
recall-forgotten = Его текст здесь уже удалён, а с ним и то, чьё оно: отозвать может только администратор.
recall-done = Отозвано.
recall-too-late = То, что ещё ждало отправки, отозвано. Этот портал не учитывает теги, поэтому уже показанное в Битрикс24 мы убрать не можем.
command-recall = Отозвать уведомление
name-recall = отозвать

# Поиск людей на портале, для администраторов
people-asking = Спрашиваю Битрикс24 о других…
people-unmapped = не сопоставлен
people-silent = Сейчас не удалось спросить Битрикс24, поиск был только среди сопоставленных.
people-suspended = Связь с Битрикс24 приостановлена, поиск был только среди сопоставленных.
people-refused = Битрикс24 не даёт мне искать людей ({ $code }), поиск был только среди сопоставленных. Нужно право user_basic.
group-heads = Это те, кто руководит подразделением { $id } в Битрикс24; проверяется каждый день.
group-of-department = @{ $name } – это те, кто руководит подразделением { $id } в Битрикс24. Ничего не изменено: чтобы назвать участников вручную, сначала удалите группу.
map-asking = Спрашиваю Битрикс24, у кого адрес { $email }…
map-silent = Сейчас не удалось спросить Битрикс24. Ничего не изменено: повторите позже или укажите номер в Битрикс24.
map-suspended = Связь с Битрикс24 приостановлена. Ничего не изменено: укажите номер в Битрикс24.
map-no-emails = Битрикс24 не даёт мне искать по адресу ({ $code }). Ничего не изменено: выдайте право user_basic или укажите номер в Битрикс24.
help-link = { $link } – доказать, кто вы в Битрикс24.
reason-ERASED = данные этого человека удалены
erased-note = { $count ->
    [one] Отменена { $count } отправка: данные получателя удалены.
    [few] Отменены { $count } отправки: данные получателя удалены.
   *[many] Отменено { $count } отправок: данные получателя удалены.
}

# Что говорит doctor: что он проверил, как оно и что одно это исправит -----------------------------------------
state-ok = в порядке
state-warning = внимание
state-broken = НЕИСПРАВНО
doctor-well = Всё в порядке.
doctor-broken = { $count ->
    [one] Найдена { $count } неисправность.
    [few] Найдены { $count } неисправности.
   *[many] Найдено { $count } неисправностей.
}
doctor-warnings = { $count ->
    [one] { $count } замечание.
    [few] { $count } замечания.
   *[many] { $count } замечаний.
}
subject-environment = окружение
subject-database = база и ключ
subject-service = служба
subject-service-part = служба: { $place ->
    [bots] боты
    [portals] порталы
    [database] база
   *[other] { $place }
}
subject-disk = диск
subject-bots = боты
subject-telegram = Telegram
subject-telegram-token = токен Telegram
subject-telegram-privacy = режим приватности Telegram
subject-telegram-updates = обновления Telegram
subject-telegram-poller = опрос Telegram
subject-telegram-chat = чат Telegram { $place }
subject-discord = Discord
subject-discord-token = токен Discord
subject-discord-content = тексты сообщений Discord
subject-discord-chat = чат Discord { $place }
subject-discord-proxy = прокси для Discord
subject-public-address = внешний адрес
subject-workspaces = рабочие пространства
subject-workspace = рабочее пространство { $place }
subject-workspace-suspended = рабочее пространство { $place }
subject-workspace-owner = рабочее пространство { $place }, владелец
subject-workspace-scope = рабочее пространство { $place }, права
subject-workspace-clock = рабочее пространство { $place }, часы
subject-workspace-portal = рабочее пространство { $place }, портал
subject-chats = чаты
subject-inbox = входящие
subject-rules = правила
subject-dead-letters = недоставленное
environment-ok = все значения записаны верно
environment-fix = исправьте .env или переменные окружения
database-ok = { $file }, ключ подходит
database-none = по пути { $file } базы нет
database-none-fix = в новой папке: npx herald24 init; иначе проверьте папку и DATABASE_URL
database-newer = { $file } записана более новой версией herald24
database-newer-fix = обновите herald24 или восстановите более раннюю копию: herald24 restore ФАЙЛ
database-wrong-key = { $file } запечатана другим секретным ключом, не тем, что указан; ничего не тронуто
database-wrong-key-fix = верните верный ключ: { $place }
database-locked = другой процесс слишком долго пишет в { $file }
database-locked-fix = завершите этот процесс или повторите проверку чуть позже
database-read-only = в { $file } нельзя писать
database-read-only-fix = дайте пользователю службы право записи в файл и его папку
database-full = на диске с { $file } нет места
database-full-fix = освободите место; служба продолжит сама
database-missing = { $file } не открывается
database-missing-fix = проверьте DATABASE_URL и права на папку
database-corrupt = { $file } повреждена
database-corrupt-fix = восстановите последнюю копию: herald24 restore ФАЙЛ
database-not-ours = { $file } – не база herald24
database-not-ours-fix = укажите в DATABASE_URL другой файл
database-bad-address = DATABASE_URL – не адрес файла
database-bad-address-fix = запишите так: file:data/herald24.sqlite
database-other = { $reason }
database-other-fix = проверьте, исправен ли диск и не занята ли папка другой программой
key-absent = нет секретного ключа этой базы: файла { $place } нет, и HERALD24_SECRET_KEY не задан
key-absent-fix = верните туда ключ из сохранённой копии
key-malformed = { $place }: это не ключ, ключ – 32 байта в base64 (44 знака)
key-malformed-fix = верните туда ключ этой базы из сохранённой копии
key-unreadable = { $place } не читается
key-unreadable-fix = дайте пользователю службы право чтения
key-unwritable = { $place } не создаётся
key-unwritable-fix = дайте пользователю службы право записи в папку
service-ok = работает по адресу { $url }
service-silent = по адресу { $url } никто не отвечает
service-silent-fix = npx herald24 start
service-strange = { $url }/healthz отвечает { $status }
service-strange-fix = посмотрите журнал; возможно, этот порт занят другой программой
service-part-says = она сообщает: «{ $detail }»
service-part-unwell = она сообщает, что здесь что-то не так
service-cause = { $of ->
    [telegram] Telegram
    [discord] Discord
    [media] вложения
    [database] база
    [portals] порталы
    [bots] боты
   *[other] { $of }
}: { $what }
service-cause-connecting = ещё нет связи
service-cause-stopped = остановлен
service-cause-token = токен бота не принят
service-cause-conflict = обновления этого бота забирает другая программа
service-cause-full = диск или место, отведённое вложениям, заполнены
service-cause-silent = не отвечает
service-part-fix = устраните причину и запустите службу снова
service-part-fix-portals = устраните причину, затем: herald24 workspace test <имя>
disk-free = там, где лежит { $folder }, свободно { $megabytes } МБ
disk-fix = освободите место, уменьшите MEDIA_QUOTA_MEGABYTES или перенесите DATA_DIR на больший диск
bots-none = не задан ни один токен бота: команды не придут
bots-none-fix = задайте TELEGRAM_BOT_TOKEN или DISCORD_BOT_TOKEN в .env или выполните npx herald24 init
bots-failed = { $reason }
bots-failed-fix = исправьте в .env то, что названо в строке
network-not-token = дело в сети, а не в токене: { $detail }
network-not-credentials = дело в сети, а не в правах доступа: { $detail }
network-name = имя { $host } не находится
network-name-fix = проверьте имя и DNS этого компьютера
network-refused = { $host } отклоняет соединения
network-refused-fix = проверьте, что программа там работает и что между ними нет межсетевого экрана
network-blocked = сеть между этим компьютером и { $host } закрыта или не работает
network-blocked-fix = откройте этому компьютеру доступ туда по HTTPS (межсетевой экран, VPN); для чатов прокси задаёт PROXY_URL
network-certificate = сертификату { $host } нет доверия
network-certificate-fix = обновите его или укажите его удостоверяющий центр в NODE_EXTRA_CA_CERTS; так же выглядит прокси, вскрывающий HTTPS
network-private = { $host } ведёт на внутренний адрес
network-private-fix = если так и задумано, добавьте { $host } в PRIVATE_HOSTS
network-other = { $host } не даёт внятного ответа ({ $reason })
network-other-fix = проверьте, открывается ли он в браузере на этом компьютере
no-answer = нет ответа: { $reason }
look-again = подождите немного и повторите проверку
too-many-requests = { $seconds ->
    [one] слишком много запросов, подождите { $seconds } секунду
    [few] слишком много запросов, подождите { $seconds } секунды
   *[many] слишком много запросов, подождите { $seconds } секунд
}
chat-unseen = проверить не удалось: { $reason }
telegram-poller = этого бота опрашивает ещё одна программа, и каждой достаётся лишь часть обновлений
telegram-poller-fix = остановите другую программу или дайте ей своего бота (@BotFather, /newbot)
telegram-chat-gone = бота больше нет в этом чате
telegram-chat-gone-fix = добавьте бота в чат снова или отвяжите чат
telegram-chat-ok = бот в чате { $status ->
    [creator] как владелец
    [administrator] как администратор
    [restricted] с ограниченными правами
   *[member] как участник
}
telegram-chat-mute = бот не может здесь писать
telegram-chat-mute-fix = разрешите боту отправлять сообщения: права чата, либо сделайте его администратором
telegram-token-ok = это бот @{ $name }
telegram-token-refused = токен бота отклонён
telegram-token-fix = укажите в TELEGRAM_BOT_TOKEN то, что показывает @BotFather
telegram-chat-blind = правило слушает эту группу, но её сообщения боту не показываются
telegram-chat-blind-fix = сделайте бота администратором группы либо выключите режим приватности (@BotFather, /setprivacy, Disable), затем удалите бота из группы и добавьте снова
telegram-privacy-off = выключен, приходят все сообщения групп
telegram-privacy-on = включён, поэтому из групп приходят только команды боту, а альбомы – частично
telegram-privacy-fix = @BotFather, /setprivacy, Disable; затем удалите бота из каждой группы и добавьте снова, либо сделайте его администратором
telegram-webhook-elsewhere = их забирает вебхук на { $host }
telegram-webhook-elsewhere-fix = start его снимет; если ботом пользуется другая программа, дайте ей своего бота
telegram-webhook-other = вебхук ведёт на { $host }
telegram-webhook-none = вебхук не установлен
telegram-webhook-other-fix = запустите службу: она установит вебхук
telegram-webhook-failing = ждут: { $count }; последняя ошибка: { $error }
telegram-webhook-failing-fix = проверьте, что PUBLIC_URL снаружи ведёт к этой службе и сертификат действителен
telegram-updates-ok = { $mode ->
    [webhook] через вебхук
   *[polling] опросом
}, ждут: { $count }
discord-chat-ok = { $name }: все права есть
discord-chat-lacks = { $name }, не хватает: { $lacking }
discord-chat-lacks-fix = дайте роли бота эти права в настройках канала
discord-chat-unseen-fix = пригласите бота на сервер и откройте ему канал или отвяжите чат
discord-answered = Discord ответил HTTP { $status }, код { $code }
discord-limited = Discord ограничил частоту запросов
discord-token-ok = бот { $name } ({ $id })
discord-token-refused = Discord отклоняет токен бота
discord-token-fix = Developer Portal, Bot, Reset Token; новый токен запишите в DISCORD_BOT_TOKEN
discord-unreachable = Discord недоступен ({ $reason })
discord-content-on = набранные команды можно прочесть
discord-content-off = Message Content Intent выключен: работают только команды из меню и через косую черту
discord-content-fix = Developer Portal, ваше приложение, Bot, Privileged Gateway Intents: включите Message Content Intent и перезапустите службу
discord-proxy = через PROXY_URL идут запросы и загрузки, но не WebSocket шлюза
discord-proxy-fix = если gateway.discord.gg закрыт, направьте его через VPN или прозрачный прокси либо укажите в DISCORD_API_ROOT обратный прокси
public-address-drive = не задан, но картинки и файлы идут через Диск портала
public-address-none = не задан, поэтому уведомления идут без картинок и файлов, если не выдано право disk
public-address-fix = укажите в PUBLIC_URL адрес https, ведущий к этой службе, или выдайте вебхуку право disk
workspaces-none = нет ни одного: доставлять некуда
workspaces-none-fix = npx herald24 workspace add <имя>
workspace-suspended = приостановлено ({ $code }): { $reason }
workspace-suspended-fix = устраните причину, затем: herald24 workspace test { $name }
workspace-ok = { $host } отвечает; действует от имени { $user } (id { $id })
workspace-refused = портал ответил отказом: { $answer }
remedy-renew = вебхук истёк, удалён или изменён другим человеком, отчего меняется его код; создайте новый: herald24 workspace set { $name } webhook=@файл
remedy-authorize = токены приложения больше не действуют, а новые Битрикс24 выдаёт только тому, кто в него вошёл: администратор портала открывает страницу приложения в Битрикс24 или устанавливает приложение снова, либо выдайте разрешение: herald24 workspace authorize { $name }. Что ждёт отправки, сохраняется и затем уходит само
remedy-dismissed = пользователь, от чьего имени идёт работа, уволен или не может войти: подключите вебхук другого пользователя
remedy-install = установите приложение на портал снова
remedy-scope = отметьте «Чат и уведомления (im)» там, где настроен вебхук или приложение
remedy-tariff = в тарифе портала нет REST (в бесплатном его нет): выберите платный тариф или включите пробный период
remedy-access = разрешите пользователю это приложение: Битрикс24, Приложения, права доступа
remedy-limit = подождите минуту; лимит портала могут расходовать другие программы на этом компьютере
remedy-overload = Битрикс24 вручную заблокировал REST этого портала: обратитесь в поддержку
remedy-deleted = портала больше нет: herald24 workspace remove { $name }
remedy-other = проверьте, что вебхук или приложение ещё существует; новый вебхук: herald24 workspace set { $name } webhook=@файл
workspace-owner = раньше работа шла от имени пользователя { $expected }, а теперь от имени { $user } (id { $id }): уведомления выглядят отправленными другим человеком
workspace-owner-fix = если так и задумано: herald24 workspace probe { $name }; иначе создайте вебхук нужного пользователя: herald24 workspace set { $name } webhook=@файл
workspace-scope = нет права { $scope }: ничего нельзя отправить
workspace-clock-ahead = часы портала впереди часов этого компьютера на { $seconds } с
workspace-clock-behind = часы портала отстают от часов этого компьютера на { $seconds } с
workspace-clock-fix = настройте часы этого компьютера (NTP)
workspace-portal-unknown = ещё неизвестно, что умеет портал, например учитывает ли он теги
workspace-portal-unknown-fix = herald24 workspace probe { $name }
workspace-portal-found = { $edition ->
    [cloud] облачный Битрикс24
   *[on-premise] коробочный Битрикс24
}; теги { $tags ->
    [honoured] заменяют прежние уведомления
    [needs-client-id] заменяют прежние уведомления (вместе с CLIENT_ID, который мы передаём)
    [ignored] не учитываются, ничего не заменяется
   *[unknown] не проверены
}; Диск { $drive ->
    [usable] принимает картинки и файлы
    [no-scope] недоступен (нет права disk)
    [absent] отсутствует
    [refused] закрыт для этого пользователя
   *[unknown] не проверен
}; люди ищутся { $lookUp ->
    [exact-email] по почте и имени
    [names] по имени (почта не показывается)
    [none] только по имени в мессенджере
   *[unknown] неизвестно как
}
workspace-portal-lacks = { $found }; не хватает: { $missing }
workspace-portal-lacks-fix = обновите программу портала
chats-none = ни один не привязан: отправлять никто не может
chats-none-fix = npx herald24 chat bind <пространство> --telegram <номер>; номер бот называет в любом чате, куда его добавят
inbox-lost = { $count ->
    [one] { $count } сообщение не удалось обработать, и оно оставлено
    [few] { $count } сообщения не удалось обработать, и они оставлены
   *[many] { $count } сообщений не удалось обработать, и они оставлены
}
inbox-lost-fix = попросите отправителей написать снова; причина в журнале: «inbox row failed»
rule-troubled = правило { $name } не может сделать всего, что в нём сказано
dead-letters = { $count ->
    [one] не доставлено и оставлено: { $count } уведомление
    [few] не доставлено и оставлено: { $count } уведомления
   *[many] не доставлено и оставлено: { $count } уведомлений
}
dead-letters-many = не доставлено и оставлено уведомлений: { $count } или больше
dead-letters-fix = herald24 deliveries list --verdict undeliverable, затем herald24 deliveries replay --verdict undeliverable

# Что неверно в окружении: каждое после имени настройки
config-title = { $count ->
    [one] В окружении ошибка:
   *[many] В окружении ошибки:
}
config-DATABASE_URL = нужно file:<путь>, например file:data/herald24.sqlite
config-HERALD24_SECRET_KEY = нужны 32 байта в base64 (44 знака) или список таких через запятую. Для новой папки создайте ключ: openssl rand -base64 32; для существующей базы верните её собственный
config-TELEGRAM_BOT_TOKEN = нужно <цифры>:<буквы>, как показывает BotFather
config-TELEGRAM_API_ROOT = нужен адрес, например https://api.telegram.org
config-TELEGRAM_LOCAL_DIR = нужен полный путь, например /var/lib/telegram-bot-api
config-TELEGRAM_MODE = нужно polling или webhook
config-DISCORD_BOT_TOKEN = нужен токен из Portal -> Bot, без пробелов
config-DISCORD_API_ROOT = нужен адрес, например https://discord.com/api
config-PUBLIC_URL = нужен адрес, видимый снаружи, например https://herald.example.org
config-PORT = нужно число от 0 до 65535
config-LOG_LEVEL = нужно одно из { $values }
config-LOG_FORMAT = нужно json или pretty
config-MEDIA_QUOTA_MEGABYTES = нужно число мегабайт, например 10240
config-PROXY_URL = нужен адрес, например http://proxy.example.org:3128
config-TRUSTED_PROXIES = нужны адреса или диапазоны, например 10.0.0.0/8, 192.168.1.5
config-unreadable = указывает на { $path }, который не читается: проверьте путь и права
config-plain-http = нужен адрес с https://, либо его хост должен быть перечислен в PRIVATE_HOSTS, например PRIVATE_HOSTS={ $host }
config-needs-public-url = требует PUBLIC_URL, например PUBLIC_URL=https://herald.example.org; или используйте polling

# Слэш-формы команд администраторов и роли --------------------------------------------------------------------
command-people = Кто есть кто: люди рабочего пространства
command-map = Сказать, чья это учётная запись в Битрикс24
command-unmap = Снять сопоставление учётной записи
command-group = Группы: список, состав, изменить, удалить
command-senders = Кто может отправлять из этого чата
command-role = Кто владелец, администратор или отправитель
name-people = люди
name-map = сопоставить
name-unmap = разъединить
name-group = группа
name-senders = отправители
name-role = роль
name-search = поиск
option-search = Часть имени, почты или имени пользователя, либо номер в Битрикс24
name-page = страница
option-page = Какая страница длинного списка
name-member = человек
option-member = Чья учётная запись
name-person = кто
option-person = Номер в Битрикс24 или почта
name-account = аккаунт
option-account = @имя или номер, если человека нельзя выбрать
name-named = имя
option-named = Имя группы, без @
name-members = участники
option-members = Все участники через запятую: @anna, @boris
name-remove = удалить
option-remove = Удалить группу
name-who = кто
option-who = Пусто: показать, кто может отправлять сейчас
name-given = роль
option-given = Пусто: показать, у кого какая роль
name-workspace = пространство
option-workspace = Если вы связаны в нескольких рабочих пространствах: имя одного из них
choice-everyone = все участники чата
choice-linked = связанные с Битрикс24
choice-list = только те, у кого есть роль
choice-owner = владелец
choice-admin = администратор
choice-sender = отправитель
choice-none = без роли
role-usage = Чтобы изменить: { $example } (владелец, администратор, отправитель или нет)
role-in-private = У кого какая роль, говорю только в личном чате: это прочтут все.
role-title = { $count ->
    [0] В { $workspace } пока ни у кого нет роли.
   *[other] Роли в { $workspace }:
}
role-line = { $role ->
    [owner] владелец
    [admin] администратор
   *[sender] отправитель
}: { $who }
role-now = { $role ->
    [owner] { $account } – теперь владелец.
    [admin] { $account } – теперь администратор.
    [sender] { $account } – теперь отправитель.
   *[none] У { $account } больше нет роли.
}
role-unchanged = { $role ->
    [owner] { $account } – уже владелец.
    [admin] { $account } – уже администратор.
    [sender] { $account } – уже отправитель.
   *[none] У { $account } нет роли.
}
role-owners-only = Назначать и снимать владельцев и администраторов могут только владельцы рабочего пространства. Ничего не изменено.
role-last-owner = У рабочего пространства должен быть владелец: сначала назначьте другого. Ничего не изменено.
role-needs-id = Я не знаю точно, чья учётная запись { $account }, а имя пользователя может сменить хозяина. Укажите номер: его сообщает команда /whoami. Ничего не изменено.
disconnect-confirm-form = /отключить подтвердить:True
confirm-nobody = Никого из названных отсюда больше нельзя уведомить. Ничего не отправлено.
confirm-fewer = { $count ->
    [one] Не войдёт { $count } человек: имеется в виду уже не он или отсюда его нельзя уведомить.
    [few] Не войдут { $count } человека: имеются в виду уже не они или отсюда их нельзя уведомить.
   *[many] Не войдут { $count } человек: имеются в виду уже не они или отсюда их нельзя уведомить.
}

# Первая настройка ----------------------------------------------------------------------------------------------
init-title = herald24: из Telegram и Discord в уведомления Битрикс24
init-webhook-how = В Битрикс24: Разработчикам, Другое, Входящий вебхук. Отметьте im, user_basic и disk (для картинок и файлов). Личные уведомления будут выглядеть отправленными владельцем вебхука, поэтому лучше завести для него отдельного пользователя.
init-webhook = Адрес вебхука
init-webhook-needed = Без него ничего не отправить.
init-webhook-private = { $host } – не внешний адрес. Если портал действительно там, начните заново: npx herald24 init --private-hosts { $host }
init-name = Короткое имя для этого портала
init-name-rule = От 1 до 63 букв, цифр, «.», «_» или «-», не одни цифры, например main
init-name-taken = Рабочее пространство { $name } уже есть: выберите другое имя
init-time-zone = Часовой пояс
init-time-zone-rule = Часовой пояс, например Europe/Moscow
init-bots-how = Достаточно одного бота. Telegram: напишите @BotFather, /newbot. Discord: discord.com/developers/applications, New Application, Bot.
init-telegram-token = Токен бота Telegram ({ $keeps ->
    [yes] Enter оставит прежний
   *[no] Enter – без него
})
init-discord-token = Токен бота Discord ({ $keeps ->
    [yes] Enter оставит прежний
   *[no] Enter – без него
})
init-bot-needed = Нужен хотя бы один бот: ему пишут люди.
init-public-url = Внешний адрес https этой службы, для картинок и файлов (Enter – без него: они пойдут через Диск портала, если выдано право disk)
init-answers-taken = Это всё. Настраиваю …
init-acts-as = Работает от имени { $user } (id { $id }). Права: { $scopes }.
init-bot-found = Это бот { $name }.
init-telegram-privacy = Включён режим приватности: из групп бот видит только команды и части альбомов. @BotFather, /setprivacy, Disable; либо сделайте его администратором, как это делают ссылки.
init-telegram-refused = Telegram отклоняет токен бота: он неверен или отозван. Скопируйте тот, что показывает @BotFather.
init-discord-refused = Discord отклоняет токен бота: новый покажет Developer Portal, Bot, Reset Token.
init-unreachable = { $detail }  ->  { $fix }
init-no-webhook = нет адреса вебхука: укажите --webhook URL, --webhook @файл или --webhook -
init-no-bot = нет бота: укажите --telegram-token или --discord-token либо оба
init-no-terminal = это не терминал, спросить некого: укажите --webhook @файл, --telegram-token @файл и/или --discord-token @файл, а также --yes (ещё есть --name, --language, --time-zone, --public-url, --private-hosts)
init-cancelled = отменено; ничего не изменено
init-key-made = Создан секретный ключ: { $file }. Храните его копию отдельно от резервных копий: без него они бесполезны.
init-telegram-bot = Бот Telegram @{ $name }
init-discord-bot = Бот Discord { $name }
init-invite-private = написать ему: { $link }
init-invite-group = добавить в группу: { $link }
init-invite-channel = добавить в канал: { $link }
init-invite-server = пригласить на сервер: { $link }
init-written = Настройки – в { $file }.
init-next = Что осталось:
    1. Запустите службу: npx herald24 start
    2. Добавьте бота в группу или на сервер по ссылке выше, напишите там /help и выполните здесь строку, которую он ответит, указав { $name } как рабочее пространство.
    3. Напишите там: /notify id:{ $id } Привет (id: – номер любого пользователя в Битрикс24; @имя заработает, когда человек сопоставлен: npx herald24 people map { $name } --telegram @имя --bitrix { $id })
    4. Станьте владельцем, чтобы управлять из чатов (ваш номер сообщает /whoami): npx herald24 admin add { $name } --telegram <ваш номер> --role owner
init-node-reads = NODE_EXTRA_CA_CERTS не может стоять в .env, потому что Node читает его раньше: он нужен службе в её окружении.
init-also-written = Туда же записано то, что было в окружении: { $names }.
init-not-written = Не записаны, потому что секреты окружения храните вы: { $names }. Службе они тоже нужны в окружении.
added-workspace = Добавлено: { $name } ({ $host }).
added-uninstalled = Приложение там ещё не установлено, поэтому проверить ничего не удалось.
added-left-behind = Не удалось удалить за собой уведомления { $ids } в ленте самого пользователя вебхука.
added-sender = С вебхуком личные уведомления выглядят отправленными его владельцем ({ $user }); herald24 workspace set { $name } kind=system убирает отправителя.
added-next = Дальше: напишите боту в группе /help и выполните строку, которую он ответит; или
      npx herald24 chat bind { $name } --telegram <номер чата>
    Чтобы писать @имя вместо id:42:
      npx herald24 people map { $name } --telegram @имя --bitrix <номер пользователя>
    Владельца пока нет: из чатов никто не может администрировать. Назначьте его (номер сообщает /whoami):
      npx herald24 admin add { $name } --telegram <номер пользователя> --role owner

# Изменённые команды и отзыв -------------------------------------------------------------------------------------
edit-not-sent = Изменение не отправлено: { $reason }
edit-empty = сообщать было бы нечего. Чтобы отозвать уведомление, используйте /recall.
edit-recalled = уведомление отозвано. Чтобы отправить его снова, напишите команду заново.
edit-superseded = его место заняло более новое уведомление с тем же тегом.
edit-too-many = { $count ->
    [one] его получил бы ещё { $count } человек. Чтобы уведомить столько людей, напишите команду заново.
    [few] его получили бы ещё { $count } человека. Чтобы уведомить столько людей, напишите команду заново.
   *[many] его получили бы ещё { $count } человек. Чтобы уведомить столько людей, напишите команду заново.
}
edit-too-old = Это уведомление слишком старое, чтобы его менять. Чтобы отправить его снова, напишите команду заново.
recall-going = Отзываю: жду ответа Битрикс24.
recall-failed = Отозвать удалось не всё. Кто ещё может его видеть:
recall-stuck-line = { $name }: { $reason }
verdict-going = отзывается
verdict-stuck = отправлено, отозвать не удалось: { $reason }
reason-NOT_REMOVED = Битрикс24 это не убрал (портал, который не учитывает теги, даёт нам убрать только уведомления самого действующего пользователя)
reason-UNCHANGED = получателю уже было показано именно это
reason-NOT_REPLACED = прежнюю версию отозвать не удалось, так как этот портал не учитывает теги, и были бы видны обе

# Что видно о происшествии
severity-critical = Критично
severity-error = Ошибка
severity-warning = Предупреждение
severity-info = Заметка
incident-count = { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[many] { $count } раз
}
incident-resolved = Решено
incident-lasted = через { $time }
incident-acknowledged = занимается { $name }, с { $time }
span-days = { $count } д
span-hours = { $count } ч
span-minutes = { $count } мин
span-seconds = { $count } с
digest-sender = herald24
digest-title = { $count ->
    [one] Отложено { $count } сообщение
    [few] Отложено { $count } сообщения
   *[many] Отложено { $count } сообщений
}
digest-more = { $count ->
    [one] и ещё { $count }
    [few] и ещё { $count }
   *[many] и ещё { $count }
}
reason-UNEXPECTED_RESULT = Битрикс24 ответил без номера уведомления
reason-UNREACHABLE = портал недоступен

## Программы, которые отправляют через хук или API

origin-hook = через API
notice-resumed = Уведомления рабочего пространства { $workspace } снова отправляются: Битрикс24 их принимает.
remedy-moved = у портала теперь другой адрес; создайте там вебхук: herald24 workspace set { $name } webhook=@файл

# Почему кто-то получил или не получил: herald24 deliveries why
why-accepted = Принято { $when }, откуда: { $place }, отправитель: { $sender }.
why-edited = { $count ->
    [one] Отправитель изменил его { $count } раз; это последняя версия.
    [few] Отправитель изменил его { $count } раза; это последняя версия.
   *[many] Отправитель изменил его { $count } раз; это последняя версия.
}
why-suspended = Рабочее пространство { $workspace } приостановлено с { $when } ({ $code }): пока это не устранено, ничего не отправляется.
why-told = Отправителю сообщено: { $text }
why-forgotten = Текст с тех пор удалён; что с ним стало, хранится.
why-nobody-else = Кого здесь нет, тот не был среди получателей.
why-attempt = { $when }: { $outcome }
why-waits = (последнее: { $reason })
why-due = – следующая попытка { $when }
why-nothing-sent = Из этого сообщения не вышло ни одного уведомления.
why-answered = Отправителю сообщено: { $text }
why-inbox-done = Оно пришло { $when } и обработано.
why-inbox-waiting = Оно пришло { $when } и ещё не обработано (попыток: { $attempts }).
why-inbox-given-up = Оно пришло { $when }; после { $attempts } попыток обработка прекращена, причина – в журнале.
why-never-seen = Оно не было принято: это не команда этому боту, оно написано до привязки чата или пока никто не слушал, либо бот не может его там прочесть. Что именно – неизвестно.
why-silent = Ответ на него неизвестен: на ошибки отвечаем раз в минуту, на сообщения ботов – никогда, а ответы удаляются вместе с текстами.
why-bound = Чат относится к рабочему пространству { $workspace } с { $when }; кто может отправлять: { $senders }.
why-unbound = Чат { $place } не относится ни к одному рабочему пространству: оттуда ничего не отправляется.
why-public-unknown = Уведомлений по этой ссылке не найдено. Она называет чат по имени, а о сообщениях, из которых ничего не вышло, известен только номер чата: спросите так: telegram:<номер чата>/<сообщение>.
why-alert = Правило { $rule } пространства { $workspace } приняло его за происшествие ({ $when }), { $status ->
    [open] оно открыто.
    [acknowledged] им уже занимаются.
   *[resolved] оно закончилось.
}
why-alert-in-digest = { $name } ({ $id }): сообщено в сводке
why-alert-held-quiet = { $name } ({ $id }): пока не сообщено, там тихие часы до { $when }
why-alert-held-storm = { $name } ({ $id }): пока не сообщено, таких слишком много; сводка придёт { $when }
why-alert-untold = { $name } ({ $id }): об этом не сообщено: о том же сообщении сказало другое правило, либо человека больше нет в Битрикс24
why-alert-shown = Показано: { $place }.
why-alert-nobody-else = Кого здесь нет, тот не адресат принявших его правил.
why-rules = Там слушают правила ({ $rules }), но ни одно не сделало из него происшествия: оно не прошло их фильтры, заглушено или написано нами самими. О фильтрах скажет herald24 rule test { $workspace }.
outcome-delivered = доставлено
outcome-suppressed = принято, но отключено получателем
outcome-refused = отказ
outcome-retry = пока нет
outcome-suspend = портал ничего от нас не принимает
outcome-unknown = нет определённого ответа
outcome-removed = убрано из уведомлений получателя

# Подтверждение происшествия
facts-more = { $count ->
    [one] ещё { $count } поле
    [few] ещё { $count } поля
   *[many] ещё { $count } полей
}
ack-label = ✋ Беру на себя
ack-outside = Взять на себя: { $address }
ack-hint = [Взять на себя: /беру в чате с herald24]
ack-page-since = с { $time }
ack-page-reader = Вы отвечаете как { $name }. Это увидят все, кому об этом сообщили.
ack-page-mine = Вы этим занимаетесь. Это видят все, кому об этом сообщили.
ack-page-taken = Этим уже занимаются: здесь больше ничего не нужно делать.
ack-page-over = Всё закончилось: здесь больше ничего не нужно делать.
page-ack-absent-title = Здесь ничего нет
page-ack-absent-text = Ссылка неполная, устарела или относится к происшествию, которое вас больше не касается.
command-ack = Взять происшествие на себя или показать открытые
name-ack = беру
name-incident = происшествие
option-incident = Его номер в списке; без номера – открытые здесь
ack-done = Теперь этим занимаетесь вы: { $title }
ack-already = Этим уже занимается { $name }, с { $time }: { $title }
ack-over = Уже закончилось: { $title }
ack-none = Открытых происшествий здесь нет.
ack-how = Чтобы взять одно из них: { $example }, или то же без номера в ответ на него.
ack-more = … и другие.
ack-unknown = «{ $value }» – не происшествие, которое показано в этом чате. Открытые: { $example }
ack-gone = За этим происшествием здесь больше не следят. Открытые: { $example }
ack-no-alert = Сообщение, на которое вы отвечаете, не показывает происшествия herald24. Открытые здесь: { $example }, не в ответ.

# Что мешает правилу работать
rule-trouble-not-bound = { $chat } не привязан к { $workspace }, поэтому оттуда ничего не читается и там ничего не говорится. Его привязывает оператор: { $line }
rule-trouble-hook-gone = хук { $name } отозван. Оператор создаёт новый: npx herald24 hook add { $workspace } { $name }
rule-trouble-unknown-hook = в { $workspace } нет хука { $name }. Его создаёт оператор: npx herald24 hook add { $workspace } { $name }
rule-trouble-same-chat = { $chat } получил бы обратно то, что сам и сказал. Назовите другой чат.
rule-trouble-unknown-name = { $name }: никого такого в { $workspace } нет – ни группы, ни дежурства, ни учётной записи, ни человека с таким именем. Напишите id:<номер в Битрикс24> или сначала сопоставьте учётную запись.
rule-trouble-ambiguous-name = { $name } – это несколько человек в { $workspace }: напишите одно из { $choices }.
rule-trouble-unknown-person = { $name } больше не известен в { $workspace }. Назовите кого-нибудь другого.
rule-trouble-unknown-group = в { $workspace } нет группы { $name }. Создайте её командой /группа или назовите кого-нибудь другого.
rule-trouble-unknown-rotation = в { $workspace } нет дежурства { $name }. Его создаёт оператор: npx herald24 oncall set { $workspace } <имя> --members …
rule-trouble-left = { $name } больше не работает в Битрикс24, так что этого никто не узнает. Назовите кого-нибудь другого.
rule-trouble-empty = в { $name } сейчас никого нет. Добавьте кого-нибудь.
rule-trouble-bad-webhook = адрес вебхука – не из Discord: https://discord.com/api/webhooks/<id>/<token>.
rule-trouble-unreadable-webhook = в { $name } нет адреса вебхука Discord. Положите туда https://discord.com/api/webhooks/<id>/<token>.
rule-trouble-unknown-webhook = ни у одного правила { $workspace } нет вебхука { $name }. Напишите discord-webhook:$ИМЯ или discord-webhook:@файл, где лежит его адрес.

# Сообщения в чатах
post-open = Открыть
post-deleted = Удалено в источнике

# Правила, приглушения, тихие часы и дежурства – из чата
denied-linked = { $command } доступна только тем, кто связан с Битрикс24. Подтвердите, кто вы: /связать
command-rules = Что, откуда и кому пересылается
command-forward = Пересылать то, что пишут здесь, по правилу
command-mute = На время никому не сообщать о некоторых событиях
command-quiet = Часы, когда вам нужно только срочное
command-oncall = Кто дежурит сейчас и кто следующий
name-rules = правила
name-forward = пересылать
name-mute = заглушить
name-quiet = тихо
name-oncall = дежурный
name-tags = теги
option-tags = Только то, где есть один из этих тегов: #ci #deploy
name-severity = важность
option-severity = Только то, что не менее серьёзно
name-words = слова
option-words = Только то, где есть эти слова
name-switch = выкл
option-switch = Вместо этого: имя правила, которое нужно выключить
name-for = время
option-for = На сколько: 30м, 2ч, 1д. Пусто: показать, что заглушено
name-what = что
option-what = #тег, имя правила или слова. Пусто: всё
name-end = выкл
option-end = Номер того, что снова должно звучать
name-hours = часы
option-hours = Например 22:00-07:00 или выкл. Пусто: показать
name-zone = пояс
option-zone = Часовой пояс, например Europe/Moscow. Пусто: как в рабочем пространстве
name-rotation = дежурство
option-rotation = Имя одного дежурства, без @. Пусто: все
choice-critical = критичные
choice-error = ошибки и серьёзнее
choice-warning = предупреждения и серьёзнее
choice-info = всё, у чего есть важность
forward-in-group = Правило слушает тот чат, где его создают. Напишите это в группе или канале: { $line }
forward-unknown-word = «{ $word }»: по такому слову я пересылать не умею. Например: { $line } или { $other }. Слова из текста пишутся в кавычках: "диск полон".
forward-did-you-mean = «{ $word }»: по такому слову я пересылать не умею. Может быть, { $near }? Например: { $line } или { $other }. Слова из текста пишутся в кавычках.
forward-no-chat = У { $workspace } нет другого чата в { $platform }. Сначала привяжите его или назовите людей и группы.
forward-which-chat = В какой? У { $workspace } в { $platform } есть: { $chats }
forward-no-rule = В { $workspace } нет правила { $name }. Показать правила: { $line }
forward-on = Правило { $name } снова пересылает. Выключить: { $line }
forward-off = Правило { $name } больше ничего не пересылает. Включить: { $line }
forward-everything = всё
forward-critical = только критичное
forward-errors = ошибки и критичное
forward-me = мне
forward-make = Создать правило
forward-what = Что отсюда пересылать? Нажмите кнопку или продолжите словами: по тегу { $tag }, по словам { $words }
forward-whom = Кому ({ $what })? Нажмите кнопку или продолжите словами: { $line }
forward-right = Пересылать отсюда: { $what }, кому: { $targets }. Всё верно?
forward-made = Правило { $name } пересылает отсюда: { $what }, кому: { $targets }. Выключить: { $line }
forward-cancelled = Отменено. Правило не создано.
forward-expired = За 10 минут ответа не было. Правило не создано.
forward-replaced = Начато заново ниже. Из этого правило не создано.
forward-goes-on = Продолжение ниже.
forward-not-yours = Ответить может только тот, кто начал.
rules-none = В { $workspace } пока нет правил. Например: { $example }
rules-title = { $count ->
    [one] { $count } правило { $workspace }, в порядке проверки:
    [few] { $count } правила { $workspace }, в порядке проверки:
   *[many] { $count } правил { $workspace }, в порядке проверки:
}
rules-line = { $name }: откуда: { $source }: { $what } → { $targets }
rules-line-off = { $name } (выключено): откуда: { $source }: { $what } → { $targets }
rules-here = отсюда
rules-elsewhere = { $count ->
    [one] Ещё { $count } правило касается других чатов: спросите в личном чате, ведь здесь это читают все.
    [few] Ещё { $count } правила касаются других чатов: спросите в личном чате, ведь здесь это читают все.
   *[many] Ещё { $count } правил касаются других чатов: спросите в личном чате, ведь здесь это читают все.
}
mute-usage = На сколько и что? «{ $value }» – не время от 1м до 30д или не говорит, что искать. Например: { $line } 2ч #ci, { $line } 30м диск полон
mute-done = Заглушено до { $until }: { $what }. Прекратить: { $line }
mute-everything = всё, даже критичное
mute-rule = правило { $name }
mute-none = В { $workspace } ничего не заглушено. Например: { $line }
mute-title = Заглушено в { $workspace } (время { $zone }):
mute-line = { $id }: { $what } до { $until }, кем: { $by }
mute-how-to-end = Прекратить: { $line }
mute-unknown = Под номером { $id } ничего не заглушено. Показать список: { $line }
mute-ended = { $id } больше не заглушено.
quiet-unlinked = Тихие часы у каждого свои, поэтому мне нужно знать, кто вы: { $line }
quiet-none = У вас нет тихих часов. Например: { $line }
quiet-now = С { $from } до { $until } ({ $zone }) вам приходит только срочное, остальное – потом одной сводкой. Изменить: { $line }
quiet-set = С { $from } до { $until } ({ $zone }) вам будет приходить только срочное, остальное – потом одной сводкой. Прекратить: { $line }
quiet-off = Тихих часов у вас теперь нет.
quiet-bad-hours = «{ $value }» – не часы суток. Например: { $line }
quiet-bad-zone = «{ $value }» – не часовой пояс вроде Europe/Moscow. Например: { $line }
oncall-none = В { $workspace } пока нет дежурств. Их создаёт оператор: { $line }
oncall-title = Дежурят в { $workspace }:
oncall-line = @{ $name }: { $person }
oncall-line-next = @{ $name }: { $person }; с { $from } ({ $zone }): { $next }
oncall-nobody = никто
oncall-unknown = В { $workspace } нет дежурства «{ $name }». Есть { $names }.
oncall-unknown-near = В { $workspace } нет дежурства «{ $name }». Может быть, { $names }?
word-on = вкл
word-off = выкл
word-critical = критичное
oncall-left = (нет в Битрикс24, очередь пропускается: { $names })

# Слишком много сразу

shed-chat = Команд из этого чата слишком много, поэтому эта не принята. Повторите через { $time }.
shed-sender = Отправки { $count ->
    [one] ждёт { $count } ваше уведомление
    [few] ждут { $count } ваших уведомления
   *[many] ждут { $count } ваших уведомлений
}, поэтому это не принято. Повторите через { $time }.
shed-workspace = Отправки в { $workspace } { $count ->
    [one] ждёт { $count } уведомление
    [few] ждут { $count } уведомления
   *[many] ждут { $count } уведомлений
}, поэтому это не принято. Повторите через { $time }.
shed-suspended = Отправка в { $workspace } сейчас невозможна, и { $count ->
    [one] уже ждёт { $count } уведомление
    [few] уже ждут { $count } уведомления
   *[many] уже ждут { $count } уведомлений
}, поэтому это не принято. Повторите, когда администраторам сообщат, что отправка продолжается.
wait-seconds = { $count ->
    [one] { $count } секунду
    [few] { $count } секунды
   *[many] { $count } секунд
}
wait-minutes = { $count ->
    [one] { $count } минуту
    [few] { $count } минуты
    [many] { $count } минут
   *[other] { $count } минуты
}
wait-hours = { $count ->
    [one] { $count } час
    [few] { $count } часа
    [many] { $count } часов
   *[other] { $count } часа
}

# Доставки, которые отправляются снова, и чем они были
replay-queued = { $count ->
    [one] Снова в очереди: { $count } доставка.
    [few] Снова в очереди: { $count } доставки.
   *[many] Снова в очереди: { $count } доставок.
}
replay-waiting = { $count ->
    [one] Уже ждёт: { $count } доставка.
    [few] Уже ждут: { $count } доставки.
   *[many] Уже ждут: { $count } доставок.
}
replay-nothing = повторять нечего
replay-left-out = { $id } пропущена: { $why }
replay-not-delivered = она доставлена
replay-not-followed = за ней последовала более новая версия (доставка { $id }), которую она заменила бы или встала бы рядом как новость; повторите ту
replay-not-superseded = её место заняло более новое уведомление с тем же тегом
replay-not-recalled = она отозвана
replay-not-forgotten = её текст удалён
why-turn = – как только подойдёт очередь
why-no-delivery = доставки { $given } нет; список: herald24 deliveries list. По номеру сообщения без чата не видно, где оно: дайте ссылку, telegram:<чат>/<сообщение> или discord:<сервер>/<канал>/<сообщение>
why-no-link = «{ $given }» – не доставка и не ссылка на сообщение: дайте номер доставки (herald24 deliveries list), ссылку, которую копирует Telegram или Discord, либо telegram:<чат>/<сообщение>, discord:<сервер>/<канал>/<сообщение>

# Файлы сообщений в чатах, и что остаётся от сообщения

incident-somebody = кто-то
incident-forgotten = { $number }, открыто { $time }: текст больше не хранится
post-erased = Текст удалён
post-file = Скачать
reason-chat-refused = этот чат его не принял
reason-chat-unsure = неизвестно, дошёл ли он сюда
