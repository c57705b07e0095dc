import { authorOf, type Speaker } from "./people.ts";
import { post } from "./post.ts";
import { type ChatRecord, type ChatRef, recordOf, type World } from "./world.ts";

/** The blue of topics made without choosing a colour. */
const ICON_COLOUR = 0x6fb9f0;

/** Opens a topic; its thread id is the id of the service message that opens it. */
export function openTopic(world: World, record: ChatRecord, name: string, speaker?: Speaker): number {
  if (!record.chat.is_forum) throw new TypeError("topics exist in forums only");
  const author = speaker === undefined ? {} : authorOf(world, record, speaker);
  const threadId = record.nextMessageId;
  const content = {
    forum_topic_created: { name, icon_color: ICON_COLOUR },
    message_thread_id: threadId,
    is_topic_message: true,
  };
  record.topics.set(threadId, { threadId, name, state: "open" });
  post(world, record, { author, content, threadId });
  return threadId;
}

export interface Topics {
  createTopic(chat: ChatRef, speaker: Speaker, name: string): number;
  setTopic(chat: ChatRef, threadId: number, state: "open" | "closed" | "deleted"): void;
}

export function openTopics(world: World): Topics {
  return {
    createTopic: (chat, speaker, name) => openTopic(world, recordOf(world, chat), name, speaker),
    setTopic(chat, threadId, state) {
      const topic = recordOf(world, chat).topics.get(threadId);
      if (!topic) throw new Error(`no topic ${threadId} in chat ${JSON.stringify(chat)} of the Telegram sandbox`);
      topic.state = state;
    },
  };
}
