import type { Repositories } from "../../src/app/store/store.ts";
import { auditRepository } from "./audit.ts";
import { chatRepository } from "./chats.ts";
import { choreRepository } from "./chores.ts";
import { confirmationRepository } from "./confirmations.ts";
import { deliveryRepository } from "./deliveries.ts";
import { hookRepository } from "./hooks.ts";
import { inboxRepository } from "./inbox.ts";
import { incidentRepository } from "./incidents.ts";
import { linkRepository } from "./linkAttempts.ts";
import { mediaRepository } from "./media.ts";
import { notificationRepository } from "./notifications.ts";
import { oncallRepository } from "./oncall.ts";
import { cursorRepository, pacingRepository } from "./pacing.ts";
import { peopleRepository } from "./people.ts";
import { permitRepository } from "./permits.ts";
import { postFileRepository } from "./postFiles.ts";
import { postRepository } from "./posts.ts";
import { rateRepository } from "./rates.ts";
import { receiptRepository } from "./receipts.ts";
import { ruleRepository } from "./rules.ts";
import type { Sealer } from "./seal.ts";
import { quietRepository, silenceRepository } from "./silences.ts";
import type { Db } from "./sqlite.ts";
import { tallyRepository } from "./tallies.ts";
import { workspaceRepository } from "./workspaces.ts";

/** All repositories over one connection. */
export function repositories(db: Db, sealer: Sealer): Repositories {
  return {
    workspaces: workspaceRepository(db, sealer),
    chats: chatRepository(db),
    people: peopleRepository(db),
    inbox: inboxRepository(db, sealer),
    notifications: notificationRepository(db, sealer),
    confirmations: confirmationRepository(db, sealer),
    deliveries: deliveryRepository(db),
    media: mediaRepository(db, sealer),
    receipts: receiptRepository(db, sealer),
    pacing: pacingRepository(db),
    chores: choreRepository(db, sealer),
    links: linkRepository(db, sealer),
    permits: permitRepository(db),
    hooks: hookRepository(db, sealer),
    cursors: cursorRepository(db),
    audit: auditRepository(db),
    rules: ruleRepository(db, sealer),
    incidents: incidentRepository(db, sealer),
    posts: postRepository(db, sealer),
    postFiles: postFileRepository(db, sealer),
    silences: silenceRepository(db, sealer),
    quiet: quietRepository(db),
    oncall: oncallRepository(db),
    tallies: tallyRepository(db),
    rates: rateRepository(db),
  };
}
