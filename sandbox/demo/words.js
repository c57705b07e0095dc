/** What the page says itself. */
const WORDS = {
  en: {
    intro:
      "Write as somebody in Telegram or Discord, and watch what arrives in Bitrix24. All three are emulated here; herald24 between them is the real service.",
    disconnected: "The demo has ended or cannot be reached.",
    notifications: "Notifications",
    try: "Try",
    as: "as",
    of: "of",
    text: "Message",
    files: "Pictures and files",
    send: "Send",
    reply: "Reply",
    replyTo: "Reply to",
    noReply: "Cancel",
    telegramHint: "/notify @anna … #tag",
    discordHint: "!notify @anna … #tag",
    slashHint: "Deploy finished",
    slashMode: "Slash command /notify",
    messageMode: "Message",
    onlyYou: "Only {name} sees this",
    thinking: "herald24 is thinking…",
    edited: "edited",
    bot: "bot",
    portalUp: "The portal is up.",
    portalDown: "The portal is down: it answers 503.",
    takeDown: "Take the portal down",
    bringUp: "Bring the portal up",
    nothingYet: "Nothing has arrived yet.",
    by: "by {name}",
    "👀": "accepted",
    "👍": "delivered",
    "🙈": "taken back",
    kb: "kB",
  },
  ru: {
    intro:
      "Пишите от имени людей в Telegram или Discord и смотрите, что приходит в Битрикс24. Все три системы здесь эмулируются, а herald24 между ними – настоящая служба.",
    disconnected: "Демонстрация завершена или недоступна.",
    notifications: "Уведомления",
    try: "Например",
    as: "от",
    of: "для",
    text: "Сообщение",
    files: "Картинки и файлы",
    send: "Отправить",
    reply: "Ответить",
    replyTo: "Ответ на",
    noReply: "Отмена",
    telegramHint: "/notify @anna … #тег",
    discordHint: "!notify @anna … #тег",
    slashHint: "Выкладка завершена",
    slashMode: "Слеш-команда /notify",
    messageMode: "Сообщение",
    onlyYou: "Это видит только {name}",
    thinking: "herald24 думает…",
    edited: "изменено",
    bot: "бот",
    portalUp: "Портал работает.",
    portalDown: "Портал не работает: отвечает 503.",
    takeDown: "Отключить портал",
    bringUp: "Включить портал",
    nothingYet: "Пока ничего не пришло.",
    by: "от: {name}",
    "👀": "принято",
    "👍": "доставлено",
    "🙈": "отозвано",
    kb: "КБ",
  },
};

let language = navigator.language.startsWith("ru") ? "ru" : "en";

export function currentLanguage() {
  return language;
}

/** @param {"en" | "ru"} wanted */
export function setLanguage(wanted) {
  language = wanted;
  document.documentElement.lang = wanted;
}

/**
 * @param {string} key
 * @param {string} name stands for `{name}`
 */
export function say(key, name = "") {
  return (WORDS[language][key] ?? key).replace("{name}", () => name);
}
