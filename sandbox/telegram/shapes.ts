/**
 * The Bot API objects the emulator produces, as far as it produces them. Fields are optional *and* undefined-able because
 * JSON drops undefined fields on the wire, which is exactly what the real server does with absent ones.
 */

export interface User {
  readonly id: number;
  readonly is_bot: boolean;
  readonly first_name: string;
  readonly last_name?: string | undefined;
  readonly username?: string | undefined;
  readonly language_code?: string | undefined;
}

export type ChatType = "private" | "group" | "supergroup" | "channel";

export interface Chat {
  readonly id: number;
  readonly type: ChatType;
  readonly title?: string | undefined;
  readonly username?: string | undefined;
  readonly first_name?: string | undefined;
  readonly is_forum?: true | undefined;
}

/** Offsets and lengths count UTF-16 code units. */
export interface Entity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string | undefined;
  readonly user?: User | undefined;
  readonly language?: string | undefined;
  readonly custom_emoji_id?: string | undefined;
}

export interface FileObject {
  readonly file_id: string;
  readonly file_unique_id: string;
  readonly file_size?: number | undefined;
  readonly file_name?: string | undefined;
  readonly mime_type?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly duration?: number | undefined;
  readonly length?: number | undefined;
  readonly emoji?: string | undefined;
  readonly is_animated?: boolean | undefined;
  readonly is_video?: boolean | undefined;
  readonly type?: string | undefined;
}

/** The kinds of media a person can send; each is a field of the message by the same name. */
export type MediaKind = "photo" | "document" | "video" | "animation" | "audio" | "voice" | "video_note" | "sticker";

export interface Media {
  readonly photo?: readonly FileObject[] | undefined;
  readonly document?: FileObject | undefined;
  readonly video?: FileObject | undefined;
  readonly animation?: FileObject | undefined;
  readonly audio?: FileObject | undefined;
  readonly voice?: FileObject | undefined;
  readonly video_note?: FileObject | undefined;
  readonly sticker?: FileObject | undefined;
}

export interface Quote {
  readonly text: string;
  readonly entities?: readonly Entity[] | undefined;
  readonly position: number;
  readonly is_manual?: true | undefined;
}

export interface Message extends Media {
  readonly message_id: number;
  /** Unix seconds. */
  readonly date: number;
  readonly chat: Chat;
  readonly from?: User | undefined;
  readonly sender_chat?: Chat | undefined;
  readonly author_signature?: string | undefined;
  readonly message_thread_id?: number | undefined;
  readonly is_topic_message?: true | undefined;
  readonly is_automatic_forward?: true | undefined;
  readonly edit_date?: number | undefined;
  readonly text?: string | undefined;
  readonly entities?: readonly Entity[] | undefined;
  readonly caption?: string | undefined;
  readonly caption_entities?: readonly Entity[] | undefined;
  readonly media_group_id?: string | undefined;
  readonly reply_to_message?: Message | undefined;
  readonly quote?: Quote | undefined;
  readonly external_reply?: unknown;
  readonly forward_origin?: unknown;
  readonly via_bot?: User | undefined;
  readonly reply_markup?: unknown;
  readonly forum_topic_created?: { readonly name: string; readonly icon_color: number } | undefined;
  readonly migrate_to_chat_id?: number | undefined;
  readonly migrate_from_chat_id?: number | undefined;
  readonly new_chat_members?: readonly User[] | undefined;
  readonly left_chat_member?: User | undefined;
  /** What else a test wants to see in the message: a poll, a location, a field of a future release. */
  readonly [other: string]: unknown;
}

export interface CallbackQuery {
  readonly id: string;
  readonly from: User;
  readonly message: Message;
  readonly chat_instance: string;
  readonly data: string;
}

export interface MemberChange {
  readonly chat: Chat;
  readonly from: User;
  readonly date: number;
  readonly old_chat_member: { readonly user: User; readonly status: string };
  readonly new_chat_member: { readonly user: User; readonly status: string };
}

export interface ReactionChange {
  readonly chat: Chat;
  readonly message_id: number;
  readonly user: User;
  readonly date: number;
  readonly old_reaction: readonly unknown[];
  readonly new_reaction: readonly unknown[];
}

/** Exactly one field is set. */
export interface UpdateBody {
  readonly message?: Message;
  readonly edited_message?: Message;
  readonly channel_post?: Message;
  readonly edited_channel_post?: Message;
  readonly callback_query?: CallbackQuery;
  readonly my_chat_member?: MemberChange;
  readonly chat_member?: MemberChange;
  readonly message_reaction?: ReactionChange;
}

export interface Update extends UpdateBody {
  readonly update_id: number;
}
