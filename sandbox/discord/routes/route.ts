import type { Reply, Upload } from "../http.ts";
import type { Json } from "../model.ts";

export interface ApiRequest {
  /** The named parts of the path, decoded. */
  readonly path: Record<string, string>;
  readonly query: URLSearchParams;
  readonly body: Json | undefined;
  readonly uploads: readonly Upload[];
}

export interface Route {
  readonly method: string;
  /** Such as `/channels/:channel/messages`. */
  readonly pattern: string;
  /** `token`: the path carries an interaction's token instead of the bot's Authorization header. */
  readonly access: "bot" | "token";
  readonly handle: (request: ApiRequest) => Reply;
}

export function part(request: ApiRequest, name: string): string {
  return request.path[name] ?? "";
}

export function ok(body: Json): Reply {
  return { status: 200, body };
}

export const NO_CONTENT: Reply = { status: 204 };
