import { drawLine, drawNotification, make, short } from "./draw.js";
import { currentLanguage, say, setLanguage } from "./words.js";

const $ = (selector, inside = document) => inside.querySelector(selector);
const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

let state;
/** The ids that each form replies to. */
const replies = new Map();
/** How many notifications there were when somebody last looked. */
let seen;

const REPLY_FORMS = { telegram: $("#telegram-form"), discord: $("#discord-form") };

/** Shows a list anew, keeping what did not change: pictures do not flicker, and a selection stays. */
function showList(list, entries, draw) {
  const known = new Map([...list.children].map((element) => [element.dataset.key, element]));
  const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const shown = entries.map((entry) => {
    const content = currentLanguage() + JSON.stringify(entry);
    const former = known.get(String(entry.id));
    if (former?.content === content) return former;
    const element = draw(entry);
    element.dataset.key = entry.id;
    element.content = content;
    return element;
  });
  const isSame = shown.length === list.children.length && shown.every((element, at) => list.children[at] === element);
  if (!isSame) list.replaceChildren(...shown);
  return wasAtEnd;
}

function showChat(name) {
  const section = $(`#${name}`);
  const { title, people, lines } = state[name];
  $(`#${name}-title`).textContent = title;
  for (const select of all("select[name=who]", section)) showPeople(select, people);
  const list = $(".lines", section);
  const draw = (line) => drawLine(line, { lines, onReply: () => replyTo(name, line) });
  if (!showList(list, lines, draw)) return;
  const toEnd = () => {
    list.scrollTop = list.scrollHeight;
  };
  toEnd();
  // A picture takes its room only once it is there.
  for (const picture of all("img", list))
    if (!picture.complete) picture.addEventListener("load", toEnd, { once: true });
}

function showPeople(select, people) {
  const wanted = people.map(({ id, name }) => `${id} ${name}`).join();
  if (select.dataset.people === wanted) return;
  select.dataset.people = wanted;
  select.replaceChildren(...people.map(({ id, name }) => make("option", { value: id }, name)));
}

function showPortal() {
  const section = $("#portal");
  const { people, isDown } = state.portal;
  const select = $("select", section);
  if (!select.dataset.people) {
    showPeople(select, people);
    // Whoever has something to read comes first.
    select.value = people.find(({ feed }) => feed.length > 0)?.id ?? people[0].id;
  }
  const { feed } = people.find(({ id }) => id === select.value);
  showList($(".lines", section), feed, drawNotification);
  $(".empty", section).hidden = feed.length > 0;
  $("#portal-state").textContent = say(isDown ? "portalDown" : "portalUp");
  $("#portal-state").classList.toggle("down", isDown);
  $("#portal-switch").textContent = say(isDown ? "bringUp" : "takeDown");
  showUnseen(people);
}

function showUnseen(people) {
  const count = people.reduce((sum, { feed }) => sum + feed.length, 0);
  if (seen === undefined || document.body.dataset.view === "portal") seen = count;
  $("#unseen").textContent = count > seen ? `+${count - seen}` : "";
}

function show() {
  if (!state) return;
  showChat("telegram");
  showChat("discord");
  showPortal();
}

function replyTo(name, line) {
  const form = REPLY_FORMS[name];
  if (name === "discord") setMode("message");
  replies.set(form, line.id);
  $(".reply span", form).textContent = `${say("replyTo")} ${line.who}: ${short(line.text)}`;
  $(".reply", form).hidden = false;
  $("textarea", form).focus();
}

function endReply(form) {
  replies.delete(form);
  const bar = $(".reply", form);
  if (bar) bar.hidden = true;
}

async function post(path, body, problem) {
  const response = await fetch(path, { method: "POST", body }).catch(() => undefined);
  problem.hidden = response?.ok === true;
  problem.textContent = response === undefined ? say("disconnected") : response.ok ? "" : await response.text();
  return response?.ok === true;
}

async function send(form) {
  const body = new FormData(form);
  if (replies.has(form)) body.set("replyTo", replies.get(form));
  const button = $("button[type=submit]", form);
  button.disabled = true;
  const isSent = await post(form.dataset.to, body, $(".problem", form));
  button.disabled = false;
  if (!isSent) return;
  const who = form.elements.who.value;
  form.reset();
  form.elements.who.value = who;
  endReply(form);
}

function setMode(mode) {
  $("#slash-form").hidden = mode !== "slash";
  $("#discord-form").hidden = mode !== "message";
  for (const button of all("[data-mode]")) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
}

/** On a narrow screen one column is shown at a time. */
function setView(view) {
  document.body.dataset.view = view;
  for (const button of all("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === view));
  show();
}

function speak(language) {
  setLanguage(language);
  for (const element of all("[data-word]")) element.textContent = say(element.dataset.word);
  for (const element of all("[data-hint]")) element.placeholder = say(element.dataset.hint);
  for (const button of all("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  show();
}

for (const form of all("form[data-to]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(form);
  });
  $(".reply button", form)?.addEventListener("click", () => endReply(form));
  $("textarea", form)?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
}
for (const button of all("[data-fill]")) {
  button.addEventListener("click", () => {
    const text = $("textarea", button.form);
    text.value = button.dataset.fill;
    text.focus();
  });
}
for (const button of all("[data-mode]")) button.addEventListener("click", () => setMode(button.dataset.mode));
for (const button of all("[data-show]")) button.addEventListener("click", () => setView(button.dataset.show));
for (const button of all("[data-language]")) button.addEventListener("click", () => speak(button.dataset.language));
$("#portal-form select").addEventListener("change", show);
$("#portal-switch").addEventListener("click", () => {
  const body = new FormData();
  body.set("down", state?.portal.isDown ? "no" : "yes");
  void post("/portal", body, $("#portal .problem"));
});

const events = new EventSource("/events");
events.addEventListener("state", ({ data }) => {
  state = JSON.parse(data);
  show();
});
events.onopen = () => {
  $("#connection").hidden = true;
};
events.onerror = () => {
  $("#connection").hidden = false;
};

setMode("slash");
setView("telegram");
speak(currentLanguage());
