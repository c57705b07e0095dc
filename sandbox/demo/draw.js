import { currentLanguage, say } from "./words.js";

/**
 * Makes an element. Children that are text stay text, whatever they hold.
 *
 * @param {string} name with classes: `p.small`
 */
export function make(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = Object.assign(document.createElement(tag), properties);
  element.classList.add(...classes);
  element.append(...children.filter((child) => child !== undefined && child !== ""));
  return element;
}

/** One message of a chat; `onReply` is called with it when somebody wants to answer. */
export function drawLine(line, { lines, onReply }) {
  const original = lines.find(({ id }) => id === line.replyTo);
  const head = make(
    "p.head",
    {},
    make("strong", {}, line.who),
    line.isBot ? make("span.badge", {}, say("bot")) : "",
    line.isEdited ? make("span.small", {}, say("edited")) : "",
    line.answer || !onReply ? "" : make("button.plain.answer", { type: "button", onclick: onReply }, say("reply")),
  );
  const element = make(
    "li.line",
    {},
    head,
    original ? make("blockquote.small", {}, `${original.who}: ${short(original.text)}`) : "",
    make("p.text", {}, line.text),
    ...line.files.map(drawFile),
    line.reactions.length > 0
      ? make("p.reactions", {}, ...line.reactions.map((each) => make("span", { title: say(each) }, each)))
      : "",
    line.answer ? drawAnswer(line) : "",
  );
  if (line.isBot) element.classList.add("bot");
  return element;
}

function drawAnswer({ who, answer }) {
  return make(
    "div.ephemeral",
    {},
    make("p.head", {}, make("strong", {}, "herald24"), make("span.small", {}, say("onlyYou", who))),
    make("p.text", {}, answer.isThinking ? say("thinking") : answer.text),
  );
}

function drawFile({ name, href, isPicture, bytes }) {
  if (isPicture) return make("img", { src: href, alt: name, title: name });
  return make("p.file", {}, make("a", { href, download: name }, name), make("span.small", {}, ` ${sizeOf(bytes)}`));
}

/** One notification of a recipient. */
export function drawNotification({ author, at, nodes, blocks, color }) {
  const time = new Date(at).toLocaleTimeString(currentLanguage(), { hour: "2-digit", minute: "2-digit" });
  return make(
    "li.notification",
    {},
    make("p.head", {}, make("span.small", {}, author === "" ? "" : say("by", author), " ", make("time", {}, time))),
    make("div.text", {}, ...nodes.map(drawNode)),
    blocks.length === 0 ? "" : make(`div.attach.${color}`, {}, ...blocks.map(drawBlock)),
  );
}

function drawNode(node) {
  const inside = () => node.children.map(drawNode);
  switch (node.kind) {
    case "text":
      return node.text;
    case "style":
      return make(node.style, {}, ...inside());
    case "color": {
      const element = make("span", {}, ...inside());
      element.style.color = node.color;
      return element;
    }
    case "size": {
      const element = make("span", {}, ...inside());
      element.style.fontSize = `${node.px}px`;
      return element;
    }
    case "link":
      return drawLink(node.href, ...inside());
    case "person":
      return make("span.person", {}, ...inside());
    case "code":
      return make("code", {}, node.text);
    case "quote":
      return make("blockquote", {}, ...inside());
    default:
      return "";
  }
}

function drawBlock(block) {
  switch (block.kind) {
    case "picture":
      return make("p.picture", {}, drawLink(block.href, make("img", { src: block.src, alt: block.name })));
    case "file":
      return make(
        "p.file",
        {},
        drawLink(block.href, block.name),
        make("span.small", {}, block.bytes === undefined ? "" : ` ${sizeOf(block.bytes)}`),
      );
    case "link":
      return make(
        "p",
        {},
        drawLink(block.href, block.name),
        block.about === "" ? "" : make("span.small", {}, ` ${block.about}`),
      );
    case "cell":
      return make("p.cell", {}, make("span.small", {}, block.name), make("span", {}, ...block.nodes.map(drawNode)));
    case "text":
      return make("div.text", {}, ...block.nodes.map(drawNode));
    default:
      return make("hr");
  }
}

/** The server lets only web addresses through. */
function drawLink(href, ...children) {
  return make("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function sizeOf(bytes) {
  const number = (bytes / 1024).toLocaleString(currentLanguage(), { maximumFractionDigits: 1 });
  return `${number} ${say("kb")}`;
}

export function short(text) {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
