# What a chat is told about a notification -----------------------------------------------------------------
mark-stored = Accepted, on its way.
mark-delivered = Delivered.
mark-failed = Not delivered.
mark-partly = Not delivered to everybody.
mark-unsure = Not everything went as asked.
mark-recalled = Taken back.
about-notification = “{ $text }”:
sent-to = { $count ->
    [one] Notifying { $names }.
   *[other] Notifying { $count } people: { $names }.
}
verdict-line = { $name }: { $verdict }
verdict-delivered = delivered
verdict-suppressed = accepted by Bitrix24, but { $name } has switched such notifications off
verdict-refused = refused: { $reason }
verdict-undeliverable = not delivered: { $reason }
verdict-doubt = An attempt whose answer was lost may have brought it all the same
verdict-unknown = may or may not have arrived: { $reason }. It was not sent again, so as not to show it twice
verdict-recalled = taken back
verdict-superseded = replaced by a newer one with the same tag
verdict-waiting = waiting
verdict-waiting-media = waiting for its attachments
left-out-line = Left out: { $name } ({ $reason })

# Why: codes of the portal, and ours ------------------------------------------------------------------------
reason-RESULT_FALSE = Bitrix24 knows no such active user, or it is a technical account
reason-USER_ID_EMPTY = Bitrix24 did not accept the user id
reason-MESSAGE_EMPTY = the text is empty
reason-ATTACH_OVERSIZE = the attachments are larger than Bitrix24 takes
reason-ATTACH_ERROR = Bitrix24 did not accept the attachments
reason-DEADLINE = the portal could not be reached before the deadline
reason-CANCELLED = cancelled
reason-UNMAPPED = the person was removed from the mapping
reason-UNBOUND = the chat was unbound
reason-INTERRUPTED = the service was stopped in the middle of sending
reason-UNWRITABLE = it could not be written for Bitrix24 (a fault of this service; its operator finds it in the log)
reason-NO_ANSWER = the portal did not answer
reason-http = Bitrix24 gave no usable answer (HTTP { $status })
reason-SUSPENDED = the connection to Bitrix24 is suspended
reason-other = Bitrix24 answered { $code }

# Answers to commands -----------------------------------------------------------------------------------------
example-telegram = /notify { $name } Build is red #ci
example-form = /notify to:{ $name } text:Build is red tag:ci
example-discord = !notify { $name } Build is red #ci
malformed-no-recipient = Whom shall I notify? For example: { $example }
malformed-bad-recipient = “{ $value }” is no recipient: use @name, @group, id:42 or an e-mail. For example: { $example }
malformed-no-text = What shall I say? Add a text or a file, or reply to a message. For example: { $example }
malformed-bad-tag = “{ $value }” is no tag: letters, digits and _, at least one letter. For example: #ci
unknown-recipients = { $count ->
    [one] Not found: { $names }.
   *[other] Not found: { $names }.
}
did-you-mean = Did you mean { $names }?
ambiguous-recipient = “{ $name }” is the name of several people: write { $choices }.
nobody-notified = Nobody was notified.
nobody-in = Nobody is in { $names } now.
sender-not-linked = Only people linked to Bitrix24 may send here. Prove who you are with /link, or ask an administrator to run: { $line }
sender-not-listed = You are not among those who may send from this chat. Ask an administrator of the workspace for: { $line }
sender-too-fast = { $seconds ->
    [one] Too many commands. Try again in { $seconds } second.
   *[other] Too many commands. Try again in { $seconds } seconds.
}
chat-unbound = This chat is not connected to a Bitrix24 workspace. Its id is { $id }. The operator connects it with: { $line }
chat-bound = This chat is connected to the workspace { $workspace }.
command-unknown = There is no command { $word }. See /help.
whoami-linked = You are { $name }, user { $id } of Bitrix24 (workspace { $workspace }).
whoami-by-name = Your username is mapped to { $name }, user { $id } of Bitrix24 (workspace { $workspace }).
whoami-nameless = In the name of a chat or of its administrators you are nobody in particular, so nobody of Bitrix24 (workspace { $workspace }) can be linked. Write as yourself.
whoami-unlinked = You are not linked to a person in Bitrix24 (workspace { $workspace }). Prove who you are with /link. Your id here is { $id }; an administrator links you with: { $line }
help = I send personal notifications to Bitrix24.
    { $example }
    Several people: separate them by commas. Groups: @group. Without a mapping: id:42.
    The #tag at the end is optional: a newer notification with the same tag replaces the older one.
    Attach pictures and files, or reply to a message: they go along.
    Reactions: 👀 accepted, 👍 delivered, 🙈 taken back; otherwise I answer with the reason.
    { $status } – what became of your last notifications. { $whoami } – who you are in Bitrix24.
help-alerts = { $forward } – alerts of this chat go to people and to other chats. { $rules } – what is forwarded.
help-deletions = Edit your command, and the notification is replaced. Telegram does not report deleted messages, so deleting it takes nothing back: use /recall.
help-edits = Edit a typed command, and the notification is replaced; delete it, and it is taken back.
status-none = You have sent nothing from here yet.
status-title = Your last notifications:
status-entry = { $when } “{ $text }” – { $verdicts }

# What the recipient reads ------------------------------------------------------------------------------------
note-left-out = [Left out: { $name } – { $reason }]
note-unsupported = [The message also has: { $what }, which cannot be sent along]
note-text-cut = [The text is cut here; the whole of it is { $name }]
note-text-lost = [The text is cut here: Bitrix24 takes no more]
reason-no-public-url = this service has no public address for files
reason-too-big = larger than { $limit } MB
reason-telegram-too-big = larger than { $limit } MB, and Telegram’s own server hands out no more; an own Bot API server in --local mode (TELEGRAM_API_ROOT) lifts this
reason-too-big-together = all attachments together are larger than { $limit } MB
reason-no-way = this service has no public address for files, and no right to use Bitrix24 Drive
reason-drive-refused = Bitrix24 Drive did not take it
note-part = [Part { $part } of { $parts }]
reason-gone = no longer available at its source
reason-broken = the download broke off
reason-no-room = there was no room for another attachment
origin-telegram = Telegram
origin-discord = Discord
origin-private = private chat
replied-author = { $author } wrote:
late-files = More attachments to “{ $text }”
whole-text = full-text.txt
part-poll = Poll: { $question }
part-contact = Contact: { $name }
part-sticker = Sticker { $label }
part-other = { $name ->
    [story] a story
    [dice] a dice roll
    [game] a game
    [invoice] an invoice
    [checklist] a checklist
    [giveaway] a giveaway
    [paid-media] paid media
    [rich-message] a formatted page
   *[other] { $name }
}

# Notices to the workspace's administrators --------------------------------------------------------------------
notice-suspended = Notifications of workspace { $workspace } are suspended: { $reason } ({ $code }). Nothing is lost; they are sent when this is mended. What to do: { $remedy }. Then: herald24 workspace test { $workspace }

notice-left = { $count ->
    [one] { $names } is no active user of Bitrix24 any more (workspace { $workspace }). “herald24 people unmap” takes the mapping back.
   *[other] { $names } are no active users of Bitrix24 any more (workspace { $workspace }). “herald24 people unmap” takes the mappings back.
}
left-people = { $count ->
    [one] { $names } left Bitrix24.
   *[other] { $names } left Bitrix24.
}

# Names in Discord's menus and Telegram's command list ----------------------------------------------------------
menu-notify = Notify in Bitrix24
command-notify = Send a notification to people in Bitrix24
command-status = What became of your last notifications
command-whoami = Who you are in Bitrix24
command-help = How to use this bot
option-user = Whom to notify
option-to = People and groups, separated by commas
option-text = What to say
option-tag = A newer notification with the same tag replaces the older one
option-file = A picture or file to send along
form-title = Notify in Bitrix24
form-to = To (@name, @group, id:42)
form-text = Text
form-tag = Tag (optional)

# Discord shows these; names are lower case without blanks
name-notify = notify
name-status = status
name-whoami = whoami
name-help = help
name-user = user
name-to = to
name-text = text
name-tag = tag
name-file = file
form-to-hint = @anna, @oncall, id:42
form-text-hint = What they should know
not-stored = This could not be kept, so nothing will be sent. Please try again in a moment.
form-expired = The message can no longer be read. Please choose it again.

# Pages in place of a file
page-absent-title = Nothing here
page-absent-text = There is no file at this address. Please check that the link was copied whole.
page-gone-title = No longer available
page-gone-text = This file has expired or was taken back. Please ask the sender to send it again.

# Permissions, and notifications for many people --------------------------------------------------------------
denied-admins = Only administrators of the workspace may use { $command }.
denied-chat-admins = Only administrators of this chat or of the workspace may use { $command }.
denied-nameless = I cannot see who is writing, so { $command } does nothing here. Write it as yourself, not as the group or a channel.
reach-groups = From here only groups can be notified.
confirm-ask = { $count ->
    [one] This notifies { $count } person. Nothing has been sent yet. { $time } Only you can confirm it, within 10 minutes: { $line }
   *[other] This notifies { $count } people. Nothing has been sent yet. { $time } Only you can confirm it, within 10 minutes: { $line }
}
confirm-takes-seconds = { $count ->
    [one] Sending takes about { $count } second.
   *[other] Sending takes about { $count } seconds.
}
confirm-takes-minutes = { $count ->
    [one] Sending takes about { $count } minute.
   *[other] Sending takes about { $count } minutes.
}
confirm-takes-hours = { $count ->
    [one] Sending takes about { $count } hour.
   *[other] Sending takes about { $count } hours.
}
confirm-takes-least = { $time } It may well be longer: how fast this portal is has not been measured yet.
confirm-takes-files = Its files have to be fetched first, which comes on top.
confirm-takes-suspended = The connection to Bitrix24 is suspended, so it will wait until that is mended.
confirm-time-changed = This has changed since you were asked: { $time }
confirm-line-telegram = /notify yes (or /notify no)
confirm-line-discord = !notify yes (or !notify no)
confirm-line-form = /notify text:yes (or text:no)
confirm-yes = Send
confirm-no = Cancel
confirm-anonymous = { $count ->
    [one] This would notify { $count } person, which its sender has to confirm. Write it as yourself, not as the group or a channel.
   *[other] This would notify { $count } people, which its sender has to confirm. Write it as yourself, not as the group or a channel.
}
confirm-none = You have nothing here that waits to be confirmed.
confirm-not-yours = Only the person who asked may confirm this.
confirm-sent = Confirmed.
confirm-cancelled = Cancelled. Nothing was sent.
confirm-expired = Not confirmed within 10 minutes. Nothing was sent.
confirm-replaced = Replaced by your next notification. Nothing was sent.

# The mapping, for administrators -----------------------------------------------------------------------------
people-title = { $count ->
    [one] { $count } person of { $workspace }:
   *[other] { $count } people of { $workspace }:
}
people-found = { $count ->
    [one] { $count } person of { $workspace } fits “{ $search }”:
   *[other] { $count } people of { $workspace } fit “{ $search }”:
}
people-none = Nobody is mapped in { $workspace } yet. Begin with: { $example }
people-not-found = Nobody in { $workspace } fits “{ $search }”.
people-page = Page { $page } of { $pages }. The next one: { $line }
people-none-here = Nobody who is mapped in { $workspace } has been seen in this chat.
people-here = Only those seen in this chat are listed, because everybody here reads this. Ask in private for all of them.
map-usage = Whom, and to whom? For example: { $example }
map-done = { $account } is { $person } now.
map-unchanged = { $account } is { $person } already.
map-conflict = { $account } is mapped to { $person } already. Nothing was changed. To change it, first: { $line }
map-two-people = { $email } is the address of { $people }. Nothing was changed: write the Bitrix24 id.
map-no-person = No one active person of { $workspace } has exactly the address { $email }. Write the Bitrix24 id, which stands in the address of the profile page.
map-group-taken = @{ $name } is a group or a rotation here. Nothing was changed: it cannot share its name with a person.
unmap-usage = Whose account? For example: { $example }
unmap-done = { $cancelled ->
    [0] { $account } is not { $person } any more.
    [one] { $account } is not { $person } any more; { $cancelled } queued delivery was cancelled.
   *[other] { $account } is not { $person } any more; { $cancelled } queued deliveries were cancelled.
}
unmap-unknown = { $account } is not mapped in { $workspace }.
group-title = Groups of { $workspace }:
group-none = { $workspace } has no group yet. For example: { $example }
group-members = @{ $name }: { $members }
group-empty = nobody
group-unknown = There is no group @{ $name } in { $workspace }.
group-bad-name = “{ $name }” is no name for a group: letters, digits, “_”, “.” and “-”, such as oncall. For example: { $example }
group-name-taken = @{ $name } is somebody’s username. Nothing was changed: a group may not take it.
group-name-rotation = @{ $name } is a rotation of people on call. Nothing was changed: a group may not take its name.
group-set = { $count ->
    [one] @{ $name } has { $count } member now: { $members }
   *[other] @{ $name } has { $count } members now: { $members }
}
group-removed = There is no group @{ $name } any more.
group-not-found = Not found: { $names }. Nothing was changed.
senders-now = Who may send from this chat: { $policy ->
    [everyone] everyone in it
    [linked] people linked to Bitrix24
   *[list] only those whom the workspace’s administrators have listed
}.
senders-usage = To change it: { $example }

# Pages at the end of connecting a portal
page-connected-title = Connected
page-connected-text = herald24 is connected to this Bitrix24. You can close this page.
page-connect-refused-title = Not connected
page-connect-refused-text = The link was used already, has expired, or belongs to another portal. Ask the operator for a new one: npx herald24 workspace authorize <name>
notice-installed = Workspace { $workspace } is connected to { $host }. { $findings }

# Linking an account by proof -----------------------------------------------------------------------------------
link-invitation = Let us settle this in private, for 10 minutes and for your account alone: { $address }
link-invitation-over = This link is not for your account, or is over. Write /link in the chat where you want to send, and open the link that you get.
link-use-form = Use the slash command /link: only you see its form and its answer.
link-where = Write /link in a chat that is connected to Bitrix24, and I know what you want to be linked with.
link-who = Who are you in Bitrix24 (workspace { $workspace })? Send me your e-mail there, your user id (the number in the address of your profile), or your first and last name exactly as written there.
link-who-unreadable = That is no e-mail, user id, or first and last name. For example: anna@company.example, 42, Anna Orlova
link-sent = If that person exists and is active, a notification with a code is on its way to them in Bitrix24. Send me the code here within 10 minutes.
link-sent-form = If that person exists and is active, a notification with a code is on its way to them in Bitrix24. Use /link again within 10 minutes and type the code.
link-failed = This code does not do: it is wrong, used, over, or was not asked for by you. A code is good for 10 minutes and 5 tries; /link gets you a new one.
link-too-often = Too many attempts. Try again in an hour.
link-no-email = Bitrix24 does not let me look up e-mails here. Send your user id instead, the number in the address of your profile.
link-no-id = Bitrix24 does not let me look people up here. Ask an administrator of the workspace to map you.
link-no-name = Bitrix24 does not let me look up names here. Send your user id instead, the number in the address of your profile.
link-portal-silent = Bitrix24 could not be asked. Nothing was sent; try again later.
link-already = You are linked already: { $name }, user { $id } of Bitrix24 (workspace { $workspace }). /unlink ends that.
link-done = Done: you are { $name }, user { $id } of Bitrix24 (workspace { $workspace }). /unlink ends that.
unlink-done = You are not linked to { $name } (user { $id } of Bitrix24, workspace { $workspace }) any more.
unlink-none = You are not linked in the workspace { $workspace }.
unlink-nowhere = You are not linked anywhere.
unlink-which = You are linked in several workspaces: { $names }. Write /unlink and the name of one.
origin-link = code for linking
link-code-notice = The { $platform } account { $account }, id { $id }, says that it is yours and wants to be linked to you. If you asked for this, type the code below where you asked. If you did not, ignore this message and give the code to nobody: whoever has it can act here as you.
command-link = Prove who you are in Bitrix24
command-unlink = End your link to Bitrix24
name-link = link
name-unlink = unlink
link-form-title = Who are you in Bitrix24?
link-form-who = E-mail, user id, or first and last name
link-form-who-hint = anna@company.example
link-form-code-title = The code from Bitrix24
link-form-code = Code
link-form-code-hint = XXXX-XXXX
link-form-again = No code? Say again who you are

# Connecting and disconnecting from a chat
scope-missing = The scope { $scope } is not granted: { $use }
scope-use-im = without it nothing can be sent. Tick “Chat and notifications (im)” where the webhook or application is set up.
scope-use-user_basic = with it people can be found, and can link themselves, by their e-mail addresses too.
scope-use-disk = with it files can be put on the portal’s Drive.
scope-use-imbot = with it recipients can acknowledge alerts in Bitrix24.
connect-how = To connect a Bitrix24: /connect <set-up code> <address of an incoming webhook>, here in private. The operator makes a set-up code with: npx herald24 workspace invite. Owners of a workspace need none. In Bitrix24 the webhook is made under Developer resources, Other, Inbound webhook, with the scopes { $scopes }.
connect-how-form = Use the slash command /connect: only you see its form and its answer.
connect-not-allowed = This takes a set-up code from the operator of this service (npx herald24 workspace invite; good once and for an hour), or an owner of a workspace: /connect <set-up code> <webhook>. Nothing was connected.
connect-malformed = This is no address of an incoming webhook that can be used here: it looks like https://your-company.bitrix24.com/rest/1/<code>/. Nothing was connected.
connect-refused = Bitrix24 refused the webhook ({ $code }). Check that it still exists and that the address is whole. Nothing was connected.
connect-unreachable = Bitrix24 could not be reached: { $detail }. Nothing was connected. To mend it: { $fix }.
connect-done = { $host } is connected as the workspace { $workspace }, and you are its owner.
connect-renewed = The workspace { $workspace } ({ $host }) uses the new webhook from now on.
connect-acts-as = Notifications appear as sent by { $name }, the webhook’s owner.
connect-next = Next: map people with /map @name <Bitrix24 user id>, and connect a group by running there what the bot answers to /help. From the server: npx herald24 chat bind { $workspace } …
connect-delete-yourself = Please delete your message with the webhook’s address: I may not.
connect-deleted = I deleted your message: the address in it is a secret.
connect-surplus = Beside the webhook’s address there may only be a set-up code (32 characters, digits and the letters a to f) and a name for the workspace (one word of letters, digits, “.”, “_” and “-”, not digits alone and nothing like a code). Check that the code is whole. Nothing was connected.
connect-kept-back = Your message held the address of a Bitrix24 webhook, which is a secret, so I did not carry it out. To connect a portal: /connect <set-up code> <address>
connect-tags = { $tags ->
    [honoured] A newer notification with the same tag replaces the older one.
    [needs-client-id] A newer notification with the same tag replaces the older one.
    [ignored] This Bitrix24 ignores tags of webhooks, so a newer notification does not replace an older one.
   *[unknown] Whether a newer notification replaces an older one could not be found out.
}
connect-no-rest = This Bitrix24 has no REST in its tariff: { $reason }. Notifications cannot be sent.
connect-not-probed = It could not be looked into yet: { $reason }.
webhook-hidden = Your message held the address of a Bitrix24 webhook, so I deleted it and did nothing else with it. Whoever saw it can act with it: make a new webhook in Bitrix24 and delete the old one. To connect a portal, write to me in private.
webhook-not-hidden = Your message holds the address of a Bitrix24 webhook, and I may not delete it here: delete it yourself. Whoever saw it can act with it: make a new webhook in Bitrix24 and delete the old one. I did nothing with it. To connect a portal, write to me in private.
invitation-shown = This set-up code was shown to others, so it does not work any more. Ask the operator for another one, and write it to me in private.
disconnect-ask = { $count ->
    [0] This chat would no longer be connected to the workspace { $workspace }.
    [one] This chat would no longer be connected to the workspace { $workspace }, and { $count } queued notification would be cancelled.
   *[other] This chat would no longer be connected to the workspace { $workspace }, and { $count } queued notifications would be cancelled.
}
disconnect-confirm = To do it: { $example }
disconnect-last = It is the workspace’s last chat, so the workspace is suspended too. /connect with a webhook takes it up again.
disconnect-notices-end = Notices to the workspace’s administrators come to this chat: afterwards they come to no chat, only to the service’s log. To choose another one: npx herald24 workspace set { $workspace } admin-chat=telegram:<id>
disconnect-notices-move = Notices to the workspace’s administrators come to this chat: afterwards they come to the private chat of one of them.
disconnect-done = { $count ->
    [0] This chat is no longer connected to the workspace { $workspace }.
    [one] This chat is no longer connected to the workspace { $workspace }; { $count } queued notification was cancelled.
   *[other] This chat is no longer connected to the workspace { $workspace }; { $count } queued notifications were cancelled.
}
command-connect = Connect a Bitrix24 by its webhook
command-disconnect = End this chat’s connection to Bitrix24
name-connect = connect
name-disconnect = disconnect
option-confirm = Really do it
name-confirm = confirm
connect-form-title = Connect a Bitrix24
connect-form-webhook = Address of the incoming webhook
connect-form-webhook-hint = https://your-company.bitrix24.com/rest/1/…/
connect-form-code = Set-up code from the operator
connect-form-code-hint = Not needed by owners of a workspace
connect-form-name = Name (optional, gets a random ending)

# Taking back
recall-none = There is nothing to take back: reply to the command that was sent, or name its tag. For example: /recall #ci
recall-not-yours = Only its sender and administrators may take it back.
recall-forgotten = Its text has been erased here, and with it whose it was: only administrators may still take it back.
recall-done = Taken back.
recall-too-late = What was still waiting is taken back. This portal ignores tags, so what Bitrix24 shows already cannot be removed by us.
command-recall = Take a notification back
name-recall = recall

# Looking up people in the portal, for administrators
people-asking = Asking Bitrix24 for others…
people-unmapped = not mapped
people-silent = Bitrix24 could not be asked just now, so only the mapping was searched.
people-suspended = The connection to Bitrix24 is suspended, so only the mapping was searched.
people-refused = Bitrix24 does not let me look people up ({ $code }), so only the mapping was searched. The scope user_basic is needed.
group-heads = These are whoever heads department { $id } in Bitrix24, looked up every day.
group-of-department = @{ $name } stands for whoever heads department { $id } in Bitrix24. Nothing was changed: remove the group first to name its members by hand.
map-asking = Asking Bitrix24 who has the address { $email }…
map-silent = Bitrix24 could not be asked just now. Nothing was changed: try again later, or write the Bitrix24 id.
map-suspended = The connection to Bitrix24 is suspended. Nothing was changed: write the Bitrix24 id.
map-no-emails = Bitrix24 does not let me look up addresses ({ $code }). Nothing was changed: grant the scope user_basic, or write the Bitrix24 id.
help-link = { $link } – prove who you are in Bitrix24.
reason-ERASED = this person’s data was erased
erased-note = { $count ->
    [one] { $count } delivery was cancelled: the recipient’s data was erased.
   *[other] { $count } deliveries were cancelled: the recipient’s data was erased.
}

# What doctor says: what it looked at, how it is, and the one thing that mends it ------------------------------
state-ok = ok
state-warning = warning
state-broken = BROKEN
doctor-well = Everything is well.
doctor-broken = { $count ->
    [one] { $count } thing is broken.
   *[other] { $count } things are broken.
}
doctor-warnings = { $count ->
    [one] { $count } warning.
   *[other] { $count } warnings.
}
subject-environment = environment
subject-database = database and key
subject-service = service
subject-service-part = service: { $place ->
    [bots] bots
    [portals] portals
    [database] database
   *[other] { $place }
}
subject-disk = disk
subject-bots = bots
subject-telegram = Telegram
subject-telegram-token = Telegram token
subject-telegram-privacy = Telegram privacy mode
subject-telegram-updates = Telegram updates
subject-telegram-poller = Telegram poller
subject-telegram-chat = Telegram chat { $place }
subject-discord = Discord
subject-discord-token = Discord token
subject-discord-content = Discord message content
subject-discord-chat = Discord chat { $place }
subject-discord-proxy = Discord proxy
subject-public-address = public address
subject-workspaces = workspaces
subject-workspace = workspace { $place }
subject-workspace-suspended = workspace { $place }
subject-workspace-owner = workspace { $place } owner
subject-workspace-scope = workspace { $place } rights
subject-workspace-clock = workspace { $place } clock
subject-workspace-portal = workspace { $place } portal
subject-chats = chats
subject-inbox = inbox
subject-rules = rules
subject-dead-letters = dead letters
environment-ok = every value is well formed
environment-fix = correct .env or the environment
database-ok = { $file }, and the key fits
database-none = there is no database at { $file }
database-none-fix = in a new folder: npx herald24 init; else check the folder and DATABASE_URL
database-newer = { $file } was written by a newer herald24
database-newer-fix = update herald24, or restore an older backup: herald24 restore FILE
database-wrong-key = { $file } was sealed with another secret key than the one given; nothing was touched
database-wrong-key-fix = put the right key back into { $place }
database-locked = another process has been writing to { $file } for too long
database-locked-fix = end that process, or look again in a moment
database-read-only = { $file } cannot be written
database-read-only-fix = give the service’s user write access to the file and to its folder
database-full = the disk of { $file } is full
database-full-fix = free some space; the service goes on by itself
database-missing = { $file } cannot be opened
database-missing-fix = check DATABASE_URL, and the rights of the folder
database-corrupt = { $file } is damaged
database-corrupt-fix = restore the latest backup: herald24 restore FILE
database-not-ours = { $file } is no database of herald24
database-not-ours-fix = point DATABASE_URL somewhere else
database-bad-address = DATABASE_URL is no address of a file
database-bad-address-fix = write it as file:data/herald24.sqlite
database-other = { $reason }
database-other-fix = see that the disk is well, and that nothing else uses the folder
key-absent = the secret key of this database is missing: { $place } is not there, and HERALD24_SECRET_KEY is not set
key-absent-fix = put the key back there from the copy that was kept
key-malformed = { $place } holds no key: one is 32 bytes in base64 (44 characters)
key-malformed-fix = put the key of this database back there from the copy that was kept
key-unreadable = { $place } cannot be read
key-unreadable-fix = let the service’s user read it
key-unwritable = { $place } cannot be made
key-unwritable-fix = let the service’s user write to the folder
service-ok = running at { $url }
service-silent = nothing answers at { $url }
service-silent-fix = npx herald24 start
service-strange = { $url }/healthz answers { $status }
service-strange-fix = see its log; another program may have this port
service-part-says = it says: “{ $detail }”
service-part-unwell = it says that this is not well
service-cause = { $of ->
    [telegram] Telegram
    [discord] Discord
    [media] media
    [database] database
    [portals] portals
    [bots] bots
   *[other] { $of }
}: { $what }
service-cause-connecting = not connected yet
service-cause-stopped = stopped
service-cause-token = the bot token is refused
service-cause-conflict = another program takes the updates of this bot
service-cause-full = the disk or the quota for media is full
service-cause-silent = gives no answer
service-part-fix = mend the cause, then start the service again
service-part-fix-portals = mend the cause, then: herald24 workspace test <name>
disk-free = { $megabytes } MB are free where { $folder } lies
disk-fix = free some space, lower MEDIA_QUOTA_MEGABYTES, or move DATA_DIR to a larger disk
bots-none = no bot token is set: no command can come in
bots-none-fix = set TELEGRAM_BOT_TOKEN or DISCORD_BOT_TOKEN in .env, or run npx herald24 init
bots-failed = { $reason }
bots-failed-fix = correct what the line names, in .env
network-not-token = the network, not the token: { $detail }
network-not-credentials = the network, not the credentials: { $detail }
network-name = the name { $host } cannot be resolved
network-name-fix = check the name, and this machine’s DNS
network-refused = { $host } refuses connections
network-refused-fix = see that it runs there, and that no firewall is in between
network-blocked = the network between here and { $host } is blocked or down
network-blocked-fix = let this machine reach it by HTTPS (firewall, VPN); for the chat platforms PROXY_URL names a proxy
network-certificate = the certificate of { $host } is not trusted
network-certificate-fix = renew it, or name its authority in NODE_EXTRA_CA_CERTS; a proxy that opens HTTPS shows this too
network-private = { $host } leads to a private address
network-private-fix = if it is meant, add { $host } to PRIVATE_HOSTS
network-other = { $host } gives no usable answer ({ $reason })
network-other-fix = see whether it answers in a browser on this machine
no-answer = no answer: { $reason }
look-again = wait a moment, and look again
too-many-requests = { $seconds ->
    [one] too many requests, wait { $seconds } second
   *[other] too many requests, wait { $seconds } seconds
}
chat-unseen = cannot be looked at: { $reason }
telegram-poller = another program polls this bot too, so each gets only a part of the updates
telegram-poller-fix = stop the other program, or give it a bot of its own (@BotFather, /newbot)
telegram-chat-gone = the bot is not in this chat any more
telegram-chat-gone-fix = add the bot to the chat again, or unbind the chat
telegram-chat-ok = the bot is there { $status ->
    [creator] as its owner
    [administrator] as an administrator
    [restricted] with limited rights
   *[member] as a member
}
telegram-chat-mute = the bot may not write here
telegram-chat-mute-fix = let the bot send messages: the chat’s permissions, or make it an administrator
telegram-token-ok = the bot is @{ $name }
telegram-token-refused = the bot token is refused
telegram-token-fix = set TELEGRAM_BOT_TOKEN to what @BotFather shows
telegram-chat-blind = a rule listens to this group, but the bot is not shown its messages
telegram-chat-blind-fix = make the bot an administrator of the group; or switch privacy mode off (@BotFather, /setprivacy, Disable), then remove it from the group and add it again
telegram-privacy-off = off, so all messages of groups arrive
telegram-privacy-on = on, so in groups only commands to the bot arrive, and albums in part
telegram-privacy-fix = @BotFather, /setprivacy, Disable; then remove the bot from each group and add it again, or make it an administrator
telegram-webhook-elsewhere = a webhook at { $host } takes them
telegram-webhook-elsewhere-fix = start removes it; if another program uses this bot, give that one a bot of its own
telegram-webhook-other = the webhook points to { $host }
telegram-webhook-none = no webhook is set
telegram-webhook-other-fix = start the service: it sets the webhook
telegram-webhook-failing = { $count } waiting; last error: { $error }
telegram-webhook-failing-fix = see that PUBLIC_URL reaches this service from outside, with a valid certificate
telegram-updates-ok = { $mode ->
    [webhook] by webhook
   *[polling] by polling
}, { $count } waiting
discord-chat-ok = { $name }: all permissions are there
discord-chat-lacks = { $name } lacks { $lacking }
discord-chat-lacks-fix = give the bot’s role these permissions in the channel’s settings
discord-chat-unseen-fix = invite the bot to the server and let it see the channel, or unbind the chat
discord-answered = Discord answered HTTP { $status }, code { $code }
discord-limited = Discord’s rate limit
discord-token-ok = bot { $name } ({ $id })
discord-token-refused = Discord refuses the bot token
discord-token-fix = Developer Portal, Bot, Reset Token; put the new one into DISCORD_BOT_TOKEN
discord-unreachable = Discord cannot be reached ({ $reason })
discord-content-on = typed commands can be read
discord-content-off = the Message Content Intent is off: only slash and menu commands work
discord-content-fix = Developer Portal, your application, Bot, Privileged Gateway Intents: switch on Message Content Intent, then start the service again
discord-proxy = PROXY_URL carries requests and downloads, but not the gateway’s WebSocket
discord-proxy-fix = where gateway.discord.gg is blocked, route it by VPN or a transparent proxy, or set DISCORD_API_ROOT to a reverse proxy
public-address-drive = not set, but pictures and files go through the portal’s Drive
public-address-none = not set, so notifications go without pictures and files, unless the scope disk is granted
public-address-fix = set PUBLIC_URL to an https address that leads to this service, or give the webhook the scope disk
workspaces-none = there is none: nothing can be delivered
workspaces-none-fix = npx herald24 workspace add <name>
workspace-suspended = suspended ({ $code }): { $reason }
workspace-suspended-fix = mend the cause, then: herald24 workspace test { $name }
workspace-ok = { $host } answers; acts as { $user } (id { $id })
workspace-refused = the portal said no: { $answer }
remedy-renew = the webhook has expired, was deleted, or was edited by somebody else, which changes its code; make a new one: herald24 workspace set { $name } webhook=@file
remedy-authorize = the application’s tokens are not valid any more, and Bitrix24 gives new ones only to somebody who is logged in there: an administrator of the portal opens the application’s page in Bitrix24, or installs it again, or authorise it: herald24 workspace authorize { $name }. What waits is kept, and goes on by itself then
remedy-dismissed = the acting user was dismissed or may not log in: connect with another user’s webhook
remedy-install = install the application on the portal again
remedy-scope = tick “Chat and notifications (im)” where the webhook or application is set up
remedy-tariff = the portal’s tariff has no REST (the free one does not): choose a paid tariff, or start its trial
remedy-access = let the acting user use the application: Bitrix24, Applications, access rights
remedy-limit = wait a minute; other programs on this machine may use up the portal’s limit
remedy-overload = Bitrix24 has blocked REST for this portal by hand: write to its support
remedy-deleted = the portal is gone: herald24 workspace remove { $name }
remedy-other = see that the webhook or application still exists; a new webhook: herald24 workspace set { $name } webhook=@file
workspace-owner = it used to act as user { $expected } and acts as { $user } (id { $id }) now: notifications appear as sent by somebody else
workspace-owner-fix = if that is meant: herald24 workspace probe { $name }; else make a webhook of the right user: herald24 workspace set { $name } webhook=@file
workspace-scope = the scope { $scope } is missing: nothing can be sent
workspace-clock-ahead = the portal’s clock is { $seconds } s ahead of this machine’s
workspace-clock-behind = the portal’s clock is { $seconds } s behind this machine’s
workspace-clock-fix = set this machine’s clock (NTP)
workspace-portal-unknown = not known yet what the portal does, such as whether tags are honoured
workspace-portal-unknown-fix = herald24 workspace probe { $name }
workspace-portal-found = { $edition ->
    [cloud] Bitrix24 cloud
   *[on-premise] a server of your own
}; tags { $tags ->
    [honoured] replace older notifications
    [needs-client-id] replace older notifications (with CLIENT_ID, which we send)
    [ignored] are ignored, so nothing is replaced
   *[unknown] not known
}; Drive { $drive ->
    [usable] takes pictures and files
    [no-scope] not granted (the scope disk is missing)
    [absent] is not there
    [refused] is closed to the acting user
   *[unknown] not known
}; people found { $lookUp ->
    [exact-email] by e-mail and name
    [names] by name (e-mails are not shown)
    [none] by name in the messenger only
   *[unknown] in a way not known
}
workspace-portal-lacks = { $found }; it lacks { $missing }
workspace-portal-lacks-fix = update the portal’s software
chats-none = none is bound: nobody may send
chats-none-fix = npx herald24 chat bind <workspace> --telegram <id>; the bot tells the id in any chat it is added to
inbox-lost = { $count ->
    [one] { $count } message could not be dealt with and was given up
   *[other] { $count } messages could not be dealt with and were given up
}
inbox-lost-fix = ask their senders to write again; “inbox row failed” in the log says why
rule-troubled = the rule { $name } cannot do all that it says
dead-letters = { $count ->
    [one] { $count } delivery was given up
   *[other] { $count } deliveries were given up
}
dead-letters-many = { $count } or more deliveries were given up
dead-letters-fix = herald24 deliveries list --verdict undeliverable, then herald24 deliveries replay --verdict undeliverable

# What is wrong in the environment: each after the name of its setting
config-title = { $count ->
    [one] The environment has a problem:
   *[other] The environment has problems:
}
config-DATABASE_URL = must be file:<path>, e.g. file:data/herald24.sqlite
config-HERALD24_SECRET_KEY = must be 32 bytes in base64 (44 characters), or a comma list of such. For a new folder make one with: openssl rand -base64 32; for an existing database put its own key back
config-TELEGRAM_BOT_TOKEN = must look like <digits>:<letters>, as BotFather shows it
config-TELEGRAM_API_ROOT = must be an address, e.g. https://api.telegram.org
config-TELEGRAM_LOCAL_DIR = must be an absolute path, e.g. /var/lib/telegram-bot-api
config-TELEGRAM_MODE = must be polling or webhook
config-DISCORD_BOT_TOKEN = must be the token of Portal -> Bot, without blanks
config-DISCORD_API_ROOT = must be an address, e.g. https://discord.com/api
config-PUBLIC_URL = must be the address the world sees, e.g. https://herald.example.org
config-PORT = must be a number from 0 to 65535
config-LOG_LEVEL = must be one of { $values }
config-LOG_FORMAT = must be json or pretty
config-MEDIA_QUOTA_MEGABYTES = must be a number of megabytes, e.g. 10240
config-PROXY_URL = must be an address, e.g. http://proxy.example.org:3128
config-TRUSTED_PROXIES = must be addresses or ranges, e.g. 10.0.0.0/8, 192.168.1.5
config-unreadable = names { $path }, which cannot be read: check the path and its permissions
config-plain-http = must start with https://, or its host must be listed in PRIVATE_HOSTS, e.g. PRIVATE_HOSTS={ $host }
config-needs-public-url = needs PUBLIC_URL, e.g. PUBLIC_URL=https://herald.example.org; or use polling

# Slash forms of the administrators' commands, and roles -------------------------------------------------------
command-people = Who is who: people of the workspace
command-map = Say which Bitrix24 person an account belongs to
command-unmap = Take that back for an account
command-group = Groups: list, show, change, remove
command-senders = Who may send from this chat
command-role = Who is owner, admin or sender of the workspace
name-people = people
name-map = map
name-unmap = unmap
name-group = group
name-senders = senders
name-role = role
name-search = search
option-search = Part of a name, e-mail or username, or a Bitrix24 id
name-page = page
option-page = Which page of a long list
name-member = user
option-member = Whose account
name-person = person
option-person = Bitrix24 id or e-mail
name-account = account
option-account = @username or numeric id, where the user cannot be picked
name-named = name
option-named = Name of the group, without @
name-members = members
option-members = All its members, separated by commas: @anna, @boris
name-remove = remove
option-remove = Remove the group
name-who = who
option-who = Left out: show who may send now
name-given = role
option-given = Left out: show who has which role
name-workspace = workspace
option-workspace = Where you are linked in several workspaces: the name of one
choice-everyone = everyone in the chat
choice-linked = people linked to Bitrix24
choice-list = those with a role only
choice-owner = owner
choice-admin = admin
choice-sender = sender
choice-none = no role
role-usage = To change it: { $example } (owner, admin, sender or none)
role-in-private = Who has which role is told in private only, because everybody here reads this.
role-title = { $count ->
    [0] Nobody has a role in { $workspace } yet.
   *[other] Roles in { $workspace }:
}
role-line = { $role ->
    [owner] owner
    [admin] admin
   *[sender] sender
}: { $who }
role-now = { $role ->
    [none] { $account } has no role any more.
   *[other] { $account } is { $role } now.
}
role-unchanged = { $role ->
    [none] { $account } has no role.
   *[other] { $account } is { $role } already.
}
role-owners-only = Only owners of the workspace make somebody owner or admin, or take that back. Nothing was changed.
role-last-owner = The workspace needs an owner: make somebody else owner first. Nothing was changed.
role-needs-id = I do not know for sure whose account { $account } is, and a username can change hands. Write the numeric id, which /whoami tells them. Nothing was changed.
disconnect-confirm-form = /disconnect confirm:True
confirm-nobody = Nobody of those named can be notified from here any more. Nothing was sent.
confirm-fewer = { $count ->
    [one] { $count } person is left out, who is not meant any more or cannot be reached from here.
   *[other] { $count } people are left out, who are not meant any more or cannot be reached from here.
}

# The first set-up -----------------------------------------------------------------------------------------------
init-title = herald24: from Telegram and Discord to Bitrix24 notifications
init-webhook-how = In Bitrix24: Developer resources, Other, Inbound webhook. Tick im, user_basic and disk (for pictures and files). Every personal notification will appear as sent by the webhook’s owner, so a user of its own is best.
init-webhook = Address of the webhook
init-webhook-needed = It is needed: without it nothing can be sent.
init-webhook-private = { $host } is not a public address. If your portal is really there, begin anew with: npx herald24 init --private-hosts { $host }
init-name = A short name for this portal
init-name-rule = 1 to 63 letters, digits, “.”, “_” or “-”, not digits alone, such as main
init-name-taken = The workspace { $name } is there already: choose another name
init-time-zone = Time zone
init-time-zone-rule = A time zone, such as Europe/Berlin
init-bots-how = One bot is enough. Telegram: write to @BotFather, /newbot. Discord: discord.com/developers/applications, New Application, Bot.
init-telegram-token = Telegram bot token ({ $keeps ->
    [yes] Enter keeps the one there is
   *[no] Enter leaves it out
})
init-discord-token = Discord bot token ({ $keeps ->
    [yes] Enter keeps the one there is
   *[no] Enter leaves it out
})
init-bot-needed = At least one bot is needed: through it people write.
init-public-url = Public https address of this service, for pictures and files (Enter leaves it out: they go through the portal’s Drive where the scope disk is granted)
init-answers-taken = That is all. Setting up …
init-acts-as = It works, as { $user } (id { $id }). Scopes: { $scopes }.
init-bot-found = The bot is { $name }.
init-telegram-privacy = Privacy mode is on, so in groups the bot sees commands only and parts of albums: @BotFather, /setprivacy, Disable; or make it an administrator, as the links do.
init-telegram-refused = Telegram refuses the bot token: it is wrong or was revoked. Copy the one that @BotFather shows.
init-discord-refused = Discord refuses the bot token: Developer Portal, Bot, Reset Token shows a new one.
init-unreachable = { $detail }  ->  { $fix }
init-no-webhook = the webhook’s address is missing: give --webhook URL, --webhook @file or --webhook -
init-no-bot = no bot: give --telegram-token or --discord-token, or both
init-no-terminal = this is no terminal to ask questions at: give --webhook @file, --telegram-token @file and/or --discord-token @file, and --yes (also --name, --language, --time-zone, --public-url, --private-hosts)
init-cancelled = cancelled; nothing was changed
init-key-made = A secret key was made: { $file }. Keep a copy apart from the backups, which are worth nothing without it.
init-telegram-bot = Telegram bot @{ $name }
init-discord-bot = Discord bot { $name }
init-invite-private = write to it: { $link }
init-invite-group = add it to a group: { $link }
init-invite-channel = add it to a channel: { $link }
init-invite-server = invite it to a server: { $link }
init-written = Settings are in { $file }.
init-next = What is left to do:
    1. Start the service: npx herald24 start
    2. Add the bot to a group or a server by a link above, write /help there, and run here the line that it answers, with { $name } as the workspace.
    3. Write there: /notify id:{ $id } Hello (id: is anybody’s user id in Bitrix24; @name works once somebody is mapped: npx herald24 people map { $name } --telegram @name --bitrix { $id })
    4. Make yourself its owner, so that it can be administered from the chats (/whoami tells your id): npx herald24 admin add { $name } --telegram <your id> --role owner
init-node-reads = NODE_EXTRA_CA_CERTS cannot stand in .env, because Node reads it before: the service needs it in its environment.
init-also-written = Written there too, as the environment had them: { $names }.
init-not-written = Not written, because secrets of the environment are yours to keep: { $names }. The service needs them in its environment, too.
added-workspace = Added { $name } ({ $host }).
added-uninstalled = The application is not installed there yet, so nothing could be tested.
added-left-behind = Could not be deleted again: notifications { $ids } in the acting user’s own feed.
added-sender = With a webhook every personal notification appears as sent by { $user }, the webhook’s owner; herald24 workspace set { $name } kind=system leaves the sender out.
added-next = Next: write /help to the bot in a group and run the line that it answers; or
      npx herald24 chat bind { $name } --telegram <chat id>
    To write @name instead of id:42:
      npx herald24 people map { $name } --telegram @name --bitrix <user id>
    It has no owner yet: nobody can administer it from the chats. Name one (/whoami tells the id):
      npx herald24 admin add { $name } --telegram <user id> --role owner

# Edited commands, and what is taken back ------------------------------------------------------------------------
edit-not-sent = The change was not sent: { $reason }
edit-empty = nothing would be left to say. To take the notification back, use /recall.
edit-recalled = the notification has been taken back. To send it again, write the command anew.
edit-superseded = a newer notification with the same tag has taken its place.
edit-too-many = { $count ->
    [one] it would reach { $count } person more. Write the command anew to notify so many.
   *[other] it would reach { $count } people more. Write the command anew to notify so many.
}
edit-too-old = This notification is too old to be changed. To send it again, write the command anew.
recall-going = Being taken back: waiting for Bitrix24.
recall-failed = Not everything could be taken back. Who may still see it:
recall-stuck-line = { $name }: { $reason }
verdict-going = being taken back
verdict-stuck = sent, and could not be taken back: { $reason }
reason-NOT_REMOVED = Bitrix24 did not remove it (a portal that ignores tags lets us remove only what the acting user got)
reason-UNCHANGED = the recipient had been shown just this already
reason-NOT_REPLACED = the former version could not be taken back, because this portal ignores tags, and both would be shown

# What people read of an incident
severity-critical = Critical
severity-error = Error
severity-warning = Warning
severity-info = Note
incident-count = { $count } times
incident-resolved = Resolved
incident-lasted = after { $time }
incident-acknowledged = { $name } has it since { $time }
span-days = { $count } d
span-hours = { $count } h
span-minutes = { $count } min
span-seconds = { $count } s
digest-sender = herald24
digest-title = { $count ->
    [one] { $count } alert was held back
   *[other] { $count } alerts were held back
}
digest-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
reason-UNEXPECTED_RESULT = Bitrix24 answered without a notification id
reason-UNREACHABLE = the portal could not be reached

## Programs that send by a hook or the API

origin-hook = by API
notice-resumed = Notifications of workspace { $workspace } go on: Bitrix24 takes them again.
remedy-moved = the portal has another address now; make a webhook there: herald24 workspace set { $name } webhook=@file

# Why somebody did or did not get it: herald24 deliveries why
why-accepted = Accepted { $when } from { $place }, sent by { $sender }.
why-edited = { $count ->
    [one] Its sender has edited it { $count } time; this is the latest version.
   *[other] Its sender has edited it { $count } times; this is the latest version.
}
why-suspended = The workspace { $workspace } has been suspended since { $when } ({ $code }): nothing is sent until that is mended.
why-told = Its sender was told: { $text }
why-forgotten = Its text has been erased since; what became of it is kept.
why-nobody-else = Whoever is not listed was not among its recipients.
why-attempt = { $when }: { $outcome }
why-waits = (last: { $reason })
why-due = – next try { $when }
why-nothing-sent = No notification came of this message.
why-answered = Its sender was told: { $text }
why-inbox-done = It came in { $when } and was dealt with.
why-inbox-waiting = It came in { $when } and has not been dealt with yet (tries: { $attempts }).
why-inbox-given-up = It came in { $when }, and was given up after { $attempts } tries: the log has the reason.
why-never-seen = It was never taken in: it is no command to this bot, was written before the chat was bound or while nobody listened, or the bot cannot read it there. Which of these is not known.
why-silent = No answer to it is known: whoever makes mistakes is answered once a minute, messages of bots never, and answers are erased with the texts.
why-bound = The chat belongs to the workspace { $workspace } since { $when }; who may send: { $senders }.
why-unbound = The chat { $place } belongs to no workspace: nothing is sent from there.
why-public-unknown = No notification is known from that link. It names its chat by a username, and of messages that sent nothing only the chat’s id is known: ask with telegram:<chat id>/<message>.
why-alert = Rule { $rule } of { $workspace } took it for an alert ({ $when }), { $status ->
    [open] which is open.
    [acknowledged] which somebody has.
   *[resolved] which is over.
}
why-alert-in-digest = { $name } ({ $id }): told in a digest
why-alert-held-quiet = { $name } ({ $id }): not told yet, since it is quiet hours there until { $when }
why-alert-held-storm = { $name } ({ $id }): not told yet, since there is too much of the kind; a digest comes { $when }
why-alert-untold = { $name } ({ $id }): not told of this one: told by another rule of the same message, or gone from Bitrix24
why-alert-shown = Shown in { $place }.
why-alert-nobody-else = Whoever is not listed is no target of the rules that took it.
why-rules = Rules listen there ({ $rules }), and none has made an alert of it: it did not pass their filters, was muted, or is a post of our own. For the filters ask herald24 rule test { $workspace }.
outcome-delivered = delivered
outcome-suppressed = accepted, but switched off by the recipient
outcome-refused = refused
outcome-retry = not yet
outcome-suspend = the portal takes nothing from us
outcome-unknown = no certain answer
outcome-removed = removed from the recipient’s notifications

# Acknowledging an incident
facts-more = { $count ->
    [one] { $count } more field
   *[other] { $count } more fields
}
ack-label = ✋ I have it
ack-outside = I have it: { $address }
ack-hint = [To say “I have it”: /ack in a chat of herald24]
ack-page-since = since { $time }
ack-page-reader = You answer as { $name }. Everybody who was told of this will see it.
ack-page-mine = You have it. Everybody who was told of this can see that.
ack-page-taken = Somebody has it already: there is nothing left to do here.
ack-page-over = It is over: there is nothing left to do here.
page-ack-absent-title = Nothing here
page-ack-absent-text = This link is not complete, has expired, or belongs to an alert that does not concern you any more.
command-ack = Say “I have it” to an alert, or list those that are open
name-ack = ack
name-incident = incident
option-incident = Its number in the list; without one, those that are open here
ack-done = You have it: { $title }
ack-already = { $name } has it since { $time }: { $title }
ack-over = Over already: { $title }
ack-none = No alert is open here.
ack-how = To take one: { $example }, or the same without a number as a reply to it.
ack-more = … and more.
ack-unknown = “{ $value }” is no alert that this chat shows. Those that are open: { $example }
ack-gone = This alert is not followed here any more. Those that are open: { $example }
ack-no-alert = The message that you reply to shows no alert of herald24. Those that are open here: { $example }, without a reply.

# What keeps a rule from working
rule-trouble-not-bound = { $chat } is not bound to { $workspace }, so nothing is read or said there. The operator binds it: { $line }
rule-trouble-hook-gone = the hook { $name } is revoked. The operator makes one anew: npx herald24 hook add { $workspace } { $name }
rule-trouble-unknown-hook = { $workspace } has no hook { $name }. The operator makes one: npx herald24 hook add { $workspace } { $name }
rule-trouble-same-chat = { $chat } would get back what it has said itself. Name another chat.
rule-trouble-unknown-name = { $name } is nobody known in { $workspace }: no group, no rotation, no account and no person’s name. Write id:<Bitrix24 id>, or map the account first.
rule-trouble-ambiguous-name = { $name } is several people of { $workspace }: write one of { $choices }.
rule-trouble-unknown-person = { $name } is not known in { $workspace } any more. Name somebody else.
rule-trouble-unknown-group = there is no group { $name } in { $workspace }. Make it with /group, or name somebody else.
rule-trouble-unknown-rotation = there is no rotation { $name } in { $workspace }. The operator makes one: npx herald24 oncall set { $workspace } <name> --members …
rule-trouble-left = { $name } has left Bitrix24, so nobody is told by that. Name somebody else.
rule-trouble-empty = { $name } has nobody in it now. Put somebody in.
rule-trouble-bad-webhook = the webhook’s address is none of Discord’s: https://discord.com/api/webhooks/<id>/<token>.
rule-trouble-unreadable-webhook = { $name } holds no address of a Discord webhook. Put https://discord.com/api/webhooks/<id>/<token> there.
rule-trouble-unknown-webhook = no rule of { $workspace } has the webhook { $name } yet. Write discord-webhook:$NAME or discord-webhook:@file with its address in there.

# Posts in chats
post-open = Open
post-deleted = Deleted at its source

# Rules, silences, quiet hours and rotations, from a chat
denied-linked = Only people linked to Bitrix24 may use { $command }. Prove who you are with /link.
command-rules = What is forwarded from where to whom
command-forward = Forward what is written here, by a rule
command-mute = Tell nobody of certain alerts for a while
command-quiet = Hours in which you want to hear of nothing that is not urgent
command-oncall = Who is on call now, and who is next
name-rules = rules
name-forward = forward
name-mute = mute
name-quiet = quiet
name-oncall = oncall
name-tags = tags
option-tags = Only what has one of these tags: #ci #deploy
name-severity = severity
option-severity = Only what is at least as grave
name-words = words
option-words = Only what has these words in it
name-switch = off
option-switch = Name of a rule to switch off, instead
name-for = for
option-for = For how long: 30m, 2h, 1d. Left out: show what is muted
name-what = what
option-what = A #tag, the name of a rule, or words. Left out: everything
name-end = off
option-end = Number of what is to be heard again
name-hours = hours
option-hours = Such as 22:00-07:00, or off. Left out: show them
name-zone = zone
option-zone = Time zone such as Europe/Berlin. Left out: the workspace’s
name-rotation = rotation
option-rotation = Name of one rotation, without @. Left out: all of them
choice-critical = critical
choice-error = errors and graver
choice-warning = warnings and graver
choice-info = everything with a severity
forward-in-group = A rule listens to the chat in which it is made. Write this in the group or channel: { $line }
forward-unknown-word = “{ $word }” is nothing that I can forward by. For example: { $line }, or { $other }. Words stand in quotation marks: "disk full".
forward-did-you-mean = “{ $word }” is nothing that I can forward by. Did you mean { $near }? For example: { $line }, or { $other }. Words stand in quotation marks.
forward-no-chat = { $workspace } has no other chat on { $platform }. Bind one first, or name persons and groups.
forward-which-chat = Which one? { $workspace } has these on { $platform }: { $chats }
forward-no-rule = { $workspace } has no rule { $name }. { $line } shows them.
forward-on = Rule { $name } forwards again. To switch it off: { $line }
forward-off = Rule { $name } forwards nothing any more. To switch it on: { $line }
forward-everything = everything
forward-critical = critical only
forward-errors = errors and critical
forward-me = me
forward-make = Make the rule
forward-what = What is to be forwarded from here? Press one, or go on in words: by tag { $tag }, by words { $words }
forward-whom = To whom ({ $what })? Press one, or go on in words: { $line }
forward-right = Forward from here: { $what }, to { $targets }. Is that right?
forward-made = Rule { $name } forwards from here: { $what }, to { $targets }. To switch it off: { $line }
forward-cancelled = Cancelled. No rule was made.
forward-expired = Not answered within 10 minutes. No rule was made.
forward-replaced = Begun anew below. No rule was made of this.
forward-goes-on = Goes on below.
forward-not-yours = Only the person who began this may answer.
rules-none = { $workspace } has no rule yet. For example: { $example }
rules-title = { $count ->
    [one] { $count } rule of { $workspace }, in the order in which they are asked:
   *[other] { $count } rules of { $workspace }, in the order in which they are asked:
}
rules-line = { $name }: from { $source }: { $what } → { $targets }
rules-line-off = { $name } (off): from { $source }: { $what } → { $targets }
rules-here = here
rules-elsewhere = { $count ->
    [one] { $count } more rule concerns other chats: ask in private, because everybody here reads this.
   *[other] { $count } more rules concern other chats: ask in private, because everybody here reads this.
}
mute-usage = For how long, and what? “{ $value }” is no time from 1m to 30d, or says nothing to look for. For example: { $line } 2h #ci, { $line } 30m disk full
mute-done = Muted until { $until }: { $what }. To end that: { $line }
mute-everything = all alerts, critical ones too
mute-rule = rule { $name }
mute-none = Nothing is muted in { $workspace }. For example: { $line }
mute-title = Muted in { $workspace } (times of { $zone }):
mute-line = { $id }: { $what } until { $until }, by { $by }
mute-how-to-end = To end one: { $line }
mute-unknown = Nothing is muted under the number { $id }. { $line } shows what is.
mute-ended = { $id } is not muted any more.
quiet-unlinked = Quiet hours are yours, so I have to know who you are: { $line }
quiet-none = You have no quiet hours. For example: { $line }
quiet-now = From { $from } to { $until } ({ $zone }) you hear only of what is urgent; the rest comes in one digest afterwards. To change that: { $line }
quiet-set = From { $from } to { $until } ({ $zone }) you will hear only of what is urgent; the rest comes in one digest afterwards. To end that: { $line }
quiet-off = You have no quiet hours now.
quiet-bad-hours = “{ $value }” are no hours of a day. For example: { $line }
quiet-bad-zone = “{ $value }” is no time zone such as Europe/Berlin. For example: { $line }
oncall-none = { $workspace } has no rotation yet. The operator makes one: { $line }
oncall-title = On call in { $workspace }:
oncall-line = @{ $name }: { $person }
oncall-line-next = @{ $name }: { $person }; from { $from } ({ $zone }): { $next }
oncall-nobody = nobody
oncall-unknown = { $workspace } has no rotation “{ $name }”. It has { $names }.
oncall-unknown-near = { $workspace } has no rotation “{ $name }”. Did you mean { $names }?
word-on = on
word-off = off
word-critical = critical
oncall-left = (left Bitrix24, passed over: { $names })

# Too much at once

shed-chat = Too many commands of this chat are waiting, so this one was not taken. Try again in { $time }.
shed-sender = { $count ->
    [one] { $count } notification of yours is
   *[other] { $count } notifications of yours are
} waiting to be sent, so this one was not taken. Try again in { $time }.
shed-workspace = { $count ->
    [one] { $count } notification is
   *[other] { $count } notifications are
} waiting to be sent to { $workspace }, so this one was not taken. Try again in { $time }.
shed-suspended = Nothing can be sent to { $workspace } at present, and { $count ->
    [one] { $count } notification waits
   *[other] { $count } notifications wait
} already, so this one was not taken. Try again once the administrators have been told that sending goes on.
wait-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
wait-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
wait-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}

# Deliveries that are to be sent again, and what they were
replay-queued = { $count ->
    [one] { $count } delivery is queued again.
   *[other] { $count } deliveries are queued again.
}
replay-waiting = { $count ->
    [one] { $count } delivery waits already.
   *[other] { $count } deliveries wait already.
}
replay-nothing = nothing to replay
replay-left-out = { $id } is left out: { $why }
replay-not-delivered = it was delivered
replay-not-followed = a newer version followed it (delivery { $id }), which it would replace, or stand beside as if it were news; replay that one
replay-not-superseded = a newer notification with the same tag took its place
replay-not-recalled = it was taken back
replay-not-forgotten = its text has been erased
why-turn = – as soon as its turn comes
why-no-delivery = there is no delivery { $given }; see herald24 deliveries list. The number of a message alone does not say which chat it is in: give its link, telegram:<chat>/<message> or discord:<server>/<channel>/<message>
why-no-link = “{ $given }” is no delivery and no link to a message: give the number of a delivery (herald24 deliveries list), a link that Telegram or Discord copies, or telegram:<chat>/<message>, discord:<server>/<channel>/<message>

# Files of posts, and what is left of a post

incident-somebody = Somebody
incident-forgotten = { $number }, opened { $time }: its text is no longer kept
post-erased = Its text has been erased
post-file = Get the file
reason-chat-refused = this chat did not take it
reason-chat-unsure = it is not known whether it arrived here
