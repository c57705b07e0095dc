import { Agent, request } from "undici";
import { z } from "zod";

/** Sends alerts at a steady rate from a process of its own, and tells how long each waited for its answer, in milliseconds. */
const asked = z.object({ urls: z.array(z.string()), perSecond: z.number(), seconds: z.number() });

/** Alerts of one request, as a group of Alertmanager's has. */
const IN_ONE = 5;
const MOST_CONNECTIONS = 64;

function body(number: number): string {
  const alerts = Array.from({ length: IN_ONE }, (_, index) => ({
    status: "firing",
    labels: { alertname: "DiskWillFill", instance: `db${number % 200}:9100`, job: "node", severity: "critical" },
    annotations: { summary: `Disk of db${number} will be full`, description: "x".repeat(300) },
    startsAt: new Date().toISOString(),
    endsAt: "0001-01-01T00:00:00Z",
    generatorURL: "http://prometheus.example.org:9090/graph?g0.expr=predict_linear",
    fingerprint: `${number % 200}.${index}`,
  }));
  return JSON.stringify({ version: "4", status: "firing", groupKey: "{}:{}", truncatedAlerts: 0, alerts });
}

async function send({ urls, perSecond, seconds }: z.infer<typeof asked>) {
  const dispatcher = new Agent({ connections: MOST_CONNECTIONS });
  const waits: number[] = [];
  const statuses = new Map<number, number>();
  const total = (perSecond / IN_ONE) * seconds;
  const startedAt = performance.now();
  const one = async (number: number): Promise<void> => {
    // From when it was due, so that a sender that is held up by the service does not hide it.
    const due = startedAt + (number * 1_000 * IN_ONE) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    const url = urls[number % urls.length] ?? "";
    const { statusCode, body: answer } = await request(url, { method: "POST", body: body(number), dispatcher });
    await answer.dump();
    waits.push(performance.now() - due);
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
  };
  await Promise.all(Array.from({ length: total }, (_, number) => one(number)));
  const took = (performance.now() - startedAt) / 1_000;
  await dispatcher.close();
  return { waits, statuses: [...statuses], alerts: total * IN_ONE, took };
}

process.on("message", (message) => {
  send(asked.parse(message)).then(
    (sent) => process.send?.(sent),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
